/* A digest of bytes: four lanes of multiply-xorshift over 64-bit words, so that a large state takes little time. */
#include "core/digest.h"

#include <string.h>

#include "core/core.h"

/* Odd, with bits in no pattern: the golden ratio, and primes near it. */
static const uint64_t factors[4] = {0x9e3779b97f4a7c15u, 0xc2b2ae3d27d4eb4fu, 0x165667b19e3779f9u, 0xd6e8feb86659fd93u};

static uint64_t mix(uint64_t state, uint64_t word, uint64_t factor)
{
    state = (state ^ word) * factor;
    return state ^ state >> 29;
}

/* Little-endian, whatever the machine. */
static uint64_t word_at(const uint8_t *p, size_t count)
{
    uint64_t word = 0;

    for (size_t i = 0; i < count; i++) word |= (uint64_t)p[i] << (8 * i);
    return word;
}

alf_digest alf_digest_start(void)
{
    return (alf_digest){.lane = {1, 2, 3, 4}};
}

void alf_digest_bytes(alf_digest *digest, const void *data, size_t size)
{
    const uint8_t *p = data;
    size_t         left = size;

    for (; left >= 32; left -= 32, p += 32)
        for (int i = 0; i < 4; i++) digest->lane[i] = mix(digest->lane[i], word_at(p + 8 * i, 8), factors[i]);
    for (int i = 0; left > 0; i++) {
        size_t count = left < 8 ? left : 8;
        digest->lane[i] = mix(digest->lane[i], word_at(p, count), factors[i]);
        left -= count;
        p += count;
    }
    digest->bytes += size;
    digest->lane[0] = mix(digest->lane[0], digest->bytes, factors[3]); /* where one piece ends and the next begins */
}

void alf_digest_text(alf_digest *digest, const char *text)
{
    alf_digest_bytes(digest, text, strlen(text) + 1);
}

uint64_t alf_digest_value(const alf_digest *digest)
{
    uint64_t all = digest->bytes;

    for (int i = 0; i < 4; i++) all = mix(all, digest->lane[i], factors[i]);
    return all;
}

void alf_digest_show(const alf_digest *digest, char *text, size_t size)
{
    alf_format(text, size, "%016llx", (unsigned long long)alf_digest_value(digest));
}
