/* numpy.random.RandomState: the Mersenne Twister MT19937 (Matsumoto, Nishimura, 1998) and NumPy's legacy distributions.
 * Which words a distribution takes, and in which order, is part of what must be equal. */
#include <math.h>

#include "aliasfree/random.h"

enum { N = 624, M = 397 };

/* --- words ------------------------------------------------------------------------------------------------------------ */

void alf_numpy_seed(alf_numpy_random *rng, uint32_t seed)
{
    rng->state[0] = seed;
    for (uint32_t i = 1; i < N; i++) {
        uint32_t previous = rng->state[i - 1];
        rng->state[i] = 1812433253u * (previous ^ previous >> 30) + i;
    }
    rng->position = N;
    rng->has_gauss = false;
    rng->gauss = 0.0;
}

static void refill(alf_numpy_random *rng)
{
    uint32_t *s = rng->state;
    for (int i = 0; i < N; i++) {
        uint32_t mixed = (s[i] & 0x80000000u) | (s[(i + 1) % N] & 0x7fffffffu);
        s[i] = s[(i + M) % N] ^ mixed >> 1 ^ (mixed & 1 ? 0x9908b0dfu : 0);
    }
    rng->position = 0;
}

static uint32_t next_word(alf_numpy_random *rng)
{
    uint32_t y;
    if (rng->position >= N) refill(rng);
    y = rng->state[rng->position++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
}

/* --- distributions ------------------------------------------------------------------------------------------------------- */

/* 53 bits of two words. */
static double next_double(alf_numpy_random *rng)
{
    uint32_t high = next_word(rng) >> 5;
    uint32_t low = next_word(rng) >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

/* Marsaglia's polar method: of each pair the second value comes first, the other is kept. Products stand in statements
 * of their own, so that no compiler fuses them into the sum, which would change the last bit. */
static double next_gauss(alf_numpy_random *rng)
{
    double x, y, xx, yy, square, factor;
    if (rng->has_gauss) {
        rng->has_gauss = false;
        return rng->gauss;
    }
    do {
        x = 2.0 * next_double(rng) - 1.0;
        y = 2.0 * next_double(rng) - 1.0;
        xx = x * x;
        yy = y * y;
        square = xx + yy;
    } while (square >= 1.0 || square == 0.0);
    factor = sqrt(-2.0 * log(square) / square);
    rng->gauss = factor * x;
    rng->has_gauss = true;
    return factor * y;
}

/* A whole number of 0 .. max by rejection: as many low bits as max has. Takes no word when max is 0. */
static uint64_t next_below(alf_numpy_random *rng, uint64_t max)
{
    uint64_t mask = max, value;
    if (max == 0) return 0;
    for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
    do {
        value = next_word(rng);
        if (max > UINT32_MAX) value = value << 32 | next_word(rng);
        value &= mask;
    } while (value > max);
    return value;
}

/* --- arrays ---------------------------------------------------------------------------------------------------------------- */

void alf_numpy_rand(alf_numpy_random *rng, int64_t count, double out[])
{
    for (int64_t i = 0; i < count; i++) out[i] = next_double(rng);
}

void alf_numpy_randn(alf_numpy_random *rng, int64_t count, double out[])
{
    for (int64_t i = 0; i < count; i++) out[i] = next_gauss(rng);
}

void alf_numpy_randint(alf_numpy_random *rng, int64_t low, int64_t high, int64_t count, int64_t out[])
{
    uint64_t max = (uint64_t)high - (uint64_t)low - 1;
    for (int64_t i = 0; i < count; i++) out[i] = (int64_t)((uint64_t)low + next_below(rng, max));
}

/* Fisher-Yates from the end. */
void alf_numpy_permutation(alf_numpy_random *rng, int64_t count, int64_t out[])
{
    for (int64_t i = 0; i < count; i++) out[i] = i;
    for (int64_t i = count - 1; i > 0; i--) {
        int64_t j = (int64_t)next_below(rng, (uint64_t)i);
        int64_t held = out[i];
        out[i] = out[j];
        out[j] = held;
    }
}
