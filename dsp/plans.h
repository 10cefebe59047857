/* What plans hold, private to the DSP library: resampling cut into phases so that every inner loop runs over
 * neighbouring memory.
 *
 * A row of samples is kept as column planes: sample i of a row with P planes stands in plane i mod P at index i div P
 * (less the plane's first index). Planes are padded to whole vectors of ALF_LANE_PAD elements. A stage says how one row of
 * output planes is a weighted sum of shifted pieces of input planes; both directions of both operations are made of
 * stages, so kernels know nothing of filters. */
#ifndef ALF_DSP_PLANS_H
#define ALF_DSP_PLANS_H

#include <stdatomic.h>

#include "core/arithmetic.h"
#include "plan_refs.h"
#include "taps.h"

#define ALF_LANE_PAD 16 /* elements; the longest vector of any kernel, so that padded rows have no tails     */
#define ALF_STRIP 64    /* columns that a kernel takes down the rows at a time; their rows lie this far apart */

/* --- stages -------------------------------------------------------------------------------------------------------- */

/* One axis of a resampling: output o is the sum over inputs i of tap[up*i + pad - down*o]. Sample o is number o div
 * out_planes of plane o mod out_planes, input likewise; up * in_planes == down * out_planes. */
typedef struct {
    int     up, down;
    int64_t pad;
    int     taps;
    int     in_planes, out_planes;
} alf_axis;

/* Taps as a stage takes them: height x width values, read backwards when `reverse`, times `scale`. */
typedef struct {
    const double *values;
    int           height, width;
    bool          reverse;
    double        scale;
} alf_tap_block;

/* How the input rows of a stage lie in memory, and how long the planes of its output rows are. */
typedef struct {
    int64_t plane;  /* elements of an input plane                    */
    int64_t first;  /* index of the first sample of each input plane */
    int64_t stride; /* from one input row to the next                */
    int64_t width;  /* elements of an output plane                   */
} alf_stage_layout;

/* Output row o has phase s = o mod phases and takes rows[s] input rows from row start[s] + (o div phases) * step on.
 * Its plane g is the sum over the entries e in [first[s][g], + rows[s] * per_row[g]) of value[e] * input[offset[e] ..],
 * offsets counted from its first input row; the entries of one input row stand together. */
typedef struct {
    int      phases, step;
    int64_t *start; /* [phases]             */
    int     *rows;  /* [phases]             */
    int      planes;
    int64_t  width;
    int     *per_row; /* [planes]           */
    int64_t *first;   /* [phases][planes]   */
    int64_t *offset;  /* [entries]          */
    float   *f32;     /* [entries], no denormals */
    double  *f64;
} alf_stage;

alf_status alf_stage_build(alf_ctx *ctx, const alf_tap_block *taps, const alf_axis *rows, const alf_axis *columns,
                           const alf_stage_layout *layout, alf_stage *out);
void       alf_stage_release(alf_stage *stage);

/* The smallest and largest index into its input planes that an axis reaches for its first output samples. */
void alf_axis_span(const alf_axis *axis, int64_t *lowest, int64_t *highest);
/* An axis that changes nothing. */
alf_axis alf_axis_identity(void);

/* The input rows of output row o, not yet cut to those that exist. */
typedef struct {
    int     phase;
    int64_t row;
    int     count;
} alf_reach;

static inline alf_reach alf_stage_reach(const alf_stage *stage, int64_t o)
{
    int     phase = stage->phases == 1 ? 0 : (int)(o % stage->phases);
    int64_t turn = stage->phases == 1 ? o : o / stage->phases;
    return (alf_reach){phase, stage->start[phase] + turn * stage->step, stage->rows[phase]};
}

/* Existing input rows [lowest, end) that output rows [row0, row1) need of `rows`; empty when lowest >= end. */
static inline void alf_stage_rows(const alf_stage *stage, int64_t row0, int64_t row1, int64_t rows, int64_t *lowest,
                                  int64_t *end)
{
    alf_reach top = alf_stage_reach(stage, row0);
    alf_reach bottom = alf_stage_reach(stage, row1 - 1);
    int64_t   last = bottom.row + bottom.count;
    *lowest = top.row > 0 ? top.row : 0;
    *end = last < rows ? last : rows;
    if (*end < *lowest) *end = *lowest;
}

/* --- sizes shared by both plans ------------------------------------------------------------------------------------ */

int64_t alf_pad_lanes(int64_t count); /* rounded up to whole ALF_LANE_PAD */
int     alf_lcm(int a, int b);
/* Checks the fields that both specs have. */
alf_status alf_check_geometry(alf_ctx *ctx, int64_t in_h, int64_t in_w, int up, int down, const int padding[4]);

