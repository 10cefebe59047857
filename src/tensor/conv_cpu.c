/* Convolution in float32: for each tile of outputs, input values are gathered under the taps and multiplied with the
 * weights by one thread, straight into the output where its layout allows. */
#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/blas.h"
#include "tensor/conv_phase.h"
#include "tensor/cpu.h"

#define MOST_PIXELS ((int64_t)1024) /* of a tile                                                          */
#define MOST_OUTPUTS ((int64_t)1024)
#define FEW_PIXELS ((int64_t)256) /* below these a tile pays more for gathering and packing than it earns */
#define FEW_OUTPUTS ((int64_t)128)
#define TILES_WANTED 8                  /* tiles get smaller, not fewer, down to the limits above         */
#define COLUMN_VALUES ((int64_t)393216) /* of gathered input at a time: 1.5 MiB                           */

typedef struct {
    alf_ctx              *ctx;
    const alf_conv       *conv;
    const alf_conv_phase *phase;
    const float          *x, *weights, *in_scale, *out_scale;
    bool                  weights_transposed; /* [rows, out_ch] instead of [out_ch, rows] */
    float                *y;
    int64_t               tile_pixels, tile_outputs, pixel_tiles, output_tiles, tile_rows;
} conv_job;

/* What one tile computes: channels o0 .. o0 + outputs of sample n, pixels p0 .. p0 + pixels. */
typedef struct {
    int64_t n, o0, outputs, p0, pixels;
} conv_tile;

static conv_tile tile_at(const conv_job *job, int64_t tile)
{
    conv_tile at = {.p0 = tile % job->pixel_tiles * job->tile_pixels};
    tile /= job->pixel_tiles;
    at.o0 = tile % job->output_tiles * job->tile_outputs;
    at.n = tile / job->output_tiles;
    at.outputs = alf_smaller(job->tile_outputs, job->conv->out_ch - at.o0);
    at.pixels = alf_smaller(job->tile_pixels, job->phase->pixels - at.p0);
    return at;
}

static void multiply(const conv_job *job, const conv_tile *at, float *columns, float *result, int64_t ld)
{
    const alf_conv_phase *phase = job->phase;
    const int64_t         plane = job->conv->in_h * job->conv->in_w;
    const float          *x = job->x + at->n * job->conv->in_ch * plane;
    const float          *in_scale = job->in_scale ? job->in_scale + at->n * job->conv->in_ch : NULL;
    const bool            direct = !in_scale && alf_conv_columns_are_input(phase);
    const int64_t         ldw = job->weights_transposed ? job->conv->out_ch : phase->rows;
    const int64_t         step = direct ? phase->rows : job->tile_rows;
    for (int64_t row = 0; row < phase->rows; row += step) {
        const int64_t rows = alf_smaller(step, phase->rows - row);
        const float  *w =
            job->weights_transposed ? job->weights + row * ldw + at->o0 : job->weights + at->o0 * ldw + row;
        if (!direct) alf_conv_columns(phase, x, in_scale, row, row + rows, at->p0, at->p0 + at->pixels, columns);
        alf_blas_sgemm(job->weights_transposed, false, at->outputs, at->pixels, rows, 1, w, ldw,
                       direct ? x + at->p0 : columns, direct ? plane : at->pixels, row > 0, result, ld);
    }
}

static void scale_row(int64_t count, float scale, float *row)
{
    for (int64_t i = 0; i < count; i++) row[i] *= scale;
}

/* One channel of a finished tile of a phase, scaled, to its places in y. */
static void spread_row(const conv_job *job, const conv_tile *at, float scale, const float *row, float *plane)
{
    const int64_t step = job->phase->x.out_step, end = at->p0 + at->pixels;
    for (int64_t pixel = at->p0; pixel < end;) {
        const alf_conv_run run = alf_conv_run_at(job->phase, pixel, end);
        float             *to = plane + run.outputs;
        for (int64_t i = 0; i < run.count; i++) to[i * step] = scale * *row++;
        pixel += run.count;
    }
}

static void do_tile(void *arg, int64_t tile, int worker)
{
    const conv_job *job = arg;
    const conv_tile at = tile_at(job, tile);
    const bool      whole = alf_conv_phase_is_whole(job->phase);
    const int64_t   channel = at.n * job->conv->out_ch + at.o0, plane = job->conv->out_h * job->conv->out_w;
    float          *columns = alf_scratch(job->ctx, worker);
    float          *y = job->y + channel * plane;
    float          *result = whole ? y + at.p0 : columns + job->tile_rows * job->tile_pixels;
    const int64_t   ld = whole ? plane : at.pixels;

    multiply(job, &at, columns, result, ld);
    for (int64_t o = 0; o < at.outputs; o++) {
        const float scale = (float)job->conv->gain * (job->out_scale ? job->out_scale[channel + o] : 1.0f);
        if (!whole)
            spread_row(job, &at, scale, result + o * ld, y + o * plane);
        else if (scale != 1)
            scale_row(at.pixels, scale, result + o * ld);
    }
}

