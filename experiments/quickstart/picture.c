/* The grids: what a network shows when its input moves, beside its image moved afterwards. */
#include <stdlib.h>
#include <string.h>

#include "common/moved_images.h"
#include "quickstart.h"

enum { ZOOM = 2, GAP = 4, SEEDS = 2, PARTS = 3, COLUMNS = SEEDS * PARTS, SEED_ROWS = 4 };

/* --- movements: the rows of the grid ------------------------------------------------------------------------------ */

/* Shifts to the right, in pixels or in image widths, then rotations in degrees. The first moves nothing. */
static const struct {
    double pixels, widths, degrees;
} MOVES[] = {{0, 0, 0},  {0.25, 0, 0}, {0.5, 0, 0}, {1, 0, 0}, {0, 0.0625, 0}, {0, QUICKSTART_MOST_SHIFT, 0},
             {0, 0, 15}, {0, 0, 45},   {0, 0, 90}};
enum { MOVES_COUNT = sizeof MOVES / sizeof MOVES[0], TURNS = 3 };

static double shift_of(int move, int64_t width)
{
    return MOVES[move].pixels / (double)width + MOVES[move].widths;
}

void quickstart_explain_pictures(int resolution)
{
    printf("Rows of a grid from the top: unmoved; shifted to the right by");
    for (int i = 1; i < MOVES_COUNT && MOVES[i].degrees == 0; i++)
        printf("%s %g", i > 1 ? "," : "", shift_of(i, resolution) * resolution);
    printf(" pixels; turned by");
    for (int i = MOVES_COUNT - TURNS; i < MOVES_COUNT; i++)
        printf("%s %g", i > MOVES_COUNT - TURNS ? "," : "", MOVES[i].degrees);
    printf(
        " degrees.\nColumns, for each of %d seeds: the network with its input moved so; its unmoved image, moved as an "
        "image; their\ndifference, %d times enlarged: grey where there is none, white like the frame where it is not "
        "defined. An equivariant\nnetwork leaves the third column grey and white. StyleGAN2's input cannot be moved: "
        "its grid shows seeds.\nWithin one grid all cells have the same contrast, chosen so that 99%% of the values "
        "lie between black and white.\n",
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

typedef struct {
    alf_picture *picture;
    format       format;
    double      *zoomed; /* one cell */
} grid;

static alf_status put(alf_ctx *ctx, const grid *to, int column, int row, const double *image, double grey, double range)
{
    const int64_t n = to->format.size, side = n * ZOOM;
    for (int64_t i = 0; i < to->format.channels * side * side; i++) {
        int64_t plane = i / (side * side), y = i / side % side / ZOOM, x = i % side / ZOOM;
        to->zoomed[i] = (image[(plane * n + y) * n + x] - grey) / range;
    }
    int64_t left = GAP + column * (side + GAP) + column / PARTS * GAP, top = GAP + row * (side + GAP);
    return alf_picture_put(ctx, to->picture, left, top, to->format.channels, side, side, to->zoomed, ALF_BYTES_GRID);
}

static alf_status open_grid(alf_ctx *ctx, format f, int rows, grid *out)
{
    const int64_t side = f.size * ZOOM;
    out->format = f;
    out->zoomed = malloc((size_t)(f.count * ZOOM * ZOOM) * sizeof(double));
    if (!out->zoomed) return alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    int64_t    width = GAP + COLUMNS * (side + GAP) + (SEEDS - 1) * GAP, height = GAP + rows * (side + GAP);
    alf_status status = alf_picture_create(ctx, width, height, 3, &out->picture);
    if (status == ALF_OK) memset(out->picture->pixels, 255, (size_t)(width * height * 3));
    return status;
}

static void close_grid(grid *g)
{
    alf_picture_destroy(g->picture);
    free(g->zoomed);
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
    alf_status status = memory ? open_grid(ctx, f, moves ? MOVES_COUNT : SEED_ROWS, &to)
                               : alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a picture");
    if (status == ALF_OK) status = moves ? draw_moves(g, &to, memory, row) : draw_seeds(g, &to, memory, row);
    if (status == ALF_OK) status = alf_picture_write_png(ctx, to.picture, row->picture);
    close_grid(&to);
    free(memory);
    return status;
}
