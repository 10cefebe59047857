/* The chunks of a PNG, checked before libpng sees them: it takes memory for whatever length a chunk claims. */
#ifndef ALF_IO_PNG_CHUNKS_H
#define ALF_IO_PNG_CHUNKS_H

#include "aliasfree/base.h"

/* Makes sure that every chunk up to IEND lies within the `size` >= 8 bytes of the file, signature included. */
ALF_NODISCARD alf_status alf_png_check_chunks(alf_ctx *ctx, const char *path, const uint8_t *data, size_t size);

#endif
