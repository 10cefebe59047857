/* Texture sticking of a generator: slices of its images along a translation, their shares, and intervals over images. */
#include <math.h>
#include <string.h>

#include "aliasfree/machine.h"
#include "core/core.h"
#include "metrics/bootstrap.h"
#include "metrics/draw.h"
#include "metrics/limits.h"
#include "metrics/movement.h"

enum { AXES = 2, MOST_ROWS = 4096 };

/* Less of a slice's energy, as part of its image's variance, is rounding. */
static const double FLAT = 1e-10;

/* Shares of one image: means over its slices that count. */
typedef struct {
    double  stuck, carried;
    int64_t slices;
} image_shares;

typedef struct {
    alf_generator              *g;
    const alf_sticking_options *options;
    int                         count;
    const double               *k_min;
    alf_sticking_result        *results;
    double                     *spectrum; /* [frames, frequencies] sums over slices; NULL: nobody asks */
    alf_sticking_spec           spec;
    alf_sticking               *sticking;
    int64_t                     size, channels, margin, frequencies;
    double                     *image;    /* [channels, size, size]                        */
    double                     *slices;   /* [rows, channels, frames, length], of one axis */
    double                     *energies; /* [3, frequencies] of one slice: stuck, carried, all */
    double                     *power;    /* [frames, frequencies] of one slice; NULL      */
    double                     *energy;   /* [count, 2] sums over slices relative to the variance: all, stuck */
    image_shares               *shares;   /* [count, seeds]                                */
} run;

alf_sticking_options alf_sticking_options_default(void)
{
    const alf_sticking_spec spec = alf_sticking_spec_default();
    return (alf_sticking_options){.velocity = 0.25,
                                  .span = 0.5,
                                  .margin = 0.0625,
                                  .rows = 16,
                                  .seeds = 16,
                                  .class_index = -1,
                                  .beta_space = spec.beta_space,
                                  .beta_time = spec.beta_time};
}

/* --- settings ----------------------------------------------------------------------------------------------------------- */

static int64_t margin_of(const alf_sticking_options *o, int64_t size)
{
    return (int64_t)rint(o->margin * (double)size);
}

alf_status alf_sticking_spec_of(alf_ctx *ctx, const alf_sticking_options *o, int64_t size, alf_sticking_spec *out)
{
    if (!o || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_sticking_spec_of: options or out is NULL");
    if (!(o->velocity > 0 && o->velocity <= 65536))
        return alf_fail(ctx, ALF_ERR_RANGE, "sticking: velocity is %g, expected pixels per frame above 0", o->velocity);
    if (!(o->span > 0 && o->span <= 16))
        return alf_fail(ctx, ALF_ERR_RANGE, "sticking: span is %g, expected image widths above 0, at most 16", o->span);
    if (!(o->margin >= 0 && o->margin <= 0.375))
        return alf_fail(ctx, ALF_ERR_RANGE, "sticking: margin is %g, expected 0 to 0.375", o->margin);
    const double frames = rint(o->span * (double)size / o->velocity);
    if (!(frames >= 4 && frames <= 65536))
        return alf_fail(ctx, ALF_ERR_RANGE, "sticking: %g frames of %g pixels, expected 4 to 65536 frames", frames,
                        o->velocity);
    *out = (alf_sticking_spec){.frames = (int64_t)frames,
                               .length = size - 2 * margin_of(o, size),
                               .velocity = o->velocity,
                               .beta_space = o->beta_space,
                               .beta_time = o->beta_time};
    return ALF_OK;
}

static alf_status check(alf_generator *g, const alf_sticking_options *o, int count, const double k_min[],
                        const alf_sticking_result results[])
{
    alf_ctx   *ctx = alf_generator_ctx(g);
    alf_status status = alf_demand_transform(g, "texture sticking along a translation");
    if (status != ALF_OK) return status;
    if (count < 1 || !k_min || !results)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "%d values of k_min: expected at least 1, and room for results", count);
    for (int i = 0; i < count; i++)
        if (!(k_min[i] >= 0 && k_min[i] <= 0.5))
            return alf_fail(ctx, ALF_ERR_RANGE, "sticking: k_min is %g, expected 0 to 0.5 cycles per pixel", k_min[i]);
    if (o->seeds < 1 || o->seeds > ALF_MOST_METRIC_SAMPLES)
        return alf_fail(ctx, ALF_ERR_RANGE, "sticking: seeds is %lld, expected 1 to %d", (long long)o->seeds,
                        ALF_MOST_METRIC_SAMPLES);
    if (o->rows < 1 || o->rows > MOST_ROWS)
        return alf_fail(ctx, ALF_ERR_RANGE, "sticking: rows is %d, expected 1 to %d", o->rows, MOST_ROWS);
    return alf_demand_class(g, o->class_index);
}

