/* Metrics of a generator: equivariance (paper, section 2.2 and appendix E), texture sticking (the paper's figure 1 as a
 * number), and the sliced Wasserstein distance to a data set (Karras et al. 2018, "Progressive growing of GANs",
 * section 5). */
#ifndef ALIASFREE_METRICS_H
#define ALIASFREE_METRICS_H

#include "aliasfree/dataset.h"
#include "aliasfree/equivariance.h"
#include "aliasfree/generator.h"
#include "aliasfree/sticking.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is measured. */
typedef enum {
    ALF_EQT_INT = 0,       /* EQ-T, translations by whole pixels                      */
    ALF_EQT_FRAC,          /* EQ-T, translations by fractions of pixels               */
    ALF_EQR,               /* EQ-R, rotations                                         */
    ALF_EQ_KINDS,          /* how many kinds of equivariance there are                */
    ALF_SWD = ALF_EQ_KINDS /* the sliced Wasserstein distance, which needs a data set */
} alf_metric_kind;

/* A metric as its name tells it. */
typedef struct {
    alf_metric_kind kind;     /* "eqt50k_int": ALF_EQT_INT            */
    int64_t         samples;  /* "eqt50k_int": 50000, "eqt64_int": 64 */
    char            name[32]; /* as it was given                      */
} alf_metric;

/* Understands eqt<N>k_int, eqt<N>_int, eqt<N>k_frac, eqt<N>_frac, eqr<N>k, eqr<N>, swd<N>k, swd<N>; samples 1 to 10
 * million. */
ALF_API ALF_NODISCARD alf_status alf_metric_parse(alf_ctx *ctx, const char *name, alf_metric *out);

/* How equivariance is measured. */
typedef struct {
    int64_t  batch;         /* images per transform, at least 1; default 4        */
    uint64_t seed;          /* of latents, transforms and labels                  */
    int      class_index;   /* conditional networks; -1: a random class per image */
    double   translate_max; /* largest shift, in image sizes; default 1/8         */
} alf_equivariance_options;

/* Four images per transform, seed 0, random classes, shifts of up to an eighth of the image. */
ALF_API alf_equivariance_options alf_equivariance_options_default(void);

/* What was measured. More decibels are better. */
typedef struct {
    alf_metric metric;      /* that was asked for                                               */
    double     db;          /* 10 log10(4 / MSE)                                                */
    double     low, high;   /* 95% interval, bootstrap over transforms; NaN with only one group */
    double     relative_db; /* the same error relative to the variance of the image             */
    int64_t    samples;     /* as measured: rounded up to whole groups                          */
    double     seconds;     /* of the pass that measured it, which other metrics share          */
} alf_equivariance_result;

/* Measures `count` metrics together (one pass; kinds of equal sample numbers share their images). ALF_ERR_UNSUPPORTED
 * for a network without input transform. */
ALF_API ALF_NODISCARD alf_status alf_measure_equivariance(alf_generator *g, int count, const alf_metric metrics[],
                                                          const alf_equivariance_options *options,
                                                          alf_equivariance_result         results[]);

/* Adds to sums[kind], for each kind whose bit is set in `kinds`, the pooled error of one group: images of ws under one
 * translation (tx, ty) in units of the image size and one rotation by `angle` radians, held against the operators of
 * equivariance.h on the untransformed images. EQT_INT rounds the translation to whole pixels. */
ALF_API ALF_NODISCARD alf_status alf_equivariance_group(alf_generator *g, alf_tensor *ws, unsigned kinds, double tx,
                                                        double ty, double angle, alf_pooled_error sums[ALF_EQ_KINDS]);

/* The middle 95% of the decibels of pooled errors when their groups, sums[i * stride], are drawn 1000 times again with
 * replacement. range as for alf_pooled_error_db(); 0: relative to the variance. NaN for fewer than two groups and where
 * nothing was compared. */
ALF_API void alf_pooled_error_interval(int64_t groups, int64_t stride, const alf_pooled_error sums[], double range,
                                       uint64_t seed, double *low, double *high);

/* --- equivariance of images from elsewhere ------------------------------------------------------------------------------ */

