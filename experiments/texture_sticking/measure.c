/* The numbers of a network: shares along a translation, over velocities, EQ-T; each kept as a finished part. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/eq_figures.h"
#include "texture_sticking.h"

/* --- settings ------------------------------------------------------------------------------------------------------- */

alf_sticking_options sticking_options(const alf_study_run *run, const network *n)
{
    enum { LEAST_WAY = 32 };
    const budget        *b = budget_of(run->scale);
    alf_sticking_options o = alf_sticking_options_default();
    o.velocity = b->velocity;
    o.span = fmax(0.5, LEAST_WAY / (double)n->subject.size);
    o.rows = b->slices;
    o.seeds = n->row ? b->row_seeds : b->seeds;
    o.seed = run->seed;
    o.class_index = 0;
    return o;
}

/* From which frequencies on shares are taken: the chosen one, then those of the curve. */
static void fill_k_min(const alf_study_run *run, double k_min[K_COUNT])
{
    k_min[0] = alf_study_real(run, "k-min");
    for (int i = 1; i < K_COUNT; i++) k_min[i] = 0.1 + 0.05 * i;
}

static json_t *settings_of(const network *n, const alf_sticking_options *o, const double k_min[K_COUNT])
{
    return json_pack("{s:s, s:f, s:f, s:f, s:i, s:I, s:f, s:f, s:o}", "network", n->subject.digest, "velocity",
                     o->velocity, "span", o->span, "margin", o->margin, "rows", o->rows, "seeds", (json_int_t)o->seeds,
                     "beta_space", o->beta_space, "beta_time", o->beta_time, "k_min", alf_part_numbers(K_COUNT, k_min));
}

/* --- results as numbers --------------------------------------------------------------------------------------------- */

enum { REALS = 12, FIELDS = 16 };

/* One way for both directions: numbers[i] is the field, or the field becomes numbers[i]. */
static void exchange(alf_sticking_result *r, double numbers[FIELDS], bool read)
{
    double *const  reals[] = {&r->k_min,        &r->stuck,          &r->low,   &r->high,   &r->carried,   &r->rest,
                              &r->chance_stuck, &r->chance_carried, &r->k_low, &r->k_high, &r->energy_db, &r->stuck_db};
    int64_t *const wholes[] = {&r->frames, &r->length, &r->slices, &r->flat};
    _Static_assert(sizeof reals / sizeof reals[0] == REALS && sizeof wholes / sizeof wholes[0] == FIELDS - REALS,
                   "one number for each field");
    for (int i = 0; i < FIELDS; i++) {
        double *real = i < REALS ? reals[i] : NULL;
        if (read && real)
            *real = numbers[i];
        else if (read)
            *wholes[i - REALS] = (int64_t)numbers[i];
        else
            numbers[i] = real ? *real : (double)*wholes[i - REALS];
    }
}

static json_t *to_json(int count, alf_sticking_result results[])
{
    double numbers[FIELDS * (K_COUNT > MOST_VELOCITIES ? K_COUNT : MOST_VELOCITIES)];
    for (int i = 0; i < count; i++) exchange(&results[i], numbers + i * FIELDS, false);
    return alf_part_numbers(count * FIELDS, numbers);
}

static alf_status from_json(alf_ctx *ctx, const json_t *part, int count, alf_sticking_result results[])
{
    double     numbers[FIELDS * (K_COUNT > MOST_VELOCITIES ? K_COUNT : MOST_VELOCITIES)];
    alf_status status = alf_part_read(ctx, part, "shares", count * FIELDS, numbers);
    for (int i = 0; i < count && status == ALF_OK; i++) exchange(&results[i], numbers + i * FIELDS, true);
    return status;
}

/* --- shares and EQ-T ------------------------------------------------------------------------------------------------ */

static alf_status measure_eqt(alf_study_run *run, network *n)
{
    alf_equivariance_result  results[2];
    alf_equivariance_options options = alf_equivariance_options_default();
    options.seed = run->seed;
    options.class_index = 0;
    const alf_status status =
        eq_figures_measure(n->subject.generator, 2, budget_of(run->scale)->eq_samples, &options, results);
    for (int i = 0; i < 2 && status == ALF_OK; i++) {
        const double figures[4] = {results[i].db, results[i].low, results[i].high, results[i].relative_db};
        memcpy(i == 0 ? n->eqt : n->eqt_frac, figures, sizeof figures);
    }
    return status;
}

static alf_status make_shares(alf_study_run *run, void *user, json_t **result)
{
    network                   *n = user;
    const alf_sticking_options o = sticking_options(run, n);
    double                     k_min[K_COUNT];
    fill_k_min(run, k_min);
    alf_status status = alf_measure_sticking(n->subject.generator, &o, K_COUNT, k_min, n->shares, n->spectrum);
    if (status == ALF_OK) status = measure_eqt(run, n);
    if (status != ALF_OK) return status;
    *result = json_pack("{s:o, s:o, s:o, s:o}", "shares", to_json(K_COUNT, n->shares), "spectrum",
                        alf_part_numbers(n->frames * n->frequencies, n->spectrum), "eqt", alf_part_numbers(4, n->eqt),
                        "eqt_frac", alf_part_numbers(4, n->eqt_frac));
    return *result ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for the shares of %s", n->subject.label);
}

