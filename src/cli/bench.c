/* aliasfree bench: how fast the operations are here, held against what the machine can do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "progress.h"

static const alf_cli_option OPTIONS[] = {
    {.name = "train",
     .kind = ALF_CLI_FLAG,
     .help = "measure iterations of training instead: seconds of each phase, and memory"},
    {.name = "peer",
     .kind = ALF_CLI_FLAG,
     .help =
         "measure synthesis of StyleGAN3 instead, and the same layers in PyTorch (python3 with torch must be there)"},
    {.name = "filter",
     .kind = ALF_CLI_TEXT,
     .value = "TEXT",
     .help = "only rows whose name contains this, e.g. stylegan3-t, filtered_lrelu, image"},
    {.name = "repeats",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "25",
     .low = 1,
     .high = 100000,
     .help = "calls per row, of which the best counts: fewer than N where they take over a quarter of a second, an "
             "image or a discriminator over 15 seconds, but at least 3 (a batch: 1; --peer: always 3); with --train "
             "iterations, at least 3, fewer where they take over half a minute (as rows among others: 5 seconds)"},
    {.name = "resolution",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 16,
     .high = 4096,
     .help =
         "image size, a power of two; 256 unless given, with --train 64; rows of training among others: at most 64"},
    {.name = "cbase",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 1 << 24,
     .help = "channels are this over the resolution (stylegan3-r: twice); 16384 unless given, with --train 8192"},
    {.name = "cmax",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 65536,
     .help = "most channels of a layer (stylegan3-r: twice); 512 unless given, with --train 128"},
    {.name = "cfg",
     .kind = ALF_CLI_CHOICE,
     .value = "stylegan3-t|stylegan3-r|stylegan2",
     .help = "--train: this configuration alone; stylegan3-t, then stylegan3-r, unless given"},
    {.name = "batch",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 64,
     .help = "images at a time in the rows that compare them with one at a time (1: no such rows), and in an iteration "
             "of training; 8 unless given"},
    {.name = "batch-gpu",
     .kind = ALF_CLI_INT,
     .value = "N",
     .low = 1,
     .high = 4096,
     .help = "--train: images of a micro-batch; --batch unless given"},
    {.name = "p",
     .kind = ALF_CLI_REAL,
     .value = "F",
     .fallback = "0",
     .high = 1,
     .help = "--train: probability of augmentation"},
    {.name = "json", .kind = ALF_CLI_FLAG, .help = "one JSON object with the machine and the rows"},
    {.name = NULL}};

typedef struct {
    const char *config;
    void (*parts[8])(alf_bench *b, const char *config, const alf_plan *plan);
} section;

static const section PEER_SECTIONS[] = {
    {"stylegan3-t", {alf_bench_peer}}, {"stylegan3-r", {alf_bench_peer}}, {.config = NULL}};
static const section SECTIONS[] = {
    {"stylegan3-t", {alf_bench_fourier, alf_bench_convolutions, alf_bench_modulated, alf_bench_filtered_lrelu}},
    {"stylegan3-r", {alf_bench_fourier, alf_bench_convolutions, alf_bench_modulated, alf_bench_filtered_lrelu}},
    {"stylegan2",
     {alf_bench_convolutions, alf_bench_modulated, alf_bench_upfirdn, alf_bench_discriminator_convolutions,
      alf_bench_discriminator_upfirdn}},
    {"stylegan3-t", {alf_bench_image, alf_bench_threads, alf_bench_batch}},
    {"stylegan3-r", {alf_bench_image, alf_bench_threads, alf_bench_batch}},
    {"stylegan2", {alf_bench_image, alf_bench_threads, alf_bench_batch, alf_bench_discriminator}},
    {.config = NULL}};

/* --- running ------------------------------------------------------------------------------------------------------ */

static void run_sections(alf_bench *b)
{
    const alf_cli *c = b->cli;
    const bool     peer = alf_cli_flag(c, "peer");
    for (const section *s = peer ? PEER_SECTIONS : SECTIONS; s->config; s++) {
        alf_config config;
        alf_plan  *plan;
        if (alf_config_named(b->ctx, s->config, (int)alf_bench_int(c, "resolution", 256),
                             alf_bench_int(c, "cbase", 16384), alf_bench_int(c, "cmax", 512), &config) != ALF_OK ||
            alf_plan_create(b->ctx, &config, &plan) != ALF_OK)
            return;
        for (int i = 0; s->parts[i]; i++) s->parts[i](b, s->config, plan);
        alf_plan_destroy(plan);
    }
    if (!peer) alf_bench_training(b);
}

/* Counts the rows that the filter wants. Returns an exit code: no row is wrong usage. */
static int count_rows(alf_bench *b)
{
    b->counting = true;
    run_sections(b);
    b->counting = false;
    if (alf_ctx_status(b->ctx) != ALF_OK) return alf_cli_refusal(b->cli);
    if (b->total == 0) return alf_cli_usage_error(b->cli, "--filter=%s: no row has a name that contains it", b->filter);
    return ALF_CLI_OK;
}

