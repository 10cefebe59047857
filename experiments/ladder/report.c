/* The report: tables beside the paper's, plots, pictures. */
#include <stdio.h>
#include <string.h>

#include "ladder.h"

const char *eq_name(alf_metric_kind k)
{
    static const char *const names[ALF_EQ_KINDS] = {"EQ-T", "EQ-T frac", "EQ-R"};
    return names[k];
}

static const char *const KEYS[ALF_EQ_KINDS] = {"eqt", "eqt_frac", "eqr"};

/* --- tables --------------------------------------------------------------------------------------------------------- */

enum { MOST_COLUMNS = 32, KEY_ROOM = 32 };

/* Columns with keys that are put together. */
typedef struct {
    int              count;
    alf_table_column columns[MOST_COLUMNS];
    char             keys[MOST_COLUMNS][KEY_ROOM];
} header;

static void add_column(header *h, const char *name, const char *key, const char *end, int digits)
{
    snprintf(h->keys[h->count], KEY_ROOM, "%s%s", key, end);
    h->columns[h->count] = (alf_table_column){name, h->keys[h->count], digits};
    h->count++;
}

static alf_status show_table(const experiment *e, const char *name, const header *h,
                             int (*fill)(const rung *, alf_table_cell[]))
{
    alf_table *table;
    alf_status status = alf_table_create(e->run->ctx, h->count, h->columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->count && status == ALF_OK; i++) {
        alf_table_cell cells[MOST_COLUMNS];
        (void)fill(&e->rungs[i], cells);
        status = alf_table_add(e->run->ctx, table, cells);
    }
    if (status == ALF_OK) status = alf_study_table(e->run, name, table);
    alf_table_destroy(table);
    return status;
}

static int fill_trained(const rung *r, alf_table_cell cells[])
{
    const paper_row       *p = paper_of(r->place);
    const network_figures *f = &r->trained;
    int                    count = 0;
    cells[count++] = alf_cell_text(rung_name(r->place));
    cells[count++] = alf_cell_text(p->step);
    cells[count++] = alf_cell_number(f->parameters);
    for (int k = 0; k < ALF_EQ_KINDS; k++) {
        cells[count++] = alf_cell_number(f->eq[k].db);
        cells[count++] = alf_cell_number(f->eq[k].low);
        cells[count++] = alf_cell_number(f->eq[k].high);
        cells[count++] = alf_cell_number(p->eq[k]);
    }
    cells[count++] = alf_cell_number(f->swd);
    cells[count++] = alf_cell_number(p->fid);
    return count;
}

static alf_status table_trained(const experiment *e)
{
    header h = {0};
    add_column(&h, "rung", "rung", "", 0);
    add_column(&h, "step", "step", "", 0);
    add_column(&h, "parameters", "parameters", "", 0);
    for (int k = 0; k < ALF_EQ_KINDS; k++) {
        add_column(&h, eq_name((alf_metric_kind)k), KEYS[k], "_db", 2);
        add_column(&h, "from", KEYS[k], "_low", 2);
        add_column(&h, "to", KEYS[k], "_high", 2);
        add_column(&h, "paper", KEYS[k], "_paper", 2);
    }
    add_column(&h, "SWD", "swd", "", 1);
    add_column(&h, "paper's FID", "fid_paper", "", 2);
    return show_table(e, "ladder", &h, fill_trained);
}

static int fill_fresh(const rung *r, alf_table_cell cells[])
{
    int count = 0;
    cells[count++] = alf_cell_text(rung_name(r->place));
    for (int k = 0; k < ALF_EQ_KINDS; k++) {
        cells[count++] = alf_cell_number(r->fresh.eq[k].db);
        cells[count++] = alf_cell_number(r->fresh.eq[k].low);
        cells[count++] = alf_cell_number(r->fresh.eq[k].high);
        cells[count++] = alf_cell_number(r->fresh.eq[k].relative);
        cells[count++] = alf_cell_number(r->trained.eq[k].relative);
    }
    cells[count++] = alf_cell_number(r->fresh.swd);
    return count;
}

static alf_status table_fresh(const experiment *e)
{
    header h = {0};
    add_column(&h, "rung", "rung", "", 0);
    for (int k = 0; k < ALF_EQ_KINDS; k++) {
        add_column(&h, eq_name((alf_metric_kind)k), KEYS[k], "_fresh_db", 2);
        add_column(&h, "from", KEYS[k], "_fresh_low", 2);
        add_column(&h, "to", KEYS[k], "_fresh_high", 2);
        add_column(&h, "relative", KEYS[k], "_fresh_relative", 2);
        add_column(&h, "relative, trained", KEYS[k], "_trained_relative", 2);
    }
    add_column(&h, "SWD", "swd_fresh", "", 1);
    return show_table(e, "fresh", &h, fill_fresh);
}

alf_status report_table(const experiment *e)
{
    alf_status status = alf_study_markdown(e->run, "## Trained, beside the paper");
    if (status == ALF_OK) status = table_trained(e);
    if (status == ALF_OK)
        status = alf_study_markdown(e->run, "## Fresh, and relative to the variance of the image\n\nThe same rungs "
                                            "before any training. Their images have little contrast, which the "
                                            "figures relative to the image's variance leave out; beside them those "
                                            "of the trained networks.");
    return status == ALF_OK ? table_fresh(e) : status;
}

