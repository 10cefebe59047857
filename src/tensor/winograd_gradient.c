/* The gradient of a weight in the domain of the fast convolution: per point, transformed inputs times transformed
 * gradients of the outputs, summed over tiles, [in_ch, out_ch]; the 36 sums go back to 9 taps at the end.
 *
 * The gradient along output scales comes sample by sample: the product <w, dw> of two weights is the same in both
 * domains, up to the transform, which is that of w. */
#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/winograd.h"
#include "tensor/winograd_tiles.h"

typedef struct {
    alf_winograd *w;
    int64_t       ld;     /* of the matrices [in_ch in whole panels of rows][ld] per point */
    int64_t       panels; /* of output channels                                            */
    int64_t       tiles;  /* of the chunk                                                  */
    bool          add;    /* to what `product` holds                                       */
    float        *product;
    /* with products: of one sample in turn */
    float *sums, *weights, *scale; /* the gradient so far; the transformed weight; out_scale [ld] */
    float *parts;                  /* [point][ld] */
} gradient_job;

static int64_t matrix_of(const gradient_job *job)
{
    return alf_ceil_div(job->w->in_ch, job->w->kernels->rows) * job->w->kernels->rows * job->ld;
}

/* --- products over tiles ------------------------------------------------------------------------------------------ */

/* Tiles of the chunk as rows of one right panel of output channels. */
static void turn_gradients(const gradient_job *job, int e, int64_t o0, int64_t used, float *to)
{
    const alf_winograd *w = job->w;
    const int64_t       columns = w->kernels->columns;
    float               ones[ALF_MOST_PANEL_COLUMNS];
    for (int i = 0; i < ALF_MOST_PANEL_COLUMNS; i++) ones[i] = 1;
    for (int64_t tile = 0; tile < job->tiles; tile += columns)
        w->kernels->turn(used, alf_smaller(columns, job->tiles - tile), 1, ones,
                         w->out[e] + tile * w->out_ch + o0 * columns, columns, columns, to + tile * columns);
}

/* A few input channels times the panel. Their tiles are lines of `columns`, of which the last may be shorter. */
static void correlate(const gradient_job *job, int e, int64_t i0, const float *panel, int64_t used, float *to)
{
    const alf_winograd     *w = job->w;
    const alf_conv_kernels *k = w->kernels;
    const int64_t whole = job->tiles / k->columns, rest = job->tiles % k->columns, step = w->in_ch * k->columns;
    const float  *from[ALF_MOST_PANEL_ROWS];
    for (int r = 0; r < k->rows; r++) from[r] = w->in[e] + alf_smaller(i0 + r, w->in_ch - 1) * k->columns;
    if (whole > 0) k->correlate(whole, k->columns, 1, step, from, panel, job->add, used, to, job->ld);
    for (int r = 0; r < k->rows; r++) from[r] += whole * step;
    if (rest > 0)
        k->correlate(1, rest, 1, 0, from, panel + whole * k->columns * k->columns, job->add || whole > 0, used, to,
                     job->ld);
}

static void product_task(void *arg, int64_t task, int worker)
{
    const gradient_job *job = arg;
    const alf_winograd *w = job->w;
    const int           e = (int)(task / job->panels);
    const int64_t       o0 = task % job->panels * w->kernels->columns;
    const int64_t       used = alf_smaller(w->kernels->columns, w->conv.out_ch - o0);
    float              *panel = alf_scratch(w->ctx, worker);
    turn_gradients(job, e, o0, used, panel);
    for (int64_t i = 0; i < w->in_ch; i += w->kernels->rows)
        correlate(job, e, i, panel, used, job->product + e * matrix_of(job) + i * job->ld + o0);
}

/* Of all tiles of one set of samples. */
static void run(gradient_job *job, const float *x, const float *dy, const float *in_scale, const float *out_scale)
{
    for (int64_t chunk = 0; chunk < job->w->chunks; chunk++) {
        alf_winograd_inputs(job->w, chunk, x, in_scale);
        alf_winograd_gradients(job->w, chunk, dy, out_scale);
        job->tiles = alf_winograd_tiles_in(job->w, chunk);
        job->add = chunk > 0;
        alf_parallel(job->w->ctx, ALF_WINOGRAD_POINTS * job->panels, product_task, job);
    }
}

/* --- with the gradient along output scales ------------------------------------------------------------------------ */

