/* Numbers and texts in the C locale, whatever locale the program runs in. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"

/* Runs with the C locale on this thread until leave_c_locale(). Without memory for a locale the caller's stays. */
static locale_t enter_c_locale(locale_t *previous)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    *previous = c ? uselocale(c) : (locale_t)0;
    return c;
}

static void leave_c_locale(locale_t c, locale_t previous)
{
    if (!c) return;
    uselocale(previous);
    freelocale(c);
}

int alf_vformat(char *buffer, size_t size, const char *format, va_list args)
{
    locale_t previous, c = enter_c_locale(&previous);
    int      length = vsnprintf(buffer, size, format, args);
    leave_c_locale(c, previous);
    return length;
}

int alf_format(char *buffer, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = alf_vformat(buffer, size, format, args);
    va_end(args);
    return length;
}

/* Numbers may not be led by white space, which strtod and strtoll would skip. */
static bool starts_like_a_number(const char *text)
{
    return text && *text && strchr("+-.0123456789", *text) != NULL;
}

bool alf_parse_double(const char *text, double *out)
{
    if (!starts_like_a_number(text) || strpbrk(text, "xX")) return false;
    locale_t previous, c = enter_c_locale(&previous);
    char    *end;
    double   value = strtod(text, &end);
    leave_c_locale(c, previous);
    if (*end || end == text || !isfinite(value)) return false;
    *out = value;
    return true;
}

bool alf_parse_i64(const char *text, int64_t *out)
{
    if (!starts_like_a_number(text)) return false;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (*end || end == text || errno == ERANGE) return false;
    *out = value;
    return true;
}

bool alf_parse_bytes(const char *text, int64_t *out)
{
    char        number[32];
    size_t      length = text ? strlen(text) : 0;
    const char *units = "KMG";
    const char *suffix = length ? strchr(units, text[length - 1]) : NULL;
    if (!suffix) return alf_parse_i64(text, out);
    if (length > sizeof number - 1) return false;
    memcpy(number, text, length - 1);
    number[length - 1] = '\0';
    int64_t value, scale = (int64_t)1 << (10 * (1 + (suffix - units)));
    return alf_parse_i64(number, &value) && alf_mul_i64(value, scale, out);
}

/* The last bytes of the text, as many as `end` has; NULL when there are not more than these. */
static const char *tail_of(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length > tail ? text + length - tail : NULL;
}

bool alf_ends_with(const char *text, const char *end)
{
    const char *tail = tail_of(text, end);
    return tail && strcmp(tail, end) == 0;
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* strcasecmp() goes by the locale: in Turkish, I is not i, and ZIP not zip. */
bool alf_ends_with_any_case(const char *text, const char *end)
{
    const char *tail = tail_of(text, end);
    if (!tail) return false;
    while (*tail && small(*tail) == small(*end)) tail++, end++;
    return *tail == '\0';
}

const char *alf_last_part(const char *path, size_t *length)
{
    size_t end = strlen(path), start;
    while (end > 1 && path[end - 1] == '/') end--;
    for (start = end; start > 0 && path[start - 1] != '/';) start--;
    if (length) *length = end - start;
    return path + start;
}
