/* Cropping, resizing, placing, composing. */
#include "data/picture_fit.h"

#include <math.h>

#include "data/picture_resize.h"

/* --- what becomes of a picture -------------------------------------------------------------------------------------- */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static alf_picture_part whole(const alf_picture *in)
{
    return (alf_picture_part){.width = in->width, .height = in->height};
}

/* The largest part of the given aspect ratio, in the middle. */
static alf_picture_part middle(const alf_picture *in, int64_t wide, int64_t high)
{
    double  ratio = (double)wide / (double)high;
    int64_t width = least(in->width, (int64_t)fmax(1, rint((double)in->height * ratio)));
    int64_t height = least(in->height, (int64_t)fmax(1, rint((double)in->width / ratio)));

    return (alf_picture_part){(in->width - width) / 2, (in->height - height) / 2, width, height};
}

static alf_status resize(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_picture *in, alf_picture_part part,
                         alf_canvas **out)
{
    return alf_picture_resize(ctx, in, &part, recipe->width ? recipe->width : part.width,
                              recipe->height ? recipe->height : part.height, recipe->resize, out);
}

/* In the middle of a black square; of nothing, where there is alpha that stays. */
static alf_status letterbox(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_canvas *in, alf_canvas **out)
{
    const double black[4] = {0, 0, 0, recipe->keep_alpha ? 0 : 255};
    int64_t      side = in->width > in->height ? in->width : in->height;

    return alf_canvas_cut(ctx, in, (in->width - side) / 2, (in->height - side) / 2, side, side, black, out);
}

static alf_status crop_and_letterbox(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_picture *in,
                                     alf_canvas **out)
{
    alf_canvas *part = NULL;
    alf_status  status = resize(ctx, recipe, in, middle(in, recipe->width, recipe->height), &part);

    if (!status) status = letterbox(ctx, recipe, part, out);
    alf_canvas_destroy(part);
    return status;
}

static alf_status place(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_placement *placement,
                        const alf_picture *in, alf_canvas **out)
{
    int64_t     side = in->width > in->height ? in->width : in->height;
    alf_canvas *subject = NULL;
    alf_status  status = alf_canvas_from_picture(ctx, in, &subject);

    if (!status) status = alf_canvas_place(ctx, subject, recipe->width ? recipe->width : side, placement, out);
    alf_canvas_destroy(subject);
    return status;
}

static alf_status fit(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_placement *placement,
                      const alf_picture *in, alf_canvas **out)
{
    switch (recipe->fit) {
    case ALF_FIT_NONE: return resize(ctx, recipe, in, whole(in), out);
    case ALF_FIT_CENTER_CROP: return resize(ctx, recipe, in, middle(in, 1, 1), out);
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

    if (in->channels == 4 && !recipe->keep_alpha) status = alf_canvas_compose(ctx, in, recipe->background, &composed);
    if (!status) status = alf_canvas_to_picture(ctx, composed ? composed : in, out);
    alf_canvas_destroy(composed);
    return status;
}

alf_status alf_picture_fit(alf_ctx *ctx, const alf_dataset_recipe *recipe, const alf_placement *placement,
                           const alf_picture *in, alf_picture **out)
{
    alf_canvas *fitted = NULL;
    alf_status  status = fit(ctx, recipe, placement, in, &fitted);

    if (!status) status = alf_canvas_settle(ctx, recipe, fitted, out);
    alf_canvas_destroy(fitted);
    return status;
}
