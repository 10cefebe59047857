/* The fast 3x3 convolution: per chunk of tiles the transform of inputs, a product per point, the transform to outputs. */
#include "tensor/winograd.h"

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/derived.h"
#include "tensor/winograd_tiles.h"

#define INNER_BLOCK ((int64_t)512) /* of input channels: a left panel stays in the first cache */
#define BLOCKS_WANTED ((int64_t)4) /* of outputs per point, for an even share                  */
#define BLOCK_PANELS ((int64_t)4)  /* at least                                                 */

typedef struct {
    const alf_winograd *w;
    const float        *weights;
    int64_t             tiles; /* of the chunk */
    int64_t             blocks, block_panels;
} product_job;

/* Rows of one left panel times all tiles of the chunk. */
static void multiply_panel(const product_job *job, int64_t e, int64_t panel, int64_t first, int64_t inner)
{
    const alf_winograd     *w = job->w;
    const alf_conv_kernels *k = w->kernels;
    const float            *left = job->weights + ((e * w->out_ch / k->rows + panel) * w->in_ch + first) * k->rows;
    for (int64_t tile = 0; tile < job->tiles; tile += k->columns) {
        const int64_t used = alf_smaller(alf_ceil_div(job->tiles - tile, k->lanes) * k->lanes, k->columns);
        k->multiply(inner, left, w->in[e] + tile * w->in_ch + first * k->columns, first > 0, k->rows, used,
                    w->out[e] + tile * w->out_ch + panel * k->rows * k->columns, k->columns);
    }
}

static void product_task(void *arg, int64_t task, int worker)
{
    const product_job  *job = arg;
    const alf_winograd *w = job->w;
    const int64_t       e = task / job->blocks, begin = task % job->blocks * job->block_panels;
    const int64_t       end = alf_smaller(begin + job->block_panels, w->out_ch / w->kernels->rows);
    (void)worker;
    for (int64_t first = 0; first < w->in_ch; first += INNER_BLOCK)
        for (int64_t panel = begin; panel < end; panel++)
            multiply_panel(job, e, panel, first, alf_smaller(INNER_BLOCK, w->in_ch - first));
}

static void multiply(const alf_winograd *w, const float *weights, int64_t chunk)
{
    const int64_t panels = w->out_ch / w->kernels->rows;
    product_job   job = {.w = w, .weights = weights, .tiles = alf_winograd_tiles_in(w, chunk)};
    job.block_panels = alf_larger(alf_ceil_div(panels, BLOCKS_WANTED), BLOCK_PANELS);
    job.blocks = alf_ceil_div(panels, job.block_panels);
    alf_parallel(w->ctx, ALF_WINOGRAD_POINTS * job.blocks, product_task, &job);
}

alf_status alf_winograd_conv(alf_ctx *ctx, const alf_conv *conv, const void *x, const alf_weight *weight,
                             const void *in_scale, const void *out_scale, void *y)
{
    alf_winograd w;
    alf_status   status = alf_winograd_create(&w, ctx, conv, false);
    if (status != ALF_OK) return status;
    float *weights = alf_winograd_weights(&w, weight);
    if (!weights) return ALF_ERR_MEMORY;
    for (int64_t chunk = 0; chunk < w.chunks; chunk++) {
        alf_winograd_inputs(&w, chunk, x, in_scale);
        multiply(&w, weights, chunk);
        alf_winograd_outputs(&w, chunk, out_scale, y);
    }
    alf_derived_return(weight, weights);
    return ALF_OK;
}
