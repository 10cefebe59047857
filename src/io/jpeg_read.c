/* JPEG in, where libturbojpeg is built in: grey stays grey, other colours become RGB, also those of printing (CMYK),
 * which files hold inverted, 255 being no ink. */
#ifdef ALF_HAVE_JPEG

#include <turbojpeg.h>

#include "core/core.h"
#include "io/escape.h"
#include "io/picture_formats.h"
#include "io/picture_internal.h"

/* A warning is damage: the library fills what is missing of a truncated file with grey. */
#define FLAGS (TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)

typedef struct {
    alf_ctx       *ctx;
    const char    *path;
    const uint8_t *data;
    size_t         size;
    tjhandle       jpeg;
    int            width, height, colours;
} reading;

static alf_status fail(reading *r)
{
    return alf_fail(r->ctx, ALF_ERR_FORMAT, "cannot read '%s' as JPEG: %s", r->path,
                    alf_escape(tjGetErrorStr2(r->jpeg)).text);
}

static alf_status read_header(reading *r)
{
    int sampling;

    if (tjDecompressHeader3(r->jpeg, r->data, (unsigned long)r->size, &r->width, &r->height, &sampling, &r->colours))
        return fail(r);
    if (r->width < 1 || r->height < 1) /* tables without a picture are a JPEG file too */
        return alf_fail(r->ctx, ALF_ERR_FORMAT, "cannot read '%s' as JPEG: there is no picture in it; truncated?",
                        r->path);
    return ALF_OK;
}

static alf_status unpack(reading *r, int layout, uint8_t *pixels)
{
    if (tjDecompress2(r->jpeg, r->data, (unsigned long)r->size, pixels, r->width, 0, r->height, layout, FLAGS))
        return fail(r);
    return ALF_OK;
}

/* Paper that reflects what the inks leave. No profile is applied. */
static void print_inks(const uint8_t *inks, int64_t count, uint8_t *rgb)
{
    for (int64_t i = 0; i < count; i++, inks += 4, rgb += 3)
        for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)((inks[c] * inks[3] + 127) / 255);
}

static alf_status read_inks(reading *r, alf_picture *picture)
{
    int64_t    count = picture->width * picture->height;
    uint8_t   *inks = alf_mem_alloc(r->ctx, (size_t)count, 4);
    alf_status status = inks ? unpack(r, TJPF_CMYK, inks) : alf_ctx_status(r->ctx);

    if (!status && inks) print_inks(inks, count, picture->pixels);
    alf_mem_free(inks);
    return status;
}

static alf_status read_pixels(reading *r, alf_picture *picture)
{
    if (r->colours == TJCS_CMYK || r->colours == TJCS_YCCK) return read_inks(r, picture);
    return unpack(r, picture->channels == 1 ? TJPF_GRAY : TJPF_RGB, picture->pixels);
}

static alf_status decode(reading *r, alf_picture **out)
{
    alf_picture *picture = NULL;
    alf_status   status = read_header(r);

    if (!status)
        status = alf_picture_unpack(r->ctx, r->path, r->width, r->height, r->colours == TJCS_GRAY ? 1 : 3, r->size,
                                    &picture);
    if (!status) status = read_pixels(r, picture);
    if (status)
        alf_picture_destroy(picture);
    else
        *out = picture;
    return status;
}

alf_status alf_jpeg_decode(alf_ctx *ctx, const uint8_t *data, size_t size, const char *path, alf_picture **out)
{
    reading    r = {.ctx = ctx, .path = path, .data = data, .size = size, .jpeg = tjInitDecompress()};
    alf_status status;

    if (!r.jpeg) return alf_fail(ctx, ALF_ERR_MEMORY, "no memory to read '%s'", path);
    status = decode(&r, out);
    tjDestroy(r.jpeg);
    return status;
}

#else
typedef int alf_no_jpeg; /* a file may not be empty */
#endif
