/* Which reader a picture needs: names by their suffix, contents by their first bytes. */
#include "io/picture_codec.h"

#include <string.h>

#include "core/core.h"
#include "io/picture_formats.h"
#include "io/sniff.h"

typedef struct {
    const char *suffixes[2];
    const char *bytes; /* that such a file starts with; what stands after `gap` more bytes */
    size_t      size, gap;
    const char *later;
    alf_status (*decode)(alf_ctx *ctx, const uint8_t *data, size_t size, const char *path, alf_picture **out);
} format;

#ifndef ALF_HAVE_JPEG
#define alf_jpeg_decode NULL
#endif
#ifndef ALF_HAVE_WEBP
#define alf_webp_decode NULL
#endif

static const format formats[] = {
    {{".png", NULL}, "\211PNG\r\n\032\n", 8, 0, "", alf_png_decode},
    {{".jpg", ".jpeg"}, "\377\330\377", 3, 0, "", alf_jpeg_decode},
    {{".webp", NULL}, "RIFF", 4, 4, "WEBP", alf_webp_decode},
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static bool starts_as(const format *f, const uint8_t *data, size_t size)
{
    size_t later = strlen(f->later);

    return size >= f->size + f->gap + later && memcmp(data, f->bytes, f->size) == 0 &&
           memcmp(data + f->size + f->gap, f->later, later) == 0;
}

alf_status alf_picture_decode(alf_ctx *ctx, const void *bytes, size_t size, const char *origin, alf_picture **out)
{
    for (int i = 0; i < FORMATS; i++) {
        if (!starts_as(&formats[i], bytes, size)) continue;
        if (formats[i].decode) return formats[i].decode(ctx, bytes, size, origin, out);
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "'%s' is %s, which this build does not read", origin,
                        alf_sniff(bytes, size));
    }
    return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' is %s, expected a picture (PNG, JPEG or WebP)", origin,
                    alf_sniff(bytes, size));
}

bool alf_picture_known_suffix(const char *name)
{
    for (int i = 0; i < FORMATS; i++)
        for (int k = 0; k < 2; k++) {
            const char *suffix = formats[i].suffixes[k];
            if (formats[i].decode && suffix && alf_ends_with_any_case(name, suffix)) return true;
        }
    return false;
}
