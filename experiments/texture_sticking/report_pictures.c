/* Spectra as maps, and contact sheets: neighbourhoods and slices. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "texture_sticking.h"

enum { LEAST_CELL = 192 };

/* --- spectra -------------------------------------------------------------------------------------------------------- */

/* Where the energy of each spatial frequency lies, in decibels of all of it; without the first column, which is none. */
static void fill_map(const network *n, double out[])
{
    for (int64_t i = 1; i < n->frequencies; i++) {
        double all = 0;
        for (int64_t t = 0; t < n->frames; t++) all += n->spectrum[t * n->frequencies + i];
        for (int64_t t = 0; t < n->frames; t++)
            out[t * (n->frequencies - 1) + i - 1] = 10 * log10(fmax(n->spectrum[t * n->frequencies + i] / all, 1e-20));
    }
}

static alf_status map_of(const experiment *e, const network *n)
{
    const int64_t columns = n->frequencies - 1;
    double       *values = malloc((size_t)(n->frames * columns) * sizeof *values);
    const double  velocity = sticking_options(e->run, n).velocity;
    char          name[96], title[128], caption[640];
    if (!values) return alf_fail(e->run->ctx, ALF_ERR_MEMORY, "no memory for a map");
    fill_map(n, values);
    snprintf(name, sizeof name, "%s%s_spectrum", n->row ? "row-" : "", n->subject.label);
    snprintf(title, sizeof title, "%s: slices in space and time", n->subject.label);
    const double       rate = 1 / (double)n->frames;
    const alf_plot_map map = {.title = title,
                              .x_label = "cycles per pixel",
                              .y_label = "cycles per frame",
                              .value_label = "dB",
                              .columns = columns,
                              .rows = n->frames,
                              .values = values,
                              .x_low = n->k_step,
                              .x_high = n->k_step * (double)columns,
                              .y_low = -(double)(n->frames / 2) * rate,
                              .y_high = (double)((n->frames - 1) - n->frames / 2) * rate,
                              .low = -60,
                              .high = 0};
    snprintf(
        caption, sizeof caption,
        "%s: mean spectrum of its slices, each spatial frequency in dB of its own energy. What is carried along lies "
        "on the line from the middle of the left side to %g cycles per frame at half a cycle per pixel; what sticks, "
        "on the horizontal one in the middle. Lines beside it and parallel to it are aliases: of a grid of p pixels "
        "at multiples of %g/p cycles per frame.",
        n->subject.label, -velocity / 2, velocity);
    const alf_status status = alf_study_map(e->run, name, &map, caption);
    free(values);
    return status;
}

alf_status report_spectra(const experiment *e)
{
    alf_status status = ALF_OK;
    for (int i = 0; i < e->count && status == ALF_OK; i++) {
        const network *n = &e->networks[i];
        char           name[96];
        if (!n->moves) continue;
        snprintf(name, sizeof name, "%s%s_spectrum", n->row ? "row-" : "", n->subject.label);
        status = alf_study_array(e->run, name, 2, (int64_t[]){n->frames, n->frequencies}, n->spectrum);
        if (status == ALF_OK && !(n->row && (n->row->settings || n->row->noise > 0))) status = map_of(e, n);
    }
    return status;
}

/* --- sheets --------------------------------------------------------------------------------------------------------- */

typedef struct {
    const experiment  *e;
    alf_contact_sheet *sheet;
    double            *cell, *detail; /* [channels, height, width] */
    int64_t            width, height;
} drawing;

/* x [channels, height, width] into two cells: as it is, and its detail. */
static alf_status put(const drawing *d, const network *n, int column, int step, int line, bool across, const double x[])
{
    const int     channels = n->subject.channels;
    const int64_t count = channels * d->height * d->width;
    contrast_apply(n->shown, count, x, d->cell);
    alf_status status = alf_contact_sheet_put(d->e->run->ctx, d->sheet, column, line, channels, d->cell);
    if (status != ALF_OK) return status;
    detail_of(channels, d->height, d->width, across, x, d->detail);
    contrast_apply(n->fine, count, d->detail, d->cell);
    return alf_contact_sheet_put(d->e->run->ctx, d->sheet, column + step, line, channels, d->cell);
}

static alf_status put_neighbourhoods(const drawing *d, const network *n, int *line)
{
    const int64_t count = n->subject.channels * n->subject.size * n->subject.size;
    alf_status    status = ALF_OK;
    for (int i = 0; i < PICTURE_SEEDS && status == ALF_OK; i++, ++*line) {
        status = put(d, n, 0, 2, *line, true, n->centres + i * count);
        if (status == ALF_OK) status = put(d, n, 1, 2, *line, true, n->means + i * count);
    }
    return status;
}

static alf_status put_slices(const drawing *d, const network *n, int *line)
{
    alf_status status = put(d, n, 0, 1, *line, false, n->walk);
    if (status == ALF_OK && n->moves) status = put(d, n, 2, 1, *line, false, n->shifted);
    ++*line;
    return status;
}

/* Where a network's pictures go, and its label with what follows in each line. */
static int count_lines(const experiment *e, int64_t size, int each)
{
    int lines = 0;
    for (int i = 0; i < e->listed; i++)
        if (e->networks[i].subject.size == size) lines += each;
    return lines;
}

