/* Items of a data set as values in [-1, 1]. */
#include "core/core.h"
#include "data/dataset_internal.h"

static alf_status check_picture(const alf_dataset *set, int64_t file, const alf_picture *p)
{
    char *label;

    if (p->width == set->resolution && p->height == set->resolution && p->channels == set->channels) return ALF_OK;
    label = alf_file_set_label(set->files, file);
    if (label)
        alf_fail(set->ctx, ALF_ERR_FORMAT,
                 "'%s' has %lld x %lld pixels of %d channels, expected %lld x %lld of %d as in the first picture",
                 label, (long long)p->width, (long long)p->height, p->channels, (long long)set->resolution,
                 (long long)set->resolution, set->channels);
    alf_mem_free(label);
    return alf_ctx_status(set->ctx);
}

/* Interleaved bytes to planes. */
static void put_values(const alf_picture *p, bool mirror, double *out)
{
    int64_t plane = p->width * p->height;

    for (int64_t y = 0; y < p->height; y++)
        for (int64_t x = 0; x < p->width; x++) {
            const uint8_t *pixel = p->pixels + (y * p->width + (mirror ? p->width - 1 - x : x)) * p->channels;
            for (int c = 0; c < p->channels; c++) out[c * plane + y * p->width + x] = pixel[c] / 127.5 - 1.0;
        }
}

static alf_status read_image(alf_dataset *set, int64_t item, double *image)
{
    int64_t      file = set->pictures[item % set->count];
    alf_picture *picture = NULL;
    alf_status   status = alf_file_set_picture(set->files, file, &picture);

    if (!status) status = check_picture(set, file, picture);
    if (!status) put_values(picture, item >= set->count, image);
    alf_picture_destroy(picture);
    return status;
}

alf_status alf_dataset_read(alf_dataset *set, int64_t count, const int64_t items[], double *images, double *labels)
{
    int64_t    size;
    alf_status status = ALF_OK;

    if (!set) return ALF_ERR_ARGUMENT;
    size = set->channels * set->resolution * set->resolution;
    if (count < 0 || (count > 0 && !items))
        return alf_fail(set->ctx, ALF_ERR_ARGUMENT, "alf_dataset_read: %lld items: %s", (long long)count,
                        count < 0 ? "expected at least 0" : "their numbers are NULL");
    for (int64_t i = 0; i < count; i++)
        if (items[i] < 0 || items[i] >= alf_dataset_count(set))
            return alf_fail(set->ctx, ALF_ERR_RANGE, "item %lld of the data set '%s', expected 0 to %lld",
                            (long long)items[i], set->path, (long long)alf_dataset_count(set) - 1);
    for (int64_t i = 0; i < count && images && !status; i++) status = read_image(set, items[i], images + i * size);
    for (int64_t i = 0; i < count && labels && set->labels.dim && !status; i++)
        alf_labels_put(&set->labels, set->pictures[items[i] % set->count], labels + i * set->labels.dim);
    return status;
}
