/* Checking and copying arrays of a file into tensors that are there already. */
#include "training/stored.h"

#include <math.h>
#include <string.h>

#include "tensor/tensor.h"

bool alf_stored_has_shape(alf_ctx *ctx, const alf_archive *archive, const alf_array *array, int ndim,
                          const int64_t shape[])
{
    const bool scalar = array->ndim == 0 && ndim == 1 && shape[0] == 1;
    if (scalar || (array->ndim == ndim && memcmp(array->shape, shape, (size_t)ndim * sizeof shape[0]) == 0))
        return true;
    char found[ALF_SHAPE_TEXT], expected[ALF_SHAPE_TEXT];
    alf_fail(ctx, ALF_ERR_FORMAT, "%s: tensor %s has shape %s: expected %s", alf_archive_path(archive), array->name,
             alf_shape_text(array->ndim, array->shape, found), alf_shape_text(ndim, shape, expected));
    return false;
}

bool alf_stored_in_range(alf_ctx *ctx, const alf_archive *archive, const alf_array *array, double low)
{
    double block[512];
    for (int64_t first = 0; first < array->count; first += 512) {
        const int64_t count = array->count - first < 512 ? array->count - first : 512;
        alf_array_read_f64(array, first, count, block);
        for (int64_t i = 0; i < count; i++) {
            if (isfinite(block[i]) && block[i] >= low) continue;
            alf_fail(ctx, ALF_ERR_FORMAT, "%s: %s: element %lld is %g: expected a finite number%s",
                     alf_archive_path(archive), array->name, (long long)(first + i), block[i],
                     isfinite(low) ? " that is not negative" : "");
            return false;
        }
    }
    return true;
}

alf_status alf_stored_copy(alf_ctx *ctx, const alf_array *array, alf_tensor *to)
{
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *x = alf_reshape(ctx, alf_tensor_from_array(ctx, array), to->ndim, to->shape);
    if (!alf_tensor_failed(x)) alf_tensor_lerp(ctx, to, x, 1);
    alf_scope_close(scope, NULL);
    return alf_ctx_status(ctx);
}
