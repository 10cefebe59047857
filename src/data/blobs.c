/* The procedural set "textured-blobs".
 *
 * A blob is a formula: a closed curve, a soft edge of a few pixels, a sum of gratings between two colours, a gentle
 * light. It is evaluated four times as densely as the canvas, where it holds next to nothing above the limit of that
 * rate, then low-passed and decimated. What little rings at the edge is left as it is: clamping it would put back
 * frequencies that the canvas cannot hold. */
#include <math.h>

#include "aliasfree/random.h"
#include "core/arithmetic.h"
#include "core/core.h"
#include "data/canvas_internal.h"
#include "maths.h"

#define NUMBERS 64 /* random numbers that a blob owns */
#define WAVES 4    /* harmonics 2, 3, 4, 5 of the outline */
#define MOST_GRATINGS 3
#define OVER 4         /* denser than the canvas, per axis  */
#define SOFT 2.0       /* of the edge, at half height, in canvas pixels */
#define ROUNDNESS 0.30 /* the most that the outline's harmonics add up to, of its mean radius */
#define FINEST 0.34    /* cycles per canvas pixel */
#define COARSEST 0.21
#define MAX_SIDE 4096

/* To the canvas' rate: 60 dB, flat up to 0.37 and closed from 0.53 cycles per canvas pixel on. */
static const alf_decimation TO_CANVAS = {
    .factor = OVER, .taps = 24 * OVER, .cutoff = 0.45 / OVER, .width = 0.15 / OVER};

typedef struct {
    double x, y, phase; /* cycles per canvas pixel along the blob's axes; turns */
} grating;

typedef struct {
    double  mean;                       /* radius of the outline in sides of its square              */
    double  cosine[WAVES], sine[WAVES]; /* amplitudes of its harmonics, relative to the mean */
    double  colour[2][3];               /* between which the gratings swing                          */
    double  light[2];                   /* its slope along x and y, relative, per side               */
    int     gratings;
    grating grating[MOST_GRATINGS];
} blob;

typedef struct {
    const blob *what;
    alf_canvas *dense;
    double      x, y;         /* of the centre on the dense grid */
    double      sine, cosine; /* of the turn                     */
    double      side;         /* of the blob's square in canvas pixels */
} blob_run;

/* --- what a blob is ----------------------------------------------------------------------------------------------- */

/* Random numbers that are taken one by one. */
typedef struct {
    double values[NUMBERS];
    int    next;
} number_list;

static double between(number_list *numbers, double low, double high)
{
    return low + (high - low) * numbers->values[numbers->next++];
}

/* r(direction) / mean, and its derivative by the angle, for the direction (x, y) of length 1. */
static double outline(const blob *b, double x, double y, double *slope)
{
    double c = x, s = y, radius = 1.0; /* of 1, 2, 3 ... times the angle */
    *slope = 0.0;
    for (int i = 0; i < WAVES; i++) {
        double turned = c * x - s * y;
        s = s * x + c * y;
        c = turned;
        radius += b->cosine[i] * c + b->sine[i] * s;
        *slope += (i + 2) * (b->sine[i] * c - b->cosine[i] * s);
    }
    return radius;
}

/* Scaled so that the outline touches the circle in its square. */
static void make_outline(blob *b, number_list *numbers)
{
    double sum = 0.0, largest = 0.0, slope;
    for (int i = 0; i < WAVES; i++) {
        double amplitude = between(numbers, 0.0, 1.0) / (double)(i + 2), turns = between(numbers, 0.0, 1.0);
        alf_sincos_turns(turns, &b->sine[i], &b->cosine[i]);
        b->sine[i] *= amplitude;
        b->cosine[i] *= amplitude;
        sum += amplitude;
    }
    double scale = ROUNDNESS / fmax(sum, ROUNDNESS);
    for (int i = 0; i < WAVES; i++) {
        b->sine[i] *= scale;
        b->cosine[i] *= scale;
    }
    for (int i = 0; i < 360; i++) {
        double x, y;
        alf_sincos_turns(i / 360.0, &y, &x);
        largest = fmax(largest, outline(b, x, y, &slope));
    }
    b->mean = 0.5 / largest;
}

/* Full colours around the circle of hues. */
static void hue(double turns, double lightness, double saturation, double colour[3])
{
    for (int c = 0; c < 3; c++) {
        double sine, cosine;
        alf_sincos_turns(turns - c / 3.0, &sine, &cosine);
        colour[c] = 255.0 * lightness * (1.0 - saturation * 0.5 * (1.0 - cosine));
    }
}

/* A bright and a dark colour of neighbouring hues. Light adds an eighth at most, so nothing is cut off at white. */
static void make_colours(blob *b, number_list *numbers)
{
    double turns = between(numbers, 0.0, 1.0), apart = between(numbers, -0.3, 0.3);
    hue(turns, between(numbers, 0.8, 0.88), between(numbers, 0.35, 0.75), b->colour[0]);
    hue(turns + apart, between(numbers, 0.25, 0.5), between(numbers, 0.6, 1.0), b->colour[1]);
    double sine, cosine, strength = between(numbers, 0.0, 0.25);
    alf_sincos_turns(between(numbers, 0.0, 1.0), &sine, &cosine);
    b->light[0] = strength * cosine;
    b->light[1] = strength * sine;
}

