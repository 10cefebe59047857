/* Texts and numbers as gnuplot reads them. */
#include <math.h>
#include <string.h>

#include "report/gnuplot.h"
#include "report/label.h"
#include "report/printable.h"
#include "report/values.h"

void alf_gnuplot_quote(FILE *to, const char *text)
{
    fputc('\'', to);
    for (; *text; text++) fputs(*text == '\'' ? "''" : (const char[]){*text, '\0'}, to);
    fputc('\'', to);
}

/* One line between quotes; what is among `doubled` stands twice. */
static void put_line(FILE *to, const char *text, size_t length, const char *doubled)
{
    const char *end = text + length;
    fputc('\'', to);
    while (text < end) {
        char   letter[] = {*text, '\0'};
        size_t bytes = alf_utf8_length(text);
        if (strchr(doubled, *text)) fputc(*text, to);
        if (bytes > 1)
            fwrite(text, 1, bytes, to);
        else
            alf_put_text(to, *text == '\t' ? " " : letter);
        text += bytes ? bytes : 1;
    }
    fputc('\'', to);
}

static void put_lines(FILE *to, const char *text, int64_t letters, const char *doubled)
{
    const char *line, *between = "";
    size_t      length;
    int64_t     count;
    while ((line = alf_label_line(&text, letters, &length, &count))) {
        fputs(between, to);
        put_line(to, line, length, doubled);
        between = ".\"\\n\".";
    }
    if (!*between) fputs("''", to);
}

void alf_gnuplot_label(FILE *to, const char *text, int64_t letters)
{
    put_lines(to, text, letters, "'");
}

void alf_gnuplot_tic(FILE *to, const char *text, int64_t letters)
{
    put_lines(to, text, letters, "'%");
}

void alf_gnuplot_number(FILE *to, double value)
{
    char text[ALF_NUMBER_ROOM];
    fputs(isfinite(value) ? alf_number_exact(value, text) : "NaN", to);
}
