/* Convolution: for each tile of outputs, the input values under the taps are gathered block by block into right panels
 * and multiplied with the panels of the weights, straight into the output where its layout allows. Panels are of float32
 * or, where that was asked for, of bfloat16; all else is float32. */
#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/cpu.h"
#include "tensor/derived.h"
#include "tensor/panels.h"
#include "tensor/winograd.h"

/* Of a tile, so that its gathered block and its outputs stay in the second cache of a core. */
#define MOST_PIXELS ((int64_t)192)
#define MOST_OUTPUTS ((int64_t)256)
#define BLOCK_ROWS ((int64_t)512)  /* of X, gathered at a time                                    */
#define FEW_PIXELS ((int64_t)96)   /* below these a tile reads more weights,                      */
#define FEW_OUTPUTS ((int64_t)128) /* or gathers more, than its products are worth                */
#define TILES_WANTED ((int64_t)12) /* tiles get smaller, not fewer, down to the limits above      */
#define TILES_MANY ((int64_t)32)   /* from these on tiles have several blocks of pixels           */
#define MOST_BLOCKS ((int64_t)16)
#define MOST_COLOURS ((int64_t)4)

/* How tiles go about a phase. */
typedef struct {
    alf_conv_phase phase;
    const float   *weights;     /* [panel][row of X][rows]                                          */
    int64_t        tile_pixels; /* whole lines where phases interleave: tiles write their own lines */
    int64_t        block_pixels, block_rows;
} phase_plan;

typedef struct {
    alf_ctx                *ctx;
    const alf_conv         *conv;
    const alf_conv_kernels *kernels;
    const float            *x, *in_scale, *out_scale;
    float                  *y;
    bool                    whole; /* the one phase's outputs are neighbours, and written where they go */
    int64_t                 tile_outputs, output_tiles, pixel_tiles;
    int64_t                 phases;
    phase_plan             *plans;
} conv_job;

/* What one tile computes of a phase: channels o0 .. o0 + outputs of sample n, pixels p0 .. p0 + pixels. */
typedef struct {
    const phase_plan *plan;
    int64_t           n, o0, outputs, p0, pixels;
} conv_tile;

/* A worker's memory. */
typedef struct {
    void  *gather;
    float *panels, *scale, *result;
} tile_scratch;

static conv_tile tile_at(const conv_job *job, int64_t tile, const phase_plan *plan)
{
    conv_tile at = {.plan = plan, .o0 = tile % job->output_tiles * job->tile_outputs};
    tile /= job->output_tiles;
    at.p0 = tile % job->pixel_tiles * plan->tile_pixels;
    at.n = tile / job->pixel_tiles;
    at.outputs = alf_smaller(job->tile_outputs, job->conv->out_ch - at.o0);
    at.pixels = alf_smaller(plan->tile_pixels, plan->phase.pixels - at.p0);
    return at;
}

/* Lays a tile's memory out from `base`, which may be NULL; returns its bytes. */
static size_t lay_out(const conv_job *job, const phase_plan *plan, char *base, tile_scratch *out)
{
    const int64_t panels = alf_ceil_div(plan->block_pixels, job->kernels->columns);
    const int64_t gathered = panels * alf_gather_panel(job->kernels, plan->block_rows);
    const int64_t scales = alf_ceil_div(job->tile_outputs, 16) * 16;
    const int64_t results = job->whole ? 0 : job->tile_outputs * plan->block_pixels;
    const size_t  gather = alf_gather_bytes(job->kernels, &plan->phase, plan->block_pixels);
    if (base) {
        out->gather = base;
        out->panels = (float *)(base + gather);
        out->scale = out->panels + gathered;
        out->result = out->scale + scales;
    }
    return gather + sizeof(float) * (size_t)(gathered + scales + results);
}

/* A block of rows of X under a block of a tile's pixels. */
typedef struct {
    int64_t p, pixels, row, rows;
} conv_step;

static conv_step first_step(const conv_tile *at)
{
    return (conv_step){.pixels = alf_smaller(at->plan->block_pixels, at->pixels),
                       .rows = alf_smaller(at->plan->block_rows, at->plan->phase.rows)};
}

/* Rows first, then pixels; false after the last step. */
static bool next_step(const conv_tile *at, conv_step *step)
{
    step->row += step->rows;
    if (step->row == at->plan->phase.rows) {
        step->p += step->pixels;
        step->row = 0;
    }
    step->pixels = alf_smaller(at->plan->block_pixels, at->pixels - step->p);
    step->rows = alf_smaller(at->plan->block_rows, at->plan->phase.rows - step->row);
    return step->pixels > 0;
}

/* What the step after `step` will read; nothing after the last one. */
static alf_gather_ahead look_ahead(const conv_tile *at, conv_step step, const float *x)
{
    if (!next_step(at, &step)) return (alf_gather_ahead){0};
    return alf_gather_look_ahead(&at->plan->phase, at->p0 + step.p, step.pixels, x, step.row, step.row + step.rows);
}

