/* The gradient of a convolution's weight in float32: dW [out_ch, rows] = dY [out_ch, pixels] X' [pixels, rows].
 *
 * Blocks of rows run in parallel, each over all pixels; where there are few blocks the pixels are cut into a number of
 * chunks that follows from the shape, and the chunks' sums are added in order. Where the gradient along out_scale is
 * wanted too, a chunk is a sample, and out_scale waits until the sums are added. */
#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/blas.h"
#include "tensor/conv_phase.h"
#include "tensor/cpu.h"

#define TILE_PIXELS ((int64_t)768)
#define TILE_ROWS ((int64_t)512)
#define TILE_OUTPUTS ((int64_t)512)
#define TILES_WANTED ((int64_t)8)

typedef struct {
    alf_ctx              *ctx;
    const alf_conv       *conv;
    const alf_conv_phase *phase;
    const float          *x, *dy, *in_scale, *out_scale;
    float                *partial; /* [chunks, out_ch, rows] */
    float                *dw;
    const float          *w; /* with the next: NULL where only dw is wanted */
    float                *products;
    alf_loops weight; /* (out_ch, in_ch, tap y, tap x) of the phase within dw and w, from their element `offset` on */
    int64_t   offset;
    int64_t   tile_rows, row_tiles;
    int64_t   pixel_tiles;                   /* of one sample                        */
    int64_t   steps, steps_of_chunk, chunks; /* a step is one pixel tile of one sample */
} gradient_job;

/* One channel of dy in a tile, scaled, as a row of neighbours. */
static void gather_outputs(const gradient_job *job, const float *plane, float scale, int64_t p0, int64_t pixels,
                           float *row)
{
    const int64_t step = job->phase->x.out_step, end = p0 + pixels;
    for (int64_t pixel = p0; pixel < end;) {
        const alf_conv_run run = alf_conv_run_at(job->phase, pixel, end);
        const float       *from = plane + run.outputs;
        for (int64_t i = 0; i < run.count; i++) *row++ = scale * from[i * step];
        pixel += run.count;
    }
}

/* dY of a tile as a matrix: where it lies, or gathered into `buffer`. Sets its leading dimension. */
static const float *outputs_matrix(const gradient_job *job, int64_t n, int64_t o0, int64_t outputs, int64_t p0,
                                   int64_t pixels, float *buffer, int64_t *ld)
{
    const int64_t plane = job->conv->out_h * job->conv->out_w, channel = n * job->conv->out_ch + o0;
    const float  *dy = job->dy + channel * plane;
    const bool    scaled = job->out_scale && !job->products;
    if (!scaled && alf_conv_phase_is_whole(job->phase)) {
        *ld = plane;
        return dy + p0;
    }
    *ld = pixels;
    for (int64_t o = 0; o < outputs; o++)
        gather_outputs(job, dy + o * plane, scaled ? job->out_scale[channel + o] : 1.0f, p0, pixels,
                       buffer + o * pixels);
    return buffer;
}

/* Adds one step's share to rows row .. row + rows of `sums`, or sets them in the first step. */
static void add_step(const gradient_job *job, int64_t step, bool first, int64_t row, int64_t rows, float *scratch,
                     float *sums)
{
    const alf_conv *conv = job->conv;
    const int64_t   n = step / job->pixel_tiles, p0 = step % job->pixel_tiles * TILE_PIXELS;
    const int64_t   pixels = alf_smaller(TILE_PIXELS, job->phase->pixels - p0);
    const float    *x = job->x + n * conv->in_ch * conv->in_h * conv->in_w;
    float          *columns = scratch, *buffer = scratch + job->tile_rows * TILE_PIXELS;
    alf_conv_columns(job->phase, x, job->in_scale ? job->in_scale + n * conv->in_ch : NULL, row, row + rows, p0,
                     p0 + pixels, columns);
    for (int64_t o = 0; o < conv->out_ch; o += TILE_OUTPUTS) {
        const int64_t outputs = alf_smaller(TILE_OUTPUTS, conv->out_ch - o);
        int64_t       ld;
        const float  *dy = outputs_matrix(job, n, o, outputs, p0, pixels, buffer, &ld);
        alf_blas_sgemm(false, true, outputs, rows, pixels, 1, dy, ld, columns, pixels, first ? 0 : 1,
                       sums + o * job->phase->rows + row, job->phase->rows);
    }
}

static void sum_tile(void *arg, int64_t tile, int worker)
{
    const gradient_job *job = arg;
    const int64_t       chunk = tile / job->row_tiles, row = tile % job->row_tiles * job->tile_rows;
    const int64_t       rows = alf_smaller(job->tile_rows, job->phase->rows - row);
    const int64_t       begin = chunk * job->steps_of_chunk;
    const int64_t       end = alf_smaller(begin + job->steps_of_chunk, job->steps);
    float              *sums = job->partial + chunk * job->conv->out_ch * job->phase->rows;
    for (int64_t step = begin; step < end; step++)
        add_step(job, step, step == begin, row, rows, alf_scratch(job->ctx, worker), sums);
}

