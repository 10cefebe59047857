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

/* One call of what is measured, in the context that its operands belong to; failures show there. */
typedef void (*alf_bench_fn)(alf_ctx *ctx, void *arg);
typedef struct {
    alf_ctx     *ctx;
    alf_bench_fn fn;
    void        *arg;
} alf_bench_call;

/* What the calls of a row take turns with, so that both see the same machine. */
typedef enum {
    ALF_AGAINST_NOTHING = 0,
    ALF_AGAINST_SGEMM,      /* a matrix product in the shape of the row's                  */
    ALF_AGAINST_FORWARD,    /* the forward pass of the same layer, without mask            */
    ALF_AGAINST_ONE_THREAD, /* the same on one thread                                      */
    ALF_AGAINST_BATCH_1,    /* the same one image at a time                                */
    ALF_AGAINST_PEER        /* the same layers in PyTorch; not in turns: another process   */
} alf_against;
const char *alf_bench_against_name(alf_against against);

typedef struct {
    double best, median; /* seconds */
    int    runs;
} alf_bench_times;

/* A row to be measured. */
typedef struct {
    const char    *name, *shape;
    alf_bench_cost cost;
    alf_bench_call call;
    alf_against    against;
    alf_bench_call other;
    double         share;   /* of the other call's work that a call of the row does; 0: all of it       */
    double         seconds; /* to spend; 0: as for most rows                                             */
    int            fewest;  /* calls, even if they take longer; 0: as for most rows                      */
} alf_bench_task;

/* A measured row. */
typedef struct {
    char            name[96], shape[96];
    alf_bench_cost  cost;
    alf_bench_times times;
    alf_against     against;
    alf_bench_times other;        /* for as much work as the row's */
    double          sgemm_gflops; /* of the product beside it; 0: there was none */
    int64_t         memory;       /* most bytes of the row's context; 0: does not apply */
    double          psnr;         /* dB against float32, of values in [-1, 1]; 0: does not apply */
} alf_bench_result;

typedef struct {
    const alf_cli    *cli;
    alf_ctx          *ctx;
    const char       *filter; /* only rows whose name contains it; NULL: all */
    int               repeats;
    bool              counting;    /* a dry run: rows are only counted                                  */
    int               done, total; /* rows measured, rows to be measured; training makes several of one */
    int               room;        /* of `results`, which grow                                          */
    alf_bench_result *results;     /* [done], to be freed with free()                                   */
} alf_bench;

/* Is the row to be measured now: does the filter want it, is the context free of errors, did nobody ask to stop, and is
 * this more than counting? */
bool alf_bench_wants(alf_bench *b, const char *name);
/* Seconds of up to `repeats` calls, at least `fewest`, but no more once `seconds` have passed; those of `other`, if there
 * is one, take turns with them. */
void alf_bench_measure(const alf_bench *b, double seconds, int fewest, const alf_bench_call *call,
                       alf_bench_times *times, const alf_bench_call *other, alf_bench_times *others);
/* Measures a row and keeps it. Returns it, until the next one comes; NULL on an error. */
alf_bench_result *alf_bench_row(alf_bench *b, const alf_bench_task *task);
/* Keeps a row that was measured elsewhere. */
alf_bench_result *alf_bench_keep(alf_bench *b, const char *name, const char *shape, alf_bench_times times);
/* Sorts the seconds of runs. */
alf_bench_times alf_bench_times_of(int runs, double seconds[]);

/* How fast a row is against the other: its work per second over the other's; 0 where there is none. */
double alf_bench_speed(const alf_bench_result *result);

/* A context like that of the command, but with other threads (0: the same) and another method; or with float32. NULL with
 * the error in b->ctx. Closing hands an error on to b->ctx; NULL is allowed. */
alf_ctx *alf_bench_open_context(alf_bench *b, int threads, alf_conv_method conv);
alf_ctx *alf_bench_open_float32(alf_bench *b);
void     alf_bench_close_context(alf_bench *b, alf_ctx *ctx);

/* Zeros would be too easy: `count` numbers in [-1, 1), to be freed with free(); NULL with the error in the context. */
float *alf_bench_numbers(alf_ctx *ctx, int64_t count);

/* The option's value, or what stands for it. */
int64_t alf_bench_int(const alf_cli *c, const char *option, int64_t fallback);

/* --- showing ------------------------------------------------------------------------------------------------------ */

/* The rows so far, as a table on stdout or as JSON. */
void    alf_bench_print(const alf_bench *b, const alf_yardsticks *yardsticks);
json_t *alf_bench_json(const alf_bench *b, const alf_yardsticks *yardsticks);

