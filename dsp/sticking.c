/* Texture sticking: the spectrum of pixel slices over space and time, taken apart into what is carried along, what stays,
 * and the rest. */
#include <math.h>
#include <string.h>

#include "aliasfree/fir.h"
#include "aliasfree/sticking.h"
#include "core/core.h"
#include "fft.h"
#include "maths.h"

struct alf_sticking {
    alf_sticking_spec spec;
    int64_t           width, half; /* of a slice after the difference; width/2 + 1                   */
    double            lobe_space, lobe_time;
    double           *window_space; /* [width]                                                        */
    double           *window_time;  /* [frames]                                                       */
    double           *gain;         /* [half] of an energy: undoes the difference, scales to the mean square */
    double           *slice;        /* [frames, width]                                                */
    fftw_complex     *spectrum;     /* [frames, half]                                                 */
    fftw_plan         plan;
};

alf_sticking_spec alf_sticking_spec_default(void)
{
    return (alf_sticking_spec){.frames = 128, .length = 64, .velocity = 0.25, .beta_space = 8, .beta_time = 6};
}

/* --- where the lines are ---------------------------------------------------------------------------------------------- */

/* Distance of two temporal frequencies, which repeat with the frame rate. */
static double distance(double a, double b)
{
    return fabs(remainder(a - b, 1.0));
}

int64_t alf_sticking_frequencies(const alf_sticking *s)
{
    return s->half;
}

double alf_sticking_frequency(const alf_sticking *s, int64_t i)
{
    return (double)i / (double)s->width;
}

/* Half-width of the carried line: a frequency k shows at k +- lobe_space, each with the velocity of its own place. */
static double carried_lobe(const alf_sticking *s)
{
    return s->lobe_time + fabs(s->spec.velocity) * s->lobe_space;
}

/* Distance of temporal frequency w from the carried line at k. Next to half a cycle per pixel the main lobe of -k is
 * there too, at k - 1. */
static double from_carried(const alf_sticking *s, double k, double w)
{
    double d = distance(w, -s->spec.velocity * k);
    return k > 0.5 - s->lobe_space ? fmin(d, distance(w, -s->spec.velocity * (k - 1))) : d;
}

static bool on_stuck(const alf_sticking *s, double w)
{
    return distance(w, 0) <= s->lobe_time;
}

static bool on_carried(const alf_sticking *s, double k, double w)
{
    return from_carried(s, k, w) <= carried_lobe(s);
}

bool alf_sticking_separated(const alf_sticking *s, int64_t i)
{
    return i > 0 && from_carried(s, alf_sticking_frequency(s, i), 0) > s->lobe_time + carried_lobe(s);
}

/* --- creation ----------------------------------------------------------------------------------------------------------- */

static alf_status check_spec(alf_ctx *ctx, const alf_sticking_spec *spec)
{
    const struct {
        const char *name;
        int64_t     value, least;
    } sizes[] = {{"frames", spec->frames, 4}, {"length", spec->length, 8}};
    const struct {
        const char *name;
        double      value;
    } betas[] = {{"beta_space", spec->beta_space}, {"beta_time", spec->beta_time}};
    for (int i = 0; i < 2; i++) {
        if (sizes[i].value < sizes[i].least || sizes[i].value > 65536)
            return alf_fail(ctx, ALF_ERR_RANGE, "sticking: %s is %lld, expected %lld to 65536", sizes[i].name,
                            (long long)sizes[i].value, (long long)sizes[i].least);
        if (!(betas[i].value >= 0 && betas[i].value <= 40))
            return alf_fail(ctx, ALF_ERR_RANGE, "sticking: %s is %g, expected 0 to 40", betas[i].name, betas[i].value);
    }
    if (!isfinite(spec->velocity) || spec->velocity == 0 || fabs(spec->velocity) > 65536)
        return alf_fail(ctx, ALF_ERR_RANGE, "sticking: velocity is %g, expected pixels per frame, not 0",
                        spec->velocity);
    return ALF_OK;
}

static void fill_window(int64_t count, double beta, double window[])
{
    double squares = 0;
    alf_kaiser_window((int)count, beta, window);
    for (int64_t i = 0; i < count; i++) squares += window[i] * window[i];
    for (int64_t i = 0; i < count; i++) window[i] /= sqrt(squares);
}

/* Half-width of the main lobe, from its maximum to the first zero. */
static double main_lobe(int64_t count, double beta)
{
    return sqrt(1 + beta / ALF_PI * (beta / ALF_PI)) / (double)count;
}

static void fill_gain(alf_sticking *s)
{
    const double points = (double)s->spec.frames * (double)s->width;
    s->gain[0] = 0;
    for (int64_t i = 1; i < s->half; i++) {
        const double difference = 2 - 2 * cos(2 * ALF_PI * alf_sticking_frequency(s, i));
        const double twice = 2 * i == s->width ? 1 : 2; /* k and -k */
        s->gain[i] = twice / (points * difference * difference);
    }
}

static alf_status prepare(alf_ctx *ctx, alf_sticking *s)
{
    const int64_t frames = s->spec.frames;
    const int     n[2] = {(int)frames, (int)s->width};
    s->window_space = alf_mem_alloc(ctx, (size_t)s->width, sizeof *s->window_space);
    s->window_time = alf_mem_alloc(ctx, (size_t)frames, sizeof *s->window_time);
    s->gain = alf_mem_alloc(ctx, (size_t)s->half, sizeof *s->gain);
    s->slice = alf_mem_alloc(ctx, (size_t)(frames * s->width), sizeof *s->slice);
    s->spectrum = alf_mem_alloc(ctx, (size_t)(frames * s->half), sizeof *s->spectrum);
    if (!s->window_space || !s->window_time || !s->gain || !s->slice || !s->spectrum) return ALF_ERR_MEMORY;
    fill_window(s->width, s->spec.beta_space, s->window_space);
    fill_window(frames, s->spec.beta_time, s->window_time);
    fill_gain(s);
    s->plan = alf_fft_plan_r2c(ctx, 2, n, s->slice, s->spectrum);
    return s->plan ? ALF_OK : ALF_ERR_MEMORY;
}