/* Renders images number first .. first + count - 1 of a source with the canvas moved, into images
 * [count, channels, size, size]: finite values of about -1 to 1. The same numbers, asked for together, mean the same
 * images each time.
 *
 * `inverse` (3x3, row-major, last row 0 0 1) tells where the moved image takes its content from: at a point p it shows
 * what the unmoved image shows at inverse (p, 1). Points are in canvas widths from the centre, to the right and down; the
 * centre of the pixel in column u is at (u + 0.5) / size - 0.5, rows alike. It is the identity for the unmoved image,
 * else a translation or a rotation. Any status but ALF_OK ends the measurement with it, a number that is
 * none with ALF_ERR_ARGUMENT. */
typedef alf_status (*alf_image_fn)(void *user, int64_t first, int64_t count, const double inverse[9], double images[]);

/* A generator of any make. */
typedef struct {
    alf_image_fn render;   /* makes the images                 */
    void        *user;     /* handed to render                 */
    int64_t      size;     /* of the square images, 1 to 65536 */
    int          channels; /* 1 to 4096                        */
} alf_image_source;

/* What alf_measure_equivariance() does with a network, under the same transforms for the same seed, for any source of
 * images; class_index says nothing to it. ALF_ERR_RANGE for images that are not finite or were left unfinished; what
 * render returns when it fails, with its own text where it recorded one with alf_fail(). Calls render from the thread
 * that calls, with options->batch images at a time. */
ALF_API ALF_NODISCARD alf_status alf_measure_source_equivariance(alf_ctx *ctx, const alf_image_source *source,
                                                                 int count, const alf_metric metrics[],
                                                                 const alf_equivariance_options *options,
                                                                 alf_equivariance_result         results[]);

/* --- where equivariance is lost ----------------------------------------------------------------------------------------- */

/* What one layer loses. */
typedef struct {
    char             name[48]; /* "input", then as alf_synthesis_options.observe tells them, then "image" */
    int64_t          channels; /* 0: the network has no such features                                     */
    int64_t          size;     /* of the feature map, its margin included                                 */
    double           rate;     /* its samples per canvas width                                            */
    alf_pooled_error error;    /* over samples and channels; mask 0: the map is smaller than the operators' support.
                                  value is 0, square is without each map's mean: the variance is that within maps   */
} alf_layer_error;

/* How many results there are for a network: the input features, the layers of the plan, the image. */
ALF_API int alf_equivariance_layer_count(const alf_generator *g);

/* Transforms the input as alf_equivariance_group() does, by one kind, and holds the features of each layer against the
 * untransformed ones, moved by the same operators about the canvas' centre at the layer's own sampling rate (by whole
 * samples where the translation comes out so). Only samples within the canvas count, not those of the margin. Fills
 * layers[alf_equivariance_layer_count()] in the order of the network. Untransformed features of all layers are kept
 * meanwhile. */
ALF_API ALF_NODISCARD alf_status alf_equivariance_layers(alf_generator *g, alf_tensor *ws, alf_metric_kind kind,
                                                         double tx, double ty, double angle, alf_layer_error layers[]);

/* --- texture sticking --------------------------------------------------------------------------------------------------- */

/* Images under a translation of the input that goes on from frame to frame, first to the right, then down. Every frame is
 * a whole image, so something enters where something leaves, and slices are complete in all frames. */
typedef struct {
    double   velocity;    /* pixels per frame, above 0; default 1/4                                                   */
    double   span;        /* image widths from the first frame to the last, about the untranslated image; default 1/2 */
    double   margin;      /* image widths left out along each border, 0 to 3/8; default 1/16                          */
    int      rows;        /* slices of each image and axis, evenly spread; default 16, at most as many as there are   */
    int64_t  seeds;       /* images; default 16                                                                       */
    uint64_t seed;        /* of latents and labels                                                                    */
    int      class_index; /* conditional networks; -1: a random class per image                                       */
    double   beta_space,
        beta_time; /* of the windows, see sticking.h                                                    */
} alf_sticking_options;

/* A quarter of a pixel per frame over half an image, 16 images. */
ALF_API alf_sticking_options alf_sticking_options_default(void);

