/* Plain convolution layers of discriminators: resample, convolve, bias, leaky ReLU, clamp. */
#ifndef ALF_MODELS_CONV_LAYER_H
#define ALF_MODELS_CONV_LAYER_H

#include "models/params.h"

/* What a layer is, before it has any values. */
typedef struct {
    char          prefix[32]; /* of its parameters, such as "b16.conv0."                             */
    int64_t       in_channels, out_channels;
    int64_t       in_size; /* of the image, square                                               */
    int           kernel;
    int           down;   /* 1 or 2                                                            */
    bool          linear; /* no bias, activation or clamp: the branch of a residual block      */
    bool          frozen; /* buffers in the place of parameters                                */
    double        gain;   /* on top of the activation's                                        */
    double        clamp;  /* before that gain; INFINITY: none                                  */
    int           taps;   /* of the resampling filter, which every layer carries               */
    const double *filter;
} alf_conv_layer_spec;

typedef struct {
    alf_tensor   *weight;   /* [out, in, kernel, kernel] */
    alf_tensor   *bias;     /* [out]; NULL: linear       */
    alf_upfirdn  *resample; /* ahead of the convolution; NULL: none */
    alf_conv_spec conv;
    double        weight_gain, gain, limit;
} alf_conv_layer;

alf_status alf_conv_layer_declare(alf_params *params, const alf_conv_layer_spec *spec);
/* Fills `out`, whose plan alf_conv_layer_clear() gives back, also after a failure. */
alf_status alf_conv_layer_build(const alf_params *params, const alf_conv_layer_spec *spec, alf_conv_layer *out);
void       alf_conv_layer_clear(alf_conv_layer *layer);

/* x [N, in, size, size] -> [N, out, size / down, size / down] */
alf_tensor *alf_conv_layer_forward(alf_ctx *ctx, const alf_conv_layer *layer, alf_tensor *x);

/* The plan that downsamples an image of in_size x in_size pixels by the filter of "<prefix>resample_filter" as it comes
 * ahead of a convolution with this kernel, padding included; kernel 1 or none: the convolution pads nothing, and the
 * filtered image is decimated at once. */
alf_status alf_downsample_build(const alf_params *params, const char *prefix, int64_t in_size, int kernel, int down,
                                alf_upfirdn **out);

#endif
