/* What `aliasfree bench` says of rows: operations and bytes counted by hand, and targets on a machine that is given. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/bench.h"
#include "cli/options.h"
#include "cli/session.h"
#include "golden.h"

/* Rows are measured in contexts of their own; here none is measured. */
alf_ctx_options alf_cli_context_options(const alf_cli *c, int threads)
{
    alf_ctx_options options = alf_ctx_options_default();
    (void)c;
    options.threads = threads;
    return options;
}

/* --- costs -------------------------------------------------------------------------------------------------------- */

static void assert_cost(alf_bench_cost cost, double flops, double bytes)
{
    if (!(fabs(cost.flops - flops) < 0.5) || !(fabs(cost.bytes - bytes) < 0.5))
        fail_msg("%.0f operations and %.0f bytes, not %.0f and %.0f", cost.flops, cost.bytes, flops, bytes);
}

static alf_conv_shape conv_shape(int64_t in, int64_t out, int stride, int padding, bool transposed)
{
    alf_conv_shape s = {.in_channels = 3,
                        .out_channels = 5,
                        .in_size = in,
                        .out_size = out,
                        .kernel = 3,
                        .spec = alf_conv_spec_default()};
    s.spec.stride = stride;
    s.spec.padding = padding;
    s.spec.transposed = transposed;
    return s;
}

static void taps_on_the_padding_of_a_convolution_do_not_count(void **state)
{
    const alf_conv_shape same = conv_shape(4, 4, 1, 1, false), full = conv_shape(4, 6, 1, 2, false);
    const alf_conv_shape down = conv_shape(5, 2, 2, 0, false), up = conv_shape(4, 9, 2, 0, true);
    (void)state;
    assert_cost(alf_cost_conv(&same), 2 * 15 * 100, 4 * (3 * 16 + 5 * 16 + 15 * 9)); /* 2 + 3 + 3 + 2 taps per axis */
    assert_cost(alf_cost_conv(&full), 2 * 15 * 144, 4 * (3 * 16 + 5 * 36 + 15 * 9)); /* each sample meets each tap  */
    assert_cost(alf_cost_conv(&down), 2 * 15 * 36, 4 * (3 * 25 + 5 * 4 + 15 * 9));
    assert_cost(alf_cost_conv(&up), 2 * 15 * 144, 4 * (3 * 16 + 5 * 81 + 15 * 9));
}

/* 10 samples become 24 that are needed, and those 7; rows first. */
static void passes_of_a_filtered_leaky_relu_add_up(void **state)
{
    const double   up = 10 * 24 * 6 + 24 * 24 * 6, bytes = 4 * 3 * (100 + 49);
    alf_layer_plan l = {.in_size = 10,
                        .out_size = 7,
                        .conv_kernel = 1,
                        .up = 2,
                        .down = 2,
                        .up_taps = 12,
                        .down_taps = 12,
                        .out_channels = 3};
    (void)state;
    assert_cost(alf_cost_flrelu(&l), 2 * 3 * (up + 24 * 7 * 12 + 7 * 7 * 12), bytes);
    l.down_radial = true; /* half of 144 taps, since rows are the same in pairs */
    assert_cost(alf_cost_flrelu(&l), 2 * 3 * (up + 7 * 7 * 72), bytes);
    l.up_taps = l.up = 1;
    l.in_size = 24;
    assert_cost(alf_cost_flrelu(&l), 2 * 3 * 7 * 7 * 72, 4 * 3 * (24 * 24 + 49));
}

static void resampling_counts_what_its_two_passes_do(void **state)
{
    const alf_taps   taps = alf_shape_taps();
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    (void)state;
    spec.filter = taps;
    spec.in_h = spec.in_w = 8;
    assert_cost(alf_cost_upfirdn(2, &spec, 8), 2 * 2 * (64 * 4 + 64 * 4), 4 * 2 * (64 + 64));
    spec.down = 2;
    assert_cost(alf_cost_upfirdn(2, &spec, 4), 2 * 2 * (32 * 4 + 16 * 4), 4 * 2 * (64 + 16));
    spec.down = 1;
    spec.up = 2;
    assert_cost(alf_cost_upfirdn(2, &spec, 16), 2 * 2 * (128 * 2 + 256 * 2), 4 * 2 * (64 + 256));
}

/* --- targets ------------------------------------------------------------------------------------------------------ */

static const alf_cli_option SIZES[] = {
    {.name = "resolution", .kind = ALF_CLI_INT, .value = "N", .low = 16, .high = 4096, .help = "size"},
    {.name = "cbase", .kind = ALF_CLI_INT, .value = "N", .low = 1, .high = 1 << 24, .help = "channels"},
    {.name = "cmax", .kind = ALF_CLI_INT, .value = "N", .low = 1, .high = 65536, .help = "channels"},
    {.name = "batch", .kind = ALF_CLI_INT, .value = "N", .low = 1, .high = 64, .help = "images"},
    {.name = "batch-gpu", .kind = ALF_CLI_INT, .value = "N", .low = 1, .high = 64, .help = "images"},
    {.name = "p", .kind = ALF_CLI_REAL, .value = "F", .high = 1, .help = "probability"},
    {.name = NULL}};
