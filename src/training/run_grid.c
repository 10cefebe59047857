/* The pictures of a run. What stands in them depends on the seed and the data set alone, so a run that goes on draws the
 * same grid. */
#include "training/run_grid.h"

#include "aliasfree/random.h"
#include "core/core.h"

/* Streams of the grid. */
enum { FOR_ITEMS, FOR_LATENTS };

static int64_t clip(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

void alf_run_grid_size(const int64_t asked[2], int64_t resolution, int64_t *columns, int64_t *rows)
{
    *columns = asked[0] == 0 ? clip(7680 / resolution, 7, 32) : asked[0] > 0 ? asked[0] : 0;
    *rows = asked[0] == 0 ? clip(4320 / resolution, 4, 32) : asked[0] > 0 ? asked[1] : 0;
}

/* --- choosing ---------------------------------------------------------------------------------------------------------- */

/* The first `count` of a random order of all items; from the start again where there are fewer. */
static alf_status choose_items(alf_ctx *ctx, uint64_t seed, int64_t all, int64_t count, int64_t items[])
{
    int64_t *order = alf_mem_alloc(ctx, (size_t)all, sizeof *order);

    if (!order) return alf_ctx_status(ctx);
    for (int64_t i = 0; i < all; i++) order[i] = i;
    for (int64_t i = 0; i < all && i < count; i++) {
        double  draw;
        int64_t other, kept = order[i];
        alf_random_uniform(seed, alf_random_stream(ALF_FOR_GRID, FOR_ITEMS), i, 1, &draw);
        other = i + (int64_t)(draw * (double)(all - i));
        order[i] = order[other];
        order[other] = kept;
    }
    for (int64_t i = 0; i < count; i++) items[i] = order[i % all];
    alf_mem_free(order);
    return ALF_OK;
}

static int64_t image_values(const alf_run_job *job)
{
    int64_t resolution = alf_dataset_resolution(job->data);

    return alf_dataset_channels(job->data) * resolution * resolution;
}

static alf_status read_labels(alf_run_job *job, int64_t count)
{
    int64_t dim = alf_dataset_label_dim(job->data);

    job->grid.labels = alf_mem_alloc(job->ctx, (size_t)(count * dim), sizeof *job->grid.labels);
    if (!job->grid.labels) return alf_ctx_status(job->ctx);
    return alf_dataset_read(job->data, count, job->grid.items, NULL, job->grid.labels);
}

alf_status alf_run_grid_choose(alf_run_job *job)
{
    alf_run_grid *g = &job->grid;
    int64_t       resolution = alf_dataset_resolution(job->data), count;
    alf_status    status;

    alf_run_grid_size(job->options->grid, resolution, &g->columns, &g->rows);
    if (g->columns == 0) return ALF_OK;
    if (g->columns * resolution > 65500 || g->rows * resolution > 65500)
        return alf_fail(job->ctx, ALF_ERR_RANGE,
                        "run: grid is %lldx%lld, %lld pixels each: expected sides of at most "
                        "65500 pixels",
                        (long long)g->columns, (long long)g->rows, (long long)resolution);
    count = g->columns * g->rows;
    g->items = alf_mem_alloc(job->ctx, (size_t)count, sizeof *g->items);
    if (!g->items) return alf_ctx_status(job->ctx);
    status = choose_items(job->ctx, job->training->seed, alf_dataset_count(job->data), count, g->items);
    if (!status && alf_dataset_label_dim(job->data) > 0) status = read_labels(job, count);
    return status;
}

void alf_run_grid_clear(alf_run_grid *grid)
{
    alf_mem_free(grid->items);
    alf_mem_free(grid->labels);
    *grid = (alf_run_grid){.columns = 0};
}

/* --- drawing ----------------------------------------------------------------------------------------------------------- */

/* Makes the values of places first .. first + count of the grid. */
typedef alf_status (*image_source)(const alf_run_job *job, int64_t first, int64_t count, double *values);

static alf_status take_reals(const alf_run_job *job, int64_t first, int64_t count, double *values)
{
    return alf_dataset_read(job->data, count, job->grid.items + first, values, NULL);
}

/* Standard normal latents, the same for a place whatever batch it comes in. */
static alf_tensor *latents(const alf_run_job *job, int64_t first, int64_t count)
{
    int64_t     dim = job->training->generator.z_dim;
    double     *values = alf_mem_alloc(job->ctx, (size_t)(count * dim), sizeof *values);
    alf_tensor *z;

    if (values)
        alf_random_normal(job->training->seed, alf_random_stream(ALF_FOR_GRID, FOR_LATENTS), first * dim, count * dim,
                          values);
    z = alf_tensor_from_f64(job->ctx, 2, (int64_t[]){count, dim}, values);
    alf_mem_free(values);
    return z;
}

static alf_tensor *labels(const alf_run_job *job, int64_t first, int64_t count)
{
    int64_t dim = alf_dataset_label_dim(job->data);

    if (!job->grid.labels) return NULL;
    return alf_tensor_from_f64(job->ctx, 2, (int64_t[]){count, dim}, job->grid.labels + first * dim);
}

static alf_status make_fakes(const alf_run_job *job, int64_t first, int64_t count, double *values)
{
    alf_scope     *scope = alf_scope_open(job->ctx);
    alf_generator *g = alf_trainer_generator(job->trainer, true);
    alf_tensor    *ws = alf_generator_map(g, latents(job, first, count), labels(job, first, count), 1, -1);
    alf_status     status = alf_tensor_read(job->ctx, alf_generator_synthesize(g, ws, NULL), values);

    alf_scope_close(scope, NULL);
    return status;
}

static alf_status put_images(const alf_run_job *job, alf_picture *picture, int64_t first, int64_t count,
                             const double *values)
{
    int        channels = alf_dataset_channels(job->data);
    int64_t    size = alf_dataset_resolution(job->data), columns = job->grid.columns;
    alf_status status = ALF_OK;

    for (int64_t i = 0; i < count && !status; i++)
        status = alf_picture_put(job->ctx, picture, (first + i) % columns * size, (first + i) / columns * size,
                                 channels, size, size, values + i * image_values(job), ALF_BYTES_GRID);
    return status;
}

static alf_status draw(const alf_run_job *job, image_source source, alf_picture *picture)
{
    int64_t    all = job->grid.columns * job->grid.rows, step = job->training->batch_gpu;
    double    *values = alf_mem_alloc(job->ctx, (size_t)(step * image_values(job)), sizeof *values);
    alf_status status = values ? ALF_OK : alf_ctx_status(job->ctx);

    for (int64_t first = 0; first < all && !status; first += step) {
        int64_t count = all - first < step ? all - first : step;
        status = source(job, first, count, values);
        if (!status) status = put_images(job, picture, first, count, values);
        if (!status) status = alf_progress(job->ctx, "pictures", first + count, all);
    }
    alf_mem_free(values);
    return status;
}

static alf_status write_grid(const alf_run_job *job, image_source source, const char *name)
{
    int64_t      size = alf_dataset_resolution(job->data);
    alf_picture *picture = NULL;
    char        *path;
    alf_status   status;

    if (job->grid.columns == 0) return ALF_OK;
    path = alf_run_path(job, name);
    if (!path) return alf_ctx_status(job->ctx);
    status = alf_picture_create(job->ctx, job->grid.columns * size, job->grid.rows * size,
                                alf_dataset_channels(job->data), &picture);
    if (!status) status = draw(job, source, picture);
    if (!status) status = alf_picture_write_png(job->ctx, picture, path);
    alf_picture_destroy(picture);
    alf_mem_free(path);
    return status;
}

alf_status alf_run_grid_reals(const alf_run_job *job, const char *name)
{
    return write_grid(job, take_reals, name);
}

alf_status alf_run_grid_fakes(const alf_run_job *job, const char *name)
{
    return write_grid(job, make_fakes, name);
}
