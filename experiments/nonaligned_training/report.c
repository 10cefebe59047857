/* The report: the networks as they are in the end, curves over training, pictures. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "nonaligned_training.h"

static const char *placement_of(const course *c)
{
    return c->aligned ? "aligned" : "non-aligned";
}

/* --- tables --------------------------------------------------------------------------------------------------------- */

static const alf_table_column COLUMNS[] = {{"network", "network", 0},
                                           {"data", "data", 0},
                                           {"kimg", "kimg", 3},
                                           {"parameters", "parameters", 0},
                                           {"SWD", "swd", 1},
                                           {"EQ-T", "eqt_db", 2},
                                           {"from", "eqt_low", 2},
                                           {"to", "eqt_high", 2},
                                           {"relative", "eqt_relative", 2},
                                           {"EQ-T frac", "eqt_frac_db", 2},
                                           {"from", "eqt_frac_low", 2},
                                           {"to", "eqt_frac_high", 2},
                                           {"relative", "eqt_frac_relative", 2},
                                           {"EQ-R", "eqr_db", 2},
                                           {"from", "eqr_low", 2},
                                           {"to", "eqr_high", 2},
                                           {"relative", "eqr_relative", 2},
                                           {"turn, degrees", "turn_degrees", 1},
                                           {"shift, widths", "shift_widths", 4}};
enum { COLUMN_COUNT = sizeof COLUMNS / sizeof COLUMNS[0] };

static alf_status add_point(const experiment *e, const course *c, int i, alf_table *table)
{
    const network_figures *f = &c->figures[i];
    alf_table_cell         cells[COLUMN_COUNT];
    int                    count = 0;
    cells[count++] = alf_cell_text(rung_name(c->place));
    cells[count++] = alf_cell_text(placement_of(c));
    cells[count++] = alf_cell_number(c->kimg[i]);
    cells[count++] = alf_cell_number(f->parameters);
    cells[count++] = alf_cell_number(f->swd);
    for (int k = 0; k < ALF_EQ_KINDS; k++) {
        cells[count++] = alf_cell_number(f->eq[k].db);
        cells[count++] = alf_cell_number(f->eq[k].low);
        cells[count++] = alf_cell_number(f->eq[k].high);
        cells[count++] = alf_cell_number(f->eq[k].relative);
    }
    cells[count++] = alf_cell_number(f->turn);
    cells[count] = alf_cell_number(f->shift);
    return alf_table_add(e->run->ctx, table, cells);
}

/* The last points, or all of them in a file of their own. */
static alf_status table_of(const experiment *e, const char *name, bool all)
{
    alf_table *table;
    alf_status status = alf_table_create(e->run->ctx, COLUMN_COUNT, COLUMNS, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->count; i++) {
        const course *c = &e->courses[i];
        for (int j = all ? 0 : c->count - 1; j < c->count && status == ALF_OK; j++) status = add_point(e, c, j, table);
    }
    if (status == ALF_OK)
        status = all ? alf_study_long_table(e->run, name, table) : alf_study_table(e->run, name, table);
    alf_table_destroy(table);
    return status;
}

/* What a network loses by data that is not aligned. */
static alf_status tell_difference(const experiment *e, const course *aligned, const course *other)
{
    const network_figures *a = &aligned->figures[aligned->count - 1], *n = &other->figures[other->count - 1];
    char                   transform[200] = "";
    if (!isnan(n->turn))
        snprintf(transform, sizeof transform,
                 " Its input transform turns by %.1f degrees and shifts by %.3f widths, against %.1f and %.3f on "
                 "aligned ones.",
                 n->turn, n->shift, a->turn, a->shift);
    return alf_study_markdown(e->run, "**%s**: SWD %.1f on non-aligned pictures, %.1f on aligned ones.%s",
                              rung_name(other->place), n->swd, a->swd, transform);
}

alf_status report_table(const experiment *e)
{
    alf_status status = alf_study_markdown(e->run, "## After training\n\nEvery snapshot is in `training.csv`.");
    if (status == ALF_OK) status = table_of(e, "networks", false);
    if (status == ALF_OK) status = table_of(e, "training", true);
    for (int i = 0; i + 1 < e->count && status == ALF_OK; i += PLACEMENTS)
        status = tell_difference(e, &e->courses[i], &e->courses[i + 1]);
    return status;
}

/* --- curves --------------------------------------------------------------------------------------------------------- */

/* What is drawn over kimg. */
typedef struct {
    const char *name, *title, *y_label, *caption;
    int         kind; /* of EQ; -1: another figure */
    double (*value)(const network_figures *f);
} quantity;

static double swd_of(const network_figures *f)
{
    return f->swd;
}

static double turn_of(const network_figures *f)
{
    return isfinite(f->turn) ? f->turn : (double)NAN;
}

static double shift_of(const network_figures *f)
{
    return f->shift;
}

