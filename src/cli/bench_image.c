/* Rows of whole networks, freshly initialised: latent to picture, alone, in batches and on one thread; picture to logit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

static const double IMAGE_SECONDS = 15;
enum { MOST_BATCH = 64 };

/* --- generators --------------------------------------------------------------------------------------------------- */

/* A generator in a context of its own, whose memory is that of its images alone. */
typedef struct {
    alf_ctx       *ctx;
    alf_generator *g;
    int            batch;
} images;

/* Pictures, in the caller's scope. */
static alf_tensor *pictures(const images *m)
{
    uint32_t seeds[MOST_BATCH];
    for (int i = 0; i < m->batch; i++) seeds[i] = (uint32_t)i;
    alf_tensor *z = alf_generator_latents(m->g, m->batch, seeds);
    return alf_generator_synthesize(m->g, alf_generator_map(m->g, z, NULL, 1, -1), NULL);
}

static void make_images(alf_ctx *ctx, void *arg)
{
    alf_scope *scope = alf_scope_open(ctx);
    pictures(arg);
    alf_scope_close(scope, NULL);
}

static void close_images(alf_bench *b, images *m)
{
    alf_generator_destroy(m->g);
    alf_bench_close_context(b, m->ctx);
}

/* With `threads` threads (0: the command's). False with the error in b->ctx. */
static bool open_images(alf_bench *b, const alf_plan *plan, int threads, int batch, images *out)
{
    *out = (images){.ctx = alf_bench_open_context(b, threads, ALF_CONV_AUTO), .batch = batch};
    if (out->ctx && alf_generator_create(out->ctx, &plan->config, 0, &out->g) == ALF_OK) return true;
    close_images(b, out);
    return false;
}

static void describe(const alf_plan *plan, int batch, char *text, size_t size)
{
    const alf_config *c = &plan->config;
    snprintf(text, size, "%dx%d, %.1fM parameters, batch %d", c->img_resolution, c->img_resolution,
             (double)plan->num_parameters * 1e-6, batch);
}

/* The values as they are shown, within [-1, 1]; NULL with the error in b->ctx or m->ctx. */
static double *values_of(alf_bench *b, const images *m, int64_t *count)
{
    alf_scope  *scope = alf_scope_open(m->ctx);
    alf_tensor *x = pictures(m);
    *count = alf_tensor_count(x);
    double *values = malloc((size_t)(*count + 1) * sizeof *values);
    if (!values) alf_fail(b->ctx, ALF_ERR_MEMORY, "out of memory for %lld values of an image", (long long)*count);
    if (values && alf_tensor_read(m->ctx, x, values) != ALF_OK) {
        free(values);
        values = NULL;
    }
    for (int64_t i = 0; values && i < *count; i++) values[i] = fmin(fmax(values[i], -1), 1);
    alf_scope_close(scope, NULL);
    return values;
}

/* Of values in [-1, 1]; 0 where there is no difference. */
static double psnr_of(int64_t count, const double *a, const double *b)
{
    double squares = 0;
    for (int64_t i = 0; i < count; i++) squares += (a[i] - b[i]) * (a[i] - b[i]);
    return squares > 0 ? 10 * log10(4 * (double)count / squares) : 0;
}

/* How close the images are to those of the same network in float32. */
static double psnr_against_float32(alf_bench *b, const alf_plan *plan, const images *m)
{
    images  exact = {.ctx = alf_bench_open_float32(b), .batch = m->batch};
    int64_t count;
    double  psnr = 0;
    if (exact.ctx && alf_generator_create(exact.ctx, &plan->config, 0, &exact.g) == ALF_OK) {
        double *got = values_of(b, m, &count), *expected = values_of(b, &exact, &count);
        if (got && expected) psnr = psnr_of(count, got, expected);
        free(got);
        free(expected);
    }
    close_images(b, &exact);
    return psnr;
}

/* The product that takes turns with images is no part of their memory. */
void alf_bench_image(alf_bench *b, const char *config, const alf_plan *plan)
{
    images       one;
    const double convolutions = alf_cost_convolutions(plan);
    char         name[96], shape[96];
    snprintf(name, sizeof name, "%s image", config);
    describe(plan, 1, shape, sizeof shape);
    if (!alf_bench_wants(b, name) || !open_images(b, plan, 0, 1, &one)) return;
    alf_scope        *scope = alf_scope_open(b->ctx);
    alf_bench_product product = alf_bench_square_product(b->ctx);
    alf_bench_result *row =
        alf_bench_row(b, &(alf_bench_task){.name = name,
                                           .shape = shape,
                                           .cost = alf_cost_image(plan),
                                           .call = {one.ctx, make_images, &one},
                                           .against = ALF_AGAINST_SGEMM,
                                           .other = {b->ctx, alf_bench_multiply, &product},
                                           .share = convolutions / alf_bench_product_flops(&product),
                                           .seconds = IMAGE_SECONDS});
    if (row) {
        row->sgemm_gflops = convolutions / row->other.best * 1e-9;
        row->memory = alf_ctx_memory_peak(one.ctx);
        if (alf_ctx_precision(one.ctx) == ALF_PRECISION_BF16) row->psnr = psnr_against_float32(b, plan, &one);
    }
    alf_scope_close(scope, NULL);
    close_images(b, &one);
}

