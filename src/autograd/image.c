/* Padding, sampling and filtering of images. All are linear in the image, with constants (matrices, taps) that the
 * record keeps as its numbers; the gradient is the adjoint, whose own gradient is the operation again. */
#include <math.h>
#include <string.h>

#include "autograd/tape.h"

typedef enum { PAD_REFLECT, SAMPLE_AFFINE, FILTER_EACH } image_kind;

/* One of the operations on images x [N, C, h, w], y [N, C, out_h, out_w]. */
typedef struct {
    image_kind    kind;
    alf_direction direction;
    int64_t       h, w, out_h, out_w;
    int64_t       padding[4];
    int64_t       count; /* numbers for each image */
    bool          along_x;
} image_map;

static alf_tensor *apply(alf_ctx *ctx, const image_map *map, const double *numbers, alf_tensor *from);

static void image_backward(alf_ctx *ctx, const alf_node *node, alf_tensor *dy, alf_tensor *dx[])
{
    image_map other = *(const image_map *)node->attributes;
    other.direction = other.direction == ALF_DIRECTION_FORWARD ? ALF_DIRECTION_ADJOINT : ALF_DIRECTION_FORWARD;
    dx[0] = apply(ctx, &other, node->numbers, dy);
}

static void run(alf_ctx *ctx, const image_map *map, const double *numbers, const alf_tensor *from, alf_tensor *to)
{
    const alf_backend *backend = to->storage->backend;
    const int64_t      n = from->shape[0], c = from->shape[1];
    const void        *source = from->storage->data;
    void              *target = to->storage->data;
    switch (map->kind) {
    case PAD_REFLECT:
        backend->pad_reflect(ctx, map->direction, n * c, map->h, map->w, map->padding, source, target);
        break;
    case SAMPLE_AFFINE:
        backend->sample_affine(ctx, map->direction, n, c, map->h, map->w, map->out_h, map->out_w, numbers, source,
                               target);
        break;
    case FILTER_EACH:
        backend->filter_each(ctx, map->direction, n, c, map->h, map->w, numbers, map->count, map->along_x, source,
                             target);
        break;
    }
}

/* The map or its adjoint. What comes in has the map's size, or it is the gradient of something that has. */
static alf_tensor *apply(alf_ctx *ctx, const image_map *map, const double *numbers, alf_tensor *from)
{
    static const alf_op ops[] = {[PAD_REFLECT] = {.name = "alf_pad_reflect", .backward = image_backward},
                                 [SAMPLE_AFFINE] = {.name = "alf_sample_affine", .backward = image_backward},
                                 [FILTER_EACH] = {.name = "alf_filter_each", .backward = image_backward}};
    const alf_op       *op = &ops[map->kind];
    const bool          forward = map->direction == ALF_DIRECTION_FORWARD;
    if (!alf_op_input(ctx, op->name, from)) return alf_failed_tensor();
    alf_tensor *to = alf_tensor_new(
        ctx, 4,
        (int64_t[]){from->shape[0], from->shape[1], forward ? map->out_h : map->h, forward ? map->out_w : map->w});
    if (!to->ctx) return to;
    run(ctx, map, numbers, from, to);
    return alf_record(ctx, to, op,
                      &(alf_recording){.inputs = {from},
                                       .attributes = map,
                                       .size = sizeof *map,
                                       .numbers = numbers,
                                       .num_numbers = from->shape[0] * map->count});
}

/* True when the constants are there and finite. */
static bool numbers_given(alf_ctx *ctx, const char *name, int64_t count, const double *numbers)
{
    if (!alf_op_given(ctx, name, numbers)) return false;
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(numbers[i])) {
            alf_fail(ctx, ALF_ERR_RANGE, "%s: number %lld is %g: expected a finite one", name, (long long)i,
                     numbers[i]);
            return false;
        }
    return true;
}

alf_tensor *alf_pad_reflect(alf_ctx *ctx, alf_tensor *x, const int64_t padding[4])
{
    if (!alf_op_given(ctx, "alf_pad_reflect: padding", padding) || !alf_op_input_ndim(ctx, "alf_pad_reflect: x", x, 4))
        return alf_failed_tensor();
    image_map map = {.kind = PAD_REFLECT, .h = x->shape[2], .w = x->shape[3]};
    for (int side = 0; side < 4; side++) {
        const int64_t most = (side < 2 ? map.w : map.h) - 1;
        if (padding[side] < 0 || padding[side] > most)
            return alf_op_fail(ctx, ALF_ERR_RANGE, "alf_pad_reflect: padding %lld of a side with %lld samples",
                               (long long)padding[side], (long long)most + 1);
    }
    memcpy(map.padding, padding, sizeof map.padding);
    map.out_w = padding[0] + map.w + padding[1];
    map.out_h = padding[2] + map.h + padding[3];
    return apply(ctx, &map, NULL, x);
}

alf_tensor *alf_sample_affine(alf_ctx *ctx, alf_tensor *x, const double matrices[], int64_t h, int64_t w)
{
    if (!alf_op_input_ndim(ctx, "alf_sample_affine: x", x, 4) ||
        !numbers_given(ctx, "alf_sample_affine: matrices", x->shape[0] * 6, matrices))
        return alf_failed_tensor();
    if (h < 1 || w < 1)
        return alf_op_fail(ctx, ALF_ERR_RANGE, "alf_sample_affine: %lld x %lld pixels: expected at least one",
                           (long long)h, (long long)w);
    const image_map map = {
        .kind = SAMPLE_AFFINE, .h = x->shape[2], .w = x->shape[3], .out_h = h, .out_w = w, .count = 6};
    return apply(ctx, &map, matrices, x);
}

alf_tensor *alf_filter_each(alf_ctx *ctx, alf_tensor *x, const double taps[], int64_t count, bool along_x)
{
    if (!alf_op_input_ndim(ctx, "alf_filter_each: x", x, 4)) return alf_failed_tensor();
    image_map     map = {.kind = FILTER_EACH, .h = x->shape[2], .w = x->shape[3], .count = count, .along_x = along_x};
    const int64_t size = along_x ? map.w : map.h;
    if (count < 1 || count > size)
        return alf_op_fail(ctx, ALF_ERR_RANGE, "alf_filter_each: %lld taps on a side of %lld samples", (long long)count,
                           (long long)size);
    if (!numbers_given(ctx, "alf_filter_each: taps", x->shape[0] * count, taps)) return alf_failed_tensor();
    map.out_h = along_x ? map.h : map.h - count + 1;
    map.out_w = along_x ? map.w - count + 1 : map.w;
    return apply(ctx, &map, taps, x);
}
