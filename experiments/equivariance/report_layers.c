/* Where equivariance is lost: the error of every layer's features. */
#include <math.h>
#include <stdio.h>

#include "equivariance.h"

static const char INTRODUCTION[] =
    "## Where equivariance is lost\n\nThe features of every layer, inside its margin, against its own unmoved "
    "features, moved by the same operators at the layer's sampling rate, relative to the variance within maps. "
    "Where a shift is a whole number of samples of a layer its features are moved exactly; else they are "
    "interpolated as images are, and what a layer has near its Nyquist limit counts as error of that interpolation. "
    "The input moves exactly, so its figure is that of the operators (or of rounding): what stands below it was "
    "lost in the network. Layers smaller than the operators' support are left out and counted. A drop is from the "
    "layer before that was compared; every layer is in `layers.csv`, and ToRGB layers whose sum is the image are "
    "only there.";

static figure figure_at(const experiment *e, const network *n, int move_index, int layer)
{
    const int point = move_index * n->layers + layer;
    return figure_of(&n->layer_errors, 1, &point, e->run->seed);
}

/* --- the largest drop ----------------------------------------------------------------------------------------------- */

typedef struct {
    double input, image, drop; /* dB; NaN: not known */
    int    layer;              /* at which it drops  */
    int    unknown;            /* layers too small for the operators */
} loss;

/* Layers that were compared are held against the one compared before. */
static loss loss_of(const experiment *e, const network *n, int move_index)
{
    double before = (double)NAN;
    loss   l = {.input = (double)NAN, .image = (double)NAN, .drop = (double)NAN, .layer = -1};
    for (int i = 0; i < n->layers; i++) {
        if (!layer_is_on_the_way(n, i)) continue;
        const double now = figure_at(e, n, move_index, i).relative;
        if (i == 0) l.input = now;
        if (i == n->layers - 1) l.image = now;
        if (isnan(now)) {
            l.unknown++;
            continue;
        }
        if (isfinite(before) && !(before - now <= l.drop)) {
            l.drop = before - now;
            l.layer = i;
        }
        before = now;
    }
    return l;
}

static alf_status losses(const experiment *e)
{
    static const alf_table_column columns[] = {
        {"network", "network", 0},          {"move", "move", 0},           {"input, dB", "input_db", 1},
        {"image, dB", "image_db", 1},       {"drops most at", "layer", 0}, {"by, dB", "drop_db", 1},
        {"layers too small", "unknown", 0},
    };
    alf_table *table;
    alf_status status = alf_table_create(e->run->ctx, 7, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->count; i++) {
        const network *n = &e->networks[i];
        for (int m = 0; m < n->layer_moves.count && status == ALF_OK; m++) {
            const loss           l = loss_of(e, n, m);
            const alf_table_cell cells[] = {alf_cell_text(n->subject->label),
                                            alf_cell_text(n->layer_moves.items[m].label),
                                            alf_cell_number(l.input),
                                            alf_cell_number(l.image),
                                            alf_cell_text(l.layer < 0 ? "-" : layer_name(n, l.layer)),
                                            alf_cell_number(l.drop),
                                            alf_cell_number(l.unknown)};
            status = alf_table_add(e->run->ctx, table, cells);
        }
    }
    if (status == ALF_OK) status = alf_study_table(e->run, "losses", table);
    alf_table_destroy(table);
    return status;
}

static alf_status add_layers(const experiment *e, const network *n, int move_index, alf_table *table)
{
    alf_status status = ALF_OK;
    for (int i = 0; i < n->layers && status == ALF_OK; i++) {
        const figure         f = figure_at(e, n, move_index, i);
        const bool           known = !isnan(f.relative);
        const alf_table_cell cells[] = {alf_cell_text(n->subject->label),
                                        alf_cell_text(n->layer_moves.items[move_index].label),
                                        alf_cell_number(i),
                                        alf_cell_text(layer_name(n, i)),
                                        alf_cell_number((double)layer_size(n, i)),
                                        alf_cell_number(layer_rate(n, i)),
                                        alf_cell_number(f.relative),
                                        alf_cell_number(f.relative_low),
                                        alf_cell_number(f.relative_high),
                                        alf_cell_text(known ? "" : "smaller than the operators, or not there")};
        status = alf_table_add(e->run->ctx, table, cells);
    }
    return status;
}

