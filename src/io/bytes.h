/* Bytes that grow: what is encoded or written down piece by piece in memory. */
#ifndef ALF_IO_BYTES_H
#define ALF_IO_BYTES_H

#include "aliasfree/base.h"

typedef struct {
    alf_ctx *ctx;
    uint8_t *data; /* freed with alf_mem_free() */
    size_t   size, room;
} alf_bytes;

ALF_NODISCARD alf_status alf_bytes_put(alf_bytes *bytes, const void *data, size_t size);
/* A printf-style text without its final zero, numbers in the C locale, at most 1000 characters. */
ALF_NODISCARD alf_status alf_bytes_print(alf_bytes *bytes, const char *format, ...) ALF_PRINTF(2, 3);

#endif
