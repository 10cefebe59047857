/* Generators: mapping and synthesis on one set of parameters. */
#include "models/generator.h"

#include <math.h>
#include <string.h>

#include "aliasfree/random.h"
#include "autograd/tape.h"
#include "core/arithmetic.h"
#include "core/core.h"
#include "models/inventory.h"
#include "models/networks.h"
#include "models/stylegan2.h"
#include "models/stylegan3.h"

/* --- life -------------------------------------------------------------------------------------------------------------- */

/* A plan may come out with layers of no channels, which no network can have. */
static alf_status check_channels(alf_ctx *ctx, const alf_plan *plan)
{
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        if (l->in_channels < 1 || l->out_channels < 1)
            return alf_fail(ctx, ALF_ERR_RANGE,
                            "layer %s would have %d input and %d output channels: channel_base %lld is too small for "
                            "%d pixels",
                            l->name, l->in_channels, l->out_channels, (long long)plan->config.channel_base,
                            plan->config.img_resolution);
    }
    return ALF_OK;
}

alf_status alf_generator_start(alf_ctx *ctx, const alf_config *config, alf_generator **out)
{
    alf_generator *g = alf_mem_zalloc(ctx, 1, sizeof *g);
    if (!g) return ALF_ERR_MEMORY;
    g->ctx = ctx;
    g->kind = config->family == ALF_STYLEGAN2 ? &alf_stylegan2 : &alf_stylegan3;
    alf_status status = alf_plan_create(ctx, config, &g->plan);
    if (status == ALF_OK) status = check_channels(ctx, g->plan);
    if (status == ALF_OK) {
        g->params = alf_params_start(ctx);
        status = alf_params_declare_generator(&g->params, g->plan);
    }
    if (status == ALF_OK)
        *out = g;
    else
        alf_generator_destroy(g);
    return status;
}

static alf_status connect(const alf_generator *g, alf_mapping *mapping, void **synthesis)
{
    const alf_mapping_spec spec = alf_generator_mapping(g->plan);
    alf_status             status = alf_mapping_build(&g->params, &spec, mapping);
    return status == ALF_OK ? g->kind->build(&g->params, g->plan, synthesis) : status;
}

alf_status alf_generator_connect(alf_generator *g)
{
    return connect(g, &g->mapping, &g->synthesis);
}

alf_status alf_generator_reconnect(alf_generator *g, const char *origin)
{
    alf_mapping mapping, old_mapping = g->mapping;
    void       *synthesis = NULL, *old_synthesis = g->synthesis;
    g->params.origin = origin;
    alf_status status = connect(g, &mapping, &synthesis);
    g->params.origin = NULL;
    if (status == ALF_OK) {
        g->mapping = mapping;
        g->synthesis = synthesis;
        mapping = old_mapping;
        synthesis = old_synthesis;
    }
    alf_mapping_clear(&mapping);
    g->kind->destroy(synthesis);
    return status;
}

