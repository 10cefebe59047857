/* Pictures in memory, and how values in [-1, 1] become their bytes. */
#include <math.h>

#include "aliasfree/files.h"
#include "core/core.h"
#include "io/picture_internal.h"

/* --- life ----------------------------------------------------------------------------------------------------------- */

alf_status alf_picture_create(alf_ctx *ctx, int64_t width, int64_t height, int channels, alf_picture **out)
{
    alf_picture *picture;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_picture_create: out is NULL");
    if (width < 1 || width > ALF_PICTURE_MAX_SIDE || height < 1 || height > ALF_PICTURE_MAX_SIDE)
        return alf_fail(ctx, ALF_ERR_RANGE, "a picture of %lld x %lld pixels: expected sides of 1 to %d",
                        (long long)width, (long long)height, ALF_PICTURE_MAX_SIDE);
    if (channels != 1 && channels != 3 && channels != 4)
        return alf_fail(ctx, ALF_ERR_RANGE, "a picture of %d channels: expected 1, 3 or 4", channels);
    picture = alf_mem_zalloc(ctx, 1, sizeof *picture);
    if (!picture) return alf_ctx_status(ctx);
    *picture = (alf_picture){.width = width, .height = height, .channels = channels};
    picture->pixels = alf_mem_zalloc(ctx, (size_t)(width * height), (size_t)channels);
    if (!picture->pixels) {
        alf_mem_free(picture);
        return alf_ctx_status(ctx);
    }
    *out = picture;
    return ALF_OK;
}

void alf_picture_destroy(alf_picture *picture)
{
    if (!picture) return;
    alf_mem_free(picture->pixels);
    alf_mem_free(picture);
}

/* --- from files ------------------------------------------------------------------------------------------------------ */

/* A picture in memory may take this much, which is large for a flat one, and so many times the file, which is much for
 * any other: a palette of one bit grows 32 times on top of what deflate does. */
#define SPARE_BYTES ((int64_t)64 << 20)
#define MAX_EXPANSION 64

alf_status alf_picture_check_sides(alf_ctx *ctx, const char *path, int64_t width, int64_t height)
{
    if (width <= ALF_PICTURE_MAX_SIDE && height <= ALF_PICTURE_MAX_SIDE) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "'%s' has %lld x %lld pixels, expected sides of at most %d", path,
                    (long long)width, (long long)height, ALF_PICTURE_MAX_SIDE);
}

alf_status alf_picture_unpack(alf_ctx *ctx, const char *path, int64_t width, int64_t height, int channels, size_t size,
                              alf_picture **out)
{
    if (alf_picture_check_sides(ctx, path, width, height)) return alf_ctx_status(ctx);
    if (width * height * channels > SPARE_BYTES + MAX_EXPANSION * (int64_t)size)
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED,
                        "'%s' would unpack to %lld x %lld pixels of %d channels, expected at most 64 MB plus %d times "
                        "its %zu bytes",
                        path, (long long)width, (long long)height, channels, MAX_EXPANSION, size);
    return alf_picture_create(ctx, width, height, channels, out);
}

/* --- bytes ---------------------------------------------------------------------------------------------------------- */

/* In float and one operation per statement, so that values round as they do in the original. */
static uint8_t byte_of(double value, alf_bytes_rule rule)
{
    float level = (float)value;

    if (rule == ALF_BYTES_IMAGE) {
        level *= 127.5f;
        level += 128.0f;
    } else {
        level += 1.0f;
        level *= 127.5f;
        level = rintf(level);
    }
    if (!(level > 0.0f)) return 0; /* NaN too */
    return level < 255.0f ? (uint8_t)level : 255;
}

static void put_pixel(uint8_t *pixel, int pixel_channels, int channels, int64_t plane, const double *from,
                      alf_bytes_rule rule)
{
    int colours = pixel_channels < 3 ? pixel_channels : 3;

    for (int c = 0; c < colours; c++) pixel[c] = byte_of(from[channels == 1 ? 0 : c * plane], rule);
    if (pixel_channels == 4) pixel[3] = 255;
}

alf_status alf_picture_put(alf_ctx *ctx, alf_picture *picture, int64_t left, int64_t top, int channels, int64_t h,
                           int64_t w, const double *planes, alf_bytes_rule rule)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!picture || !planes)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_picture_put: %s is NULL", picture ? "planes" : "picture");
    if (rule != ALF_BYTES_IMAGE && rule != ALF_BYTES_GRID)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_picture_put: unknown rule %d", (int)rule);
    if ((channels != 1 && channels != 3) || (channels == 3 && picture->channels == 1))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_picture_put: %d channels into a picture of %d", channels,
                        picture->channels);
    if (left < 0 || top < 0 || h < 0 || w < 0 || h > picture->height || w > picture->width ||
        left > picture->width - w || top > picture->height - h)
        return alf_fail(ctx, ALF_ERR_RANGE,
                        "%lld x %lld pixels at (%lld, %lld) do not fit into a picture of %lld x %lld", (long long)w,
                        (long long)h, (long long)left, (long long)top, (long long)picture->width,
                        (long long)picture->height);
    for (int64_t y = 0; y < h; y++) {
        uint8_t *row = picture->pixels + ((top + y) * picture->width + left) * picture->channels;
        for (int64_t x = 0; x < w; x++)
            put_pixel(row + x * picture->channels, picture->channels, channels, h * w, planes + y * w + x, rule);
    }
    return ALF_OK;
}

alf_status alf_image_write_png(alf_ctx *ctx, int channels, int64_t h, int64_t w, const double *planes, const char *path)
{
    alf_picture *picture = NULL;
    alf_status   status = alf_picture_create(ctx, w, h, channels, &picture);
    if (status == ALF_OK) status = alf_picture_put(ctx, picture, 0, 0, channels, h, w, planes, ALF_BYTES_IMAGE);
    if (status == ALF_OK) status = alf_picture_write_png(ctx, picture, path);
    alf_picture_destroy(picture);
    return status;
}
