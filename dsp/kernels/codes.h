/* The 2-bit codes of a mask, packed from and unpacked to one byte each. Four bytes are moved as one little-endian word, in
 * loops that compilers vectorise. */
#ifndef ALF_DSP_CODES_H
#define ALF_DSP_CODES_H

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "masks are packed by little-endian words");

/* Packs 4 * bytes codes. */
static inline void alf_codes_pack(uint8_t *packed, const uint8_t *codes, int64_t bytes)
{
    for (int64_t i = 0; i < bytes; i++) {
        uint32_t word;
        memcpy(&word, codes + 4 * i, sizeof word);
        word = (word | word >> 6) & 0x000f000f;
        packed[i] = (uint8_t)(word | word >> 12);
    }
}

/* Unpacks 4 * bytes codes. */
static inline void alf_codes_unpack(uint8_t *codes, const uint8_t *packed, int64_t bytes)
{
    for (int64_t i = 0; i < bytes; i++) {
        uint32_t word = packed[i];
        word = (word | word << 12) & 0x000f000f;
        word = (word | word << 6) & 0x03030303;
        memcpy(codes + 4 * i, &word, sizeof word);
    }
}

static inline uint8_t alf_code_at(const uint8_t *packed, int64_t number)
{
    return (uint8_t)(packed[number >> 2] >> (2 * (number & 3)) & 3);
}

/* Unpacks codes [first, first + count) of a row. */
static inline void alf_codes_unpack_some(uint8_t *codes, const uint8_t *packed, int64_t first, int64_t count)
{
    int64_t i = 0;
    for (; i < count && (first + i) % 4; i++) codes[i] = alf_code_at(packed, first + i);
    int64_t bytes = (count - i) / 4;

    alf_codes_unpack(codes + i, packed + (first + i) / 4, bytes);
    for (i += 4 * bytes; i < count; i++) codes[i] = alf_code_at(packed, first + i);
}

#endif
