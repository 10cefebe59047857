/* WebP in, where libwebp is built in: RGB, or RGBA where there is alpha. */
#ifdef ALF_HAVE_WEBP

#include <webp/decode.h>

#include "io/picture_formats.h"
#include "io/picture_internal.h"

static alf_status read_pixels(alf_ctx *ctx, const uint8_t *data, size_t size, const char *path, alf_picture *picture)
{
    size_t   room = (size_t)(picture->width * picture->height * picture->channels);
    int      stride = (int)picture->width * picture->channels;
    uint8_t *end = picture->channels == 4 ? WebPDecodeRGBAInto(data, size, picture->pixels, room, stride)
                                          : WebPDecodeRGBInto(data, size, picture->pixels, room, stride);

    return end ? ALF_OK : alf_fail(ctx, ALF_ERR_FORMAT, "cannot read '%s' as WebP: damaged or truncated", path);
}

alf_status alf_webp_decode(alf_ctx *ctx, const uint8_t *data, size_t size, const char *path, alf_picture **out)
{
    WebPBitstreamFeatures head;
    alf_picture          *picture = NULL;
    alf_status            status;

    if (WebPGetFeatures(data, size, &head) != VP8_STATUS_OK)
        return alf_fail(ctx, ALF_ERR_FORMAT, "cannot read '%s' as WebP: its header is damaged or truncated", path);
    if (head.has_animation)
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "'%s' is an animation, expected one picture", path);
    status = alf_picture_unpack(ctx, path, head.width, head.height, head.has_alpha ? 4 : 3, size, &picture);
    if (!status) status = read_pixels(ctx, data, size, path, picture);
    if (status)
        alf_picture_destroy(picture);
    else
        *out = picture;
    return status;
}

#else
typedef int alf_no_webp; /* a file may not be empty */
#endif
