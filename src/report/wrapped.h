/* Text for people in lines of a terminal. */
#ifndef ALF_REPORT_WRAPPED_H
#define ALF_REPORT_WRAPPED_H

#include <stdio.h>

/* Prints text from column `indent` on, broken between words before column 100, and a line end. The cursor stands at
 * `column`; beyond `indent` a new line is begun first. */
void alf_put_wrapped(FILE *to, int column, int indent, const char *text);

#endif
