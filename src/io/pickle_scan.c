/* Numbers, counted bytes and lines of a pickle. */
#include "io/pickle_scan.h"

#include <string.h>

#include "core/core.h"

alf_status alf_pkl_take(alf_pkl_scan *scan, uint64_t size, const uint8_t **out)
{
    size_t left = scan->size - scan->at;

    if (size > left) {
        alf_pkl_fail(scan->reader, ALF_ERR_FORMAT, "the pickle announces %llu bytes where %llu are left",
                     (unsigned long long)size, (unsigned long long)left);
        return ALF_ERR_FORMAT;
    }
    *out = scan->data + scan->at;
    scan->at += (size_t)size;
    return ALF_OK;
}

uint64_t alf_pkl_unsigned(const uint8_t *at, size_t size)
{
    uint64_t value = 0;

    for (size_t i = size; i-- > 0;) value = value << 8 | at[i];
    return value;
}

alf_status alf_pkl_take_unsigned(alf_pkl_scan *scan, int width, uint64_t *out)
{
    const uint8_t *bytes;
    alf_status     status = alf_pkl_take(scan, (uint64_t)width, &bytes);

    if (!status) *out = alf_pkl_unsigned(bytes, (size_t)width);
    return status;
}

alf_status alf_pkl_take_counted(alf_pkl_scan *scan, int width, const uint8_t **out, size_t *size)
{
    uint64_t   length;
    alf_status status = alf_pkl_take_unsigned(scan, width, &length);

    if (!status) status = alf_pkl_take(scan, length, out);
    if (!status) *size = (size_t)length;
    return status;
}

alf_status alf_pkl_take_line(alf_pkl_scan *scan, const uint8_t **out, size_t *size)
{
    const uint8_t *start = scan->data + scan->at;
    size_t         left = scan->size - scan->at;
    const uint8_t *end = left ? memchr(start, '\n', left) : NULL;

    if (!end) {
        alf_pkl_fail(scan->reader, ALF_ERR_FORMAT, "the pickle ends within a line of text");
        return ALF_ERR_FORMAT;
    }
    *out = start;
    *size = (size_t)(end - start);
    scan->at += *size + 1;
    return ALF_OK;
}

/* --- numbers as text ------------------------------------------------------------------------------------------------ */

/* Takes a line of less than `room` bytes as a C text. */
static alf_status take_short_line(alf_pkl_scan *scan, char *buffer, size_t room, const char *what)
{
    const uint8_t *line;
    size_t         size;
    alf_status     status = alf_pkl_take_line(scan, &line, &size);

    if (status) return status;
    if (size >= room)
        return alf_pkl_fail(scan->reader, ALF_ERR_FORMAT, "%s of %llu characters, expected less than %llu", what,
                            (unsigned long long)size, (unsigned long long)room);
    memcpy(buffer, line, size);
    buffer[size] = '\0';
    return ALF_OK;
}

static alf_status bad_number(alf_pkl_scan *scan, const char *what, const char *text)
{
    return alf_pkl_fail(scan->reader, ALF_ERR_FORMAT, "'%s' is not %s",
                        alf_pkl_printable((const uint8_t *)text, strlen(text)).text, what);
}

alf_status alf_pkl_take_int_line(alf_pkl_scan *scan, int64_t *out)
{
    char       text[32];
    alf_status status = take_short_line(scan, text, sizeof text, "an int");
    size_t     length;

    if (status) return status;
    length = strlen(text);
    if (length && text[length - 1] == 'L') text[length - 1] = '\0';
    return alf_parse_i64(text, out) ? ALF_OK : bad_number(scan, "an int of 64 bits", text);
}

alf_status alf_pkl_take_float_line(alf_pkl_scan *scan, double *out)
{
    char       text[64];
    alf_status status = take_short_line(scan, text, sizeof text, "a float");

    if (status) return status;
    return alf_parse_double(text, out) ? ALF_OK : bad_number(scan, "a finite float", text);
}

alf_pkl_value *alf_pkl_new_long(alf_pkl_reader *reader, const uint8_t *at, size_t size)
{
    uint64_t bits;

    if (size > 8) return alf_pkl_new_text(reader, ALF_PKL_BIG_INT, at, size);
    bits = alf_pkl_unsigned(at, size);
    if (size > 0 && size < 8 && at[size - 1] & 0x80) bits |= ~(uint64_t)0 << (8 * size);
    return alf_pkl_new_int(reader, (int64_t)bits);
}

/* --- texts with escapes --------------------------------------------------------------------------------------------- */