void alf_bench_batch(alf_bench *b, const char *config, const alf_plan *plan)
{
    const int batch = (int)alf_bench_int(b->cli, "batch", 8);
    images    many, one;
    char      name[96], shape[96];
    snprintf(name, sizeof name, "%s batch", config);
    describe(plan, batch, shape, sizeof shape);
    if (batch == 1 || !alf_bench_wants(b, name) || !open_images(b, plan, 0, batch, &many)) return;
    one = many; /* the same network */
    one.batch = 1;
    make_images(many.ctx, &many); /* warms up, so that one batch is enough where it takes long */
    const alf_bench_cost cost = {.flops = batch * alf_cost_image(plan).flops};
    alf_bench_result    *row = alf_bench_row(b, &(alf_bench_task){.name = name,
                                                                  .shape = shape,
                                                                  .cost = cost,
                                                                  .call = {many.ctx, make_images, &many},
                                                                  .against = ALF_AGAINST_BATCH_1,
                                                                  .other = {one.ctx, make_images, &one},
                                                                  .share = batch,
                                                                  .fewest = 1});
    if (row) row->memory = alf_ctx_memory_peak(many.ctx);
    close_images(b, &many);
}

void alf_bench_threads(alf_bench *b, const char *config, const alf_plan *plan)
{
    images all, alone;
    char   name[96], shape[96];
    snprintf(name, sizeof name, "%s threads", config);
    describe(plan, 1, shape, sizeof shape);
    if (alf_ctx_threads(b->ctx) == 1 || !alf_bench_wants(b, name) || !open_images(b, plan, 0, 1, &all)) return;
    if (open_images(b, plan, 1, 1, &alone)) {
        alf_bench_row(b, &(alf_bench_task){.name = name,
                                           .shape = shape,
                                           .cost = alf_cost_image(plan),
                                           .call = {all.ctx, make_images, &all},
                                           .against = ALF_AGAINST_ONE_THREAD,
                                           .other = {alone.ctx, make_images, &alone}});
        close_images(b, &alone);
    }
    close_images(b, &all);
}

/* --- discriminators ----------------------------------------------------------------------------------------------- */

typedef struct {
    alf_discriminator *d;
    alf_tensor        *image;
} judgement;

static void judge(alf_ctx *ctx, void *arg)
{
    judgement *j = arg;
    alf_scope *scope = alf_scope_open(ctx);
    alf_discriminator_logits(j->d, j->image, NULL);
    alf_scope_close(scope, NULL);
}

void alf_bench_discriminator(alf_bench *b, const char *config, const alf_plan *plan)
{
    const alf_discriminator_config settings = alf_shape_discriminator(plan);
    const int                      size = settings.img_resolution;
    judgement                      j;
    char                           name[96], shape[96];
    snprintf(name, sizeof name, "%s discriminator", config);
    snprintf(shape, sizeof shape, "%dx%d, batch 1", size, size);
    if (!alf_bench_wants(b, name)) return;
    alf_ctx *ctx = alf_bench_open_context(b, 0, ALF_CONV_AUTO);
    if (ctx && alf_discriminator_create(ctx, &settings, 0, &j.d) == ALF_OK) {
        alf_scope *scope = alf_scope_open(ctx);
        j.image = alf_tensor_random_normal(ctx, 4, (int64_t[]){1, settings.img_channels, size, size}, 0, 0);
        alf_bench_result *row = alf_bench_row(b, &(alf_bench_task){.name = name,
                                                                   .shape = shape,
                                                                   .cost = alf_cost_discriminator(&settings),
                                                                   .call = {ctx, judge, &j},
                                                                   .seconds = IMAGE_SECONDS});
        if (row) row->memory = alf_ctx_memory_peak(ctx);
        alf_scope_close(scope, NULL);
        alf_discriminator_destroy(j.d);
    }
    alf_bench_close_context(b, ctx);
}
