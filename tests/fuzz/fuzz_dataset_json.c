/* dataset.json beside two pictures: as labels of a data set, and as the data sheet of a source. */
#include <math.h>
#include <stdlib.h>

#include "data/origin.h"
#include "data_sets.h"
#include "fuzz.h"

static const char *set_with(const void *json, size_t size)
{
    static bool made;

    if (!made) {
        alf_ctx *ctx = fuzz_open(0);
        fuzz_make_folder("set");
        test_put_picture(ctx, fuzz_path("set"), "a.png", 1, 2, 3);
        test_put_picture(ctx, fuzz_path("set"), "b.png", 2, 2, 3);
        fuzz_close(ctx);
        made = true;
    }
    fuzz_file("set/dataset.json", json, size);
    return fuzz_path("set");
}

static void read_labels(alf_ctx *ctx, alf_dataset *set)
{
    int64_t dim = alf_dataset_label_dim(set);
    double *labels = fuzz_alloc((size_t)dim * 2, sizeof *labels);

    fuzz_check(alf_dataset_count(set) == 2 && dim >= 1, "%lld pictures, %lld label values",
               (long long)alf_dataset_count(set), (long long)dim);
    if (fuzz_took(ctx, alf_dataset_read(set, 2, (int64_t[]){0, 1}, NULL, labels), NULL))
        for (int64_t i = 0; i < 2 * dim; i++) fuzz_check(isfinite(labels[i]), "label %lld is not finite", (long long)i);
    free(labels);
}

static void look_at_sheet(alf_ctx *ctx, const char *path)
{
    alf_sources sources = {.ctx = ctx};
    alf_origin  origin = {.source = NULL};

    if (fuzz_took(ctx, alf_sources_open(ctx, 1, &path, true, &sources), &sources.items)) {
        if (fuzz_took(ctx, alf_origin_find(&sources, &path, &origin), &origin.source)) alf_origin_release(&origin);
        alf_sources_close(&sources);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char         *path = set_with(data, size);
    alf_ctx            *ctx = fuzz_open_for((int64_t)32 << 20, data, size);
    alf_dataset_options options = alf_dataset_options_default();
    alf_dataset        *set = NULL;

    options.labels = true;
    if (fuzz_took(ctx, alf_dataset_open(ctx, path, &options, &set), &set)) {
        read_labels(ctx, set);
        alf_dataset_destroy(set);
    }
    look_at_sheet(ctx, path);
    fuzz_close(ctx);
    return 0;
}
