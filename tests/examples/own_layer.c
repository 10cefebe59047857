/* A layer of one's own, convolution and filtered leaky ReLU, against the same with the nonlinearity taken sample by sample:
 * what is left of a shift by half a sample, and the gradients that training needs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <aliasfree/equivariance.h>
#include <aliasfree/fourier.h>
#include <aliasfree/tensor.h>

enum { CHANNELS = 8, SIZE = 66, KERNEL = 3, OUT = SIZE - KERNEL + 1, BORDER = 12, INNER = OUT - 2 * BORDER };

static const double GAIN = 1.4142135623730951, SLOPE = 0.2;

typedef struct {
    alf_tensor *weight, *bias;
    alf_flrelu *nonlinearity; /* NULL: leaky ReLU, sample by sample */
} layer;

/* --- the layer ------------------------------------------------------------------------------------------------------- */

/* Upsampling by 2, leaky ReLU, downsampling by 2, both with a filter that lets half of the band pass and nothing beyond
 * it: what the corners of the leaky ReLU add there is gone before it can alias. Frequencies in cycles per sample. */
static alf_status plan_nonlinearity(alf_ctx *ctx, alf_flrelu **out)
{
    const alf_fir_spec design = {.numtaps = 12, .fs = 2, .cutoff = 0.25, .width = 0.5};
    alf_fir           *fir;
    alf_status         status = alf_fir_design(ctx, &design, &fir);
    if (status != ALF_OK) return status;

    alf_flrelu_spec spec = alf_flrelu_spec_default();
    spec.in_h = spec.in_w = OUT;
    spec.up_filter = spec.down_filter = alf_fir_taps(fir);
    spec.up = spec.down = 2;
    spec.padding[0] = spec.padding[2] = 11; /* as large again as it was, the centre in its place */
    spec.padding[1] = spec.padding[3] = 10;
    spec.gain = GAIN;
    spec.slope = SLOPE;
    status = alf_flrelu_create(ctx, &spec, out);
    alf_fir_destroy(fir);
    return status;
}

/* x [N, CHANNELS, SIZE, SIZE] -> [N, CHANNELS, OUT, OUT]. No checks: the first error is kept by the context. */
static alf_tensor *forward(alf_ctx *ctx, const layer *l, alf_tensor *x)
{
    const alf_conv_spec conv = alf_conv_spec_default();
    x = alf_conv2d(ctx, x, l->weight, 1 / sqrt(CHANNELS * KERNEL * KERNEL), &conv);
    return l->nonlinearity ? alf_filtered_lrelu(ctx, x, l->bias, l->nonlinearity)
                           : alf_bias_act(ctx, x, l->bias, SLOPE, GAIN, INFINITY);
}

/* --- equivariance ---------------------------------------------------------------------------------------------------- */

/* Band-limited features, moved to the right by `shift` samples exactly. */
static alf_tensor *features(alf_ctx *ctx, double shift)
{
    double       freqs[2 * CHANNELS], phases[CHANNELS], amplitudes[CHANNELS];
    const double inverse[9] = {1, 0, -shift / SIZE, 0, 1, 0, 0, 0, 1};
    for (int i = 0; i < CHANNELS; i++) { /* cycles per canvas, which here is as wide as the features */
        const double f = SIZE / 8.0 * (i + 1) / CHANNELS;
        freqs[2 * i] = f * cos(2.4 * i);
        freqs[2 * i + 1] = f * sin(2.4 * i);
        phases[i] = 0.37 * i;
        amplitudes[i] = GAIN;
    }
    alf_fourier_transform(CHANNELS, inverse, freqs, phases);
    return alf_fourier_grid(ctx, alf_tensor_from_f64(ctx, 3, (int64_t[]){1, CHANNELS, 2}, freqs),
                            alf_tensor_from_f64(ctx, 2, (int64_t[]){1, CHANNELS}, phases),
                            alf_tensor_from_f64(ctx, 2, (int64_t[]){1, CHANNELS}, amplitudes), SIZE, SIZE, SIZE);
}

/* What the layer's picture shows away from the border, where zeros were taken for what is not there. */
static alf_status read_inner(alf_ctx *ctx, alf_tensor *y, double out[])
{
    return alf_tensor_read(ctx, alf_slice(ctx, alf_slice(ctx, y, 2, BORDER, INNER), 3, BORDER, INNER), out);
}

