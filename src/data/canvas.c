/* Canvases: their life, from and to pictures, cut and composed onto a colour. */
#include "data/canvas.h"

#include <math.h>
#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "data/canvas_internal.h"
#include "io/picture_internal.h"

#define FARTHEST ((int64_t)1 << 40) /* a cut may start so far away; sums of positions stay far from overflow */

/* --- life --------------------------------------------------------------------------------------------------------- */

alf_status alf_canvas_create(alf_ctx *ctx, int64_t width, int64_t height, int channels, alf_canvas **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_canvas_create: out is NULL");
    if (width < 1 || width > ALF_PICTURE_MAX_SIDE || height < 1 || height > ALF_PICTURE_MAX_SIDE)
        return alf_fail(ctx, ALF_ERR_RANGE, "a canvas of %lld x %lld pixels: expected sides of 1 to %d",
                        (long long)width, (long long)height, ALF_PICTURE_MAX_SIDE);
    if (channels != 1 && channels != 3 && channels != 4)
        return alf_fail(ctx, ALF_ERR_RANGE, "a canvas of %d channels: expected 1, 3 or 4", channels);
    alf_canvas *canvas = alf_mem_zalloc(ctx, 1, sizeof *canvas);
    if (!canvas) return ALF_ERR_MEMORY;
    *canvas = (alf_canvas){.width = width, .height = height, .channels = channels};
    canvas->values = alf_mem_zalloc(ctx, (size_t)(width * height) * (size_t)channels, sizeof *canvas->values);
    if (!canvas->values) {
        alf_mem_free(canvas);
        return ALF_ERR_MEMORY;
    }
    *out = canvas;
    return ALF_OK;
}

void alf_canvas_destroy(alf_canvas *canvas)
{
    if (!canvas) return;
    alf_mem_free(canvas->values);
    alf_mem_free(canvas);
}

alf_status alf_canvas_check(alf_ctx *ctx, const char *who, const alf_canvas *in, const void *out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!in || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: %s is NULL", who, in ? "out" : "the canvas");
    return ALF_OK;
}

double alf_soft_step(double distance)
{
    if (fabs(distance) >= 1.0) return distance > 0.0 ? 1.0 : 0.0;
    return 0.5 + 0.5 * distance + sin(ALF_PI * distance) / (2.0 * ALF_PI);
}

/* --- pictures ----------------------------------------------------------------------------------------------------- */

alf_status alf_canvas_from_picture(alf_ctx *ctx, const alf_picture *picture, alf_canvas **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!picture || !out)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_canvas_from_picture: %s is NULL", picture ? "out" : "picture");
    alf_canvas *canvas = NULL;
    alf_status  status = alf_canvas_create(ctx, picture->width, picture->height, picture->channels, &canvas);
    if (status != ALF_OK) return status;

    int64_t plane = canvas->width * canvas->height;
    int     channels = canvas->channels;
    for (int64_t i = 0; i < plane; i++) {
        const uint8_t *pixel = picture->pixels + i * channels;
        for (int c = 0; c < channels; c++)
            canvas->values[c * plane + i] = channels == 4 && c < 3 ? (double)pixel[c] * pixel[3] / 255.0 : pixel[c];
    }
    *out = canvas;
    return ALF_OK;
}

static uint8_t byte_of(double value)
{
    if (!(value > 0.0)) return 0; /* NaN too */
    return value < 255.0 ? (uint8_t)(value + 0.5) : 255;
}

static void read_pixel(const double *values, int64_t plane, int channels, uint8_t *pixel)
{
    double scale = 1.0;
    if (channels == 4) {
        double alpha = values[3 * plane];
        pixel[3] = byte_of(alpha);
        scale = pixel[3] ? 255.0 / fmin(alpha, 255.0) : 0.0; /* what cannot be seen has no colour */
    }
    for (int c = 0; c < channels && c < 3; c++) pixel[c] = byte_of(values[c * plane] * scale);
}

alf_status alf_canvas_to_picture(alf_ctx *ctx, const alf_canvas *canvas, alf_picture **out)
{
    alf_picture *picture = NULL;
    alf_status   status = alf_canvas_check(ctx, "alf_canvas_to_picture", canvas, out);
    if (status == ALF_OK) status = alf_picture_create(ctx, canvas->width, canvas->height, canvas->channels, &picture);
    if (status != ALF_OK) return status;

    int64_t plane = canvas->width * canvas->height;
    for (int64_t i = 0; i < plane; i++)
        read_pixel(canvas->values + i, plane, canvas->channels, picture->pixels + i * canvas->channels);
    *out = picture;
    return ALF_OK;
}

/* --- cutting and composing ---------------------------------------------------------------------------------------- */

static int64_t nearest(int64_t position, int64_t size)
{
    return alf_smaller(alf_larger(position, 0), size - 1);
}

alf_status alf_canvas_cut(alf_ctx *ctx, const alf_canvas *in, int64_t left, int64_t top, int64_t width, int64_t height,
                          const double fill[], alf_canvas **out)
{
    alf_canvas *cut = NULL;
    alf_status  status = alf_canvas_check(ctx, "alf_canvas_cut", in, out);
    if (status != ALF_OK) return status;
    if (left < -FARTHEST || left > FARTHEST || top < -FARTHEST || top > FARTHEST)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_canvas_cut: corner (%lld, %lld), expected at most %lld from 0",
                        (long long)left, (long long)top, (long long)FARTHEST);
    status = alf_canvas_create(ctx, width, height, in->channels, &cut);
    if (status != ALF_OK) return status;

    for (int c = 0; c < in->channels; c++) {
        const double *plane = in->values + c * in->width * in->height;
        for (int64_t y = 0; y < height; y++) {
            int64_t row = nearest(top + y, in->height);
            double *to = cut->values + (c * height + y) * width;
            for (int64_t x = 0; x < width; x++) {
                int64_t column = nearest(left + x, in->width);
                bool    beyond = column != left + x || row != top + y;
                to[x] = beyond && fill ? fill[c] : plane[row * in->width + column];
            }
        }
    }
    *out = cut;
    return ALF_OK;
}

alf_status alf_canvas_compose(alf_ctx *ctx, const alf_canvas *in, const uint8_t background[3], alf_canvas **out)
{
    alf_canvas *composed = NULL;
    alf_status  status = alf_canvas_check(ctx, "alf_canvas_compose", in, out);
    if (status != ALF_OK) return status;
    if (!background) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_canvas_compose: background is NULL");
    int channels = in->channels == 4 ? 3 : in->channels;
    status = alf_canvas_create(ctx, in->width, in->height, channels, &composed);
    if (status != ALF_OK) return status;

    int64_t plane = in->width * in->height;
    memcpy(composed->values, in->values, (size_t)plane * (size_t)channels * sizeof *in->values);
    if (in->channels == 4) {
        const double *alpha = in->values + 3 * plane;
        for (int c = 0; c < 3; c++)
            for (int64_t i = 0; i < plane; i++)
                composed->values[c * plane + i] += background[c] * (1.0 - alpha[i] / 255.0);
    }
    *out = composed;
    return ALF_OK;
}