/* The factor of a chunk's sums for output channel o. */
static double chunk_scale(const gradient_job *job, int64_t chunk, int64_t o)
{
    return job->products && job->out_scale ? (double)job->out_scale[chunk * job->conv->out_ch + o] : 1.0;
}

/* The sum over rows of one output channel's sums, of one chunk, times the weight. */
static double dot_with_weight(const gradient_job *job, int64_t o, const float *from)
{
    const int64_t *size = job->weight.size, *stride = job->weight.stride_a;
    double         sum = 0;
    for (int64_t i = 0; i < size[1]; i++)
        for (int64_t ty = 0; ty < size[2]; ty++) {
            const float *w = job->w + job->offset + o * stride[0] + i * stride[1] + ty * stride[2];
            for (int64_t tx = 0; tx < size[3]; tx++) sum += (double)*from++ * (double)w[tx * stride[3]];
        }
    return sum;
}

/* Adds the chunks of one output channel and stores them where dw has them. */
static void combine_tile(void *arg, int64_t o, int worker)
{
    const gradient_job *job = arg;
    const int64_t      *size = job->weight.size, *stride = job->weight.stride_a;
    const int64_t       matrix = job->conv->out_ch * job->phase->rows;
    const float        *from = job->partial + o * job->phase->rows;
    const double        gain = job->conv->gain;
    (void)worker;
    for (int64_t n = 0; job->products && n < job->chunks; n++)
        job->products[n * job->conv->out_ch + o] += (float)(gain * dot_with_weight(job, o, from + n * matrix));
    for (int64_t i = 0; i < size[1]; i++)
        for (int64_t ty = 0; ty < size[2]; ty++) {
            float *to = job->dw + job->offset + o * stride[0] + i * stride[1] + ty * stride[2];
            for (int64_t tx = 0; tx < size[3]; tx++, from++) {
                double sum = 0;
                for (int64_t c = 0; c < job->chunks; c++) sum += chunk_scale(job, c, o) * (double)from[c * matrix];
                to[tx * stride[3]] = (float)(gain * sum);
            }
        }
}

static void choose_tiles(gradient_job *job)
{
    job->tile_rows = alf_smaller(TILE_ROWS, job->phase->rows);
    job->row_tiles = alf_ceil_div(job->phase->rows, job->tile_rows);
    job->pixel_tiles = alf_ceil_div(job->phase->pixels, TILE_PIXELS);
    job->steps = job->conv->n * job->pixel_tiles;
    job->steps_of_chunk = alf_larger(alf_ceil_div(job->steps, alf_ceil_div(TILES_WANTED, job->row_tiles)), 1);
    if (job->products) job->steps_of_chunk = alf_larger(job->pixel_tiles, 1);
    job->chunks = alf_ceil_div(job->steps, job->steps_of_chunk);
}

static alf_status run_phase(gradient_job *job)
{
    choose_tiles(job);
    const int64_t outputs = alf_smaller(TILE_OUTPUTS, job->conv->out_ch);
    alf_status    status =
        alf_scratch_reserve(job->ctx, (size_t)((job->tile_rows + outputs) * TILE_PIXELS) * sizeof(float));
    if (status != ALF_OK) return status;
    job->partial =
        alf_mem_alloc(job->ctx, (size_t)(job->chunks * job->conv->out_ch * job->phase->rows), sizeof *job->partial);
    if (!job->partial) return ALF_ERR_MEMORY;
    job->weight = alf_conv_weight_loops(job->phase, &job->offset);
    alf_parallel(job->ctx, job->chunks * job->row_tiles, sum_tile, job);
    alf_parallel(job->ctx, job->conv->out_ch, combine_tile, job);
    alf_mem_free(job->partial);
    return ALF_OK;
}

alf_status alf_cpu_conv_weight_gradient(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *dy,
                                        const void *in_scale, const void *out_scale, void *dw, const void *w,
                                        void *products)
{
    gradient_job job = {.ctx = ctx,
                        .conv = conv,
                        .x = x,
                        .dy = dy,
                        .in_scale = in_scale,
                        .out_scale = out_scale,
                        .dw = dw,
                        .w = w,
                        .products = products};
    int64_t      sizes[] = {conv->out_h * conv->out_w, conv->out_ch, conv->in_ch * conv->kh * conv->kw};
    alf_status   status = alf_blas_check(ctx, "gradient of a convolution's weight", 3, sizes);
    alf_blas_prepare(ctx);
    if (products) alf_backend_cpu.fill(ctx, conv->n * conv->out_ch, 0, products);
    for (int64_t i = 0; i < alf_conv_phases(conv) && status == ALF_OK; i++) {
        const alf_conv_phase phase = alf_conv_phase_at(conv, i);
        if (phase.rows == 0) continue;
        job.phase = &phase;
        status = run_phase(&job);
    }
    return status;
}
