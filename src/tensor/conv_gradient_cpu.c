/* The gradient of a convolution's weight in float32, dW [out_ch, rows] = dY [out_ch, pixels] X' [pixels, rows], and with
 * it that along the output scales.
 *
 * A tile is a block of channels and outputs (gradient_block.h) over a chunk of the pixels of all samples; how many
 * chunks there are follows from the shape, and their sums are added in order. Where the gradient along output scales is
 * wanted, each sample's sums grow apart from the others', meet the weight, and are shared out after that. */
#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/cpu.h"
#include "tensor/gradient_block.h"
#include "tensor/winograd.h"

#define TILES_WANTED ((int64_t)16)
#define ROWS_OF_TILE ((int64_t)32) /* when sums are put in place: neighbours in a stored weight */
#define APART ((int64_t)16)        /* floats between their rows, so that columns stay in the first cache */

typedef struct {
    alf_ctx              *ctx;
    const alf_conv       *conv;
    const alf_conv_phase *phase;
    alf_gradient_cut      cut;
    const float          *x, *dy, *in_scale, *out_scale;
    float                *dw;
    const float          *w; /* with the next: NULL where only dw is wanted */
    float                *products;

    alf_loops weight; /* (out_ch, in_ch, tap y, tap x) of the phase within dw and w, from their element `offset` on */
    int64_t   offset;
    int64_t  *places;                        /* of the phase's rows in dw and w                         */
    int64_t   steps, steps_of_chunk, chunks; /* a step is one block of pixels of one sample             */
    int64_t   width;                         /* out_ch, filled up to whole vectors                      */
    float    *sums;                          /* [chunk][channel block][output block][cut.rows][cut.ld]  */
    float    *turned;                        /* w as [rows][width]; NULL without products               */
    float    *shares;                        /* of products, [chunk][channel block][n][width]           */
} gradient_job;

static int64_t block_of(const gradient_job *job, int64_t chunk, int64_t channel_block, int64_t output_block)
{
    return (chunk * job->cut.channel_blocks + channel_block) * job->cut.output_blocks + output_block;
}

static float *sums_of(const gradient_job *job, int64_t block)
{
    return job->sums + block * job->cut.rows * job->cut.ld;
}

/* --- sums --------------------------------------------------------------------------------------------------------- */

/* What one tile works on. */
typedef struct {
    int64_t           chunk, channel_block;
    alf_gradient_part part;
    float            *sums;
    float            *sample; /* [cut.rows][cut.ld], where samples are summed apart */
} gradient_tile;

static void add_step(const gradient_job *job, const gradient_tile *t, int64_t step, bool add, void *scratch, float *g)
{
    const alf_conv *conv = job->conv;
    const int64_t   blocks = job->cut.down * job->cut.across, n = step / blocks;
    const float    *out_scale = job->out_scale && !job->products ? job->out_scale + n * conv->out_ch : NULL;
    alf_gradient_add(&job->cut, &t->part, step % blocks, job->x + n * conv->in_ch * conv->in_h * conv->in_w,
                     job->dy + n * conv->out_ch * conv->out_h * conv->out_w,
                     job->in_scale ? job->in_scale + n * conv->in_ch : NULL, out_scale, scratch, add, g);
}

/* One sample's sums go to the products and, times the output scale, to the tile's. */
static void share_out(const gradient_job *job, const gradient_tile *t, int64_t n)
{
    const int64_t taps = job->phase->y.taps * job->phase->x.taps, o0 = t->part.o0;
    float         scale[ALF_MOST_GRADIENT_OUTPUTS];
    for (int64_t o = 0; o < job->cut.ld; o++) {
        const bool scaled = job->out_scale && o < t->part.outputs;
        scale[o] = scaled ? job->out_scale[n * job->conv->out_ch + o0 + o] : 1.0f;
    }
    float *share =
        job->shares + ((t->chunk * job->cut.channel_blocks + t->channel_block) * job->conv->n + n) * job->width;
    job->cut.kernels->share_out(t->part.channels * taps, t->part.outputs, t->sample, scale,
                                job->turned + t->part.i0 * taps * job->width + o0, job->width, t->sums, job->cut.ld,
                                share + o0);
}

static void sum_samples(const gradient_job *job, const gradient_tile *t, int64_t begin, int64_t end, void *scratch)
{
    const int64_t blocks = job->cut.down * job->cut.across;
    memset(t->sums, 0, (size_t)(job->cut.rows * job->cut.ld) * sizeof *t->sums);
    for (int64_t step = begin; step < end; step++) {
        add_step(job, t, step, step != begin && step % blocks != 0, scratch, t->sample);
        if ((step + 1) % blocks == 0 || step + 1 == end) share_out(job, t, step / blocks);
    }
}

