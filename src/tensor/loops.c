/* Walking the nested loops of an operation row by row, from any position on. */
#include "tensor/loops.h"

int64_t alf_loops_count(const alf_loops *loops)
{
    int64_t count = 1;
    for (int d = 0; d < loops->ndim; d++) count *= loops->size[d];
    return count;
}

void alf_loops_append(alf_loops *loops, int64_t size, int64_t stride_a, int64_t stride_b)
{
    loops->size[loops->ndim] = size;
    loops->stride_a[loops->ndim] = stride_a;
    loops->stride_b[loops->ndim] = stride_b;
    loops->ndim++;
}

alf_loops alf_loops_collapse(const alf_loops *loops)
{
    alf_loops out = {0};
    for (int d = 0; d < loops->ndim; d++) {
        int64_t size = loops->size[d], a = loops->stride_a[d], b = loops->stride_b[d];
        int     last = out.ndim - 1;
        if (size == 1) continue;
        if (last >= 0 && out.stride_a[last] == size * a && out.stride_b[last] == size * b) {
            out.size[last] *= size;
            out.stride_a[last] = a;
            out.stride_b[last] = b;
        } else {
            alf_loops_append(&out, size, a, b);
        }
    }
    if (out.ndim == 0) alf_loops_append(&out, 1, 0, 0);
    return out;
}

alf_cursor alf_cursor_at(const alf_loops *loops, int64_t position)
{
    alf_cursor cursor = {.loops = loops};
    for (int d = loops->ndim - 1; d >= 0 && position > 0; d--) {
        int64_t size = loops->size[d];
        cursor.index[d] = position % size;
        position /= size;
        cursor.a += cursor.index[d] * loops->stride_a[d];
        cursor.b += cursor.index[d] * loops->stride_b[d];
    }
    return cursor;
}

int64_t alf_cursor_row(const alf_cursor *cursor)
{
    int last = cursor->loops->ndim - 1;
    return cursor->loops->size[last] - cursor->index[last];
}

void alf_cursor_advance(alf_cursor *cursor, int64_t steps)
{
    const alf_loops *loops = cursor->loops;
    for (int d = loops->ndim - 1; d >= 0; d--) {
        cursor->index[d] += steps;
        cursor->a += steps * loops->stride_a[d];
        cursor->b += steps * loops->stride_b[d];
        if (cursor->index[d] < loops->size[d]) return;
        /* this loop starts again and the next outer one makes a step */
        cursor->a -= cursor->index[d] * loops->stride_a[d];
        cursor->b -= cursor->index[d] * loops->stride_b[d];
        cursor->index[d] = 0;
        steps = 1;
    }
}