alf_status alf_sticking_create(alf_ctx *ctx, const alf_sticking_spec *spec, alf_sticking **out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!spec || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_sticking_create: spec or out is NULL");
    alf_status status = check_spec(ctx, spec);
    if (status != ALF_OK) return status;
    alf_sticking *s = alf_mem_zalloc(ctx, 1, sizeof *s);
    if (!s) return ALF_ERR_MEMORY;
    s->spec = *spec;
    s->width = spec->length - 2;
    s->half = s->width / 2 + 1;
    s->lobe_space = main_lobe(s->width, spec->beta_space);
    s->lobe_time = main_lobe(spec->frames, spec->beta_time);
    status = prepare(ctx, s);
    if (status == ALF_OK)
        *out = s;
    else
        alf_sticking_destroy(s);
    return status;
}

void alf_sticking_destroy(alf_sticking *s)
{
    if (!s) return;
    alf_fft_destroy(s->plan);
    alf_mem_free(s->window_space);
    alf_mem_free(s->window_time);
    alf_mem_free(s->gain);
    alf_mem_free(s->slice);
    alf_mem_free(s->spectrum);
    alf_mem_free(s);
}

/* --- energies ----------------------------------------------------------------------------------------------------------- */

static void transform(alf_sticking *s, const double *x)
{
    for (int64_t t = 0; t < s->spec.frames; t++) {
        const double *row = x + t * s->spec.length;
        for (int64_t i = 0; i < s->width; i++)
            s->slice[t * s->width + i] =
                (row[i] - 2 * row[i + 1] + row[i + 2]) * s->window_space[i] * s->window_time[t];
    }
    fftw_execute(s->plan);
}

/* Temporal frequency of a row of FFTW's, in [-1/2, 1/2). */
static double temporal(const alf_sticking *s, int64_t row)
{
    const int64_t frames = s->spec.frames;
    return (double)(row < frames - frames / 2 ? row : row - frames) / (double)frames;
}

static void sort_energies(const alf_sticking *s, double stuck[], double carried[], double all[], double *power)
{
    const int64_t frames = s->spec.frames;
    for (int64_t row = 0; row < frames; row++) {
        const double        w = temporal(s, row);
        const bool          still = on_stuck(s, w);
        fftw_complex *const line = s->spectrum + row * s->half;
        for (int64_t i = 0; i < s->half; i++) {
            const double energy = s->gain[i] * (line[i][0] * line[i][0] + line[i][1] * line[i][1]);
            all[i] += energy;
            if (still) stuck[i] += energy;
            if (on_carried(s, alf_sticking_frequency(s, i), w)) carried[i] += energy;
            if (power) power[(row + frames / 2) % frames * s->half + i] += energy;
        }
    }
}

alf_status alf_sticking_add(alf_ctx *ctx, alf_sticking *s, int64_t planes, const double *x, double stuck[],
                            double carried[], double all[], double *power)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!s || !x || !stuck || !carried || !all)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_sticking_add: sticking, x or an array of energies is NULL");
    if (planes < 0)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_sticking_add: planes is %lld, expected 0 or more", (long long)planes);
    for (int64_t p = 0; p < planes; p++) {
        transform(s, x + p * s->spec.frames * s->spec.length);
        sort_energies(s, stuck, carried, all, power);
    }
    return ALF_OK;
}

/* --- shares ------------------------------------------------------------------------------------------------------------- */

/* Parts of the frame rate that lie on either line at frequency k. */
static void count_chance(const alf_sticking *s, double k, double *stuck, double *carried)
{
    const double part = 1 / (double)s->spec.frames;
    for (int64_t row = 0; row < s->spec.frames; row++) {
        *stuck += on_stuck(s, temporal(s, row)) ? part : 0;
        *carried += on_carried(s, k, temporal(s, row)) ? part : 0;
    }
}

/* White noise has the same energy at every frequency, but at half a cycle per pixel, which has no partner at -k. */
alf_sticking_shares alf_sticking_share(const alf_sticking *s, double k_min, const double stuck[],
                                       const double carried[], const double all[])
{
    alf_sticking_shares out = {.k_low = (double)NAN, .k_high = (double)NAN};
    double              weights = 0;
    for (int64_t i = 1; i < s->half; i++) {
        const double k = alf_sticking_frequency(s, i), weight = 2 * i == s->width ? 1 : 2;
        double       chance_stuck = 0, chance_carried = 0;
        if (k < k_min || !alf_sticking_separated(s, i)) continue;
        if (out.frequencies++ == 0) out.k_low = k;
        out.k_high = k;
        out.stuck += stuck[i];
        out.carried += carried[i];
        out.energy += all[i];
        count_chance(s, k, &chance_stuck, &chance_carried);
        out.chance_stuck += weight * chance_stuck;
        out.chance_carried += weight * chance_carried;
        weights += weight;
    }
    const double none = (double)NAN;
    out.stuck = out.energy > 0 ? out.stuck / out.energy : none;
    out.carried = out.energy > 0 ? out.carried / out.energy : none;
    out.rest = fmax(0, 1 - out.stuck - out.carried);
    if (!(out.energy > 0)) out.rest = none;
    out.chance_stuck = weights > 0 ? out.chance_stuck / weights : none;
    out.chance_carried = weights > 0 ? out.chance_carried / weights : none;
    return out;
}
