/* Recipes of data sets from any settings: what is allowed makes a picture of the size that it says. */
#include <stdlib.h>

#include "data/picture_fit.h"
#include "data/recipe.h"
#include "fuzz.h"

static double number(fuzz_bytes *b, double usual)
{
    return fuzz_bool(b) ? usual : fuzz_any_real(b);
}

static int64_t side(fuzz_bytes *b)
{
    return fuzz_rare(b) ? fuzz_any_int(b) : fuzz_int(b, 0, 40);
}

static alf_dataset_recipe read_recipe(fuzz_bytes *b)
{
    alf_dataset_recipe r = alf_dataset_recipe_default();

    r.fit = (alf_fit)fuzz_int(b, 0, ALF_FIT_NONALIGNED + (fuzz_rare(b) ? 1 : 0));
    r.resize = (alf_resize)fuzz_int(b, 0, 1);
    r.width = side(b);
    r.height = fuzz_bool(b) ? r.width : side(b);
    r.max_images = fuzz_bool(b) ? 0 : fuzz_any_int(b);
    r.keep_alpha = fuzz_bool(b);
    for (int i = 0; i < 3; i++) r.background[i] = (uint8_t)fuzz_bits(b, 1);
    r.seed = fuzz_bits(b, 2);
    r.shift = number(b, r.shift);
    r.rotation = number(b, r.rotation);
    r.scale_low = number(b, r.scale_low);
    r.scale_high = fuzz_bool(b) ? r.scale_low : number(b, r.scale_high);
    return r;
}

static alf_picture *read_picture(alf_ctx *ctx, fuzz_bytes *b)
{
    static const int channels[] = {1, 3, 4};
    alf_picture     *picture = NULL;
    int64_t          width = fuzz_int(b, 1, 24), height = fuzz_int(b, 1, 24);

    alf_status status = alf_picture_create(ctx, width, height, channels[fuzz_int(b, 0, 2)], &picture);
    fuzz_check(fuzz_took(ctx, status, &picture), "no picture of %lld x %lld", (long long)width, (long long)height);
    for (int64_t i = 0; i < width * height * picture->channels; i++) picture->pixels[i] = (uint8_t)fuzz_bits(b, 1);
    return picture;
}

static void check_size(const alf_dataset_recipe *r, const alf_picture *out)
{
    const int64_t longer = r->width > r->height ? r->width : r->height;

    fuzz_check(out->width >= 1 && out->height >= 1, "an empty picture");
    fuzz_check(longer == 0 || (out->width == longer && out->height == longer), "%lld x %lld for %lld x %lld",
               (long long)out->width, (long long)out->height, (long long)r->width, (long long)r->height);
}

static void fit(alf_ctx *ctx, const alf_dataset_recipe *r, const alf_picture *in, int64_t index)
{
    alf_placement placement = {0};
    alf_picture  *out = NULL;

    if (r->fit == ALF_FIT_NONALIGNED) {
        alf_status status = alf_placement_draw(ctx, r, index, (double)in->width / (double)in->height, &placement);
        if (!fuzz_took(ctx, status, NULL)) return;
    }
    if (fuzz_took(ctx, alf_picture_fit(ctx, r, &placement, in, &out), &out)) check_size(r, out);
    alf_picture_destroy(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes         b = {data, size};
    alf_ctx           *ctx = fuzz_open((int64_t)16 << 20);
    alf_dataset_recipe recipe = read_recipe(&b);
    alf_status         status = alf_recipe_check(ctx, &recipe);

    if (fuzz_took(ctx, status, NULL) && recipe.width <= 64 && recipe.height <= 64) {
        int64_t      index = fuzz_any_int(&b);
        alf_picture *picture = read_picture(ctx, &b);
        fit(ctx, &recipe, picture, index);
        alf_picture_destroy(picture);
    }
    fuzz_close(ctx);
    return 0;
}