static void sum_tile(void *arg, int64_t tile, int worker)
{
    const gradient_job *job = arg;
    const int64_t       output_block = tile % job->cut.output_blocks, rest = tile / job->cut.output_blocks;
    const int64_t       begin = rest / job->cut.channel_blocks * job->steps_of_chunk;
    const int64_t       end = alf_smaller(begin + job->steps_of_chunk, job->steps);
    char               *scratch = alf_scratch(job->ctx, worker);
    const gradient_tile t = {.chunk = rest / job->cut.channel_blocks,
                             .channel_block = rest % job->cut.channel_blocks,
                             .part = alf_gradient_part_at(&job->cut, rest % job->cut.channel_blocks, output_block),
                             .sums = sums_of(job, tile),
                             .sample = (float *)(void *)scratch};
    if (job->products) {
        sum_samples(job, &t, begin, end, scratch + (size_t)(job->cut.rows * job->cut.ld) * sizeof(float));
        return;
    }
    for (int64_t step = begin; step < end; step++) add_step(job, &t, step, step != begin, scratch, t.sums);
}

/* --- in and out --------------------------------------------------------------------------------------------------- */

/* Rows of a tile: neighbours in a stored weight where its layout has inputs first, and lines of sums as a whole. */
static int64_t rows_end(const gradient_job *job, int64_t row)
{
    return alf_smaller(row + ROWS_OF_TILE, job->phase->rows);
}

static void turn_rows(void *arg, int64_t tile, int worker)
{
    const gradient_job *job = arg;
    const int64_t       begin = tile * ROWS_OF_TILE, end = rows_end(job, begin), stride = job->weight.stride_a[0];
    (void)worker;
    for (int64_t o = 0; o < job->width; o++)
        for (int64_t row = begin; row < end; row++)
            job->turned[row * job->width + o] = o < job->conv->out_ch ? job->w[job->places[row] + o * stride] : 0.0f;
}

/* sum [cut.ld] = the chunks of one row and output block, times the gain. */
static void add_chunks(const gradient_job *job, int64_t row, int64_t output_block, double *scratch, float *sum)
{
    const int64_t block_rows = job->cut.channels * (job->phase->rows / job->conv->in_ch), ld = job->cut.ld;
    for (int64_t o = 0; o < ld; o++) scratch[o] = 0;
    for (int64_t c = 0; c < job->chunks; c++) {
        const float *from = sums_of(job, block_of(job, c, row / block_rows, output_block)) + row % block_rows * ld;
        for (int64_t o = 0; o < ld; o++) scratch[o] += (double)from[o];
    }
    for (int64_t o = 0; o < ld; o++) sum[o] = (float)(job->conv->gain * scratch[o]);
}

/* Adds the chunks of some rows and stores them where dw has them. */
static void combine_rows(void *arg, int64_t tile, int worker)
{
    const gradient_job *job = arg;
    const int64_t       begin = tile * ROWS_OF_TILE, end = rows_end(job, begin), stride = job->weight.stride_a[0];
    const int64_t       ld = job->cut.ld + APART;
    double             *scratch = alf_scratch(job->ctx, worker);
    float              *sums = (float *)(scratch + job->cut.ld);
    for (int64_t block = 0; block < job->cut.output_blocks; block++) {
        const int64_t o0 = block * job->cut.outputs, outputs = alf_smaller(job->cut.outputs, job->conv->out_ch - o0);
        for (int64_t row = begin; row < end; row++) add_chunks(job, row, block, scratch, sums + (row - begin) * ld);
        for (int64_t o = 0; o < outputs; o++) {
            float *to = job->dw + (o0 + o) * stride;
            for (int64_t row = begin; row < end; row++) to[job->places[row]] = sums[(row - begin) * ld + o];
        }
    }
}

static void combine_products(const gradient_job *job)
{
    const int64_t blocks = job->chunks * job->cut.channel_blocks;
    for (int64_t n = 0; n < job->conv->n; n++)
        for (int64_t o = 0; o < job->conv->out_ch; o++) {
            double sum = 0;
            for (int64_t b = 0; b < blocks; b++) sum += (double)job->shares[(b * job->conv->n + n) * job->width + o];
            job->products[n * job->conv->out_ch + o] += (float)(job->conv->gain * sum);
        }
}