/* A text being decoded: `left` bytes at `from` become bytes at `to`, never more than four for one. */
typedef struct {
    const uint8_t *from;
    size_t         left;
    uint8_t       *to;
} decoder;

static void put_utf8(decoder *d, uint32_t code)
{
    if (code < 0x80) {
        *d->to++ = (uint8_t)code;
    } else if (code < 0x800) {
        *d->to++ = (uint8_t)(0xc0 | code >> 6);
        *d->to++ = (uint8_t)(0x80 | (code & 63));
    } else if (code < 0x10000) {
        *d->to++ = (uint8_t)(0xe0 | code >> 12);
        *d->to++ = (uint8_t)(0x80 | (code >> 6 & 63));
        *d->to++ = (uint8_t)(0x80 | (code & 63));
    } else {
        *d->to++ = (uint8_t)(0xf0 | (code >> 18 & 7));
        *d->to++ = (uint8_t)(0x80 | (code >> 12 & 63));
        *d->to++ = (uint8_t)(0x80 | (code >> 6 & 63));
        *d->to++ = (uint8_t)(0x80 | (code & 63));
    }
}

static int digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 99;
}

/* Takes up to `most` digits of a base; returns how many there were. */
static int take_digits(decoder *d, int most, int base, uint32_t *code)
{
    int taken = 0;

    *code = 0;
    for (; taken < most && d->left && digit_value(*d->from) < base; taken++, d->from++, d->left--)
        *code = *code * (uint32_t)base + (uint32_t)digit_value(*d->from);
    return taken;
}

/* After "\": the escapes that Python's repr() of a string has. */
static bool decode_string_escape(decoder *d)
{
    static const char names[] = "\\'\"nrtabfv", codes[] = "\\'\"\n\r\t\a\b\f\v";
    const char       *found;
    uint32_t          code;

    if (!d->left) return false;
    found = *d->from ? strchr(names, *d->from) : NULL;
    if (found) {
        *d->to++ = (uint8_t)codes[found - names];
        d->from++, d->left--;
        return true;
    }
    if (*d->from == 'x') {
        d->from++, d->left--;
        if (take_digits(d, 2, 16, &code) != 2) return false;
    } else if (!take_digits(d, 3, 8, &code)) {
        return false;
    }
    *d->to++ = (uint8_t)code;
    return true;
}

/* After "\": u and U are escapes, anything else leaves the backslash as it is. */
static bool decode_unicode_escape(decoder *d)
{
    uint32_t code;
    int      digits = d->left && *d->from == 'u' ? 4 : d->left && *d->from == 'U' ? 8 : 0;

    if (!digits) {
        *d->to++ = '\\';
        return true;
    }
    d->from++, d->left--;
    if (take_digits(d, digits, 16, &code) != digits || code > 0x10ffff) return false;
    put_utf8(d, code);
    return true;
}

static alf_pkl_value *decode(alf_pkl_scan *scan, const uint8_t *from, size_t size, bool unicode)
{
    uint8_t *start = alf_pkl_alloc(scan->reader, (int64_t)size, 2); /* Latin-1 doubles at most */
    decoder  d = {from, size, start};

    if (!start) return NULL;
    while (d.left) {
        uint8_t c = *d.from++;
        d.left--;
        if (c == '\\') {
            if (!(unicode ? decode_unicode_escape(&d) : decode_string_escape(&d))) {
                alf_pkl_fail(scan->reader, ALF_ERR_FORMAT, "a text with a broken escape sequence");
                return NULL;
            }
        } else if (unicode) {
            put_utf8(&d, c);
        } else {
            *d.to++ = c;
        }
    }
    return alf_pkl_new_text(scan->reader, ALF_PKL_STRING, start, (size_t)(d.to - start));
}

alf_pkl_value *alf_pkl_take_string_line(alf_pkl_scan *scan)
{
    const uint8_t *line;
    size_t         size;

    if (alf_pkl_take_line(scan, &line, &size)) return NULL;
    if (size < 2 || (line[0] != '\'' && line[0] != '"') || line[size - 1] != line[0]) {
        alf_pkl_fail(scan->reader, ALF_ERR_FORMAT, "a string without its quotes");
        return NULL;
    }
    return decode(scan, line + 1, size - 2, false);
}

alf_pkl_value *alf_pkl_take_unicode_line(alf_pkl_scan *scan)
{
    const uint8_t *line;
    size_t         size;

    return alf_pkl_take_line(scan, &line, &size) ? NULL : decode(scan, line, size, true);
}
