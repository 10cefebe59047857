/* Rows of convolutions: forward and both gradients, in turns with a matrix product of the same shape, by each method
 * where there are two; and modulated ones, as networks use them. Each call makes its result anew, of the same weights: what
 * is kept beside a weight (derived.h) is made by the first. */
#include <string.h>

#include "bench.h"

enum { MOST_PIXELS = 4096 }; /* of the matrix product: so many are enough to know its speed */

typedef enum { FORWARD, INPUT_GRADIENT, WEIGHT_GRADIENT, PASSES } pass;

static const struct {
    const char *name;
    bool        fast; /* has a fast algorithm */
} PASS[PASSES] = {[FORWARD] = {"conv", true},
                  [INPUT_GRADIENT] = {"conv_input_gradient", true},
                  [WEIGHT_GRADIENT] = {"conv_weight_gradient", false}};

/* --- one convolution ---------------------------------------------------------------------------------------------- */

typedef struct {
    alf_conv_spec spec;
    alf_tensor   *x, *weight;
    alf_tensor   *y, *dy; /* what gradients are taken of: recorded, and kept beyond a call */
    alf_tensor   *along;
} convolution;

static alf_tensor *numbers(alf_ctx *ctx, int64_t n, int64_t c, int64_t h, int64_t w)
{
    return alf_tensor_random_normal(ctx, 4, (int64_t[]){n, c, h, w}, 0, 0);
}

static convolution open_convolution(alf_ctx *ctx, const alf_conv_shape *s, pass p)
{
    convolution c = {.spec = s->spec,
                     .x = numbers(ctx, 1, s->in_channels, s->in_size, s->in_size),
                     .weight = numbers(ctx, s->out_channels, s->in_channels, s->kernel, s->kernel)};
    if (p == FORWARD) return c;
    if (p == INPUT_GRADIENT)
        c.along = c.x = alf_variable(ctx, c.x);
    else
        c.along = c.weight = alf_variable(ctx, c.weight);
    c.y = alf_conv2d(ctx, c.x, c.weight, 1, &c.spec);
    c.dy = numbers(ctx, 1, s->out_channels, s->out_size, s->out_size);
    return c;
}

static void convolve(alf_ctx *ctx, void *arg)
{
    convolution *c = arg;
    alf_scope   *scope = alf_scope_open(ctx);
    alf_conv2d(ctx, c->x, c->weight, 1, &c->spec);
    alf_scope_close(scope, NULL);
}

/* The gradient could be differentiated again, so that the record stays and the next call finds it. */
static void differentiate(alf_ctx *ctx, void *arg)
{
    convolution *c = arg;
    alf_tensor  *gradient;
    alf_scope   *scope = alf_scope_open(ctx);
    alf_status   status = alf_grad(ctx, 1, &c->y, &c->dy, 1, &c->along, true, &gradient);
    (void)status; /* the context keeps it */
    alf_scope_close(scope, NULL);
}

static int64_t at_most(int64_t value, int64_t most)
{
    return value < most ? value : most;
}

/* The product inside the pass, of a tile of its pixels. */
static alf_bench_product open_product(alf_ctx *ctx, const alf_conv_shape *s, pass p)
{
    const int64_t taps = (int64_t)s->kernel * s->kernel;
    const int64_t in = at_most(s->in_size * s->in_size, MOST_PIXELS);
    const int64_t out = at_most(s->out_size * s->out_size, MOST_PIXELS), pixels = s->spec.transposed ? in : out;
    switch (p) {
    case INPUT_GRADIENT: return alf_bench_open_product(ctx, s->in_channels, pixels, s->out_channels * taps, false);
    case WEIGHT_GRADIENT: return alf_bench_open_product(ctx, s->out_channels, s->in_channels * taps, pixels, true);
    default: return alf_bench_open_product(ctx, s->out_channels, pixels, s->in_channels * taps, false);
    }
}

static void describe(const alf_conv_shape *s, char *text, size_t size)
{
    snprintf(text, size, "%lld>%lld channels, %dx%d, %lld>%lld%s", (long long)s->in_channels,
             (long long)s->out_channels, s->kernel, s->kernel, (long long)s->in_size, (long long)s->out_size,
             s->spec.transposed   ? ", up 2"
             : s->spec.stride > 1 ? ", down 2"
                                  : "");
}

static void measure(alf_bench *b, alf_ctx *ctx, const char *name, const alf_conv_shape *s, pass p)
{
    char shape[96];
    describe(s, shape, sizeof shape);
    alf_scope           *scope = alf_scope_open(ctx);
    convolution          c = open_convolution(ctx, s, p);
    alf_bench_product    product = open_product(ctx, s, p);
    const alf_bench_cost cost = alf_cost_conv(s);
    alf_bench_row(b, &(alf_bench_task){.name = name,
                                       .shape = shape,
                                       .cost = cost,
                                       .call = {ctx, p == FORWARD ? convolve : differentiate, &c},
                                       .against = ALF_AGAINST_SGEMM,
                                       .other = {ctx, alf_bench_multiply, &product},
                                       .share = cost.flops / alf_bench_product_flops(&product)});
    alf_scope_close(scope, NULL);
}

