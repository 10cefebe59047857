#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "report/choice.h"
#include "values.h"

/* strtoll and strtod would skip white space, and strtod reads hexadecimal, "inf" and "nan". */
static bool looks_decimal(const char *text)
{
    return *text && strspn(text, "+-.0123456789eE") == strlen(text) && strchr("+-.0123456789", *text);
}

static bool is_one_of(const char *const words[], const char *text)
{
    for (; *words; words++)
        if (strcasecmp(*words, text) == 0) return true;
    return false;
}

bool alf_cli_read_bool(const char *text, bool *out)
{
    static const char *const yes[] = {"true", "t", "yes", "y", "on", "1", NULL};
    static const char *const no[] = {"false", "f", "no", "n", "off", "0", NULL};
    bool                     value = is_one_of(yes, text);
    if (!value && !is_one_of(no, text)) return false;
    *out = value;
    return true;
}

bool alf_cli_read_int(const char *text, int64_t *out)
{
    if (!looks_decimal(text)) return false;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno == ERANGE) return false;
    *out = value;
    return true;
}

bool alf_cli_read_real(const char *text, double *out)
{
    if (!looks_decimal(text)) return false;
    char  *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value)) return false;
    *out = value;
    return true;
}

/* Copies length bytes into a text of its own; false when they do not fit. */
static bool copy_part(const char *from, size_t length, char part[64])
{
    if (length >= 64) return false;
    memcpy(part, from, length);
    part[length] = '\0';
    return true;
}

bool alf_cli_read_bytes(const char *text, int64_t *out)
{
    static const char units[] = "KMG";

    size_t      length = strlen(text);
    const char *unit = length ? strchr(units, text[length - 1]) : NULL;
    int         shift = unit ? 10 * (1 + (int)(unit - units)) : 0;
    char        number[64];
    int64_t     value;
    if (!copy_part(text, length - (unit ? 1 : 0), number)) return false;
    if (!alf_cli_read_int(number, &value) || value < 0 || value > (INT64_MAX >> shift)) return false;
    *out = value << shift;
    return true;
}

bool alf_cli_read_pair(const char *text, double out[2])
{
    const char *comma = strchr(text, ',');
    char        first[64];
    double      x, y;
    if (!comma || !copy_part(text, (size_t)(comma - text), first)) return false;
    if (!alf_cli_read_real(first, &x) || !alf_cli_read_real(comma + 1, &y)) return false;
    out[0] = x;
    out[1] = y;
    return true;
}

bool alf_cli_read_grid(const char *text, int64_t out[2])
{
    const char *x = strchr(text, 'x');
    char        columns[64];
    int64_t     size[2];
    if (!x || !copy_part(text, (size_t)(x - text), columns)) return false;
    if (!alf_cli_read_int(columns, &size[0]) || !alf_cli_read_int(x + 1, &size[1])) return false;
    memcpy(out, size, sizeof size);
    return true;
}

bool alf_cli_read_size(const char *text, int64_t out[2])
{
    int64_t side;
    if (strchr(text, 'x')) return alf_cli_read_grid(text, out);
    if (!alf_cli_read_int(text, &side)) return false;
    out[0] = out[1] = side;
    return true;
}

static bool read_seed(const char *text, int64_t *seed)
{
    return strchr("0123456789", *text) && alf_cli_read_int(text, seed) && *seed <= UINT32_MAX;
}

/* One seed or a range of them, both ends included. */
static bool read_range(char *part, int64_t *first, int64_t *last)
{
    char *dash = strchr(part, '-');
    if (dash) *dash = '\0';
    if (!*part || !read_seed(part, first)) return false;
    *last = *first;
    return !dash || (dash[1] && read_seed(dash + 1, last) && *last >= *first);
}

bool alf_cli_read_seeds(const char *text, int64_t *count, uint32_t *seeds)
{
    int64_t total = 0;
    for (const char *rest = text; rest; rest = strchr(rest, ',') ? strchr(rest, ',') + 1 : NULL) {
        char    part[64];
        int64_t first, last;
        if (!copy_part(rest, strcspn(rest, ","), part) || !read_range(part, &first, &last)) return false;
        if (last - first >= ALF_CLI_MAX_SEEDS - total) return false;
        for (int64_t seed = first; seed <= last; seed++, total++)
            if (seeds) seeds[total] = (uint32_t)seed;
    }
    *count = total;
    return true;
}

bool alf_cli_is_choice(const char *words, const char *text)
{
    return alf_choice_place(words, text) >= 0;
}

static int smallest(int a, int b, int c)
{
    int least = a < b ? a : b;
    return least < c ? least : c;
}

int alf_cli_distance(const char *a, const char *b)
{
    size_t rows = strlen(a), columns = strlen(b);
    int    line[64]; /* of the table of distances between beginnings of a and b */
    if (rows > 63 || columns > 63) return 64;
    for (size_t j = 0; j <= columns; j++) line[j] = (int)j;
    for (size_t i = 1; i <= rows; i++) {
        int diagonal = line[0];
        line[0] = (int)i;
        for (size_t j = 1; j <= columns; j++) {
            int above = line[j];
            line[j] = smallest(above + 1, line[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return line[columns];
}
