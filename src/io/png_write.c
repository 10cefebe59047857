/* PNG out: 8-bit grey, RGB or RGBA, the same bytes for the same picture. */
#include "aliasfree/files.h"
#include "core/core.h"
#include "io/atomic.h"
#include "io/bytes.h"
#include "io/picture_codec.h"
#include "io/picture_formats.h"
#include "io/picture_internal.h"
#include "io/png_guard.h"

/* Everything lives here and nothing in locals, which a longjmp may lose. */
typedef struct {
    alf_png_guard      guard;
    const alf_picture *picture;
    alf_bytes_taker    take;
    void              *taker;
    png_structp        png;
    png_infop          info;
    int64_t            row;
} writing;

static void give_bytes(png_structp png, png_bytep data, size_t size)
{
    writing *w = png_get_io_ptr(png);

    if (w->take(w->taker, data, size)) png_error(png, "the bytes could not be written");
}

static void flush_nothing(png_structp png)
{
    (void)png;
}

static int colour_type(int channels)
{
    if (channels == 1) return PNG_COLOR_TYPE_GRAY;
    return channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGBA;
}

/* All of libpng's work; its errors come back to the setjmp. */
static alf_status encode(writing *w)
{
    if (setjmp(w->guard.jump)) return alf_ctx_status(w->guard.ctx);
    w->png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &w->guard, alf_png_error, alf_png_warning, &w->guard,
                                       alf_png_malloc, alf_png_free);
    if (w->png) w->info = png_create_info_struct(w->png);
    if (!w->info) return alf_fail(w->guard.ctx, ALF_ERR_MEMORY, "no memory to write '%s'", w->guard.path);
    png_set_write_fn(w->png, w, give_bytes, flush_nothing);
    png_set_compression_buffer_size(w->png, 1 << 18); /* fewer, larger chunks and writes */
    png_set_IHDR(w->png, w->info, (png_uint_32)w->picture->width, (png_uint_32)w->picture->height, 8,
                 colour_type(w->picture->channels), PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(w->png, w->info);
    for (w->row = 0; w->row < w->picture->height; w->row++)
        png_write_row(w->png, w->picture->pixels + w->row * w->picture->width * w->picture->channels);
    png_write_end(w->png, w->info);
    return ALF_OK;
}

static bool is_picture(const alf_picture *p)
{
    return p->pixels && p->width >= 1 && p->width <= ALF_PICTURE_MAX_SIDE && p->height >= 1 &&
           p->height <= ALF_PICTURE_MAX_SIDE && (p->channels == 1 || p->channels == 3 || p->channels == 4);
}

static alf_status check_picture(alf_ctx *ctx, const alf_picture *picture, const char *path)
{
    if (is_picture(picture)) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_ARGUMENT, "cannot write '%s': %lld x %lld pixels of %d channels are no picture", path,
                    (long long)picture->width, (long long)picture->height, picture->channels);
}

static alf_status encode_to(writing w, alf_bytes_taker take, void *taker)
{
    alf_status status;

    w.take = take;
    w.taker = taker;
    status = encode(&w);
    png_destroy_write_struct(&w.png, &w.info);
    return status;
}

/* --- to a file ------------------------------------------------------------------------------------------------------- */

static alf_status take_for_file(void *file, const void *data, size_t size)
{
    return alf_atomic_write(file, data, size);
}

static alf_status write_content(alf_atomic_file *file, const void *user)
{
    return encode_to(*(const writing *)user, take_for_file, file);
}

alf_status alf_picture_write_png(alf_ctx *ctx, const alf_picture *picture, const char *path)
{
    writing    w = {.guard = {.ctx = ctx, .action = "write", .path = path}, .picture = picture};
    alf_status status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !picture)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_picture_write_png: %s is NULL", path ? "picture" : "path");
    status = check_picture(ctx, picture, path);
    return status ? status : alf_atomic_save(ctx, path, write_content, &w);
}

/* --- to memory ------------------------------------------------------------------------------------------------------- */

static alf_status take_for_memory(void *bytes, const void *data, size_t size)
{
    return alf_bytes_put(bytes, data, size);
}

alf_status alf_picture_encode_png(alf_ctx *ctx, const alf_picture *picture, uint8_t **bytes, size_t *size)
{
    static const char place[] = "a picture in memory";
    writing           w = {.guard = {.ctx = ctx, .action = "write", .path = place}, .picture = picture};
    alf_bytes         encoded = {.ctx = ctx};
    alf_status        status = check_picture(ctx, picture, place);

    if (!status) status = encode_to(w, take_for_memory, &encoded);
    if (status) {
        alf_mem_free(encoded.data);
        return status;
    }
    *bytes = encoded.data;
    *size = encoded.size;
    return ALF_OK;
}
