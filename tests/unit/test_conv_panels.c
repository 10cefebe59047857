/* The direct convolution at the edges of its panels, blocks and tiles, on every instruction set in float32 and bfloat16;
 * and the panels of weights that are kept. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/tensor.h"
#include "core/core.h"
#include "device.h"
#include "tensor/derived.h"
#include "tensor/tensor.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

typedef struct {
    int64_t n, in, out, h, w;
    int     kernel, stride, pad;
    bool    transposed;
} shape;

static const shape SHAPES[] = {
    {1, 3, 7, 1, 1, 1, 1, 0, false},     {1, 3, 8, 1, 15, 1, 1, 0, false},    {1, 3, 9, 1, 17, 1, 1, 0, false},
    {2, 5, 3, 1, 47, 1, 1, 0, false},    {1, 5, 4, 1, 48, 1, 1, 0, false},    {2, 5, 5, 1, 49, 1, 1, 0, false},
    {2, 1, 1, 7, 7, 1, 1, 0, false},     {1, 2, 9, 1, 191, 1, 1, 0, false},   {1, 2, 9, 1, 192, 1, 1, 0, false},
    {2, 2, 9, 1, 193, 1, 1, 0, false},   {1, 511, 5, 5, 5, 1, 1, 0, false},   {1, 512, 5, 5, 5, 1, 1, 0, false},
    {2, 513, 5, 5, 5, 1, 1, 0, false},   {1, 1025, 9, 7, 7, 1, 1, 0, false},  {1, 2, 255, 3, 16, 1, 1, 0, false},
    {1, 2, 257, 3, 17, 1, 1, 0, false},  {1, 57, 3, 4, 4, 3, 1, 1, false},    {1, 58, 3, 4, 5, 3, 1, 2, false},
    {1, 3, 4, 49, 1, 3, 1, 1, false},    {2, 3, 4, 97, 2, 3, 1, 1, false},    {1, 2, 3, 2, 400, 3, 1, 1, false},
    {1, 3, 5, 24, 24, 3, 1, 1, false},   {1, 3, 5, 25, 23, 3, 1, 1, false},   {1, 2, 9, 150, 150, 3, 1, 1, false},
    {1, 2, 9, 151, 149, 1, 1, 0, false}, {2, 3, 5, 33, 35, 3, 2, 1, false},   {1, 3, 5, 33, 35, 3, 3, 0, false},
    {1, 3, 5, 34, 35, 1, 2, 0, false},   {2, 3, 9, 16, 16, 3, 2, 0, true},    {1, 3, 9, 17, 15, 3, 2, 1, true},
    {1, 2, 7, 64, 65, 3, 2, 0, true},    {1, 260, 70, 24, 25, 3, 2, 0, true}, {1, 3, 5, 1, 95, 3, 2, 0, true},
    {1, 700, 3, 3, 3, 1, 2, 0, true},    {3, 64, 300, 4, 4, 3, 1, 1, false},  {2, 3, 5, 9, 8, 4, 3, 0, true},
    {1, 1, 1, 40, 40, 23, 1, 11, false}, {1, 1, 2, 30, 30, 24, 2, 11, true},
};

static alf_conv geometry(const shape *s)
{
    alf_conv conv = {.n = s->n, .in_ch = s->in, .in_h = s->h, .in_w = s->w, .out_ch = s->out, .gain = 0.75};
    conv.kh = conv.kw = s->kernel;
    conv.stride = s->stride;
    conv.pad_y = conv.pad_x = s->pad;
    conv.transposed = s->transposed;
    assert_true(alf_conv_output_size(&conv));
    return conv;
}

/* A context of the cpu backend with the direct method; without the instruction set, or bfloat16 on it: NULL. */
static alf_ctx *direct(alf_isa isa, alf_precision precision, int threads, int64_t max_memory)
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx = NULL;
    options.isa = isa;
    options.precision = precision;
    options.threads = threads;
    options.conv = ALF_CONV_DIRECT;
    options.max_memory = max_memory;
    const alf_status status = alf_ctx_create(&options, NULL, 0, &ctx);
    assert_true(status == ALF_OK || (status == ALF_ERR_UNSUPPORTED && isa > ALF_ISA_SCALAR));
    return ctx;
}

/* Values that bfloat16 keeps: images and weights of 8 bits, factors of powers of 2. */
static void coarsen(int64_t count, bool factors, double values[])
{
    for (int64_t i = 0; i < count; i++) {
        int          exponent;
        const double part = frexp(values[i], &exponent);
        values[i] = ldexp(factors ? 0.5 : round(ldexp(part, 8)), factors ? exponent : exponent - 8);
    }
}

