/* Labels: texts in lines of a given width, broken at line ends and spaces; words that are longer are cut. */
#ifndef ALF_REPORT_LABEL_H
#define ALF_REPORT_LABEL_H

#include "aliasfree/aliasfree.h"

/* A letter is a byte, or several bytes of UTF-8. */
int64_t alf_letters(const char *text, size_t length);

/* The next line of at most `most` letters (1 or more) of *rest, which then stands behind it. Its length in bytes and
 * letters goes to *length and *letters; NULL when there is none. */
const char *alf_label_line(const char **rest, int64_t most, size_t *length, int64_t *letters);

#endif
