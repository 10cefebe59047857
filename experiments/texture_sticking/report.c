/* Tables and curves: shares of each network, over the least frequency, over the velocity; the ablation. */
#include <stdio.h>
#include <string.h>

#include "texture_sticking.h"

/* --- tables --------------------------------------------------------------------------------------------------------- */

/* Columns that both tables have, and what stands in them. */
#define SHARE_COLUMNS                                                                                                  \
    {"stuck", "stuck", 5}, {"from", "stuck_low", 5}, {"to", "stuck_high", 5}, {"carried", "carried", 4},               \
        {"rest", "rest", 4}, {"stuck, dB of variance", "stuck_db", 1}, {"EQ-T dB", "eqt_db", 1},                       \
        {"from", "eqt_low", 1}, {"to", "eqt_high", 1}, {"EQ-T frac dB", "eqt_frac_db", 1},                             \
    {                                                                                                                  \
        "relative EQ-T dB", "eqt_relative_db", 1                                                                       \
    }
enum { SHARES = 11 };

static void fill_shares(const network *n, alf_table_cell cells[SHARES])
{
    const alf_sticking_result *r = &n->shares[0];
    const double numbers[SHARES] = {r->stuck,  r->low,    r->high,   r->carried,     r->rest,  r->stuck_db,
                                    n->eqt[0], n->eqt[1], n->eqt[2], n->eqt_frac[0], n->eqt[3]};
    for (int i = 0; i < SHARES; i++) cells[i] = alf_cell_number(numbers[i]);
}

/* Networks of the list that cannot be moved, by name. */
static alf_status tell_fixed(const experiment *e)
{
    alf_status status = ALF_OK;
    for (int i = 0; i < e->listed && status == ALF_OK; i++)
        if (!e->networks[i].moves)
            status = alf_study_markdown(e->run,
                                        "**%s** has no input transform, so no translation can be asked of it: it takes "
                                        "part in the latent pictures only.",
                                        e->networks[i].subject.label);
    return status;
}

/* The range that counts, and what chance would be, which the networks of one size have in common. */
static alf_status tell_range(const experiment *e, const network *n)
{
    const alf_sticking_result *r = &n->shares[0];
    return alf_study_markdown(
        e->run,
        "For images of %lld pixels: %lld frames of %g pixels each, slices of %lld pixels, %.3f to %.3f cycles per "
        "pixel. White noise, new in each frame, would have %.1f%% on the stuck line and %.1f%% on the carried one.",
        (long long)n->subject.size, (long long)r->frames, sticking_options(e->run, n).velocity, (long long)r->length,
        r->k_low, r->k_high, 100 * r->chance_stuck, 100 * r->chance_carried);
}

static alf_status tell_ranges(const experiment *e)
{
    alf_status status = ALF_OK;
    for (int i = 0; i < e->count && status == ALF_OK; i++) {
        bool told = !e->networks[i].moves;
        for (int j = 0; j < i; j++)
            told |= e->networks[j].moves && e->networks[j].subject.size == e->networks[i].subject.size;
        if (!told) status = tell_range(e, &e->networks[i]);
    }
    return status;
}

alf_status report_networks(const experiment *e)
{
    static const alf_table_column columns[] = {
        {"network", "network", 0}, {"pixels", "resolution", 0}, SHARE_COLUMNS, {"detail kept", "detail_kept", 3}};
    alf_table *table;
    alf_status status = tell_ranges(e);
    if (status == ALF_OK) status = tell_fixed(e);
    if (status == ALF_OK) status = alf_table_create(e->run->ctx, SHARES + 3, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->listed && status == ALF_OK; i++) {
        const network *n = &e->networks[i];
        alf_table_cell cells[SHARES + 3] = {alf_cell_text(n->subject.label), alf_cell_number((double)n->subject.size)};
        fill_shares(n, cells + 2);
        cells[SHARES + 2] = alf_cell_number(n->kept);
        status = alf_table_add(e->run->ctx, table, cells);
    }
    if (status == ALF_OK) status = alf_study_table(e->run, "networks", table);
    alf_table_destroy(table);
    return status;
}

