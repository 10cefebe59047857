/* The paper's ablation again, small: every rung of the ladder from StyleGAN2 to StyleGAN3 trained alike on pictures that
 * stand anywhere and at any angle, measured, and held against the paper's figures. */
#include <stdio.h>
#include <stdlib.h>

#include "ladder.h"

/* --- how much ------------------------------------------------------------------------------------------------------- */

static const training_budget BUDGETS[ALF_SCALES] = {
    {"B,T", 16, 256, 8, 0.064, 0, 0, 16, 64, 1, 4, {.eq_samples = 8, .swd_samples = 16, .spread_samples = 16}},
    {"A,B,C,D,E,F,G,H,T,R", 32, 512, 16, 0.4, 0, 0, 16, 1000, 1, 6, {64, 256, 256}},
    {"A,B,C,D,E,F,G,H,T,R", 32, 1024, 32, 20, 0, 0, 16, 8000, 5, 8, {256, 1024, 1024}},
};

static alf_status choose(experiment *e)
{
    int              places[RUNGS];
    const alf_status status = training_budget_choose(e->run, BUDGETS, "rungs", &e->budget, places, &e->count);
    if (status != ALF_OK) return status;
    e->budget.tick = e->budget.kimg < 4 ? e->budget.kimg / 2 : 1;
    for (int i = 0; i < e->count; i++) e->rungs[i].place = places[i];
    return ALF_OK;
}

/* --- figures -------------------------------------------------------------------------------------------------------- */

static alf_status measure(experiment *e, rung *r)
{
    const char *name = rung_name(r->place);
    char        part[32];
    snprintf(part, sizeof part, "%s-fresh", name);
    alf_status status = training_budget_figures(e->run, &e->budget, part, name, &e->data, &r->fresh);
    if (status != ALF_OK) return status;
    snprintf(part, sizeof part, "%s-trained", name);
    return training_budget_figures(e->run, &e->budget, part, r->network, &e->data, &r->trained);
}

/* --- the study ------------------------------------------------------------------------------------------------------ */

static alf_status introduce(const experiment *e)
{
    const training_budget *b = &e->budget;
    return alf_study_markdown(
        e->run,
        "Every rung is trained for %g kimg at %d pixels: batch %d, --cbase=%lld --cmax=%lld, z and w of 64 numbers, "
        "gamma %g, both learning rates 0.0025, x-flips, no augmentation, R's blur fades over %g kimg. Data: %s, each "
        "of %g canvas widths, at a "
        "random place (standard deviation %g widths in both directions) and angle, in the place of FFHQ-U. The paper "
        "trained on 25,000 kimg of 256 pixels, so its figures are not to be met; the order of the rungs is.\n\n"
        "EQ is 10 log10(4 / mean squared error) over %lld images, with a 95%% interval by bootstrap over transforms. "
        "Relative EQ has the variance of the image in place of 4. SWD is the sliced Wasserstein distance to the data "
        "set over %lld images, times 1000; the paper's FID is another measure and only its order compares. A has a "
        "learned constant as input, which cannot be moved.",
        b->kimg, b->resolution, b->batch, (long long)b->channel_base, (long long)b->channel_max,
        alf_study_real(e->run, "gamma"), b->kimg * TRAINING_BLUR, training_source_name(e->run), TRAINING_SCALE,
        TRAINING_SHIFT, (long long)b->effort.eq_samples, (long long)b->effort.swd_samples);
}

static alf_status report(const experiment *e)
{
    alf_status status = introduce(e);
    if (status == ALF_OK) status = report_table(e);
    if (status == ALF_OK) status = report_order(e);
    if (status == ALF_OK) status = report_plots(e);
    return status == ALF_OK ? report_sheet(e) : status;
}

static alf_status train_and_report(experiment *e)
{
    training_job    jobs[RUNGS];
    training_result results[RUNGS];
    for (int i = 0; i < e->count; i++) {
        const int place = e->rungs[i].place;
        jobs[i] = training_budget_job(e->run, &e->budget, rung_name(place), place, &e->data);
    }
    alf_status status = training_jobs_run(e->run, e->count, jobs, results);
    for (int i = 0; i < e->count && status == ALF_OK; i++) {
        e->rungs[i].network = results[i].list[results[i].count - 1].path;
        status = measure(e, &e->rungs[i]);
    }
    if (status == ALF_OK) status = report(e);
    training_results_free(e->count, results);
    return status;
}

static alf_status run_study(alf_study_run *run)
{
    experiment *e = calloc(1, sizeof *e);
    if (!e) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for the ladder");
    e->run = run;
    alf_status status = choose(e);
    if (status == ALF_OK) status = training_budget_data(e->run, &e->budget, "nonaligned", false, &e->data);
    if (status == ALF_OK) status = train_and_report(e);
    free(e);
    return status;
}

int main(int argc, char *argv[])
{
    static const alf_study_option options[] = {
        {"rungs", "LIST", NULL, "rungs of the ladder between commas (default: all ten, for tiny B and T)",
         ALF_STUDY_TEXT, 0, 0},
        TRAINING_SOURCE_OPTION,
        TRAINING_KIMG_OPTION("how long each rung is trained (default: 0.064, 0.4 or 20 by the scale)"),
        TRAINING_GAMMA_OPTION,
        {NULL, NULL, NULL, NULL, ALF_STUDY_TEXT, 0, 0}};
    static const alf_study study = {
        .name = "ladder",
        .title = "The ladder from StyleGAN2 to StyleGAN3",
        .summary = "Each rung trained alike: how equivariant it is, fresh and trained, how far from the data, beside "
                   "the figures of the paper, and whether the rungs come in the paper's order.",
        .options = options,
        .run = run_study};
    return alf_study_main(argc, argv, &study);
}
