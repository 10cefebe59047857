/* Walking the chunks of a PNG: what each claims is held against what is there. */
#include "io/png_chunks.h"

#include <string.h>

#include "core/core.h"

enum { SIGNATURE = 8, HEAD = 8, CHECK = 4, TYPE = 4 };

static size_t length_at(const uint8_t *at)
{
    return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

static bool is_letter(uint8_t byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static alf_status check_type(alf_ctx *ctx, const char *path, const uint8_t *type, size_t at)
{
    for (int i = 0; i < TYPE; i++)
        if (!is_letter(type[i]))
            return alf_fail(ctx, ALF_ERR_FORMAT,
                            "'%s' at byte %zu: the type of a chunk is %02x %02x %02x %02x, expected four letters", path,
                            at, type[0], type[1], type[2], type[3]);
    return ALF_OK;
}

alf_status alf_png_check_chunks(alf_ctx *ctx, const char *path, const uint8_t *data, size_t size)
{
    size_t at = SIGNATURE;

    while (size - at >= HEAD + CHECK) { /* at never passes size */
        const uint8_t *type = data + at + HEAD - TYPE;
        size_t         length = length_at(data + at), left = size - at - HEAD - CHECK;
        if (check_type(ctx, path, type, at)) return ALF_ERR_FORMAT;
        if (length > left)
            return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' at byte %zu: chunk %.4s claims %zu bytes where %zu are left",
                            path, at, (const char *)type, length, left);
        if (memcmp(type, "IEND", TYPE) == 0) return ALF_OK;
        at += HEAD + length + CHECK;
    }
    return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' ends at byte %zu without the chunk IEND", path, size);
}