/* --- curves --------------------------------------------------------------------------------------------------------- */

typedef struct {
    double x[K_COUNT], y[K_COUNT], low[K_COUNT], high[K_COUNT];
} points;

_Static_assert((int)K_COUNT >= (int)MOST_VELOCITIES, "points have room for either curve");

static alf_plot_series series_of(const char *label, int count, const points *p)
{
    return (alf_plot_series){
        .label = label, .count = count, .x = p->x, .y = p->y, .low = p->low, .high = p->high, .points = true};
}

/* From the second frequency on, which rise; the interval is a band for few networks alone. */
static alf_plot_series over_frequency(const network *n, bool band, points *p)
{
    for (int i = 1; i < K_COUNT; i++) {
        const alf_sticking_result *r = &n->shares[i];
        p->x[i - 1] = r->k_min;
        p->y[i - 1] = r->stuck;
        p->low[i - 1] = r->low;
        p->high[i - 1] = r->high;
    }
    alf_plot_series series = series_of(n->subject.label, K_COUNT - 1, p);
    if (!band) series.low = series.high = NULL;
    return series;
}

static alf_plot_series over_velocity(const alf_study_run *run, const network *n, points *p)
{
    for (int i = 0; i < n->velocity_count; i++) {
        const alf_sticking_result *r = &n->over_velocity[i];
        p->x[i] = budget_of(run->scale)->velocities[i];
        p->y[i] = r->stuck;
        p->low[i] = r->low;
        p->high[i] = r->high;
    }
    return series_of(n->subject.label, n->velocity_count, p);
}

/* Networks first .. last - 1 that move, over the least frequency or the velocity. */
static alf_status plot_shares(const experiment *e, const char *name, const char *title, const char *caption, int first,
                              int last, bool velocity)
{
    points          *p = calloc((size_t)(last - first), sizeof *p);
    alf_plot_series *series = calloc((size_t)(last - first), sizeof *series);
    alf_plot         plot = {.title = title,
                             .x_label = velocity ? "pixels per frame" : "least frequency in cycles per pixel",
                             .y_label = "share of the energy that sticks",
                             .log_x = velocity,
                             .log_y = true,
                             .series = series};
    alf_status       status = p && series ? ALF_OK : alf_fail(e->run->ctx, ALF_ERR_MEMORY, "no memory for a plot");
    for (int i = first; i < last && status == ALF_OK; i++) {
        const network *n = &e->networks[i];
        if (!n->moves || (!velocity && n->row && (n->row->settings || n->row->noise > 0))) continue;
        series[plot.count] =
            velocity ? over_velocity(e->run, n, &p[plot.count]) : over_frequency(n, first == 0, &p[plot.count]);
        plot.count++;
    }
    if (status == ALF_OK && plot.count > 0) status = alf_study_plot(e->run, name, &plot, caption);
    free(p);
    free(series);
    return status;
}

alf_status report_curves(const experiment *e)
{
    alf_status status = ALF_OK;
    if (e->listed > 0)
        status = plot_shares(e, "share_over_frequency", "Sticking over the least frequency",
                             "Share of the energy on the stuck line, from each spatial frequency on (bands: 95% by "
                             "bootstrap over images). What is not separated from the carried line is left out, so a "
                             "curve may be level at its left end.",
                             0, e->listed, false);
    if (status == ALF_OK && e->listed > 0)
        status = plot_shares(e, "share_over_velocity", "Sticking over the velocity",
                             "The same over the velocity, for one and the same way: the slower, the more frames. What "
                             "sticks to the pixels does so at any velocity; of what changes at random from frame to "
                             "frame, more falls onto the stuck line the fewer frames there are.",
                             0, e->listed, true);
    if (status == ALF_OK && e->count > e->listed)
        status = plot_shares(e, "ladder_over_frequency", "Sticking of fresh rungs over the least frequency",
                             "The same for fresh networks, the steps of the ladder.", e->listed, e->count, false);
    return status;
}