/* At least as many input rows as `band` output rows can reach, at most in_rows. */
int64_t alf_rows_reached(int64_t band, int down, int taps, int up, int64_t in_rows);
/* ALF_ERR_ARGUMENT unless there is a plane and planes * h * w doubles can be addressed. */
alf_status alf_check_planes(alf_ctx *ctx, const char *what, int64_t planes, int64_t h, int64_t w);

#define ALF_MAX_FACTOR 64
#define ALF_MAX_PADDING 65536
#define ALF_MAX_SIDE ((int64_t)1 << 24)
#define ALF_MAX_BAND 64            /* rows of output in a tile                                             */
#define ALF_BAND_BYTES (512 << 10) /* scratch of a tile if that is possible, so that it stays in a near cache */

#define ALF_ROWS_AT_ONCE 8 /* that upfirdn2d takes through a pass before the next */

/* Where the parts of a tile's scratch start, in elements, and how many rows of output a tile has. */
typedef struct {
    int64_t band;
    int64_t strip;                     /* rows of output made from a strip of the sheet at a time */
    int64_t x, wide, sheet, thin, row; /* elements from the start of the scratch              */
    size_t  codes, bytes;              /* bytes from its start; `bytes` is the size of it all */
} alf_space;

/* Counting the owners of a plan, who may be on different threads; drop is true for the last one. */
static inline void alf_refs_take(atomic_int *refs)
{
    atomic_fetch_add_explicit(refs, 1, memory_order_relaxed);
}

static inline bool alf_refs_drop(atomic_int *refs)
{
    return atomic_fetch_sub_explicit(refs, 1, memory_order_acq_rel) == 1;
}

/* The horizontal stages that have kernels of their own: number, input planes, output planes, taps, and the input sample,
 * counted across the planes, that the first tap of each output plane meets. Up by 2 and 4; up by 2 onto a grid of four
 * planes; down by 2 from two and from four planes; down by 4; four taps: as many as there are, up by 2, down by 2. */
#define ALF_ACROSS6_SHAPES(X)                                                                                          \
    X(1, 1, 2, 6, 0, 0, 0, 0)                                                                                          \
    X(2, 1, 2, 6, 0, 1, 0, 0)                                                                                          \
    X(3, 1, 4, 6, 0, 0, 0, 0)                                                                                          \
    X(4, 1, 4, 6, 0, 0, 0, 1)                                                                                          \
    X(5, 1, 4, 6, 0, 0, 1, 1)                                                                                          \
    X(6, 1, 4, 6, 0, 1, 1, 1)                                                                                          \
    X(7, 2, 4, 6, 0, 0, 1, 1)                                                                                          \
    X(8, 2, 4, 6, 0, 1, 1, 2)                                                                                          \
    X(9, 2, 4, 6, 1, 1, 2, 2)                                                                                          \
    X(10, 2, 4, 6, 1, 2, 2, 3)                                                                                         \
    X(11, 2, 1, 12, 0, 0, 0, 0)                                                                                        \
    X(12, 2, 1, 12, 1, 0, 0, 0)                                                                                        \
    X(13, 4, 2, 12, 0, 2, 0, 0)                                                                                        \
    X(14, 4, 2, 12, 1, 3, 0, 0)                                                                                        \
    X(15, 4, 2, 12, 2, 4, 0, 0)                                                                                        \
    X(16, 4, 2, 12, 3, 5, 0, 0)                                                                                        \
    X(17, 4, 1, 24, 0, 0, 0, 0)                                                                                        \
    X(18, 4, 1, 24, 1, 0, 0, 0)                                                                                        \
    X(19, 4, 1, 24, 2, 0, 0, 0)                                                                                        \
    X(20, 4, 1, 24, 3, 0, 0, 0)                                                                                        \
    X(21, 1, 1, 4, 0, 0, 0, 0)                                                                                         \
    X(22, 1, 2, 2, 0, 0, 0, 0)                                                                                         \
    X(23, 1, 2, 2, 0, 1, 0, 0)                                                                                         \
    X(24, 2, 1, 4, 0, 0, 0, 0)                                                                                         \
    X(25, 2, 1, 4, 1, 0, 0, 0)
/* Down by 2 from two and from four planes, whole: the numbers above. */
enum { ALF_ACROSS6_HALVES_TWO = 11, ALF_ACROSS6_HALVES_FOUR = 13 };

typedef struct {
    int     number;         /* 0: none of them */
    int64_t in_plane, skip; /* elements of each input plane before those that are meant */
} alf_across6;

/* Which of them a stage is, from rows of in_planes planes of in_plane elements. */
alf_across6 alf_across6_find(const alf_stage *stage, int in_planes, int64_t in_plane);

/* --- upfirdn2d ----------------------------------------------------------------------------------------------------- */

/* x rows (x_planes, zero-padded) -> [across] -> wide rows -> down -> y planes. A separable filter has both stages, any other
 * works on the x rows directly. */
