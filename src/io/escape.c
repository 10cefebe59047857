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