typedef struct {
    char text[96];
} line_label;

static void fill_labels(const experiment *e, int64_t size, int each, line_label labels[], const char *texts[])
{
    int line = 0;
    for (int i = 0; i < e->listed; i++) {
        if (e->networks[i].subject.size != size) continue;
        for (int j = 0; j < each; j++, line++) {
            texts[line] = labels[line].text;
            snprintf(labels[line].text, sizeof labels[line].text, each > 1 ? "%s seed %u" : "%s",
                     e->networks[i].subject.label, (unsigned)e->run->seed + (unsigned)j);
        }
    }
}

/* A sheet of all listed networks with images of this size: neighbourhoods, or slices. */
static alf_status sheet_of(const experiment *e, int64_t size, bool slices, const char *const columns[4],
                           const char *caption)
{
    alf_ctx     *ctx = e->run->ctx;
    const int    each = slices ? 1 : PICTURE_SEEDS, lines = count_lines(e, size, each);
    drawing      d = {.e = e, .height = size, .width = slices ? budget_of(e->run->scale)->frames : size};
    line_label  *labels = calloc((size_t)lines + 1, sizeof *labels);
    const char **texts = calloc((size_t)lines + 1, sizeof *texts);
    char         name[64];
    int          line = 0;
    d.cell = malloc((size_t)(6 * d.height * d.width) * sizeof *d.cell);
    d.detail = d.cell ? d.cell + 3 * d.height * d.width : NULL;
    alf_status status = labels && texts && d.cell ? ALF_OK : alf_fail(ctx, ALF_ERR_MEMORY, "no memory for a sheet");
    if (status == ALF_OK) fill_labels(e, size, each, labels, texts);
    const alf_contact_sheet_spec spec = {.columns = 4,
                                         .rows = lines,
                                         .cell_width = d.width,
                                         .cell_height = d.height,
                                         .zoom = size < LEAST_CELL ? (int)((LEAST_CELL + size - 1) / size) : 1,
                                         .title =
                                             slices ? "Columns of pixels, frame by frame" : "Neighbourhoods of latents",
                                         .column_labels = columns,
                                         .row_labels = texts};
    if (status == ALF_OK) status = alf_contact_sheet_create(ctx, &spec, &d.sheet);
    for (int i = 0; i < e->listed && status == ALF_OK; i++)
        if (e->networks[i].subject.size == size)
            status = slices ? put_slices(&d, &e->networks[i], &line) : put_neighbourhoods(&d, &e->networks[i], &line);
    snprintf(name, sizeof name, "%s_%lld", slices ? "slices" : "neighbourhoods", (long long)size);
    if (status == ALF_OK) status = alf_study_sheet(e->run, name, d.sheet, caption);
    alf_contact_sheet_destroy(d.sheet);
    free(d.cell);
    free(labels);
    free(texts);
    return status;
}

static alf_status neighbourhoods(const experiment *e, int64_t size)
{
    const int         neighbours = budget_of(e->run->scale)->neighbours;
    const double      radius = alf_study_real(e->run, "radius");
    char              mean[64], caption[800];
    const char *const columns[4] = {"centre", mean, "detail of the centre", "detail of the mean"};
    snprintf(mean, sizeof mean, "mean of %d", neighbours);
    snprintf(
        caption, sizeof caption,
        "The image of a latent z, and the mean of the images of %d latents around it, (z + %g n) / sqrt(1 + %g^2) with "
        "n normal. Features that move with the latent are blurred by the mean; what stays sharp in it sticks. Right: "
        "what the binomial average over 5x5 pixels leaves of both. Contrast: trained networks are shown as they are, "
        "others so that 99%% of the values of their central images lie between black and white; the details of each "
        "network so that 99%% of those of its central images do.",
        neighbours, radius, radius);
    return sheet_of(e, size, false, columns, caption);
}

static alf_status slices(const experiment *e, int64_t size)
{
    static const char *const columns[4] = {"latent walk", "its detail", "translated", "its detail"};
    const budget            *b = budget_of(e->run->scale);
    char                     caption[900];
    snprintf(
        caption, sizeof caption,
        "The middle column of pixels of %d frames, side by side: along a closed walk through the styles of %d seeds "
        "(cubic), and under a translation downwards by %g pixels per frame. Horizontal streaks are what stays at its "
        "pixels; what is carried along runs down at a slope of %g. Beside each, what the binomial average over 5 "
        "pixels along the column leaves of it, in the contrast of the details above. White: the network cannot be "
        "moved.",
        b->frames, KEYFRAMES, b->velocity, b->velocity);
    return sheet_of(e, size, true, columns, caption);
}

static bool is_first_of_size(const experiment *e, int index)
{
    for (int i = 0; i < index; i++)
        if (e->networks[i].subject.size == e->networks[index].subject.size) return false;
    return true;
}

alf_status report_pictures(const experiment *e)
{
    alf_status status = e->listed ? alf_study_markdown(e->run, "## Pictures") : ALF_OK;
    for (int i = 0; i < e->listed && status == ALF_OK; i++) {
        if (!is_first_of_size(e, i)) continue;
        status = neighbourhoods(e, e->networks[i].subject.size);
        if (status == ALF_OK) status = slices(e, e->networks[i].subject.size);
    }
    return status;
}
