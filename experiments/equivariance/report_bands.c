/* Which frequencies carry the error: spectra of the residual beside those of the image. */
#include <math.h>
#include <stdio.h>

#include "equivariance.h"

static const char INTRODUCTION[] =
    "## Which frequencies carry the error\n\nSpectra of the residual (what the network shows minus its unmoved "
    "image, moved as an image) and of that image, in rings of equal width, on the largest square within the mask, "
    "windowed by a Kaiser window (beta 8). The table has the shares of the residual's power between frequencies in "
    "cycles per pixel; every band is in `bands.csv`. At half a pixel the upper bands show the interpolation of the "
    "reference.";

static figure figure_at(const experiment *e, const network *n, int move_index, int band)
{
    const int point = move_index * BANDS + band;
    return figure_of(&n->bands, 1, &point, e->run->seed);
}

/* Power of the residual, or of the image, in a band, over all images. */
static double power(const network *n, int move_index, int band, bool of_image)
{
    double sum = 0;
    for (int g = 0; g < n->bands.groups; g++) {
        const alf_pooled_error *p = &n->bands.sums[(move_index * BANDS + band) * n->bands.groups + g];
        sum += of_image ? p->square : p->squared_error;
    }
    return sum;
}

/* Share of the residual's power in bands from `first` to before `end`; NaN without any. */
static double share(const network *n, int move_index, int first, int end)
{
    double all = 0, part = 0;
    for (int b = 0; b < BANDS; b++) {
        all += power(n, move_index, b, false);
        if (b >= first && b < end) part += power(n, move_index, b, false);
    }
    return all > 0 ? part / all : (double)NAN;
}

/* --- tables --------------------------------------------------------------------------------------------------------- */

enum { OCTAVE_1 = (BANDS - 1) / 4, OCTAVE_2 = (BANDS - 1) / 2, CORNERS = BANDS - 1 };

static alf_status shares(const experiment *e)
{
    static const alf_table_column columns[] = {
        {"network", "network", 0},       {"move", "move", 0},          {"below 1/8", "below_eighth", 3},
        {"1/8 to 1/4", "to_quarter", 3}, {"1/4 to 1/2", "to_half", 3}, {"beyond", "corners", 3},
    };
    alf_table *table;
    alf_status status = alf_table_create(e->run->ctx, 6, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->count; i++) {
        const network *n = &e->networks[i];
        for (int m = 0; m < n->band_moves.count && status == ALF_OK; m++) {
            const alf_table_cell cells[] = {alf_cell_text(n->subject->label),
                                            alf_cell_text(n->band_moves.items[m].label),
                                            alf_cell_number(share(n, m, 0, OCTAVE_1)),
                                            alf_cell_number(share(n, m, OCTAVE_1, OCTAVE_2)),
                                            alf_cell_number(share(n, m, OCTAVE_2, CORNERS)),
                                            alf_cell_number(share(n, m, CORNERS, BANDS))};
            status = alf_table_add(e->run->ctx, table, cells);
        }
    }
    if (status == ALF_OK) status = alf_study_table(e->run, "shares", table);
    alf_table_destroy(table);
    return status;
}

static alf_status add_bands(const experiment *e, const network *n, int move_index, alf_table *table)
{
    alf_status status = ALF_OK;
    for (int b = 0; b < BANDS && status == ALF_OK; b++) {
        const figure         f = figure_at(e, n, move_index, b);
        const alf_table_cell cells[] = {alf_cell_text(n->subject->label),
                                        alf_cell_text(n->band_moves.items[move_index].label),
                                        alf_cell_number(band_frequency(b)),
                                        alf_cell_number(power(n, move_index, b, true) / n->bands.groups),
                                        alf_cell_number(power(n, move_index, b, false) / n->bands.groups),
                                        alf_cell_number(share(n, move_index, b, b + 1)),
                                        alf_cell_number(f.relative),
                                        alf_cell_number(f.relative_low),
                                        alf_cell_number(f.relative_high)};
        status = alf_table_add(e->run->ctx, table, cells);
    }
    return status;
}

static alf_status all_bands(const experiment *e)
{
    static const alf_table_column columns[] = {{"network", "network", 0},
                                               {"move", "move", 0},
                                               {"cycles per pixel", "frequency", 4},
                                               {"power of the image", "image_power", 6},
                                               {"power of the residual", "residual_power", 6},
                                               {"share of the residual", "share", 4},
                                               {"relative dB", "relative_db", 2},
                                               {"from", "relative_low", 2},
                                               {"to", "relative_high", 2}};
    alf_table                    *table;
    alf_status                    status = alf_table_create(e->run->ctx, 9, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->count; i++)
        for (int m = 0; m < e->networks[i].band_moves.count && status == ALF_OK; m++)
            status = add_bands(e, &e->networks[i], m, table);
    if (status == ALF_OK) status = alf_study_long_table(e->run, "bands", table);
    alf_table_destroy(table);
    return status;
}

/* --- curves --------------------------------------------------------------------------------------------------------- */

static int fill(const experiment *e, const network *n, int move_index, bool relative, double x[], double y[],
                double low[], double high[])
{
    (void)relative;
    for (int b = 0; b < BANDS; b++) {
        const figure f = figure_at(e, n, move_index, b);
        x[b] = band_frequency(b);
        y[b] = f.relative;
        low[b] = f.relative_low;
        high[b] = f.relative_high;
    }
    return BANDS;
}

/* Which network has most of its error at high frequencies, and which least. */
static void say_shares(const experiment *e, int move_index, char *text, size_t size)
{
    int    most = -1, least = -1;
    double high = 0, low = 0;
    for (int i = 0; i < e->count; i++) {
        const double s = share(&e->networks[i], move_index, OCTAVE_2, BANDS);
        if (isnan(s)) continue;
        if (most < 0 || s > high) most = i, high = s;
        if (least < 0 || s < low) least = i, low = s;
    }
    text[0] = 0;
    if (most >= 0)
        snprintf(text, size,
                 "Of the error's power, the part above a quarter of a cycle per pixel is largest for %s (%.1f%%) and "
                 "smallest for %s (%.1f%%).",
                 e->networks[most].subject->label, 100 * high, e->networks[least].subject->label, 100 * low);
}

static alf_status plot_move(const experiment *e, int move_index)
{
    const move *m = &e->networks[0].band_moves.items[move_index];
    char        name[64], title[128], said[256], caption[640];
    snprintf(name, sizeof name, "bands_%s", m->file);
    snprintf(title, sizeof title, "Image over residual, by frequency: %s", m->label);
    say_shares(e, move_index, said, sizeof said);
    snprintf(
        caption, sizeof caption,
        "Power of the image over that of the residual in each band, in dB, for a move by %s: where a line is low the "
        "error is as strong as what is shown. %s",
        m->label, said);
    const curves c = {.name = name,
                      .title = title,
                      .x_label = "cycles per pixel",
                      .y_label = "image over residual in dB",
                      .points = true,
                      .move = move_index,
                      .fill = fill,
                      .most = BANDS};
    return report_curves(e, &c, caption);
}

alf_status report_bands(const experiment *e)
{
    alf_status status = alf_study_markdown(e->run, "%s", INTRODUCTION);
    if (status == ALF_OK) status = shares(e);
    if (status == ALF_OK) status = all_bands(e);
    for (int m = 0; m < e->networks[0].band_moves.count && status == ALF_OK; m++) status = plot_move(e, m);
    return status;
}
