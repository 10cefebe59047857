/* The hot loops: one table per instruction set, one function that chooses it.
 *
 * The tables are filled by one template (template.h) that each of scalar.c, avx2.c and avx512.c compiles for float and
 * double; a kernel written for one instruction set takes the place of the template's in that table alone. Every entry
 * works on a tile: rows [row0, row1) of one plane of output, in a scratch of plan->space bytes. */
#ifndef ALF_DSP_KERNELS_H
#define ALF_DSP_KERNELS_H

#include "plans.h"

/* What happens to an upsampled sample. */
typedef enum {
    ALF_FINISH_NONE = 0,
    ALF_FINISH_LRELU,      /* gain, leaky ReLU, clamp                    */
    ALF_FINISH_LRELU_MASK, /* the same, and its code is kept in the mask */
    ALF_FINISH_READ_MASK   /* multiplied by what its code says           */
} alf_finish;

typedef struct {
    alf_finish             finish;
    double                 gain, slope, clamp;
    int64_t                row0, row1;
    const alf_mask_layout *layout;
    uint8_t               *mask; /* of this plane */
    void                  *scratch;
    bool                   more; /* the next plane is for the same thread */
} alf_flrelu_tile;

typedef void alf_flrelu_f32_kernel(const alf_flrelu_pass *pass, const alf_flrelu_tile *tile, const float *x, float bias,
                                   float *y);
typedef void alf_flrelu_f64_kernel(const alf_flrelu_pass *pass, const alf_flrelu_tile *tile, const double *x,
                                   double bias, double *y);

typedef struct {
    void (*upfirdn2d_f32)(const alf_upfirdn *plan, int64_t row0, int64_t row1, const float *x, float *y, void *scratch);
    void (*upfirdn2d_f64)(const alf_upfirdn *plan, int64_t row0, int64_t row1, const double *x, double *y,
                          void *scratch);
    alf_flrelu_f32_kernel *flrelu_f32;
    alf_flrelu_f64_kernel *flrelu_f64;
    /* The same where pass->six fits and the nonlinearity is convex, its gain positive; NULL in the scalar table. */
    alf_flrelu_f32_kernel *flrelu6_f32;
    alf_flrelu_f64_kernel *flrelu6_f64;
    double (*sum_f32)(int64_t count, const float *x); /* in double */
    double (*sum_f64)(int64_t count, const double *x);
    /* Multiply-adds of floats for `rounds` rounds; returns the floating-point operations done. `sink` gets ALF_LANE_PAD sums. */
    double (*fma_probe)(int64_t rounds, float *sink);
} alf_kernels;

/* The table of an instruction set; the scalar one where it was not compiled. */
const alf_kernels *alf_kernels_of(alf_isa isa);

extern const alf_kernels alf_kernels_scalar;
#ifdef ALF_HAVE_AVX
extern const alf_kernels alf_kernels_avx2, alf_kernels_avx512;
#endif

/* Initialises a table with the template's kernels of instruction set `isa`. */
#define ALF_KERNEL_TABLE(isa)                                                                                          \
    .upfirdn2d_f32 = alf_k_upfirdn2d_f32_##isa, .upfirdn2d_f64 = alf_k_upfirdn2d_f64_##isa,                            \
    .flrelu_f32 = alf_k_flrelu_f32_##isa, .flrelu_f64 = alf_k_flrelu_f64_##isa, .sum_f32 = alf_k_sum_f32_##isa,        \
    .sum_f64 = alf_k_sum_f64_##isa, .fma_probe = alf_k_fma_probe_f32_##isa
/* And with those that need vectors. */
#define ALF_VECTOR_TABLE(isa)                                                                                          \
    {                                                                                                                  \
        ALF_KERNEL_TABLE(isa), .flrelu6_f32 = alf_k_flrelu6_f32_##isa, .flrelu6_f64 = alf_k_flrelu6_f64_##isa          \
    }

#endif
