/* Fourier features as a network's input.
 *
 * A feature is a plane wave with frequency f and phase. Transforming the canvas by an inverse matrix M means
 * phase += f . M_translation, f = f M_linear; the matrices R (learned rotation), T (learned translation) and U (the
 * user's) are applied to the waves one after the other, which is the product R T U. */
#include "models/fourier_input.h"

#include <math.h>
#include <string.h>

#include "aliasfree/random.h"
#include "core/core.h"

/* --- parameters -------------------------------------------------------------------------------------------------------- */

/* Frequencies spread evenly over a disc of radius `bandwidth`: n / (r exp(r^2)^(1/4)) for normal n, r = |n|. */
static alf_status init_freqs(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[])
{
    (void)ctx;
    const alf_plan *plan = param->source;
    alf_random_normal(seed, stream, 0, param->count, values);
    for (int64_t i = 0; i < param->count; i += 2) {
        double r = hypot(values[i], values[i + 1]);
        double scale = r > 0 ? plan->input_bandwidth / (r * exp(r * r / 4)) : 0;
        values[i] *= scale;
        values[i + 1] *= scale;
    }
    return ALF_OK;
}

static alf_status init_phases(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[])
{
    (void)ctx;
    alf_random_uniform(seed, stream, 0, param->count, values);
    for (int64_t i = 0; i < param->count; i++) values[i] -= 0.5;
    return ALF_OK;
}

/* The transform that changes nothing: the 3 x 3 identity matrix, or (1, 0, 0, 0) as the affine layer's bias. */
static alf_status init_identity(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[])
{
    (void)ctx, (void)seed, (void)stream;
    for (int64_t i = 0; i < param->count; i++) values[i] = i % 4 == 0;
    return ALF_OK;
}

#define PREFIX "synthesis.input."

alf_status alf_fourier_input_declare(alf_params *params, const alf_plan *plan)
{
    const int64_t        c = plan->input_channels, w_dim = plan->config.w_dim;
    const alf_param_spec specs[] = {
        {PREFIX, "weight", 2, {c, c}, false, alf_init_normal, 1, NULL},
        {PREFIX, "transform", 2, {3, 3}, true, init_identity, 1, NULL},
        {PREFIX, "freqs", 2, {c, 2}, true, init_freqs, 1, plan},
        {PREFIX, "phases", 1, {c}, true, init_phases, 1, NULL},
        {PREFIX "affine.", "weight", 2, {4, w_dim}, false, alf_init_constant, 0, NULL},
        {PREFIX "affine.", "bias", 1, {4}, false, init_identity, 1, NULL},
    };
    alf_status status = ALF_OK;
    const int  count = plan->config.input_transform ? 6 : 4;
    for (int i = 0; i < count && status == ALF_OK; i++) status = alf_params_declare(params, &specs[i]);
    return status;
}

alf_status alf_fourier_input_build(const alf_params *params, const alf_plan *plan, alf_fourier_input *out)
{
    *out = (alf_fourier_input){.plan = plan,
                               .weight = alf_params_get(params, PREFIX, "weight"),
                               .freqs = alf_params_get(params, PREFIX, "freqs"),
                               .phases = alf_params_get(params, PREFIX, "phases")};
    alf_tensor *transform = alf_params_get(params, PREFIX, "transform");
    if (!transform) return alf_ctx_status(params->ctx);
    alf_status    status = alf_tensor_read(params->ctx, transform, out->transform);
    const double *row = out->transform + 6;
    if (status == ALF_OK && (row[0] != 0 || row[1] != 0 || row[2] != 1))
        return alf_fail(params->ctx, ALF_ERR_FORMAT,
                        "%s: " PREFIX "transform: its last row is %g %g %g: expected 0 0 1", params->origin, row[0],
                        row[1], row[2]);
    if (status != ALF_OK || !plan->config.input_transform) return status;
    return alf_dense_build(params, PREFIX "affine.", 1, &out->affine);
}

/* --- forward ----------------------------------------------------------------------------------------------------------- */

/* Plane waves of a batch: each [N, channels] or broadcast to it. */
typedef struct {
    alf_tensor *fx, *fy, *phase;
} waves;

/* a x + b y, with numbers. */
static alf_tensor *combine(alf_ctx *ctx, alf_tensor *x, double a, alf_tensor *y, double b)
{
    return alf_add(ctx, alf_scale_shift(ctx, x, a, 0), alf_scale_shift(ctx, y, b, 0));
}

