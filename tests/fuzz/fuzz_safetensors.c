/* Files that claim to be safetensors. */
#include "archives.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    alf_ctx     *ctx = fuzz_open((int64_t)8 << 20);
    alf_archive *archive = NULL;

    if (fuzz_took(ctx, alf_archive_open(ctx, fuzz_file("a.safetensors", data, size), &archive), &archive)) {
        fuzz_read_archive(archive);
        fuzz_save_again(ctx, archive);
        alf_archive_destroy(archive);
    }
    fuzz_close(ctx);
    return 0;
}
