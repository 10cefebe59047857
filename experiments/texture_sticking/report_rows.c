/* The ablation: fresh networks, each beside the one that it differs from by one step or setting. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "texture_sticking.h"

static const network *base_of(const experiment *e, const network *n)
{
    for (int i = e->listed; n->row->base && i < e->count; i++)
        if (strcmp(e->networks[i].row->label, n->row->base) == 0) return &e->networks[i];
    return NULL;
}

static const char *difference_of(const network *n)
{
    const alf_rung *rung = alf_ladder_find(n->row->rung);
    return n->row->what ? n->row->what : rung ? rung->change : "";
}

/* Decibels that the stuck energy changes by against the row's base. */
static double change_of(const experiment *e, const network *n)
{
    const network *base = base_of(e, n);
    return base ? n->shares[0].stuck_db - base->shares[0].stuck_db : (double)NAN;
}

static alf_status table_of(const experiment *e)
{
    static const alf_table_column columns[] = {{"network", "network", 0},
                                               {"what differs", "difference", 0},
                                               {"from", "base", 0},
                                               {"stuck", "stuck", 5},
                                               {"from", "stuck_low", 5},
                                               {"to", "stuck_high", 5},
                                               {"carried", "carried", 4},
                                               {"rest", "rest", 4},
                                               {"stuck, dB of variance", "stuck_db", 1},
                                               {"change, dB", "change_db", 1},
                                               {"EQ-T dB", "eqt_db", 1},
                                               {"EQ-T frac dB", "eqt_frac_db", 1},
                                               {"relative EQ-T dB", "eqt_relative_db", 1}};
    enum { COLUMNS = sizeof columns / sizeof columns[0] };
    alf_table *table;
    alf_status status = alf_table_create(e->run->ctx, COLUMNS, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = e->listed; i < e->count && status == ALF_OK; i++) {
        const network             *n = &e->networks[i];
        const alf_sticking_result *r = &n->shares[0];
        const alf_table_cell       cells[COLUMNS] = {alf_cell_text(n->subject.label),
                                                     alf_cell_text(difference_of(n)),
                                                     alf_cell_text(n->row->base && base_of(e, n) ? n->row->base : "-"),
                                                     alf_cell_number(r->stuck),
                                                     alf_cell_number(r->low),
                                                     alf_cell_number(r->high),
                                                     alf_cell_number(r->carried),
                                                     alf_cell_number(r->rest),
                                                     alf_cell_number(r->stuck_db),
                                                     alf_cell_number(change_of(e, n)),
                                                     alf_cell_number(n->eqt[0]),
                                                     alf_cell_number(n->eqt_frac[0]),
                                                     alf_cell_number(n->eqt[3])};
        status = alf_table_add(e->run->ctx, table, cells);
    }
    if (status == ALF_OK) status = alf_study_table(e->run, "ablation", table);
    alf_table_destroy(table);
    return status;
}

/* Which row takes most of the stuck energy away, and which puts most there. */
static alf_status tell_extremes(const experiment *e)
{
    const network *least = NULL, *most = NULL;
    for (int i = e->listed; i < e->count; i++) {
        const network *n = &e->networks[i];
        const double   change = change_of(e, n);
        if (!isfinite(change)) continue;
        if (!least || change < change_of(e, least)) least = n;
        if (!most || change > change_of(e, most)) most = n;
    }
    if (!least || least == most) return ALF_OK;
    return alf_study_markdown(
        e->run,
        "Of these, the one with the lowest change is %s against %s (%s): %+.1f dB of stuck energy, a share of %.3g "
        "instead of %.3g. The one with the highest is %s against %s (%s): %+.1f dB, %.3g instead of %.3g.",
        least->subject.label, least->row->base, difference_of(least), change_of(e, least), least->shares[0].stuck,
        base_of(e, least)->shares[0].stuck, most->subject.label, most->row->base, difference_of(most),
        change_of(e, most), most->shares[0].stuck, base_of(e, most)->shares[0].stuck);
}

static alf_status plot_bars(const experiment *e)
{
    enum { KINDS = 3 };
    static const char *const names[KINDS] = {"stuck", "carried", "rest"};
    const int                count = e->count - e->listed;
    double                  *numbers = calloc((size_t)count * (KINDS + 1), sizeof *numbers);
    const char             **labels = calloc((size_t)count, sizeof *labels);
    alf_plot_series          series[KINDS];
    alf_status status = numbers && labels ? ALF_OK : alf_fail(e->run->ctx, ALF_ERR_MEMORY, "no memory for a plot");
    for (int i = 0; i < count && status == ALF_OK; i++) {
        const alf_sticking_result *r = &e->networks[e->listed + i].shares[0];
        const double               values[KINDS] = {r->stuck, r->carried, r->rest};
        labels[i] = e->networks[e->listed + i].subject.label;
        numbers[i] = i;
        for (int k = 0; k < KINDS; k++) numbers[(k + 1) * count + i] = values[k];
    }
    for (int k = 0; k < KINDS && status == ALF_OK; k++)
        series[k] = (alf_plot_series){.label = names[k], .count = count, .x = numbers, .y = numbers + (k + 1) * count};
    const alf_plot plot = {.title = "Where the energy of fine detail lies",
                           .x_label = "",
                           .y_label = "share of the energy",
                           .y_low = 0,
                           .y_high = 1,
                           .x_names = labels,
                           .x_name_count = count,
                           .bars = true,
                           .count = KINDS,
                           .series = series};
    if (status == ALF_OK)
        status =
            alf_study_plot(e->run, "ablation", &plot,
                           "Shares of the energy that stick, that are carried along, and that do neither, of fresh "
                           "networks.");
    free(labels);
    free(numbers);
    return status;
}

alf_status report_rows(const experiment *e)
{
    if (e->count == e->listed) return ALF_OK;
    const subjects_fresh *fresh = &budget_of(e->run->scale)->fresh;
    alf_status            status =
        alf_study_markdown(e->run,
                           "## Which step and which setting\n\n"
                           "Fresh networks of %d pixels (`--cbase=%lld --cmax=%lld`), all from one seed, each beside "
                           "the one that it differs from by one step of the ladder or by one setting. `change` is that "
                           "of the stuck energy relative to the variance of the images, since a share also falls when "
                           "more moves along. A fresh network has learnt nothing: what is seen here is the "
                           "architecture's own, and its images have little fine detail. Noise inputs start at strength "
                           "0, so a fresh B is a C of other weights unless its noise is set; the rows of noise set it.",
                           fresh->resolution, (long long)fresh->channel_base, (long long)fresh->channel_max);
    if (status == ALF_OK) status = table_of(e);
    if (status == ALF_OK) status = tell_extremes(e);
    return status == ALF_OK ? plot_bars(e) : status;
}
