/* Files that claim to be NumPy arrays: .npy, and .npz with an array "a". */
#include <stdlib.h>

#include "aliasfree/archive.h"
#include "sums.h"

static void check_array(int ndim, const int64_t shape[], const double *data)
{
    volatile double sum = 0;
    int64_t         count = 1;

    fuzz_check(ndim >= 0 && ndim <= ALF_MAX_DIMS, "%d dimensions", ndim);
    for (int d = 0; d < ndim; d++) {
        fuzz_check(shape[d] >= 0, "a negative side");
        count *= shape[d];
    }
    for (int64_t i = 0; i < count; i++) sum = sum + data[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    alf_ctx *ctx = fuzz_open_for((int64_t)8 << 20, data, size);
    bool     zip = size >= 2 && data[0] == 'P' && data[1] == 'K';
    uint8_t *right = fuzz_copy(data, size);
    int      ndim = 0;
    int64_t  shape[ALF_MAX_DIMS];
    double  *values = NULL;

    if (zip) fuzz_right_zip(right, size);
    alf_status status = zip ? alf_npz_read(ctx, fuzz_file("a.npz", right, size), "a", &ndim, shape, &values)
                            : alf_npy_read(ctx, fuzz_file("a.npy", data, size), &ndim, shape, &values);
    if (fuzz_took(ctx, status, &values)) {
        check_array(ndim, shape, values);
        alf_free_data(values);
    }
    free(right);
    fuzz_close(ctx);
    return 0;
}