/* Stripes, a weave of two gratings, or a honeycomb of three. */
static void make_texture(blob *b, number_list *numbers)
{
    double frequency = between(numbers, COARSEST, FINEST), turns = between(numbers, 0.0, 1.0);
    b->gratings = 1 + (int)between(numbers, 0.0, MOST_GRATINGS);
    for (int i = 0; i < b->gratings; i++) {
        double sine, cosine;
        alf_sincos_turns(turns + 0.5 * i / b->gratings, &sine, &cosine);
        b->grating[i] = (grating){frequency * cosine, frequency * sine, between(numbers, 0.0, 1.0)};
    }
}

static blob blob_of(uint64_t seed, int64_t index)
{
    number_list numbers = {.next = 0};
    blob        b;
    alf_random_uniform(seed, alf_random_stream(ALF_FOR_SYNTHETIC_DATA, 0), index * NUMBERS, NUMBERS, numbers.values);
    make_outline(&b, &numbers);
    make_colours(&b, &numbers);
    make_texture(&b, &numbers);
    return b;
}

/* --- how it looks ------------------------------------------------------------------------------------------------- */

/* 1 well inside of the outline, 0 well outside; x, y in canvas pixels from the centre. */
static double presence(const blob_run *run, double x, double y)
{
    const blob *b = run->what;
    double      distance = hypot(x, y), mean = b->mean * run->side, slope;
    if (distance == 0.0) return 1.0;
    double radius = outline(b, x / distance, y / distance, &slope);
    /* along the normal of the curve, a quarter of the edge's width inside of it: at the square, 9% are left */
    double inside = (mean * radius - distance) / hypot(1.0, slope / radius) / SOFT - 0.5;
    return alf_soft_step(inside);
}

/* Between 0 and 1. */
static double texture(const blob *b, double x, double y)
{
    double sum = 0.0;
    for (int i = 0; i < b->gratings; i++) {
        double sine, cosine;
        alf_sincos_turns(b->grating[i].x * x + b->grating[i].y * y + b->grating[i].phase, &sine, &cosine);
        sum += cosine;
    }
    return 0.5 + 0.5 * sum / b->gratings;
}

static void row_tile(void *arg, int64_t row, int worker)
{
    const blob_run *run = arg;
    const blob     *b = run->what;
    int64_t         width = run->dense->width, plane = width * run->dense->height;
    double          dy = ((double)row + 0.5 - run->y) / OVER;
    (void)worker;
    for (int64_t column = 0; column < width; column++) {
        double dx = ((double)column + 0.5 - run->x) / OVER;
        if (hypot(dx, dy) >= 0.5 * run->side + SOFT) continue;
        double  x = run->cosine * dx - run->sine * dy, y = run->sine * dx + run->cosine * dy;
        double  alpha = presence(run, x, y), mix = texture(b, x, y);
        double  light = 1.0 + (b->light[0] * x + b->light[1] * y) / run->side;
        double *pixel = run->dense->values + row * width + column;
        for (int c = 0; c < 3; c++)
            pixel[c * plane] = alpha * light * (b->colour[0][c] * mix + b->colour[1][c] * (1.0 - mix));
        pixel[3 * plane] = 255.0 * alpha;
    }
}

static alf_status check(alf_ctx *ctx, int64_t index, int64_t size, const alf_placement *placement, const void *out)
{
    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_blob_draw: out is NULL");
    if (index < 0 || index > INT64_MAX / NUMBERS)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_blob_draw: index is %lld, expected 0 to %lld", (long long)index,
                        (long long)(INT64_MAX / NUMBERS));
    if (size < 1 || size > MAX_SIDE)
        return alf_fail(ctx, ALF_ERR_RANGE, "alf_blob_draw: size is %lld, expected 1 to %d", (long long)size, MAX_SIDE);
    return alf_placement_check(ctx, "alf_blob_draw", placement);
}

alf_status alf_blob_draw(alf_ctx *ctx, uint64_t seed, int64_t index, int64_t size, const alf_placement *placement,
                         alf_canvas **out)
{
    blob_run   run = {0};
    alf_status status = check(ctx, index, size, placement, out);
    if (status != ALF_OK) return status;

    /* the dense grid is wider than the canvas, so that the first and the last pixel have all that they weigh */
    int64_t side = (size - 1) * OVER + TO_CANVAS.taps;
    double  margin = 0.5 * (double)(TO_CANVAS.taps - OVER), unit = (double)(size * OVER);
    blob    what = blob_of(seed, index);
    status = alf_canvas_create(ctx, side, side, 4, &run.dense);
    if (status != ALF_OK) return status;
    run.what = &what;
    run.x = margin + (0.5 + placement->x) * unit;
    run.y = margin + (0.5 + placement->y) * unit;
    run.side = placement->scale * (double)size;
    alf_sincos_turns(placement->degrees / 360.0, &run.sine, &run.cosine);
    alf_parallel(ctx, side, row_tile, &run);
    status = alf_canvas_decimate(ctx, run.dense, &TO_CANVAS, out);
    alf_canvas_destroy(run.dense);
    return status;
}
