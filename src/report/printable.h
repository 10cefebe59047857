/* Texts that come from files, made harmless for a terminal: names, classes, arguments, messages that quote them. */
#ifndef ALF_REPORT_PRINTABLE_H
#define ALF_REPORT_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Length of the well-formed UTF-8 sequence that starts at text; 0 if none does. */
size_t alf_utf8_length(const char *text);

/* Writes the text with '?' for each control character but newline and tab, and for each byte that is not UTF-8. Returns
 * the bytes written. */
size_t alf_put_text(FILE *to, const char *text);

/* Writes JSON, which has control characters only within strings, with \u escapes for those that JSON itself allows. */
void alf_put_json(FILE *to, const char *text);

#endif
