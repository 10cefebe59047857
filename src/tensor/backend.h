/* The one table through which operations reach memory and kernels. Private to the library.
 *
 * Two backends fill it: `cpu` in float32 (vectorised, threaded, OpenBLAS) and `reference` in double (naive loops,
 * nothing else). Every pointer named x, y, a, b, w is memory of the backend, in its element type, contiguous and
 * row-major; everything else is host data. Shapes are checked by the caller. Functions that need memory return a status
 * and record the error. Results do not depend on the number of threads.
 *
 * Each entry is linear, or its derivative can be written with other entries: that is what keeps gradients of any order
 * within the table. */
#ifndef ALF_TENSOR_BACKEND_H
#define ALF_TENSOR_BACKEND_H

#include "aliasfree/archive.h"
#include "aliasfree/resample.h"
#include "plan_refs.h"

typedef enum {
    ALF_UNARY_SCALE_SHIFT, /* p x + q             */
    ALF_UNARY_SQUARE,
    ALF_UNARY_SQRT,
    ALF_UNARY_RSQRT,
    ALF_UNARY_SOFTPLUS,
    ALF_UNARY_SIGMOID,
    ALF_UNARY_CLAMP,  /* to [p, q]                                 */
    ALF_UNARY_INSIDE, /* 1 in [p, q], else 0                       */
    ALF_UNARY_FINITE  /* NaN to 0, else clamped to [-p, p]         */
} alf_unary;

typedef enum { ALF_BINARY_ADD, ALF_BINARY_SUB, ALF_BINARY_MUL, ALF_BINARY_DIV } alf_binary;

/* Sampling and padding of image planes and their adjoints. */
typedef enum { ALF_DIRECTION_FORWARD = 0, ALF_DIRECTION_ADJOINT } alf_direction;

/* One step of Adam, its corrections for the start included: m <- beta1 m + (1 - beta1) g, v likewise with g^2,
 * x <- x - step_size m / (sqrt(v) / v_scale + eps). */
typedef struct {
    double beta1, beta2, eps;
    double step_size; /* lr / (1 - beta1^t)      */
    double v_scale;   /* sqrt(1 - beta2^t)       */
} alf_adam_step;

/* Up to ALF_MAX_DIMS loops over the output, outermost first; strides in elements, 0 along broadcast dimensions. The
 * output itself is contiguous. */
typedef struct {
    int     ndim;
    int64_t size[ALF_MAX_DIMS];
    int64_t stride_a[ALF_MAX_DIMS], stride_b[ALF_MAX_DIMS];
} alf_loops;

/* A convolution, in one form that is closed under adjoints. With k over kernel positions, w[o, i, k] stored as
 * [out_ch, in_ch, kh, kw], or as [in_ch, out_ch, kh, kw] if weight_io, and reversed along both axes if flip:
 *   plain:       y[n, o, p] = out_scale[n, o] sum_{i, k} w[o, i, k] in_scale[n, i] x[n, i, p * stride + k - pad]
 *   transposed:  y[n, o, q] = out_scale[n, o] sum_{i, k} w[o, i, k] in_scale[n, i] x[n, i, (q + pad - k) / stride],
 *                over k where the division is exact.
 * x is zero outside its in_h x in_w samples. The adjoint along x has both booleans `transposed` and `weight_io`
 * inverted, in and out exchanged (scales too). */
typedef struct {
    int64_t n, in_ch, in_h, in_w, out_ch, out_h, out_w;
    int     kh, kw;
    int     stride;       /* 1 or more, both axes             */
    int     pad_y, pad_x; /* at the top and left; may be any  */
    bool    transposed, weight_io, flip;
    bool    exact; /* never in less than the backend's own precision: for what gradients are taken of */
    double  gain;  /* that every y is multiplied with, in either form; 1 as a rule */
} alf_conv;

/* A weight, and where a backend keeps what it made of it (panels, transforms) until the weight changes or goes. */
typedef struct {
    const void          *data;
    struct alf_derived **derived; /* see derived.h; NULL: nothing is kept */
} alf_weight;