/* Where each row of the phase is in a stored weight. */
static void find_places(gradient_job *job)
{
    const int64_t *size = job->weight.size, *stride = job->weight.stride_a;
    int64_t       *place = job->places;
    for (int64_t i = 0; i < size[1]; i++)
        for (int64_t ty = 0; ty < size[2]; ty++)
            for (int64_t tx = 0; tx < size[3]; tx++)
                *place++ = job->offset + i * stride[1] + ty * stride[2] + tx * stride[3];
}

/* --- phases ------------------------------------------------------------------------------------------------------- */

static void choose_chunks(gradient_job *job)
{
    const int64_t blocks = job->cut.channel_blocks * job->cut.output_blocks;
    job->steps = job->conv->n * job->cut.down * job->cut.across;
    job->steps_of_chunk = alf_larger(alf_ceil_div(job->steps, alf_ceil_div(TILES_WANTED, blocks)), 1);
    job->chunks = alf_ceil_div(job->steps, job->steps_of_chunk);
}

static bool allocate(gradient_job *job)
{
    const alf_gradient_cut *cut = &job->cut;
    const size_t            tiles = (size_t)(job->chunks * cut->channel_blocks * cut->output_blocks);
    const size_t            shares = (size_t)(job->chunks * cut->channel_blocks * job->conv->n * job->width);
    const size_t            matrix = (size_t)(cut->rows * cut->ld), rows = (size_t)job->phase->rows;
    job->places = alf_mem_alloc(job->ctx, rows, sizeof *job->places);
    job->sums = alf_mem_alloc(job->ctx, tiles * matrix, sizeof *job->sums);
    if (!job->places || !job->sums) return false;
    const size_t combining =
        (size_t)cut->ld * sizeof(double) + (size_t)(ROWS_OF_TILE * (cut->ld + APART)) * sizeof(float);
    size_t scratch = alf_gradient_scratch(cut) + combining;
    if (job->products) {
        scratch += matrix * sizeof(float);
        job->turned = alf_mem_alloc(job->ctx, rows * (size_t)job->width, sizeof *job->turned);
        job->shares = alf_mem_zalloc(job->ctx, shares, sizeof *job->shares);
        if (!job->turned || !job->shares) return false;
    }
    return alf_scratch_reserve(job->ctx, scratch) == ALF_OK;
}

static void release(gradient_job *job)
{
    alf_mem_free(job->places);
    alf_mem_free(job->sums);
    alf_mem_free(job->turned);
    alf_mem_free(job->shares);
    job->places = NULL;
    job->sums = job->turned = job->shares = NULL;
}

static alf_status run_phase(gradient_job *job)
{
    const alf_conv_kernels *kernels = alf_conv_kernels_of(alf_ctx_isa(job->ctx));
    job->cut = alf_gradient_cut_of(kernels, job->phase);
    job->width = alf_ceil_div(job->conv->out_ch, kernels->lanes) * kernels->lanes;
    job->weight = alf_conv_weight_loops(job->phase, &job->offset);
    choose_chunks(job);
    const bool    allocated = allocate(job);
    const int64_t blocks = job->cut.channel_blocks * job->cut.output_blocks;
    const int64_t row_tiles = alf_ceil_div(job->phase->rows, ROWS_OF_TILE);
    if (allocated) {
        find_places(job);
        if (job->products) alf_parallel(job->ctx, row_tiles, turn_rows, job);
        alf_parallel(job->ctx, job->chunks * blocks, sum_tile, job);
        alf_parallel(job->ctx, row_tiles, combine_rows, job);
        if (job->products) combine_products(job);
    }
    release(job);
    return allocated ? ALF_OK : alf_ctx_status(job->ctx);
}

alf_status alf_cpu_conv_weight_gradient(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *dy,
                                        const void *in_scale, const void *out_scale, void *dw, const void *w,
                                        void *products)
{
    if (alf_winograd_takes_gradient(ctx, conv, products != NULL))
        return alf_winograd_weight_gradient(ctx, conv, x, dy, in_scale, out_scale, dw, w, products);
    gradient_job job = {.ctx = ctx,
                        .conv = conv,
                        .x = x,
                        .dy = dy,
                        .in_scale = in_scale,
                        .out_scale = out_scale,
                        .dw = dw,
                        .w = w,
                        .products = products};
    alf_status   status = ALF_OK;
    if (products) alf_backend_cpu.fill(ctx, conv->n * conv->out_ch, 0, products);
    for (int64_t i = 0; i < alf_conv_phases(conv) && status == ALF_OK; i++) {
        const alf_conv_phase phase = alf_conv_phase_at(conv, i);
        if (phase.rows == 0) continue;
        job.phase = &phase;
        status = run_phase(&job);
    }
    return status;
}
