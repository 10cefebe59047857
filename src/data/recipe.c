/* Recipes: defaults and ranges. */
#include "data/recipe.h"

#include "core/core.h"
#include "io/picture_internal.h"

#define LARGEST_SCALE 1e4
#define MOST_IMAGES 100000000 /* names have eight digits */

alf_dataset_recipe alf_dataset_recipe_default(void)
{
    return (alf_dataset_recipe){
        .background = {255, 255, 255}, .shift = 0.2, .rotation = 180.0, .scale_low = 0.5, .scale_high = 0.5};
}

static const char *const fits[] = {
    [ALF_FIT_NONE] = "none",
    [ALF_FIT_CENTER_CROP] = "center-crop",
    [ALF_FIT_CENTER_CROP_WIDE] = "center-crop-wide",
    [ALF_FIT_CENTER_CROP_TALL] = "center-crop-tall",
    [ALF_FIT_NONALIGNED] = "nonaligned",
};

const char *alf_fit_name(alf_fit fit)
{
    return fits[fit];
}

const char *alf_resize_name(alf_resize resize)
{
    return resize == ALF_RESIZE_BOX ? "box" : "lanczos";
}

/* --- checks --------------------------------------------------------------------------------------------------------- */

static alf_status check_shape(alf_ctx *ctx, const alf_dataset_recipe *r)
{
    bool letterboxed = r->fit == ALF_FIT_CENTER_CROP_WIDE || r->fit == ALF_FIT_CENTER_CROP_TALL;

    if (letterboxed && r->width == 0)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "recipe: the transform %s needs a resolution", alf_fit_name(r->fit));
    if (!letterboxed && r->width != r->height)
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "recipe: the resolution is %lld x %lld, expected a square (center-crop-wide and "
                        "center-crop-tall make one of it)",
                        (long long)r->width, (long long)r->height);
    if (letterboxed && (r->fit == ALF_FIT_CENTER_CROP_WIDE ? r->width < r->height : r->width > r->height))
        return alf_fail(ctx, ALF_ERR_RANGE, "recipe: the resolution is %lld x %lld, expected a %s one for %s",
                        (long long)r->width, (long long)r->height, r->fit == ALF_FIT_CENTER_CROP_WIDE ? "wide" : "tall",
                        alf_fit_name(r->fit));
    return ALF_OK;
}

static alf_status check_size(alf_ctx *ctx, const alf_dataset_recipe *r)
{
    if (r->width < 0 || r->width > ALF_PICTURE_MAX_SIDE || r->height < 0 || r->height > ALF_PICTURE_MAX_SIDE ||
        (r->width == 0) != (r->height == 0))
        return alf_fail(ctx, ALF_ERR_RANGE, "recipe: the resolution is %lld x %lld, expected 1 to %d, or 0 x 0",
                        (long long)r->width, (long long)r->height, ALF_PICTURE_MAX_SIDE);
    return check_shape(ctx, r);
}

static alf_status check_number(alf_ctx *ctx, const char *name, double value, double low, double high)
{
    if (value >= low && value <= high) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_RANGE, "recipe: %s is %g, expected %g to %g", name, value, low, high);
}

static alf_status check_placement(alf_ctx *ctx, const alf_dataset_recipe *r)
{
    alf_status status = check_number(ctx, "shift", r->shift, 0, LARGEST_SCALE);

    if (!status) status = check_number(ctx, "rotation", r->rotation, 0, 180);
    if (!status) status = check_number(ctx, "scale_low", r->scale_low, 1 / LARGEST_SCALE, LARGEST_SCALE);
    return status ? status : check_number(ctx, "scale_high", r->scale_high, r->scale_low, LARGEST_SCALE);
}

alf_status alf_recipe_check(alf_ctx *ctx, const alf_dataset_recipe *r)
{
    alf_status status;

    if ((int)r->fit < 0 || r->fit > ALF_FIT_NONALIGNED || (int)r->resize < 0 || r->resize > ALF_RESIZE_BOX)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "recipe: transform %d or resize %d is unknown", (int)r->fit,
                        (int)r->resize);
    if (r->max_images < 0 || r->max_images > MOST_IMAGES)
        return alf_fail(ctx, ALF_ERR_RANGE, "recipe: max_images is %lld, expected 0 to %d", (long long)r->max_images,
                        MOST_IMAGES);
    status = check_size(ctx, r);
    return status ? status : check_placement(ctx, r);
}
