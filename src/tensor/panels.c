/* Left panels: rows of matrices and weights of convolutions, interleaved. */
#include "tensor/panels.h"

#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/derived.h"

int64_t alf_panel_rows_of(const alf_conv_kernels *kernels, int64_t inner)
{
    return alf_ceil_div(inner, kernels->depth);
}

int64_t alf_panels_left_count(const alf_conv_kernels *kernels, int64_t rows, int64_t inner)
{
    return alf_ceil_div(rows, kernels->rows) * kernels->rows * alf_panel_rows_of(kernels, inner);
}

typedef struct {
    const alf_conv_kernels *kernels;
    const float            *w; /* of the phase */
    alf_loops               loops;
    int64_t                 rows;
    float                  *panels;
} packing_job;

/* Row `row` of X in a panel: the weights of its channels, `used` of them; rows are paired where kernels ask for that. */
static void pack_row(const packing_job *job, int64_t row, int64_t used, const float *from, float *lines, float *panel)
{
    const int64_t depth = job->kernels->depth, width = job->kernels->rows, step = job->loops.stride_a[0];
    float        *line = depth == 1 ? panel + row * width : lines + row % depth * ALF_MOST_PANEL_ROWS;
    for (int64_t o = 0; o < used; o++) line[o] = from[o * step];
    for (int64_t o = used; o < width; o++) line[o] = 0;
    if (depth == 1 || (row % depth < depth - 1 && row < job->rows - 1)) return;
    job->kernels->pair(row % depth + 1, ALF_MOST_PANEL_ROWS, lines, lines);
    memcpy(panel + row / depth * width, lines, (size_t)width * sizeof *lines);
}

static void pack_panel(void *arg, int64_t panel, int worker)
{
    const packing_job *job = arg;
    const int64_t     *size = job->loops.size, *stride = job->loops.stride_a, width = job->kernels->rows;
    const int64_t      o0 = panel * width, used = alf_smaller(width, size[0] - o0);
    float             *to = job->panels + o0 * alf_panel_rows_of(job->kernels, job->rows);
    float              lines[2 * ALF_MOST_PANEL_ROWS] = {0};
    int64_t            row = 0;
    (void)worker;
    for (int64_t i = 0; i < size[1]; i++)
        for (int64_t ty = 0; ty < size[2]; ty++) {
            const float *from = job->w + o0 * stride[0] + i * stride[1] + ty * stride[2];
            for (int64_t tx = 0; tx < size[3]; tx++, from += stride[3]) pack_row(job, row++, used, from, lines, to);
        }
}

static void pack(alf_ctx *ctx, const alf_conv_kernels *kernels, const alf_conv *conv, const float *w, float *panels)
{
    for (int64_t i = 0; i < alf_conv_phases(conv); i++) {
        const alf_conv_phase phase = alf_conv_phase_at(conv, i);
        packing_job          job = {.kernels = kernels, .rows = phase.rows, .panels = panels};
        int64_t              offset;
        if (phase.rows == 0) continue;
        job.loops = alf_conv_weight_loops(&phase, &offset);
        job.w = w + offset;
        alf_parallel(ctx, alf_ceil_div(conv->out_ch, kernels->rows), pack_panel, &job);
        panels += alf_panels_left_count(kernels, conv->out_ch, phase.rows);
    }
}

float *alf_panels_of_weight(alf_ctx *ctx, const alf_conv_kernels *kernels, const alf_conv *conv,
                            const alf_weight *weight)
{
    const alf_derived_kind kind = kernels->depth == 1 ? ALF_DERIVED_PANELS : ALF_DERIVED_PANELS_BF16;
    int64_t                count = 0;
    bool                   fresh;
    for (int64_t i = 0; i < alf_conv_phases(conv); i++)
        count += alf_panels_left_count(kernels, conv->out_ch, alf_conv_phase_at(conv, i).rows);
    float *panels = alf_derived_take(ctx, weight, kind, conv, count, &fresh);
    if (panels && fresh) pack(ctx, kernels, conv, weight->data, panels);
    return panels;
}
