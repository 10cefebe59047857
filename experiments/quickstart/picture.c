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

void quickstart_explain_pictures(void)
{
    printf("A grid's rows: unmoved, shifted to the right by pixels, turned by degrees. Columns, for each of %d seeds: "
           "the\n"
           "network with its input moved so; its unmoved image, moved as an image; their difference, %d times "
           "enlarged: grey\n"
           "where there is none, white like the frame where it is not defined. An equivariant network leaves the third "
           "column\n"
           "grey and white. StyleGAN2's input cannot be moved: its grid shows seeds.\n"
           "Within one grid all cells have the same contrast, chosen so that 99%% of the values lie between black and "
           "white.\n",
           SEEDS, QUICKSTART_GAIN);
}

/* --- images ------------------------------------------------------------------------------------------------------- */

typedef struct {
    int     channels; /* shown: 1 or 3 */
    int64_t size;
    int64_t count; /* numbers of one image */
} format;

/* Image of one seed into out [channels, size, size]. transform: inverse matrix or NULL. */
static alf_status synthesize(alf_generator *g, uint32_t seed, const double *transform, format f, double out[])
{
    alf_ctx              *ctx = alf_generator_ctx(g);
    const alf_config     *config = &alf_generator_plan(g)->config;
    alf_scope            *scope = alf_scope_open(ctx);
    alf_synthesis_options options = alf_synthesis_options_default();
    options.transform = transform;
    alf_tensor *z = alf_generator_latents(g, 1, &seed);
    alf_tensor *ws = alf_generator_map(g, z, alf_generator_labels(g, 1, 0), 1, -1);
    alf_tensor *image = alf_generator_synthesize(g, ws, &options);
    if (config->img_channels != f.channels) image = alf_slice(ctx, image, 1, 0, f.channels);
    alf_status status = alf_tensor_read(ctx, image, out);
    alf_scope_close(scope, NULL);
    return status;
}

/* Equal contrast for all cells. Changes the order of the values. */
static void choose_contrast(int64_t count, double values[], quickstart_row *row)
{
    const contrast c = contrast_of(count, values);
    row->grey = c.grey;
    row->range = c.range;
}

/* --- cells -------------------------------------------------------------------------------------------------------- */

enum { LABEL = 32 };

typedef struct {
    alf_contact_sheet *sheet;
    format             format;
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
                 turns ? MOVES[i].degrees : shift_of(i, g->format.size) * (double)g->format.size);
    }
}

static void label_seeds(grid *g)
{
    for (int i = 0; i < SEED_ROWS; i++) snprintf(g->rows[i], LABEL, "seeds %d-%d", i * COLUMNS, (i + 1) * COLUMNS - 1);
}

static alf_status open_grid(alf_ctx *ctx, format f, bool moves, const char *title, grid *out)
{
    const char *columns[COLUMNS], *rows[MOVES_COUNT];
    *out = (grid){.format = f, .cell = malloc((size_t)f.count * sizeof(double))};
    if (!out->cell) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    if (moves)
        label_moves(out);
    else
        label_seeds(out);
    for (int i = 0; i < COLUMNS; i++) columns[i] = out->columns[i];
    for (int i = 0; i < MOVES_COUNT; i++) rows[i] = out->rows[i];
    const alf_contact_sheet_spec spec = {COLUMNS, moves ? MOVES_COUNT : SEED_ROWS, f.size, f.size, ZOOM, title, columns,
                                         rows};
    return alf_contact_sheet_create(ctx, &spec, &out->sheet);
}

static void close_grid(grid *g)
{
    alf_contact_sheet_destroy(g->sheet);
    free(g->cell);
}

static alf_status put(alf_ctx *ctx, const grid *to, int column, int row, const double *image, double grey, double range)
{
    contrast_apply((contrast){grey, range}, to->format.count, image, to->cell);
    return alf_contact_sheet_put(ctx, to->sheet, column, row, to->format.channels, to->cell);
}

/* --- the grid of a network that moves ----------------------------------------------------------------------------- */

