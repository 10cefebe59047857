/* Forms of weights that are kept: one per use, given up where memory is short, gone with the weight. */
#include <stdlib.h>
#include <string.h>

#include "core/context_internal.h"
#include "golden.h"
#include "tensor/tensor.h"

enum { LAYERS = 6, CHANNELS = 128, SIZE = 16, COUNT = CHANNELS * SIZE * SIZE, KIB = 1024 };
enum { IMAGES = 2 * 20 * 6 * 7 };

static alf_ctx *ctx_of(alf_conv_method method, int64_t max_memory)
{
    alf_ctx_options options = alf_ctx_options_default();
    char            message[256] = "";
    alf_ctx        *ctx = NULL;
    options.conv = method;
    options.threads = 2;
    options.max_memory = max_memory;
    if (alf_ctx_create(&options, message, sizeof message, &ctx) != ALF_OK) fail_msg("%s", message);
    return ctx;
}

/* An image through six layers, twice. */
static alf_status run_layers(alf_ctx *ctx, double out[COUNT])
{
    const int64_t       shape_x[] = {1, CHANNELS, SIZE, SIZE}, shape_w[] = {CHANNELS, CHANNELS, 3, 3};
    const alf_conv_spec spec = {.padding = 1, .stride = 1};
    alf_scope          *all = alf_scope_open(ctx);
    alf_tensor         *w[LAYERS];
    for (int i = 0; i < LAYERS; i++) w[i] = alf_tensor_random_normal(ctx, 4, shape_w, 1, (uint64_t)i);
    for (int round = 0; round < 2; round++) {
        alf_scope  *scope = alf_scope_open(ctx);
        alf_tensor *x = alf_tensor_random_normal(ctx, 4, shape_x, 2, 0);
        for (int i = 0; i < LAYERS; i++) {
            x = alf_conv2d(ctx, x, w[i], 1.0 / 64, &spec);
            alf_scope_keep(scope, &x, 1);
        }
        if (alf_ctx_status(ctx) == ALF_OK) test_ok(ctx, alf_tensor_read(ctx, x, out));
        alf_scope_close(scope, NULL);
    }
    alf_scope_close(all, NULL);
    return alf_ctx_status(ctx);
}

static void a_budget_that_does_for_direct_does_for_fast_with_the_same_bits(void **state)
{
    static const alf_conv_method methods[] = {ALF_CONV_AUTO, ALF_CONV_FAST};
    double                      *free_of_budget = malloc(COUNT * sizeof(double)), *got = malloc(COUNT * sizeof(double));
    alf_ctx                     *ctx = ctx_of(ALF_CONV_DIRECT, 0);
    (void)state;
    test_ok(ctx, run_layers(ctx, got));
    const int64_t direct = alf_ctx_memory_peak(ctx), budget = direct + direct / 16;
    alf_ctx_destroy(ctx);
    for (int i = 0; i < 2; i++) {
        ctx = ctx_of(methods[i], 0);
        test_ok(ctx, run_layers(ctx, free_of_budget));
        print_message("%lld KiB for direct, %lld where all forms are kept\n", (long long)direct / KIB,
                      (long long)alf_ctx_memory_peak(ctx) / KIB);
        assert_true(alf_ctx_memory_peak(ctx) > budget);
        alf_ctx_destroy(ctx);
        ctx = ctx_of(methods[i], budget);
        test_ok(ctx, run_layers(ctx, got));
        assert_memory_equal(got, free_of_budget, COUNT * sizeof *got);
        alf_ctx_destroy(ctx);
    }
    free(free_of_budget);
    free(got);
}

static void forms_go_with_their_weight(void **state)
{
    alf_ctx      *ctx = ctx_of(ALF_CONV_AUTO, 0);
    double       *out = malloc(COUNT * sizeof *out);
    const int64_t empty = (test_ok(ctx, run_layers(ctx, out)), alf_ctx_memory_used(ctx)); /* what workers keep */
    (void)state;
    test_ok(ctx, run_layers(ctx, out));
    assert_int_equal(alf_ctx_memory_used(ctx), empty);
    assert_null(alf_ctx_tensor_extension(ctx)->kept);
    alf_ctx_destroy(ctx);
    free(out);
}

