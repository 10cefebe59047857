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

/* The network that a configuration grows from. */
typedef enum {
    ALF_STYLEGAN2 = 2, /* Karras et al. 2020, "Analyzing and improving the image quality of StyleGAN" */
    ALF_STYLEGAN3 = 3  /* Karras et al. 2021, "Alias-free generative adversarial networks"            */
} alf_family;

/* What runs beside the convolutions of StyleGAN2 and of discriminators. */
typedef enum {
    ALF_SKIP = 0, /* colours of every resolution are added up */
    ALF_RESNET,   /* residual blocks                          */
    ALF_ORIG      /* nothing                                  */
} alf_architecture;

/* Input of StyleGAN2. Fourier features of all networks are damped from their cutoff to half the rate; where these are the
 * same, as in B to H by default, they are not (inferred). */
typedef enum {
    ALF_INPUT_CONST = 0, /* a learned constant                                                                   */
    ALF_INPUT_FOURIER    /* Fourier features of cutoff 2 on the same 4x4 samples, as many as channels (that grid is
                            inferred), which follow the user's transform                                         */
} alf_input;

/* Rates and cutoffs of StyleGAN3's layers. Of octaves it is inferred that the first two layers are both at rate 4, that the
 * features' cutoff (first_cutoff) is 2, and that G and H keep both layers of the highest rate critical (num_critical). */
typedef enum {
    ALF_SCHEDULE_FLEXIBLE = 0, /* cutoffs and stopbands grow geometrically              */
    ALF_SCHEDULE_OCTAVES       /* the paper's D to H: two layers at each rate from 4 up */
} alf_schedule;

/* How layers of StyleGAN3 resample. Filtered: where m (lrelu_upsampling) is odd and above 1 and n (filter_size) even, layers
 * that double the rate lie half a sample of the raised rate off the canvas' centre; the paper has m = 1, 2, 4. */
typedef enum {
    ALF_NONLINEARITY_FILTERED = 0, /* around the nonlinearity, which is taken at a higher rate                       */
    ALF_NONLINEARITY_PLAIN         /* D and E: where the rate doubles the input is upsampled; then convolution, leaky
                                      ReLU, crop (that order is inferred)                                            */
} alf_nonlinearity;

/* Filters of StyleGAN3's layers. */
typedef enum {
    ALF_FILTERS_KAISER = 0, /* windowed sinc and jinc                                    */
    ALF_FILTERS_LANCZOS,    /* a = 2, of the cutoff alone and never radial               */
    ALF_FILTERS_GAUSSIAN,   /* sigma = 0.4, of the cutoff alone and never radial         */
    ALF_FILTERS_TAPS        /* the upsampling of plain nonlinearities by resample_filter */
} alf_filter_family;

/* The settings of a generator. */
typedef struct {
    alf_family family; /* which settings count */

    /* both families */
    int     z_dim, w_dim;          /* 1 to 65536; default 512                                            */
    int     c_dim;                 /* number of classes or label values, 0: unconditional                */
    int     img_resolution;        /* a power of two from 4 (StyleGAN2) or 16 (StyleGAN3) to 4096        */
    int     img_channels;          /* 1 to 16; default 3                                                 */
    int64_t channel_base;          /* overall multiplier of channels; default 32768                      */
    int64_t channel_max;           /* most channels of a layer; default 512                              */
    double  conv_clamp;            /* clamp of convolution outputs, INFINITY: none; default 256          */
    int     num_fp16_res;          /* kept for the official files; arithmetic here is float32 throughout */
    int     mapping_layers;        /* default 8 (StyleGAN2), 2 (StyleGAN3)                               */
    double  mapping_lr_multiplier; /* default 0.01                                                       */
    double  w_avg_beta;            /* default 0.998                                                      */
    bool    use_noise;             /* noise inputs after convolutions; default true (StyleGAN2), false   */

    /* StyleGAN2, and StyleGAN3 with given taps */
    int    resample_taps;      /* 1 to 8                                */
    double resample_filter[8]; /* default 1 3 3 1; normalised when used */

    /* StyleGAN3; in init_kwargs the first three are "flexible", "octaves"; "filtered", "plain"; "kaiser", ... */
    alf_schedule      schedule;        /* default flexible                                      */
    alf_nonlinearity  nonlinearity;    /* default filtered                                      */
    alf_filter_family filter_family;   /* default Kaiser                                        */
    bool              input_transform; /* of the features, learned; default true, StyleGAN2: false */

    int    num_layers;         /* without ToRGB; default 14; octaves: two for each rate, nothing else */
    int    num_critical;       /* layers that are critically sampled, at the end; default 2           */
    double first_cutoff;       /* of the features, and if flexible of the first layer; default 2      */
    double first_stopband;     /* flexible: default 2^2.1                                             */
    double last_stopband_rel;  /* flexible: relative to the last cutoff; default 2^0.3                */
    int    margin_size;        /* samples around the canvas; default 10                               */
    double output_scale;       /* default 0.25                                                        */
    int    conv_kernel;        /* 1 to 15; default 3                                                  */
    int    filter_size;        /* taps of a filter per sampling step, n; default 6                    */
    int    lrelu_upsampling;   /* of filtered nonlinearities, m; default 2                            */
    bool   use_radial_filters; /* radial downsampling filters outside critical layers; Kaiser only    */
    double magnitude_ema_beta; /* default 0.999                                                       */

    /* StyleGAN2 */
    alf_architecture architecture; /* default skip  */
    alf_input        input;        /* default const */
} alf_config;