/* There must be something to measure: what energies are does not matter for that. */
static alf_status check_frequencies(const run *r)
{
    for (int i = 0; i < r->count; i++) {
        const alf_sticking_shares s =
            alf_sticking_share(r->sticking, r->k_min[i], r->energies, r->energies, r->energies);
        if (s.frequencies == 0)
            return alf_fail(alf_generator_ctx(r->g), ALF_ERR_RANGE,
                            "sticking: %lld frames of %g pixels tell what is carried from what sticks at no spatial "
                            "frequency from k_min %g to 0.5 cycles per pixel: a longer way is needed",
                            (long long)r->spec.frames, r->spec.velocity, r->k_min[i]);
    }
    return ALF_OK;
}

/* --- slices of one image and axis --------------------------------------------------------------------------------------- */

static int64_t rows_of(const run *r)
{
    return r->options->rows < r->spec.length ? r->options->rows : r->spec.length;
}

/* Where slice `row` runs: across the axis, pixels from the border. */
static int64_t place_of(const run *r, int64_t row)
{
    return r->margin + (2 * row + 1) * r->spec.length / (2 * rows_of(r));
}

static void copy_slices(const run *r, int axis, int64_t frame)
{
    const int64_t n = r->size, length = r->spec.length;
    for (int64_t row = 0; row < rows_of(r); row++)
        for (int64_t c = 0; c < r->channels; c++) {
            double       *to = r->slices + ((row * r->channels + c) * r->spec.frames + frame) * length;
            const double *plane = r->image + c * n * n;
            for (int64_t i = 0; i < length; i++) {
                const int64_t along = r->margin + i, across = place_of(r, row);
                to[i] = axis == 0 ? plane[across * n + along] : plane[along * n + across];
            }
        }
}

/* All frames along one axis; before the first of them `done` of all were there. */
static alf_status film(const run *r, alf_tensor *ws, int axis, int64_t done)
{
    alf_ctx   *ctx = alf_generator_ctx(r->g);
    alf_status status = ALF_OK;
    for (int64_t t = 0; t < r->spec.frames && status == ALF_OK; t++) {
        const double       way = (double)(t - r->spec.frames / 2) * r->spec.velocity / (double)r->size;
        const alf_movement movement =
            alf_movement_of(ALF_EQT_FRAC, axis == 0 ? way : 0, axis == 0 ? 0 : way, 0, r->size);
        double     inverse[9];
        alf_scope *scope = alf_scope_open(ctx);
        alf_movement_inverse(&movement, inverse);
        status = alf_tensor_read(ctx, alf_synthesize_moved(r->g, ws, inverse, NULL, NULL), r->image);
        alf_scope_close(scope, NULL);
        if (status == ALF_OK)
            status = alf_demand_finite(ctx, "texture sticking", "the image", r->channels * r->size * r->size, r->image);
        if (status == ALF_OK) copy_slices(r, axis, t);
        if (status == ALF_OK)
            status = alf_progress(ctx, "sticking", done + t + 1, r->options->seeds * AXES * r->spec.frames);
    }
    return status;
}

/* --- shares ------------------------------------------------------------------------------------------------------------- */

/* Mean over channels of the variance of all slices. */
static double variance_of(const run *r)
{
    const int64_t count = r->spec.frames * r->spec.length;
    double        variance = 0;
    for (int64_t p = 0; p < rows_of(r) * r->channels; p++) {
        double sum = 0, squares = 0;
        for (int64_t i = 0; i < count; i++) sum += r->slices[p * count + i];
        const double mean = sum / (double)count;
        for (int64_t i = 0; i < count; i++) squares += pow(r->slices[p * count + i] - mean, 2);
        variance += squares / (double)count;
    }
    return variance / (double)(rows_of(r) * r->channels);
}

