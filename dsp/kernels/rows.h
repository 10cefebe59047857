/* Rows of column planes: reading them from an image, weighted sums of shifted rows, writing them back. Part of
 * template.h. */

#define VEC K(vec)
#define IVEC K(ivec)
#define BVEC K(bvec)
#if LANES == 1
typedef T       VEC;
typedef I       IVEC;
typedef uint8_t BVEC;
#define WHERE(comparison) (-(I)(comparison))
#define SELECT(where, a, b) ((where) ? (a) : (b))
#define WIDEN(bytes) ((I)(bytes))
#define NARROW(integers) ((uint8_t)(integers))
#else
typedef T       VEC __attribute__((vector_size(LANES * sizeof(T))));
typedef I       IVEC __attribute__((vector_size(LANES * sizeof(T))));
typedef uint8_t BVEC __attribute__((vector_size(LANES)));
#define WHERE(comparison) ((IVEC)(comparison))
#define SELECT(where, a, b) ((VEC)(((where) & (IVEC)(a)) | (~(where) & (IVEC)(b))))
#define WIDEN(bytes) __builtin_convertvector(bytes, IVEC)
#define NARROW(integers) __builtin_convertvector(integers, BVEC)
#endif

/* What happens to a sum before it is stored. */
#define ACT K(act)
typedef struct {
    VEC gain, negative, clamp; /* negative: gain times slope */
} ACT;

ALWAYS_INLINE ACT K(act_of)(const alf_flrelu_tile *tile)
{
    T gain = (T)tile->gain, negative = (T)(tile->gain * tile->slope), clamp = (T)tile->clamp;

    return (ACT){SPLAT(gain), SPLAT(negative), SPLAT(clamp)};
}

ALWAYS_INLINE VEC K(load)(const T *p)
{
    VEC v;

    memcpy(&v, p, sizeof v);
    return v;
}

ALWAYS_INLINE void K(store)(T *p, VEC v)
{
    memcpy(p, &v, sizeof v);
}

/* As in PyTorch the slope belongs to 0, and a value of exactly the clamp has passed. NaN stays NaN. */
ALWAYS_INLINE VEC K(lrelu)(VEC v, const ACT *act, IVEC *code)
{
    const VEC zero = SPLAT((T)0);
    IVEC      positive = WHERE(v > zero);
    VEC       y = v * SELECT(positive, act->gain, act->negative);
    IVEC      above = WHERE(y > act->clamp), below = WHERE(y < -act->clamp);

    *code = (((positive + 1) & ~(above | below)) * ALF_MASK_NEGATIVE) - (above | below) * ALF_MASK_CLAMPED;
    return SELECT(above, act->clamp, SELECT(below, -act->clamp, y));
}

ALWAYS_INLINE VEC K(masked)(VEC v, const ACT *act, const uint8_t *codes)
{
    const VEC zero = SPLAT((T)0);
    BVEC      bytes;

    memcpy(&bytes, codes, sizeof bytes);
    IVEC code = WIDEN(bytes);
    IVEC passed = WHERE(code == ALF_MASK_PASSED), negative = WHERE(code == ALF_MASK_NEGATIVE);

    return v * SELECT(passed, act->gain, SELECT(negative, act->negative, zero));
}

ALWAYS_INLINE VEC K(finish)(VEC v, alf_finish finish, const ACT *act, uint8_t *codes, int64_t at)
{
    IVEC code;

    if (finish == ALF_FINISH_NONE) return v;
    if (finish == ALF_FINISH_READ_MASK) return K(masked)(v, act, codes + at);
    v = K(lrelu)(v, act, &code);
    if (finish == ALF_FINISH_LRELU_MASK) {
        BVEC bytes = NARROW(code);

        memcpy(codes + at, &bytes, sizeof bytes);
    }
    return v;
}

#define PIECES K(pieces)
/* A weighted sum of pieces of memory: of value[k] * in[base + offset[k] ..], k < count. */
typedef struct {
    const T       *in;
    int64_t        base, count;
    const int64_t *offset;
    const T       *value;
} PIECES;

