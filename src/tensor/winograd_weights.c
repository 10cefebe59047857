/* Weights of a fast convolution: a 3x3 kernel g becomes the 36 values of G g G'. In double, since it costs little. */
#include "core/arithmetic.h"
#include "core/core.h"
#include "tensor/derived.h"
#include "tensor/winograd_tiles.h"

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
    const float        *weight, *gradient;
    float              *form, *dw;
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

/* to[e * step + r] = G g G'. */
static void transform(int rows, double g[9][ALF_MOST_PANEL_ROWS], float *to, int64_t step)
{
    double half[6][3][ALF_MOST_PANEL_ROWS];
    for (int a = 0; a < 6; a++)
        for (int c = 0; c < 3; c++)
            for (int r = 0; r < rows; r++)
                half[a][c][r] = G[a][0] * g[c][r] + G[a][1] * g[3 + c][r] + G[a][2] * g[6 + c][r];
    for (int a = 0; a < 6; a++)
        for (int b = 0; b < 6; b++)
            for (int r = 0; r < rows; r++)
                to[(a * 6 + b) * step + r] =
                    (float)(half[a][0][r] * G[b][0] + half[a][1][r] * G[b][1] + half[a][2][r] * G[b][2]);
}

static void weight_task(void *arg, int64_t panel, int worker)
{
    const weight_job *job = arg;
    const int         rows = job->w->kernels->rows;
    const int64_t     in_ch = job->w->in_ch;
    double            g[9][ALF_MOST_PANEL_ROWS];
    (void)worker;
    for (int64_t i = 0; i < in_ch; i++) {
        take_kernels(job, panel * rows, i, g);
        transform(rows, g, job->form + (panel * in_ch + i) * rows, job->w->out_ch * in_ch);
    }
}

float *alf_winograd_weights(const alf_winograd *w, const alf_weight *weight)
{
    const int64_t count = ALF_WINOGRAD_POINTS * w->in_ch * w->out_ch;
    bool          fresh;
    float        *form = alf_derived_take(w->ctx, weight, ALF_DERIVED_WINOGRAD, &w->conv, count, &fresh);
    if (!form || !fresh) return form;
    weight_job job = {.w = w, .weight = weight->data, .form = form};
    alf_parallel(w->ctx, w->out_ch / w->kernels->rows, weight_task, &job);
    return form;
}

/* --- and back ----------------------------------------------------------------------------------------------------- */

/* dg = gain G' u G for one pair of channels. */
static void back(const alf_conv *conv, const float *u, int64_t step, float *dg)
{
    double half[3][6] = {{0}};
    for (int a = 0; a < 6; a++)
        for (int b = 0; b < 6; b++)
            for (int k = 0; k < 3; k++) half[k][b] += G[a][k] * (double)u[(a * 6 + b) * step];
    for (int ky = 0; ky < 3; ky++)
        for (int kx = 0; kx < 3; kx++) {
            double sum = 0;
            for (int b = 0; b < 6; b++) sum += half[ky][b] * G[b][kx];
            dg[stored_tap(conv, 3 * ky + kx)] = (float)(conv->gain * sum);
        }
}

static void back_task(void *arg, int64_t o, int worker)
{
    const weight_job *job = arg;
    const int64_t     in_ch = job->w->in_ch, step = job->w->out_ch * in_ch;
    (void)worker;
    for (int64_t i = 0; i < in_ch; i++)
        back(&job->w->conv, job->gradient + o * in_ch + i, step, job->dw + kernel_at(&job->w->conv, o, i));
}

void alf_winograd_weights_back(const alf_winograd *w, const float *gradient, float *dw)
{
    weight_job job = {.w = w, .gradient = gradient, .dw = dw};
    alf_parallel(w->ctx, w->conv.out_ch, back_task, &job);
}
