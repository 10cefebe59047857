/* Image tensors as picture files. */
#include "aliasfree/files.h"
#include "aliasfree/generator.h"
#include "core/core.h"
#include "tensor/tensor.h"

alf_status alf_image_save_png(alf_ctx *ctx, const alf_tensor *image, const char *path)
{
    char shape[ALF_SHAPE_TEXT];
    if (!alf_op_input_ndim(ctx, "alf_image_save_png: image", image, 4)) return alf_ctx_status(ctx);
    const int64_t n = image->shape[0], c = image->shape[1], h = image->shape[2], w = image->shape[3];
    if (n != 1 || (c != 1 && c != 3))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_image_save_png: image has shape %s: expected [1, 1 or 3, H, W]",
                        alf_shape_text(4, image->shape, shape));
    double    *values = alf_mem_alloc(ctx, (size_t)image->count, sizeof *values);
    alf_status status = values ? alf_tensor_read(ctx, image, values) : ALF_ERR_MEMORY;
    if (status == ALF_OK) status = alf_image_write_png(ctx, (int)c, h, w, values, path);
    alf_mem_free(values);
    return status;
}