static const alf_cli_command COMMAND = {.name = "bench", .summary = "targets", .options = SIZES};

/* The targets of one row, with the option (NULL: none), on a machine of 100 GFLOP/s, SGEMM 200, and 10 GB/s. */
static json_t *targets_of(alf_ctx *ctx, const alf_bench_result *row, const char *option)
{
    const alf_yardsticks yardsticks = {.fma_gflops = 100, .sgemm_gflops = 200, .stream_gbs = 10};
    alf_cli              cli = {.command = &COMMAND};
    alf_bench_result     result = *row;
    alf_bench            b = {.cli = &cli, .ctx = ctx, .results = &result, .done = 1};
    char                 text[64], message[512] = "", *argv[1] = {text};
    snprintf(text, sizeof text, "%s", option ? option : "");
    if (!alf_cli_parse(&cli, option ? 1 : 0, argv, message, sizeof message)) fail_msg("%s", message);
    return alf_bench_targets_json(&b, &yardsticks);
}

/* What the row's target of this bound wants, 0: there is none; *reached: whether the row reaches it. */
static double want_and_reached(alf_ctx *ctx, const alf_bench_result *row, const char *option, const char *bound,
                               bool *reached)
{
    json_t *list = targets_of(ctx, row, option), *each;
    size_t  i;
    double  want = 0;
    json_array_foreach(list, i, each)
    {
        if (strcmp(json_string_value(json_object_get(each, "bound")), bound) != 0) continue;
        want = json_number_value(json_object_get(each, "want"));
        *reached = json_is_true(json_object_get(each, "reached"));
    }
    json_decref(list);
    return want;
}

static double want_of(alf_ctx *ctx, const alf_bench_result *row, const char *option, const char *bound)
{
    bool reached;
    return want_and_reached(ctx, row, option, bound, &reached);
}

static void assert_target(alf_ctx *ctx, const alf_bench_result *row, const char *option, const char *bound, double want,
                          bool reached)
{
    bool         good = false;
    const double found = want_and_reached(ctx, row, option, bound, &good);
    const char  *with = option ? option : "no option";
    if (!(fabs(found - want) <= 1e-9 * want))
        fail_msg("%s, %s, %s: wants %g, not %g", row->name, with, bound, found, want);
    if (want > 0 && good != reached) fail_msg("%s, %s, %s: reached is %d", row->name, with, bound, good);
}

static alf_bench_result result_of(const char *name, double seconds, double flops, int64_t memory)
{
    alf_bench_result r = {
        .cost = {.flops = flops}, .times = {.best = seconds, .median = seconds, .runs = 3}, .memory = memory};
    snprintf(r.name, sizeof r.name, "%s", name);
    return r;
}

/* The GFLOP that seconds are stated for are those of the default networks. */
static void seconds_of_default_images_are_those_that_were_asked_for(void **state)
{
    static const struct {
        const char *config, *row;
        double      seconds; /* where SGEMM makes 400 GFLOP/s */
    } asked[] = {{"stylegan3-t", "stylegan3-t image", 0.35},
                 {"stylegan3-r", "stylegan3-r image", 0.36},
                 {"stylegan2", "stylegan2 image", 0.14},
                 {"stylegan2", "stylegan2 discriminator", 0.20}};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        alf_config config;
        alf_plan  *plan;
        test_ok(*state, alf_config_named(*state, asked[i].config, 256, 16384, 512, &config));
        test_ok(*state, alf_plan_create(*state, &config, &plan));
        const alf_discriminator_config judge = alf_shape_discriminator(plan);
        const alf_bench_cost           cost =
            strstr(asked[i].row, "image") ? alf_cost_image(plan) : alf_cost_discriminator(&judge);
        const alf_bench_result r = result_of(asked[i].row, 1, cost.flops, 0);
        const double           want = want_of(*state, &r, NULL, "seconds"), asked_for = 2 * asked[i].seconds;
        if (!(fabs(want / asked_for - 1) < 2e-3))
            fail_msg("%s: %.4f s for %.2f GFLOP, not %.4f s", r.name, want, cost.flops * 1e-9, asked_for);
        alf_plan_destroy(plan);
    }
}

static void seconds_of_images_follow_sgemm_and_size(void **state)
{
    alf_bench_result r = result_of("stylegan3-t image", 0.6, 209e9, 0);
    const double     want = want_of(*state, &r, NULL, "seconds");
    assert_target(*state, &r, NULL, "seconds", want, true);
    r.times.best = 0.8;
    assert_target(*state, &r, NULL, "seconds", want, false);
    r.cost.flops *= 2;
    assert_target(*state, &r, "--resolution=512", "seconds", 2 * want, true);
    r.sgemm_gflops = 400; /* of the product beside it, which goes before the machine's */
    assert_target(*state, &r, "--resolution=512", "seconds", want, false);
    assert_target(*state, &r, "--resolution=128", "seconds", 0, false);
}

