/* Contact sheets: the network moved, its image moved, their difference. */
#include <stdio.h>
#include <stdlib.h>

#include "equivariance.h"

enum { SEEDS = 2, KINDS = 3, COLUMNS = SEEDS * KINDS, GAIN = 10, LEAST_CELL = 96 };

typedef struct {
    alf_study_run     *run;
    const network     *network;
    alf_contact_sheet *sheet;
    contrast           shown;
    double            *cell;
} drawing;

static alf_status put(const drawing *d, int column, int row, contrast c, const double *image)
{
    const subject *s = d->network->subject;
    contrast_apply(c, s->channels * s->size * s->size, image, d->cell);
    return alf_contact_sheet_put(d->run->ctx, d->sheet, column, row, s->channels, d->cell);
}

static alf_status draw_seed(const drawing *d, int index, const move_list *moves, const moved_images *images)
{
    const uint32_t seed = (uint32_t)d->run->seed + (uint32_t)index;
    const movement none = {0};
    alf_tensor    *ws = subject_styles(d->network->subject, seed, 1);
    alf_status     status = moved_image(d->network->subject, ws, &none, images->still);
    for (int i = 0; i < moves->count && status == ALF_OK; i++) {
        const movement m = move_along_x(&moves->items[i]);
        const contrast error = {.grey = 0, .range = d->shown.range / GAIN};
        status = moved_image(d->network->subject, ws, &m, images->shown);
        if (status == ALF_OK) status = moved_images_compare(d->run->ctx, &m, NULL, images);
        if (status == ALF_OK) status = put(d, index * KINDS, i, d->shown, images->shown);
        if (status == ALF_OK) status = put(d, index * KINDS + 1, i, d->shown, images->moved);
        moved_images_difference(images, images->spare);
        if (status == ALF_OK) status = put(d, index * KINDS + 2, i, error, images->spare);
    }
    return status;
}

/* One contrast for all cells, from the unmoved images. */
static alf_status choose_contrast(drawing *d, int64_t count)
{
    const movement none = {0};
    double        *values = malloc((size_t)(SEEDS * count) * sizeof *values);
    alf_status     status =
        values ? ALF_OK
                   : alf_fail(d->run->ctx, ALF_ERR_MEMORY, "out of memory for images of %s", d->network->subject->label);
    for (int i = 0; i < SEEDS && status == ALF_OK; i++) {
        alf_tensor *ws = subject_styles(d->network->subject, (uint32_t)d->run->seed + (uint32_t)i, 1);
        status = moved_image(d->network->subject, ws, &none, values + i * count);
    }
    if (status == ALF_OK) d->shown = contrast_shown(d->network->subject->fresh, SEEDS * count, values);
    free(values);
    return status;
}

static alf_status draw(drawing *d, const move_list *moves)
{
    const subject *s = d->network->subject;
    moved_images   images;
    alf_status     status = moved_images_create(d->run->ctx, s->channels, s->size, &images);
    if (status != ALF_OK) return status;
    alf_scope *scope = alf_scope_open(d->run->ctx);
    status = choose_contrast(d, s->channels * s->size * s->size);
    for (int i = 0; i < SEEDS && status == ALF_OK; i++) status = draw_seed(d, i, moves, &images);
    alf_scope_close(scope, NULL);
    moved_images_destroy(&images);
    return status;
}

static alf_status sheet_of(const experiment *e, const network *n)
{
    static const char *const columns[COLUMNS] = {"network moved", "image moved", "error x10",
                                                 "network moved", "image moved", "error x10"};
    const subject           *s = n->subject;
    const char              *rows[MOST_MOVES];
    move_list                moves;
    char                     name[96], title[128], told[CONTRAST_TEXT], caption[512];
    drawing                  d = {.run = e->run, .network = n};
    moves_of_pictures(s->size, &moves);
    for (int i = 0; i < moves.count; i++) rows[i] = moves.items[i].label;
    snprintf(title, sizeof title, "%s: seeds %u and %u", s->label, (unsigned)e->run->seed, (unsigned)e->run->seed + 1);
    const alf_contact_sheet_spec spec = {.columns = COLUMNS,
                                         .rows = moves.count,
                                         .cell_width = s->size,
                                         .cell_height = s->size,
                                         .zoom = s->size < LEAST_CELL ? (int)((LEAST_CELL + s->size - 1) / s->size) : 1,
                                         .title = title,
                                         .column_labels = columns,
                                         .row_labels = rows};
    alf_status                   status = alf_contact_sheet_create(e->run->ctx, &spec, &d.sheet);
    if (status != ALF_OK) return status;
    d.cell = malloc((size_t)(s->channels * s->size * s->size) * sizeof *d.cell);
    status = d.cell ? draw(&d, &moves) : alf_fail(e->run->ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    snprintf(name, sizeof name, "%s_moves", n->subject->label);
    contrast_describe(d.shown, sizeof told, told);
    snprintf(caption, sizeof caption,
             "%s for two seeds under shifts to the right and rotations: the network with its input moved, its unmoved "
             "image moved as an image, and ten times their difference (grey: none; white: not defined). %s",
             s->label, told);
    if (status == ALF_OK) status = alf_study_sheet(e->run, name, d.sheet, caption);
    free(d.cell);
    alf_contact_sheet_destroy(d.sheet);
    return status;
}

alf_status report_pictures(const experiment *e)
{
    alf_status status = alf_study_markdown(e->run, "## Pictures\n\nWhat the figures above look like.");
    for (int i = 0; i < e->count && status == ALF_OK; i++) status = sheet_of(e, &e->networks[i]);
    return status;
}