/* What was measured before a failure or a Ctrl-C is shown too. */
static int measure_rows(alf_bench *b)
{
    alf_yardsticks yardsticks = alf_bench_machine(b);
    run_sections(b);
    if (alf_ctx_status(b->ctx) == ALF_OK) yardsticks = alf_bench_machine_again(b, yardsticks);
    alf_cli_progress_clear(b->cli->progress);
    if (!alf_cli_flag(b->cli, "json") && b->done > 0) {
        alf_bench_print_machine(b, &yardsticks);
        printf("A useful multiply-add counts as 2 operations, bytes that must be moved count once.\n\n");
        alf_bench_print(b, &yardsticks);
        alf_bench_print_targets(b, &yardsticks);
    }
    if (alf_ctx_status(b->ctx) != ALF_OK) return alf_cli_failure(b->cli);
    if (!alf_cli_flag(b->cli, "json")) return ALF_CLI_OK;
    json_t *json = json_pack("{s:o, s:o, s:o}", "machine", alf_bench_machine_json(b, &yardsticks), "rows",
                             alf_bench_json(b, &yardsticks), "targets", alf_bench_targets_json(b, &yardsticks));
    return alf_cli_print_json(b->cli, json, false);
}

/* A usage error for an option that has no meaning here. */
static int check_options(const alf_cli *c)
{
    static const char *const training[] = {"cfg", "batch-gpu", "p"};
    const bool               train = alf_cli_flag(c, "train"), peer = alf_cli_flag(c, "peer");
    if (train && peer) return alf_cli_usage_error(c, "--peer: not with --train");
    if (train && alf_cli_given(c, "filter"))
        return alf_cli_usage_error(c, "--filter: --train has no rows to choose from");
    for (size_t i = 0; i < sizeof training / sizeof training[0]; i++)
        if (!train && alf_cli_given(c, training[i]))
            return alf_cli_usage_error(c, "--%s: only with --train", training[i]);
    if (peer && alf_cli_given(c, "batch")) return alf_cli_usage_error(c, "--batch: --peer makes one image at a time");
    return ALF_CLI_OK;
}

static int run_rows(alf_bench *b)
{
    const int code = count_rows(b);
    return code == ALF_CLI_OK ? measure_rows(b) : code;
}

static int run(alf_cli *c)
{
    int       code = check_options(c);
    alf_bench b = {
        .cli = c, .ctx = c->ctx, .filter = alf_cli_text(c, "filter"), .repeats = (int)alf_cli_int(c, "repeats")};
    if (code != ALF_CLI_OK) return code;
    alf_bench_warn_of_environment(&b);
    code = alf_cli_flag(c, "train") ? alf_bench_train(&b) : run_rows(&b);
    free(b.results);
    return code;
}

const alf_cli_command alf_cli_bench = {
    .name = "bench",
    .summary = "measure the speed of operations, of whole images and of training",
    .options = OPTIONS,
    .notes =
        {"Shares are percent of the figures in the first lines, which are measured on this machine: GFLOP/s of the FMA "
         "peak (multiply-adds in registers) and of SGEMM (the product of two large square matrices), GB/s of stream (a "
         "copy of 256 MB, read and written). They are measured before and after the rows, and the larger counts: let "
         "the machine be otherwise quiet.",
         "The last column compares a row with what took turns with it, call by call: convolutions and images with a "
         "matrix product (SGEMM: how many times as fast, for the same operations by direct convolution), passes with "
         "the forward pass (how many times as long), images on all threads with one thread, and at --batch with one at "
         "a time. Convolutions are measured as networks take them, and, unless --conv is given, by each "
         "method where there are two (_direct, _fast); what the fast one saves counts as done. conv_input_gradient and "
         "conv_weight_gradient are what a training step takes of alf_grad(), without "
         "the forward pass. Weights are the same in each call, as for images: what is kept ready beside them is not "
         "made anew, as it is after each update in training.",
         "Targets: what this version is meant to reach, and the row that is farthest from it. Seconds are stated for a "
         "machine whose SGEMM makes 400 GFLOP/s, and are scaled to this one and to the size of the network; the image "
         "of stylegan3-t is also held against the time that SGEMM takes for as many operations. Targets of training "
         "are stated for the default sizes alone, those of images for 256 pixels and more.",
         "GFLOP: a useful multiply-add counts 2, one with padding or with stuffed zeros nothing. Multiply-adds of a "
         "convolution: in channels x out channels x kernel taps that meet the image, over all outputs; of a filtered "
         "leaky ReLU, per channel and axis: taps / up for each sample on the way up, taps for each on the way down "
         "(radial: half of taps^2 for each output, since rows are the same in pairs); of upfirdn: taps / up for each "
         "sample of both passes; of Fourier features: 2 for each sample; of an image: the sum of its layers'.",
         "GB: inputs, weights, outputs and masks, each once. The data of small layers stay in the cache, so that "
         "shares of stream above 100% are possible.",
         "--train: after one iteration to warm up, on procedural pictures in a temporary folder. Regularisation runs "
         "in each iteration here; the average counts it as often as training does. Memory is the most that tensors, "
         "weights and moments took together."},
    .run = run};
