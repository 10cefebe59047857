/* The formats of pictures, one reader each. `path` leads messages. JPEG and WebP are there when the build has the
 * libraries: ALF_HAVE_JPEG, ALF_HAVE_WEBP. */
#ifndef ALF_IO_PICTURE_FORMATS_H
#define ALF_IO_PICTURE_FORMATS_H

#include "aliasfree/files.h"

ALF_NODISCARD alf_status alf_png_decode(alf_ctx *ctx, const uint8_t *data, size_t size, const char *path,
                                        alf_picture **out);
ALF_NODISCARD alf_status alf_jpeg_decode(alf_ctx *ctx, const uint8_t *data, size_t size, const char *path,
                                         alf_picture **out);
ALF_NODISCARD alf_status alf_webp_decode(alf_ctx *ctx, const uint8_t *data, size_t size, const char *path,
                                         alf_picture **out);

/* Takes the next bytes of a picture that is being encoded. */
typedef alf_status (*alf_bytes_taker)(void *taker, const void *data, size_t size);

#endif