/* Sizes of the spectrum, and room for it. */
static alf_status prepare(alf_study_run *run, network *n)
{
    const alf_sticking_options o = sticking_options(run, n);
    alf_sticking_spec          spec;
    alf_sticking              *s = NULL;
    alf_status                 status = alf_sticking_spec_of(run->ctx, &o, n->subject.size, &spec);
    if (status == ALF_OK) status = alf_sticking_create(run->ctx, &spec, &s);
    if (status != ALF_OK) return status;
    n->frames = spec.frames;
    n->frequencies = alf_sticking_frequencies(s);
    n->k_step = alf_sticking_frequency(s, 1);
    alf_sticking_destroy(s);
    n->spectrum = calloc((size_t)(n->frames * n->frequencies), sizeof *n->spectrum);
    return n->spectrum ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for a spectrum");
}

/* Shares along the translation, EQ-T beside them, the spectrum. */
static alf_status measure_shares(alf_study_run *run, network *n)
{
    const alf_sticking_options o = sticking_options(run, n);
    double                     k_min[K_COUNT];
    char                       name[96];
    json_t                    *part = NULL;
    alf_status                 status = prepare(run, n);
    fill_k_min(run, k_min);
    snprintf(name, sizeof name, "%s%s-shares", n->row ? "row-" : "", n->subject.label);
    if (status == ALF_OK) status = alf_study_part(run, name, settings_of(n, &o, k_min), make_shares, n, &part);
    if (status == ALF_OK) status = from_json(run->ctx, part, K_COUNT, n->shares);
    if (status == ALF_OK) status = alf_part_read(run->ctx, part, "spectrum", n->frames * n->frequencies, n->spectrum);
    if (status == ALF_OK) status = alf_part_read(run->ctx, part, "eqt", 4, n->eqt);
    if (status == ALF_OK) status = alf_part_read(run->ctx, part, "eqt_frac", 4, n->eqt_frac);
    json_decref(part);
    return status;
}

/* --- over velocities ------------------------------------------------------------------------------------------------ */

static alf_status make_velocities(alf_study_run *run, void *user, json_t **result)
{
    network             *n = user;
    const budget        *b = budget_of(run->scale);
    alf_sticking_options o = sticking_options(run, n);
    const double         k_min = alf_study_real(run, "k-min");
    alf_status           status = ALF_OK;
    o.seeds = b->sweep_seeds;
    for (int i = 0; i < n->velocity_count && status == ALF_OK; i++) {
        o.velocity = b->velocities[i];
        n->over_velocity[i] = n->shares[0]; /* at the velocity of the tables it is known */
        if (o.velocity != b->velocity)
            status = alf_measure_sticking(n->subject.generator, &o, 1, &k_min, &n->over_velocity[i], NULL);
    }
    if (status != ALF_OK) return status;
    *result = json_pack("{s:o}", "shares", to_json(n->velocity_count, n->over_velocity));
    return *result ? ALF_OK : alf_fail(run->ctx, ALF_ERR_MEMORY, "no memory for the shares of %s", n->subject.label);
}

static alf_status measure_velocities(alf_study_run *run, network *n)
{
    const budget        *b = budget_of(run->scale);
    alf_sticking_options o = sticking_options(run, n);
    double               k_min[K_COUNT];
    char                 name[96];
    json_t              *part = NULL;
    while (n->velocity_count < MOST_VELOCITIES && b->velocities[n->velocity_count] > 0) n->velocity_count++;
    fill_k_min(run, k_min);
    o.seeds = b->sweep_seeds;
    snprintf(name, sizeof name, "%s-velocities", n->subject.label);
    alf_status status = alf_study_part(run, name, settings_of(n, &o, k_min), make_velocities, n, &part);
    if (status == ALF_OK) status = from_json(run->ctx, part, n->velocity_count, n->over_velocity);
    json_decref(part);
    return status;
}

/* --- everything ----------------------------------------------------------------------------------------------------- */

static void forget(network *n)
{
    const double none = (double)NAN;
    double       numbers[FIELDS] = {0};
    for (int i = 0; i < REALS; i++) numbers[i] = none;
    for (int i = 0; i < K_COUNT; i++) exchange(&n->shares[i], numbers, true);
    for (int i = 0; i < 4; i++) n->eqt[i] = n->eqt_frac[i] = none;
    n->kept = none;
}

alf_status network_measure(alf_study_run *run, network *n)
{
    alf_status status = ALF_OK;
    forget(n);
    n->moves = alf_generator_has_transform(n->subject.generator);
    if (n->moves) status = measure_shares(run, n);
    if (n->row) return status;
    if (n->moves && status == ALF_OK) status = measure_velocities(run, n);
    return status == ALF_OK ? measure_pictures(run, n) : status;
}

void network_close(network *n)
{
    free(n->spectrum);
    free(n->centres);
    free(n->means);
    free(n->walk);
    free(n->shifted);
}
