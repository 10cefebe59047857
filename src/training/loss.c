/* The losses: non-saturating logistic (Goodfellow et al. 2014), R1 (Mescheder et al. 2018), path length (Karras et al.
 * 2020). Each function is one term of one micro-batch. */
#include "training/loss.h"

#include <math.h>

#include "training/gradients.h"

#define ALL_DIMS(x) ((1u << alf_tensor_ndim(x)) - 1)

/* --- reports ------------------------------------------------------------------------------------------------------------ */

/* The elements of x on the host, for alf_mem_free(); NULL with the error recorded. */
static double *values_of(alf_ctx *ctx, alf_tensor *x)
{
    double *values = alf_mem_alloc(ctx, (size_t)alf_tensor_count(x), sizeof *values);
    if (values && alf_tensor_read(ctx, x, values) == ALF_OK) return values;
    alf_mem_free(values);
    return NULL;
}

/* Adds a value per image to a statistic. */
static void report_values(alf_pass *p, alf_loss_statistic statistic, int64_t count, const double values[])
{
    for (int64_t i = 0; i < count; i++) alf_moments_add(&p->tally->losses[statistic], values[i]);
    if (p->observer->fn) p->observer->fn(p->observer->user, alf_loss_statistic_name(statistic), count, values);
}

static void report(alf_pass *p, alf_loss_statistic statistic, alf_tensor *x)
{
    double *values = values_of(p->ctx, x);
    if (values) report_values(p, statistic, alf_tensor_count(x), values);
    alf_mem_free(values);
}

static void report_scores(alf_pass *p, bool real, alf_tensor *logits)
{
    const int64_t count = alf_tensor_count(logits);
    double       *values = values_of(p->ctx, logits);
    if (!values) return;
    report_values(p, real ? ALF_SCORES_REAL : ALF_SCORES_FAKE, count, values);
    for (int64_t i = 0; i < count; i++) values[i] = (values[i] > 0) - (values[i] < 0);
    report_values(p, real ? ALF_SIGNS_REAL : ALF_SIGNS_FAKE, count, values);
    alf_mem_free(values);
}

/* --- gradients ---------------------------------------------------------------------------------------------------------- */

/* A parameter may not be reached by a gradient on two grounds. In a derivative of the network a bias before a leaky ReLU
 * acts through the slope alone, which is piecewise constant: its gradient is zero, and the optimiser takes a step with
 * that. The very last bias does not act at all: the optimiser passes it over. */
static bool acts(alf_phase_kind kind, const alf_param *parameter)
{
    return !(parameter->output_bias && (kind == ALF_DREG || kind == ALF_GREG));
}

/* Adds the gradient of the mean of `losses`, times the phase's interval, and counts the loss. */
static void descend(alf_pass *p, alf_tensor *losses)
{
    alf_ctx    *ctx = p->ctx;
    const int   count = p->adam->count;
    double      value = 0;
    alf_tensor *mean = alf_mean(ctx, losses, ALL_DIMS(losses));
    alf_tensor *loss = alf_scale_shift(ctx, mean, p->phase.interval, 0);
    if (alf_tensor_read(ctx, loss, &value) != ALF_OK) return;
    p->tally->loss += value;
    alf_tensor **found = alf_mem_zalloc(ctx, (size_t)count, sizeof(alf_tensor *));
    if (found && count > 0 && alf_grad(ctx, 1, &loss, NULL, count, p->adam->parameters, false, found) == ALF_OK)
        for (int i = 0; i < count; i++) alf_accumulate(ctx, &p->gradients[i], found[i]);
    alf_mem_free(found);
}

/* Zeros where a gradient is zero but not recorded. */
static void complete(alf_pass *p)
{
    for (int i = 0; i < p->adam->count && alf_ctx_status(p->ctx) == ALF_OK; i++) {
        const alf_tensor *x = p->adam->parameters[i];
        if (!p->gradients[i] && acts(p->phase.kind, p->adam->declared[i]))
            alf_accumulate(p->ctx, &p->gradients[i], alf_tensor_full(p->ctx, x->ndim, x->shape, 0));
    }
}

/* --- the networks -------------------------------------------------------------------------------------------------------- */

/* A tensor [count, size] of values that fn writes. */
static alf_tensor *filled(alf_pass *p, int64_t count, int64_t size, alf_status (*fn)(alf_pass *, int64_t, double *))
{
    double     *values = alf_mem_alloc(p->ctx, (size_t)(count * size), sizeof *values);
    alf_tensor *x = alf_failed_tensor();
    if (values && fn(p, count, values) == ALF_OK) x = alf_tensor_from_f64(p->ctx, 2, (int64_t[]){count, size}, values);
    alf_mem_free(values);
    return x;
}