/* The slices that the options make of an image of `size` pixels: span size / velocity frames. */
ALF_API ALF_NODISCARD alf_status alf_sticking_spec_of(alf_ctx *ctx, const alf_sticking_options *options, int64_t size,
                                                      alf_sticking_spec *out);

/* A slice is a row or a column of pixels with all its channels. Its shares are of its own energy, so that each counts the
 * same; slices with less than 1e-10 of their image's variance show rounding and are left out. An image's share is the mean
 * over its slices of both axes, the network's the mean over images. */
typedef struct {
    double  k_min;                        /* cycles per pixel                                           */
    double  stuck;                        /* share of the energy from k_min on; NaN: no slice had any   */
    double  low, high;                    /* its 95% interval, bootstrap over images; NaN with only one */
    double  carried, rest;                /* stuck + carried + rest = 1                                 */
    double  chance_stuck, chance_carried; /* of white noise, new in each frame                          */
    double  k_low, k_high;                /* the lowest and the highest frequency that counts           */
    double  energy_db;                    /* of all that counts, relative to the variance of the images */
    double  stuck_db;                     /* of that on the stuck line, alike: how much there is to see */
    int64_t frames, length;               /* of a slice                                                 */
    int64_t slices, flat;                 /* that count; that were left out                             */
    double  seconds;                      /* that it took                                               */
} alf_sticking_result;

/* Measures shares from each of `count` frequencies k_min on, on the same images. `spectrum`, unless NULL, gets the mean
 * over slices of their spectra, each divided by the slice's energy from k_min[0] on: [frames, frequencies] as in
 * alf_sticking_add(). ALF_ERR_UNSUPPORTED for a network without input transform; ALF_ERR_RANGE where the way is too short
 * for a k_min: slices of n pixels that move by s pixels in all tell lines apart from about 4.3 / s + 2.7 / (n - 2) cycles
 * per pixel on (with the windows of the defaults). */
ALF_API ALF_NODISCARD alf_status alf_measure_sticking(alf_generator *g, const alf_sticking_options *options, int count,
                                                      const double k_min[], alf_sticking_result results[],
                                                      double *spectrum);

/* --- sliced Wasserstein distance ---------------------------------------------------------------------------------------- */

/* Levels that a pyramid can have. */
#define ALF_SWD_LEVELS 12

/* How the distance is measured. */
typedef struct {
    int64_t  batch;       /* images generated at a time; default 4                            */
    uint64_t seed;        /* of latents, labels, patches and projections                      */
    int      class_index; /* conditional networks; -1: labels of random items of the data set */
} alf_swd_options;

/* Four images at a time, seed 0, labels of the data set. */
ALF_API alf_swd_options alf_swd_options_default(void);

/* Distances by level of detail. */
typedef struct {
    int     levels;                     /* of the Laplacian pyramid: full resolution, half, ... down to 16 pixels */
    int64_t resolution[ALF_SWD_LEVELS]; /* of the level, in pixels                                                */
    double  distance[ALF_SWD_LEVELS];   /* times 1000, as in the paper                                            */
    double  mean;                       /* over the levels                                                        */
    double  seconds;                    /* that it took                                                           */
} alf_swd_result;

/* Distance between `samples` generated images (truncation 1, random noise, as bytes: x*127.5 + 128, clamped, truncated)
 * and as many of the data set (in shuffled order, walked through again where it has fewer): 128 random 7x7 patches of
 * each image and level, normalised per channel, projected on 4 times 128 random directions. Both sets are cut at the same
 * places, so a set is at 0 from itself; StyleGAN3 normalises styles over a batch, so its images, and the figure, depend on
 * options->batch. Resolution and channels must agree. Memory: for each image of either set and each
 * level, 4 bytes per value of 128 patches, or of the level where that is less. */
ALF_API ALF_NODISCARD alf_status alf_measure_swd(alf_generator *g, alf_dataset *data, int64_t samples,
                                                 const alf_swd_options *options, alf_swd_result *out);
/* The same between two data sets, of `samples` images each. */
ALF_API ALF_NODISCARD alf_status alf_measure_swd_data(alf_ctx *ctx, alf_dataset *a, alf_dataset *b, int64_t samples,
                                                      const alf_swd_options *options, alf_swd_result *out);

#ifdef __cplusplus
}
#endif
#endif