/* The default settings of a family at 256 pixels. */
ALF_API alf_config alf_config_default(alf_family family);
/* Settings of a step of the ladder, by its name or letter: "stylegan3-r" or "R". Channel settings are those of the
 * original's command line, which R doubles. */
ALF_API ALF_NODISCARD alf_status alf_config_named(alf_ctx *ctx, const char *name, int resolution, int64_t channel_base,
                                                  int64_t channel_max, alf_config *out);
/* Settings from an official init_kwargs text (JSON); unknown names and bad values are errors that name them. `origin`
 * (a file name, say) leads the message. */
ALF_API ALF_NODISCARD alf_status alf_config_from_kwargs(alf_ctx *ctx, alf_family family, const char *kwargs,
                                                        const char *origin, alf_config *out);
/* The init_kwargs text of a configuration; the rarer settings are left out at their
 * default. Free with alf_free_data(). */
ALF_API ALF_NODISCARD alf_status alf_config_to_kwargs(alf_ctx *ctx, const alf_config *config, char **out);

/* The ladder of the paper's figure 3, from StyleGAN2 to StyleGAN3. */
typedef struct {
    const char *name;     /* of files and folders: "stylegan2", "B" to "H", "stylegan3-t", "stylegan3-r"  */
    const char *letter;   /* "A" to "H", "T", "R"                                                         */
    const char *change;   /* what differs from the step above, in a few words                             */
    alf_family  family;   /* where it is another than of the step above, settings start from its defaults */
    const char *settings; /* which differ from the step above, as init_kwargs (JSON)                      */
    int         capacity; /* factor of both channel settings                                              */
} alf_rung;

/* Its steps, from A on. */
ALF_API int             alf_ladder_size(void);             /* how many: 10                      */
ALF_API const alf_rung *alf_ladder_at(int index);          /* 0 is A; NULL beyond the last      */
ALF_API const alf_rung *alf_ladder_find(const char *name); /* a name or a letter; NULL: neither */

/* What a layer does. */
typedef enum {
    ALF_LAYER_CONV = 0, /* convolution and nonlinearity          */
    ALF_LAYER_TORGB,    /* 1x1 convolution to colours            */
    ALF_LAYER_SKIP      /* 1x1 convolution past a residual block */
} alf_layer_kind;

/* Every figure of a layer. */
typedef struct {
    char              name[48]; /* official: "L3_52_512", "b8.conv0" */
    alf_layer_kind    kind;     /* what it does                      */
    int               w_index; /* which of the num_ws styles it takes; -1: none                                       */
    int               in_channels, out_channels;   /* may come out 0: then no generator can be made of the plan */
    int               conv_kernel;                 /* taps along an axis                                        */
    int64_t           in_size, out_size;           /* of the feature maps, margins included                     */
    double            in_rate, out_rate, tmp_rate; /* sampling rates; tmp: of the nonlinearity                  */
    double            in_cutoff, out_cutoff, in_half_width, out_half_width; /* StyleGAN3; else 0                      */
    int               up, down;              /* of the nonlinearity; plain: upsampling with the convolution     */
    int               up_taps, down_taps;    /* 1: identity                                                     */
    alf_filter_family filter_family;         /* StyleGAN3: of both filters                                      */
    bool              down_radial, critical; /* the downsampling filter is radial; the rate is twice the cutoff */
    bool              plain; /* leaky ReLU at the layer's own rate: no filters around it                     */
    int64_t           conv_in_size, conv_out_size; /* of the convolution itself */
    int               conv_padding;                /* that it adds on each side */
    int               padding[4]; /* StyleGAN3: x0, x1, y0, y1 of the filtered nonlinearity; plain: of the upsampling or
                                  cropping before the convolution                                         */
    int64_t           noise_size; /* of the noise that is added after the convolution; 0: none              */
} alf_layer_plan;

/* Every figure of a generator. */
typedef struct {
    alf_config      config;                      /* that it follows from                           */
    int             num_ws;                      /* styles that the layers take                    */
    int             input_channels;              /* of the constant or the features                */
    int64_t         input_size;                  /* in samples, margins included                   */
    double          input_rate, input_bandwidth; /* Fourier features; 0 for the learned constant   */
    int             num_layers;                  /* of `layers`, ToRGB and skip included           */
    int64_t         num_parameters;              /* trained: mapping and synthesis without buffers */
    alf_layer_plan *layers;                      /* [num_layers], in the order of computation      */
} alf_plan;

/* Derives the plan. ALF_ERR_RANGE names the setting that is out of range. */
ALF_API ALF_NODISCARD alf_status alf_plan_create(alf_ctx *ctx, const alf_config *config, alf_plan **out);
/* A table of the layers, for a person. */
ALF_API void alf_plan_print(const alf_plan *plan, FILE *to);
ALF_API void alf_plan_destroy(alf_plan *plan); /* releases it; NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
