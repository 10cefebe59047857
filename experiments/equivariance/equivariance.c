/* Networks x transforms: how equivariant each is to translation and rotation, in which layer it is lost, which frequencies
 * carry the error, and what that looks like. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "equivariance.h"

/* --- which networks ------------------------------------------------------------------------------------------------- */

/* The networks that the project carries, where it is run from its folder, and fresh rungs; at the tiny scale rungs alone.
 * Free with free(). */
static alf_status default_networks(const alf_study_run *run, char **out)
{
    if (run->scale != ALF_SCALE_TINY) return subjects_pretrained(run->ctx, "B,C,D,E,F,G,H,T,R", out);
    *out = strdup("B,E,T,R");
    return *out ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for a list of networks");
}

/* Those with a transform; the others are named, and an error when none remains. */
static alf_status choose(experiment *e, int count, const subject subjects[])
{
    alf_ctx   *ctx = e->run->ctx;
    alf_status status = ALF_OK;
    for (int i = 0; i < count && status == ALF_OK; i++) {
        if (subject_demand_transform(&subjects[i]) != ALF_OK) {
            if (e->count == 0 && i == count - 1) return alf_ctx_status(ctx);
            alf_study_say(e->run, "left out: %s", alf_ctx_message(ctx));
            status = alf_study_markdown(e->run, "Left out: %s, whose input cannot be moved.", subjects[i].label);
            alf_ctx_clear_error(ctx);
            continue;
        }
        network_open(e->run, &subjects[i], &e->networks[e->count++]);
    }
    return status;
}

static alf_status describe(const experiment *e)
{
    static const alf_table_column columns[] = {{"network", "network", 0},
                                               {"pixels", "resolution", 0},
                                               {"parameters", "parameters", 0},
                                               {"layers", "layers", 0}};
    alf_table                    *table;
    alf_status                    status = alf_table_create(e->run->ctx, 4, columns, &table);
    if (status != ALF_OK) return status;
    for (int i = 0; i < e->count && status == ALF_OK; i++) {
        const network       *n = &e->networks[i];
        const alf_plan      *plan = alf_generator_plan(n->subject->generator);
        const alf_table_cell cells[] = {alf_cell_text(n->subject->label), alf_cell_number((double)n->subject->size),
                                        alf_cell_number((double)plan->num_parameters),
                                        alf_cell_number(plan->num_layers)};
        status = alf_table_add(e->run->ctx, table, cells);
    }
    if (status == ALF_OK) status = alf_study_table(e->run, "networks", table);
    alf_table_destroy(table);
    return status;
}

/* --- the study ------------------------------------------------------------------------------------------------------ */

static alf_status measure_and_report(experiment *e)
{
    alf_status status = ALF_OK;
    for (int i = 0; i < e->count && status == ALF_OK; i++) status = network_measure(e->run, &e->networks[i]);
    if (status == ALF_OK) status = describe(e);
    if (status == ALF_OK) status = report_sweeps(e);
    if (status == ALF_OK) status = report_layers(e);
    if (status == ALF_OK) status = report_bands(e);
    if (status == ALF_OK) status = report_pictures(e);
    if (status == ALF_OK) status = report_arrays(e);
    return status;
}

static alf_status run_study(alf_study_run *run)
{
    const char    *given = alf_study_text(run, "networks");
    char          *defaults = NULL;
    subjects_fresh fresh = budget_of(run->scale)->fresh;
    experiment     e = {.run = run};
    subject       *subjects = NULL;
    int            count = 0;
    fresh.seed = run->seed;
    alf_status status = given ? ALF_OK : default_networks(run, &defaults);
    if (status == ALF_OK)
        status =
            alf_study_check_options(run, subjects_open(run->ctx, given ? given : defaults, &fresh, &count, &subjects));
    free(defaults);
    if (status != ALF_OK) return status;
    e.networks = calloc((size_t)count, sizeof *e.networks);
    status =
        e.networks ? choose(&e, count, subjects) : alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for networks");
    if (status == ALF_OK) status = measure_and_report(&e);
    for (int i = 0; i < e.count; i++) network_close(&e.networks[i]);
    free(e.networks);
    subjects_close(count, subjects);
    return status;
}

int main(int argc, char *argv[])
{
    static const alf_study_option options[] = {
        {"networks", "LIST", NULL,
         "files and rungs of the ladder between commas (default: those of "
         "experiments/pretrained, and fresh rungs B to R; tiny: fresh B, E, T, R)",
         ALF_STUDY_TEXT, 0, 0},
        {NULL, NULL, NULL, NULL, ALF_STUDY_TEXT, 0, 0}};
    static const alf_study study = {
        .name = "equivariance",
        .title = "Equivariance to translation and rotation",
        .summary = "How equivariant networks are to sub-pixel translation and to rotation, in which of their layers "
                   "equivariance is lost, and which frequencies carry the error.",
        .options = options,
        .run = run_study};
    return alf_study_main(argc, argv, &study);
}
