/* Plots by gnuplot. A plot is three or four files with one name: NAME.dat (the numbers) and NAME.gp (the script), and,
 * where gnuplot can be run, NAME.png and NAME.svg that it draws of them. */
#ifndef ALF_REPORT_PLOT_H
#define ALF_REPORT_PLOT_H

#include "aliasfree/aliasfree.h"

typedef struct {
    const char   *label;      /* in the key; NULL: none                                        */
    int           count;      /* of points; points with a NaN are left out and break the line  */
    const double *x, *y;      /* [count]                                                       */
    const double *low, *high; /* of an interval around y, drawn as a band; NULL: none          */
    bool          points;     /* marks at the points                                           */
} alf_plot_series;

typedef struct {
    const char            *title, *x_label, *y_label;
    bool                   log_x, log_y;
    double                 x_low, x_high; /* equal: as the numbers ask for */
    double                 y_low, y_high;
    const char *const     *x_names; /* where x is 0, 1, 2 ...: what stands below instead of numbers; NULL: numbers */
    int                    x_name_count;
    bool                   bars; /* side by side, one group for each x, instead of lines */
    int                    count;
    const alf_plot_series *series;
} alf_plot;

/* `drawn` says whether there are pictures (false: no gnuplot, which is no error). A gnuplot that fails is an error. */
ALF_NODISCARD alf_status alf_plot_write(alf_ctx *ctx, const char *folder, const char *name, const alf_plot *plot,
                                        bool *drawn);

typedef struct {
    const char   *title, *x_label, *y_label, *value_label;
    int64_t       columns, rows;
    const double *values;                       /* [rows, columns], the first row at y_low                          */
    double        x_low, x_high, y_low, y_high; /* centres of the outermost cells                                   */
    double        low, high;                    /* of the colours; equal: as the values ask for                     */
    double        contour;                      /* distance of contour lines; 0: none                               */
    bool          square;                       /* x and y in the same scale                                        */
} alf_plot_map;

ALF_NODISCARD alf_status alf_plot_map_write(alf_ctx *ctx, const char *folder, const char *name, const alf_plot_map *map,
                                            bool *drawn);

#endif
