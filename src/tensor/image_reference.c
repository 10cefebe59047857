/* Padding, sampling and filtering of image planes as their formulas stand, in double. Each is a sum over pairs of
 * samples, x and y, with a weight; the adjoint takes the same pairs the other way. */
#include <math.h>
#include <stdlib.h>

#include "tensor/reference.h"

/* One image operation at work: arrays x and y of planes, and which of them is read. */
typedef struct {
    alf_direction direction;
    int64_t       h, w, out_h, out_w;
    const double *from;
    double       *to;
} pairs;

static void clear(const pairs *p, int64_t planes)
{
    const bool    adjoint = p->direction == ALF_DIRECTION_ADJOINT;
    const int64_t count = planes * (adjoint ? p->h * p->w : p->out_h * p->out_w);
    for (int64_t i = 0; i < count; i++) p->to[i] = 0;
}

/* y[v, u] += weight x[row, column] in one plane, or the adjoint; nothing where x has no such sample. */
static void add_pair(const pairs *p, int64_t plane, int64_t v, int64_t u, int64_t row, int64_t column, double weight)
{
    if (row < 0 || row >= p->h || column < 0 || column >= p->w) return;
    const int64_t x = (plane * p->h + row) * p->w + column, y = (plane * p->out_h + v) * p->out_w + u;
    if (p->direction == ALF_DIRECTION_FORWARD)
        p->to[y] += weight * p->from[x];
    else
        p->to[x] += weight * p->from[y];
}

void alf_reference_pad_reflect(alf_ctx *ctx, alf_direction direction, int64_t planes, int64_t h, int64_t w,
                               const int64_t padding[4], const void *from, void *to)
{
    const pairs p = {direction, h, w, padding[2] + h + padding[3], padding[0] + w + padding[1], from, to};
    (void)ctx;
    clear(&p, planes);
    for (int64_t plane = 0; plane < planes; plane++)
        for (int64_t v = 0; v < p.out_h; v++)
            for (int64_t u = 0; u < p.out_w; u++) /* distances from the last sample and the first */
                add_pair(&p, plane, v, u, h - 1 - llabs(h - 1 - llabs(v - padding[2])),
                         w - 1 - llabs(w - 1 - llabs(u - padding[0])), 1);
}

void alf_reference_sample_affine(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                                 int64_t out_h, int64_t out_w, const double matrices[], const void *from, void *to)
{
    const pairs p = {direction, h, w, out_h, out_w, from, to};
    (void)ctx;
    clear(&p, n * c);
    for (int64_t plane = 0; plane < n * c; plane++)
        for (int64_t v = 0; v < out_h; v++)
            for (int64_t u = 0; u < out_w; u++) {
                const double *m = matrices + plane / c * 6;
                const double  x = m[0] * (double)u + m[1] * (double)v + m[2];
                const double  y = m[3] * (double)u + m[4] * (double)v + m[5];
                if (!(fabs(x) < 1e9 && fabs(y) < 1e9)) continue; /* farther than any image reaches */
                for (int corner = 0; corner < 4; corner++) {
                    const double column = floor(x) + corner % 2, row = floor(y) + corner / 2;
                    add_pair(&p, plane, v, u, (int64_t)row, (int64_t)column,
                             (1 - fabs(x - column)) * (1 - fabs(y - row)));
                }
            }
}

void alf_reference_filter_each(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                               const double taps[], int64_t count, bool along_x, const void *from, void *to)
{
    const pairs p = {direction, h, w, along_x ? h : h - count + 1, along_x ? w - count + 1 : w, from, to};
    (void)ctx;
    clear(&p, n * c);
    for (int64_t plane = 0; plane < n * c; plane++)
        for (int64_t v = 0; v < p.out_h; v++)
            for (int64_t u = 0; u < p.out_w; u++)
                for (int64_t k = 0; k < count; k++)
                    add_pair(&p, plane, v, u, along_x ? v : v + k, along_x ? u + k : u, taps[plane / c * count + k]);
}
