/* What scripts of all plots have in common. Between opening and drawing, a caller prints the numbers to `data` and, after
 * the heading that is there already, the settings and the plot command to `script`. */
#ifndef ALF_REPORT_PLOT_SCRIPT_H
#define ALF_REPORT_PLOT_SCRIPT_H

#include "report/files.h"

enum { ALF_PLOT_LETTERS = 90 }; /* of a line along the width */

typedef struct {
    alf_ctx        *ctx;
    const char     *folder, *name;
    alf_report_text data, script;
} alf_plot_script;

/* Heading: terminal for PNG, title, labels of the axes (NULL: none), looks. */
ALF_NODISCARD alf_status alf_plot_script_open(alf_ctx *ctx, const char *folder, const char *name, const char *title,
                                              const char *x_label, const char *y_label, alf_plot_script *out);
/* set WHAT 'label', unless it is NULL or empty. */
void alf_plot_script_label(const alf_plot_script *s, const char *what, const char *label, int64_t letters,
                           const char *look);
/* set WHAT [low:high] */
void alf_plot_script_range(const alf_plot_script *s, const char *what, double low, double high);
/* 'NAME.dat' in quotes. */
void alf_plot_script_data_name(const alf_plot_script *s);
/* Ends the script by drawing the same as SVG, writes data and script, and runs gnuplot. */
ALF_NODISCARD alf_status alf_plot_script_draw(alf_plot_script *s, bool *drawn);
/* Gives up. */
void alf_plot_script_close(alf_plot_script *s);

/* Both finite, and above 0 for a logarithmic axis; what they are of goes into the message. */
ALF_NODISCARD alf_status alf_plot_check_range(alf_ctx *ctx, const char *what, double low, double high, bool log);

#endif
