/* Texts from files on their way to a terminal, a plot, a page. */
#include "report/printable.h"

#include <string.h>

/* Length of the well-formed UTF-8 sequence that starts at text, and its character; 0 if none does. */
static size_t decode(const char *text, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* what takes so many bytes */

    unsigned char first = (unsigned char)*text;
    size_t        length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    uint32_t      c = length == 1 ? first : first & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0) != 0x80) return 0;
        c = c << 6 | (next & 0x3f);
    }
    if (length == 0 || first >= 0xf8 || c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return 0;
    *character = c;
    return length;
}

size_t alf_utf8_length(const char *text)
{
    uint32_t character;
    return decode(text, &character);
}

/* C1 (U+0080 to U+009F) is control too: U+009B alone starts an escape sequence. */
static bool is_control(uint32_t c)
{
    return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f);
}

size_t alf_put_text(FILE *to, const char *text)
{
    size_t written = 0;
    while (*text) {
        uint32_t character = 0;
        size_t   length = decode(text, &character);
        if (length && !is_control(character))
            written += fwrite(text, 1, length, to);
        else
            written += fputc('?', to) != EOF;
        text += length ? length : 1;
    }
    return written;
}

void alf_put_json(FILE *to, const char *text)
{
    while (*text) {
        uint32_t character = 0;
        size_t   length = decode(text, &character);
        if (length && is_control(character))
            fprintf(to, "\\u%04X", (unsigned)character);
        else
            fwrite(text, 1, length ? length : 1, to);
        text += length ? length : 1;
    }
}