/* A step's share in all products of a tile; the last one is multiplied with `scale`. */
static void multiply_step(const conv_job *job, const conv_tile *at, const conv_step *step, const float *panels,
                          const float *scale, alf_gather_ahead ahead, float *result, int64_t ld)
{
    const alf_conv_kernels *k = job->kernels;
    const int64_t           height = alf_panel_rows_of(k, at->plan->phase.rows);
    const int64_t           inner = alf_panel_rows_of(k, step->rows), panel_floats = alf_gather_panel(k, step->rows);
    const int64_t           calls = alf_ceil_div(at->outputs, k->rows) * alf_ceil_div(step->pixels, k->columns);
    const int64_t           lines = alf_ceil_div(alf_gather_ahead_lines(&ahead), calls);
    if (step->row + step->rows < at->plan->phase.rows) scale = NULL;
    for (int64_t o = 0; o < at->outputs; o += k->rows) {
        const float  *w = at->plan->weights + (at->o0 + o) * height + step->row / k->depth * k->rows;
        const int64_t outputs = alf_smaller(k->rows, at->outputs - o);
        const float  *right = panels;
        for (int64_t p = 0; p < step->pixels; p += k->columns, right += panel_floats) {
            const int64_t pixels = alf_smaller(k->columns, step->pixels - p);
            alf_gather_fetch(&ahead, lines);
            k->multiply_scaled(inner, w, right, step->row > 0, scale ? scale + o : NULL, outputs, pixels,
                               result + o * ld + p, ld);
        }
    }
}

/* The factors of a tile's channels; NULL where all are 1. */
static const float *set_scale(const conv_job *job, const conv_tile *at, float *scale)
{
    const float gain = (float)job->conv->gain;
    if (!job->out_scale && gain == 1) return NULL;
    for (int64_t o = 0; o < at->outputs; o++)
        scale[o] = gain * (job->out_scale ? job->out_scale[at->n * job->conv->out_ch + at->o0 + o] : 1.0f);
    return scale;
}

/* One channel of finished outputs of a phase, pixels p0 .. p0 + pixels, to their places in y. */
static void spread_row(const alf_conv_phase *phase, int64_t p0, int64_t pixels, const float *row, float *plane)
{
    const int64_t step = phase->x.out_step;
    for (int64_t pixel = p0; pixel < p0 + pixels;) {
        const alf_conv_run run = alf_conv_run_at(phase, pixel, p0 + pixels);
        float             *to = plane + run.outputs;
        for (int64_t i = 0; i < run.count; i++) to[i * step] = *row++;
        pixel += run.count;
    }
}

static void do_phase(const conv_job *job, const conv_tile *at, int worker)
{
    const phase_plan *plan = at->plan;
    const int64_t     plane = job->conv->out_h * job->conv->out_w, ld = job->whole ? plane : plan->block_pixels;
    const float      *x = job->x + at->n * job->conv->in_ch * job->conv->in_h * job->conv->in_w;
    const float      *in_scale = job->in_scale ? job->in_scale + at->n * job->conv->in_ch : NULL;
    float            *y = job->y + (at->n * job->conv->out_ch + at->o0) * plane;
    tile_scratch      scratch;
    lay_out(job, plan, alf_scratch(job->ctx, worker), &scratch);
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): there is room for factors where there are any */
    const float *scale = set_scale(job, at, scratch.scale);

    alf_gather gather;
    conv_step  step = first_step(at);
    do {
        float *result = job->whole ? y + at->p0 + step.p : scratch.result;
        if (step.row == 0)
            alf_gather_begin(&gather, job->kernels, &plan->phase, at->p0 + step.p, step.pixels, scratch.gather);
        alf_gather_rows(&gather, x, in_scale, step.row, step.row + step.rows, scratch.panels);
        multiply_step(job, at, &step, scratch.panels, scale, look_ahead(at, step, x), result, ld);
        if (!job->whole && step.row + step.rows == plan->phase.rows)
            for (int64_t o = 0; o < at->outputs; o++)
                spread_row(&plan->phase, at->p0 + step.p, step.pixels, result + o * ld, y + o * plane);
    } while (next_step(at, &step));
}

/* All phases in turn, while the lines that they share are near. */
static void do_tile(void *arg, int64_t tile, int worker)
{
    const conv_job *job = arg;
    for (int64_t i = 0; i < job->phases; i++) {
        const conv_tile at = tile_at(job, tile, &job->plans[i]);
        if (at.pixels > 0) do_phase(job, &at, worker);
    }
}

