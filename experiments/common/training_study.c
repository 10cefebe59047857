/* From a budget and the options of a run to data sets, jobs and figures. */
#include "common/training_study.h"

alf_status training_budget_choose(alf_study_run *run, const training_budget budgets[ALF_SCALES], const char *option,
                                  training_budget *out, int places[RUNGS], int *count)
{
    *out = budgets[run->scale];
    if (alf_study_given(run, "kimg")) out->kimg = alf_study_real(run, "kimg");
    return alf_study_check_options(run, rungs_choose(run, option, out->rungs, places, count));
}

alf_status training_budget_data(alf_study_run *run, const training_budget *b, const char *label, bool aligned,
                                training_set *out)
{
    const training_data data = {.label = label,
                                .source = alf_study_text(run, "source"),
                                .count = b->pictures,
                                .copies = b->copies,
                                .aligned = aligned,
                                .resolution = b->resolution};
    return training_data_make(run, &data, out);
}

const char *training_source_name(const alf_study_run *run)
{
    return alf_study_given(run, "source") ? "the given pictures" : "procedural shapes";
}

/* The published blur fades over some hundred kimg, which the trainings here do not get past: over a part of them. 0: the
 * rung has none. */
static double blur_fade_of(const alf_study_run *run, const training_budget *b, const char *cfg)
{
    alf_training_options o;
    if (alf_training_options_named(run->ctx, cfg, b->resolution, b->batch, b->channel_base, b->channel_max, &o) !=
        ALF_OK) {
        alf_ctx_clear_error(run->ctx); /* the training itself will say it */
        return 0;
    }
    return o.blur_init_sigma > 0 ? b->kimg * TRAINING_BLUR : 0;
}

training_job training_budget_job(const alf_study_run *run, const training_budget *b, const char *label, int place,
                                 const training_set *data)
{
    training_job job = {.cfg = rung_name(place),
                        .data = data,
                        .kimg = b->kimg,
                        .tick = b->tick,
                        .snap = b->snap,
                        .batch = b->batch,
                        .channel_base = b->channel_base,
                        .channel_max = b->channel_max,
                        .z_dim = SUBJECT_LATENT,
                        .gamma = alf_study_real(run, "gamma"),
                        .rate = 0.0025,
                        .blur_fade = blur_fade_of(run, b, rung_name(place))};
    snprintf(job.label, sizeof job.label, "%s", label);
    return job;
}

alf_status training_budget_figures(alf_study_run *run, const training_budget *b, const char *part, const char *network,
                                   const training_set *data, network_figures *out)
{
    const subjects_fresh fresh = {b->resolution, b->channel_base, b->channel_max, run->seed};
    return network_figures_of(run, part, network, &fresh, data, &b->effort, out);
}