/* out[i] = finish(sum at i) for i < n, a multiple of ALF_LANE_PAD. */
ALWAYS_INLINE void K(add_up)(T *out, const PIECES *s, int64_t n, alf_finish finish, const ACT *act, uint8_t *codes)
{
    const VEC zero = SPLAT((T)0);
    int64_t   i = 0;

    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        VEC a = zero, b = zero, c = zero, d = zero;

        for (int64_t k = 0; k < s->count; k++) {
            const T *p = s->in + (s->base + s->offset[k] + i);
            VEC      t = SPLAT(s->value[k]);

            a = FMA(t, K(load)(p), a);
            b = FMA(t, K(load)(p + LANES), b);
            c = FMA(t, K(load)(p + 2 * LANES), c);
            d = FMA(t, K(load)(p + 3 * LANES), d);
        }
        K(store)(out + i, K(finish)(a, finish, act, codes, i));
        K(store)(out + i + LANES, K(finish)(b, finish, act, codes, i + LANES));
        K(store)(out + i + 2 * LANES, K(finish)(c, finish, act, codes, i + 2 * LANES));
        K(store)(out + i + 3 * LANES, K(finish)(d, finish, act, codes, i + 3 * LANES));
    }
    for (; i < n; i += LANES) {
        VEC a = zero;

        for (int64_t k = 0; k < s->count; k++)
            a = FMA(SPLAT(s->value[k]), K(load)(s->in + (s->base + s->offset[k] + i)), a);
        K(store)(out + i, K(finish)(a, finish, act, codes, i));
    }
}

#define SOURCE K(source)
/* Where the input rows of a stage are: row `row` at `data`, the others `stride` apart, none outside of [0, rows). */
typedef struct {
    const T *data;
    int64_t  row, rows, stride;
} SOURCE;

/* The sum that gives plane `plane` of output row `o`, from the input rows that exist. */
ALWAYS_INLINE PIECES K(pieces_of)(const alf_stage *stage, int64_t o, int plane, const SOURCE *from)
{
    alf_reach reach = alf_stage_reach(stage, o);
    int64_t   top = reach.row < 0 ? -reach.row : 0;
    int64_t   end = from->rows - reach.row < reach.count ? from->rows - reach.row : reach.count;
    int64_t   first = stage->first[(int64_t)reach.phase * stage->planes + plane] + top * stage->per_row[plane];
    int64_t   count = end > top ? (end - top) * stage->per_row[plane] : 0;

    return (PIECES){from->data, (reach.row - from->row) * from->stride, count, stage->offset + first,
                    TAPS(stage) + first};
}

/* All planes of output row `o`, next to each other. */
static void K(stage_row)(const alf_stage *stage, int64_t o, const SOURCE *from, T *out)
{
    for (int g = 0; g < stage->planes; g++) {
        PIECES pieces = K(pieces_of)(stage, o, g, from);

        K(add_up)(out + g * stage->width, &pieces, stage->width, ALF_FINISH_NONE, NULL, NULL);
    }
}

/* Cuts a row of `count` samples plus `bias` into `planes` column planes of `width` from index `first` on; zero where the
 * row has no sample. */
static void K(split_row)(T *out, const T *row, int64_t count, T bias, int planes, int64_t first, int64_t width)
{
    for (int p = 0; p < planes; p++, out += width) {
        int64_t held = count > p ? (count - p + planes - 1) / planes : 0; /* samples of this plane */
        int64_t from = first < 0 ? -first : 0;
        int64_t to = held - first < width ? held - first : width;

        if (from > width) from = width;
        if (to < from) to = from;
        const T *in = row + p;

        memset(out, 0, (size_t)from * sizeof(T));
        if (planes == 1)
            for (int64_t i = from; i < to; i++) out[i] = in[first + i] + bias;
        else if (planes == 2)
            for (int64_t i = from; i < to; i++) out[i] = in[2 * (first + i)] + bias;
        else
            for (int64_t i = from; i < to; i++) out[i] = in[planes * (first + i)] + bias;
        memset(out + to, 0, (size_t)(width - to) * sizeof(T));
    }
}

/* Puts column planes of `width` together again, `count` samples in all. */
static void K(join_row)(T *row, const T *in, int64_t count, int planes, int64_t width)
{
    if (planes == 1) {
        memcpy(row, in, (size_t)count * sizeof(T));
        return;
    }
    if (planes == 2) {
        for (int64_t i = 0; i < count / 2; i++) {
            row[2 * i] = in[i];
            row[2 * i + 1] = in[width + i];
        }
        if (count % 2) row[count - 1] = in[count / 2];
        return;
    }
    for (int p = 0; p < planes; p++)
        for (int64_t i = p, k = p * width; i < count; i += planes, k++) row[i] = in[k];
}
