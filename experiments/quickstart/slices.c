/* Slices of networks whose canvas moves down: a line per network, for each of two seeds the middle column of pixels frame by
 * frame, and its detail. */
#include <stdlib.h>
#include <string.h>

#include "common/moved_images.h"
#include "common/slices.h"
#include "quickstart.h"
#include "report/contact_sheet.h"

enum { ZOOM = 2, SEEDS = 2, PARTS = 2, FRAMES = 128 };

#define VELOCITY (1 / 8.0) /* pixels per frame */

void quickstart_explain_slices(void)
{
    printf("\n"
           "sticking.png: the middle column of pixels, frame by frame from left to right, while the canvas moves down\n"
           "by %g pixels a frame; and its detail, without an average over five pixels. What the network carries along\n"
           "draws slanting lines, texture that sticks to the screen level ones.\n",
           VELOCITY);
}

typedef struct {
    alf_contact_sheet *sheet;
    int64_t            size, count; /* pixels of an image down; numbers of a slice [channels, size, FRAMES] */
    double            *image, *slice, *cell, *sorted;
} drawing;

static alf_status film(const drawing *d, const subject *s, uint32_t seed)
{
    alf_scope  *scope = alf_scope_open(alf_generator_ctx(s->generator));
    alf_tensor *ws = subject_styles(s, seed, 1);
    alf_status  status = ALF_OK;
    for (int64_t t = 0; t < FRAMES && status == ALF_OK; t++) {
        double inverse[9];
        alf_user_transform(0, (double)(t - FRAMES / 2) * VELOCITY / (double)d->size, 0, inverse);
        status = subject_image(s, ws, inverse, d->image);
        if (status == ALF_OK) slice_put(s->channels, d->size, d->image, FRAMES, t, d->slice);
    }
    alf_scope_close(scope, NULL);
    return status;
}

/* What is in the cell, in that contrast. */
static alf_status put(const drawing *d, const subject *s, contrast c, int column, int line)
{
    contrast_apply(c, d->count, d->cell, d->cell);
    return alf_contact_sheet_put(alf_generator_ctx(s->generator), d->sheet, column, line, s->channels, d->cell);
}

static alf_status draw_row(const drawing *d, const quickstart_row *row, int line)
{
    const subject *s = &row->subject;
    alf_status     status = ALF_OK;
    for (int i = 0; i < SEEDS && status == ALF_OK; i++) {
        status = film(d, s, (uint32_t)i);
        if (status != ALF_OK) break;
        memcpy(d->cell, d->slice, (size_t)d->count * sizeof *d->cell);
        status = put(d, s, (contrast){row->grey, row->range}, i * PARTS, line);
        detail_of(s->channels, d->size, FRAMES, false, d->slice, d->cell);
        memcpy(d->sorted, d->cell, (size_t)d->count * sizeof *d->cell);
        const contrast fine = contrast_of(d->count, d->sorted);
        if (status == ALF_OK) status = put(d, s, (contrast){0, fine.range}, i * PARTS + 1, line);
    }
    return status;
}

/* Networks of one size, as the first has it; what is not measured has no canvas that moves. */
static alf_status draw_rows(alf_ctx *ctx, const drawing *d, int count, const quickstart_row rows[])
{
    alf_status status = ALF_OK;
    for (int i = 0, line = 0; i < count && status == ALF_OK; i++) {
        if (!rows[i].measured) continue;
        if (rows[i].subject.size != d->size || rows[i].subject.channels * d->size * FRAMES != d->count)
            return alf_fail(ctx, ALF_ERR_ARGUMENT, "'%s': its images are of another size than those of '%s'",
                            rows[i].network, rows[0].network);
        status = draw_row(d, &rows[i], line++);
    }
    return status;
}

static alf_status open_sheet(alf_ctx *ctx, int count, const quickstart_row rows[], drawing *d)
{
    static const char *const columns[SEEDS * PARTS] = {"seed 0", "its detail", "seed 1", "its detail"};
    const char              *labels[count + 1];
    int                      lines = 0;
    for (int i = 0; i < count; i++)
        if (rows[i].measured) labels[lines++] = rows[i].name;
    return alf_contact_sheet_create(ctx,
                                    &(alf_contact_sheet_spec){.columns = SEEDS * PARTS,
                                                              .rows = lines,
                                                              .cell_width = FRAMES,
                                                              .cell_height = d->size,
                                                              .zoom = ZOOM,
                                                              .title = "Columns of pixels while the canvas moves down",
                                                              .column_labels = columns,
                                                              .row_labels = labels},
                                    &d->sheet);
}

alf_status quickstart_draw_slices(alf_ctx *ctx, int count, const quickstart_row rows[], const char *path)
{
    const subject *s = &rows[0].subject;
    drawing        d = {.size = s->size, .count = s->channels * s->size * FRAMES};
    double        *memory = malloc((size_t)(3 * d.count + s->channels * s->size * s->size) * sizeof *memory);
    if (!memory) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    d.slice = memory;
    d.cell = d.slice + d.count;
    d.sorted = d.cell + d.count;
    d.image = d.sorted + d.count;
    alf_status status = open_sheet(ctx, count, rows, &d);
    if (status == ALF_OK) status = draw_rows(ctx, &d, count, rows);
    if (status == ALF_OK) status = alf_contact_sheet_write(ctx, d.sheet, path);
    alf_contact_sheet_destroy(d.sheet);
    free(memory);
    return status;
}
