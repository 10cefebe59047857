/* Walking the nested loops of an operation row by row, from any position on. */
#ifndef ALF_TENSOR_LOOPS_H
#define ALF_TENSOR_LOOPS_H

#include "tensor/backend.h"

/* Where a walk stands: offsets into a and b in elements. */
typedef struct {
    const alf_loops *loops;
    int64_t          index[ALF_MAX_DIMS];
    int64_t          a, b;
} alf_cursor;

int64_t alf_loops_count(const alf_loops *loops);

/* The same walk in as few loops as possible, at least one: loops of one step vanish, and neighbours become one loop
 * where both strides allow it. So contiguous tensors of any rank become one long row. */
alf_loops alf_loops_collapse(const alf_loops *loops);

/* Appends an innermost loop. */
void alf_loops_append(alf_loops *loops, int64_t size, int64_t stride_a, int64_t stride_b);

/* The cursor after `position` steps of the innermost loop; `position` may be one past the last only. */
alf_cursor alf_cursor_at(const alf_loops *loops, int64_t position);

/* Steps left in the current run of the innermost loop. */
int64_t alf_cursor_row(const alf_cursor *cursor);

/* Goes on by `steps`, at most alf_cursor_row(). */
void alf_cursor_advance(alf_cursor *cursor, int64_t steps);

#endif