/* Of random values, or of those that bfloat16 keeps. */
static double *convolve(const test_device *on, const alf_conv *conv, bool scaled, alf_precision precision)
{
    const int64_t inputs = conv->n * conv->in_ch * conv->in_h * conv->in_w;
    const int64_t outputs = conv->n * conv->out_ch * conv->out_h * conv->out_w;
    const int64_t weights = conv->in_ch * conv->out_ch * conv->kh * conv->kw;
    const int64_t counts[] = {inputs, weights, conv->n * conv->in_ch, conv->n * conv->out_ch};
    void         *memory[4] = {NULL}, *y = test_room(on, outputs);
    for (int i = 0; i < (scaled ? 4 : 2); i++) {
        double *values = test_normal(11, (uint64_t)i, counts[i]);
        if (precision == ALF_PRECISION_BF16) coarsen(counts[i], i >= 2, values);
        memory[i] = test_put(on, counts[i], values);
        free(values);
    }
    const alf_weight weight = {memory[1], NULL};
    test_ok(on->ctx, on->backend->conv(on->ctx, conv, memory[0], &weight, memory[2], memory[3], y));
    for (int i = 0; i < 4; i++) on->backend->release(memory[i]);
    return test_take(on, outputs, y);
}

static void check_edge(int shape_number, bool scaled, const test_device *reference, int sets, const test_device cpu[],
                       alf_precision precision)
{
    const alf_conv conv = geometry(&SHAPES[shape_number]);
    double        *expected = convolve(reference, &conv, scaled, precision);
    for (int i = 0; i < sets; i++) {
        double *got = convolve(&cpu[i], &conv, scaled, precision);
        char    label[64];
        alf_format(label, sizeof label, "shape %d on %s%s", shape_number, alf_isa_name(alf_ctx_isa(cpu[i].ctx)),
                   precision == ALF_PRECISION_BF16 ? " in bfloat16" : "");
        assert_allclose(label, conv.n * conv.out_ch * conv.out_h * conv.out_w, got, expected, 2e-6);
        free(got);
    }
    free(expected);
}

static void check_edges_in(alf_precision precision)
{
    test_device reference = test_device_create(ALF_BACKEND_REFERENCE, 1), cpu[ALF_ISA_AVX512 + 1];
    int         sets = 0;
    for (int isa = ALF_ISA_SCALAR; isa <= ALF_ISA_AVX512; isa++) {
        cpu[sets] = (test_device){direct((alf_isa)isa, precision, 2, 0), &alf_backend_cpu};
        sets += cpu[sets].ctx != NULL;
    }
    assert_true(sets >= 1);
    for (int i = 0; i < 2 * COUNT(SHAPES); i++) check_edge(i / 2, i % 2 == 1, &reference, sets, cpu, precision);
    for (int i = 0; i < sets; i++) test_device_destroy(&cpu[i]);
    test_device_destroy(&reference);
}

static void edges_of_panels_blocks_and_tiles_hold_on_every_instruction_set(void **state)
{
    (void)state;
    check_edges_in(ALF_PRECISION_FLOAT32);
}

/* What is not rounded first must come out as in float32. */
static void edges_of_panels_of_bfloat16_hold(void **state)
{
    (void)state;
    check_edges_in(ALF_PRECISION_BF16);
}

/* --- kept panels -------------------------------------------------------------------------------------------------- */

static void panels_of_a_weight_are_made_once_and_freed_with_its_list(void **state)
{
    static const shape s = {1, 40, 20, 9, 9, 3, 2, 0, true};
    const alf_conv     conv = geometry(&s);
    float             *x = calloc(40 * 81, sizeof *x), *w = calloc(40 * 20 * 9, sizeof *w);
    float             *y = calloc(20 * 19 * 19, sizeof *y);
    alf_ctx           *ctx = direct(ALF_ISA_AUTO, ALF_PRECISION_FLOAT32, 2, 0);
    alf_derived       *list = NULL;
    const alf_weight   weight = {w, &list};
    (void)state;
    for (int i = 0; i < 40 * 81; i++) x[i] = 1;
    for (int i = 0; i < 40 * 20 * 9; i++) w[i] = 1;
    assert_int_equal(alf_backend_cpu.conv(ctx, &conv, x, &(alf_weight){w, NULL}, NULL, NULL, y), ALF_OK);
    const int64_t scratch = alf_ctx_memory_used(ctx); /* what workers keep */
    assert_int_equal(alf_backend_cpu.conv(ctx, &conv, x, &weight, NULL, NULL, y), ALF_OK);
    const int64_t kept = alf_ctx_memory_used(ctx);
    assert_true(kept >= scratch + 40 * 20 * 9 * (int64_t)sizeof(float));
    const float before = y[10 * 19 + 10];
    w[0] = 2; /* unseen, since the panels are those of before */
    for (int i = 0; i < 3; i++) assert_int_equal(alf_backend_cpu.conv(ctx, &conv, x, &weight, NULL, NULL, y), ALF_OK);
    assert_int_equal(alf_ctx_memory_used(ctx), kept);
    assert_memory_equal(&before, &y[10 * 19 + 10], sizeof before);
    alf_derived_free(&list);
    assert_null(list);
    assert_int_equal(alf_ctx_memory_used(ctx), scratch);
    assert_int_equal(alf_backend_cpu.conv(ctx, &conv, x, &weight, NULL, NULL, y), ALF_OK);
    assert_memory_not_equal(&before, &y[10 * 19 + 10], sizeof before);
    alf_derived_free(&list);
    alf_ctx_destroy(ctx);
    free(x);
    free(w);
    free(y);
}

