/* Rows of column planes: reading them from an image, weighted sums of shifted rows, writing them back. Part of
 * template.h. */

#define VEC K(vec)
#define IVEC K(ivec)
#if LANES == 1
typedef T VEC;
typedef I IVEC;
#define WHERE(comparison) (-(I)(comparison))
#define SELECT(where, a, b) ((where) ? (a) : (b))
#else
typedef T VEC __attribute__((vector_size(LANES * sizeof(T))));
typedef I IVEC __attribute__((vector_size(LANES * sizeof(T))));
#define WHERE(comparison) ((IVEC)(comparison))
#define SELECT(where, a, b) ((VEC)(((where) & (IVEC)(a)) | (~(where) & (IVEC)(b))))
#endif

/* What happens to a sum before it is stored. */
#define ACT K(act)
typedef struct {
    VEC  gain, slope, negative, clamp; /* negative: gain times slope     */
    bool convex;                       /* gain is the larger of the two  */
} ACT;

ALWAYS_INLINE ACT K(act_of)(const alf_flrelu_tile *tile)
{
    T gain = (T)tile->gain, negative = (T)(tile->gain * tile->slope), clamp = (T)tile->clamp;
    return (ACT){SPLAT(gain), SPLAT((T)tile->slope), SPLAT(negative), SPLAT(clamp), gain >= negative};
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

/* A number that is not one stays so: MIN and MAX give their second argument then. */
ALWAYS_INLINE VEC K(lrelu)(VEC v, const ACT *act, VEC *unclamped)
{
    VEC passed = v * act->gain, negative = v * act->negative;
    VEC y = act->convex ? MAX(passed, negative) : MIN(passed, negative);
    *unclamped = y;
    return MAX(-act->clamp, MIN(act->clamp, y));
}

/* As in PyTorch the slope belongs to 0, and a value of exactly the clamp has passed. */
ALWAYS_INLINE VEC K(lrelu_mask)(VEC v, const ACT *act, uint8_t *codes)
{
    const VEC zero = SPLAT((T)0);
    VEC       unclamped, y = K(lrelu)(v, act, &unclamped);
    IVEC      positive = WHERE(v > zero), clamped = WHERE(y != unclamped);
    STORE_CODES(codes, ((positive + ALF_MASK_NEGATIVE) & ~clamped) | (clamped & ALF_MASK_CLAMPED));
    return y;
}

ALWAYS_INLINE VEC K(masked)(VEC v, const ACT *act, const uint8_t *codes)
{
    const VEC zero = SPLAT((T)0);
    IVEC      code = LOAD_CODES(codes);
    IVEC      passed = WHERE(code == ALF_MASK_PASSED), negative = WHERE(code == ALF_MASK_NEGATIVE);
    return v * SELECT(passed, act->gain, SELECT(negative, act->negative, zero));
}

/* The same with a word of codes of which these samples are number `part`. */
ALWAYS_INLINE VEC K(masked_by_word)(VEC v, const ACT *act, const uint8_t *word, int part)
{
    const alf_bits was = alf_bits_get(word, LANES, part);
    return v * SCALE_WHERE(was.clamped, SCALE_WHERE(was.negative, act->gain, act->slope), SPLAT((T)0));
}

ALWAYS_INLINE VEC K(lrelu_mask_to_word)(VEC v, const ACT *act, uint8_t *word, int part)
{
    VEC            unclamped, y = K(lrelu)(v, act, &unclamped);
    const uint32_t clamped = BITS_DIFFER(y, unclamped), negative = BITS_NOT_ABOVE(v, SPLAT((T)0));
    alf_bits_put(word, LANES, part, (alf_bits){negative & ~clamped, clamped});
    return y;
}

ALWAYS_INLINE VEC K(finish_by_word)(VEC v, alf_finish finish, const ACT *act, uint8_t *word, int part)
{
    VEC unclamped;
    switch (finish) {
    case ALF_FINISH_LRELU: return K(lrelu)(v, act, &unclamped);
    case ALF_FINISH_LRELU_MASK: return K(lrelu_mask_to_word)(v, act, word, part);
    case ALF_FINISH_READ_MASK: return K(masked_by_word)(v, act, word, part);
    default: return v;
    }
}

ALWAYS_INLINE VEC K(finish)(VEC v, alf_finish finish, const ACT *act, uint8_t *codes, int64_t at)
{
    VEC unclamped;
    switch (finish) {
    case ALF_FINISH_LRELU: return K(lrelu)(v, act, &unclamped);
    case ALF_FINISH_LRELU_MASK: return K(lrelu_mask)(v, act, codes + at);
    case ALF_FINISH_READ_MASK: return K(masked)(v, act, codes + at);
    default: return v;
    }
}

#define PIECES K(pieces)
/* A weighted sum of pieces of memory: of value[k] * in[base + offset[k] ..], k < count. */
typedef struct {
    const T       *in;
    int64_t        base, count;
    const int64_t *offset;
    const T       *value;
} PIECES;

/* The sum at i .. i + vectors * LANES, for a constant number of vectors: independent chains that share each value. */
ALWAYS_INLINE void K(add_block)(T *out, const PIECES *s, int64_t i, int vectors, alf_finish finish, const ACT *act,
                                uint8_t *codes)
{
    const VEC zero = SPLAT((T)0);
    VEC       a = zero, b = zero, c = zero, d = zero;
    for (int64_t k = 0; k < s->count; k++) {
        const T *p = s->in + (s->base + s->offset[k] + i);
        VEC      t = SPLAT(s->value[k]);
        a = FMA(t, K(load)(p), a);
        if (vectors > 1) b = FMA(t, K(load)(p + LANES), b);
        if (vectors > 2) c = FMA(t, K(load)(p + 2 * LANES), c);
        if (vectors > 3) d = FMA(t, K(load)(p + 3 * LANES), d);
    }
    K(store)(out + i, K(finish)(a, finish, act, codes, i));
    if (vectors > 1) K(store)(out + i + LANES, K(finish)(b, finish, act, codes, i + LANES));
    if (vectors > 2) K(store)(out + i + 2 * LANES, K(finish)(c, finish, act, codes, i + 2 * LANES));
    if (vectors > 3) K(store)(out + i + 3 * LANES, K(finish)(d, finish, act, codes, i + 3 * LANES));
}

/* out[i] = finish(sum at i) for i < n, a multiple of LANES. */
ALWAYS_INLINE void K(add_up)(T *out, const PIECES *s, int64_t n, alf_finish finish, const ACT *act, uint8_t *codes)
{
    int64_t i = 0;
    for (int64_t left = n / LANES; left > 0;) {
        /* no single chain at the end, whose latency would show: 5 = 3 + 2 */
        int64_t take = left >= 8 ? 4 : left > 4 ? (left + 1) / 2 : left;

        switch (take) {
        case 4: K(add_block)(out, s, i, 4, finish, act, codes); break;
        case 3: K(add_block)(out, s, i, 3, finish, act, codes); break;
        case 2: K(add_block)(out, s, i, 2, finish, act, codes); break;
        default: K(add_block)(out, s, i, 1, finish, act, codes); break;
        }
        i += take * LANES;
        left -= take;
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

/* out[i] = in[i] + bias for i < count; in steps that may overlap. */
ALWAYS_INLINE void K(add_bias)(T *out, const T *in, int64_t count, T bias)
{
    const VEC b = SPLAT(bias);
    if (count < LANES) {
        for (int64_t i = 0; i < count; i++) out[i] = in[i] + bias;
        return;
    }
    for (int64_t i = 0; i + LANES < count; i += LANES) K(store)(out + i, K(load)(in + i) + b);
    K(store)(out + count - LANES, K(load)(in + count - LANES) + b);
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
            K(add_bias)(out + from, in + first + from, to - from, bias);
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
