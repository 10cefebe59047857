/* Files that claim to be safetensors. */
#include "archives.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_archive_file("a.safetensors", (int64_t)8 << 20, data, size);
    return 0;
}
