/* Rows of tensor operations: matrix products and modulated convolutions. Each call makes its result anew, as networks
 * do. */
#include <math.h>
#include <stdio.h>

#include "bench.h"

enum { MOST_COLUMNS = 4096 };

static alf_tensor *numbers(alf_ctx *ctx, int ndim, const int64_t shape[])
{
    return alf_tensor_random_normal(ctx, ndim, shape, 0, 0);
}

/* --- SGEMM -------------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_tensor *a, *b;
} product;

static void multiply(alf_ctx *ctx, void *arg)
{
    product   *p = arg;
    alf_scope *scope = alf_scope_open(ctx);
    alf_matmul(ctx, p->a, false, p->b, false, 1);
    alf_scope_close(scope, NULL);
}

static product open_product(alf_ctx *ctx, int64_t m, int64_t n, int64_t k)
{
    return (product){.a = numbers(ctx, 2, (int64_t[]){m, k}), .b = numbers(ctx, 2, (int64_t[]){k, n})};
}

double alf_bench_sgemm_square(const alf_bench *b)
{
    const int64_t side = alf_ctx_backend(b->ctx) == ALF_BACKEND_CPU ? 2048 : 256; /* naive loops take minutes */
    alf_scope    *scope = alf_scope_open(b->ctx);
    product       p = open_product(b->ctx, side, side, side);
    int           runs;
    double        seconds = alf_bench_best(b, 3, multiply, &p, &runs);
    alf_scope_close(scope, NULL);
    return 2 * pow((double)side, 3) / seconds * 1e-9;
}

static bool same_conv(const alf_layer_plan *a, const alf_layer_plan *b)
{
    return a->kind == b->kind && a->in_channels == b->in_channels && a->out_channels == b->out_channels &&
           a->in_size == b->in_size && a->conv_kernel == b->conv_kernel && a->up == b->up;
}

/* Did an earlier layer have the same convolution? StyleGAN3's does not upsample, so there `up` does not tell. */
static bool conv_seen(const alf_plan *plan, int index)
{
    alf_layer_plan here = plan->layers[index];
    for (int i = 0; i < index; i++) {
        alf_layer_plan there = plan->layers[i];
        if (plan->config.family == ALF_STYLEGAN3) there.up = here.up;
        if (same_conv(&here, &there)) return true;
    }
    return false;
}

/* The product inside a convolution: output channels x (input channels and taps) x pixels, of which a tile is enough. */
void alf_bench_sgemm(alf_bench *b, const char *config, const alf_plan *plan)
{
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        int64_t               size = alf_shape_conv_size(plan, l), pixels = size * size;
        int64_t               m = l->out_channels, n = pixels < MOST_COLUMNS ? pixels : MOST_COLUMNS;
        int64_t               k = (int64_t)l->in_channels * l->conv_kernel * l->conv_kernel;
        char                  name[96], shape[96];
        snprintf(name, sizeof name, "%s sgemm %s", config, l->name);
        snprintf(shape, sizeof shape, "%lldx%lld times %lldx%lld", (long long)m, (long long)k, (long long)k,
                 (long long)n);
        if (conv_seen(plan, i) || !alf_bench_wants(b, name)) continue;
        alf_scope *scope = alf_scope_open(b->ctx);
        product    p = open_product(b->ctx, m, n, k);
        double     bytes = (double)sizeof(float) * (double)(m * k + k * n + m * n);
        alf_bench_row(b, name, shape, (alf_bench_cost){2.0 * (double)m * (double)n * (double)k, bytes}, multiply, &p);
        alf_scope_close(scope, NULL);
    }
}

/* --- modulated convolution ---------------------------------------------------------------------------------------- */

typedef struct {
    alf_tensor    *x, *weight, *style, *gain;
    alf_modulation spec;
} convolution;

static void convolve(alf_ctx *ctx, void *arg)
{
    convolution *c = arg;
    alf_scope   *scope = alf_scope_open(ctx);
    alf_modulated_conv2d(ctx, c->x, c->weight, c->style, c->gain, &c->spec);
    alf_scope_close(scope, NULL);
}

static convolution open_convolution(alf_ctx *ctx, const alf_plan *plan, const alf_layer_plan *l)
{
    bool        alias_free = plan->config.family == ALF_STYLEGAN3, torgb = l->kind == ALF_LAYER_TORGB;
    bool        upsamples = !alias_free && l->up > 1;
    int64_t     ci = l->in_channels, co = l->out_channels, k = l->conv_kernel;
    convolution c = {.x = numbers(ctx, 4, (int64_t[]){1, ci, l->in_size, l->in_size}),
                     .weight = numbers(ctx, 4, (int64_t[]){co, ci, k, k}),
                     .style = numbers(ctx, 2, (int64_t[]){1, ci}),
                     .gain = alias_free ? alf_tensor_full(ctx, 1, (int64_t[]){1}, 1) : NULL};
    c.spec.conv = alf_conv_spec_default();
    c.spec.conv.padding = upsamples ? 0 : alias_free ? (int)k - 1 : (int)k / 2;
    c.spec.conv.transposed = upsamples;
    c.spec.conv.stride = upsamples ? l->up : 1;
    c.spec.demodulate = !torgb;
    c.spec.normalize = alias_free && !torgb;
    return c;
}

void alf_bench_modulated_conv(alf_bench *b, const char *config, const alf_plan *plan)
{
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        char                  name[96], shape[96];
        snprintf(name, sizeof name, "%s modulated_conv %s", config, l->name);
        snprintf(shape, sizeof shape, "%d>%d channels, %dx%d, %lld>%lld", l->in_channels, l->out_channels,
                 l->conv_kernel, l->conv_kernel, (long long)l->in_size, (long long)alf_shape_conv_size(plan, l));
        if (l->kind == ALF_LAYER_SKIP || conv_seen(plan, i) || !alf_bench_wants(b, name)) continue;
        alf_scope  *scope = alf_scope_open(b->ctx);
        convolution c = open_convolution(b->ctx, plan, l);
        alf_bench_row(b, name, shape, alf_cost_conv(plan, l), convolve, &c);
        alf_scope_close(scope, NULL);
    }
}