static alf_status draw_seed(alf_generator *g, uint32_t seed, const grid *to, const moved_images *images,
                            const quickstart_row *row)
{
    alf_ctx   *ctx = alf_generator_ctx(g);
    format     f = to->format;
    int        column = (int)seed * PARTS;
    alf_status status = synthesize(g, seed, NULL, f, images->still);
    for (int move = 0; move < MOVES_COUNT && status == ALF_OK; move++) {
        const movement m = {
            .turns = MOVES[move].degrees != 0, .tx = shift_of(move, f.size), .degrees = MOVES[move].degrees};
        double inverse[9];
        alf_user_transform(m.tx, m.ty, m.degrees, inverse);
        status = synthesize(g, seed, inverse, f, images->shown);
        if (status == ALF_OK) status = moved_images_compare(ctx, &m, NULL, images);
        if (status != ALF_OK) return status;
        moved_images_difference(images, images->spare);
        status = put(ctx, to, column, move, images->shown, row->grey, row->range);
        if (status == ALF_OK) status = put(ctx, to, column + 1, move, images->moved, row->grey, row->range);
        if (status == ALF_OK) status = put(ctx, to, column + 2, move, images->spare, 0, row->range / QUICKSTART_GAIN);
    }
    return status;
}

static alf_status draw_moves(alf_generator *g, const grid *to, double *memory, quickstart_row *row)
{
    const int64_t n = to->format.count;
    moved_images  images;
    alf_status    status = ALF_OK;
    for (uint32_t seed = 0; seed < SEEDS && status == ALF_OK; seed++)
        status = synthesize(g, seed, NULL, to->format, memory + seed * n);
    if (status != ALF_OK) return status;
    choose_contrast(SEEDS * n, memory, row);
    status = moved_images_create(alf_generator_ctx(g), to->format.channels, to->format.size, &images);
    if (status != ALF_OK) return status;
    for (uint32_t seed = 0; seed < SEEDS && status == ALF_OK; seed++) status = draw_seed(g, seed, to, &images, row);
    moved_images_destroy(&images);
    return status;
}

/* --- the grid of a network that does not -------------------------------------------------------------------------- */

static alf_status draw_seeds(alf_generator *g, const grid *to, double *memory, quickstart_row *row)
{
    const int64_t count = COLUMNS * SEED_ROWS, n = to->format.count;
    double       *sorted = malloc((size_t)(count * n) * sizeof(double));
    alf_status    status = ALF_OK;
    if (!sorted) return alf_fail(alf_generator_ctx(g), ALF_ERR_MEMORY, "out of memory for a picture");
    for (uint32_t seed = 0; seed < count && status == ALF_OK; seed++)
        status = synthesize(g, seed, NULL, to->format, memory + seed * n);
    if (status == ALF_OK) {
        memcpy(sorted, memory, (size_t)(count * n) * sizeof(double));
        choose_contrast(count * n, sorted, row);
    }
    for (int i = 0; i < count && status == ALF_OK; i++)
        status = put(alf_generator_ctx(g), to, i % COLUMNS, i / COLUMNS, memory + i * n, row->grey, row->range);
    free(sorted);
    return status;
}

alf_status quickstart_draw(alf_generator *g, quickstart_row *row)
{
    alf_ctx          *ctx = alf_generator_ctx(g);
    const alf_config *config = &alf_generator_plan(g)->config;
    bool              moves = alf_generator_has_transform(g);
    format            f = {.channels = config->img_channels >= 3 ? 3 : 1, .size = config->img_resolution};
    f.count = f.channels * f.size * f.size;
    grid       to = {0};
    double    *memory = malloc((size_t)(COLUMNS * SEED_ROWS * f.count) * sizeof(double));
    alf_status status = memory ? open_grid(ctx, f, moves, row->name, &to)
                               : alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    if (status == ALF_OK) status = moves ? draw_moves(g, &to, memory, row) : draw_seeds(g, &to, memory, row);
    if (status == ALF_OK) status = alf_contact_sheet_write(ctx, to.sheet, row->picture);
    close_grid(&to);
    free(memory);
    return status;
}
