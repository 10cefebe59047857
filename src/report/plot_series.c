/* The plot command: bands below lines, bars below whiskers. */
#include "report/plot_series.h"

#include <math.h>

#include "report/gnuplot.h"

enum { KEY_LETTERS = 50 };
static const double GROUP = 0.8; /* width of the bars of one group; from group to group it is 1 */

/* Okabe and Ito's colours, which colour-blind people can tell apart, without their yellow, which is pale on white. */
static const char *const COLORS[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#404040"};
enum { COLOR_COUNT = sizeof COLORS / sizeof COLORS[0] };

/* A series, and what the whole plot says about it. */
typedef struct {
    const alf_plot_script *script;
    const alf_plot_series *series;
    const char            *color;
    int                    round; /* of the colours: other dashes, other densities                                */
    int                    block, shown;
    bool                   bars;
    double                 offset, width; /* of a bar                                                             */
    double                 floor;         /* what a logarithmic axis shows for lows of 0 and less; NaN: it is none */
} element;

/* --- what can be drawn -------------------------------------------------------------------------------------------------- */

bool alf_plot_has_text(const char *text)
{
    return text && *text;
}

bool alf_plot_shows(const alf_plot *p, const alf_plot_series *s, int i)
{
    return isfinite(s->x[i]) && isfinite(s->y[i]) && !(p->log_x && s->x[i] <= 0) && !(p->log_y && s->y[i] <= 0);
}

int alf_plot_shown(const alf_plot *p, const alf_plot_series *s)
{
    int count = 0;
    for (int i = 0; i < s->count; i++) count += alf_plot_shows(p, s, i);
    return count;
}

/* Half of the least that is drawn, or the given end of the axis. */
static double floor_of(const alf_plot *p)
{
    double least = INFINITY;
    if (!p->log_y) return NAN;
    if (p->y_low != p->y_high) return fmin(p->y_low, p->y_high);
    for (int i = 0; i < p->count; i++)
        for (int k = 0; k < p->series[i].count; k++) {
            const alf_plot_series *s = &p->series[i];
            if (!alf_plot_shows(p, s, k)) continue;
            least = fmin(least, s->y[k]);
            if (s->low && s->low[k] > 0) least = fmin(least, s->low[k]);
        }
    return least / 2;
}

/* --- parts of an element ------------------------------------------------------------------------------------------------ */

static void print_number(const element *e, const char *before, double value, const char *after)
{
    fputs(before, e->script->script.to);
    alf_gnuplot_number(e->script->script.to, value);
    fputs(after, e->script->script.to);
}

static void print_source(const element *e)
{
    alf_plot_script_data_name(e->script);
    fprintf(e->script->script.to, " index %d using ", e->block);
}

static void print_low(const element *e)
{
    if (isnan(e->floor))
        fputs("($3)", e->script->script.to);
    else
        print_number(e, "($3 > 0 ? $3 : ", e->floor, ")");
}

static void print_title(const element *e)
{
    bool has = alf_plot_has_text(e->series->label);
    fputs(has ? " title " : " notitle", e->script->script.to);
    if (has) alf_gnuplot_label(e->script->script.to, e->series->label, KEY_LETTERS);
}

/* --- elements ----------------------------------------------------------------------------------------------------------- */

static void print_band(const element *e)
{
    print_source(e);
    fputs("1:", e->script->script.to);
    print_low(e);
    fprintf(e->script->script.to,
            ":4 with filledcurves fillcolor rgb '%s' fillstyle transparent solid 0.2 noborder notitle", e->color);
}

/* Intervals of bars, and of a point alone, which has no band: arrows with flat heads, since gnuplot's own leave a gap
 * where the point would be. */
static void print_whiskers(const element *e)
{
    print_source(e);
    print_number(e, "($1 + ", e->offset, "):");
    print_low(e);
    fputs(":(0):($4 - ", e->script->script.to);
    print_low(e);
    fprintf(e->script->script.to, ") with vectors heads size screen 0.004,90 linewidth 1.5 linecolor rgb '%s' notitle",
            e->bars ? "#404040" : e->color);
}

static void print_line(const element *e)
{
    FILE *to = e->script->script.to;
    bool  points = e->series->points || e->shown == 1;
    if (e->shown) print_source(e);
    fputs(e->shown ? "1:2" : "NaN", to); /* without points it is in the key alone */
    fprintf(to, " with %s linewidth 2 dashtype %d linecolor rgb '%s'", points ? "linespoints" : "lines", 1 + e->round,
            e->color);
    if (points) fputs(" pointtype 7 pointsize 0.7", to);
    print_title(e);
}

static void print_bars(const element *e)
{
    if (e->shown) print_source(e);
    if (e->shown) print_number(e, "($1 + ", e->offset, "):2:");
    if (e->shown) print_number(e, "(", e->width, ")");
    if (!e->shown) fputs("NaN", e->script->script.to);
    fprintf(e->script->script.to, " with boxes linecolor rgb '%s' fillstyle solid %s noborder", e->color,
            e->round % 2 ? "0.4" : "0.9");
    print_title(e);
}

/* --- all ---------------------------------------------------------------------------------------------------------------- */

typedef enum { BANDS, BODIES, WHISKERS, LAYERS } layer;

/* Has the element anything in this layer? */
static bool takes_part(const element *e, layer where)
{
    bool alone = e->bars || e->shown == 1, interval = e->series->low && e->shown > 0;
    return where == BODIES || (interval && (where == WHISKERS) == alone);
}

static void print_element(const element *e, layer where)
{
    if (where == BANDS) print_band(e);
    if (where == WHISKERS) print_whiskers(e);
    if (where == BODIES && e->bars) print_bars(e);
    if (where == BODIES && !e->bars) print_line(e);
}

void alf_plot_series_print(const alf_plot_script *script, const alf_plot *p)
{
    const double floor = floor_of(p), width = GROUP / (p->count > 0 ? p->count : 1);
    int          printed = 0;
    for (layer where = 0; where < LAYERS; where++)
        for (int i = 0, block = 0; i < p->count; i++) {
            const element e = {script,
                               &p->series[i],
                               COLORS[i % COLOR_COUNT],
                               i / COLOR_COUNT,
                               block,
                               alf_plot_shown(p, &p->series[i]),
                               p->bars,
                               p->bars ? (i - (p->count - 1) / 2.0) * width : 0,
                               width,
                               floor};
            block += e.shown > 0;
            if (!takes_part(&e, where)) continue;
            fputs(printed++ ? ", \\\n     " : "plot ", script->script.to);
            print_element(&e, where);
        }
    fputs(printed ? "\n" : "plot NaN notitle\n", script->script.to);
}