static bool same_values(const alf_tensor *a, const alf_tensor *b)
{
    return memcmp(a->storage->data, b->storage->data, (size_t)a->count * sizeof(float)) == 0;
}

static void a_changed_weight_is_packed_anew(void **state)
{
    const int64_t       shape_x[] = {1, 5, 8, 8}, shape_w[] = {6, 5, 3, 3};
    const alf_conv_spec spec = alf_conv_spec_default();
    const alf_adam_step step = {.beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .step_size = 0.1, .v_scale = 1};
    alf_ctx            *ctx = direct(ALF_ISA_AUTO, ALF_PRECISION_FLOAT32, 1, 0);
    alf_scope          *scope = alf_scope_open(ctx);
    alf_tensor         *x = alf_tensor_random_normal(ctx, 4, shape_x, 1, 0);
    alf_tensor         *w = alf_tensor_random_normal(ctx, 4, shape_w, 2, 0);
    alf_tensor         *other = alf_tensor_random_normal(ctx, 4, shape_w, 3, 0);
    alf_tensor         *m = alf_tensor_full(ctx, 4, shape_w, 0), *v = alf_tensor_full(ctx, 4, shape_w, 0);
    alf_tensor         *first = alf_conv2d(ctx, x, w, 1, &spec), *expected = alf_conv2d(ctx, x, other, 1, &spec);
    (void)state;
    assert_int_equal(alf_ctx_status(ctx), ALF_OK);
    assert_non_null(w->storage->derived);
    assert_false(same_values(first, expected));
    alf_tensor_lerp(ctx, w, other, 1);
    assert_null(w->storage->derived);
    assert_true(same_values(alf_conv2d(ctx, x, w, 1, &spec), expected));
    alf_tensor_adam(ctx, w, m, v, other, &step);
    assert_null(w->storage->derived);
    assert_false(same_values(alf_conv2d(ctx, x, w, 1, &spec), expected));
    assert_int_equal(alf_ctx_status(ctx), ALF_OK);
    alf_scope_close(scope, NULL);

    alf_ctx_destroy(ctx);
}

static void every_shortage_of_memory_is_an_error_that_releases_all(void **state)
{
    static const shape s = {1, 32, 32, 12, 12, 3, 2, 0, true};
    const alf_conv     conv = geometry(&s);
    float             *x = calloc(32 * 144, sizeof *x), *w = calloc(32 * 32 * 9, sizeof *w);
    float             *y = calloc(32 * 25 * 25, sizeof *y);
    int                failures = 0;
    alf_status         status = ALF_ERR_MEMORY;
    (void)state;
    for (int64_t budget = 64; status == ALF_ERR_MEMORY; budget += budget / 2) {
        alf_ctx *ctx = direct(ALF_ISA_AUTO, ALF_PRECISION_FLOAT32, 1, budget);
        status = alf_backend_cpu.conv(ctx, &conv, x, &(alf_weight){w, NULL}, NULL, NULL, y);
        assert_int_equal(alf_ctx_status(ctx), status);
        if (status == ALF_ERR_MEMORY) {
            assert_int_equal(alf_ctx_memory_used(ctx), 0);
            failures++;
        }
        alf_ctx_destroy(ctx);
    }
    assert_int_equal(status, ALF_OK);
    assert_true(failures > 5);
    free(x);
    free(w);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_of_panels_blocks_and_tiles_hold_on_every_instruction_set),
        cmocka_unit_test(edges_of_panels_of_bfloat16_hold),
        cmocka_unit_test(panels_of_a_weight_are_made_once_and_freed_with_its_list),
        cmocka_unit_test(a_changed_weight_is_packed_anew),
        cmocka_unit_test(every_shortage_of_memory_is_an_error_that_releases_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
