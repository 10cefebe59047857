/* Which characters control a terminal, and how they are shown instead. */
#include "io/escape.h"

#include <stdint.h>
#include <string.h>

#define SHOWN 200 /* bytes of the escaped text; what is added last and "..." fit behind it */

/* How many bytes at the head of the text are one control character; 0: it is another one. */
static size_t control_size(const char *text)
{
    uint8_t first = (uint8_t)text[0], second = first ? (uint8_t)text[1] : 0;

    if (first < 0x20 || first == 0x7f) return 1;
    return first == 0xc2 && second >= 0x80 && second < 0xa0 ? 2 : 0;
}

bool alf_has_control(const char *text)
{
    for (; *text; text++)
        if (control_size(text)) return true;
    return false;
}

/* How many bytes follow this first one of a character; -1: none begins with it. */
static int bytes_after(uint8_t first)
{
    if (first < 0x80) return 0;
    if (first < 0xc2 || first > 0xf4) return -1; /* 0xc0 and 0xc1 would begin what fits into one byte */
    return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

/* The second byte tells longer forms than needed, surrogates, and what lies beyond Unicode. */
static bool may_follow(uint8_t first, uint8_t second)
{
    const uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

    return second >= least && second <= most;
}

bool alf_is_utf8(const void *text, size_t size)
{
    const uint8_t *at = text, *end = at + size;

    while (at < end) {
        const uint8_t first = *at++;
        const int     more = bytes_after(first);
        if (more < 0 || more > end - at || (more > 0 && !may_follow(first, *at))) return false;
        for (int i = 0; i < more; i++, at++)
            if ((*at & 0xc0) != 0x80) return false;
    }
    return true;
}

static char *put_escaped(char *to, uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";

    *to++ = '\\';
    *to++ = 'x';
    *to++ = digits[byte >> 4];
    *to++ = digits[byte & 15];
    return to;
}

alf_escaped alf_escape(const char *text)
{
    alf_escaped out;
    char       *to = out.text;

    while (*text && to - out.text < SHOWN) {
        size_t controls = control_size(text);
        if (!controls) *to++ = *text++;
        for (; controls > 0; controls--) to = put_escaped(to, (uint8_t)*text++);
    }
    strcpy(to, *text ? "..." : "");
    return out;
}
