/* Tensors and the operations that networks are written in.
 *
 * A tensor is an immutable n-dimensional array of the context's backend (float32 or double), contiguous, row-major;
 * images are NCHW. An operation returns a new tensor, which belongs to the innermost open scope and is released with
 * it. On an error an operation records it in the context and returns the failed tensor, never NULL; an operation that
 * is given the failed tensor returns it. So a computation is written straight down and checked once, at its end, with
 * alf_ctx_status(). NULL as an input means: absent, where that is allowed.
 *
 * Functions below that are not listed as taking NULL record ALF_ERR_ARGUMENT for it. */
#ifndef ALIASFREE_TENSOR_H
#define ALIASFREE_TENSOR_H

#include "aliasfree/archive.h"
#include "aliasfree/resample.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An array, and what gradients need of its past. */
typedef struct alf_tensor alf_tensor;
/* Tensors that are released together. */
typedef struct alf_scope alf_scope;

/* --- scopes: who releases what ------------------------------------------------------------------------------------- */

/* Opens a scope: tensors made from now on belong to it. Without an open scope they live until the context's end.
 * NULL with the error recorded when memory is short; the functions below accept that. */
ALF_API alf_scope *alf_scope_open(alf_ctx *ctx);
/* Releases everything in the scope but the `count` tensors of `keep` (NULL among them is fine), which stay in it.
 * Inside long loops this keeps memory flat. */
ALF_API void alf_scope_keep(alf_scope *scope, alf_tensor *const keep[], int count);
/* Closes the scope and those still open inside of it (which must not be closed again), hands `result` (may be NULL) to the enclosing one, releases the
 * rest. Returns result. */
ALF_API alf_tensor *alf_scope_close(alf_scope *scope, alf_tensor *result);

/* A reference of one's own, beyond any scope; release it before the context's end. Both accept NULL. */
ALF_API alf_tensor *alf_tensor_retain(alf_tensor *x);
ALF_API void        alf_tensor_release(alf_tensor *x);

/* --- making, reading ------------------------------------------------------------------------------------------------ */

/* Copies numbers: as many as shape [ndim] says, with ndim 0 to ALF_MAX_DIMS. */
ALF_API alf_tensor *alf_tensor_from_f64(alf_ctx *ctx, int ndim, const int64_t shape[], const double values[]);
/* Copies an array of an archive. */
ALF_API alf_tensor *alf_tensor_from_array(alf_ctx *ctx, const alf_array *array);
/* One value all over. */
ALF_API alf_tensor *alf_tensor_full(alf_ctx *ctx, int ndim, const int64_t shape[], double value);
/* Standard normal numbers of a Philox stream (see random.h). */
ALF_API alf_tensor *alf_tensor_random_normal(alf_ctx *ctx, int ndim, const int64_t shape[], uint64_t seed,
                                             uint64_t stream);

/* What a tensor is. */
ALF_API bool    alf_tensor_failed(const alf_tensor *x);         /* is it the failed tensor?          */
ALF_API int     alf_tensor_ndim(const alf_tensor *x);           /* 0 for the failed tensor           */
ALF_API int64_t alf_tensor_dim(const alf_tensor *x, int index); /* 1 beyond ndim                     */
ALF_API int64_t alf_tensor_count(const alf_tensor *x);          /* elements, 0 for the failed tensor */
/* Copies all elements to the host. The failed tensor gives the context's status. */
ALF_API ALF_NODISCARD alf_status alf_tensor_read(alf_ctx *ctx, const alf_tensor *x, double out[]);

/* --- shapes --------------------------------------------------------------------------------------------------------- */

ALF_API alf_tensor *alf_reshape(alf_ctx *ctx, alf_tensor *x, int ndim, const int64_t shape[]); /* same count, no copy */
/* Elements first .. first + count along one dimension. */
ALF_API alf_tensor *alf_slice(alf_ctx *ctx, alf_tensor *x, int dim, int64_t first, int64_t count);
/* Repeats dimensions of size 1 up to the given shape; leading dimensions are added. */
ALF_API alf_tensor *alf_expand(alf_ctx *ctx, alf_tensor *x, int ndim, const int64_t shape[]);
/* Joins two tensors along one dimension. */
ALF_API alf_tensor *alf_concat(alf_ctx *ctx, alf_tensor *a, alf_tensor *b, int dim);

