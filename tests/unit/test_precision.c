/* Convolutions in bfloat16: what is rounded and how, where it applies, and how far images are from those in float32. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/generator.h"
#include "aliasfree/training.h"
#include "core/core.h"
#include "device.h"
#include "tensor/kernels/kernels.h"
#include "tensor/tensor.h"
#include "training/options.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const alf_isa SETS[] = {ALF_ISA_SCALAR, ALF_ISA_AVX512};

/* NULL, said on the terminal, where the machine lacks it. */
static alf_ctx *context(alf_precision precision, alf_isa isa, int threads, alf_conv_method method)
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx = NULL;
    char            message[256] = "";
    options.precision = precision;
    options.isa = isa;
    options.threads = threads;
    options.conv = method;
    const alf_status status = alf_ctx_create(&options, message, sizeof message, &ctx);
    if (status == ALF_ERR_UNSUPPORTED) print_message("skipped: %s\n", message);
    assert_true(status == ALF_OK || (status == ALF_ERR_UNSUPPORTED && isa != ALF_ISA_SCALAR));
    return ctx;
}

/* --- kernels ------------------------------------------------------------------------------------------------------ */

typedef struct {
    float    value;
    uint32_t half;
} rounding;

static const rounding ROUNDINGS[] = {
    {0.0f, 0x0000},          {-0.0f, 0x8000},           {1.0f, 0x3f80},          {-2.5f, 0xc020},
    {1 + 0x1p-8f, 0x3f80},   {1 + 3 * 0x1p-8f, 0x3f82}, /* ties go to even */
    {1 + 0x1.1p-8f, 0x3f81}, {1 - 0x1p-9f, 0x3f80},     {1 - 0x1.8p-9f, 0x3f7f}, {0x1p-126f, 0x0080},
    {3.0e38f, 0x7f62},       {0x1.fffffep127f, 0x7f80}, {INFINITY, 0x7f80},      {-INFINITY, 0xff80},
};

static void values_are_rounded_to_nearest_even_in_pairs(void **state)
{
    enum { WIDTH = 48, ROWS = 3 };
    (void)state;
    for (int s = 0; s < COUNT(SETS); s++) {
        alf_ctx *ctx = context(ALF_PRECISION_BF16, SETS[s], 1, ALF_CONV_AUTO);
        if (!ctx) continue;
        float    from[ROWS * WIDTH];
        uint32_t words[2 * WIDTH];
        for (int i = 0; i < ROWS * WIDTH; i++) from[i] = ROUNDINGS[i % COUNT(ROUNDINGS)].value;
        alf_conv_kernels_bf16_of(SETS[s])->pair(ROWS, WIDTH, from, from);
        memcpy(words, from, sizeof words);
        for (int i = 0; i < 2 * WIDTH; i++) {
            const int      upper = i + i / WIDTH * WIDTH, lower = upper + WIDTH;
            const uint32_t first = ROUNDINGS[upper % COUNT(ROUNDINGS)].half;
            const uint32_t second = lower < ROWS * WIDTH ? ROUNDINGS[lower % COUNT(ROUNDINGS)].half : 0;
            assert_int_equal(words[i], first | second << 16);
        }
        float nan[2 * WIDTH];
        for (int i = 0; i < 2 * WIDTH; i++) nan[i] = NAN;
        alf_conv_kernels_bf16_of(SETS[s])->pair(2, WIDTH, nan, nan);
        memcpy(words, nan, WIDTH * sizeof *words);
        for (int i = 0; i < WIDTH; i++)
            assert_true((words[i] & 0x7fffu) > 0x7f80u && words[i] >> 16 == (words[i] & 0xffffu));
        alf_ctx_destroy(ctx);
    }
}

/* --- where it applies --------------------------------------------------------------------------------------------- */

/* A convolution of x, a variable if asked, as floats to be freed. */
static float *convolve(alf_ctx *ctx, int out_ch, bool variable)
{
    const int64_t       shape_x[] = {1, 5, 9, 9}, shape_w[] = {out_ch, 5, 3, 3};
    const alf_conv_spec spec = alf_conv_spec_default();
    alf_scope          *scope = alf_scope_open(ctx);
    alf_tensor         *x = alf_tensor_random_normal(ctx, 4, shape_x, 1, 0);
    if (variable) x = alf_variable(ctx, x);
    alf_tensor *y = alf_conv2d(ctx, x, alf_tensor_random_normal(ctx, 4, shape_w, 2, 0), 1, &spec);
    float      *values = malloc((size_t)alf_tensor_count(y) * sizeof *values);
    assert_int_equal(alf_ctx_status(ctx), ALF_OK);
    assert_non_null(values);
    memcpy(values, y->storage->data, (size_t)alf_tensor_count(y) * sizeof *values);
    alf_scope_close(scope, NULL);
    return values;
}