struct alf_upfirdn {
    atomic_int       refs;
    alf_upfirdn_spec spec; /* owns its taps */
    int64_t          out_h, out_w;
    bool             separable;
    int              x_planes, y_planes;
    int64_t          x_first, x_plane, y_plane;
    alf_stage        across, down;
    alf_across6      shape;    /* of across     */
    alf_space        space[2]; /* float, double */
};

/* --- filtered leaky ReLU ------------------------------------------------------------------------------------------- */

/* The 2-bit mask of a plane: `rows` rows of `row_bytes`; sample (row, column) is code number
 * (column mod planes) * plane + column div planes of its row. Sixteen codes are a word of 32 bits: the low bits of them all
 * in its low half, the high ones in its high half. */
typedef struct {
    int     planes;
    int64_t plane, rows, columns, row_bytes;
} alf_mask_layout;

enum { ALF_MASK_PASSED = 0, ALF_MASK_NEGATIVE = 1, ALF_MASK_CLAMPED = 2 };

/* Scratch of the fast path below, in elements from its start, but words and their end in bytes. */
typedef struct {
    int64_t turns; /* of the vertical pass between two horizontal ones */
    int64_t wide, thin, state, row;
    size_t  words, bytes;
} alf_six_space;

#define ALF_SIX_SUMS 6   /* output rows that a grid row is added to                       */
#define ALF_SIX_STATE 11 /* vectors of each column of vectors: five input rows, six sums  */

/* The fast path for symmetric filters with six taps per phase. It goes down a plane in turns, the grid rows until the
 * phases of both filters are the same again, and has a grid of its own: of the pass's, the rows [grid0, grid1) and the
 * columns that have mask samples. Thin rows have `margin` zeros before each plane. */
typedef struct {
    bool          fits;
    int           up;    /* 2 or 4, and so is the pass's `down`, but not both 4 */
    int           first; /* phase of the first grid row of those that take the same input rows */
    int           turn;  /* grid rows */
    int64_t       grid0, grid1, grid_plane, x_first, x_plane, thin_plane, margin;
    int64_t       mask_index; /* of the first sample of each grid plane in the mask's */
    int64_t       band;       /* rows of output in a tile              */
    int64_t       planes;     /* in a tile, if it has all of their rows */
    alf_stage     in, out;    /* horizontal */
    alf_across6   in_shape, out_shape;
    alf_six_space space[2]; /* float, double */
} alf_six;

/* One direction: x rows -> upsampled grid rows -> nonlinearity or mask -> y rows. The grid is a sheet of `planes` column
 * planes; grid row j is row j + mask_row of the mask, index q of a grid plane is index q + mask_index of the mask's. */
typedef struct {
    int64_t     in_h, in_w, out_h, out_w;
    int64_t     grid_h;
    int         down, down_taps; /* along y */
    int         planes, x_planes, y_planes;
    int64_t     x_first, x_plane, grid_plane, y_plane;
    bool        up_separable, down_separable, pointwise;
    alf_stage   up_across, up, down_rows, down_across; /* down_rows works on strips, or on the sheet if not separable */
    int64_t     mask_row, mask_index;
    alf_across6 up_shape, down_shape; /* of up_across and down_across */
    struct {
        bool fits;  /* up by 2 or 4 as in six, then down by 2 with 12 x 12 taps, symmetric along both axes */
        int  first; /* as in six */
    } radial12;
    struct {
        bool fits;  /* the other way round; the radial filter is the one up */
        int  first; /* as in six */
    } radial12_back;
    alf_six   six;
    alf_space space[2];
} alf_flrelu_pass;

struct alf_flrelu {
    atomic_int      refs;
    alf_flrelu_spec spec; /* owns its taps */
    int64_t         grid_h, grid_w;
    alf_mask_layout mask;
    alf_flrelu_pass forward, adjoint;
};

/* The columns of a direction: filters, zeros before the first upsampled sample, samples, sample of the mask's that is
 * the first one's. */
typedef struct {
    alf_tap_block up, down;
    int64_t       pad, size, mask_first;
} alf_six_axis;

/* Plans the fast path of a pass that is built and whose filters are fit for it, from phase `first` on; where the mask has
 * nothing of the grid there is none. */
alf_status alf_six_build(alf_ctx *ctx, alf_flrelu_pass *pass, int first_phase, const alf_six_axis *a,
                         const alf_mask_layout *mask);
void       alf_six_release(alf_six *six);

/* Fills both directions of a plan whose spec and forward sizes are set; on failure what is there is to be released. */
alf_status alf_flrelu_build(alf_ctx *ctx, alf_flrelu *plan);
/* Checks the arguments of an execution. */
alf_status alf_flrelu_check(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                            const void *x, const void *bias, const uint8_t *mask, const void *y);

#endif