/* --- elementwise, with NumPy's broadcasting ------------------------------------------------------------------------- */

ALF_API alf_tensor *alf_add(alf_ctx *ctx, alf_tensor *a, alf_tensor *b);                      /* a + b             */
ALF_API alf_tensor *alf_sub(alf_ctx *ctx, alf_tensor *a, alf_tensor *b);                      /* a - b             */
ALF_API alf_tensor *alf_mul(alf_ctx *ctx, alf_tensor *a, alf_tensor *b);                      /* a b               */
ALF_API alf_tensor *alf_div(alf_ctx *ctx, alf_tensor *a, alf_tensor *b);                      /* a / b             */
ALF_API alf_tensor *alf_scale_shift(alf_ctx *ctx, alf_tensor *x, double scale, double shift); /* scale x + shift   */
ALF_API alf_tensor *alf_square(alf_ctx *ctx, alf_tensor *x);                                  /* x^2               */
ALF_API alf_tensor *alf_sqrt(alf_ctx *ctx, alf_tensor *x);                                    /* the root of x     */
ALF_API alf_tensor *alf_rsqrt(alf_ctx *ctx, alf_tensor *x);                                   /* 1 / the root of x */

/* log(1 + exp(x)), without overflow. */
ALF_API alf_tensor *alf_softplus(alf_ctx *ctx, alf_tensor *x);
/* Its derivative, 1 / (1 + exp(-x)). */
ALF_API alf_tensor *alf_sigmoid(alf_ctx *ctx, alf_tensor *x);
/* The nearest value in [low, high]. */
ALF_API alf_tensor *alf_clamp(alf_ctx *ctx, alf_tensor *x, double low, double high);
/* Mean or sum over the dimensions whose bit is set in `dims` (bit d for dimension d); they stay with size 1. */
ALF_API alf_tensor *alf_mean(alf_ctx *ctx, alf_tensor *x, unsigned dims);
ALF_API alf_tensor *alf_sum(alf_ctx *ctx, alf_tensor *x, unsigned dims);
/* x / sqrt(mean of x^2 along the last dimension + 1e-8), for x [N, features]. */
ALF_API alf_tensor *alf_normalize_second_moment(alf_ctx *ctx, alf_tensor *x);

/* --- layers --------------------------------------------------------------------------------------------------------- */

/* alpha op(a) op(b) of matrices; op transposes where the flag is set. */
ALF_API alf_tensor *alf_matmul(alf_ctx *ctx, alf_tensor *a, bool transpose_a, alf_tensor *b, bool transpose_b,
                               double alpha);

/* clamp(gain * leaky_relu(x + bias, slope), +-limit); x [N, C, ...], bias [C] or NULL; slope >= 0, 1 is linear;
 * gain > 0; limit >= 0, INFINITY for none. */
ALF_API alf_tensor *alf_bias_act(alf_ctx *ctx, alf_tensor *x, alf_tensor *bias, double slope, double gain,
                                 double limit);

/* A convolution's geometry. Output: (in + 2 padding - k)//stride + 1, transposed: (in - 1) stride + k - 2 padding. */
typedef struct {
    int  padding;    /* both axes, both sides, >= 0 */
    int  stride;     /* >= 1                        */
    bool transposed; /* the adjoint's geometry: upsamples by stride; a true convolution of the zero-
                        stuffed input                                                                */
    bool flip;       /* reverses the kernel: turns the correlation of a plain convolution into a
                        convolution                                                                  */
} alf_conv_spec;

ALF_API alf_conv_spec alf_conv_spec_default(void); /* stride 1, no padding */

/* x [N, in, h, w], weight [out, in, kh, kw], times `gain`. */
ALF_API alf_tensor *alf_conv2d(alf_ctx *ctx, alf_tensor *x, alf_tensor *weight, double gain, const alf_conv_spec *spec);

