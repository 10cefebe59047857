/* The order of the trained rungs beside that of the paper. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ladder.h"

static const char *const VERDICTS[ORDERS] = {"as in the paper", "within the intervals", "contrary"};

/* EQ-T and EQ-R, which the paper ranks by; fractions say the same as whole pixels below 40 dB. */
static const alf_metric_kind RANKED[] = {ALF_EQT_INT, ALF_EQR};
enum { RANKS = sizeof RANKED / sizeof RANKED[0], SMALL_STEP = 1 };

typedef struct {
    int  counts[ORDERS];
    int  small;         /* contrary, where the paper's own step is below SMALL_STEP dB   */
    char contrary[256]; /* the pairs                                                     */
    char contrast[256]; /* those of them that are in the paper's order relative to the variance */
} verdicts;

static void append(char text[256], const char *pair)
{
    const size_t used = strlen(text);
    snprintf(text + used, 256 - used, "%s%s", used ? ", " : "", pair);
}

static bounded bounded_of(const rung *r, alf_metric_kind k)
{
    return (bounded){r->trained.eq[k].db, r->trained.eq[k].low, r->trained.eq[k].high};
}

static alf_status add_step(const experiment *e, int i, alf_metric_kind k, alf_table *table, verdicts *v)
{
    const rung   *from = &e->rungs[i], *to = from + 1;
    const double  paper = paper_of(to->place)->eq[k] - paper_of(from->place)->eq[k];
    const double  relative = to->trained.eq[k].relative - from->trained.eq[k].relative;
    const bounded before = bounded_of(from, k), after = bounded_of(to, k);
    char          pair[32];
    if (isnan(paper)) return ALF_OK;
    const order_step s = order_judge(paper, &before, &after);
    snprintf(pair, sizeof pair, "%s to %s", rung_name(from->place), rung_name(to->place));
    v->counts[s.verdict]++;
    if (s.verdict == ORDER_CONTRARY) {
        append(v->contrary, pair);
        v->small += fabs(paper) < SMALL_STEP;
        if ((relative > 0) == (paper > 0)) append(v->contrast, pair);
    }
    const alf_table_cell cells[] = {alf_cell_text(pair),       alf_cell_text(eq_name(k)),
                                    alf_cell_number(paper),    alf_cell_number(s.change),
                                    alf_cell_number(s.low),    alf_cell_number(s.high),
                                    alf_cell_number(relative), alf_cell_text(VERDICTS[s.verdict])};
    return alf_table_add(e->run->ctx, table, cells);
}

static alf_status tell_verdicts(const experiment *e, const char *metric, const verdicts *v)
{
    const int all = v->counts[ORDER_AS_PAPER] + v->counts[ORDER_WITHIN] + v->counts[ORDER_CONTRARY];
    char      more[800] = "";
    if (all == 0) return ALF_OK;
    if (v->counts[ORDER_CONTRARY] > 0)
        snprintf(more, sizeof more,
                 " Contrary: %s; the paper's own step is below %d dB in %d of these. Relative to the variance of the "
                 "image, %s%s.",
                 v->contrary, SMALL_STEP, v->small,
                 *v->contrast ? "where contrast has no part, these come out as in the paper: " : "all stay contrary",
                 v->contrast);
    return alf_study_markdown(
        e->run, "**%s**: of %d steps %d are as in the paper, %d within the intervals, %d contrary.%s", metric, all,
        v->counts[ORDER_AS_PAPER], v->counts[ORDER_WITHIN], v->counts[ORDER_CONTRARY], more);
}

static alf_status show_order(const experiment *e, alf_table *table)
{
    verdicts   v[RANKS] = {0};
    alf_status status = ALF_OK;
    for (int m = 0; m < RANKS; m++)
        for (int i = 0; i + 1 < e->count && status == ALF_OK; i++) status = add_step(e, i, RANKED[m], table, &v[m]);
    if (status == ALF_OK) status = alf_study_table(e->run, "order", table);
    for (int m = 0; m < RANKS && status == ALF_OK; m++) status = tell_verdicts(e, eq_name(RANKED[m]), &v[m]);
    return status;
}

alf_status report_order(const experiment *e)
{
    static const alf_table_column columns[] = {{"step", "step", 0},
                                               {"metric", "metric", 0},
                                               {"paper, dB", "paper_db", 2},
                                               {"here, dB", "here_db", 2},
                                               {"from", "here_low", 2},
                                               {"to", "here_high", 2},
                                               {"relative, dB", "relative_db", 2},
                                               {"order", "order", 0}};
    alf_table                    *table;
    alf_status                    status = alf_study_markdown(
                           e->run, "## Is the order that of the paper?\n\nHow much each step to the next trained rung adds, in the paper "
                                                      "and here, with a 95%% interval from those of both rungs; a step whose interval holds 0 decides "
                                                      "nothing. `relative` is the step relative to the variance of the images, without an interval.");
    if (status == ALF_OK) status = alf_table_create(e->run->ctx, 8, columns, &table);
    if (status != ALF_OK) return status;
    status = show_order(e, table);
    alf_table_destroy(table);
    return status;
}