static alf_draw draw_of(const alf_pass *p, int64_t count)
{
    return (alf_draw){.phase = p->draw.phase, .position = p->draw.position, .count = count};
}

static alf_status main_latents(alf_pass *p, int64_t count, double *z)
{
    const alf_draw draw = draw_of(p, count);
    return p->inputs->latents(p->inputs->user, p->ctx, &draw, ALF_LATENTS_MAIN, z);
}

static alf_status mixed_latents(alf_pass *p, int64_t count, double *z)
{
    const alf_draw draw = draw_of(p, count);
    return p->inputs->latents(p->inputs->user, p->ctx, &draw, ALF_LATENTS_MIXED, z);
}

static alf_status fake_labels(alf_pass *p, int64_t count, double *c)
{
    const alf_draw draw = draw_of(p, count);
    return p->inputs->labels(p->inputs->user, p->ctx, &draw, c);
}

/* Labels for generated images [count, c_dim]; NULL in unconditional networks. */
static alf_tensor *labels_of(alf_pass *p, int64_t count)
{
    const int c_dim = p->options->generator.c_dim;
    return c_dim ? filled(p, count, c_dim, fake_labels) : NULL;
}

/* Styles ws [count, num_ws, w_dim], mixed: layers from a random one on take those of other latents. */
static alf_tensor *styles(alf_pass *p, int64_t count, alf_tensor *c, bool update)
{
    const int64_t  z_dim = p->options->generator.z_dim;
    const int      num_ws = alf_generator_plan(p->g)->num_ws;
    const alf_draw draw = draw_of(p, count);
    alf_tensor    *ws = alf_generator_map(p->g, filled(p, count, z_dim, main_latents), c, 1, -1);
    if (update && alf_generator_update_w_avg(p->g, ws) != ALF_OK) return alf_failed_tensor();
    const int from = p->inputs->mixing(p->inputs->user, &draw, num_ws);
    if (from >= num_ws) return ws;
    alf_tensor *other = alf_generator_map(p->g, filled(p, count, z_dim, mixed_latents), c, 1, -1);
    return alf_generator_mix(p->g, ws, other, from);
}

/* ws -> images [count, channels, R, R] */
static alf_tensor *synthesize(alf_pass *p, alf_tensor *ws, bool update)
{
    alf_synthesis_options options = alf_synthesis_options_default();
    options.noise = ALF_NOISE_RANDOM;
    options.noise_seed = p->inputs->noise_seed(p->inputs->user, &p->draw);
    options.update_magnitudes = update;
    return alf_generator_synthesize(p->g, ws, &options);
}

/* Logits [N, 1] of what the discriminator sees: images, blurred, then augmented. Each phase augments generated and real
 * images by streams of their own. */
static alf_tensor *scores(alf_pass *p, alf_tensor *images, alf_tensor *c, bool real)
{
    if (p->blur) images = alf_upfirdn2d(p->ctx, images, p->blur);
    if (p->augment_p > 0) {
        const alf_augment_draws draws = {
            .seed = p->options->seed, .index = (uint32_t)(2 * p->draw.phase + real), .first = p->draw.position};
        images = alf_augment(p->ctx, &p->options->augment, images, p->augment_p, &draws);
    }
    alf_tensor *logits = alf_discriminator_logits(p->d, images, c);
    report_scores(p, real, logits);
    return logits;
}

static alf_tensor *negative(alf_ctx *ctx, alf_tensor *x)
{
    return alf_scale_shift(ctx, x, -1, 0);
}

/* --- the generator's phases ---------------------------------------------------------------------------------------------- */

/* softplus(-D(G(z))) */
static void generator_main(alf_pass *p)
{
    alf_tensor *c = labels_of(p, p->draw.count);
    alf_tensor *images = synthesize(p, styles(p, p->draw.count, c, false), false);
    alf_tensor *loss = alf_softplus(p->ctx, negative(p->ctx, scores(p, images, c, false)));
    report(p, ALF_G_LOSS, loss);
    descend(p, loss);
}

static alf_tensor *path_noise(alf_pass *p, const alf_tensor *images)
{
    const alf_draw draw = draw_of(p, images->shape[0]);
    double        *values = alf_mem_alloc(p->ctx, (size_t)images->count, sizeof *values);
    alf_tensor    *noise = alf_failed_tensor();
    if (values && p->inputs->path_noise(p->inputs->user, p->ctx, &draw, images->count, values) == ALF_OK)
        noise = alf_tensor_from_f64(p->ctx, images->ndim, images->shape, values);
    alf_mem_free(values);
    return alf_scale_shift(p->ctx, noise, 1 / sqrt((double)(images->shape[2] * images->shape[3])), 0);
}