/* y, low and high of a course; false: none of its points has the figure. */
static bool fill_curve(const quantity *q, const course *c, double y[], double low[], double high[])
{
    bool any = false;
    for (int i = 0; i < c->count; i++) {
        const network_figures *f = &c->figures[i];
        y[i] = q->kind < 0 ? q->value(f) : f->eq[q->kind].db;
        low[i] = q->kind < 0 ? NAN : f->eq[q->kind].low;
        high[i] = q->kind < 0 ? NAN : f->eq[q->kind].high;
        any = any || isfinite(y[i]);
    }
    return any;
}

static alf_status draw(const experiment *e, const quantity *q, int most, double memory[])
{
    alf_plot_series series[MOST_RUNS];
    int             count = 0;
    for (int i = 0; i < e->count; i++) {
        const course *c = &e->courses[i];
        double       *y = memory + (size_t)i * 3 * (size_t)most, *low = y + most, *high = low + most;
        if (!fill_curve(q, c, y, low, high)) continue;
        series[count++] = (alf_plot_series){
            .label = c->label, .count = c->count, .x = c->kimg, .y = y, .low = low, .high = high, .points = true};
        if (q->kind < 0) series[count - 1].low = series[count - 1].high = NULL;
    }
    const alf_plot plot = {
        .title = q->title, .x_label = "kimg", .y_label = q->y_label, .count = count, .series = series};
    return count > 0 ? alf_study_plot(e->run, q->name, &plot, q->caption) : ALF_OK;
}

static alf_status draw_all(const experiment *e, int most, double memory[])
{
    static const quantity quantities[] = {
        {"swd", "Distance to the data over training", "SWD x 1000",
         "Sliced Wasserstein distance of each network to its own data set: lower is nearer.", -1, swd_of},
        {"eqt", "EQ-T over training", "EQ-T in dB", "Translation by whole pixels. Bands: 95%.", ALF_EQT_INT, NULL},
        {"eqt_frac", "EQ-T frac over training", "EQ-T frac in dB", "Translation by fractions of pixels. Bands: 95%.",
         ALF_EQT_FRAC, NULL},
        {"eqr", "EQ-R over training", "EQ-R in dB", "Rotation. Bands: 95%.", ALF_EQR, NULL},
        {"turn", "Rotation of the learned input transform", "circular standard deviation, degrees",
         "How far the learned input transform turns from latent to latent.", -1, turn_of},
        {"shift", "Translation of the learned input transform", "root mean square, image widths",
         "How far the learned input transform shifts from latent to latent.", -1, shift_of},
    };
    alf_status status = alf_study_markdown(e->run, "## Over training");
    for (size_t i = 0; i < sizeof quantities / sizeof quantities[0] && status == ALF_OK; i++)
        status = draw(e, &quantities[i], most, memory);
    return status;
}

alf_status report_curves(const experiment *e)
{
    int most = 1;
    for (int i = 0; i < e->count; i++) most = e->courses[i].count > most ? e->courses[i].count : most;
    double    *memory = calloc((size_t)e->count * (size_t)most, 3 * sizeof *memory);
    alf_status status =
        memory ? draw_all(e, most, memory) : alf_fail(e->run->ctx, ALF_ERR_MEMORY, "out of memory for curves");
    free(memory);
    return status;
}

/* --- pictures ------------------------------------------------------------------------------------------------------- */

static alf_status sheet_of_data(const experiment *e)
{
    const sheet_row rows[PLACEMENTS] = {{.label = "aligned", .data = &e->data[1]},
                                        {.label = "non-aligned", .data = &e->data[0]}};
    const sheet     s = {.name = "data",
                         .title = "The data sets",
                         .caption = "Pictures of the two data sets, in shuffled order.",
                         .columns = e->budget.columns,
                         .rows = PLACEMENTS,
                         .row = rows};
    return sheet_show(e->run, &s);
}

static alf_status sheet_of_network(const experiment *e, const course *courses)
{
    char      name[32], title[64], caption[160];
    sheet_row rows[PLACEMENTS];
    for (int i = 0; i < PLACEMENTS; i++)
        rows[i] = (sheet_row){.label = placement_of(&courses[i]), .network = courses[i].network};
    snprintf(name, sizeof name, "images_%s", rung_name(courses->place));
    snprintf(title, sizeof title, "%s after training", rung_name(courses->place));
    snprintf(caption, sizeof caption, "What %s makes of the same seeds on either data set; truncation 1.",
             rung_name(courses->place));
    const sheet s = {.name = name,
                     .title = title,
                     .caption = caption,
                     .columns = e->budget.columns,
                     .rows = PLACEMENTS,
                     .row = rows};
    return sheet_show(e->run, &s);
}

alf_status report_sheets(const experiment *e)
{
    alf_status status = alf_study_markdown(e->run, "## Pictures");
    if (status == ALF_OK) status = sheet_of_data(e);
    for (int i = 0; i < e->count && status == ALF_OK; i += PLACEMENTS) status = sheet_of_network(e, &e->courses[i]);
    return status;
}