static void an_image_is_held_against_the_time_of_sgemm(void **state)
{
    alf_bench_result r = result_of("stylegan3-t image", 0.6, 209e9, 0);
    r.sgemm_gflops = 200; /* which takes 1.045 s, then 0.836 s */
    assert_target(*state, &r, NULL, "time over SGEMM's", 0.65, true);
    r.sgemm_gflops = 250;
    assert_target(*state, &r, NULL, "time over SGEMM's", 0.65, false);
    assert_target(*state, &r, "--resolution=64", "time over SGEMM's", 0, false);
}

static void memory_is_stated_for_sizes_that_were_not_chosen(void **state)
{
    const alf_bench_result image = result_of("stylegan3-r image", 1, 1e9, 2000000000);
    const alf_bench_result large = result_of("stylegan3-r image", 1, 1e9, 4000000000);
    const alf_bench_result train = result_of("stylegan3-t train Gboth", 1, 0, 900000000);
    assert_target(*state, &image, "--resolution=1024", "memory", 3e9, true);
    assert_target(*state, &large, "--resolution=1024", "memory", 3e9, false);
    assert_target(*state, &image, "--resolution=2048", "memory", 0, false);
    assert_target(*state, &image, "--cbase=65536", "memory", 0, false);
    assert_target(*state, &train, NULL, "memory", 0.8e9, false);
    assert_target(*state, &train, NULL, "seconds", 2 * 1.3, true);
    for (const alf_cli_option *option = SIZES; option->name; option++) {
        char text[64];
        snprintf(text, sizeof text, "--%s=%d", option->name, strcmp(option->name, "p") == 0 ? 1 : 16);
        assert_target(*state, &train, text, "memory", 0, false);
        assert_target(*state, &train, text, "seconds", 0, false);
    }
}

static void convolutions_are_held_against_the_product_beside_them(void **state)
{
    alf_bench_result r = result_of("stylegan2 conv b8.conv0", 1, 1e9, 0);
    assert_target(*state, &r, NULL, "speed over SGEMM", 0, false); /* nothing took turns with it */
    r.against = ALF_AGAINST_SGEMM;
    r.other.best = 0.96;
    assert_target(*state, &r, NULL, "speed over SGEMM", 0.95, true);
    r.other.best = 0.94;
    assert_target(*state, &r, NULL, "speed over SGEMM", 0.95, false);
}

static alf_plan *small_plan(alf_ctx *ctx, const char *step, alf_input input, int filter_size)
{
    alf_config config;
    alf_plan  *plan;
    test_ok(ctx, alf_config_named(ctx, step, 32, 1024, 16, &config));
    config.input = input;
    config.filter_size = filter_size;
    test_ok(ctx, alf_plan_create(ctx, &config, &plan));
    return plan;
}

static void features_and_upsampling_ahead_of_convolutions_are_counted(void **state)
{
    alf_plan *constant = small_plan(*state, "C", ALF_INPUT_CONST, 6),
             *c = small_plan(*state, "C", ALF_INPUT_FOURIER, 6);
    const double features = 4 * 16 * 16 + 2 * 16 * 16 * 16; /* 4x4 samples of 16 channels, and what mixes these */
    assert_true(alf_cost_image(c).flops - alf_cost_image(constant).flops == features);
    alf_plan_destroy(constant);
    alf_plan_destroy(c);

    alf_plan *six = small_plan(*state, "E", ALF_INPUT_CONST, 6), *eight = small_plan(*state, "E", ALF_INPUT_CONST, 8);
    alf_conv_shape shapes[ALF_MOST_SHAPES];
    assert_int_equal(alf_shapes_of_plan(six, true, shapes), 9);
    assert_int_equal(shapes[2].in_size, 28 + 2); /* margins, and what the kernel takes */
    assert_int_equal(shapes[2].out_size, 28);
    /* in turn over columns and rows: from 24, 28, 36 samples to 30, 38, 54, of 16 channels, with 4 taps more */
    const double more = 2 * 16 * 4 * (30 * (24 + 30) + 38 * (28 + 38) + 54 * (36 + 54)) / 2.0;
    assert_true(alf_cost_image(eight).flops - alf_cost_image(six).flops == more);
    alf_plan_destroy(six);
    alf_plan_destroy(eight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taps_on_the_padding_of_a_convolution_do_not_count),
        cmocka_unit_test(passes_of_a_filtered_leaky_relu_add_up),
        cmocka_unit_test(resampling_counts_what_its_two_passes_do),
        CTX_TEST(features_and_upsampling_ahead_of_convolutions_are_counted),
        CTX_TEST(seconds_of_default_images_are_those_that_were_asked_for),
        CTX_TEST(seconds_of_images_follow_sgemm_and_size),
        CTX_TEST(an_image_is_held_against_the_time_of_sgemm),
        CTX_TEST(memory_is_stated_for_sizes_that_were_not_chosen),
        CTX_TEST(convolutions_are_held_against_the_product_beside_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