/* The layer of shifted features against the shifted layer of features: error relative to the variance, in dB. */
static alf_status equivariance(alf_ctx *ctx, const layer *l, double *db)
{
    enum { PIXELS = INNER * INNER, VALUES = CHANNELS * PIXELS };
    double          *block = malloc((3 * VALUES + PIXELS) * sizeof *block);
    double          *base = block, *moved = block + VALUES, *expected = block + 2 * VALUES, *mask = block + 3 * VALUES;
    alf_pooled_error error = {0};
    alf_scope       *scope = alf_scope_open(ctx); /* what is made from here on is released with it */

    alf_status status = block ? ALF_OK : alf_fail(ctx, ALF_ERR_MEMORY, "no memory for features");
    if (status == ALF_OK) status = read_inner(ctx, forward(ctx, l, features(ctx, 0)), base);
    if (status == ALF_OK) status = read_inner(ctx, forward(ctx, l, features(ctx, 0.5)), moved);
    if (status == ALF_OK)
        status = alf_shift_fractional(ctx, CHANNELS, INNER, INNER, base, 0.5 / INNER, 0, expected, mask);
    if (status == ALF_OK) {
        alf_pooled_error_add(&error, CHANNELS, PIXELS, moved, expected, mask, NULL);
        *db = alf_pooled_error_relative_db(&error);
    }
    alf_scope_close(scope, NULL);
    free(block);
    return status;
}

/* --- gradients ------------------------------------------------------------------------------------------------------- */

/* Mean square of what the layer makes: a loss like any other. */
static alf_tensor *loss_of(alf_ctx *ctx, const layer *l, alf_tensor *weight)
{
    const layer with = {.weight = weight, .bias = l->bias, .nonlinearity = l->nonlinearity};
    return alf_mean(ctx, alf_square(ctx, forward(ctx, &with, features(ctx, 0))), 15);
}

/* The slope of the loss along its gradient, by a difference, over the length of the gradient: 1 if that is right. */
static alf_status check_gradient(alf_ctx *ctx, const layer *l, double *ratio)
{
    const double step = 0.01;
    double       square, above, below;
    alf_tensor  *weight = alf_variable(ctx, l->weight), *loss = loss_of(ctx, l, weight), *gradient;
    alf_status   status = alf_grad(ctx, 1, &loss, NULL, 1, &weight, false, &gradient);
    if (status == ALF_OK) status = alf_tensor_read(ctx, alf_sum(ctx, alf_square(ctx, gradient), 15), &square);
    if (status == ALF_OK) {
        alf_tensor *way = alf_scale_shift(ctx, gradient, step / sqrt(square), 0);
        status = alf_tensor_read(ctx, loss_of(ctx, l, alf_add(ctx, l->weight, way)), &above);
        if (status == ALF_OK) status = alf_tensor_read(ctx, loss_of(ctx, l, alf_sub(ctx, l->weight, way)), &below);
    }
    if (status == ALF_OK) *ratio = (above - below) / (2 * step) / sqrt(square);
    return status;
}

/* --- the whole ------------------------------------------------------------------------------------------------------- */

static alf_status run(alf_ctx *ctx)
{
    double      filtered, pointwise, ratio;
    layer       l = {.weight = alf_tensor_random_normal(ctx, 4, (int64_t[]){CHANNELS, CHANNELS, KERNEL, KERNEL}, 1, 0),
                     .bias = alf_tensor_full(ctx, 1, (int64_t[]){CHANNELS}, 0.1)};
    const layer plain = l;
    alf_status  status = plan_nonlinearity(ctx, &l.nonlinearity);
    if (status == ALF_OK) status = equivariance(ctx, &l, &filtered);
    if (status == ALF_OK) status = equivariance(ctx, &plain, &pointwise);
    if (status == ALF_OK) status = check_gradient(ctx, &l, &ratio);
    if (status == ALF_OK)
        printf("equivariance, filtered: %.1f dB\nequivariance, pointwise: %.1f dB\nslope along the gradient: %.4f\n",
               filtered, pointwise, ratio);
    alf_flrelu_destroy(l.nonlinearity);
    return status;
}

int main(void)
{
    char     message[256];
    alf_ctx *ctx;
    if (alf_ctx_create(NULL, message, sizeof message, &ctx) != ALF_OK) {
        fprintf(stderr, "%s\n", message);
        return EXIT_FAILURE;
    }
    const alf_status status = run(ctx);
    if (status != ALF_OK) fprintf(stderr, "%s\n", alf_ctx_message(ctx));
    alf_ctx_destroy(ctx);
    return status == ALF_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
