/* upfirdn2d of a band of one plane. Part of template.h. */

static void K(upfirdn2d)(const alf_upfirdn *plan, int64_t row0, int64_t row1, const T *x, T *y, void *scratch)
{
    const alf_space *space = &plan->space[SPACE];
    const int64_t    in_w = plan->spec.in_w;
    const int64_t    x_stride = plan->x_planes * plan->x_plane;
    T               *x_rows = (T *)scratch + space->x, *wide = (T *)scratch + space->wide;
    T               *y_row = (T *)scratch + space->row;
    SOURCE           from = {plan->separable ? wide : x_rows, 0, plan->spec.in_h,
                   plan->separable ? plan->across.planes * plan->across.width : x_stride};
    int64_t          end;
    alf_stage_rows(&plan->down, row0, row1, plan->spec.in_h, &from.row, &end);
    for (int64_t i = from.row; i < end; i++) {
        T     *x_row = plan->separable ? x_rows : x_rows + (i - from.row) * x_stride;
        SOURCE one = {x_row, 0, 1, x_stride};
        K(split_row)(x_row, x + i * in_w, in_w, 0, plan->x_planes, plan->x_first, plan->x_plane);
        if (plan->separable) K(stage_row)(&plan->across, 0, &one, wide + (i - from.row) * from.stride);
    }
    for (int64_t o = row0; o < row1; o++) {
        K(stage_row)(&plan->down, o, &from, y_row);
        K(join_row)(y + o * plan->out_w, y_row, plan->out_w, plan->y_planes, plan->y_plane);
    }
}
