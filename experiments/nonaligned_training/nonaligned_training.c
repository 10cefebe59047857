/* What it costs to train on pictures that stand anywhere and at any angle instead of upright in the middle, and which
 * part of that variation the learned input transform takes over. */
#include <stdio.h>
#include <stdlib.h>

#include "nonaligned_training.h"

/* --- how much ------------------------------------------------------------------------------------------------------- */

static const training_budget BUDGETS[ALF_SCALES] = {
    {"T", 16, 256, 8, 0.064, 0.032, 0, 16, 64, 1, 4, {.eq_samples = 8, .swd_samples = 16, .spread_samples = 16}},
    {"C,T,R", 32, 512, 16, 2, 1, 1, 16, 1000, 1, 6, {64, 256, 256}},
    {"C,T,R", 32, 1024, 32, 40, 1, 4, 16, 8000, 5, 8, {128, 1024, 1024}},
};

static alf_status choose(experiment *e)
{
    int              places[RUNGS], rungs;
    const alf_status status = training_budget_choose(e->run, BUDGETS, "networks", &e->budget, places, &rungs);
    if (status != ALF_OK) return status;
    e->count = rungs * PLACEMENTS;
    for (int i = 0; i < e->count; i++) {
        course *c = &e->courses[i];
        c->place = places[i / PLACEMENTS];
        c->aligned = i % PLACEMENTS == 0;
        snprintf(c->label, sizeof c->label, "%s-%s", rung_name(c->place), c->aligned ? "aligned" : "nonaligned");
    }
    return ALF_OK;
}

/* --- data ----------------------------------------------------------------------------------------------------------- */

static alf_status make_data(experiment *e)
{
    alf_status status = training_budget_data(e->run, &e->budget, "nonaligned", false, &e->data[0]);
    if (status == ALF_OK) status = training_budget_data(e->run, &e->budget, "aligned", true, &e->data[1]);
    return status;
}

/* --- figures -------------------------------------------------------------------------------------------------------- */

static alf_status measure(experiment *e, course *c, const training_result *result)
{
    const training_set *data = &e->data[c->aligned];
    char                part[64];
    c->count = result->count + 1;
    c->network = result->list[result->count - 1].path;
    c->kimg = calloc((size_t)c->count, sizeof *c->kimg);
    c->figures = calloc((size_t)c->count, sizeof *c->figures);
    if (!c->kimg || !c->figures) return alf_fail(e->run->ctx, ALF_ERR_MEMORY, "out of memory for figures");
    snprintf(part, sizeof part, "%s-fresh", c->label);
    alf_status status = training_budget_figures(e->run, &e->budget, part, rung_name(c->place), data, &c->figures[0]);
    for (int i = 1; i < c->count && status == ALF_OK; i++) {
        const training_snapshot *s = &result->list[i - 1];
        c->kimg[i] = s->kimg;
        snprintf(part, sizeof part, "%s-%g", c->label, s->kimg);
        status = training_budget_figures(e->run, &e->budget, part, s->path, data, &c->figures[i]);
    }
    return status;
}

/* --- the study ------------------------------------------------------------------------------------------------------ */

static alf_status introduce(const experiment *e)
{
    const training_budget *b = &e->budget;
    return alf_study_markdown(
        e->run,
        "Each network is trained twice for %g kimg at %d pixels, on pictures that stand upright in the middle "
        "(aligned), and on the same pictures at a random place (standard deviation %g canvas widths in both "
        "directions) and angle (non-aligned), all of %g widths: %s. Batch %d, --cbase=%lld --cmax=%lld, z and w of 64 "
        "numbers, gamma %g, both learning rates 0.0025, x-flips, no augmentation, R's blur fades over %g kimg.\n\n"
        "EQ is 10 log10(4 / mean squared error) over %lld images, intervals are 95%% by bootstrap over transforms. "
        "SWD is the sliced Wasserstein distance to the network's own data set over %lld images, times 1000. From H on "
        "an affine map of w turns and moves the input: **turn** is the circular standard deviation of its angle over "
        "%lld latents, **shift** the root mean square distance of its translation from the mean, in image widths. "
        "A generator that left all of the data's variation to it would turn by any angle and shift by %.2f widths "
        "(pictures that would leave the canvas are placed again, so somewhat less).",
        b->kimg, b->resolution, TRAINING_SHIFT, TRAINING_SCALE, training_source_name(e->run), b->batch,
        (long long)b->channel_base, (long long)b->channel_max, alf_study_real(e->run, "gamma"), b->kimg * TRAINING_BLUR,
        (long long)b->effort.eq_samples, (long long)b->effort.swd_samples, (long long)b->effort.spread_samples,
        TRAINING_SHIFT * 1.41421356);
}

static alf_status report(const experiment *e)
{
    alf_status status = introduce(e);
    if (status == ALF_OK) status = report_table(e);
    if (status == ALF_OK) status = report_curves(e);
    return status == ALF_OK ? report_sheets(e) : status;
}

static alf_status train_and_report(experiment *e)
{
    training_job    jobs[MOST_RUNS];
    training_result results[MOST_RUNS];
    for (int i = 0; i < e->count; i++) {
        const course *c = &e->courses[i];
        jobs[i] = training_budget_job(e->run, &e->budget, c->label, c->place, &e->data[c->aligned]);
    }
    alf_status status = training_jobs_run(e->run, e->count, jobs, results);
    for (int i = 0; i < e->count && status == ALF_OK; i++) status = measure(e, &e->courses[i], &results[i]);
    if (status == ALF_OK) status = report(e);
    for (int i = 0; i < e->count; i++) {
        free(e->courses[i].kimg);
        free(e->courses[i].figures);
    }
    training_results_free(e->count, results);
    return status;
}

static alf_status run_study(alf_study_run *run)
{
    experiment *e = calloc(1, sizeof *e);
    if (!e) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for non-aligned training");
    e->run = run;
    alf_status status = choose(e);
    if (status == ALF_OK) status = make_data(e);
    if (status == ALF_OK) status = train_and_report(e);
    free(e);
    return status;
}

int main(int argc, char *argv[])
{
    static const alf_study_option options[] = {
        {"networks", "LIST", NULL, "rungs of the ladder between commas (default: C, T and R, for tiny T)",
         ALF_STUDY_TEXT, 0, 0},
        TRAINING_SOURCE_OPTION,
        TRAINING_KIMG_OPTION("how long each network is trained (default: 0.064, 2 or 40 by the scale)"),
        TRAINING_GAMMA_OPTION,
        {NULL, NULL, NULL, NULL, ALF_STUDY_TEXT, 0, 0}};
    static const alf_study study = {
        .name = "nonaligned_training",
        .title = "Training on pictures that are not aligned",
        .summary =
            "Networks trained on aligned and on non-aligned pictures: distance to the data and equivariance over "
            "training, and how much of the variation the learned input transform takes over.",
        .options = options,
        .run = run_study};
    return alf_study_main(argc, argv, &study);
}
