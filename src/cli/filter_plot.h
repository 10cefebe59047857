/* A filter as a picture: gnuplot draws it from a data file and a script that stand beside it. */
#ifndef ALF_CLI_FILTER_PLOT_H
#define ALF_CLI_FILTER_PLOT_H

#include "cli.h"

/* Writes F.png.dat and F.png.gp beside the picture F.png, and the picture if gnuplot is there (a warning says if not).
 * Returns an exit code; a write or a gnuplot that fails is a failure. */
int alf_cli_plot_filter(const alf_cli *c, const char *path, int count, const double freq[], const double gain[]);

#endif
