/* Pictures in memory, whatever their format: PNG always, JPEG and WebP where the libraries are built in. */
#ifndef ALF_IO_PICTURE_CODEC_H
#define ALF_IO_PICTURE_CODEC_H

#include "aliasfree/files.h"

/* Decodes by what the first bytes say. `origin` leads messages. Limits as alf_picture_read_png(). */
alf_status alf_picture_decode(alf_ctx *ctx, const void *bytes, size_t size, const char *origin, alf_picture **out);
/* True for names that end like a picture that this build reads: .png, .jpg, .jpeg, .webp in any case. */
bool alf_picture_known_suffix(const char *name);
/* Encodes as PNG; *bytes is freed with alf_mem_free(). */
alf_status alf_picture_encode_png(alf_ctx *ctx, const alf_picture *picture, uint8_t **bytes, size_t *size);

#endif