static void share_task(void *arg, int64_t task, int worker)
{
    const gradient_job *job = arg;
    const int64_t       e = task / job->panels, o0 = task % job->panels * job->w->kernels->columns;
    const int64_t       used = alf_smaller(job->w->kernels->columns, job->w->conv.out_ch - o0);
    const int64_t       at = e * matrix_of(job) + o0;
    (void)worker;
    job->w->kernels->share_out(job->w->in_ch, used, job->product + at, job->scale + o0,
                               job->weights + e * job->w->in_ch * job->ld + o0, job->ld, job->sums + at, job->ld,
                               job->parts + e * job->ld + o0);
}

static void set_scale(const gradient_job *job, const float *out_scale)
{
    memset(job->scale, 0, (size_t)job->ld * sizeof *job->scale);
    for (int64_t o = 0; o < job->w->conv.out_ch; o++) job->scale[o] = out_scale ? out_scale[o] : 1.0f;
}

static void add_products(const gradient_job *job, float *products)
{
    for (int64_t o = 0; o < job->w->conv.out_ch; o++) {
        double sum = 0;
        for (int e = 0; e < ALF_WINOGRAD_POINTS; e++) sum += (double)job->parts[e * job->ld + o];
        products[o] = (float)(job->w->conv.gain * sum);
    }
}

static void run_by_sample(gradient_job *job, int64_t n, const float *x, const float *dy, const float *in_scale,
                          const float *out_scale, float *products)
{
    const alf_conv *conv = &job->w->conv;
    for (int64_t i = 0; i < n; i++) {
        run(job, x + i * conv->in_ch * conv->in_h * conv->in_w, dy + i * conv->out_ch * conv->out_h * conv->out_w,
            in_scale ? in_scale + i * conv->in_ch : NULL, NULL);
        set_scale(job, out_scale ? out_scale + i * conv->out_ch : NULL);
        alf_parallel(job->w->ctx, ALF_WINOGRAD_POINTS * job->panels, share_task, job);
        add_products(job, products + i * conv->out_ch);
    }
}

static alf_status alloc(gradient_job *job, bool with_products)
{
    alf_ctx     *ctx = job->w->ctx;
    const size_t points = ALF_WINOGRAD_POINTS, matrix = (size_t)matrix_of(job), ld = (size_t)job->ld;
    job->product = alf_mem_alloc(ctx, points * matrix, sizeof *job->product);
    if (!job->product) return ALF_ERR_MEMORY;
    if (!with_products) return ALF_OK;
    job->sums = alf_mem_zalloc(ctx, points * matrix, sizeof *job->sums);
    job->weights = alf_mem_zalloc(ctx, points * (size_t)job->w->in_ch * ld, sizeof *job->weights);
    job->scale = alf_mem_alloc(ctx, ld, sizeof *job->scale);
    job->parts = alf_mem_alloc(ctx, points * ld, sizeof *job->parts);
    return job->sums && job->weights && job->scale && job->parts ? ALF_OK : ALF_ERR_MEMORY;
}

alf_status alf_winograd_weight_gradient(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *dy,
                                        const void *in_scale, const void *out_scale, void *dw, const void *w,
                                        void *products)
{
    alf_winograd tiles;
    alf_conv     part = *conv;
    if (products) part.n = 1;
    alf_status status = alf_winograd_create(&tiles, ctx, &part, true);
    if (status != ALF_OK) return status;

    gradient_job job = {.w = &tiles, .panels = alf_ceil_div(conv->out_ch, tiles.kernels->columns)};
    job.ld = alf_larger(job.panels * tiles.kernels->columns, alf_ceil_div(tiles.out_ch, 16) * 16); /* whole panels */
    status = alloc(&job, products != NULL);
    if (status == ALF_OK && products) {
        alf_winograd_weight_matrices(&tiles, w, job.ld, job.weights);
        run_by_sample(&job, conv->n, x, dy, in_scale, out_scale, products);
    } else if (status == ALF_OK) {
        run(&job, x, dy, in_scale, out_scale);
    }
    if (status == ALF_OK)
        alf_winograd_weights_back(&tiles, products ? job.sums : job.product, matrix_of(&job), job.ld, dw);
    alf_mem_free(job.product);
    alf_mem_free(job.sums);
    alf_mem_free(job.weights);
    alf_mem_free(job.scale);
    alf_mem_free(job.parts);
    return status;
}