/* The learned inverse transform: t [N, 4] is divided by |(r_c, r_s)|, then R = [[r_c, -r_s], [r_s, r_c]] and
 * T = translation by (-t_x, -t_y). */
static waves transform_learned(alf_ctx *ctx, waves in, alf_tensor *t)
{
    alf_tensor *norm = alf_sqrt(ctx, alf_sum(ctx, alf_square(ctx, alf_slice(ctx, t, 1, 0, 2)), 1u << 1)); /* [N, 1] */
    t = alf_div(ctx, t, norm);
    alf_tensor *rc = alf_slice(ctx, t, 1, 0, 1), *rs = alf_slice(ctx, t, 1, 1, 1);
    alf_tensor *tx = alf_slice(ctx, t, 1, 2, 1), *ty = alf_slice(ctx, t, 1, 3, 1);

    waves out;
    out.fx = alf_add(ctx, alf_mul(ctx, in.fx, rc), alf_mul(ctx, in.fy, rs));
    out.fy = alf_sub(ctx, alf_mul(ctx, in.fy, rc), alf_mul(ctx, in.fx, rs));
    alf_tensor *moved = alf_add(ctx, alf_mul(ctx, out.fx, tx), alf_mul(ctx, out.fy, ty));
    out.phase = alf_sub(ctx, in.phase, moved);
    return out;
}

static waves transform_user(alf_ctx *ctx, waves in, const double m[9])
{
    return (waves){.fx = combine(ctx, in.fx, m[0], in.fy, m[3]),
                   .fy = combine(ctx, in.fx, m[1], in.fy, m[4]),
                   .phase = alf_add(ctx, in.phase, combine(ctx, in.fx, m[2], in.fy, m[5]))};
}

/* What the sampling rate cannot carry is damped: clamp(1 - (|f| - bandwidth) / (rate/2 - bandwidth), 0, 1). */
static alf_tensor *damping(alf_ctx *ctx, const alf_plan *plan, waves in)
{
    double      band = plan->input_rate / 2 - plan->input_bandwidth;
    alf_tensor *radius = alf_sqrt(ctx, alf_add(ctx, alf_square(ctx, in.fx), alf_square(ctx, in.fy)));
    if (!(band > 0)) /* critically sampled: nothing between bandwidth and Nyquist limit */
        return alf_scale_shift(ctx, radius, 0, 1);
    return alf_clamp(ctx, alf_scale_shift(ctx, radius, -1 / band, 1 + plan->input_bandwidth / band), 0, 1);
}

alf_tensor *alf_fourier_input_forward(alf_ctx *ctx, const alf_fourier_input *in, alf_tensor *w, const double *transform)
{
    const int64_t c = in->plan->input_channels, batch = alf_tensor_dim(w, 0), size = in->plan->input_size;
    const int64_t n = in->affine.weight ? batch : 1; /* without a learned transform all images have the same input */
    const int64_t row[] = {1, c}, part[] = {n, c, 1}, matrix[] = {c, c, 1, 1};
    alf_scope    *scope = alf_scope_open(ctx);

    waves v = {.fx = alf_reshape(ctx, alf_slice(ctx, in->freqs, 1, 0, 1), 2, row),
               .fy = alf_reshape(ctx, alf_slice(ctx, in->freqs, 1, 1, 1), 2, row),
               .phase = alf_reshape(ctx, in->phases, 2, row)};
    if (in->affine.weight) v = transform_learned(ctx, v, alf_dense_linear(ctx, &in->affine, w));
    v = transform_user(ctx, v, transform ? transform : in->transform);

    alf_tensor *freqs = alf_concat(ctx, alf_reshape(ctx, v.fx, 3, part), alf_reshape(ctx, v.fy, 3, part), 2);
    alf_tensor *x = alf_fourier_grid(ctx, freqs, v.phase, damping(ctx, in->plan, v), size, size, in->plan->input_rate);

    alf_conv_spec pointwise = alf_conv_spec_default();
    x = alf_conv2d(ctx, x, alf_reshape(ctx, in->weight, 4, matrix), 1 / sqrt((double)c), &pointwise);
    if (n < batch) x = alf_expand(ctx, x, 4, (int64_t[]){batch, c, size, size});
    return alf_scope_close(scope, x);
}
