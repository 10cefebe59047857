/* Contact sheets of networks and data sets. */
#include "common/network_sheet.h"

#include <stdlib.h>

#include "common/subjects.h"

enum { LEAST_CELL = 64 };

/* The sheet is made by the first picture, which says how large all are. */
typedef struct {
    alf_study_run     *run;
    const sheet       *what;
    alf_contact_sheet *made;
    double            *pixels; /* of one picture */
} drawing;

static alf_status begin(drawing *d, int64_t size)
{
    static const char *const words[2] = {"seed", "picture"};

    const sheet *s = d->what;
    const char  *columns[SHEET_COLUMNS], *rows[SHEET_ROWS];
    char         texts[SHEET_COLUMNS][32];
    if (d->made) return ALF_OK;
    for (int i = 0; i < s->columns; i++) {
        const uint64_t first = s->row[0].network ? d->run->seed : 1;
        snprintf(texts[i], sizeof texts[i], "%s %llu", words[!s->row[0].network],
                 (unsigned long long)(first + (uint64_t)i));
        columns[i] = texts[i];
    }
    for (int i = 0; i < s->rows; i++) rows[i] = s->row[i].label;
    const alf_contact_sheet_spec spec = {.columns = s->columns,
                                         .rows = s->rows,
                                         .cell_width = size,
                                         .cell_height = size,
                                         .zoom = size < LEAST_CELL ? (int)((LEAST_CELL + size - 1) / size) : 1,
                                         .title = s->title,
                                         .column_labels = columns,
                                         .row_labels = rows};
    d->pixels = malloc((size_t)(3 * size * size) * sizeof *d->pixels);
    return d->pixels ? alf_contact_sheet_create(d->run->ctx, &spec, &d->made)
                     : alf_fail(d->run->ctx, ALF_ERR_MEMORY, "out of memory for a picture");
}

static alf_status draw_subject(drawing *d, int row, const subject *s)
{
    alf_status status = begin(d, s->size);
    for (int i = 0; i < d->what->columns && status == ALF_OK; i++) {
        alf_scope *scope = alf_scope_open(d->run->ctx);
        status = subject_image(s, subject_styles(s, (uint32_t)d->run->seed + (uint32_t)i, 1), NULL, d->pixels);
        alf_scope_close(scope, NULL);
        if (status == ALF_OK) status = alf_contact_sheet_put(d->run->ctx, d->made, i, row, s->channels, d->pixels);
    }
    return status;
}

static alf_status draw_network(drawing *d, int row, const char *path)
{
    const subjects_fresh fresh = {0}; /* a path is never a rung */
    subject             *s = NULL;
    int                  count = 0;
    alf_status           status = subjects_open(d->run->ctx, path, &fresh, &count, &s);
    if (status == ALF_OK) status = draw_subject(d, row, s);
    subjects_close(count, s);
    return status;
}

static alf_status draw_items(drawing *d, int row, alf_dataset *set)
{
    alf_status status = begin(d, alf_dataset_resolution(set));
    for (int i = 0; i < d->what->columns && status == ALF_OK; i++) {
        int64_t item;
        status = alf_dataset_shuffled(set, d->run->seed, i, &item);
        if (status == ALF_OK) status = alf_dataset_read(set, 1, &item, d->pixels, NULL);
        if (status == ALF_OK)
            status = alf_contact_sheet_put(d->run->ctx, d->made, i, row, alf_dataset_channels(set), d->pixels);
    }
    return status;
}

static alf_status draw_data(drawing *d, int row, const char *path)
{
    const alf_dataset_options options = alf_dataset_options_default();
    alf_dataset              *set;
    alf_status                status = alf_dataset_open(d->run->ctx, path, &options, &set);
    if (status != ALF_OK) return status;
    status = draw_items(d, row, set);
    alf_dataset_destroy(set);
    return status;
}

alf_status sheet_show(alf_study_run *run, const sheet *s)
{
    drawing    d = {.run = run, .what = s};
    alf_status status = ALF_OK;
    for (int i = 0; i < s->rows && status == ALF_OK; i++)
        status = s->row[i].network ? draw_network(&d, i, s->row[i].network) : draw_data(&d, i, s->row[i].data->path);
    if (status == ALF_OK) status = alf_study_sheet(run, s->name, d.made, s->caption);
    free(d.pixels);
    alf_contact_sheet_destroy(d.made);
    return status;
}
