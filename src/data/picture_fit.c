/* Cropping, resizing, placing, composing. */
#include "data/picture_fit.h"

#include <math.h>

/* --- steps, each of which makes a new canvas ------------------------------------------------------------------------- */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The largest part of the given aspect ratio, in the middle. */
static alf_status crop(alf_ctx *ctx, const alf_canvas *in, int64_t wide, int64_t high, alf_canvas **out)
{
    const double beyond[4] = {0}; /* nothing is */
    double       ratio = (double)wide / (double)high;
    int64_t      width = least(in->width, (int64_t)fmax(1, rint((double)in->height * ratio)));
    int64_t      height = least(in->height, (int64_t)fmax(1, rint((double)in->width / ratio)));

    return alf_canvas_cut(ctx, in, (in->width - width) / 2, (in->height - height) / 2, width, height, beyond, out);
}

static alf_status resize(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_canvas *in, alf_canvas **out)
{
    return alf_canvas_resize(ctx, in, recipe->width ? recipe->width : in->width,
                             recipe->height ? recipe->height : in->height, recipe->resize, out);
}

/* In the middle of a black square; of nothing, where there is alpha that stays. */
static alf_status letterbox(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_canvas *in, alf_canvas **out)
{
    const double black[4] = {0, 0, 0, recipe->keep_alpha ? 0 : 255};
    int64_t      side = in->width > in->height ? in->width : in->height;

    return alf_canvas_cut(ctx, in, (in->width - side) / 2, (in->height - side) / 2, side, side, black, out);
}

static alf_status crop_and_resize(alf_ctx *ctx, const alf_dataset_recipe *recipe, int64_t wide, int64_t high,
                                  const alf_canvas *in, alf_canvas **out)
{
    alf_canvas *part = NULL;
    alf_status  status = crop(ctx, in, wide, high, &part);

    if (!status) status = resize(ctx, recipe, part, out);
    alf_canvas_destroy(part);
    return status;
}

static alf_status crop_and_letterbox(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_canvas *in,
                                     alf_canvas **out)
{
    alf_canvas *part = NULL;
    alf_status  status = crop_and_resize(ctx, recipe, recipe->width, recipe->height, in, &part);

    if (!status) status = letterbox(ctx, recipe, part, out);
    alf_canvas_destroy(part);
    return status;
}

static alf_status place(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_placement *placement,
                        const alf_canvas *in, alf_canvas **out)
{
    int64_t side = in->width > in->height ? in->width : in->height;

    return alf_canvas_place(ctx, in, recipe->width ? recipe->width : side, placement, out);
}

static alf_status fit(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_placement *placement,
                      const alf_canvas *in, alf_canvas **out)
{
    switch (recipe->fit) {
    case ALF_FIT_NONE: return resize(ctx, recipe, in, out);
    case ALF_FIT_CENTER_CROP: return crop_and_resize(ctx, recipe, 1, 1, in, out);
    case ALF_FIT_CENTER_CROP_WIDE:
    case ALF_FIT_CENTER_CROP_TALL: return crop_and_letterbox(ctx, recipe, in, out);
    case ALF_FIT_NONALIGNED: return place(ctx, recipe, placement, in, out);
    }
    return alf_fail(ctx, ALF_ERR_ARGUMENT, "recipe: transform %d is unknown", (int)recipe->fit);
}

/* --- pictures --------------------------------------------------------------------------------------------------------- */

alf_status alf_picture_widen(alf_ctx *ctx, alf_picture **picture, int channels)
{
    const alf_picture *in = *picture;
    alf_picture       *wide = NULL;

    if (in->channels >= channels) return ALF_OK;
    if (alf_picture_create(ctx, in->width, in->height, channels, &wide)) return alf_ctx_status(ctx);
    for (int64_t i = 0; i < in->width * in->height; i++)
        for (int c = 0; c < channels; c++)
            wide->pixels[i * channels + c] = c == 3 ? 255 : in->pixels[i * in->channels + (in->channels == 1 ? 0 : c)];
    alf_picture_destroy(*picture);
    *picture = wide;
    return ALF_OK;
}

alf_status alf_canvas_settle(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_canvas *in, alf_picture **out)
{
    alf_canvas *composed = NULL;
    alf_status  status = ALF_OK;

    if (!recipe->keep_alpha) status = alf_canvas_compose(ctx, in, recipe->background, &composed);
    if (!status) status = alf_canvas_to_picture(ctx, composed ? composed : in, out);
    alf_canvas_destroy(composed);
    return status;
}

alf_status alf_picture_fit(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_placement *placement,
                           const alf_picture *in, alf_picture **out)
{
    alf_canvas *canvas = NULL, *fitted = NULL;
    alf_status  status = alf_canvas_from_picture(ctx, in, &canvas);

    if (!status) status = fit(ctx, recipe, placement, canvas, &fitted);
    if (!status) status = alf_canvas_settle(ctx, recipe, fitted, out);
    alf_canvas_destroy(fitted);
    alf_canvas_destroy(canvas);
    return status;
}