typedef struct alf_backend {
    const char *name;
    alf_dtype   dtype;

    void *(*alloc)(alf_ctx *ctx, int64_t count); /* uninitialised; NULL with the error recorded */
    void (*release)(void *memory);
    void (*store)(alf_ctx *ctx, int64_t count, const double *host, void *y); /* host to backend */
    void (*load)(alf_ctx *ctx, int64_t count, const void *x, double *host);  /* backend to host */
    void (*fill)(alf_ctx *ctx, int64_t count, double value, void *y);
    alf_status (*random_normal)(alf_ctx *ctx, uint64_t seed, uint64_t stream, int64_t count, void *y);

    void (*unary)(alf_ctx *ctx, alf_unary op, double p, double q, int64_t count, const void *x, void *y);
    void (*binary)(alf_ctx *ctx, alf_binary op, const alf_loops *loops, const void *a, const void *b, void *y);
    /* y = elements of a in the order of the loops (stride_b is not used): slices, transposes, expansion. */
    void (*gather)(alf_ctx *ctx, const alf_loops *loops, const void *a, void *y);
    /* y = scale * sum over the reduced loops of x: stride_a walks x (contiguous as a rule), stride_b walks y and is 0
     * along reduced dimensions. y has y_count elements. Sums are taken in double. */
    void (*reduce)(alf_ctx *ctx, const alf_loops *loops, double scale, const void *x, int64_t y_count, void *y);
    /* y[r] = sum over i of a[r, i] b[r, i], for rows of `count` elements. Sums are taken in double. */
    void (*dot_rows)(alf_ctx *ctx, int64_t rows, int64_t count, const void *a, const void *b, void *y);
    /* y[n, c, i] = clamp(gain * lrelu(x + bias[c], slope), +-limit); bias may be NULL, limit INFINITY. */
    void (*bias_act)(alf_ctx *ctx, int64_t n, int64_t c, int64_t inner, const void *x, const void *bias, double slope,
                     double gain, double limit, void *y);

    /* dx = dy times the slope of bias_act, told from its output y: gain, gain * slope, or 0 beyond the limit. */
    void (*act_gradient)(alf_ctx *ctx, int64_t count, const void *dy, const void *y, double slope, double gain,
                         double limit, void *dx);

    /* y [m, n] = alpha op(a) op(b); op(a) [m, k], op(b) [k, n]; ta, tb: stored transposed. */
    alf_status (*gemm)(alf_ctx *ctx, bool ta, bool tb, int64_t m, int64_t n, int64_t k, double alpha, const void *a,
                       const void *b, void *y);
    /* in_scale [n, in_ch] and out_scale [n, out_ch] may be NULL. */
    alf_status (*conv)(alf_ctx *ctx, const alf_conv *conv, const void *x, const alf_weight *w, const void *in_scale,
                       const void *out_scale, void *y);
    /* dw, laid out as the weight, for the convolution `conv` of x (in) and dy (out); scales as above. With `w` and
     * `products` [n, out_ch] (both or neither) also the gradient along out_scale: products[n, o] is the sum over i, k of
     * w[o, i, k] times the share of sample n in dw[o, i, k], out_scale left out. */
    alf_status (*conv_weight_gradient)(alf_ctx *ctx, const alf_conv *conv, const void *x, const void *dy,
                                       const void *in_scale, const void *out_scale, void *dw, const void *w,
                                       void *products);

    alf_status (*upfirdn)(alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const void *x, void *y);
    alf_status (*flrelu)(alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n, int64_t c,
                         const void *x, const void *bias, uint8_t *mask, void *y);
    alf_status (*fourier)(alf_ctx *ctx, int64_t count, int64_t h, int64_t w, double rate, const void *freqs,
                          const void *phases, const void *amplitudes, void *y);

    /* x [planes, h, w] to y [planes, top + h + bottom, left + w + right] by reflection; the adjoint from y's shape to
     * x's: sums. padding = left, right, top, bottom. */
    void (*pad_reflect)(alf_ctx *ctx, alf_direction direction, int64_t planes, int64_t h, int64_t w,
                        const int64_t padding[4], const void *from, void *to);
    /* See alf_sample_affine(): x [n, c, h, w], y [n, c, out_h, out_w]; the adjoint from y's shape to x's. */
    void (*sample_affine)(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                          int64_t out_h, int64_t out_w, const double matrices[], const void *from, void *to);
    /* See alf_filter_each(): x [n, c, h, w], y shorter by count - 1 along the axis; the adjoint from y's shape to x's. */
    void (*filter_each)(alf_ctx *ctx, alf_direction direction, int64_t n, int64_t c, int64_t h, int64_t w,
                        const double taps[], int64_t count, bool along_x, const void *from, void *to);

    /* In place, for what training changes: x <- x + t (y - x), exactly y at t = 1; and a step of Adam. */
    void (*lerp)(alf_ctx *ctx, int64_t count, double t, const void *y, void *x);
    void (*adam)(alf_ctx *ctx, int64_t count, const alf_adam_step *step, const void *gradient, void *m, void *v,
                 void *x);
} alf_backend;

extern const alf_backend alf_backend_cpu, alf_backend_reference;

/* The table of a context. */
const alf_backend *alf_backend_of(const alf_ctx *ctx);

/* Elements of y, out_ch * out_h * out_w and so on, are products of checked shapes. Fills out_h and out_w of a plain or
 * transposed convolution from the rest and symmetric padding; false when no output is left. */
bool alf_conv_output_size(alf_conv *conv);

#endif
