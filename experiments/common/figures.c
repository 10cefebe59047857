/* Measuring a network once: the figures are kept as a finished part. */
#include "common/figures.h"

#include <math.h>
#include <stdlib.h>

#include "common/eq_figures.h"

typedef struct {
    const subject          *subject;
    const training_set     *data;
    const measuring_effort *effort;
} task;

/* --- figures as numbers --------------------------------------------------------------------------------------------- */

enum { PER_EQ = 4, OTHERS = 4, COUNT = OTHERS + ALF_EQ_KINDS * PER_EQ };

/* Where figure i stands. */
static double *place_of(network_figures *f, int i)
{
    double *const others[OTHERS] = {&f->parameters, &f->swd, &f->turn, &f->shift};
    const int     kind = (i - OTHERS) / PER_EQ;
    if (i < OTHERS) return others[i];
    double *const parts[PER_EQ] = {&f->eq[kind].db, &f->eq[kind].low, &f->eq[kind].high, &f->eq[kind].relative};
    return parts[(i - OTHERS) % PER_EQ];
}

/* --- measuring ------------------------------------------------------------------------------------------------------ */

static alf_status measure_equivariance(const alf_study_run *run, const task *t, network_figures *f)
{
    alf_equivariance_result  results[ALF_EQ_KINDS];
    alf_equivariance_options options = alf_equivariance_options_default();
    options.seed = run->seed;
    alf_status status =
        eq_figures_measure(t->subject->generator, ALF_EQ_KINDS, t->effort->eq_samples, &options, results);
    for (int k = 0; k < ALF_EQ_KINDS && status == ALF_OK; k++) {
        f->eq[k].db = results[k].db;
        f->eq[k].low = results[k].low;
        f->eq[k].high = results[k].high;
        f->eq[k].relative = results[k].relative_db;
    }
    return status;
}

static alf_status measure_distance(const alf_study_run *run, const task *t, network_figures *f)
{
    alf_dataset_options data_options = alf_dataset_options_default();
    alf_swd_options     options = alf_swd_options_default();
    alf_swd_result      result;
    alf_dataset        *data;
    options.seed = data_options.seed = run->seed;
    alf_status status = alf_dataset_open(run->ctx, t->data->path, &data_options, &data);
    if (status != ALF_OK) return status;
    status = alf_measure_swd(t->subject->generator, data, t->effort->swd_samples, &options, &result);
    alf_dataset_destroy(data);
    if (status == ALF_OK) f->swd = result.mean;
    return status;
}

static alf_status make(alf_study_run *run, void *user, json_t **result)
{
    const task     *t = user;
    network_figures f;
    double          numbers[COUNT];
    for (int i = 0; i < COUNT; i++) *place_of(&f, i) = NAN;
    alf_generator *g = t->subject->generator;
    f.parameters = (double)alf_generator_plan(g)->num_parameters;
    alf_status status = transform_spread(g, t->effort->spread_samples, (uint32_t)run->seed, &f.turn, &f.shift);
    if (status == ALF_OK && t->data) status = measure_distance(run, t, &f);
    if (status == ALF_OK && alf_generator_has_transform(g)) status = measure_equivariance(run, t, &f);
    if (status != ALF_OK) return status;
    for (int i = 0; i < COUNT; i++) numbers[i] = *place_of(&f, i);
    *result = json_pack("{s:o}", "figures", alf_part_numbers(COUNT, numbers));
    return *result ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for figures");
}

static alf_status figures_of(alf_study_run *run, const char *part, const subject *s, const training_set *data,
                             const measuring_effort *effort, network_figures *out)
{
    const task t = {s, data, effort};
    double     numbers[COUNT];
    json_t    *result,
        *settings = json_pack("{s:s, s:s, s:I, s:I, s:I}", "network", s->digest, "data", data ? data->digest : "",
                              "eq_samples", (json_int_t)effort->eq_samples, "swd_samples",
                              (json_int_t)effort->swd_samples, "spread_samples", (json_int_t)effort->spread_samples);
    if (!settings) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for the settings of a measurement");
    alf_status status = alf_study_part(run, part, settings, make, (void *)&t, &result);
    if (status != ALF_OK) return status;
    status = alf_part_read(run->ctx, result, "figures", COUNT, numbers);
    json_decref(result);
    for (int i = 0; i < COUNT && status == ALF_OK; i++) *place_of(out, i) = numbers[i];
    return status;
}

alf_status network_figures_of(alf_study_run *run, const char *part, const char *network, const subjects_fresh *fresh,
                              const training_set *data, const measuring_effort *effort, network_figures *out)
{
    subject   *s = NULL;
    int        count = 0;
    alf_status status = subjects_open(run->ctx, network, fresh, &count, &s);
    if (status == ALF_OK) status = figures_of(run, part, s, data, effort, out);
    subjects_close(count, s);
    return status;
}