/* Tiles follow from the shape alone, that of the first phase, which has the most pixels. */
static void choose_tiles(conv_job *job)
{
    const int64_t lanes = job->kernels->lanes, height = job->kernels->rows;
    const int64_t n = job->conv->n, out_ch = job->conv->out_ch, pixels = job->plans->phase.pixels;
    int64_t       across = alf_ceil_div(pixels, MOST_PIXELS), down = alf_ceil_div(out_ch, MOST_OUTPUTS);
    while (n * across * down < TILES_WANTED && pixels / (2 * across) >= FEW_PIXELS) across *= 2;
    while (n * across * down < TILES_WANTED && out_ch / (2 * down) >= FEW_OUTPUTS) down *= 2;
    job->tile_outputs = alf_ceil_div(alf_ceil_div(out_ch, down), height) * height;
    job->output_tiles = alf_ceil_div(out_ch, job->tile_outputs);

    const int64_t blocks = alf_larger(alf_smaller(n * across * down / TILES_MANY, job->whole ? MOST_BLOCKS : 2), 1);
    const int64_t block = alf_ceil_div(alf_ceil_div(pixels, across), lanes) * lanes;
    const int64_t lines = alf_ceil_div(blocks * block, job->plans->phase.x.count);
    job->pixel_tiles = 0;
    for (phase_plan *plan = job->plans; plan < job->plans + job->phases; plan++) {
        const int64_t taps = plan->phase.y.taps * plan->phase.x.taps, rows = plan->phase.rows;
        plan->tile_pixels = job->whole ? blocks * block : lines * plan->phase.x.count;
        plan->block_pixels = alf_ceil_div(plan->tile_pixels, alf_ceil_div(plan->tile_pixels, MOST_PIXELS));
        plan->block_pixels = alf_ceil_div(plan->block_pixels, lanes) * lanes;
        plan->block_rows = alf_ceil_div(rows, alf_ceil_div(rows, BLOCK_ROWS));
        const int64_t depth = job->kernels->depth, unit = taps * depth <= plan->block_rows ? taps * depth : depth;
        plan->block_rows = alf_ceil_div(plan->block_rows, unit) * unit; /* channels, where that can be */
        job->pixel_tiles = alf_larger(job->pixel_tiles, alf_ceil_div(plan->phase.pixels, plan->tile_pixels));
    }
}

/* The phases that have outputs and taps. */
static void make_plans(conv_job *job, const float *weights)
{
    for (int64_t i = 0; i < alf_conv_phases(job->conv); i++) {
        const alf_conv_phase phase = alf_conv_phase_at(job->conv, i);
        if (phase.pixels > 0 && phase.rows > 0)
            job->plans[job->phases++] = (phase_plan){.phase = phase, .weights = weights};
        weights += alf_panels_left_count(job->kernels, job->conv->out_ch, phase.rows);
    }
    job->whole = job->phases > 0 && alf_conv_phase_is_whole(&job->plans->phase);
    if (job->phases > 0) choose_tiles(job);
}

static alf_status run(conv_job *job, const float *weights)
{
    job->plans = alf_mem_alloc(job->ctx, (size_t)alf_conv_phases(job->conv), sizeof *job->plans);
    if (!job->plans) return ALF_ERR_MEMORY;
    make_plans(job, weights);
    size_t most = 0;
    for (int64_t i = 0; i < job->phases; i++) {
        const size_t bytes = lay_out(job, &job->plans[i], NULL, NULL);
        if (bytes > most) most = bytes;
    }
    alf_status status = alf_scratch_reserve(job->ctx, most);
    if (status == ALF_OK) alf_parallel(job->ctx, job->conv->n * job->pixel_tiles * job->output_tiles, do_tile, job);
    alf_mem_free(job->plans);
    return status;
}

/* In bfloat16 where that is asked for, but colours, few and last, are worth more than they cost. */
static const alf_conv_kernels *kernels_for(const alf_ctx *ctx, const alf_conv *conv)
{
    const bool bf16 = alf_ctx_precision(ctx) == ALF_PRECISION_BF16 && !conv->exact && conv->out_ch > MOST_COLOURS;
    return bf16 ? alf_conv_kernels_bf16_of(alf_ctx_isa(ctx)) : alf_conv_kernels_of(alf_ctx_isa(ctx));
}

alf_status alf_cpu_conv(alf_ctx *ctx, const alf_conv *conv, const void *x, const alf_weight *weight,
                        const void *in_scale, const void *out_scale, void *y)
{
    if (alf_winograd_takes(ctx, conv)) return alf_winograd_conv(ctx, conv, x, weight, in_scale, out_scale, y);
    conv_job job = {.ctx = ctx, .conv = conv, .x = x, .in_scale = in_scale, .out_scale = out_scale, .y = y};
    job.kernels = kernels_for(ctx, conv);
    float *weights = alf_panels_of_weight(ctx, job.kernels, conv, weight);
    if (!weights) return ALF_ERR_MEMORY;
    /* outputs that meet no tap */
    if (conv->transposed && (conv->stride > conv->kh || conv->stride > conv->kw))
        alf_backend_cpu.fill(ctx, conv->n * conv->out_ch * conv->out_h * conv->out_w, 0, y);
    alf_status status = run(&job, weights);
    alf_derived_return(weight, weights);
    return status;
}
