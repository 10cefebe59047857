/* The 2-bit codes of a mask: words of 32 bits for 16 samples, the low half tells which of them were negative, the high
 * half which were clamped. So the bits of a comparison are stored as they are. */
#ifndef ALF_DSP_CODES_H
#define ALF_DSP_CODES_H

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "masks are cut into little-endian words");

enum { ALF_WORD_CODES = 16, ALF_WORD_BYTES = 4 };

static inline uint32_t alf_word_at(const uint8_t *packed, int64_t number)
{
    uint32_t word;
    memcpy(&word, packed + number * ALF_WORD_BYTES, sizeof word);
    return word;
}

static inline uint8_t alf_code_at(const uint8_t *packed, int64_t number)
{
    uint32_t word = alf_word_at(packed, number / ALF_WORD_CODES) >> number % ALF_WORD_CODES;
    return (uint8_t)((word & 1) | (word >> 15 & 2));
}

/* Adds a code to a row that was zero. */
static inline void alf_code_add(uint8_t *packed, int64_t number, int code)
{
    uint32_t word = alf_word_at(packed, number / ALF_WORD_CODES);
    word |= ((uint32_t)(code & 1) | (uint32_t)(code & 2) << 15) << number % ALF_WORD_CODES;
    memcpy(packed + number / ALF_WORD_CODES * ALF_WORD_BYTES, &word, sizeof word);
}

/* Bit `bit` of eight bytes, the first in the lowest place. */
static inline uint32_t alf_bits_of(const uint8_t *codes, int bit)
{
    uint64_t eight;
    memcpy(&eight, codes, sizeof eight);
    return (uint32_t)((eight >> bit & 0x0101010101010101) * 0x0102040810204080 >> 56);
}

/* Eight bytes that are 1 where a bit is set. */
static inline uint64_t alf_bytes_of(uint32_t bits)
{
    uint64_t spread = (uint64_t)(bits & 0xff) * 0x0101010101010101 & 0x8040201008040201;
    return (spread + 0x7f7f7f7f7f7f7f7f) >> 7 & 0x0101010101010101;
}

/* Packs codes of one byte each into `words` words. */
static inline void alf_codes_pack(uint8_t *packed, const uint8_t *codes, int64_t words)
{
    for (int64_t i = 0; i < words; i++, codes += ALF_WORD_CODES) {
        uint32_t word = alf_bits_of(codes, 0) | alf_bits_of(codes + 8, 0) << 8 | alf_bits_of(codes, 1) << 16 |
                        alf_bits_of(codes + 8, 1) << 24;
        memcpy(packed + i * ALF_WORD_BYTES, &word, sizeof word);
    }
}

static inline void alf_codes_unpack(uint8_t *codes, const uint8_t *packed, int64_t words)
{
    for (int64_t i = 0; i < words; i++)
        for (int half = 0; half < 2; half++) {
            uint32_t word = alf_word_at(packed, i) >> 8 * half;
            uint64_t eight = alf_bytes_of(word) | alf_bytes_of(word >> 16) << 1;
            memcpy(codes + i * ALF_WORD_CODES + 8 * half, &eight, sizeof eight);
        }
}

/* Unpacks codes [first, first + count) of a row. */
static inline void alf_codes_unpack_some(uint8_t *codes, const uint8_t *packed, int64_t first, int64_t count)
{
    int64_t i = 0;
    for (; i < count && (first + i) % ALF_WORD_CODES; i++) codes[i] = alf_code_at(packed, first + i);
    int64_t words = (count - i) / ALF_WORD_CODES;

    alf_codes_unpack(codes + i, packed + (first + i) / ALF_WORD_CODES * ALF_WORD_BYTES, words);
    for (i += ALF_WORD_CODES * words; i < count; i++) codes[i] = alf_code_at(packed, first + i);
}

/* --- words of a few samples --------------------------------------------------------------------------------------- */

/* What `lanes` samples, number `part` of that many in a word, were. */
typedef struct {
    uint32_t negative, clamped;
} alf_bits;

static inline void alf_bits_put(uint8_t *word, const int lanes, int part, alf_bits bits)
{
    uint32_t both = bits.negative | bits.clamped << 16;
    if (lanes == 16) {
        memcpy(word, &both, sizeof both);
    } else if (lanes == 8) {
        word[part] = (uint8_t)bits.negative;
        word[part + 2] = (uint8_t)bits.clamped;
    } else {
        uint32_t lane = ((1U << lanes) - 1) * 0x10001U << part * lanes;
        both = (alf_word_at(word, 0) & ~lane) | both << part * lanes;
        memcpy(word, &both, sizeof both);
    }
}

static inline alf_bits alf_bits_get(const uint8_t *word, const int lanes, int part)
{
    uint32_t low = lanes == 16 ? 0xffff : (1U << lanes) - 1, both = alf_word_at(word, 0) >> part * lanes;
    return (alf_bits){both & low, both >> 16 & low};
}

/* Words of the samples from number `first` on, of `held` words that nothing follows. */
static inline void alf_words_take(uint8_t *out, int64_t words, const uint8_t *packed, int64_t held, int64_t first)
{
    const int      shift = (int)(first % ALF_WORD_CODES);
    const uint32_t low = (0xffffU >> shift) * 0x10001U;
    int64_t        there = held - first / ALF_WORD_CODES, whole = there - 1 < words ? there - 1 : words;
    packed += first / ALF_WORD_CODES * ALF_WORD_BYTES;
    for (int64_t i = 0; i < whole; i++) {
        uint32_t word = (alf_word_at(packed, i) >> shift & low) | (alf_word_at(packed, i + 1) << (16 - shift) & ~low);
        memcpy(out + i * ALF_WORD_BYTES, &word, sizeof word);
    }
    for (int64_t i = whole > 0 ? whole : 0; i < words; i++) {
        uint32_t word = i < there ? alf_word_at(packed, i) >> shift & low : 0;
        memcpy(out + i * ALF_WORD_BYTES, &word, sizeof word);
    }
}

/* The word of the samples from number `first` on, of `held` that begin at number 0; the others count as clamped. */
static inline uint32_t alf_word_from(const uint8_t *packed, int64_t held, int64_t first)
{
    const uint32_t all = 0xffff;
    if (first <= -ALF_WORD_CODES || first >= held) return all << 16;
    const int64_t  at = first < 0 ? -1 : first / ALF_WORD_CODES, next = (at + 1) * ALF_WORD_CODES;
    const int      shift = (int)(first - at * ALF_WORD_CODES);
    const uint32_t low = (all >> shift) * 0x10001U;
    const uint32_t here = at < 0 ? 0 : alf_word_at(packed, at), there = next < held ? alf_word_at(packed, at + 1) : 0;
    uint32_t       inside = first < 0 ? all << -first : all;
    if (held - first < ALF_WORD_CODES) inside &= all >> (ALF_WORD_CODES - (held - first));
    inside &= all;
    return (((here >> shift & low) | (there << (ALF_WORD_CODES - shift) & ~low)) & (inside * 0x10001U)) | (inside ^ all)
                                                                                                              << 16;
}

#endif
