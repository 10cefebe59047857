/* How much of the variation of images a network's learned input transform makes: its spread over latents. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/figures.h"

enum { ROWS = 4, LATENTS = 64 }; /* r_c, r_s, t_x, t_y; latents mapped at a time */

static alf_tensor *tensor_named(alf_generator *g, const char *name)
{
    for (int i = 0; i < alf_generator_num_tensors(g); i++)
        if (strcmp(alf_generator_tensor_name(g, i), name) == 0) return alf_generator_tensor(g, i);
    return NULL;
}

/* Sums over latents: of the rotation's unit vector, of the translation and its square. */
typedef struct {
    double cosine, sine, x, y, square;
} sums;

/* t = A w / sqrt(w_dim) + b of one style. */
static void add_style(const double *w, int64_t w_dim, const double *weight, const double *bias, sums *s)
{
    double t[ROWS];
    for (int r = 0; r < ROWS; r++) {
        t[r] = 0;
        for (int64_t i = 0; i < w_dim; i++) t[r] += weight[r * w_dim + i] * w[i];
        t[r] = t[r] / sqrt((double)w_dim) + bias[r];
    }
    const double length = hypot(t[0], t[1]), x = t[2] / length, y = t[3] / length;
    s->cosine += t[0] / length;
    s->sine += t[1] / length;
    s->x += x;
    s->y += y;
    s->square += x * x + y * y;
}

static alf_status add_latents(alf_generator *g, int64_t count, uint32_t first, const double *weight, const double *bias,
                              sums *s)
{
    alf_ctx      *ctx = alf_generator_ctx(g);
    const int64_t w_dim = alf_generator_plan(g)->config.w_dim;
    uint32_t      seeds[LATENTS];
    alf_scope    *scope = alf_scope_open(ctx);
    double       *w = malloc((size_t)(count * w_dim) * sizeof *w);
    for (int64_t i = 0; i < count; i++) seeds[i] = first + (uint32_t)i;
    alf_tensor *ws =
        alf_generator_map(g, alf_generator_latents(g, count, seeds), alf_generator_labels(g, count, 0), 1, -1);
    alf_status status = w ? alf_tensor_read(ctx, alf_slice(ctx, ws, 1, 0, 1), w)
                          : alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for styles");
    for (int64_t i = 0; i < count && status == ALF_OK; i++) add_style(w + i * w_dim, w_dim, weight, bias, s);
    alf_scope_close(scope, NULL);
    free(w);
    return status;
}

alf_status transform_spread(alf_generator *g, int64_t samples, uint32_t seed, double *turn, double *shift)
{
    alf_ctx    *ctx = alf_generator_ctx(g);
    alf_tensor *weight = tensor_named(g, "synthesis.input.affine.weight");
    alf_tensor *bias = tensor_named(g, "synthesis.input.affine.bias");
    *turn = *shift = NAN;
    if (!weight || !bias) return ALF_OK;
    const int64_t w_dim = alf_generator_plan(g)->config.w_dim;
    double       *values = malloc((size_t)((w_dim + 1) * ROWS) * sizeof *values);
    sums          s = {0};
    alf_status    status = values ? alf_tensor_read(ctx, weight, values)
                                  : alf_fail(ctx, ALF_ERR_MEMORY, "out of memory for a learned transform");
    if (status == ALF_OK) status = alf_tensor_read(ctx, bias, values + w_dim * ROWS);
    for (int64_t done = 0; done < samples && status == ALF_OK; done += LATENTS)
        status = add_latents(g, samples - done < LATENTS ? samples - done : LATENTS, seed + (uint32_t)done, values,
                             values + w_dim * ROWS, &s);
    free(values);
    if (status != ALF_OK) return status;
    const double n = (double)samples, resultant = fmin(hypot(s.cosine, s.sine) / n, 1);
    const double variance = s.square / n - (s.x * s.x + s.y * s.y) / (n * n);
    *turn = sqrt(-2 * log(resultant)) * 180 / acos(-1);
    *shift = sqrt(fmax(variance, 0));
    return ALF_OK;
}
