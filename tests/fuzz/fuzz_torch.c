/* What torch.save() made of a tensor's storage, in a pickle that is in order: legacy streams and zip archives. The first
 * byte chooses the view of the storage, the others are the stream. */
#include "archives.h"
#include "pickle_bytes.h"
#include "sums.h"

static pkl_bytes network_with(uint8_t view, const uint8_t *stream, size_t size)
{
    static const int64_t sides[][2] = {{2, 3}, {3, 2}, {1, 1}, {0, 5}, {6, 1}, {4, 4}, {1, 100}, {2, 2}};
    static const int64_t strides[][2] = {{3, 1}, {1, 3}, {0, 0}, {1, 1}};
    pkl_bytes            p = pkl_start(4), payload = pkl_start(0);

    pkl_raw(&payload, stream, size);
    fuzz_right_zip(payload.at, payload.size);
    pkl_network_begin(&p);
    pkl_tensor(&p, &payload, view >> 6, 2, sides[view & 7], strides[view >> 3 & 3]);
    pkl_network_end(&p);
    pkl_free(&payload);
    return p;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    alf_ctx     *ctx = fuzz_open_for((int64_t)24 << 20, data, size);
    alf_archive *archive = NULL;
    pkl_bytes    p = network_with(data[0], data + 1, size - 1);

    if (fuzz_took(ctx, alf_archive_open(ctx, fuzz_file("torch.pkl", p.at, p.size), &archive), &archive)) {
        fuzz_read_archive(archive);
        alf_archive_destroy(archive);
    }
    pkl_free(&p);
    fuzz_close(ctx);
    return 0;
}
