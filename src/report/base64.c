/* Bytes as text of 64 letters. */
#include "report/base64.h"

#include <stdint.h>
#include <stdlib.h>

char *alf_base64(const void *data, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    const uint8_t *bytes = data;
    char          *text = size < SIZE_MAX / 2 ? malloc((size + 2) / 3 * 4 + 1) : NULL, *end = text;
    if (!text) return NULL;
    for (size_t i = 0; i < size; i += 3) {
        const size_t   left = size - i;
        const uint32_t three =
            (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0u);
        *end++ = letters[three >> 18];
        *end++ = letters[three >> 12 & 63];
        *end++ = left > 1 ? letters[three >> 6 & 63] : '=';
        *end++ = left > 2 ? letters[three & 63] : '=';
    }
    *end = '\0';
    return text;
}
