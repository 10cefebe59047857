/* Maps: values as colours, with contour lines. */
#include <math.h>

#include "report/gnuplot.h"
#include "report/plot.h"
#include "report/plot_script.h"

/* Lightness rises in equal steps, so that equal differences of values look equal, in print without colours too. */
static const char PALETTE[] = "set palette defined (0 '#001258', 1 '#002f5d', 2 '#01486b', 3 '#05617b', 4 '#067c8a', "
                              "5 '#079893', 6 '#03b68f', 7 '#57d175', 8 '#b4e271', 9 '#fef086')\n";

/* Cells along an axis: the centre of the first, and from one to the next. */
typedef struct {
    double first, step;
} axis;

static axis axis_of(int64_t count, double low, double high)
{
    return (axis){low, count > 1 ? (high - low) / (double)(count - 1) : 1};
}

/* --- checks ------------------------------------------------------------------------------------------------------------- */

static alf_status check_axis(alf_ctx *ctx, const char *name, int64_t count, double low, double high)
{
    enum { MOST = 65536 };
    alf_status status = alf_plot_check_range(ctx, name, low, high, false);
    if (status == ALF_OK && (count < 1 || count > MOST))
        return alf_fail(ctx, ALF_ERR_RANGE, "plot: %lld cells along %s: expected 1 to %d", (long long)count, name,
                        MOST);
    if (status == ALF_OK && count > 1 && low == high)
        return alf_fail(ctx, ALF_ERR_RANGE, "plot: %lld cells along %s, all at %g", (long long)count, name, low);
    return status;
}

static alf_status check(alf_ctx *ctx, const alf_plot_map *m)
{
    alf_status status = check_axis(ctx, "x", m->columns, m->x_low, m->x_high);
    if (status == ALF_OK) status = check_axis(ctx, "y", m->rows, m->y_low, m->y_high);
    if (status == ALF_OK) status = alf_plot_check_range(ctx, "colours", m->low, m->high, false);
    if (status == ALF_OK && !(isfinite(m->contour) && m->contour >= 0))
        status = alf_fail(ctx, ALF_ERR_RANGE, "plot: contour lines %g apart: expected 0 (none) or more", m->contour);
    if (status == ALF_OK && !m->values) status = alf_fail(ctx, ALF_ERR_ARGUMENT, "plot: a map without values");
    return status;
}

/* --- script ------------------------------------------------------------------------------------------------------------- */

/* Ends of the values; false: none is finite. */
static bool find_ends(const alf_plot_map *m, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (int64_t i = 0; i < m->columns * m->rows; i++) {
        if (!isfinite(m->values[i])) continue;
        *low = fmin(*low, m->values[i]);
        *high = fmax(*high, m->values[i]);
    }
    return *low <= *high;
}

/* Ends of the colours: as given, else of the values, never equal. */
static void choose_colors(const alf_plot_map *m, double *low, double *high)
{
    if (m->low != m->high) {
        *low = m->low;
        *high = m->high;
    } else if (*low == *high) {
        const double around = fmax(fabs(*low) / 2, 1e-3);
        *low -= around;
        *high += around;
    }
}

static void print_data(const alf_plot_map *m, FILE *to)
{
    for (int64_t i = 0; i < m->columns * m->rows; i++) {
        alf_gnuplot_number(to, m->values[i]);
        fputc((i + 1) % m->columns ? ' ' : '\n', to);
    }
}

/* (first + step * $N) */
static void print_place(FILE *to, axis a, int column)
{
    fputc('(', to);
    alf_gnuplot_number(to, a.first);
    fputs(" + ", to);
    alf_gnuplot_number(to, a.step);
    fprintf(to, " * $%d)", column);
}

static void print_source(const alf_plot_script *s, axis x, axis y)
{
    alf_plot_script_data_name(s);
    fputs(" matrix using ", s->script.to);
    print_place(s->script.to, x, 1);
    fputc(':', s->script.to);
    print_place(s->script.to, y, 2);
}

/* Contour lines go into a block of data of the script's own. Their distance is doubled until there are not too many. */
static void print_contours(const alf_plot_map *m, const alf_plot_script *s, axis x, axis y, double low, double high)
{
    enum { MOST = 24 };
    double distance = m->contour;
    while (fabs(high - low) / distance > MOST) distance *= 2;
    fputs("set contour base\nunset surface\nset cntrparam levels incremental ", s->script.to);
    alf_gnuplot_number(s->script.to, ceil(fmin(low, high) / distance) * distance);
    fputc(',', s->script.to);
    alf_gnuplot_number(s->script.to, distance);
    fputc(',', s->script.to);
    alf_gnuplot_number(s->script.to, fmax(low, high));
    fputs("\nset table $contours\nsplot ", s->script.to);
    print_source(s, x, y);
    fputs(":3\nunset table\nunset contour\n", s->script.to);
}

/* An image needs two cells along each axis; a single row or column is drawn as boxes. */
static void print_plot(const alf_plot_map *m, const alf_plot_script *s, axis x, axis y, bool contours)
{
    FILE *to = s->script.to;
    fputs("plot ", to);
    print_source(s, x, y);
    if (m->columns > 1 && m->rows > 1) {
        fputs(":3 with image notitle", to);
    } else {
        fputs(":(", to);
        alf_gnuplot_number(to, fabs(x.step) / 2);
        fputs("):(", to);
        alf_gnuplot_number(to, fabs(y.step) / 2);
        fputs("):3 with boxxyerror fillcolor palette fillstyle solid border notitle", to);
    }
    fputs(contours ? ", \\\n     $contours using 1:2 with lines linewidth 1 linecolor rgb '#ffffff' notitle\n" : "\n",
          to);
}

static void print_script(const alf_plot_map *m, const alf_plot_script *s)
{
    const axis x = axis_of(m->columns, m->x_low, m->x_high), y = axis_of(m->rows, m->y_low, m->y_high);
    double     low, high;
    bool       any = find_ends(m, &low, &high), contours = any && m->contour > 0 && m->columns > 1 && m->rows > 1;
    if (!any) low = high = 0;
    choose_colors(m, &low, &high);
    fputs(PALETTE, s->script.to);
    alf_plot_script_label(s, "cblabel", m->value_label, ALF_PLOT_LETTERS / 2, " offset 1.5,0");
    alf_plot_script_range(s, "cbrange", low, high);
    alf_plot_script_range(s, "xrange", x.first - x.step / 2, x.first + x.step * ((double)m->columns - 0.5));
    alf_plot_script_range(s, "yrange", y.first - y.step / 2, y.first + y.step * ((double)m->rows - 0.5));
    if (m->square) fputs("set size ratio -1\n", s->script.to);
    if (contours) print_contours(m, s, x, y, low, high);
    if (any)
        print_plot(m, s, x, y, contours);
    else
        fputs("plot NaN notitle\n", s->script.to);
}

alf_status alf_plot_map_write(alf_ctx *ctx, const char *folder, const char *name, const alf_plot_map *map, bool *drawn)
{
    alf_plot_script s;
    alf_status      status = check(ctx, map);
    if (status != ALF_OK) return status;
    status = alf_plot_script_open(ctx, folder, name, map->title, map->x_label, map->y_label, &s);
    if (status != ALF_OK) return status;
    print_data(map, s.data.to);
    print_script(map, &s);
    status = alf_plot_script_draw(&s, drawn);
    alf_plot_script_close(&s);
    return status;
}
