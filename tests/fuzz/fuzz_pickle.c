/* Files that claim to be network pickles, with torch streams in them. */
#include "archives.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_archive_file("network.pkl", (int64_t)24 << 20, data, size);
    return 0;
}
