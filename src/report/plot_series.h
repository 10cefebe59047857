/* The plot command for series: lines with bands, or groups of bars with whiskers. */
#ifndef ALF_REPORT_PLOT_SERIES_H
#define ALF_REPORT_PLOT_SERIES_H

#include "report/plot.h"
#include "report/plot_script.h"

/* Can point i be drawn? */
bool alf_plot_shows(const alf_plot *plot, const alf_plot_series *series, int i);
int  alf_plot_shown(const alf_plot *plot, const alf_plot_series *series); /* how many can */
bool alf_plot_has_text(const char *text);                                 /* neither NULL nor empty */

/* Series with points stand in the data in their order, a block each. */
void alf_plot_series_print(const alf_plot_script *script, const alf_plot *plot);

#endif