static alf_status all_layers(const experiment *e)
{
    static const alf_table_column columns[] = {{"network", "network", 0},
                                               {"move", "move", 0},
                                               {"index", "index", 0},
                                               {"layer", "layer", 0},
                                               {"size", "size", 0},
                                               {"rate", "rate", 0},
                                               {"relative dB", "relative_db", 2},
                                               {"from", "relative_low", 2},
                                               {"to", "relative_high", 2},
                                               {"note", "note", 0}};
    alf_table                    *table;
    alf_status                    status = alf_table_create(e->run->ctx, 10, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->count; i++)
        for (int m = 0; m < e->networks[i].layer_moves.count && status == ALF_OK; m++)
            status = add_layers(e, &e->networks[i], m, table);
    if (status == ALF_OK) status = alf_study_long_table(e->run, "layers", table);
    alf_table_destroy(table);
    return status;
}

/* --- curves --------------------------------------------------------------------------------------------------------- */

static int fill(const experiment *e, const network *n, int move_index, bool relative, double x[], double y[],
                double low[], double high[])
{
    int count = 0;
    (void)relative;
    for (int i = 0; i < n->layers; i++) {
        if (!layer_is_on_the_way(n, i)) continue;
        const figure f = figure_at(e, n, move_index, i);
        x[count] = (double)i / (n->layers - 1);
        y[count] = f.relative;
        low[count] = f.relative_low;
        high[count++] = f.relative_high;
    }
    return count;
}

static int most_layers(const experiment *e)
{
    int most = 0;
    for (int i = 0; i < e->count; i++)
        if (e->networks[i].layers > most) most = e->networks[i].layers;
    return most;
}

static void say_loss(const experiment *e, int move_index, char *text, size_t size)
{
    int  worst = -1;
    loss of_worst = {0};
    for (int i = 0; i < e->count; i++) {
        const loss l = loss_of(e, &e->networks[i], move_index);
        if (l.layer >= 0 && (worst < 0 || l.drop > of_worst.drop)) worst = i, of_worst = l;
    }
    text[0] = 0;
    if (worst >= 0)
        snprintf(text, size, "The largest single drop: %s loses %.1f dB at %s.", e->networks[worst].subject->label,
                 of_worst.drop, layer_name(&e->networks[worst], of_worst.layer));
}

static bool is_whole_everywhere(const network *n, const move *m)
{
    if (m->turns) return false;
    for (int i = 0; i < n->layers; i++) {
        const double samples = m->shift * layer_rate(n, i);
        if (fabs(samples - rint(samples)) > 1e-6) return false;
    }
    return true;
}

/* Networks whose every layer is moved by whole samples, with which all that they do commutes. */
static void say_whole(const experiment *e, int move_index, char *text, size_t size)
{
    size_t used = 0;
    text[0] = 0;
    for (int i = 0; i < e->count && used < size; i++) {
        const network *n = &e->networks[i];
        if (!is_whole_everywhere(n, &n->layer_moves.items[move_index])) continue;
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 used ? ", "
                                      : " Moved by whole samples in all layers, so "
                                        "that only what enters across the border of the margins can go wrong: ",
                                 n->subject->label);
    }
    if (used > 0 && used < size) snprintf(text + used, size - used, ".");
}

/* Moves of layers are in widths; networks of other sizes have the same ones in other pixels. */
static alf_status plot_move(const experiment *e, int move_index)
{
    const move *m = &e->networks[0].layer_moves.items[move_index];
    char        name[64], title[128], what[64], drop[256], whole[1024], caption[2048];
    if (m->turns) {
        snprintf(what, sizeof what, "a rotation by %g degrees", m->degrees);
        snprintf(name, sizeof name, "layers_%s", m->file);
    } else {
        snprintf(what, sizeof what, "a shift by 1/%g of the width", 1 / m->shift);
        snprintf(name, sizeof name, "layers_width_%g", 1 / m->shift);
    }
    snprintf(title, sizeof title, "Features of each layer under %s", what);
    say_loss(e, move_index, drop, sizeof drop);
    say_whole(e, move_index, whole, sizeof whole);
    snprintf(caption, sizeof caption,
             "Relative EQ of the features of each layer under %s, from the input on the left to the image on the "
             "right. %s%s",
             what, drop, whole);
    const curves c = {.name = name,
                      .title = title,
                      .x_label = "depth: 0 the input, 1 the image",
                      .y_label = "relative EQ in dB",
                      .points = true,
                      .move = move_index,
                      .fill = fill,
                      .most = most_layers(e)};
    return report_curves(e, &c, caption);
}

alf_status report_layers(const experiment *e)
{
    alf_status status = alf_study_markdown(e->run, "%s", INTRODUCTION);
    if (status == ALF_OK) status = losses(e);
    if (status == ALF_OK) status = all_layers(e);
    for (int m = 0; m < e->networks[0].layer_moves.count && status == ALF_OK; m++) status = plot_move(e, m);
    return status;
}