/* --- all of a network --------------------------------------------------------------------------------------------- */

/* Does a fast algorithm exist, so that the methods may differ? */
static bool has_fast(const alf_conv_shape *s, pass p)
{
    return s->kernel == 3 && s->spec.stride == 1 && PASS[p].fast;
}

/* By the context's own choice (AUTO), or by the method, where it could be another. */
static void measure_all(alf_bench *b, const char *config, const alf_conv_shape shapes[], int count,
                        alf_conv_method method)
{
    static const char *const endings[] = {
        [ALF_CONV_AUTO] = "", [ALF_CONV_DIRECT] = "_direct", [ALF_CONV_FAST] = "_fast"};
    alf_ctx *ctx = b->counting ? NULL : alf_bench_open_context(b, 0, method);
    for (int i = 0; i < PASSES * count && (ctx || b->counting); i++) {
        const alf_conv_shape *s = &shapes[i % count];
        const pass            p = (pass)(i / count);
        char                  name[96];
        snprintf(name, sizeof name, "%s %s%s %.47s", config, PASS[p].name, endings[method], s->name);
        if ((method == ALF_CONV_AUTO || has_fast(s, p)) && alf_bench_wants(b, name)) measure(b, ctx, name, s, p);
        if (ctx && alf_ctx_status(ctx) != ALF_OK) break;
    }
    alf_bench_close_context(b, ctx);
}

/* As networks take them; without --conv also by each method. */
static void measure_methods(alf_bench *b, const char *config, const alf_conv_shape shapes[], int count)
{
    measure_all(b, config, shapes, count, ALF_CONV_AUTO);
    if (alf_cli_given(b->cli, "conv")) return;
    measure_all(b, config, shapes, count, ALF_CONV_DIRECT);
    measure_all(b, config, shapes, count, ALF_CONV_FAST);
}

void alf_bench_convolutions(alf_bench *b, const char *config, const alf_plan *plan)
{
    alf_conv_shape shapes[ALF_MOST_SHAPES];
    measure_methods(b, config, shapes, alf_shapes_of_plan(plan, false, shapes));
}

void alf_bench_discriminator_convolutions(alf_bench *b, const char *config, const alf_plan *plan)
{
    const alf_discriminator_config settings = alf_shape_discriminator(plan);
    alf_conv_shape                 shapes[ALF_MOST_SHAPES];
    char                           name[64];
    snprintf(name, sizeof name, "%s discriminator", config);
    measure_methods(b, name, shapes, alf_shapes_of_discriminator(&settings, false, shapes));
}

/* --- modulated ---------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_tensor    *x, *weight, *style, *gain;
    alf_modulation spec;
} modulated;

static void modulate(alf_ctx *ctx, void *arg)
{
    modulated *m = arg;
    alf_scope *scope = alf_scope_open(ctx);
    alf_modulated_conv2d(ctx, m->x, m->weight, m->style, m->gain, &m->spec);
    alf_scope_close(scope, NULL);
}

/* ToRGB is the layer that makes the image's channels. */
static modulated open_modulated(alf_ctx *ctx, const alf_plan *plan, const alf_conv_shape *s)
{
    const bool alias_free = plan->config.family == ALF_STYLEGAN3;
    const bool torgb = s->kernel == 1 && s->out_channels == plan->config.img_channels;
    return (modulated){.x = numbers(ctx, 1, s->in_channels, s->in_size, s->in_size),
                       .weight = numbers(ctx, s->out_channels, s->in_channels, s->kernel, s->kernel),
                       .style = alf_tensor_random_normal(ctx, 2, (int64_t[]){1, s->in_channels}, 0, 0),
                       .gain = alias_free ? alf_tensor_full(ctx, 1, (int64_t[]){1}, 1) : NULL,
                       .spec = {.conv = s->spec, .demodulate = !torgb, .normalize = alias_free && !torgb}};
}

void alf_bench_modulated(alf_bench *b, const char *config, const alf_plan *plan)
{
    alf_conv_shape shapes[ALF_MOST_SHAPES];
    const int      count = alf_shapes_of_plan(plan, false, shapes);
    for (int i = 0; i < count; i++) {
        const alf_conv_shape *s = &shapes[i];
        char                  name[96], shape[96];
        snprintf(name, sizeof name, "%s modulated_conv %.47s", config, s->name);
        describe(s, shape, sizeof shape);
        if (!alf_bench_wants(b, name)) continue;
        alf_scope        *scope = alf_scope_open(b->ctx);
        modulated         m = open_modulated(b->ctx, plan, s);
        alf_bench_product product = open_product(b->ctx, s, FORWARD);
        alf_bench_cost    cost = alf_cost_conv(s);
        alf_bench_row(b, &(alf_bench_task){.name = name,
                                           .shape = shape,
                                           .cost = cost,
                                           .call = {b->ctx, modulate, &m},
                                           .against = ALF_AGAINST_SGEMM,
                                           .other = {b->ctx, alf_bench_multiply, &product},
                                           .share = cost.flops / alf_bench_product_flops(&product)});
        alf_scope_close(scope, NULL);
    }
}
