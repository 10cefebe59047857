/* Numbers and texts as reports write them, whatever the locale is. JSON has neither NaN nor infinities: here NaN is null,
 * and infinities are the texts "inf" and "-inf". */
#ifndef ALF_REPORT_VALUES_H
#define ALF_REPORT_VALUES_H

#include <jansson.h>
#include <stdbool.h>

enum { ALF_NUMBER_ROOM = 48 };

/* The shortest text that reads back as the same number; "" for NaN, "inf" or "-inf". Returns text. */
char *alf_number_exact(double value, char text[ALF_NUMBER_ROOM]);
/* With so many digits (0 to 15) after the point, in powers of ten where it would get long; "-" for NaN. */
char *alf_number_fixed(double value, int digits, char text[ALF_NUMBER_ROOM]);

/* NULL when memory is short. */
json_t *alf_json_number(double value);
/* The list with one item more, which it takes over; NULL, and the list is gone, where either is NULL or memory ends. */
json_t *alf_json_add(json_t *list, json_t *item);

/* A text from outside may hold bytes that are not UTF-8, which JSON cannot say: each of them becomes U+FFFD. */
json_t *alf_json_text(const char *text);
/* A number as alf_json_number() makes it, or an integer; false: it is none. */
bool alf_json_read_number(const json_t *json, double *out);

#endif
