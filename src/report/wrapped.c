/* Text broken between words. */
#include "report/wrapped.h"

#include <string.h>

enum { WIDTH = 100 };

void alf_put_wrapped(FILE *to, int column, int indent, const char *text)
{
    if (column > 0 && column >= indent) {
        fputc('\n', to);
        column = 0;
    }
    fprintf(to, "%*s", indent - column, "");
    column = indent;
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (column > indent && column + 1 + length > WIDTH) {
            fprintf(to, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', to);
            column++;
        }
        fprintf(to, "%.*s", length, text);
        column += length;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', to);
}
