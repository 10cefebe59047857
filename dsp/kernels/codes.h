/* The 2-bit codes of a mask, packed from and unpacked to one byte each. */
#ifndef ALF_DSP_CODES_H
#define ALF_DSP_CODES_H

#include <stdint.h>
#include <string.h>

/* Packs 4 * bytes codes. */
static inline void alf_codes_pack(uint8_t *packed, const uint8_t *codes, int64_t bytes)
{
    for (int64_t i = 0; i < bytes; i++) {
        const uint8_t *c = codes + 4 * i;

        packed[i] = (uint8_t)(c[0] | c[1] << 2 | c[2] << 4 | c[3] << 6);
    }
}

static inline uint8_t alf_code_at(const uint8_t *packed, int64_t index)
{
    return (uint8_t)(packed[index >> 2] >> (2 * (index & 3)) & 3);
}

/* Unpacks `count` codes from code number `first` on. */
static inline void alf_codes_unpack(uint8_t *codes, const uint8_t *packed, int64_t first, int64_t count)
{
    int64_t i = 0;

    for (; i < count && (first + i) % 4; i++) codes[i] = alf_code_at(packed, first + i);
    const uint8_t *from = packed + (first + i) / 4;
    int64_t        whole = (count - i) / 4;

    for (int64_t k = 0; k < whole; k++)
        for (int bit = 0; bit < 4; bit++) codes[i + 4 * k + bit] = (uint8_t)(from[k] >> (2 * bit) & 3);
    for (i += 4 * whole; i < count; i++) codes[i] = alf_code_at(packed, first + i);
}

#endif
