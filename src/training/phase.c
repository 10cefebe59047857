/* One phase: this rank's micro-batches forward and back, sums over all ranks, a step of the optimiser. */
#include <math.h>

#include "aliasfree/machine.h"
#include "tensor/tensor.h"
#include "training/blur.h"
#include "training/gradients.h"
#include "training/trainer.h"

/* What a phase works with. */
typedef struct {
    alf_trainer  *t;
    alf_phase     phase;
    int           index;
    alf_adam     *adam;
    alf_upfirdn  *blur;
    alf_gradients gradients;
    alf_tensor  **set;     /* gradients of the micro-batch at hand, one for each parameter */
    alf_tally    *tallies; /* one for each local micro-batch                               */
} phase_job;

/* With one micro-batch the averages inside of the generator are right as they come. */
static bool joins_averages(const phase_job *job)
{
    return job->phase.kind == ALF_DMAIN && job->t->micro_batches > 1;
}

static int64_t position_of(const alf_trainer *t, int local)
{
    const int64_t micro_batch = (int64_t)t->comm.rank * t->local + local;
    return alf_trainer_images(t) + micro_batch * t->options.batch_gpu;
}

/* --- real images --------------------------------------------------------------------------------------------------------- */

static alf_status read_reals(alf_trainer *t, int local)
{
    alf_ctx      *ctx = t->ctx;
    const int64_t n = t->options.batch_gpu, size = t->options.discriminator.img_resolution;
    const int64_t shape[4] = {n, t->options.discriminator.img_channels, size, size};
    const int64_t c_dim = t->options.discriminator.c_dim;
    double       *images = alf_mem_alloc(ctx, (size_t)(n * shape[1] * size * size), sizeof *images);
    double       *labels = alf_mem_alloc(ctx, (size_t)(n * c_dim), sizeof *labels);
    alf_status    status = images && labels ? ALF_OK : ALF_ERR_MEMORY;
    if (status == ALF_OK)
        status = t->inputs.reals(t->inputs.user, ctx, position_of(t, local), n, images, c_dim > 0 ? labels : NULL);
    if (status == ALF_OK) {
        alf_scope *scope = alf_scope_open(ctx);
        t->reals[local] = alf_tensor_retain(alf_tensor_from_f64(ctx, 4, shape, images));
        if (c_dim > 0)
            t->real_labels[local] = alf_tensor_retain(alf_tensor_from_f64(ctx, 2, (int64_t[]){n, c_dim}, labels));
        alf_scope_close(scope, NULL);
        status = alf_ctx_status(ctx);
    }
    alf_mem_free(images);
    alf_mem_free(labels);
    return status;
}

/* --- one micro-batch ------------------------------------------------------------------------------------------------------ */

static alf_status run_micro_batch(phase_job *job, int local)
{
    alf_trainer *t = job->t;
    const bool   wants_reals = !alf_phase_trains_generator(job->phase.kind);
    alf_status   status = wants_reals && !t->reals[local] ? read_reals(t, local) : ALF_OK;
    if (status != ALF_OK) return status;
    alf_pass pass = {.ctx = t->ctx,
                     .options = &t->options,
                     .inputs = &t->inputs,
                     .observer = &t->observer,
                     .g = t->g,
                     .d = t->d,
                     .blur = job->blur,
                     .augment_p = t->augment_p,
                     .phase = job->phase,
                     .draw = {job->index, position_of(t, local), t->options.batch_gpu},
                     .reals = t->reals[local],
                     .real_labels = t->real_labels[local],
                     .pl_mean = t->pl_mean,
                     .adam = job->adam,
                     .gradients = job->set,
                     .tally = &job->tallies[local]};
    status = alf_loss_run(&pass);
    alf_gradients_add(&job->gradients, job->set);
    return status;
}

/* --- the whole batch ------------------------------------------------------------------------------------------------------ */

/* Takes over what the losses reported, the same on every rank. */
static alf_status gather(phase_job *job)
{
    enum { NUMBERS = sizeof(alf_tally) / sizeof(double) };
    alf_trainer *t = job->t;
    alf_tally    total;
    alf_status   status =
        alf_chain_sum(t->ctx, &t->comm, t->local, NUMBERS, (const double *)job->tallies, (double *)&total);
    if (status != ALF_OK) return status;
    if (!isfinite(total.loss))
        return alf_fail(t->ctx, ALF_ERR_RANGE, "the loss of phase %s in iteration %lld is %g: expected a number",
                        alf_phase_name(job->phase.kind), (long long)t->iterations, total.loss / t->micro_batches);
    t->pl_mean = total.pl_mean / t->micro_batches;
    for (int i = 0; i < ALF_LOSS_STATISTICS; i++) alf_moments_merge(&t->statistics.losses[i], &total.losses[i]);
    alf_moments_merge(&t->ada, &total.losses[ALF_SIGNS_REAL]);
    return ALF_OK;
}

static alf_status run_batch(phase_job *job)
{
    alf_trainer *t = job->t;
    alf_status   status = joins_averages(job) ? alf_moving_begin(&t->moving) : ALF_OK;
    for (int i = 0; i < t->local && status == ALF_OK; i++) {
        status = run_micro_batch(job, i);
        if (status == ALF_OK && joins_averages(job)) status = alf_moving_next(&t->moving);
    }
    if (status == ALF_OK) status = gather(job);
    if (status == ALF_OK && joins_averages(job)) status = alf_moving_end(&t->moving, &t->comm, t->micro_batches);
    if (status == ALF_OK) status = alf_gradients_finish(&job->gradients, t->micro_batches);
    if (status == ALF_OK) alf_adam_step_all(job->adam, job->gradients.held);
    return status == ALF_OK ? alf_ctx_status(t->ctx) : status;
}

static void require_gradients(alf_trainer *t, alf_phase_kind kind, bool on)
{
    if (alf_phase_trains_generator(kind))
        alf_generator_require_gradients(t->g, on);
    else
        alf_discriminator_require_gradients(t->d, on);
}

alf_status alf_trainer_run_phase(alf_trainer *t, int index)
{
    alf_ctx     *ctx = t->ctx;
    const double start = alf_machine_seconds();
    phase_job    job = {.t = t, .phase = t->phases[index], .index = index};
    job.adam = alf_phase_trains_generator(job.phase.kind) ? &t->g_adam : &t->d_adam;
    job.set = alf_mem_zalloc(ctx, (size_t)job.adam->count, sizeof(alf_tensor *));
    job.tallies = alf_mem_zalloc(ctx, (size_t)t->local, sizeof *job.tallies);
    t->running = job.phase.kind;

    alf_status status = job.set && job.tallies ? ALF_OK : ALF_ERR_MEMORY;
    if (status == ALF_OK) status = alf_gradients_start(ctx, &t->comm, job.adam->count, t->local, &job.gradients);
    if (status == ALF_OK)
        status = alf_blur_create(ctx, &t->options, alf_trainer_images(t), t->options.discriminator.img_resolution,
                                 &job.blur);
    require_gradients(t, job.phase.kind, true);
    if (status == ALF_OK) status = run_batch(&job);
    require_gradients(t, job.phase.kind, false);

    for (int i = 0; job.set && i < job.adam->count; i++) alf_tensor_release(job.set[i]);
    alf_upfirdn_destroy(job.blur);
    alf_gradients_clear(&job.gradients);
    alf_mem_free(job.set);
    alf_mem_free(job.tallies);
    if (status == ALF_OK) alf_moments_add(&t->statistics.seconds[job.phase.kind], alf_machine_seconds() - start);
    return status;
}
