/* Where the tiles of a fast convolution are, and the choice of this way by what it costs. */
#include "tensor/winograd_tiles.h"

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/winograd.h"

#define CHUNK_VALUES ((int64_t)3 << 20) /* of both sets of planes: 12 MiB                               */
#define TRANSFORM_COST 500.0            /* of one channel of a tile, in multiplications                 */
#define WEIGHT_COST 4.0                 /* of reading a weight, per point: in multiplications           */
#define MUST_GAIN 1.1                   /* at an estimate this close, the direct way keeps its accuracy */

static int64_t round_up(int64_t count, int64_t to)
{
    return alf_ceil_div(count, to) * to;
}

static int64_t tiles_of(const alf_conv *conv)
{
    return conv->n * alf_ceil_div(conv->out_h, 4) * alf_ceil_div(conv->out_w, 4);
}

bool alf_winograd_can(const alf_conv *conv)
{
    return conv->kh == 3 && conv->kw == 3 && conv->stride == 1;
}

bool alf_winograd_takes(const alf_ctx *ctx, const alf_conv *conv)
{
    if (alf_ctx_conv(ctx) == ALF_CONV_DIRECT || !alf_winograd_can(conv)) return false;
    return alf_ctx_conv(ctx) == ALF_CONV_FAST || alf_winograd_pays(conv);
}

bool alf_winograd_pays(const alf_conv *conv)
{
    if (!alf_winograd_can(conv)) return false;
    const double in = (double)conv->in_ch, out = (double)conv->out_ch;
    const double tiles = (double)round_up(tiles_of(conv), 16), pixels = (double)(conv->n * conv->out_h * conv->out_w);
    const double products = ALF_WINOGRAD_POINTS * in * (double)round_up(conv->out_ch, 8);
    const double fast = products * (tiles + WEIGHT_COST) + TRANSFORM_COST * tiles * (in + out);
    const double direct = 9 * in * out * (pixels + WEIGHT_COST);
    return fast * MUST_GAIN < direct;
}

/* A transposed convolution of stride 1 is a plain one with the kernel reversed. */
static alf_conv as_plain(const alf_conv *conv)
{
    alf_conv plain = *conv;
    if (!conv->transposed) return plain;
    plain.transposed = false;
    plain.flip = !conv->flip;
    plain.pad_y = conv->kh - 1 - conv->pad_y;
    plain.pad_x = conv->kw - 1 - conv->pad_x;
    return plain;
}

/* Chunks are of nearly one size. */
static void choose_chunks(alf_winograd *w)
{
    const int64_t columns = w->kernels->columns, panels = alf_ceil_div(w->tiles, columns);
    const int64_t most = CHUNK_VALUES / (ALF_WINOGRAD_POINTS * columns * (w->in_ch + w->out_ch));
    w->chunks = alf_ceil_div(panels, alf_larger(most, 1));
    w->chunk = alf_ceil_div(panels, w->chunks) * columns;
    w->chunks = alf_ceil_div(w->tiles, w->chunk);
}

/* A size that spreads what lies that far apart over the sets of a cache. */
static int64_t apart(int64_t floats)
{
    return round_up(floats, 1024) + 48;
}

static alf_status reserve(alf_winograd *w)
{
    const int64_t workers = alf_workers(w->ctx),
                  lines = round_up(w->line * 24 + 4 * (w->across + 1 + ALF_MOST_LANES), 16);
    const int64_t in = apart(w->in_ch * w->chunk), out = apart(w->out_ch * w->chunk);
    const int64_t planes = alf_ceil_div(ALF_WINOGRAD_POINTS, workers);
    alf_status    status = alf_scratch_reserve(w->ctx, (size_t)(lines + planes * (in + out)) * sizeof(float));
    for (int e = 0; e < ALF_WINOGRAD_POINTS && status == ALF_OK; e++) {
        float *scratch = alf_scratch(w->ctx, (int)(e % workers));
        w->in[e] = scratch + lines + e / workers * in;
        w->out[e] = scratch + lines + planes * in + e / workers * out;
    }
    return status;
}

alf_status alf_winograd_create(alf_winograd *w, alf_ctx *ctx, const alf_conv *conv)
{
    *w = (alf_winograd){.ctx = ctx, .kernels = alf_conv_kernels_of(alf_ctx_isa(ctx)), .conv = as_plain(conv)};
    w->across = alf_ceil_div(conv->out_w, 4);
    w->down = alf_ceil_div(conv->out_h, 4);
    w->tiles = tiles_of(conv);
    w->in_ch = conv->in_ch;
    w->out_ch = round_up(conv->out_ch, w->kernels->rows);
    choose_chunks(w);
    /* the rows that a chunk touches, one more below, and room for vectors to begin and end elsewhere */
    const int64_t rows = alf_smaller(alf_ceil_div(w->chunk, w->across) + 1, w->down) + 1;
    w->line = round_up(rows * w->across + 2 * ALF_MOST_LANES, 32) + 16;
    return reserve(w);
}

int64_t alf_winograd_tiles_in(const alf_winograd *w, int64_t chunk)
{
    return alf_smaller(w->chunk, w->tiles - chunk * w->chunk);
}

int64_t alf_winograd_segments(const alf_winograd *w, int64_t chunk)
{
    const int64_t first = chunk * w->chunk, last = first + alf_winograd_tiles_in(w, chunk) - 1;
    return last / (w->across * w->down) - first / (w->across * w->down) + 1;
}

alf_winograd_segment alf_winograd_segment_at(const alf_winograd *w, int64_t chunk, int64_t index)
{
    const int64_t        begin = chunk * w->chunk, end = begin + alf_winograd_tiles_in(w, chunk);
    const int64_t        sample_tiles = w->across * w->down;
    alf_winograd_segment segment = {.sample = begin / sample_tiles + index};
    const int64_t        start = segment.sample * sample_tiles;
    segment.first = alf_larger(begin - start, 0);
    segment.end = alf_smaller(end - start, sample_tiles);
    segment.at = start + segment.first - begin;
    segment.row = segment.first / w->across;
    segment.rows = alf_ceil_div(segment.end, w->across) - segment.row;
    return segment;
}