static void another_way_for_the_same_use_takes_the_place_of_the_first(void **state)
{
    const int64_t shape_x[] = {1, 32, 12, 12}, shape_w[] = {32, 32, 3, 3};
    alf_conv_spec spec = {.padding = 1, .stride = 1};
    alf_ctx      *ctx = ctx_of(ALF_CONV_DIRECT, 0);
    alf_scope    *scope = alf_scope_open(ctx);
    alf_tensor   *x = alf_tensor_random_normal(ctx, 4, shape_x, 1, 0);
    alf_tensor   *w = alf_tensor_random_normal(ctx, 4, shape_w, 2, 0);
    int64_t       used[4];
    (void)state;
    for (int i = 0; i < 4; i++) {
        alf_scope *inner = alf_scope_open(ctx);
        if (i > 0) alf_ctx_use_conv(ctx, i % 2 ? ALF_CONV_FAST : ALF_CONV_DIRECT);
        alf_conv2d(ctx, x, w, 1, &spec);
        alf_scope_close(inner, NULL);
        used[i] = alf_ctx_memory_used(ctx);
    }
    assert_int_equal(used[3], used[1]);
    assert_true(used[2] < used[1]);
    spec.padding = 0; /* another image, the same taps */
    alf_ctx_use_conv(ctx, ALF_CONV_DIRECT);
    alf_scope *inner = alf_scope_open(ctx);
    alf_conv2d(ctx, x, w, 1, &spec);
    alf_scope_close(inner, NULL);
    assert_int_equal(alf_ctx_memory_used(ctx), used[2]);
    assert_int_equal(alf_ctx_status(ctx), ALF_OK);
    alf_scope_close(scope, NULL);
    alf_ctx_destroy(ctx);
}

/* --- sums of squares ------------------------------------------------------------------------------------------------ */

/* Demodulated images by the weight; the caller frees. */
static double *demodulate(alf_ctx *ctx, alf_tensor *w)
{
    const alf_modulation spec = {.conv = {.stride = 1, .padding = 1}, .demodulate = true};
    alf_scope           *scope = alf_scope_open(ctx);
    alf_tensor          *x = alf_tensor_random_normal(ctx, 4, (int64_t[]){2, 24, 6, 7}, 3, 0);
    alf_tensor          *style = alf_tensor_random_normal(ctx, 2, (int64_t[]){2, 24}, 4, 0);
    double              *out = malloc(IMAGES * sizeof *out);
    test_ok(ctx, alf_tensor_read(ctx, alf_modulated_conv2d(ctx, x, w, style, NULL, &spec), out));
    alf_scope_close(scope, NULL);
    return out;
}

static bool has_squares(alf_ctx *ctx, alf_tensor *w)
{
    const alf_weight weight = alf_tensor_weight(w);
    const int64_t    floats = 20 * 24 * (int64_t)(alf_dtype_size(w->storage->backend->dtype) / sizeof(float));
    bool             fresh;
    alf_derived_return(&weight, alf_derived_take(ctx, &weight, ALF_DERIVED_SQUARES, &(alf_conv){0}, floats, &fresh));
    return !fresh;
}

static void kept_squares_are_those_that_gradients_see_until_the_weight_changes(void **state)
{
    static const alf_backend_kind backends[] = {ALF_BACKEND_CPU, ALF_BACKEND_REFERENCE};
    const int64_t                 shape[] = {20, 24, 3, 3};
    (void)state;
    for (int b = 0; b < 2; b++) {
        alf_ctx    *ctx = test_ctx(backends[b], ALF_ISA_AUTO);
        alf_scope  *scope = alf_scope_open(ctx);
        alf_tensor *w = alf_tensor_random_normal(ctx, 4, shape, 5, 0),
                   *other = alf_tensor_random_normal(ctx, 4, shape, 6, 0);
        for (int round = 0; round < 2; round++) {
            double *first = demodulate(ctx, w), *again = demodulate(ctx, w);
            double *seen = demodulate(ctx, alf_variable(ctx, w));
            assert_memory_equal(first, seen, IMAGES * sizeof *first);
            assert_memory_equal(again, seen, IMAGES * sizeof *again);
            assert_true(has_squares(ctx, w));
            free(first);
            free(again);
            free(seen);
            alf_tensor_lerp(ctx, w, other, 0.5);
        }
        alf_scope_close(scope, NULL);
        alf_ctx_destroy(ctx);
    }
}