/* The targets that rows were measured for: what was asked for, what the worst row reached. */
void    alf_bench_print_targets(const alf_bench *b, const alf_yardsticks *yardsticks);
json_t *alf_bench_targets_json(const alf_bench *b, const alf_yardsticks *yardsticks);

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

/* --- other ways to measure ---------------------------------------------------------------------------------------- */

/* Measures and shows iterations of training, as the options say. Returns an exit code. */
int alf_bench_train(alf_bench *b);
/* The same as rows among others. */
void alf_bench_training(alf_bench *b);

/* --- the sections ------------------------------------------------------------------------------------------------- */

void alf_bench_convolutions(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_modulated(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_filtered_lrelu(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_fourier(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_upfirdn(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_image(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_batch(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_threads(alf_bench *b, const char *config, const alf_plan *plan);
/* Synthesis in PyTorch, then here; an error without it. */
void alf_bench_peer(alf_bench *b, const char *config, const alf_plan *plan);
/* The discriminator that goes with the generator of the plan. */
void alf_bench_discriminator_convolutions(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_discriminator_upfirdn(alf_bench *b, const char *config, const alf_plan *plan);
void alf_bench_discriminator(alf_bench *b, const char *config, const alf_plan *plan);

/* --- matrix products ---------------------------------------------------------------------------------------------- */

/* Operands of [m, k] times [k, n], the second one stored as [n, k] if asked. */
typedef struct {
    int64_t     m, n, k;
    bool        transposed;
    alf_tensor *a, *b;
} alf_bench_product;

alf_bench_product alf_bench_open_product(alf_ctx *ctx, int64_t m, int64_t n, int64_t k, bool transposed);
void              alf_bench_multiply(alf_ctx *ctx, void *product);
double            alf_bench_product_flops(const alf_bench_product *product);
/* Of two square matrices: its GFLOP/s are the yardstick. */
alf_bench_product alf_bench_square_product(alf_ctx *ctx);

/* --- shapes ------------------------------------------------------------------------------------------------------- */

/* One convolution of a network. */
typedef struct {
    char          name[48];
    int64_t       in_channels, out_channels, in_size, out_size;
    int           kernel;
    alf_conv_spec spec;
} alf_conv_shape;

enum { ALF_MOST_SHAPES = 64 };
/* Those of a plan, or of a discriminator, each as often as it is there (repeated) or once; returns their number. */
int alf_shapes_of_plan(const alf_plan *plan, bool repeated, alf_conv_shape out[ALF_MOST_SHAPES]);
int alf_shapes_of_discriminator(const alf_discriminator_config *config, bool repeated,
                                alf_conv_shape out[ALF_MOST_SHAPES]);
/* Settings of the discriminator that goes with a generator. */
alf_discriminator_config alf_shape_discriminator(const alf_plan *plan);

/* The resampling that follows an upsampling convolution of StyleGAN2, and that of the image so far before a ToRGB.
 * `taps` is the 2-D filter, which must live as long as the spec. False: the layer has none. */
bool alf_shape_after_conv(const alf_plan *plan, const alf_layer_plan *layer, const alf_taps *taps,
                          alf_upfirdn_spec *out);
bool alf_shape_image_upsample(const alf_plan *plan, const alf_layer_plan *layer, const alf_taps *taps,
                              alf_upfirdn_spec *out);
/* The upsampling before a convolution of a plain layer of StyleGAN3, for its cost: its filter has sizes alone. */
bool alf_shape_before_plain(const alf_plan *plan, const alf_layer_plan *layer, alf_upfirdn_spec *out);
/* Those of a discriminator's block with images of `size`: before the convolution of stride 2, and before the skip. */
alf_upfirdn_spec alf_shape_before_conv(int64_t size, const alf_taps *taps);
alf_upfirdn_spec alf_shape_before_skip(int64_t size, const alf_taps *taps);
/* StyleGAN2's [1, 3, 3, 1] as the outer product with itself, with sum 1. */
alf_taps alf_shape_taps(void);

/* --- costs of one image ------------------------------------------------------------------------------------------- */

alf_bench_cost alf_cost_conv(const alf_conv_shape *shape);
alf_bench_cost alf_cost_flrelu(const alf_layer_plan *layer);
alf_bench_cost alf_cost_upfirdn(int64_t channels, const alf_upfirdn_spec *spec, int64_t out_size);
alf_bench_cost alf_cost_fourier(const alf_plan *plan);
alf_bench_cost alf_cost_image(const alf_plan *plan);
/* Its convolutions alone. */
double         alf_cost_convolutions(const alf_plan *plan);
alf_bench_cost alf_cost_discriminator(const alf_discriminator_config *config);

#endif
