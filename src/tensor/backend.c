/* The tables of the backends, and the size of a convolution's output. */
#include "tensor/backend.h"

#include "core/core.h"

const alf_backend *alf_backend_of(const alf_ctx *ctx)
{
    return alf_ctx_backend(ctx) == ALF_BACKEND_REFERENCE ? &alf_backend_reference : &alf_backend_cpu;
}

static bool output_size(const alf_conv *conv, int64_t in, int64_t taps, int64_t pad, int64_t *out)
{
    if (in < 1 || taps < 1 || conv->stride < 1) return false;
    if (conv->transposed) {
        int64_t reach;
        if (!alf_mul_i64(in - 1, conv->stride, &reach) || !alf_add_i64(reach, taps - 2 * pad, out)) return false;
    } else {
        int64_t room;
        if (!alf_add_i64(in, 2 * pad - taps, &room) || room < 0) return false;
        *out = room / conv->stride + 1;
    }
    return *out >= 1;
}

bool alf_conv_output_size(alf_conv *conv)
{
    int64_t h, w;
    if (!output_size(conv, conv->in_h, conv->kh, conv->pad_y, &h)) return false;
    if (!output_size(conv, conv->in_w, conv->kw, conv->pad_x, &w)) return false;
    conv->out_h = h;
    conv->out_w = w;
    return true;
}
