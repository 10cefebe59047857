/* The grids: what a network shows when its input moves, beside its image moved afterwards. */
#include <stdlib.h>
#include <string.h>

#include "common/moved_images.h"
#include "quickstart.h"
#include "report/contact_sheet.h"

enum { ZOOM = 2, SEEDS = 2, PARTS = 3, COLUMNS = SEEDS * PARTS, SEED_ROWS = 4 };

/* --- movements: the rows of the grid ------------------------------------------------------------------------------ */

/* Shifts to the right, in pixels or in image widths, then rotations in degrees. The first moves nothing. */
static const struct {
    double pixels, widths, degrees;
} MOVES[] = {{0, 0, 0},  {0.25, 0, 0}, {0.5, 0, 0}, {1, 0, 0}, {0, 0.0625, 0}, {0, QUICKSTART_MOST_SHIFT, 0},
             {0, 0, 15}, {0, 0, 45},   {0, 0, 90}};
enum { MOVES_COUNT = sizeof MOVES / sizeof MOVES[0] };

static double shift_of(int move, int64_t width)
{
    return MOVES[move].pixels / (double)width + MOVES[move].widths;
}

void quickstart_explain_grids(void)
{
    printf(
        "A grid's rows: unmoved, shifted to the right by pixels, turned by degrees. Columns, for each of %d seeds: "
        "the\n"
        "network with its input moved so; its unmoved image, moved as an image; their difference, %d times "
        "enlarged: grey\n"
        "where there is none, white like the frame where it is not defined. An equivariant network leaves the third "
        "column\n"
        "grey and white. The grid of a network whose input cannot be moved shows seeds. A network that is not trained\n"
        "has a contrast of its own, the same for all cells: 99%% of its values lie between black and white.\n",
        SEEDS, QUICKSTART_GAIN);
}

/* --- images ------------------------------------------------------------------------------------------------------- */

static int64_t count_of(const subject *s)
{
    return s->channels * s->size * s->size;
}

/* Image of one seed into out [channels, size, size]. transform: inverse matrix or NULL. */
static alf_status synthesize(const subject *s, uint32_t seed, const double *transform, double out[])
{
    alf_scope       *scope = alf_scope_open(alf_generator_ctx(s->generator));
    const alf_status status = subject_image(s, subject_styles(s, seed, 1), transform, out);
    alf_scope_close(scope, NULL);
    return status;
}

/* Equal contrast for all cells. Changes the order of the values. */
static void choose_contrast(int64_t count, double values[], quickstart_row *row)
{
    const contrast c = contrast_shown(row->subject.fresh, count, values);
    row->grey = c.grey;
    row->range = c.range;
}

/* --- cells -------------------------------------------------------------------------------------------------------- */

enum { LABEL = 32 };

typedef struct {
    alf_contact_sheet *sheet;
    const subject     *subject;
    double            *cell;
    char               columns[COLUMNS][LABEL], rows[MOVES_COUNT][LABEL];
} grid;

static void label_moves(grid *g)
{
    for (int i = 0; i < COLUMNS; i += PARTS) {
        snprintf(g->columns[i], LABEL, "network (seed %d)", i / PARTS);
        snprintf(g->columns[i + 1], LABEL, "moved");
        snprintf(g->columns[i + 2], LABEL, "x%d difference", QUICKSTART_GAIN);
    }
    snprintf(g->rows[0], LABEL, "unmoved");
    for (int i = 1; i < MOVES_COUNT; i++) {
        const bool turns = MOVES[i].degrees != 0;
        snprintf(g->rows[i], LABEL, turns ? "%g deg" : "+%g px",
                 turns ? MOVES[i].degrees : shift_of(i, g->subject->size) * (double)g->subject->size);
    }
}

static void label_seeds(grid *g)
{
    for (int i = 0; i < SEED_ROWS; i++) snprintf(g->rows[i], LABEL, "seeds %d-%d", i * COLUMNS, (i + 1) * COLUMNS - 1);
}

static alf_status open_grid(alf_ctx *ctx, const subject *s, bool moves, const char *title, grid *out)
{
    const char *columns[COLUMNS], *rows[MOVES_COUNT];
    *out = (grid){.subject = s, .cell = malloc((size_t)count_of(s) * sizeof(double))};
    if (!out->cell) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    if (moves)
        label_moves(out);
    else
        label_seeds(out);
    for (int i = 0; i < COLUMNS; i++) columns[i] = out->columns[i];
    for (int i = 0; i < MOVES_COUNT; i++) rows[i] = out->rows[i];
    const alf_contact_sheet_spec spec = {
        COLUMNS, moves ? MOVES_COUNT : SEED_ROWS, s->size, s->size, ZOOM, title, columns, rows};
    return alf_contact_sheet_create(ctx, &spec, &out->sheet);
}