/* Tiles follow from the shape alone. */
static void choose_tiles(conv_job *job)
{
    const int64_t n = job->conv->n, out_ch = job->conv->out_ch, pixels = job->phase->pixels;
    int64_t       across = alf_ceil_div(pixels, MOST_PIXELS), down = alf_ceil_div(out_ch, MOST_OUTPUTS);
    while (n * across * down < TILES_WANTED && pixels / (2 * across) >= FEW_PIXELS) across *= 2;
    while (n * across * down < TILES_WANTED && out_ch / (2 * down) >= FEW_OUTPUTS) down *= 2;
    if (across > 2) across = alf_ceil_div(across, 4) * 4; /* an even share for 2 or 4 threads */
    job->tile_pixels = alf_ceil_div(alf_ceil_div(pixels, across), 16) * 16;
    job->tile_outputs = alf_ceil_div(out_ch, down);
    job->pixel_tiles = alf_ceil_div(pixels, job->tile_pixels);
    job->output_tiles = alf_ceil_div(out_ch, job->tile_outputs);
    job->tile_rows = alf_smaller(alf_larger(job->phase->rows, 1), alf_larger(COLUMN_VALUES / job->tile_pixels, 1));
}

/* The weights of a phase as a matrix, made from those of a layout that is none. */
typedef struct {
    alf_loops    loops; /* (out_ch, in_ch, tap y, tap x) */
    const float *w;
    float       *packed;
} packing_job;

static void pack_tile(void *arg, int64_t o, int worker)
{
    const packing_job *job = arg;
    const int64_t     *size = job->loops.size, *stride = job->loops.stride_a;
    float             *to = job->packed + o * size[1] * size[2] * size[3];
    (void)worker;
    for (int64_t i = 0; i < size[1]; i++)
        for (int64_t ty = 0; ty < size[2]; ty++) {
            const float *from = job->w + o * stride[0] + i * stride[1] + ty * stride[2];
            for (int64_t tx = 0; tx < size[3]; tx++) *to++ = from[tx * stride[3]];
        }
}

static void set_weights(conv_job *job, const float *w, float *packed)
{
    const alf_conv *conv = job->conv;
    job->weights = w;
    job->weights_transposed = conv->weight_io && conv->kh * conv->kw == 1;
    if (!packed) return;

    packing_job packing = {.packed = packed};
    int64_t     offset;
    packing.loops = alf_conv_weight_loops(job->phase, &offset);
    packing.w = w + offset;
    alf_parallel(job->ctx, conv->out_ch, pack_tile, &packing);
    job->weights = packed;
}

/* A single tap is a matrix in either layout, and belongs to one phase. */
static bool weights_need_packing(const alf_conv *conv)
{
    return conv->kh * conv->kw > 1 && (conv->weight_io || (conv->transposed && conv->stride > 1));
}

static alf_status run_phase(conv_job *job)
{
    const alf_conv *conv = job->conv;
    choose_tiles(job);
    const bool    whole = alf_conv_phase_is_whole(job->phase);
    const int64_t columns = job->tile_rows * job->tile_pixels;
    const int64_t result = whole ? 0 : job->tile_outputs * job->tile_pixels;
    alf_status    status = alf_scratch_reserve(job->ctx, (size_t)(columns + result) * sizeof(float));
    if (status != ALF_OK) return status;
    alf_parallel(job->ctx, conv->n * job->output_tiles * job->pixel_tiles, do_tile, job);
    return ALF_OK;
}

static alf_status run_phases(conv_job *job, const float *w, float *packed)
{
    alf_status status = ALF_OK;
    for (int64_t i = 0; i < alf_conv_phases(job->conv) && status == ALF_OK; i++) {
        const alf_conv_phase phase = alf_conv_phase_at(job->conv, i);
        if (phase.pixels == 0 || phase.rows == 0) continue;
        job->phase = &phase;
        set_weights(job, w, packed);
        status = run_phase(job);
    }
    return status;
}

alf_status alf_cpu_conv(alf_ctx *ctx, const alf_conv *conv, const void *x, const alf_weight *weight,
                        const void *in_scale, const void *out_scale, void *y)
{
    conv_job   job = {.ctx = ctx, .conv = conv, .x = x, .in_scale = in_scale, .out_scale = out_scale, .y = y};
    float     *packed = NULL;
    int64_t    kernel = (int64_t)conv->kh * conv->kw;
    int64_t    sizes[] = {conv->in_h * conv->in_w, conv->out_h * conv->out_w, conv->out_ch, conv->in_ch * kernel};
    alf_status status = alf_blas_check(ctx, "convolution", 4, sizes);
    if (status != ALF_OK) return status;
    alf_blas_prepare(ctx);
    if (weights_need_packing(conv)) {
        packed = alf_mem_alloc(ctx, (size_t)(conv->out_ch * conv->in_ch * kernel), sizeof *packed);
        if (!packed) return ALF_ERR_MEMORY;
    }
    /* outputs that meet no tap */
    if (conv->transposed && (conv->stride > conv->kh || conv->stride > conv->kw))
        alf_backend_cpu.fill(ctx, conv->n * conv->out_ch * sizes[1], 0, y);
    status = run_phases(&job, weight->data, packed);
    alf_mem_free(packed);
    return status;
}
