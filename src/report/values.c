/* Numbers and texts as reports write them. */
#include "report/values.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/printable.h"

/* Printing follows the locale of the process, in the decimal point alone. */
static char *with_a_point(char *text)
{
    const char *point = localeconv()->decimal_point;
    char       *found = strcmp(point, ".") != 0 ? strstr(text, point) : NULL;
    if (found) {
        *found = '.';
        memmove(found + 1, found + strlen(point), strlen(found + strlen(point)) + 1);
    }
    return text;
}

static const char *name_of_infinity(double value)
{
    return value > 0 ? "inf" : "-inf";
}

char *alf_number_exact(double value, char text[ALF_NUMBER_ROOM])
{
    enum { ENOUGH = 17 }; /* digits: every double reads back */
    text[0] = '\0';
    if (isinf(value)) return strcpy(text, name_of_infinity(value));
    for (int digits = 6; !isnan(value) && digits <= ENOUGH; digits++) {
        snprintf(text, ALF_NUMBER_ROOM, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break;
    }
    return with_a_point(text);
}

char *alf_number_fixed(double value, int digits, char text[ALF_NUMBER_ROOM])
{
    enum { MOST = 15 };
    digits = digits < 0 ? 0 : digits > MOST ? MOST : digits;
    if (isnan(value)) return strcpy(text, "-");
    if (isinf(value)) return strcpy(text, name_of_infinity(value));
    snprintf(text, ALF_NUMBER_ROOM, fabs(value) < 1e15 ? "%.*f" : "%.*e", digits, value);
    return with_a_point(text);
}

json_t *alf_json_number(double value)
{
    if (isnan(value)) return json_null();
    return isinf(value) ? json_string(name_of_infinity(value)) : json_real(value);
}

bool alf_json_read_number(const json_t *json, double *out)
{
    const char *text = json_string_value(json);
    if (json_is_number(json))
        *out = json_number_value(json);
    else if (json_is_null(json))
        *out = NAN;
    else if (text && (strcmp(text, "inf") == 0 || strcmp(text, "-inf") == 0))
        *out = *text == '-' ? -INFINITY : INFINITY;
    else
        return false;
    return true;
}

json_t *alf_json_text(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    enum { WIDTH = sizeof replacement - 1 };

    json_t *json = json_string(text);
    char   *repaired = json ? NULL : malloc(WIDTH * strlen(text) + 1), *end = repaired;
    if (!repaired) return json;
    while (*text) {
        size_t length = alf_utf8_length(text);
        memcpy(end, length ? text : replacement, length ? length : WIDTH);
        end += length ? length : WIDTH;
        text += length ? length : 1;
    }
    json = json_stringn(repaired, (size_t)(end - repaired));
    free(repaired);
    return json;
}

json_t *alf_json_add(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item) == 0) return list;
    json_decref(list);
    return NULL;
}
