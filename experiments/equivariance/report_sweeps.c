/* The sweeps over shifts and angles: curves, and one figure for each kind of move. */
#include <math.h>
#include <stdio.h>

#include "equivariance.h"

static const char INTRODUCTION[] =
    "## Translation and rotation\n\nThe input of a network is moved, and its image is held against its unmoved "
    "image, moved as an image. The table pools the sweeps below, shifts from one pixel on (every point is in "
    "`sweeps.csv`): dB are 10 log10(4 / mean squared error), relative dB the same with the variance of the image in "
    "place of 4, which is what compares networks of different contrast, as fresh ones are. Intervals hold 95% by "
    "bootstrap over the images.";

/* --- kinds of moves, as the paper's metrics have them --------------------------------------------------------------- */

typedef enum { WHOLE = 0, FRACTIONS, ROTATIONS, KINDS } kind;

static const char *const KIND_NAMES[KINDS] = {"EQ-T, whole pixels", "EQ-T, fractions", "EQ-R"};

/* What belongs to the kind of all points of a sweep: of shifts those from one pixel on, since errors grow with the shift
 * and the lists are dense below; of rotations all but those by nothing. */
static figure figure_of_kind(const experiment *e, const network *n, kind k)
{
    const move_list   *moves = k == ROTATIONS ? &n->angles : &n->shifts;
    const measurement *m = k == ROTATIONS ? &n->rotation : &n->translation;
    int                points[MOST_MOVES], count = 0;
    for (int i = 0; i < moves->count; i++) {
        const move *it = &moves->items[i];
        const bool  counts = k == ROTATIONS ? fmod(it->degrees, 360) != 0 : it->x >= 1 && it->whole == (k == WHOLE);
        if (counts) points[count++] = i;
    }
    return figure_of(m, count, points, e->run->seed);
}

/* Networks with the highest and lowest relative figure; false where none has any. */
static bool extremes(const experiment *e, kind k, int *best, int *worst, figure *of_best, figure *of_worst)
{
    bool found = false;
    for (int i = 0; i < e->count; i++) {
        const figure f = figure_of_kind(e, &e->networks[i], k);
        if (isnan(f.relative)) continue;
        if (!found || f.relative > of_best->relative) *best = i, *of_best = f;
        if (!found || f.relative < of_worst->relative) *worst = i, *of_worst = f;
        found = true;
    }
    return found;
}

static void say_extremes(const experiment *e, kind k, char *text, size_t size)
{
    int    best, worst;
    figure high, low;
    text[0] = 0;
    if (!extremes(e, k, &best, &worst, &high, &low)) return;
    snprintf(text, size,
             "%s relative to the variance of the image: highest for %s with %.1f dB (%.1f to %.1f), lowest for %s with "
             "%.1f dB (%.1f to %.1f).",
             KIND_NAMES[k], e->networks[best].subject->label, high.relative, high.relative_low, high.relative_high,
             e->networks[worst].subject->label, low.relative, low.relative_low, low.relative_high);
}

/* --- curves --------------------------------------------------------------------------------------------------------- */

static int fill(const experiment *e, const move_list *moves, const measurement *m, bool relative, double x[],
                double y[], double low[], double high[])
{
    for (int i = 0; i < moves->count; i++) {
        const figure f = figure_of(m, 1, &i, e->run->seed);
        x[i] = moves->items[i].x;
        y[i] = relative ? f.relative : f.db;
        low[i] = relative ? f.relative_low : f.low;
        high[i] = relative ? f.relative_high : f.high;
    }
    return moves->count;
}

static int fill_shifts(const experiment *e, const network *n, int unused, bool relative, double x[], double y[],
                       double low[], double high[])
{
    (void)unused;
    return fill(e, &n->shifts, &n->translation, relative, x, y, low, high);
}

static int fill_angles(const experiment *e, const network *n, int unused, bool relative, double x[], double y[],
                       double low[], double high[])
{
    (void)unused;
    return fill(e, &n->angles, &n->rotation, relative, x, y, low, high);
}

static alf_status plot_shifts(const experiment *e)
{
    const curves absolute = {.name = "translation",
                             .title = "Translation: EQ over the shift",
                             .x_label = "shift in pixels",
                             .y_label = "EQ-T in dB",
                             .log_x = true,
                             .points = true,
                             .fill = fill_shifts,
                             .most = MOST_MOVES};
    curves       relative = absolute;
    char         whole[400], fractions[400], caption[1200];
    relative.name = "translation_relative";
    relative.title = "Translation: EQ relative to the image's variance";
    relative.y_label = "relative EQ-T in dB";
    relative.relative = true;
    say_extremes(e, WHOLE, whole, sizeof whole);
    say_extremes(e, FRACTIONS, fractions, sizeof fractions);
    alf_status status = report_curves(
        e, &absolute,
        "EQ-T, 10 log10(4 / mean squared error), over shifts up to 1/8 of the width, along the axes (none is no "
        "error). Whole pixels move the image exactly; between them it is interpolated by a Lanczos kernel of 6 taps, "
        "whose own error is part of the figure. Bands: 95% by bootstrap over images and directions.");
    snprintf(caption, sizeof caption, "The same relative to the variance of the image. %s %s", whole, fractions);
    return status == ALF_OK ? report_curves(e, &relative, caption) : status;
}

