/* Parts of `aliasfree bench`: rows that are measured one after the other, and what the algorithms cost. */
#ifndef ALF_CLI_BENCH_H
#define ALF_CLI_BENCH_H

#include "cli.h"

/* What one call does at least: floating-point operations (each useful multiply-add counts 2; multiplications by padding
 * or by stuffed zeros do not count), and bytes that must be read or written once. 0: does not apply. */
typedef struct {
    double flops, bytes;
} alf_bench_cost;

/* What the machine can do, which rows are held against. */
typedef struct {
    double fma_gflops, sgemm_gflops, stream_gbs;
} alf_yardsticks;

/* One measured row. */
typedef struct {
    char           name[96], shape[96];
    alf_bench_cost cost;
    double         seconds;
    int            runs;
} alf_bench_result;

typedef struct {
    const alf_cli    *cli;
    alf_ctx          *ctx;
    const char       *filter; /* only rows whose name contains it; NULL: all */
    int               repeats;
    bool              counting;    /* a dry run: rows are only counted         */
    int               done, total; /* rows                                     */
    alf_bench_result *results;     /* [total]                                  */
} alf_bench;

/* One call of what is measured; failures show in the context. */
typedef void (*alf_bench_fn)(alf_ctx *ctx, void *arg);

/* Is the row to be measured now: does the filter want it, is the context free of errors, did nobody ask to stop, and is
 * this more than counting? */
bool alf_bench_wants(alf_bench *b, const char *name);
/* Seconds of the best of up to `repeats` calls, at least 3, but no more once `seconds` have passed. `runs` gets their
 * number. */
double alf_bench_best(const alf_bench *b, double seconds, alf_bench_fn fn, void *arg, int *runs);
/* Measures a row and keeps it. */
void alf_bench_row(alf_bench *b, const char *name, const char *shape, alf_bench_cost cost, alf_bench_fn fn, void *arg);

/* The rows so far, as a table on stdout or as JSON. */
void    alf_bench_print(const alf_bench *b, const alf_yardsticks *yardsticks);
json_t *alf_bench_json(const alf_bench *b, const alf_yardsticks *yardsticks);

/* Zeros would be too easy: `count` numbers in [-1, 1), to be freed with free(); NULL with the error in the context. */
float *alf_bench_numbers(alf_ctx *ctx, int64_t count);

/* The option's value, or what stands for it. */
int64_t alf_bench_int(const alf_cli *c, const char *option, int64_t fallback);

/* --- the machine -------------------------------------------------------------------------------------------------- */

void alf_bench_warn_of_environment(const alf_bench *b);
/* What it can do now, and the same after the rows: the larger figures count, and where they differ much, that is said. */
alf_yardsticks alf_bench_machine(const alf_bench *b);
alf_yardsticks alf_bench_machine_again(const alf_bench *b, alf_yardsticks first);
void           alf_bench_print_machine(const alf_bench *b, const alf_yardsticks *yardsticks);
json_t        *alf_bench_machine_json(const alf_bench *b, const alf_yardsticks *yardsticks);

/* --- memory ------------------------------------------------------------------------------------------------------- */

/* Begins anew to look for the process's peak; false where the system cannot. */
bool alf_bench_reset_peak(void);
/* Bytes that were resident at once since; -1 where the system does not tell. */
int64_t alf_bench_peak(void);

/* --- training ----------------------------------------------------------------------------------------------------- */

/* Measures and shows iterations of training, as the options say. Returns an exit code. */
int alf_bench_train(alf_bench *b);

/* --- the sections ------------------------------------------------------------------------------------------------- */

/* GFLOP/s of a product of two square matrices. */
double alf_bench_sgemm_square(const alf_bench *b);

void alf_bench_sgemm(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_modulated_conv(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_filtered_lrelu(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_fourier(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_upfirdn(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_image(alf_bench *b, const char *config, const alf_plan *plan);

/* --- costs of one image, in the shapes of a layer plan ------------------------------------------------------------ */

alf_bench_cost alf_cost_conv(const alf_plan *plan, const alf_layer_plan *layer);
alf_bench_cost alf_cost_flrelu(const alf_layer_plan *layer);
alf_bench_cost alf_cost_upfirdn(int64_t channels, const alf_upfirdn_spec *spec, int64_t out_size);
alf_bench_cost alf_cost_fourier(const alf_plan *plan);
alf_bench_cost alf_cost_image(const alf_plan *plan);

/* --- shapes ------------------------------------------------------------------------------------------------------- */

/* Sides of the convolution's output, which the nonlinearity (StyleGAN3) or the resampling (StyleGAN2) takes. */
int64_t alf_shape_conv_size(const alf_plan *plan, const alf_layer_plan *layer);
/* The resampling that follows an upsampling convolution of StyleGAN2, and that of the image so far before a ToRGB.
 * `taps` is the 2-D filter, which must live as long as the spec. False: the layer has none. */
bool alf_shape_after_conv(const alf_plan *plan, const alf_layer_plan *layer, const alf_taps *taps,
                          alf_upfirdn_spec *out);
bool alf_shape_image_upsample(const alf_plan *plan, const alf_layer_plan *layer, const alf_taps *taps,
                              alf_upfirdn_spec *out);
/* StyleGAN2's [1, 3, 3, 1] as the outer product with itself, with sum 1. */
alf_taps alf_shape_taps(void);

#endif
