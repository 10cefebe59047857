/* JPEG in, where libturbojpeg is built in: grey stays grey, other colours become RGB. */
#ifdef ALF_HAVE_JPEG

#include <turbojpeg.h>

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
    if (r->colours == TJCS_RGB || r->colours == TJCS_YCbCr || r->colours == TJCS_GRAY) return ALF_OK;
    return alf_fail(r->ctx, ALF_ERR_UNSUPPORTED, "'%s' is a JPEG picture in CMYK, expected RGB or grey", r->path);
}

static alf_status read_pixels(reading *r, alf_picture *picture)
{
    int layout = picture->channels == 1 ? TJPF_GRAY : TJPF_RGB;

    if (tjDecompress2(r->jpeg, r->data, (unsigned long)r->size, picture->pixels, r->width, 0, r->height, layout, FLAGS))
        return fail(r);
    return ALF_OK;
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
