/* Images to planes of transformed tiles and back: in tasks of a few channels of one sample. */
#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/winograd_tiles.h"

typedef struct {
    alf_winograd *w;
    int64_t       chunk, groups; /* of channels */
    int64_t       channels;      /* of the image */
    bool          gradient;      /* `from` is that of outputs */
    int64_t       height, width; /* of `from` */
    const float  *from, *scale;
    float        *to;
} transform_job;

/* What one task finds in its worker's scratch. */
typedef struct {
    float *work;  /* for a kernel                                            */
    float *lines; /* planes w->line apart; vectors may begin before `lines` */
} task_lines;

static task_lines lines_of(const alf_winograd *w, int worker)
{
    float *scratch = alf_scratch(w->ctx, worker);
    return (task_lines){scratch, scratch + 4 * (w->across + 1 + ALF_MOST_LANES) + ALF_MOST_LANES};
}

/* Does `one` for every channel of a task. */
typedef void (*channel_fn)(const transform_job *job, const alf_winograd_segment *at, task_lines lines, int64_t channel);

static void each_channel(const transform_job *job, int64_t task, int worker, channel_fn one)
{
    const alf_winograd_segment at = alf_winograd_segment_at(job->w, job->chunk, task / job->groups);
    const int64_t              first = task % job->groups * ALF_WINOGRAD_CHANNELS;
    const int64_t              end = alf_smaller(first + ALF_WINOGRAD_CHANNELS, job->channels);
    for (int64_t channel = first; channel < end; channel++) one(job, &at, lines_of(job->w, worker), channel);
}

static void run(transform_job *job, alf_tile_fn task)
{
    job->groups = alf_ceil_div(job->channels, ALF_WINOGRAD_CHANNELS);
    alf_parallel(job->w->ctx, alf_winograd_segments(job->w, job->chunk) * job->groups, task, job);
}

static float scale_of(const transform_job *job, const alf_winograd_segment *at, int64_t channel)
{
    return job->scale ? job->scale[at->sample * job->channels + channel] : 1.0f;
}

/* A vector of tiles of a chunk: which of its lanes belong to the segment, where it lies in a plane of `channels`, and
 * how far from the first tile of the segment's first row. */
typedef struct {
    int     begin, end;
    int64_t at, tile;
} tile_vector;

static tile_vector vector_at(const alf_winograd *w, const alf_winograd_segment *at, int64_t channels, int64_t channel,
                             int64_t tile)
{
    const int64_t lanes = w->kernels->lanes, columns = w->kernels->columns;
    const int64_t end = at->at + at->end - at->first;
    return (tile_vector){.begin = (int)alf_larger(at->at - tile, 0),
                         .end = (int)alf_smaller(end - tile, lanes),
                         .at = (tile / columns * channels + channel) * columns + tile % columns,
                         .tile = tile - at->at + at->first - at->row * w->across};
}

static int64_t first_vector(const alf_winograd *w, const alf_winograd_segment *at)
{
    return at->at / w->kernels->lanes * w->kernels->lanes;
}

/* --- inputs and gradients of outputs ------------------------------------------------------------------------------ */

/* Image line y along x, into 6 planes. */
static void transform_line(const transform_job *job, const float *plane, int64_t y, float scale, float *work, float *to)
{
    const alf_winograd *w = job->w;
    const int64_t       width = job->width;
    if (y < 0 || y >= job->height)
        for (int c = 0; c < 6; c++) memset(to + c * w->line, 0, (size_t)w->across * sizeof *to);
    else if (job->gradient)
        w->kernels->winograd_gradient_line(w->across, plane + y * width, width, scale, work, to, w->line);
    else
        w->kernels->winograd_line(w->across, plane + y * width, width, -w->conv.pad_x, scale, work, to, w->line);
}

