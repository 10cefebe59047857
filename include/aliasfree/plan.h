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
/* StyleGAN2: a learned constant; or Fourier features of cutoff 2 on the same 4x4 samples, as many as channels (that grid
 * is inferred), which follow the user's transform. Fourier features of all networks are damped from their cutoff to half
 * the rate; where these are the same, as in B to H by default, they are not (inferred). */
typedef enum { ALF_INPUT_CONST = 0, ALF_INPUT_FOURIER } alf_input;
/* Rates and cutoffs of StyleGAN3's layers. Flexible: cutoffs and stopbands grow geometrically. Octaves, the paper's D to
 * H: two layers at each rate from 4 up. Inferred there: that the first two are both at rate 4, that the features' cutoff
 * (first_cutoff) is 2, and that G and H keep both layers of the highest rate critical (num_critical). */
typedef enum { ALF_SCHEDULE_FLEXIBLE = 0, ALF_SCHEDULE_OCTAVES } alf_schedule;
/* Plain, the paper's D and E: where the rate doubles the input is upsampled; then convolution, leaky ReLU, crop (that
 * order is inferred). Filtered: where m (lrelu_upsampling) is odd and above 1 and n (filter_size) even, layers that double
 * the rate lie half a sample of the raised rate off the canvas' centre; the paper has m = 1, 2, 4. */
typedef enum { ALF_NONLINEARITY_FILTERED = 0, ALF_NONLINEARITY_PLAIN } alf_nonlinearity;
/* Windowed sinc and jinc; Lanczos with a = 2 and Gaussian with sigma = 0.4, of the cutoff alone and never radial; taps: the
 * upsampling of plain nonlinearities by resample_filter. */
typedef enum { ALF_FILTERS_KAISER = 0, ALF_FILTERS_LANCZOS, ALF_FILTERS_GAUSSIAN, ALF_FILTERS_TAPS } alf_filter_family;

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
    bool    use_noise;             /* noise inputs after convolutions; default true (StyleGAN2), false */

    /* StyleGAN2, and StyleGAN3 with given taps */
    int    resample_taps;      /* 1 to 8                                                             */
    double resample_filter[8]; /* default 1 3 3 1; normalised when used                              */

    /* StyleGAN3; in init_kwargs the first three are "flexible", "octaves"; "filtered", "plain"; "kaiser", ... */
    alf_schedule      schedule;        /* default flexible                                               */
    alf_nonlinearity  nonlinearity;    /* default filtered                                               */
    alf_filter_family filter_family;   /* default Kaiser                                                 */
    bool              input_transform; /* the features follow a learned transform; default true          */

    int    num_layers;         /* without ToRGB; default 14; octaves: two for each rate, nothing else    */
    int    num_critical;       /* layers that are critically sampled, at the end; default 2              */
    double first_cutoff;       /* of the features, and if flexible of the first layer; default 2         */
    double first_stopband;     /* flexible: default 2^2.1                                                */
    double last_stopband_rel;  /* flexible: relative to the last cutoff; default 2^0.3                   */
    int    margin_size;        /* samples around the canvas; default 10                                  */
    double output_scale;       /* default 0.25                                                           */
    int    conv_kernel;        /* 1 to 15; default 3                                                     */
    int    filter_size;        /* taps of a filter per sampling step, n; default 6                       */
    int    lrelu_upsampling;   /* of filtered nonlinearities, m; default 2                               */
    bool   use_radial_filters; /* radial downsampling filters outside critical layers; Kaiser only       */
    double magnitude_ema_beta; /* default 0.999                                                          */

    /* StyleGAN2 */
    alf_architecture architecture; /* default skip                                                       */
    alf_input        input;        /* default const                                                      */
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
    const char *name;     /* of files and folders: "stylegan2", "B" to "H", "stylegan3-t", "stylegan3-r" */
    const char *letter;   /* "A" to "H", "T", "R"                                                        */
    const char *change;   /* what differs from the step above, in a few words                            */
    alf_family  family;   /* where it is another than of the step above, settings start from its defaults */
    const char *settings; /* which differ from the step above, as init_kwargs (JSON)                     */
    int         capacity; /* factor of both channel settings                                             */
} alf_rung;

ALF_API int             alf_ladder_size(void);
ALF_API const alf_rung *alf_ladder_at(int index);          /* 0 is A; NULL beyond the last      */
ALF_API const alf_rung *alf_ladder_find(const char *name); /* a name or a letter; NULL: neither */

typedef enum { ALF_LAYER_CONV = 0, ALF_LAYER_TORGB, ALF_LAYER_SKIP } alf_layer_kind;

typedef struct {
    char              name[48]; /* official: "L3_52_512", "b8.conv0"                                                  */
    alf_layer_kind    kind;
    int               w_index; /* which of the num_ws styles it takes; -1: none                                       */
    int               in_channels, out_channels; /* may come out 0: then no generator can be made of the plan */
    int               conv_kernel;
    int64_t           in_size, out_size;
    double            in_rate, out_rate, tmp_rate; /* sampling rates; tmp: of the nonlinearity                        */
    double            in_cutoff, out_cutoff, in_half_width, out_half_width; /* StyleGAN3; else 0                      */
    int               up, down;           /* of the nonlinearity; plain: upsampling with the convolution             */
    int               up_taps, down_taps; /* 1: identity                                                              */
    alf_filter_family filter_family;      /* StyleGAN3: of both filters                                              */
    bool              down_radial, critical;
    bool              plain; /* leaky ReLU at the layer's own rate: no filters around it                     */
    int64_t           conv_in_size, conv_out_size; /* of the convolution itself                              */
    int               conv_padding;                /* that it adds on each side                              */
    int               padding[4]; /* StyleGAN3: x0, x1, y0, y1 of the filtered nonlinearity; plain: of the upsampling or
                                  cropping before the convolution                                         */
    int64_t           noise_size; /* of the noise that is added after the convolution; 0: none              */
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