/* How styles take part in a convolution. */
typedef struct {
    alf_conv_spec conv;       /* geometry                                                                         */
    bool          demodulate; /* each output channel of each sample is divided by the norm of its styled weights  */
    bool          normalize;  /* StyleGAN3: weights to unit mean square per output channel, styles over the batch */
} alf_modulation;

/* Modulated convolution as one operation, without per-sample weights: the style [N, in] scales input channels, shared
 * weights [out, in, kh, kw] convolve, demodulation and input_gain (one element, or NULL) scale output channels. */
ALF_API alf_tensor *alf_modulated_conv2d(alf_ctx *ctx, alf_tensor *x, alf_tensor *weight, alf_tensor *style,
                                         alf_tensor *input_gain, const alf_modulation *spec);

/* Resampling, and the filtered leaky ReLU (bias [C] or NULL), of x [N, C, h, w] by a plan of resample.h for this h and w.
 * The result's record holds on to the plan, which may be destroyed at any time. */
ALF_API alf_tensor *alf_upfirdn2d(alf_ctx *ctx, alf_tensor *x, const alf_upfirdn *plan);
ALF_API alf_tensor *alf_filtered_lrelu(alf_ctx *ctx, alf_tensor *x, alf_tensor *bias, const alf_flrelu *plan);

/* sin(2 pi (f . p + phase)) * amplitude on an h x w grid of sampling rate `rate`: freqs [N, C, 2], phases [N, C],
 * amplitudes [N, C]  ->  [N, C, h, w]. See fourier.h. */
ALF_API alf_tensor *alf_fourier_grid(alf_ctx *ctx, alf_tensor *freqs, alf_tensor *phases, alf_tensor *amplitudes,
                                     int64_t h, int64_t w, double rate);

/* --- images --------------------------------------------------------------------------------------------------------- */

/* x [N, C, H, W] with rows and columns added by reflection about the outermost samples (which are not repeated):
 * padding = left, right, top, bottom, each in 0 .. size - 1. */
ALF_API alf_tensor *alf_pad_reflect(alf_ctx *ctx, alf_tensor *x, const int64_t padding[4]);
/* Bilinear sampling at affinely transformed positions, zeros outside: output pixel (column u, row v) of image n is x at
 * column m[0] u + m[1] v + m[2], row m[3] u + m[4] v + m[5], with m = matrices [N, 6], pixel centres at whole numbers.
 * x [N, C, H, W] -> [N, C, h, w]. Differentiable along x. */
ALF_API alf_tensor *alf_sample_affine(alf_ctx *ctx, alf_tensor *x, const double matrices[], int64_t h, int64_t w);
/* Each image correlated with its own taps along columns (along_x) or rows: x [N, C, H, W], taps [N, count];
 * y[n, c, v, u] = sum_k taps[n, k] x[n, c, v, u + k], without padding. Differentiable along x. */
ALF_API alf_tensor *alf_filter_each(alf_ctx *ctx, alf_tensor *x, const double taps[], int64_t count, bool along_x);

/* --- gradients ------------------------------------------------------------------------------------------------------ */

/* A tensor with the elements of x that gradients can be taken of; operations on it are recorded. */
ALF_API alf_tensor *alf_variable(alf_ctx *ctx, alf_tensor *x);
/* The elements of x without its past. */
ALF_API alf_tensor *alf_detach(alf_ctx *ctx, alf_tensor *x);

/* Gradients of sum_i <outputs[i], output_grads[i]> (output_grads NULL: ones) along inputs, which are variables or
 * results of recorded operations. grads[i] belongs to the current scope and is NULL where no output depends on the
 * input. With create_graph the gradients can be differentiated again; without, what the record kept is given back on
 * the way, so gradients can be taken of it once. On failure every grads[i] is the failed tensor. */
ALF_API ALF_NODISCARD alf_status alf_grad(alf_ctx *ctx, int num_outputs, alf_tensor *const outputs[],
                                          alf_tensor *const output_grads[], int num_inputs, alf_tensor *const inputs[],
                                          bool create_graph, alf_tensor *grads[]);

/* Name of the processor kernels that OpenBLAS chose; "" if it does not tell. */
ALF_API const char *alf_blas_core_name(void);

#ifdef __cplusplus
}
#endif
#endif
