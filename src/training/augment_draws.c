/* The numbers that images draw: of random streams, or percentiles. */
#include <math.h>

#include "aliasfree/random.h"
#include "core/arithmetic.h"
#include "training/augment_stages.h"

_Static_assert((int)ALF_DRAW_UNIFORM_END <= (int)ALF_DRAW_NORMAL, "uniform numbers take the lower half");
_Static_assert(ALF_DRAW_END <= ALF_AUGMENT_DRAWS, "normal numbers take the upper half");

void alf_augment_draw(const alf_augment_draws *draws, int64_t count, double numbers[])
{
    const uint64_t stream = alf_random_stream(ALF_FOR_AUGMENTATION, draws->index);
    for (int64_t i = 0; i < count; i++) {
        double       *own = numbers + i * ALF_AUGMENT_DRAWS;
        const int64_t first = (draws->first + i) * ALF_AUGMENT_DRAWS;
        alf_random_uniform(draws->seed, stream, first, ALF_DRAW_NORMAL, own);
        alf_random_normal(draws->seed, stream, first + ALF_DRAW_NORMAL, ALF_AUGMENT_DRAWS - ALF_DRAW_NORMAL,
                          own + ALF_DRAW_NORMAL);
    }
}

/* The y >= 0 with erfc(y) = c, for 0 < c <= 1: Winitzki's approximation, then Halley's steps, which triple its digits.
 * By way of erfc the far tails keep theirs. */
static double inverse_erfc(double c)
{
    const double a = 0.147, l = log(c * (2 - c)), k = 2 / (ALF_PI * a) + l / 2;
    double       y = sqrt(fmax(sqrt(k * k - l / a) - k, 0));
    for (int i = 0; i < 4; i++) {
        double step = (erfc(y) - c) / (-2 / sqrt(ALF_PI) * exp(-y * y));
        y -= step / (1 + y * step);
    }
    return y;
}

void alf_augment_draw_percentile(double q, int64_t count, double numbers[])
{
    const double normal = q < 0.5 ? -inverse_erfc(2 * q) : inverse_erfc(2 * (1 - q));
    for (int i = 0; i < ALF_DRAW_XFLIP; i++) numbers[i] = 0; /* yes, whatever the chance */
    for (int i = ALF_DRAW_XFLIP; i < ALF_DRAW_NORMAL; i++) numbers[i] = q;
    for (int i = ALF_DRAW_NORMAL; i < ALF_AUGMENT_DRAWS; i++) numbers[i] = normal;
    numbers[ALF_DRAW_ROTATE_AFTER] = 0.5;          /* no angle: one rotation shows what there is to see */
    numbers[ALF_DRAW_NOISE] = inverse_erfc(1 - q); /* of the absolute value                             */
    for (int64_t i = ALF_AUGMENT_DRAWS; i < count * ALF_AUGMENT_DRAWS; i++) numbers[i] = numbers[i - ALF_AUGMENT_DRAWS];
}