/* |J^T noise| for each image [N, 1, 1], J the derivative of the image by its styles: the root of the mean over layers
 * of squared lengths. */
static alf_tensor *path_lengths(alf_pass *p, alf_tensor *ws, alf_tensor *images)
{
    alf_ctx *ctx = p->ctx;
    if (alf_tensor_failed(images)) return images;
    alf_tensor *noise = path_noise(p, images), *slope;
    if (alf_grad(ctx, 1, &images, &noise, 1, &ws, true, &slope) != ALF_OK) return alf_failed_tensor();
    alf_tensor *squares = alf_sum(ctx, alf_square(ctx, slope), 1u << 2); /* [N, num_ws, 1] */
    return alf_sqrt(ctx, alf_mean(ctx, squares, 1u << 1));
}

/* pl_weight (length - m)^2, where m is the moving mean with these lengths in it. */
static void path_length(alf_pass *p)
{
    const alf_training_options *o = p->options;
    alf_ctx                    *ctx = p->ctx;
    const int64_t               count = p->draw.count / o->pl_batch_shrink;
    alf_tensor                 *ws = styles(p, count, labels_of(p, count), false);
    alf_tensor                 *lengths = path_lengths(p, ws, synthesize(p, ws, false));
    alf_tensor                 *mean = alf_mean(ctx, lengths, ALL_DIMS(lengths));
    mean = alf_scale_shift(ctx, mean, o->pl_decay, (1 - o->pl_decay) * p->pl_mean);
    alf_tensor *penalty = alf_square(ctx, alf_sub(ctx, lengths, mean));
    alf_tensor *loss = alf_scale_shift(ctx, penalty, o->pl_weight, 0);
    if (alf_tensor_read(ctx, mean, &p->tally->pl_mean) != ALF_OK) return;
    report(p, ALF_PL_PENALTY, penalty);
    report(p, ALF_G_REG, loss);
    descend(p, loss);
}

/* --- the discriminator's phases ------------------------------------------------------------------------------------------- */

/* softplus(D(G(z))) + softplus(-D(real)), each with its own way back: the first record is gone before the second
 * begins. The generator's averages move here. */
static void discriminator_main(alf_pass *p)
{
    alf_ctx    *ctx = p->ctx;
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *c = labels_of(p, p->draw.count);
    alf_tensor *images = synthesize(p, styles(p, p->draw.count, c, true), true);
    alf_tensor *fake = alf_softplus(ctx, scores(p, images, c, false));
    descend(p, fake);
    fake = alf_scope_close(scope, alf_detach(ctx, fake));

    alf_tensor *real = alf_softplus(ctx, negative(ctx, scores(p, p->reals, p->real_labels, true)));
    descend(p, real);
    report(p, ALF_D_LOSS, alf_add(ctx, fake, alf_detach(ctx, real)));
}

/* gamma / 2 |dD(x)/dx|^2 at real images x */
static void r1(alf_pass *p)
{
    alf_ctx    *ctx = p->ctx;
    alf_tensor *x = alf_variable(ctx, p->reals), *slope;
    alf_tensor *logits = scores(p, x, p->real_labels, true);
    if (alf_grad(ctx, 1, &logits, NULL, 1, &x, true, &slope) != ALF_OK) return;
    alf_tensor *penalty = alf_sum(ctx, alf_square(ctx, slope), 1u << 1 | 1u << 2 | 1u << 3);
    alf_tensor *loss = alf_scale_shift(ctx, penalty, p->options->r1_gamma / 2, 0);
    report(p, ALF_R1_PENALTY, penalty);
    report(p, ALF_D_REG, loss);
    descend(p, loss);
}

/* One term, whose tensors are gone afterwards. */
static void run(alf_pass *p, void (*term)(alf_pass *p))
{
    alf_scope *scope = alf_scope_open(p->ctx);
    if (alf_ctx_status(p->ctx) == ALF_OK) term(p);
    alf_scope_close(scope, NULL);
}

alf_status alf_loss_run(alf_pass *pass)
{
    const alf_phase_kind kind = pass->phase.kind;
    pass->tally->pl_mean = pass->pl_mean;
    if (kind == ALF_GMAIN || kind == ALF_GBOTH) run(pass, generator_main);
    if (kind == ALF_GREG || (kind == ALF_GBOTH && pass->options->pl_weight > 0)) run(pass, path_length);
    if (kind == ALF_DMAIN) run(pass, discriminator_main);
    if (kind == ALF_DREG) run(pass, r1);
    run(pass, complete);
    return alf_ctx_status(pass->ctx);
}