/* --- plots ---------------------------------------------------------------------------------------------------------- */

typedef struct {
    double x[RUNGS], y[RUNGS], low[RUNGS], high[RUNGS];
} curve;

static alf_status plot(const experiment *e, const char *name, const char *title, const char *y_label, bool bars,
                       int count, const alf_plot_series series[], const char *caption)
{
    const char *names[RUNGS];
    for (int i = 0; i < e->count; i++) names[i] = rung_name(e->rungs[i].place);
    const alf_plot p = {.title = title,
                        .x_label = "rung",
                        .y_label = y_label,
                        .x_names = names,
                        .x_name_count = e->count,
                        .bars = bars,
                        .count = count,
                        .series = series};
    return alf_study_plot(e->run, name, &p, caption);
}

/* Trained and fresh beside the paper. */
static alf_status bars_of(const experiment *e, alf_metric_kind k)
{
    curve c[3];
    char  title[64], caption[300];
    for (int i = 0; i < e->count; i++) {
        const network_figures *f[2] = {&e->rungs[i].trained, &e->rungs[i].fresh};
        for (int j = 0; j < 3; j++) c[j].x[i] = i;
        for (int j = 0; j < 2; j++) {
            c[j].y[i] = f[j]->eq[k].db;
            c[j].low[i] = f[j]->eq[k].low;
            c[j].high[i] = f[j]->eq[k].high;
        }
        c[2].y[i] = paper_of(e->rungs[i].place)->eq[k];
    }
    const alf_plot_series series[] = {
        {.label = "trained", .count = e->count, .x = c[0].x, .y = c[0].y, .low = c[0].low, .high = c[0].high},
        {.label = "fresh", .count = e->count, .x = c[1].x, .y = c[1].y, .low = c[1].low, .high = c[1].high},
        {.label = "paper", .count = e->count, .x = c[2].x, .y = c[2].y}};
    snprintf(title, sizeof title, "%s of the rungs", eq_name((alf_metric_kind)k));
    snprintf(caption, sizeof caption,
             "%s in dB: trained here, fresh, and in the paper. Images of little contrast, as those of many "
             "fresh networks, stand high.",
             eq_name((alf_metric_kind)k));
    return plot(e, KEYS[k], title, "dB", true, 3, series, caption);
}

static alf_status plot_relative(const experiment *e)
{
    curve           c[ALF_EQ_KINDS];
    alf_plot_series series[ALF_EQ_KINDS];
    for (int k = 0; k < ALF_EQ_KINDS; k++) {
        for (int i = 0; i < e->count; i++) {
            c[k].x[i] = i;
            c[k].y[i] = e->rungs[i].trained.eq[k].relative;
        }
        series[k] = (alf_plot_series){
            .label = eq_name((alf_metric_kind)k), .count = e->count, .x = c[k].x, .y = c[k].y, .points = true};
    }
    return plot(e, "relative", "Up the ladder, trained", "dB relative to the variance of the image", false,
                ALF_EQ_KINDS, series, "Equivariance of the trained rungs relative to the variance of their images.");
}

static alf_status plot_distance(const experiment *e)
{
    curve c[2];
    for (int i = 0; i < e->count; i++) {
        for (int j = 0; j < 2; j++) c[j].x[i] = i;
        c[0].y[i] = e->rungs[i].trained.swd;
        c[1].y[i] = e->rungs[i].fresh.swd;
    }
    const alf_plot_series series[] = {{.label = "trained", .count = e->count, .x = c[0].x, .y = c[0].y},
                                      {.label = "fresh", .count = e->count, .x = c[1].x, .y = c[1].y}};
    return plot(e, "swd", "Distance to the data", "SWD x 1000", true, 2, series,
                "Sliced Wasserstein distance to the data set: lower is nearer.");
}

alf_status report_plots(const experiment *e)
{
    alf_status status = alf_study_markdown(e->run, "## Plots");
    for (int k = 0; k < ALF_EQ_KINDS && status == ALF_OK; k++) status = bars_of(e, (alf_metric_kind)k);
    if (status == ALF_OK) status = plot_relative(e);
    return status == ALF_OK ? plot_distance(e) : status;
}

/* --- pictures ------------------------------------------------------------------------------------------------------- */

alf_status report_sheet(const experiment *e)
{
    sheet_row       rows[RUNGS];
    const sheet     s = {.name = "images",
                         .title = "Images of the trained rungs",
                         .caption = "What each rung makes of the same seeds; truncation 1.",
                         .columns = e->budget.columns,
                         .rows = e->count,
                         .row = rows};
    const sheet_row data = {.label = "data", .data = &e->data};
    const sheet     pictures = {.name = "data",
                                .title = "The data set",
                                .caption = "Pictures that the rungs were trained on.",
                                .columns = e->budget.columns,
                                .rows = 1,
                                .row = &data};
    for (int i = 0; i < e->count; i++)
        rows[i] = (sheet_row){.label = rung_name(e->rungs[i].place), .network = e->rungs[i].network};
    alf_status status = alf_study_markdown(e->run, "## Pictures");
    if (status == ALF_OK) status = sheet_show(e->run, &s);
    return status == ALF_OK ? sheet_show(e->run, &pictures) : status;
}
