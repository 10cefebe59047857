/* What all parts of the report are made of: curves, raw arrays. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "equivariance.h"

static const char INTRODUCTION[] =
    "## Raw arrays\n\n`NETWORK_PART.npy` holds the pooled sums that every figure follows from, [points, images, 4]: "
    "squared error, number of values compared, sum and sum of squares of the reference (for layers and bands: zero "
    "and power). Points are in the order of the tables: of `layers` and `bands`, all layers or bands of the first "
    "move, then those of the next.";

/* Decibels without any error are infinite, which a plot cannot show. */
static void drop_infinite(int count, double values[])
{
    for (int i = 0; i < count; i++)
        if (isinf(values[i])) values[i] = (double)NAN;
}

alf_status report_curves(const experiment *e, const curves *c, const char *caption)
{
    const size_t     most = (size_t)c->most;
    alf_plot_series *series = calloc((size_t)e->count, sizeof *series);
    double          *memory = calloc((size_t)e->count * most, 4 * sizeof *memory);
    alf_status       status =
        series && memory ? ALF_OK : alf_fail(e->run->ctx, ALF_ERR_MEMORY, "out of memory for the plot %s", c->name);
    for (int i = 0; i < e->count && status == ALF_OK; i++) {
        const network *n = &e->networks[i];
        double        *x = memory + (size_t)i * 4 * most, *y = x + most, *low = y + most, *high = low + most;
        const int      count = c->fill(e, n, c->move, c->relative, x, y, low, high);
        drop_infinite(count, y);
        drop_infinite(count, low);
        drop_infinite(count, high);
        series[i] = (alf_plot_series){
            .label = n->subject->label, .count = count, .x = x, .y = y, .low = low, .high = high, .points = c->points};
    }
    const alf_plot plot = {.title = c->title,
                           .x_label = c->x_label,
                           .y_label = c->y_label,
                           .log_x = c->log_x,
                           .count = e->count,
                           .series = series};
    if (status == ALF_OK) status = alf_study_plot(e->run, c->name, &plot, caption);
    free(series);
    free(memory);
    return status;
}

static alf_status array_of(const experiment *e, const network *n, const char *part, const measurement *m)
{
    char          name[96];
    const int64_t shape[] = {m->points, m->groups, 4};
    double       *values = malloc((size_t)(m->points * m->groups) * 4 * sizeof *values);
    if (!values) return alf_fail(e->run->ctx, ALF_ERR_MEMORY, "out of memory for an array");
    for (int i = 0; i < m->points * m->groups; i++) {
        values[4 * i] = m->sums[i].squared_error;
        values[4 * i + 1] = m->sums[i].mask;
        values[4 * i + 2] = m->sums[i].value;
        values[4 * i + 3] = m->sums[i].square;
    }
    snprintf(name, sizeof name, "%s_%s", n->subject->label, part);
    alf_status status = alf_study_array(e->run, name, 3, shape, values);
    free(values);
    return status;
}

alf_status report_arrays(const experiment *e)
{
    alf_status status = alf_study_markdown(e->run, "%s", INTRODUCTION);
    for (int i = 0; i < e->count && status == ALF_OK; i++) {
        const network *n = &e->networks[i];
        status = array_of(e, n, "translation", &n->translation);
        if (status == ALF_OK) status = array_of(e, n, "rotation", &n->rotation);
        if (status == ALF_OK) status = array_of(e, n, "layers", &n->layer_errors);
        if (status == ALF_OK) status = array_of(e, n, "bands", &n->bands);
    }
    return status;
}