alf_status alf_generator_create(alf_ctx *ctx, const alf_config *config, uint64_t seed, alf_generator **out)
{
    alf_generator *g;
    if (!config || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_generator_create: config or out is NULL");
    alf_status status = alf_generator_start(ctx, config, &g);
    if (status != ALF_OK) return status;
    status = alf_params_init(&g->params, seed);
    if (status == ALF_OK) status = alf_generator_connect(g);
    if (status == ALF_OK)
        *out = g;
    else
        alf_generator_destroy(g);
    return status;
}

void alf_generator_destroy(alf_generator *g)
{
    if (!g) return;
    if (g->synthesis) g->kind->destroy(g->synthesis);
    alf_mapping_clear(&g->mapping);
    if (g->plan) alf_params_clear(&g->params);
    alf_plan_destroy(g->plan);
    alf_mem_free(g);
}

/* --- looking at it ----------------------------------------------------------------------------------------------------- */

alf_params *alf_generator_params(alf_generator *g)
{
    return &g->params;
}

const alf_plan *alf_generator_plan(const alf_generator *g)
{
    return g->plan;
}

alf_ctx *alf_generator_ctx(const alf_generator *g)
{
    return g->ctx;
}

bool alf_generator_has_transform(const alf_generator *g)
{
    return g->plan->input_rate > 0;
}

int alf_generator_num_tensors(const alf_generator *g)
{
    return g->params.count;
}

const char *alf_generator_tensor_name(const alf_generator *g, int index)
{
    const alf_param *p = alf_params_at(&g->params, index);
    return p ? p->name : NULL;
}

alf_tensor *alf_generator_tensor(const alf_generator *g, int index)
{
    const alf_param *p = alf_params_at(&g->params, index);
    return p ? p->tensor : NULL;
}

bool alf_generator_tensor_is_buffer(const alf_generator *g, int index)
{
    const alf_param *p = alf_params_at(&g->params, index);
    return p && p->buffer;
}

void alf_generator_require_gradients(alf_generator *g, bool on)
{
    alf_params_require_gradients(&g->params, on);
}

/* --- mapping ----------------------------------------------------------------------------------------------------------- */

alf_tensor *alf_generator_latents(alf_generator *g, int64_t count, const uint32_t seeds[])
{
    const int64_t z_dim = g->plan->config.z_dim;
    int64_t       total;
    if (!seeds || count < 1 || !alf_mul_i64(count, z_dim, &total))
        return alf_op_fail(g->ctx, ALF_ERR_RANGE, "%lld latents: expected seeds, at least 1", (long long)count);
    double *z = alf_mem_alloc(g->ctx, (size_t)total, sizeof *z);
    if (!z) return alf_failed_tensor();
    for (int64_t i = 0; i < count; i++) {
        alf_numpy_random rng;
        alf_numpy_seed(&rng, seeds[i]);
        alf_numpy_randn(&rng, z_dim, z + i * z_dim);
    }
    alf_tensor *tensor = alf_tensor_from_f64(g->ctx, 2, (int64_t[]){count, z_dim}, z);
    alf_mem_free(z);
    return tensor;
}

alf_tensor *alf_generator_labels(alf_generator *g, int64_t count, int class_index)
{
    const int64_t c_dim = g->plan->config.c_dim;
    int64_t       total;
    if (c_dim == 0) return NULL;
    if (class_index < 0 || class_index >= c_dim)
        return alf_op_fail(g->ctx, ALF_ERR_RANGE, "class %d: this network has classes 0 to %lld", class_index,
                           (long long)c_dim - 1);
    if (count < 1 || !alf_mul_i64(count, c_dim, &total))
        return alf_op_fail(g->ctx, ALF_ERR_RANGE, "%lld labels: expected at least 1", (long long)count);
    double *c = alf_mem_zalloc(g->ctx, (size_t)total, sizeof *c);
    if (!c) return alf_failed_tensor();
    for (int64_t i = 0; i < count; i++) c[i * c_dim + class_index] = 1;
    alf_tensor *tensor = alf_tensor_from_f64(g->ctx, 2, (int64_t[]){count, c_dim}, c);
    alf_mem_free(c);
    return tensor;
}

alf_tensor *alf_generator_repeat_w(alf_generator *g, alf_tensor *w)
{
    const int64_t w_dim = g->plan->config.w_dim;
    if (!alf_matrix_fits(g->ctx, "w", w, 0, w_dim)) return alf_failed_tensor();
    w = alf_reshape(g->ctx, w, 3, (int64_t[]){w->shape[0], 1, w_dim});
    return alf_expand(g->ctx, w, 3, (int64_t[]){alf_tensor_dim(w, 0), g->plan->num_ws, w_dim});
}

alf_tensor *alf_generator_map(alf_generator *g, alf_tensor *z, alf_tensor *c, double psi, int cutoff)
{
    const alf_config *config = &g->plan->config;
    if (!alf_matrix_fits(g->ctx, "z", z, 0, config->z_dim) || !alf_labels_fit(g->ctx, config->c_dim, z->shape[0], c))
        return alf_failed_tensor();
    if (!isfinite(psi)) return alf_op_fail(g->ctx, ALF_ERR_RANGE, "truncation psi is %g: expected a number", psi);

    alf_scope  *scope = alf_scope_open(g->ctx);
    alf_tensor *w = alf_mapping_forward(g->ctx, &g->mapping, z, c);
    alf_tensor *ws = alf_generator_repeat_w(g, w);
    int         moved = cutoff < 0 || cutoff > g->plan->num_ws ? g->plan->num_ws : cutoff;
    if (psi != 1 && moved > 0) {
        alf_tensor *avg = g->mapping.w_avg;
        alf_tensor *nearer = alf_add(g->ctx, avg, alf_scale_shift(g->ctx, alf_sub(g->ctx, w, avg), psi, 0));
        ws = alf_generator_mix(g, alf_generator_repeat_w(g, nearer), ws, moved);
    }
    return alf_scope_close(scope, ws);
}

/* True when ws is [N, num_ws, w_dim]. */
static bool check_ws(alf_generator *g, const char *name, alf_tensor *ws)
{
    char text[ALF_SHAPE_TEXT];
    if (!alf_op_input_ndim(g->ctx, name, ws, 3)) return false;
    if (ws->shape[1] == g->plan->num_ws && ws->shape[2] == g->plan->config.w_dim) return true;
    alf_fail(g->ctx, ALF_ERR_ARGUMENT, "%s has shape %s: expected [N, %d, %d]", name,
             alf_shape_text(3, ws->shape, text), g->plan->num_ws, g->plan->config.w_dim);
    return false;
}

alf_tensor *alf_generator_mix(alf_generator *g, alf_tensor *ws, alf_tensor *other, int from)
{
    const int total = g->plan->num_ws;
    if (!check_ws(g, "ws", ws) || !check_ws(g, "the other ws", other)) return alf_failed_tensor();
    if (from < 0) return alf_op_fail(g->ctx, ALF_ERR_RANGE, "style mixing from layer %d: expected 0 or more", from);
    if (from == 0) return other;
    if (from >= total) return ws;
    return alf_concat(g->ctx, alf_slice(g->ctx, ws, 1, 0, from), alf_slice(g->ctx, other, 1, from, total - from), 1);
}

alf_status alf_generator_update_w_avg(alf_generator *g, alf_tensor *ws)
{
    if (!check_ws(g, "ws", ws)) return alf_ctx_status(g->ctx);
    bool        was = alf_set_recording(g->ctx, false);
    alf_scope  *scope = alf_scope_open(g->ctx);
    alf_tensor *mean = alf_mean(g->ctx, alf_style_of(g->ctx, ws, 0), 1u << 0);
    alf_tensor_lerp(g->ctx, g->mapping.w_avg, mean, 1 - g->plan->config.w_avg_beta);
    alf_scope_close(scope, NULL);
    alf_set_recording(g->ctx, was);
    return alf_ctx_status(g->ctx);
}

/* --- synthesis --------------------------------------------------------------------------------------------------------- */

alf_synthesis_options alf_synthesis_options_default(void)
{
    return (alf_synthesis_options){.noise = ALF_NOISE_CONST};
}

alf_tensor *alf_generator_synthesize(alf_generator *g, alf_tensor *ws, const alf_synthesis_options *options)
{
    const alf_synthesis_options standard = alf_synthesis_options_default();
    if (!options) options = &standard;
    if (!check_ws(g, "ws", ws)) return alf_failed_tensor();
    if (options->transform && !alf_generator_has_transform(g))
        return alf_op_fail(g->ctx, ALF_ERR_UNSUPPORTED,
                           "this network has no input transform: its input is a learned constant, which cannot be "
                           "translated or rotated");
    if (options->noise != ALF_NOISE_CONST && options->noise != ALF_NOISE_RANDOM && options->noise != ALF_NOISE_NONE)
        return alf_op_fail(g->ctx, ALF_ERR_ARGUMENT, "noise mode %d: expected const, random or none",
                           (int)options->noise);
    if (options->transform && (options->transform[6] != 0 || options->transform[7] != 0 || options->transform[8] != 1))
        return alf_op_fail(g->ctx, ALF_ERR_RANGE, "the last row of the user transform is %g %g %g: expected 0 0 1",
                           options->transform[6], options->transform[7], options->transform[8]);
    for (int i = 0; options->transform && i < 6; i++)
        if (!isfinite(options->transform[i]))
            return alf_op_fail(g->ctx, ALF_ERR_RANGE, "element %d of the user transform is %g: expected a number", i,
                               options->transform[i]);
    alf_tensor *image = g->kind->forward(g->ctx, g->synthesis, ws, options);
    return alf_ctx_status(g->ctx) == ALF_OK ? image : alf_failed_tensor();
}

void alf_user_transform(double tx, double ty, double degrees, double inverse[9])
{
    /* the inverse of [[c, s, tx], [-s, c, ty], [0, 0, 1]] is [[c, -s, -c tx + s ty], [s, c, -s tx - c ty], ...] */
    const double angle = degrees / 360 * 2 * ALF_PI, c = cos(angle), s = sin(angle);
    const double m[9] = {c, -s, -c * tx + s * ty, s, c, -s * tx - c * ty, 0, 0, 1};
    memcpy(inverse, m, sizeof m);
}
