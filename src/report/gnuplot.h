/* gnuplot: its texts, and running it. Scripts begin with ALF_GNUPLOT_HEAD, read their data by bare names and write each
 * picture to `to`.'NAME', so that they can also be run by hand in their folder. */
#ifndef ALF_REPORT_GNUPLOT_H
#define ALF_REPORT_GNUPLOT_H

#include "aliasfree/aliasfree.h"

#define ALF_GNUPLOT_HEAD                                                                                               \
    "# gnuplot script: run it in its folder\n"                                                                         \
    "set encoding utf8\n"                                                                                              \
    "if (!exists('to')) to = './'\n"
/* Sets a terminal for PNG, with Cairo's smooth letters and lines where gnuplot has them. */
#define ALF_GNUPLOT_PNG                                                                                                \
    "if (strstrt(GPVAL_TERMINALS, 'pngcairo') > 0) {\n"                                                                \
    "    set terminal pngcairo size 960,600 font 'sans-serif,12' noenhanced background '#ffffff'\n"                    \
    "} else {\n"                                                                                                       \
    "    set terminal png truecolor size 960,600 noenhanced background '#ffffff'\n"                                    \
    "}\n"
#define ALF_GNUPLOT_SVG                                                                                                \
    "set terminal svg size 960,600 font 'sans-serif,12' fontscale 1.25 noenhanced standalone background '#ffffff'\n"

/* A text in single quotes, where gnuplot takes everything as it is: the name of a file. */
void alf_gnuplot_quote(FILE *to, const char *text);
/* A text for people, in lines of at most `letters`: what is no UTF-8 or a control character becomes '?'. A label of a tic
 * is a format of gnuplot's, in which percent signs count. */
void alf_gnuplot_label(FILE *to, const char *text, int64_t letters);
void alf_gnuplot_tic(FILE *to, const char *text, int64_t letters);
/* A number; "NaN" for what is not finite. */
void alf_gnuplot_number(FILE *to, double value);

/* Runs `script` in `folder`, where it lies, and puts the `count` pictures there, all of which it must have drawn. *drawn
 * is false when there is no gnuplot. One that fails is an error with what it said, and changes no picture. */
ALF_NODISCARD alf_status alf_gnuplot_draw(alf_ctx *ctx, const char *folder, const char *script, int count,
                                          const char *const pictures[], bool *drawn);

#endif
