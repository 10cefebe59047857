/* Plots of series: what is refused, the data, the settings. */
#include "report/plot.h"

#include <string.h>

#include "report/gnuplot.h"
#include "report/plot_series.h"

/* --- checks ------------------------------------------------------------------------------------------------------------- */

static alf_status check_series(alf_ctx *ctx, const alf_plot_series *s, int number)
{
    if (s->count < 0) return alf_fail(ctx, ALF_ERR_RANGE, "plot: series %d has %d points", number, s->count);
    if (s->count > 0 && (!s->x || !s->y))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "plot: series %d has no numbers for %s", number, s->x ? "y" : "x");
    if (!s->low != !s->high)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "plot: series %d has an interval with one end", number);
    return ALF_OK;
}

static alf_status check(alf_ctx *ctx, const alf_plot *p)
{
    alf_status status = alf_plot_check_range(ctx, "x", p->x_low, p->x_high, p->log_x);
    if (status == ALF_OK) status = alf_plot_check_range(ctx, "y", p->y_low, p->y_high, p->log_y);
    if (status == ALF_OK && (p->count < 0 || (p->count > 0 && !p->series)))
        status = alf_fail(ctx, ALF_ERR_ARGUMENT, "plot: %d series: expected as many as are given", p->count);
    if (status == ALF_OK && p->x_names && p->x_name_count < 0)
        status = alf_fail(ctx, ALF_ERR_ARGUMENT, "plot: %d names along x", p->x_name_count);
    for (int i = 0; status == ALF_OK && i < p->count; i++) status = check_series(ctx, &p->series[i], i);
    return status;
}

/* --- data --------------------------------------------------------------------------------------------------------------- */

static void print_point(FILE *to, const alf_plot_series *s, int i)
{
    const double numbers[] = {s->x[i], s->y[i], s->low ? s->low[i] : 0, s->low ? s->high[i] : 0};
    for (int k = 0; k < (s->low ? 4 : 2); k++) {
        if (k) fputc(' ', to);
        alf_gnuplot_number(to, numbers[k]);
    }
    fputc('\n', to);
}

/* A block for gnuplot's `index`. One blank line breaks the line; two end the block. */
static void print_series(const alf_plot *p, const alf_plot_series *s, FILE *to)
{
    bool begun = false, gap = false;
    fputs("# ", to);
    alf_gnuplot_label(to, s->label ? s->label : "", INT64_MAX);
    fputs(s->low ? ": x y low high\n" : ": x y\n", to);
    for (int i = 0; i < s->count; i++) {
        if (alf_plot_shows(p, s, i)) {
            if (gap) fputc('\n', to);
            print_point(to, s, i);
            begun = true;
            gap = false;
        } else {
            gap = begun;
        }
    }
    fputs("\n\n", to);
}

/* --- settings ----------------------------------------------------------------------------------------------------------- */

static int name_count(const alf_plot *p)
{
    return p->x_names ? p->x_name_count : 0;
}

static bool is_empty(const alf_plot *p)
{
    int shown = 0;
    for (int i = 0; i < p->count && !shown; i++) shown = alf_plot_shown(p, &p->series[i]);
    return !shown;
}

/* Names that would run into each other are turned. */
static void print_names(const alf_plot *p, FILE *to)
{
    enum { LINE = 110, SHORT = 11, LONG = 24 };
    size_t most = 0;
    for (int i = 0; i < p->x_name_count; i++) {
        size_t length = strlen(p->x_names[i]) + 2;
        if (length > most) most = length;
    }
    bool turned = most * (size_t)p->x_name_count > LINE;
    fprintf(to, "set xtics %s(", turned ? "rotate by 30 right " : "");
    for (int i = 0; i < p->x_name_count; i++) {
        if (i) fputs(", ", to);
        alf_gnuplot_tic(to, p->x_names[i], turned ? LONG : SHORT);
        fprintf(to, " %d", i);
    }
    fputs(")\n", to);
}

static void print_x_range(const alf_plot *p, const alf_plot_script *s)
{
    if (p->x_low != p->x_high)
        alf_plot_script_range(s, "xrange", p->x_low, p->x_high);
    else if (name_count(p) > 0)
        alf_plot_script_range(s, "xrange", -0.5, name_count(p) - 0.5);
    else if (is_empty(p))
        alf_plot_script_range(s, "xrange", 1, 10);
    else if (!p->bars)
        fputs("set autoscale xfix\n", s->script.to);
}

static void print_y_range(const alf_plot *p, const alf_plot_script *s)
{
    if (p->y_low != p->y_high)
        alf_plot_script_range(s, "yrange", p->y_low, p->y_high);
    else if (is_empty(p))
        alf_plot_script_range(s, "yrange", 1, 10);
    else if (p->bars && !p->log_y)
        fputs("set yrange [*<0:0<*]\n", s->script.to); /* bars stand on 0 */
}

/* Less than two decades along x: powers of ten alone would be too few marks, powers of two are some. */
static bool is_narrow(const alf_plot *p)
{
    const bool given = p->x_low != p->x_high;
    double     low = given ? p->x_low : 0, high = given ? p->x_high : 0;
    for (int i = 0; i < p->count && !given; i++) {
        const alf_plot_series *s = &p->series[i];
        for (int k = 0; k < s->count; k++) {
            if (!alf_plot_shows(p, s, k)) continue;
            if (low == 0 || s->x[k] < low) low = s->x[k];
            if (s->x[k] > high) high = s->x[k];
        }
    }
    return high < 100 * low;
}

static void print_settings(const alf_plot *p, const alf_plot_script *s)
{
    bool key = false;
    for (int i = 0; i < p->count; i++) key |= alf_plot_has_text(p->series[i].label);
    fprintf(s->script.to, "set grid %s linecolor rgb '#e0e0e0' linetype 1\n", p->bars ? "noxtics ytics" : "");
    fputs(key ? "set key below center horizontal Left reverse samplen 3 width 1 height 1 textcolor rgb '#303030'\n"
              : "unset key\n",
          s->script.to);
    if (p->log_x) fputs(is_narrow(p) ? "set logscale x 2\n" : "set logscale x\n", s->script.to);
    if (p->log_y) fputs("set logscale y\n", s->script.to);
    if (name_count(p) > 0) print_names(p, s->script.to);
    print_x_range(p, s);
    print_y_range(p, s);
}

alf_status alf_plot_write(alf_ctx *ctx, const char *folder, const char *name, const alf_plot *plot, bool *drawn)
{
    alf_plot_script s;
    alf_status      status = check(ctx, plot);
    if (status != ALF_OK) return status;
    status = alf_plot_script_open(ctx, folder, name, plot->title, plot->x_label, plot->y_label, &s);
    if (status != ALF_OK) return status;
    for (int i = 0; i < plot->count; i++)
        if (alf_plot_shown(plot, &plot->series[i])) print_series(plot, &plot->series[i], s.data.to);
    print_settings(plot, &s);
    alf_plot_series_print(&s, plot);
    status = alf_plot_script_draw(&s, drawn);
    alf_plot_script_close(&s);
    return status;
}