/* --- pressure ------------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx     *ctx;
    alf_derived *lists[3];
    float       *forms[3];
} keeper;

/* Three forms of 64 KiB in a budget of 256 KiB; the last one is in use. */
static void keeper_open(keeper *k)
{
    const alf_conv conv = {.out_ch = 128, .in_ch = 128, .kh = 1, .kw = 1, .stride = 1};
    *k = (keeper){.ctx = ctx_of(ALF_CONV_AUTO, 256 * KIB)};
    for (int i = 0; i < 3; i++) {
        const alf_weight w = {NULL, &k->lists[i]};
        bool             fresh;
        assert_non_null(k->forms[i] = alf_derived_take(k->ctx, &w, ALF_DERIVED_PANELS, &conv, 128 * 128, &fresh));
        assert_true(fresh);
        k->forms[i][0] = (float)i;
        if (i < 2) alf_derived_return(&w, k->forms[i]);
    }
}

static void keeper_close(keeper *k)
{
    for (int i = 0; i < 3; i++) alf_derived_free(&k->lists[i]);
    assert_int_equal(alf_ctx_memory_used(k->ctx), 0);
    alf_ctx_destroy(k->ctx);
}

static void no_more_forms_are_given_up_than_needed_and_none_in_use(void **state)
{
    keeper k;
    (void)state;
    keeper_open(&k);
    void *block = alf_mem_alloc(k.ctx, 100 * KIB, 1);
    assert_non_null(block);
    assert_true(k.lists[0] && !k.lists[1] && k.lists[2]);
    assert_true(k.forms[0][0] == 0 && k.forms[2][0] == 2);
    void *more = alf_mem_alloc(k.ctx, 70 * KIB, 1);
    assert_non_null(more);
    assert_true(!k.lists[0] && k.lists[2] && k.forms[2][0] == 2);
    assert_null(alf_mem_alloc(k.ctx, 70 * KIB, 1));
    assert_int_equal(alf_ctx_status(k.ctx), ALF_ERR_MEMORY);
    assert_true(k.lists[2] && k.forms[2][0] == 2);
    alf_mem_free(block);
    alf_mem_free(more);
    keeper_close(&k);
}

static void allocate_in_tile(void *arg, int64_t tile, int worker)
{
    keeper *k = arg;
    (void)worker;
    if (tile == 0) alf_mem_free(alf_mem_alloc(k->ctx, 100 * KIB, 1));
}

static void tiles_take_nothing_away(void **state)
{
    keeper k;
    (void)state;
    for (int tiles = 1; tiles < 3; tiles++) {
        keeper_open(&k);
        alf_parallel(k.ctx, tiles, allocate_in_tile, &k);
        assert_int_equal(alf_ctx_status(k.ctx), ALF_ERR_MEMORY);
        assert_true(k.lists[0] && k.lists[1] && k.lists[2]);
        keeper_close(&k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_that_does_for_direct_does_for_fast_with_the_same_bits),
        cmocka_unit_test(forms_go_with_their_weight),
        cmocka_unit_test(another_way_for_the_same_use_takes_the_place_of_the_first),
        cmocka_unit_test(kept_squares_are_those_that_gradients_see_until_the_weight_changes),
        cmocka_unit_test(no_more_forms_are_given_up_than_needed_and_none_in_use),
        cmocka_unit_test(tiles_take_nothing_away)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
