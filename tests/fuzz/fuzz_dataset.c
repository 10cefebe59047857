/* Files that claim to be zip archives of pictures: opened as a data set, and read. */
#include <stdlib.h>

#include "sums.h"

static void read_items(alf_ctx *ctx, alf_dataset *set, int64_t most)
{
    int64_t side = alf_dataset_resolution(set), pixels = side * side * alf_dataset_channels(set);
    int64_t count = alf_dataset_count(set) < most ? alf_dataset_count(set) : most;

    fuzz_check(alf_dataset_count(set) >= 1 && side >= 1, "an empty set was opened");
    if (pixels > 1 << 16 || alf_dataset_label_dim(set) > 1 << 16) return;
    double *image = fuzz_alloc((size_t)pixels, sizeof *image);
    double *label = fuzz_alloc((size_t)alf_dataset_label_dim(set), sizeof *label);
    for (int64_t i = 0; i < count; i++) {
        fuzz_check(alf_dataset_item_name(set, i) != NULL, "item %lld has no name", (long long)i);
        (void)fuzz_took(ctx, alf_dataset_read(set, 1, &i, image, label), NULL);
    }
    free(image);
    free(label);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    alf_ctx            *ctx = fuzz_open_for((int64_t)8 << 20, data, size);
    alf_dataset_options options = alf_dataset_options_default();
    alf_dataset        *set = NULL;
    uint64_t            digest;
    uint8_t            *zip = fuzz_copy(data, size);

    fuzz_right_zip(zip, size);
    options.labels = size && data[size - 1] & 1;
    options.mirror = size && data[size - 1] & 2;
    if (fuzz_took(ctx, alf_dataset_open(ctx, fuzz_file("set.zip", zip, size), &options, &set), &set)) {
        read_items(ctx, set, 3);
        (void)fuzz_took(ctx, alf_dataset_digest(set, &digest), NULL);
        alf_dataset_destroy(set);
    }
    free(zip);
    fuzz_close(ctx);
    return 0;
}
