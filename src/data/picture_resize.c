/* A large photo takes 8 times its bytes as numbers, most of which a small result does not need: rows become numbers band
 * by band, and what is kept of a band has the new width already. */
#include "data/picture_resize.h"

#include <string.h>

#include "core/arithmetic.h"

#define BAND_ROWS 64

static alf_status band_of(alf_ctx *ctx, const alf_picture *in, const alf_picture_part *band, alf_canvas **out)
{
    alf_picture *rows = NULL;
    alf_status   status = alf_picture_create(ctx, band->width, band->height, in->channels, &rows);
    int64_t      size = band->width * in->channels;

    for (int64_t y = 0; y < band->height && !status; y++)
        memcpy(rows->pixels + y * size, in->pixels + ((band->top + y) * in->width + band->left) * in->channels,
               (size_t)size);
    if (!status) status = alf_canvas_from_picture(ctx, rows, out);
    alf_picture_destroy(rows);
    return status;
}

static void put_rows(const alf_canvas *from, int64_t top, alf_canvas *to)
{
    int64_t size = from->height * from->width;

    for (int c = 0; c < from->channels; c++)
        memcpy(to->values + (c * to->height + top) * to->width, from->values + c * size,
               (size_t)size * sizeof *to->values);
}

/* The rows of one band at the width of `out`, whose row `top` they start at. */
static alf_status add_band(alf_ctx *ctx, const alf_picture *in, const alf_picture_part *band, alf_resize rule,
                           int64_t top, alf_canvas *out)
{
    alf_canvas *whole = NULL, *narrow = NULL;
    alf_status  status = band_of(ctx, in, band, &whole);

    if (!status && out->width != band->width)
        status = alf_canvas_resize(ctx, whole, out->width, band->height, rule, &narrow);
    if (!status) put_rows(narrow ? narrow : whole, top, out);
    alf_canvas_destroy(narrow);
    alf_canvas_destroy(whole);
    return status;
}

static alf_status resize_rows(alf_ctx *ctx, const alf_picture *in, const alf_picture_part *part, alf_resize rule,
                              alf_canvas *out)
{
    alf_status status = ALF_OK;

    for (int64_t y = 0; y < part->height && !status; y += BAND_ROWS) {
        alf_picture_part band = {part->left, part->top + y, part->width, alf_smaller(BAND_ROWS, part->height - y)};
        status = add_band(ctx, in, &band, rule, y, out);
    }
    return status;
}

alf_status alf_picture_resize(alf_ctx *ctx, const alf_picture *in, const alf_picture_part *part, int64_t width,
                              int64_t height, alf_resize rule, alf_canvas **out)
{
    alf_canvas *rows = NULL;
    alf_status  status = alf_canvas_create(ctx, width, part->height, in->channels, &rows);

    if (!status) status = resize_rows(ctx, in, part, rule, rows);
    if (!status && height != part->height) {
        status = alf_canvas_resize(ctx, rows, width, height, rule, out);
    } else if (!status) {
        *out = rows;
        return ALF_OK;
    }
    alf_canvas_destroy(rows);
    return status;
}
