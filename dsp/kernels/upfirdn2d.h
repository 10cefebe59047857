/* upfirdn2d of a band of one plane. Part of template.h. */

#ifndef ALF_ROWS_AHEAD
#define ALF_ROWS_AHEAD 4 /* how far in front rows are fetched */
#endif

/* Output row o of a single plane straight into y. */
ALWAYS_INLINE void K(filter_row)(const alf_stage *down, int64_t o, const SOURCE *from, T *y, int64_t out_w, T *tail)
{
    PIECES  pieces = K(pieces_of)(down, o, 0, from);
    int64_t whole = out_w / LANES * LANES;
    K(add_up)(y, &pieces, whole, ALF_FINISH_NONE, NULL, NULL);
    if (whole == out_w) return;
    pieces.base += whole;
    K(add_up)(tail, &pieces, LANES, ALF_FINISH_NONE, NULL, NULL);
    memcpy(y + whole, tail, (size_t)(out_w - whole) * sizeof(T));
}

/* Asks for the row of x that will be read some rows from now. */
ALWAYS_INLINE void K(fetch_row)(const alf_upfirdn *plan, const T *x, int64_t row)
{
    const char *p = (const char *)(x + row * plan->spec.in_w);
    if (row >= plan->spec.in_h) return;
    for (int64_t at = 0; at < plan->spec.in_w * (int64_t)sizeof(T); at += 64) __builtin_prefetch(p + at);
}

/* Row i of x through the horizontal pass, or as column planes where both axes are one pass, to its place in `from`. */
ALWAYS_INLINE void K(wide_row)(const alf_upfirdn *plan, const T *x, int64_t i, T *x_rows, const SOURCE *from, T *rows)
{
    const int64_t in_w = plan->spec.in_w, x_stride = plan->x_planes * plan->x_plane;
    T            *row = rows + (i - from->row) * from->stride, *x_row = plan->separable ? x_rows : row;
    SOURCE        one = {x_row, 0, 1, x_stride};
    K(split_row)(x_row, x + i * in_w, in_w, 0, plan->x_planes, plan->x_first, plan->x_plane);
    if (plan->separable && !K(across6_row)(&plan->across, &plan->shape, x_row, row))
        K(stage_row)(&plan->across, 0, &one, row);
}

static void K(upfirdn2d)(const alf_upfirdn *plan, int64_t row0, int64_t row1, const T *x, T *y, void *scratch)
{
    const alf_space *space = &plan->space[SPACE];
    T               *x_rows = (T *)scratch + space->x, *wide = (T *)scratch + space->wide;
    T               *rows = plan->separable ? wide : x_rows, *y_row = (T *)scratch + space->row;
    SOURCE           from = {rows, 0, plan->spec.in_h,
                   plan->separable ? plan->across.planes * plan->across.width : plan->x_planes * plan->x_plane};
    int64_t          have, end, first;
    alf_stage_rows(&plan->down, row0, row1, plan->spec.in_h, &from.row, &end);
    have = from.row;
    for (int64_t o = row0; o < row1; o++) {
        alf_stage_rows(&plan->down, row0, o + 1, plan->spec.in_h, &first, &end);
        for (; have < end; have++) {
            K(fetch_row)(plan, x, have + ALF_ROWS_AHEAD);
            K(wide_row)(plan, x, have, x_rows, &from, rows);
        }
        if (plan->y_planes == 1) {
            K(filter_row)(&plan->down, o, &from, y + o * plan->out_w, plan->out_w, y_row);
        } else {
            K(stage_row)(&plan->down, o, &from, y_row);
            K(join_row)(y + o * plan->out_w, y_row, plan->out_w, plan->y_planes, plan->y_plane);
        }
    }
}
