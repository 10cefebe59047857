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
           "by %g pixels a frame; and its detail, without an average over five pixels, in a contrast of each network's "
           "own.\n"
           "What the network carries along draws slanting lines, texture that sticks to the screen level ones.\n",
           VELOCITY);
}

typedef struct {
    alf_contact_sheet *sheet;
    const subject     *first;           /* decides which images there is room for                        */
    int64_t            count;           /* numbers of a slice [channels, size, FRAMES]                    */
    double            *slices, *detail; /* [SEEDS] slices, and what the average leaves of them           */
    double            *spare;           /* as much again                                                 */
} drawing;

/* Slices of one size share a sheet. */
static bool is_shown(const subject *first, const quickstart_row *row)
{
    return row->measured && row->subject.size == first->size && row->subject.channels == first->channels;
}

static alf_status film(const drawing *d, const subject *s, uint32_t seed, double out[])
{
    alf_scope  *scope = alf_scope_open(alf_generator_ctx(s->generator));
    alf_tensor *ws = subject_styles(s, seed, 1);
    alf_status  status = ALF_OK;
    for (int64_t t = 0; t < FRAMES && status == ALF_OK; t++) {
        double inverse[9];
        alf_user_transform(0, (double)(t - FRAMES / 2) * VELOCITY / (double)s->size, 0, inverse);
        status = subject_image(s, ws, inverse, d->spare);
        if (status == ALF_OK) slice_put(s->channels, s->size, d->spare, FRAMES, t, out);
    }
    alf_scope_close(scope, NULL);
    return status;
}

static alf_status put(const drawing *d, const subject *s, contrast c, const double slice[], int column, int line)
{
    contrast_apply(c, d->count, slice, d->spare);
    return alf_contact_sheet_put(alf_generator_ctx(s->generator), d->sheet, column, line, s->channels, d->spare);
}

static alf_status draw_row(const drawing *d, const quickstart_row *row, int line)
{
    const subject *s = &row->subject;
    alf_status     status = ALF_OK;
    for (int i = 0; i < SEEDS && status == ALF_OK; i++) status = film(d, s, (uint32_t)i, d->slices + i * d->count);
    if (status != ALF_OK) return status;
    for (int i = 0; i < SEEDS; i++)
        detail_of(s->channels, s->size, FRAMES, false, d->slices + i * d->count, d->detail + i * d->count);
    memcpy(d->spare, d->detail, (size_t)(SEEDS * d->count) * sizeof *d->spare);
    const contrast shown = {row->grey, row->range}, fine = {0, contrast_of(SEEDS * d->count, d->spare).range};
    for (int i = 0; i < SEEDS && status == ALF_OK; i++) {
        status = put(d, s, shown, d->slices + i * d->count, i * PARTS, line);
        if (status == ALF_OK) status = put(d, s, fine, d->detail + i * d->count, i * PARTS + 1, line);
    }
    return status;
}

static alf_status open_sheet(alf_ctx *ctx, int count, const quickstart_row rows[], drawing *d)
{
    static const char *const columns[SEEDS * PARTS] = {"seed 0", "its detail", "seed 1", "its detail"};
    const char              *labels[count];
    int                      lines = 0;
    for (int i = 0; i < count; i++)
        if (is_shown(d->first, &rows[i])) labels[lines++] = rows[i].name;
    const alf_contact_sheet_spec spec = {.columns = SEEDS * PARTS,
                                         .rows = lines,
                                         .cell_width = FRAMES,
                                         .cell_height = d->first->size,
                                         .zoom = ZOOM,
                                         .title = "Columns of pixels while the canvas moves down",
                                         .column_labels = columns,
                                         .row_labels = labels};
    return alf_contact_sheet_create(ctx, &spec, &d->sheet);
}

static alf_status draw(alf_ctx *ctx, int count, const quickstart_row rows[], drawing *d, const char *path)
{
    alf_status status = open_sheet(ctx, count, rows, d);
    for (int i = 0, line = 0; i < count && status == ALF_OK; i++)
        if (is_shown(d->first, &rows[i])) status = draw_row(d, &rows[i], line++);
    return status == ALF_OK ? alf_contact_sheet_write(ctx, d->sheet, path) : status;
}

alf_status quickstart_draw_slices(alf_ctx *ctx, int count, const quickstart_row rows[], const char *path)
{
    int first = 0;
    while (first + 1 < count && !rows[first].measured) first++;
    const subject *s = &rows[first].subject;
    const int64_t  slice = s->channels * s->size * FRAMES, image = s->channels * s->size * s->size;
    const int64_t  spare = image > SEEDS * slice ? image : SEEDS * slice;
    double        *memory = malloc((size_t)(2 * SEEDS * slice + spare) * sizeof *memory);
    if (!memory) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    drawing          d = {.first = s,
                          .count = slice,
                          .slices = memory,
                          .detail = memory + SEEDS * slice,
                          .spare = memory + 2 * SEEDS * slice};
    const alf_status status = draw(ctx, count, rows, &d, path);
    alf_contact_sheet_destroy(d.sheet);
    free(memory);
    return status;
}
