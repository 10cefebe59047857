/* Bytes that grow. */
#include "io/bytes.h"

#include <string.h>

#include "core/core.h"

alf_status alf_bytes_put(alf_bytes *bytes, const void *data, size_t size)
{
    if (size > bytes->room - bytes->size) {
        size_t   room = 2 * (bytes->size + size);
        uint8_t *grown = alf_mem_realloc(bytes->ctx, bytes->data, room, 1);
        if (!grown) return alf_ctx_status(bytes->ctx);
        bytes->data = grown;
        bytes->room = room;
    }
    if (size > 0) memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
    return ALF_OK;
}

alf_status alf_bytes_print(alf_bytes *bytes, const char *format, ...)
{
    char    text[1001];
    va_list args;
    int     length;

    va_start(args, format);
    length = alf_vformat(text, sizeof text, format, args);
    va_end(args);
    if (length < 0 || length >= (int)sizeof text)
        return alf_fail(bytes->ctx, ALF_ERR_ARGUMENT, "a piece of text has more than 1000 characters");
    return alf_bytes_put(bytes, text, (size_t)length);
}
