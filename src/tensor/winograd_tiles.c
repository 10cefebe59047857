/* Where the tiles of a fast convolution are. */
#include "tensor/winograd_tiles.h"

#include "core/arithmetic.h"
#include "core/core.h"

#define CHUNK_VALUES ((int64_t)3 << 20) /* of both sets of planes: 12 MiB */

static int64_t round_up(int64_t count, int64_t to)
{
    return alf_ceil_div(count, to) * to;
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

static alf_status reserve(alf_winograd *w, bool turned)
{
    const int64_t workers = alf_workers(w->ctx), panel = turned ? w->chunk * w->kernels->columns : 0;
    const int64_t image = w->line * 24 + 4 * (w->across + 1 + ALF_MOST_LANES);
    const int64_t lines = round_up(alf_larger(image, panel), 16);
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

alf_status alf_winograd_create(alf_winograd *w, alf_ctx *ctx, const alf_conv *conv, bool turned)
{
    *w = (alf_winograd){.ctx = ctx, .kernels = alf_conv_kernels_of(alf_ctx_isa(ctx)), .conv = as_plain(conv)};
    w->across = alf_ceil_div(conv->out_w, 4);
    w->down = alf_ceil_div(conv->out_h, 4);
    w->tiles = conv->n * w->across * w->down;
    w->in_ch = conv->in_ch;
    w->out_ch = round_up(conv->out_ch, w->kernels->rows);
    choose_chunks(w);
    /* the rows that a chunk touches, one more below, and room for vectors to begin and end elsewhere */
    const int64_t rows = alf_smaller(alf_ceil_div(w->chunk, w->across) + 1, w->down) + 1;
    w->line = round_up(rows * w->across + 2 * ALF_MOST_LANES, 32) + 16;
    return reserve(w, turned);
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
