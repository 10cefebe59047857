/* The rows of right panels out of neighbours in memory. Part of template.h. */

/* One row: its runs, in whole vectors. */
ALWAYS_INLINE void K(lay_row)(const alf_panel_run *run, const alf_panel_run *end, VEC factor, const float *from,
                              float *to)
{
    for (; run < end; run++)
        for (int64_t i = 0; i < run->count; i += LANES) K(put)(to + run->to + i, factor * K(at)(from + run->from + i));
}

static void K(lay)(const alf_panel_rows *rows, const float *from, float *to)
{
    for (int64_t c = 0; c < rows->channels; c++) {
        const VEC factor = SPLAT(rows->scale ? rows->scale[c] : 1.0f);
        for (int64_t p = 0; p < rows->panels; p++) {
            const alf_panel_run *run = rows->runs + rows->first_run[p], *end = rows->runs + rows->first_run[p + 1];
            for (int64_t t = 0; t < rows->taps; t++)
                K(lay_row)(run, end, factor, from + rows->tap[t], to + p * rows->panel_step + t * COLUMNS);
        }
        from += rows->channel_step;
        to += rows->taps * COLUMNS;
    }
}

/* A line of at least LANES neighbours; the last vector overlaps the one before it. */
ALWAYS_INLINE void K(take_line)(int64_t count, float scale, const float *from, float *to)
{
    const VEC factor = SPLAT(scale);
    for (int64_t i = 0; i + LANES <= count; i += LANES) K(put)(to + i, factor * K(at)(from + i));
    K(put)(to + count - LANES, factor * K(at)(from + count - LANES));
}

static void K(take)(int64_t lines, int64_t count, int64_t step, float scale, const float *from, int64_t from_line,
                    float *to, int64_t to_line)
{
    for (int64_t l = 0; l < lines; l++) {
        if (step == 1 && count >= LANES)
            K(take_line)(count, scale, from, to);
        else if (step == 2)
            for (int64_t i = 0; i < count; i++) to[i] = scale * from[2 * i];
        else
            for (int64_t i = 0; i < count; i++) to[i] = scale * from[i * step];
        from += from_line;
        to += to_line;
    }
}
