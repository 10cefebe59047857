/* Small arithmetic for cutting work into tiles. */
#ifndef ALF_TENSOR_TILES_H
#define ALF_TENSOR_TILES_H

#include <stdint.h>

/* Tiles of `tile` that cover `count`. */
static inline int64_t alf_tiles(int64_t count, int64_t tile)
{
    return (count + tile - 1) / tile;
}

static inline int64_t alf_smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t alf_larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

#endif
