/* upfirdn2d of a band of one plane. Part of template.h. */

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

/* Rows [row, end) of x as column planes and, with a filter along each axis, through the horizontal pass. What was just
 * stored in pieces is slow to be read as vectors, so some rows are cut first. */
static void K(read_rows)(const alf_upfirdn *plan, const T *x, int64_t row, int64_t end, T *x_rows, const SOURCE *from,
                         T *rows)
{
    const int64_t in_w = plan->spec.in_w, x_stride = plan->x_planes * plan->x_plane;
    while (row < end) {
        int64_t count = plan->separable && end - row > ALF_ROWS_AT_ONCE ? ALF_ROWS_AT_ONCE : end - row;
        T      *out = rows + (row - from->row) * from->stride, *x_row = plan->separable ? x_rows : out;
        for (int64_t i = 0; i < count; i++) {
            K(fetch_row)(plan, x, row + i + ALF_ROWS_AT_ONCE);
            K(split_row)
            (x_row + i * x_stride, x + (row + i) * in_w, in_w, 0, plan->x_planes, plan->x_first, plan->x_plane);
        }
        for (int64_t i = 0; i < count && plan->separable; i++, out += from->stride) {
            SOURCE one = {x_row + i * x_stride, 0, 1, x_stride};
            if (!K(across6_row)(&plan->across, &plan->shape, one.data, out)) K(stage_row)(&plan->across, 0, &one, out);
        }
        row += count;
    }
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
        if ((o - row0) % ALF_ROWS_AT_ONCE == 0) {
            int64_t last = o + ALF_ROWS_AT_ONCE < row1 ? o + ALF_ROWS_AT_ONCE : row1;
            alf_stage_rows(&plan->down, row0, last, plan->spec.in_h, &first, &end);
            if (have < end) K(read_rows)(plan, x, have, end, x_rows, &from, rows);
            if (have < end) have = end;
        }
        if (plan->y_planes == 1) {
            K(filter_row)(&plan->down, o, &from, y + o * plan->out_w, plan->out_w, y_row);
        } else {
            K(stage_row)(&plan->down, o, &from, y_row);
            K(join_row)(y + o * plan->out_w, y_row, plan->out_w, plan->y_planes, plan->y_plane);
        }
    }
}
