/* Counter-based random numbers: Philox4x32-10 of Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2,
 * 3", SC 2011. The counter holds the number of the block (low) and the stream (high), the key is the seed. */
#include <math.h>

#include "aliasfree/random.h"
#include "core/arithmetic.h"

void alf_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c0, b = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)b;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)a;
        k0 += 0x9E3779B9u; /* golden ratio */
        k1 += 0xBB67AE85u; /* sqrt(3) - 1  */
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

static void make_block(uint64_t seed, uint64_t stream, uint64_t block, uint32_t words[4])
{
    uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)};
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    alf_philox4x32(counter, key, words);
}

static void uniform_values(const uint32_t words[4], double values[4])
{
    for (int i = 0; i < 4; i++) values[i] = words[i] * 0x1p-32;
}

/* Box-Muller on two pairs of words; the radius takes (word + 1) / 2^32, which is never 0. */
static void normal_values(const uint32_t words[4], double values[4])
{
    for (int i = 0; i < 4; i += 2) {
        double radius = sqrt(-2.0 * log((words[i] + 1.0) * 0x1p-32));
        double angle = 2.0 * ALF_PI * (words[i + 1] * 0x1p-32);
        values[i] = radius * cos(angle);
        values[i + 1] = radius * sin(angle);
    }
}

/* A block of four words gives four values, so value `index` is value index % 4 of block index / 4. */
static void fill(uint64_t seed, uint64_t stream, int64_t first, int64_t count, double out[],
                 void (*convert)(const uint32_t words[4], double values[4]))
{
    int64_t end = first + count;
    for (int64_t index = first; index < end;) {
        uint32_t words[4];
        double   values[4];
        make_block(seed, stream, (uint64_t)index / 4, words);
        convert(words, values);
        do out[index - first] = values[index % 4];
        while (++index < end && index % 4);
    }
}

void alf_random_uniform(uint64_t seed, uint64_t stream, int64_t first, int64_t count, double out[])
{
    fill(seed, stream, first, count, out, uniform_values);
}

void alf_random_normal(uint64_t seed, uint64_t stream, int64_t first, int64_t count, double out[])
{
    fill(seed, stream, first, count, out, normal_values);
}

uint64_t alf_random_stream(alf_purpose purpose, uint32_t index)
{
    return (uint64_t)purpose << 32 | index;
}