static alf_status plot_angles(const experiment *e)
{
    const curves absolute = {.name = "rotation",
                             .title = "Rotation: EQ over the angle",
                             .x_label = "angle in degrees",
                             .y_label = "EQ-R in dB",
                             .points = true,
                             .fill = fill_angles,
                             .most = MOST_MOVES};
    curves       relative = absolute;
    char         extremes_text[400], caption[800];
    relative.name = "rotation_relative";
    relative.title = "Rotation: EQ relative to the image's variance";
    relative.y_label = "relative EQ-R in dB";
    relative.relative = true;
    say_extremes(e, ROTATIONS, extremes_text, sizeof extremes_text);
    alf_status status = report_curves(
        e, &absolute,
        "EQ-R over angles. At 0 and 360 degrees nothing is turned: what is left there is the error of the operators "
        "and rounding.");
    snprintf(caption, sizeof caption, "The same relative to the variance of the image. %s", extremes_text);
    return status == ALF_OK ? report_curves(e, &relative, caption) : status;
}

/* --- tables --------------------------------------------------------------------------------------------------------- */

static alf_status summary(const experiment *e)
{
    static const alf_table_column columns[] = {
        {"network", "network", 0},   {"metric", "metric", 0},   {"dB", "db", 2},
        {"from", "db_low", 2},       {"to", "db_high", 2},      {"relative dB", "relative_db", 2},
        {"from", "relative_low", 2}, {"to", "relative_high", 2}};
    alf_table *table;
    alf_status status = alf_table_create(e->run->ctx, 8, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->count * KINDS && status == ALF_OK; i++) {
        const network       *n = &e->networks[i / KINDS];
        const figure         f = figure_of_kind(e, n, (kind)(i % KINDS));
        const alf_table_cell cells[] = {alf_cell_text(n->subject->label),
                                        alf_cell_text(KIND_NAMES[i % KINDS]),
                                        alf_cell_number(f.db),
                                        alf_cell_number(f.low),
                                        alf_cell_number(f.high),
                                        alf_cell_number(f.relative),
                                        alf_cell_number(f.relative_low),
                                        alf_cell_number(f.relative_high)};
        status = alf_table_add(e->run->ctx, table, cells);
    }
    if (status == ALF_OK) status = alf_study_table(e->run, "summary", table);
    alf_table_destroy(table);
    return status;
}

static alf_status add_points(const experiment *e, const network *n, const move_list *moves, const measurement *m,
                             alf_table *table)
{
    alf_status status = ALF_OK;
    for (int i = 0; i < moves->count && status == ALF_OK; i++) {
        const move          *it = &moves->items[i];
        const figure         f = figure_of(m, 1, &i, e->run->seed);
        const alf_table_cell cells[] = {alf_cell_text(n->subject->label),
                                        alf_cell_number(it->shift * (double)n->subject->size),
                                        alf_cell_number(it->shift),
                                        alf_cell_number(it->degrees),
                                        alf_cell_number(f.db),
                                        alf_cell_number(f.low),
                                        alf_cell_number(f.high),
                                        alf_cell_number(f.relative),
                                        alf_cell_number(f.relative_low),
                                        alf_cell_number(f.relative_high),
                                        alf_cell_number(m->groups)};
        status = alf_table_add(e->run->ctx, table, cells);
    }
    return status;
}

static alf_status all_points(const experiment *e)
{
    static const alf_table_column columns[] = {{"network", "network", 0},
                                               {"shift in pixels", "shift_pixels", 4},
                                               {"shift in widths", "shift_widths", 6},
                                               {"degrees", "degrees", 1},
                                               {"dB", "db", 2},
                                               {"from", "db_low", 2},
                                               {"to", "db_high", 2},
                                               {"relative dB", "relative_db", 2},
                                               {"from", "relative_low", 2},
                                               {"to", "relative_high", 2},
                                               {"images", "images", 0}};
    alf_table                    *table;
    alf_status                    status = alf_table_create(e->run->ctx, 11, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->count && status == ALF_OK; i++) {
        const network *n = &e->networks[i];
        status = add_points(e, n, &n->shifts, &n->translation, table);
        if (status == ALF_OK) status = add_points(e, n, &n->angles, &n->rotation, table);
    }
    if (status == ALF_OK) status = alf_study_long_table(e->run, "sweeps", table);
    alf_table_destroy(table);
    return status;
}

alf_status report_sweeps(const experiment *e)
{
    alf_status status = alf_study_markdown(e->run, "%s", INTRODUCTION);
    if (status == ALF_OK) status = summary(e);
    if (status == ALF_OK) status = all_points(e);
    if (status == ALF_OK) status = plot_shifts(e);
    return status == ALF_OK ? plot_angles(e) : status;
}
