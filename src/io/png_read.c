/* PNG in: any depth, palette, interlacing and transparency become 8-bit grey, RGB or RGBA. */
#include <string.h>

#include "aliasfree/files.h"
#include "core/core.h"
#include "io/file_map.h"
#include "io/picture_formats.h"
#include "io/picture_internal.h"
#include "io/png_chunks.h"
#include "io/png_guard.h"
#include "io/sniff.h"

/* Everything lives here and nothing in locals, which a longjmp may lose. */
typedef struct {
    alf_png_guard  guard;
    const uint8_t *data;
    size_t         size, position;
    png_structp    png;
    png_infop      info;
    alf_picture   *picture;
    png_bytepp     rows;
} reading;

static void take_bytes(png_structp png, png_bytep out, size_t size)
{
    reading *r = png_get_io_ptr(png);

    if (size > r->size - r->position) png_error(png, "the file ends early");
    memcpy(out, r->data + r->position, size);
    r->position += size;
}

/* A file cannot unpack to more than deflate's best ratio; one that claims so was cut or made up. */
static alf_status check_plausible(reading *r)
{
    const double best_ratio = 1032.0;
    int64_t      width = png_get_image_width(r->png, r->info), height = png_get_image_height(r->png, r->info);

    if (alf_picture_check_sides(r->guard.ctx, r->guard.path, width, height)) return alf_ctx_status(r->guard.ctx);
    if ((double)png_get_rowbytes(r->png, r->info) * (double)height <= best_ratio * (double)r->size) return ALF_OK;
    return alf_fail(r->guard.ctx, ALF_ERR_FORMAT,
                    "'%s' claims %lld x %lld pixels, which its %zu bytes cannot hold; truncated?", r->guard.path,
                    (long long)width, (long long)height, r->size);
}

/* Asks for 8 bits and 1, 3 or 4 channels, whatever is stored. */
static int set_transforms(reading *r)
{
    png_set_expand(r->png); /* palette to RGB, fewer bits to 8, a transparent colour to alpha */
    png_set_scale_16(r->png);
    if (png_get_color_type(r->png, r->info) == PNG_COLOR_TYPE_GRAY_ALPHA ||
        (png_get_color_type(r->png, r->info) == PNG_COLOR_TYPE_GRAY && png_get_valid(r->png, r->info, PNG_INFO_tRNS)))
        png_set_gray_to_rgb(r->png);
    png_set_interlace_handling(r->png);
    png_read_update_info(r->png, r->info);
    return png_get_channels(r->png, r->info);
}

static alf_status make_picture(reading *r, int channels)
{
    int64_t    width = png_get_image_width(r->png, r->info), height = png_get_image_height(r->png, r->info);
    alf_status status = alf_picture_unpack(r->guard.ctx, r->guard.path, width, height, channels, r->size, &r->picture);

    if (status) return status;
    r->rows = alf_mem_alloc(r->guard.ctx, (size_t)height, sizeof *r->rows);
    if (!r->rows) return alf_ctx_status(r->guard.ctx);
    for (int64_t y = 0; y < height; y++) r->rows[y] = r->picture->pixels + y * width * channels;
    return ALF_OK;
}

/* All of libpng's work; its errors come back to the setjmp. */
static alf_status decode(reading *r)
{
    if (setjmp(r->guard.jump)) return alf_ctx_status(r->guard.ctx);
    r->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &r->guard, alf_png_error, alf_png_warning, &r->guard,
                                      alf_png_malloc, alf_png_free);
    if (r->png) r->info = png_create_info_struct(r->png);
    if (!r->info) return alf_fail(r->guard.ctx, ALF_ERR_MEMORY, "no memory to read '%s'", r->guard.path);
    png_set_user_limits(r->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* ours follow, with a better text */
    png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, NULL,
                                -1); /* texts, profiles and the like cost nothing */
    png_set_read_fn(r->png, r, take_bytes);
    png_read_info(r->png, r->info);
    if (check_plausible(r)) return alf_ctx_status(r->guard.ctx);
    if (make_picture(r, set_transforms(r))) return alf_ctx_status(r->guard.ctx);
    png_read_image(r->png, r->rows);
    png_read_end(r->png, NULL);          /* checks that the data ends where it should */
    return alf_ctx_status(r->guard.ctx); /* libpng may go on after a failed allocation */
}

alf_status alf_png_decode(alf_ctx *ctx, const uint8_t *data, size_t size, const char *path, alf_picture **out)
{
    reading    r = {.guard = {.ctx = ctx, .action = "read", .path = path}, .data = data, .size = size};
    alf_status status;

    if (size < 8 || png_sig_cmp(data, 0, 8))
        return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is %s, expected a PNG picture", path, alf_sniff(data, size));
    status = alf_png_check_chunks(ctx, path, data, size);
    if (status) return status;
    status = decode(&r);
    png_destroy_read_struct(&r.png, &r.info, NULL);
    alf_mem_free(r.rows);
    if (status)
        alf_picture_destroy(r.picture);
    else
        *out = r.picture;
    return status;
}

alf_status alf_picture_read_png(alf_ctx *ctx, const char *path, alf_picture **out)
{
    alf_file_map map = {.data = NULL};
    alf_status   status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !out)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_picture_read_png: %s is NULL", path ? "out" : "path");
    status = alf_file_map_open(ctx, path, &map);
    if (!status) status = alf_png_decode(ctx, map.data, map.size, path, out);
    alf_file_map_close(&map);
    return status;
}