/* Tiles of inputs overlap by two lines, those of gradients do not. */
static void transform_channel(const transform_job *job, const alf_winograd_segment *at, task_lines lines,
                              int64_t channel)
{
    const alf_winograd *w = job->w;
    const float        *plane = job->from + (at->sample * job->channels + channel) * job->height * job->width;
    const float         scale = scale_of(job, at, channel);
    const int64_t       more = job->gradient ? 0 : 2, pad = job->gradient ? 0 : w->conv.pad_y;
    for (int64_t line = 0; line < 4 * at->rows + more; line++)
        transform_line(job, plane, 4 * at->row + line - pad, scale, lines.work,
                       lines.lines + line % 4 * 6 * w->line + line / 4 * w->across);
    for (int64_t tile = first_vector(w, at); tile < at->at + at->end - at->first; tile += w->kernels->lanes) {
        const tile_vector v = vector_at(w, at, job->gradient ? w->out_ch : w->in_ch, channel, tile);
        if (job->gradient)
            w->kernels->winograd_gradient_tiles(lines.lines + v.tile, w->line, v.begin, v.end, w->out, v.at);
        else
            w->kernels->winograd_tiles(lines.lines + v.tile, w->line, w->across, v.begin, v.end, w->in, v.at);
    }
}

static void transform_task(void *arg, int64_t task, int worker)
{
    each_channel(arg, task, worker, transform_channel);
}

void alf_winograd_inputs(alf_winograd *w, int64_t chunk, const float *x, const float *in_scale)
{
    transform_job job = {.w = w, .chunk = chunk, .channels = w->conv.in_ch, .from = x, .scale = in_scale};
    job.height = w->conv.in_h;
    job.width = w->conv.in_w;
    run(&job, transform_task);
}

void alf_winograd_gradients(alf_winograd *w, int64_t chunk, const float *dy, const float *out_scale)
{
    transform_job job = {.w = w, .chunk = chunk, .channels = w->conv.out_ch, .from = dy, .scale = out_scale};
    job.gradient = true;
    job.height = w->conv.out_h;
    job.width = w->conv.out_w;
    run(&job, transform_task);
}

/* --- outputs ------------------------------------------------------------------------------------------------------ */

/* The four lines of one row of tiles. */
static void output_row(const alf_winograd *w, const alf_winograd_segment *at, int64_t row, const float *lines,
                       float scale, float *plane)
{
    const int64_t begin = alf_larger(at->first - (at->row + row) * w->across, 0);
    const int64_t end = alf_smaller(at->end - (at->row + row) * w->across, w->across);
    const int64_t width = alf_smaller(4 * end, w->conv.out_w) - 4 * begin;
    for (int64_t r = 0; r < 4; r++) {
        const int64_t y = 4 * (at->row + row) + r;
        if (y < w->conv.out_h)
            w->kernels->winograd_join(width, lines + 4 * r * w->line + row * w->across + begin, w->line, scale,
                                      plane + y * w->conv.out_w + 4 * begin);
    }
}

static void output_channel(const transform_job *job, const alf_winograd_segment *at, task_lines lines, int64_t channel)
{
    const alf_winograd *w = job->w;
    float              *plane = job->to + (at->sample * job->channels + channel) * w->conv.out_h * w->conv.out_w;
    const float         scale = (float)w->conv.gain * scale_of(job, at, channel);
    for (int64_t tile = first_vector(w, at); tile < at->at + at->end - at->first; tile += w->kernels->lanes) {
        const tile_vector v = vector_at(w, at, w->out_ch, channel, tile);
        w->kernels->winograd_outputs(w->out, v.at, lines.lines + v.tile, w->line);
    }
    for (int64_t row = 0; row < at->rows; row++) output_row(w, at, row, lines.lines, scale, plane);
}

static void output_task(void *arg, int64_t task, int worker)
{
    each_channel(arg, task, worker, output_channel);
}

void alf_winograd_outputs(alf_winograd *w, int64_t chunk, const float *out_scale, float *y)
{
    transform_job job = {.w = w, .chunk = chunk, .channels = w->conv.out_ch, .scale = out_scale, .to = y};
    run(&job, output_task);
}
