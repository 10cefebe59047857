/* Weights of a fast convolution: a 3x3 kernel g becomes the 36 values of G g G'. In double, since it costs little. */
#include <string.h>

#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/derived.h"
#include "tensor/winograd_tiles.h"

#define INPUTS_AT_ONCE 16 /* so that what is written of a point, or of a kernel, is a whole piece */

static const double G[6][3] = {
    {64 / 81.0, 0, 0},
    {-128 / 243.0, -32 / 81.0, -8 / 27.0},
    {-128 / 243.0, 32 / 81.0, -8 / 27.0},
    {32 / 243.0, 16 / 81.0, 8 / 27.0},
    {32 / 243.0, -16 / 81.0, 8 / 27.0},
    {0, 0, 1},
};

typedef struct {
    const alf_winograd *w;
    const float        *weight;
    float              *to;
    int64_t             panel, input, point; /* steps of `to`: to the next panel of rows, input channel, point */
} weight_job;

/* Where the kernel between two channels begins. */
static int64_t kernel_at(const alf_conv *conv, int64_t o, int64_t i)
{
    return 9 * (conv->weight_io ? i * conv->out_ch + o : o * conv->in_ch + i);
}

/* Index of tap k as it is stored. */
static int stored_tap(const alf_conv *conv, int k)
{
    return conv->flip ? 8 - k : k;
}

/* The kernels from input channel i to the rows of a panel, side by side; zero beyond the last one. */
static void take_kernels(const weight_job *job, int64_t o0, int64_t i, double g[9][ALF_MOST_PANEL_ROWS])
{
    const alf_conv *conv = &job->w->conv;
    for (int r = 0; r < job->w->kernels->rows; r++) {
        const bool   there = o0 + r < conv->out_ch;
        const float *from = there ? job->weight + kernel_at(conv, o0 + r, i) : NULL;
        for (int k = 0; k < 9; k++) g[k][r] = there ? (double)from[stored_tap(conv, k)] : 0;
    }
}

/* to[e] = G g G'. */
static void transform(int rows, double g[9][ALF_MOST_PANEL_ROWS], float to[][ALF_MOST_PANEL_ROWS])
{
    double half[6][3][ALF_MOST_PANEL_ROWS];
    for (int a = 0; a < 6; a++)
        for (int c = 0; c < 3; c++)
            for (int r = 0; r < rows; r++)
                half[a][c][r] = G[a][0] * g[c][r] + G[a][1] * g[3 + c][r] + G[a][2] * g[6 + c][r];
    for (int a = 0; a < 6; a++)
        for (int b = 0; b < 6; b++)
            for (int r = 0; r < rows; r++)
                to[a * 6 + b][r] = (float)(half[a][0][r] * G[b][0] + half[a][1][r] * G[b][1] + half[a][2][r] * G[b][2]);
}

/* The points of a weight lie a power of two apart as a rule, where 36 of them do not stay in the first cache together: so
 * some input channels are made beside it, and each point is written in one go. */
static void weight_task(void *arg, int64_t panel, int worker)
{
    const weight_job *job = arg;
    const int         rows = job->w->kernels->rows;
    double            g[9][ALF_MOST_PANEL_ROWS];
    float             made[INPUTS_AT_ONCE][ALF_WINOGRAD_POINTS][ALF_MOST_PANEL_ROWS];
    (void)worker;
    for (int64_t first = 0; first < job->w->in_ch; first += INPUTS_AT_ONCE) {
        const int64_t inputs = alf_smaller(INPUTS_AT_ONCE, job->w->in_ch - first);
        float        *to = job->to + panel * job->panel + first * job->input;
        for (int64_t i = 0; i < inputs; i++) {
            take_kernels(job, panel * rows, first + i, g);
            transform(rows, g, made[i]);
        }
        for (int e = 0; e < ALF_WINOGRAD_POINTS; e++)
            for (int64_t i = 0; i < inputs; i++)
                memcpy(to + e * job->point + i * job->input, made[i][e], (size_t)rows * sizeof(float));
    }
}

float *alf_winograd_weights(const alf_winograd *w, const alf_weight *weight)
{
    const int64_t rows = w->kernels->rows, matrix = w->in_ch * w->out_ch;
    bool          fresh;
    float        *form =
        alf_derived_take(w->ctx, weight, ALF_DERIVED_WINOGRAD, &w->conv, ALF_WINOGRAD_POINTS * matrix, &fresh);
    if (!form || !fresh) return form;
    weight_job job = {w, weight->data, form, w->in_ch * rows, rows, matrix};
    alf_parallel(w->ctx, w->out_ch / rows, weight_task, &job);
    return form;
}

void alf_winograd_weight_matrices(const alf_winograd *w, const float *weight, int64_t ld, float *to)
{
    weight_job job = {w, weight, to, w->kernels->rows, ld, w->in_ch * ld};
    alf_parallel(w->ctx, w->out_ch / w->kernels->rows, weight_task, &job);
}

/* --- and back ----------------------------------------------------------------------------------------------------- */

#define TOGETHER 16 /* output channels: whole lines of a cache are read */

typedef struct {
    const alf_winograd *w;
    const float        *gradient;
    int64_t             matrix, ld;
    float              *dw;
} back_job;

/* dg[k] = G' u G for TOGETHER kernels side by side. */
static void back(const float *u, int64_t point, double dg[9][TOGETHER])
{
    double half[3][6][TOGETHER] = {{{0}}};
    for (int a = 0; a < 6; a++)
        for (int b = 0; b < 6; b++)
            for (int k = 0; k < 3; k++)
                for (int r = 0; r < TOGETHER; r++) half[k][b][r] += G[a][k] * (double)u[(a * 6 + b) * point + r];
    for (int ky = 0; ky < 3; ky++)
        for (int kx = 0; kx < 3; kx++)
            for (int r = 0; r < TOGETHER; r++) {
                double sum = 0;
                for (int b = 0; b < 6; b++) sum += half[ky][b][r] * G[b][kx];
                dg[3 * ky + kx][r] = sum;
            }
}

/* Kernels between INPUTS_AT_ONCE input channels and all output channels. */
static void back_task(void *arg, int64_t block, int worker)
{
    const back_job *job = arg;
    const alf_conv *conv = &job->w->conv;
    const int64_t   begin = block * INPUTS_AT_ONCE, end = alf_smaller(begin + INPUTS_AT_ONCE, conv->in_ch);
    double          dg[9][TOGETHER];
    (void)worker;
    for (int64_t o0 = 0; o0 < conv->out_ch; o0 += TOGETHER)
        for (int64_t i = begin; i < end; i++) {
            const int64_t count = alf_smaller(TOGETHER, conv->out_ch - o0);
            back(job->gradient + i * job->ld + o0, job->matrix, dg);
            for (int64_t r = 0; r < count; r++)
                for (int k = 0; k < 9; k++)
                    job->dw[kernel_at(conv, o0 + r, i) + stored_tap(conv, k)] = (float)(conv->gain * dg[k][r]);
        }
}

void alf_winograd_weights_back(const alf_winograd *w, const float *gradient, int64_t matrix, int64_t ld, float *dw)
{
    back_job job = {w, gradient, matrix, ld, dw};
    alf_parallel(w->ctx, alf_ceil_div(w->conv.in_ch, INPUTS_AT_ONCE), back_task, &job);
}