static void close_grid(grid *g)
{
    alf_contact_sheet_destroy(g->sheet);
    free(g->cell);
}

static alf_status put(alf_ctx *ctx, const grid *to, int column, int row, const double *image, double grey, double range)
{
    contrast_apply((contrast){grey, range}, count_of(to->subject), image, to->cell);
    return alf_contact_sheet_put(ctx, to->sheet, column, row, to->subject->channels, to->cell);
}

/* --- the grid of a network that moves ----------------------------------------------------------------------------- */

static alf_status draw_seed(uint32_t seed, const grid *to, const moved_images *images, const quickstart_row *row)
{
    const subject *s = to->subject;
    alf_ctx       *ctx = alf_generator_ctx(s->generator);
    int            column = (int)seed * PARTS;
    alf_status     status = synthesize(s, seed, NULL, images->still);
    for (int move = 0; move < MOVES_COUNT && status == ALF_OK; move++) {
        const movement m = {
            .turns = MOVES[move].degrees != 0, .tx = shift_of(move, s->size), .degrees = MOVES[move].degrees};
        double inverse[9];
        alf_user_transform(m.tx, m.ty, m.degrees, inverse);
        status = synthesize(s, seed, inverse, images->shown);
        if (status == ALF_OK) status = moved_images_compare(ctx, &m, NULL, images);
        if (status != ALF_OK) return status;
        moved_images_difference(images, images->spare);
        status = put(ctx, to, column, move, images->shown, row->grey, row->range);
        if (status == ALF_OK) status = put(ctx, to, column + 1, move, images->moved, row->grey, row->range);
        if (status == ALF_OK) status = put(ctx, to, column + 2, move, images->spare, 0, row->range / QUICKSTART_GAIN);
    }
    return status;
}

static alf_status draw_moves(const grid *to, double *memory, quickstart_row *row)
{
    const subject *s = to->subject;
    const int64_t  n = count_of(s);
    moved_images   images;
    alf_status     status = ALF_OK;
    for (uint32_t seed = 0; seed < SEEDS && status == ALF_OK; seed++)
        status = synthesize(s, seed, NULL, memory + seed * n);
    if (status != ALF_OK) return status;
    choose_contrast(SEEDS * n, memory, row);
    status = moved_images_create(alf_generator_ctx(s->generator), s->channels, s->size, &images);
    if (status != ALF_OK) return status;
    for (uint32_t seed = 0; seed < SEEDS && status == ALF_OK; seed++) status = draw_seed(seed, to, &images, row);
    moved_images_destroy(&images);
    return status;
}

/* --- the grid of a network that does not -------------------------------------------------------------------------- */

static alf_status draw_seeds(const grid *to, double *memory, quickstart_row *row)
{
    const subject *s = to->subject;
    alf_ctx       *ctx = alf_generator_ctx(s->generator);
    const int64_t  count = COLUMNS * SEED_ROWS, n = count_of(s);
    double        *sorted = malloc((size_t)(count * n) * sizeof(double));
    alf_status     status = ALF_OK;
    if (!sorted) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    for (uint32_t seed = 0; seed < count && status == ALF_OK; seed++)
        status = synthesize(s, seed, NULL, memory + seed * n);
    if (status == ALF_OK) {
        memcpy(sorted, memory, (size_t)(count * n) * sizeof(double));
        choose_contrast(count * n, sorted, row);
    }
    for (int i = 0; i < count && status == ALF_OK; i++)
        status = put(ctx, to, i % COLUMNS, i / COLUMNS, memory + i * n, row->grey, row->range);
    free(sorted);
    return status;
}

alf_status quickstart_draw(quickstart_row *row)
{
    const subject *s = &row->subject;
    alf_ctx       *ctx = alf_generator_ctx(s->generator);
    const bool     moves = alf_generator_has_transform(s->generator);
    grid           to = {0};
    double        *memory = malloc((size_t)(COLUMNS * SEED_ROWS * count_of(s)) * sizeof(double));
    alf_status     status = memory ? open_grid(ctx, s, moves, row->name, &to)
                                   : alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    if (status == ALF_OK) status = moves ? draw_moves(&to, memory, row) : draw_seeds(&to, memory, row);
    if (status == ALF_OK) status = alf_contact_sheet_write(ctx, to.sheet, row->picture);
    close_grid(&to);
    free(memory);
    return status;
}