/* Of the slice whose energies are at hand; energies are sums over channels. */
static void add_shares(run *r, int64_t image, double variance)
{
    const double *stuck = r->energies, *carried = stuck + r->frequencies, *all = carried + r->frequencies;
    for (int i = 0; i < r->count; i++) {
        const alf_sticking_shares s = alf_sticking_share(r->sticking, r->k_min[i], stuck, carried, all);
        image_shares             *to = &r->shares[i * r->options->seeds + image];
        if (!(s.energy > FLAT * variance * (double)r->channels)) {
            r->results[i].flat++;
            continue;
        }
        to->stuck += s.stuck;
        to->carried += s.carried;
        to->slices++;
        const double part = s.energy / (variance * (double)r->channels);
        r->energy[2 * i] += part;
        r->energy[2 * i + 1] += s.stuck * part;
        if (i == 0 && r->power)
            for (int64_t j = 0; j < r->spec.frames * r->frequencies; j++) r->spectrum[j] += r->power[j] / s.energy;
    }
}

static alf_status measure_axis(run *r, alf_tensor *ws, int64_t image, int axis)
{
    alf_ctx      *ctx = alf_generator_ctx(r->g);
    const int64_t count = r->channels * r->spec.frames * r->spec.length, f = r->frequencies;
    alf_status    status = film(r, ws, axis, (AXES * image + axis) * r->spec.frames);
    if (status != ALF_OK) return status;
    const double variance = variance_of(r);
    for (int64_t row = 0; row < rows_of(r) && status == ALF_OK; row++) {
        double *e = r->energies;
        memset(e, 0, (size_t)(3 * f) * sizeof *e);
        if (r->power) memset(r->power, 0, (size_t)(r->spec.frames * f) * sizeof *r->power);
        status =
            alf_sticking_add(ctx, r->sticking, r->channels, r->slices + row * count, e, e + f, e + 2 * f, r->power);
        if (status == ALF_OK) add_shares(r, image, variance);
    }
    return status;
}

static alf_status measure_images(run *r)
{
    alf_ctx   *ctx = alf_generator_ctx(r->g);
    alf_status status = alf_progress(ctx, "sticking", 0, r->options->seeds * AXES * r->spec.frames);
    for (int64_t image = 0; image < r->options->seeds && status == ALF_OK; image++) {
        alf_scope  *scope = alf_scope_open(ctx);
        alf_tensor *ws = alf_draw_styles(r->g, r->options->seed, r->options->class_index, image, 1);
        for (int axis = 0; axis < AXES && status == ALF_OK; axis++) status = measure_axis(r, ws, image, axis);
        alf_scope_close(scope, NULL);
    }
    return status;
}

/* --- results ------------------------------------------------------------------------------------------------------------ */

/* Means of images that have slices, moved to the front of `stuck`; returns their number. */
static int64_t gather_images(const run *r, int index, double stuck[], double *carried)
{
    int64_t images = 0;
    *carried = 0;
    for (int64_t i = 0; i < r->options->seeds; i++) {
        const image_shares *s = &r->shares[index * r->options->seeds + i];
        if (s->slices == 0) continue;
        stuck[images++] = s->stuck / (double)s->slices;
        *carried += s->carried / (double)s->slices;
    }
    return images;
}

/* `stuck` has room for all seeds. */
static void fill_result(const run *r, int index, double stuck[])
{
    alf_sticking_result      *out = &r->results[index];
    const alf_sticking_shares chance =
        alf_sticking_share(r->sticking, r->k_min[index], r->energies, r->energies, r->energies);
    double        sum = 0, carried;
    const int64_t images = gather_images(r, index, stuck, &carried);
    for (int64_t i = 0; i < images; i++) sum += stuck[i];
    for (int64_t i = 0; i < r->options->seeds; i++) out->slices += r->shares[index * r->options->seeds + i].slices;
    out->k_min = r->k_min[index];
    out->stuck = images ? sum / (double)images : (double)NAN;
    out->carried = images ? carried / (double)images : (double)NAN;
    out->rest = 1 - out->stuck - out->carried; /* NaN stays NaN */
    alf_mean_interval(images, stuck, r->options->seed, &out->low, &out->high);
    out->chance_stuck = chance.chance_stuck;
    out->chance_carried = chance.chance_carried;
    out->k_low = chance.k_low;
    out->k_high = chance.k_high;
    out->energy_db = 10 * log10(r->energy[2 * index] / (double)out->slices);
    out->stuck_db = 10 * log10(r->energy[2 * index + 1] / (double)out->slices);
    out->frames = r->spec.frames;
    out->length = r->spec.length;
}