static void check_same(int out_ch, bool variable, alf_conv_method method, bool same)
{
    alf_ctx *bf16 = context(ALF_PRECISION_BF16, ALF_ISA_SCALAR, 1, method);
    alf_ctx *float32 = context(ALF_PRECISION_FLOAT32, ALF_ISA_SCALAR, 1, method);
    float   *a = convolve(bf16, out_ch, variable), *b = convolve(float32, out_ch, variable);
    assert_int_equal(memcmp(a, b, (size_t)out_ch * 49 * sizeof *a) == 0, same);
    free(a);
    free(b);
    alf_ctx_destroy(bf16);
    alf_ctx_destroy(float32);
}

static void direct_convolutions_alone_are_rounded(void **state)
{
    (void)state;
    check_same(8, false, ALF_CONV_DIRECT, false);
    check_same(8, false, ALF_CONV_FAST, true);
}

static void what_gradients_are_taken_of_and_colours_are_float32(void **state)
{
    (void)state;
    check_same(8, true, ALF_CONV_DIRECT, true);
    check_same(3, false, ALF_CONV_DIRECT, true);
}

static void training_refuses_it(void **state)
{
    alf_ctx             *ctx = context(ALF_PRECISION_BF16, ALF_ISA_SCALAR, 1, ALF_CONV_AUTO);
    alf_training_options options;
    (void)state;
    test_ok(ctx, alf_training_options_named(ctx, "stylegan3-t", 16, 4, 128, 8, &options));
    assert_int_equal(alf_training_check(ctx, &options), ALF_ERR_UNSUPPORTED);
    assert_non_null(strstr(alf_ctx_message(ctx), "precision bf16"));
    alf_ctx_destroy(ctx);
}

/* --- images ------------------------------------------------------------------------------------------------------- */

/* The image of the first latents, as it is shown: within [-1, 1]. */
static double *image_of(alf_ctx *ctx, const golden_report *report, int64_t *count)
{
    alf_archive   *archive;
    alf_generator *g;
    test_ok(ctx, alf_archive_open(ctx, report->path, &archive));
    test_ok(ctx, alf_generator_from_archive(ctx, archive, NULL, &g));
    const alf_array *c = alf_archive_find(archive, "io.c");
    alf_scope       *scope = alf_scope_open(ctx);
    alf_tensor      *z = alf_tensor_from_array(ctx, alf_archive_find(archive, "io.z"));
    alf_tensor      *x =
        alf_generator_synthesize(g, alf_generator_map(g, z, c ? alf_tensor_from_array(ctx, c) : NULL, 1, -1), NULL);
    *count = alf_tensor_count(x);
    double *values = malloc((size_t)(*count + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, x, values));
    for (int64_t i = 0; i < *count; i++) values[i] = fmin(fmax(values[i], -1), 1);
    alf_scope_close(scope, NULL);
    alf_generator_destroy(g);
    alf_archive_destroy(archive);
    return values;
}

static double *image_in(alf_precision precision, alf_isa isa, int threads, const golden_report *report, int64_t *count)
{
    alf_ctx *ctx = context(precision, isa, threads, ALF_CONV_DIRECT); /* so that all convolutions count */
    double  *values = ctx ? image_of(ctx, report, count) : NULL;
    alf_ctx_destroy(ctx);
    return values;
}

static void check_image(golden_report *report, void *user)
{
    const alf_isa isa = *(const alf_isa *)user;
    int64_t       count;
    double       *got = image_in(ALF_PRECISION_BF16, isa, 1, report, &count);
    report->cases++;
    if (!got) return;
    double *expected = image_in(ALF_PRECISION_FLOAT32, isa, 1, report, &count), squares = 0;
    double *again = image_in(ALF_PRECISION_BF16, isa, 3, report, &count);
    assert_memory_equal(got, again, (size_t)count * sizeof *got);
    for (int64_t i = 0; i < count; i++) squares += (got[i] - expected[i]) * (got[i] - expected[i]);
    const double psnr = 10 * log10(4 * (double)count / squares);
    print_message("%s on %s: %.1f dB\n", report->file, alf_isa_name(isa), psnr);
    assert_true(psnr >= 50);
    assert_true(psnr < 120); /* it is rounded */
    free(got);
    free(expected);
    free(again);
}

static void images_are_within_50_dB_and_the_same_for_any_number_of_threads(void **state)
{
    (void)state;
    for (int s = 0; s < COUNT(SETS); s++) {
        alf_isa isa = SETS[s];
        golden_run("stylegan", ".safetensors", alf_isa_name(isa), check_image, &isa);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_rounded_to_nearest_even_in_pairs),
        cmocka_unit_test(direct_convolutions_alone_are_rounded),
        cmocka_unit_test(what_gradients_are_taken_of_and_colours_are_float32),
        cmocka_unit_test(training_refuses_it),
        cmocka_unit_test(images_are_within_50_dB_and_the_same_for_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
