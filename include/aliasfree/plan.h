/* Configurations and layer plans: what a generator is, before it has any weights.
 *
 * A configuration is a row of settings, named as the official networks name them in their init_kwargs. From it one pure
 * function makes the plan: sizes, sampling rates, cutoffs, half-widths, filters and paddings of every layer. Rates,
 * cutoffs and half-widths are in cycles (samples) per canvas width; sizes and paddings in samples. */
#ifndef ALIASFREE_PLAN_H
#define ALIASFREE_PLAN_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { ALF_STYLEGAN2 = 2, ALF_STYLEGAN3 = 3 } alf_family;
typedef enum { ALF_SKIP = 0, ALF_RESNET, ALF_ORIG } alf_architecture;

typedef struct {
    alf_family family;

    /* both families */
    int     z_dim, w_dim;          /* 1 to 65536; default 512                                               */
    int     c_dim;                 /* number of classes or label values, 0: unconditional                   */
    int     img_resolution;        /* a power of two from 4 (StyleGAN2) or 16 (StyleGAN3) to 4096           */
    int     img_channels;          /* 1 to 16; default 3                                                    */
    int64_t channel_base;          /* overall multiplier of channels; default 32768                         */
    int64_t channel_max;           /* most channels of a layer; default 512                                 */
    double  conv_clamp;            /* clamp of convolution outputs, INFINITY: none; default 256             */
    int     num_fp16_res;          /* kept for the official files; arithmetic here is float32 throughout    */
    int     mapping_layers;        /* default 8 (StyleGAN2), 2 (StyleGAN3)                                  */
    double  mapping_lr_multiplier; /* default 0.01                                                   */
    double  w_avg_beta;            /* default 0.998                                                  */

    /* StyleGAN3 */
    int    num_layers;         /* without ToRGB; default 14                                          */
    int    num_critical;       /* layers that are critically sampled, at the end; default 2          */
    double first_cutoff;       /* of the first layer; default 2                                      */
    double first_stopband;     /* default 2^2.1                                                      */
    double last_stopband_rel;  /* relative to the last cutoff; default 2^0.3                         */
    int    margin_size;        /* samples around the canvas; default 10                              */
    double output_scale;       /* default 0.25                                                       */
    int    conv_kernel;        /* 1 to 15; default 3                                                 */
    int    filter_size;        /* taps per side of resampling, n; default 6                          */
    int    lrelu_upsampling;   /* m; default 2                                                       */
    bool   use_radial_filters; /* radial downsampling filters outside critical layers                */
    double magnitude_ema_beta; /* default 0.999                                                      */

    /* StyleGAN2 */
    alf_architecture architecture;       /* default skip                                             */
    bool             use_noise;          /* default true                                             */
    int              resample_taps;      /* 1 to 8                                                   */
    double           resample_filter[8]; /* default 1 3 3 1; normalised when used                    */
} alf_config;

/* The default settings of a family at 256 pixels. */
ALF_API alf_config alf_config_default(alf_family family);
/* Settings of a named configuration: "stylegan2", "stylegan3-t", "stylegan3-r" (which doubles both channel settings, as
 * the original's `train` does: the arguments are those of its command line). */
ALF_API ALF_NODISCARD alf_status alf_config_named(alf_ctx *ctx, const char *name, int resolution, int64_t channel_base,
                                                  int64_t channel_max, alf_config *out);
/* Settings from an official init_kwargs text (JSON); unknown names and bad values are errors that name them. `origin`
 * (a file name, say) leads the message. */
ALF_API ALF_NODISCARD alf_status alf_config_from_kwargs(alf_ctx *ctx, alf_family family, const char *kwargs,
                                                        const char *origin, alf_config *out);
/* The init_kwargs text of a configuration; the rarer settings are left out at their
 * default. Free with alf_free_data(). */
ALF_API ALF_NODISCARD alf_status alf_config_to_kwargs(alf_ctx *ctx, const alf_config *config, char **out);

typedef enum { ALF_LAYER_CONV = 0, ALF_LAYER_TORGB, ALF_LAYER_SKIP } alf_layer_kind;

typedef struct {
    char           name[48]; /* official: "L3_52_512", "b8.conv0"                                                  */
    alf_layer_kind kind;
    int            w_index; /* which of the num_ws styles it takes; -1: none                                       */
    int            in_channels, out_channels; /* may come out 0: then no generator can be made of the plan */
    int            conv_kernel;
    int64_t        in_size, out_size;
    double         in_rate, out_rate, tmp_rate; /* sampling rates; tmp: of the nonlinearity                        */
    double         in_cutoff, out_cutoff, in_half_width, out_half_width; /* StyleGAN3; else 0                      */
    int            up, down;           /* StyleGAN3: of the nonlinearity. StyleGAN2: of the convolution            */
    int            up_taps, down_taps; /* 1: identity                                                              */
    bool           down_radial, critical;
    int            padding[4]; /* of the filtered nonlinearity: x0, x1, y0, y1                             */
    bool           noise;      /* StyleGAN2: has a noise input                                             */
} alf_layer_plan;

typedef struct {
    alf_config      config;
    int             num_ws;
    int             input_channels;
    int64_t         input_size;
    double          input_rate, input_bandwidth; /* Fourier features; 0 for the learned constant */
    int             num_layers;                  /* of `layers`, ToRGB and skip included         */
    int64_t         num_parameters;              /* trained: mapping and synthesis without buffers */
    alf_layer_plan *layers;
} alf_plan;

/* Derives the plan. ALF_ERR_RANGE names the setting that is out of range. */
ALF_API ALF_NODISCARD alf_status alf_plan_create(alf_ctx *ctx, const alf_config *config, alf_plan **out);
ALF_API void                     alf_plan_print(const alf_plan *plan, FILE *to);
ALF_API void                     alf_plan_destroy(alf_plan *plan); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