/* --- the whole ---------------------------------------------------------------------------------------------------------- */

static alf_status prepare(run *r, bool with_spectrum)
{
    alf_ctx   *ctx = alf_generator_ctx(r->g);
    int64_t    slices;
    alf_status status = alf_sticking_spec_of(ctx, r->options, r->size, &r->spec);
    if (status == ALF_OK) status = alf_sticking_create(ctx, &r->spec, &r->sticking);
    if (status != ALF_OK) return status;
    r->margin = margin_of(r->options, r->size);
    r->frequencies = alf_sticking_frequencies(r->sticking);
    if (!alf_mul_i64(rows_of(r) * r->channels, r->spec.frames * r->spec.length, &slices))
        return alf_fail(ctx, ALF_ERR_RANGE, "sticking: slices are too large");
    const size_t count = (size_t)r->count, bins = (size_t)(r->spec.frames * r->frequencies);
    r->image = alf_mem_alloc(ctx, (size_t)(r->channels * r->size * r->size), sizeof *r->image);
    r->slices = alf_mem_alloc(ctx, (size_t)slices, sizeof *r->slices);
    r->energies = alf_mem_zalloc(ctx, 3 * (size_t)r->frequencies, sizeof *r->energies);
    r->energy = alf_mem_zalloc(ctx, 2 * count, sizeof *r->energy);
    r->shares = alf_mem_zalloc(ctx, count * (size_t)r->options->seeds, sizeof *r->shares);
    r->results = alf_mem_zalloc(ctx, count, sizeof *r->results);
    if (!r->image || !r->slices || !r->energies || !r->energy || !r->shares || !r->results) return ALF_ERR_MEMORY;
    if (with_spectrum) {
        r->power = alf_mem_alloc(ctx, bins, sizeof *r->power);
        r->spectrum = alf_mem_zalloc(ctx, bins, sizeof *r->spectrum);
        if (!r->power || !r->spectrum) return ALF_ERR_MEMORY;
    }
    return check_frequencies(r);
}

static void release(run *r)
{
    alf_sticking_destroy(r->sticking);
    void *const blocks[] = {r->image, r->slices, r->energies, r->energy, r->shares, r->results, r->power, r->spectrum};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) alf_mem_free(blocks[i]);
}

/* What was asked for, now that all of it is there. `stuck` has room for all seeds. */
static void give(run *r, double seconds, double stuck[], alf_sticking_result results[], double *spectrum)
{
    for (int i = 0; i < r->count; i++) {
        fill_result(r, i, stuck);
        results[i] = r->results[i];
        results[i].seconds = seconds;
    }
    for (int64_t i = 0; spectrum && i < r->spec.frames * r->frequencies; i++)
        spectrum[i] = r->results[0].slices ? r->spectrum[i] / (double)r->results[0].slices : 0;
}

alf_status alf_measure_sticking(alf_generator *g, const alf_sticking_options *options, int count, const double k_min[],
                                alf_sticking_result results[], double *spectrum)
{
    const alf_sticking_options  standard = alf_sticking_options_default();
    const alf_sticking_options *o = options ? options : &standard;
    const alf_config           *config = &alf_generator_plan(g)->config;
    const double                start = alf_machine_seconds();
    alf_status                  status = check(g, o, count, k_min, results);
    if (status != ALF_OK) return status;

    run r = {.g = g,
             .options = o,
             .count = count,
             .k_min = k_min,
             .size = config->img_resolution,
             .channels = config->img_channels};
    status = prepare(&r, spectrum != NULL);
    double *stuck = status == ALF_OK ? alf_mem_alloc(alf_generator_ctx(g), (size_t)o->seeds, sizeof *stuck) : NULL;
    if (status == ALF_OK) status = stuck ? measure_images(&r) : ALF_ERR_MEMORY;
    if (status == ALF_OK) give(&r, alf_machine_seconds() - start, stuck, results, spectrum);
    alf_mem_free(stuck);
    release(&r);
    return status;
}
