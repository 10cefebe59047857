/* Errors of layers: what is known of waves, of Fourier features, and of maps too small to be moved. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/metrics.h"
#include "core/arithmetic.h"
#include "golden.h"
#include "metrics/layer_error.h"

static alf_generator *small_generator(alf_ctx *ctx, const char *name)
{
    alf_generator *g;
    alf_config     config;
    test_ok(ctx, alf_config_named(ctx, name, 16, 256, 8, &config));
    config.z_dim = config.w_dim = 16;
    test_ok(ctx, alf_generator_create(ctx, &config, 1, &g));
    return g;
}

static alf_tensor *styles(alf_generator *g, int64_t count)
{
    static const uint32_t seeds[] = {3, 1, 4, 1, 5};
    return alf_generator_map(g, alf_generator_latents(g, count, seeds), NULL, 1, -1);
}

static void assert_above(const char *what, double db, double limit)
{
    if (!(db >= limit)) fail_msg("%s: %.2f dB, expected at least %g", what, db, limit);
}

static void assert_below(const char *what, double db, double limit)
{
    if (!(db <= limit)) fail_msg("%s: %.2f dB, expected at most %g", what, db, limit);
}

/* --- waves -------------------------------------------------------------------------------------------------------- */

enum { RATE = 32, MARGIN = 10, SIZE = RATE + 2 * MARGIN, MAPS = 3, VALUES = MAPS * SIZE * SIZE };

/* Maps [1, MAPS, SIZE, SIZE] of 3 to 5 cycles per canvas width on a canvas that was turned by `angle`, then shifted. */
static alf_tensor *waves(alf_ctx *ctx, double tx, double ty, double angle, double offset)
{
    static double values[VALUES];
    for (int i = 0; i < VALUES; i++) {
        const int    map = i / (SIZE * SIZE);
        const double x = (i % SIZE - 0.5 * (SIZE - 1)) / RATE - tx,
                     y = (i / SIZE % SIZE - 0.5 * (SIZE - 1)) / RATE - ty;
        const double turned_x = cos(angle) * x - sin(angle) * y, turned_y = sin(angle) * x + cos(angle) * y;
        const double along = turned_x * cos(1.0 + map) + turned_y * sin(1.0 + map);
        values[i] = sin(2 * ALF_PI * (3 + map) * along + 0.3 * map) + offset * map;
    }
    return alf_tensor_from_f64(ctx, 4, (int64_t[]){1, MAPS, SIZE, SIZE}, values);
}

static alf_layer_error compare(alf_ctx *ctx, const alf_movement *m, alf_tensor *unmoved, alf_tensor *moved)
{
    alf_layer_error layer = {.name = "waves", .rate = RATE};
    alf_rotation   *rotation = NULL;
    test_ok(ctx, alf_rotation_create(ctx, m->angle, &rotation));
    test_ok(ctx, alf_layer_error_of(ctx, m, rotation, unmoved, moved, &layer));
    alf_rotation_destroy(rotation);
    assert_int_equal(layer.size, SIZE);
    assert_int_equal(layer.channels, MAPS);
    return layer;
}

/* The reference backend keeps doubles. */
static void waves_that_move_are_equivariant(void **state)
{
    (void)state;
    static const struct {
        const char  *name;
        alf_movement movement;
        double       db;
    } cases[] = {{"whole samples", {ALF_EQT_FRAC, 2.0 / RATE, -1.0 / RATE, 0}, 250},
                 {"fractions", {ALF_EQT_FRAC, 0.3 / RATE, 1.6 / RATE, 0}, 40},
                 {"30 degrees", {ALF_EQR, 0, 0, ALF_PI / 6}, 40},
                 {"-100 degrees", {ALF_EQR, 0, 0, -ALF_PI / 1.8}, 40}};
    alf_ctx *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const alf_movement   *m = &cases[i].movement;
        alf_tensor           *unmoved = waves(ctx, 0, 0, 0, 0);
        const alf_layer_error good = compare(ctx, m, unmoved, waves(ctx, m->tx, m->ty, m->angle, 0));
        const alf_layer_error stuck = compare(ctx, m, unmoved, unmoved);
        assert_above(cases[i].name, alf_pooled_error_relative_db(&good.error), cases[i].db);
        assert_below(cases[i].name, alf_pooled_error_relative_db(&stuck.error), 12);
        /* the canvas, and nothing else; the operators of a rotation do not reach its corners */
        assert_true(good.error.mask <= MAPS * RATE * RATE);
        assert_true(good.error.mask >= (m->kind == ALF_EQR ? 0.8 : 1) * MAPS * RATE * RATE);
    }
    alf_ctx_destroy(ctx);
}

static void what_is_the_same_everywhere_in_a_map_does_not_count_as_variance(void **state)
{
    (void)state;
    const alf_movement    m = {ALF_EQT_FRAC, 0.25 / RATE, 0, 0};
    alf_ctx              *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    const alf_layer_error plain = compare(ctx, &m, waves(ctx, 0, 0, 0, 0), waves(ctx, m.tx, m.ty, 0, 0));
    const alf_layer_error lifted = compare(ctx, &m, waves(ctx, 0, 0, 0, 50), waves(ctx, m.tx, m.ty, 0, 50));
    assert_true(lifted.error.value == 0);
    assert_true(fabs(alf_pooled_error_relative_db(&plain.error) - alf_pooled_error_relative_db(&lifted.error)) < 1e-6);
    alf_ctx_destroy(ctx);
}

/* Taps reach 3 samples beyond the canvas, the shift 2. */
static void what_stands_at_the_rim_of_the_margin_does_not_count(void **state)
{
    (void)state;
    const alf_movement m = {ALF_EQT_FRAC, 1.5 / RATE, -1.7 / RATE, 0};
    alf_ctx           *ctx = test_ctx(ALF_BACKEND_REFERENCE, ALF_ISA_AUTO);
    double            *values = calloc(VALUES, sizeof *values);
    assert_non_null(values);
    for (int i = 0; i < VALUES; i++) {
        const int x = i % SIZE, y = i / SIZE % SIZE, rim = MARGIN - 6;
        if (x < rim || y < rim || x >= SIZE - rim || y >= SIZE - rim) values[i] = 1e3;
    }
    alf_tensor           *rim = alf_tensor_from_f64(ctx, 4, (int64_t[]){1, MAPS, SIZE, SIZE}, values);
    alf_tensor           *unmoved = waves(ctx, 0, 0, 0, 0), *moved = waves(ctx, m.tx, m.ty, 0, 0);
    const alf_layer_error plain = compare(ctx, &m, unmoved, moved);
    const alf_layer_error dirty = compare(ctx, &m, alf_add(ctx, unmoved, rim), alf_sub(ctx, moved, rim));
    assert_true(plain.error.squared_error == dirty.error.squared_error);
    free(values);
    alf_ctx_destroy(ctx);
}

static void a_map_smaller_than_the_operators_has_an_empty_mask(void **state)
{
    (void)state;
    static const alf_movement movements[] = {{ALF_EQT_FRAC, 0.1, 0, 0}, {ALF_EQR, 0, 0, 0.4}};
    alf_ctx                  *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_tensor               *x = alf_tensor_random_normal(ctx, 4, (int64_t[]){2, 5, 4, 4}, 1, 1);
    for (int i = 0; i < 2; i++) {
        alf_layer_error layer = {.name = "small", .rate = 4};
        alf_rotation   *rotation = NULL;
        test_ok(ctx, alf_rotation_create(ctx, movements[i].angle, &rotation));
        test_ok(ctx, alf_layer_error_of(ctx, &movements[i], rotation, x, x, &layer));
        alf_rotation_destroy(rotation);
        assert_int_equal(layer.size, 4);
        assert_int_equal(layer.channels, 5);
        assert_true(layer.error.mask == 0);
        assert_true(isnan(alf_pooled_error_relative_db(&layer.error)));
    }
    alf_ctx_destroy(ctx);
}

/* Channels are taken a few at a time, here one. */
static void large_maps_are_compared_whole(void **state)
{
    (void)state;
    enum { LARGE = 600 };
    const alf_movement m = {ALF_EQT_FRAC, 3.0 / LARGE, 0, 0};
    alf_ctx           *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_tensor        *x = alf_tensor_random_normal(ctx, 4, (int64_t[]){2, 3, LARGE, LARGE}, 1, 1);
    alf_layer_error    layer = {.name = "large", .rate = LARGE};
    test_ok(ctx, alf_layer_error_of(ctx, &m, NULL, x, x, &layer));
    assert_true(layer.error.mask == 2 * 3 * (double)LARGE * (LARGE - 3));
    assert_true(fabs(alf_pooled_error_relative_db(&layer.error) + 10 * log10(2)) < 0.05); /* noise against noise */
    alf_ctx_destroy(ctx);
}

/* --- networks ----------------------------------------------------------------------------------------------------- */

static void layers_come_in_the_order_of_the_network(void **state)
{
    (void)state;
    alf_ctx         *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator   *g = small_generator(ctx, "stylegan3-t");
    const alf_plan  *plan = alf_generator_plan(g);
    const int        count = alf_equivariance_layer_count(g);
    alf_layer_error *layers = calloc((size_t)count, sizeof *layers);
    assert_non_null(layers);
    assert_int_equal(count, plan->num_layers + 2);
    test_ok(ctx, alf_equivariance_layers(g, styles(g, 2), ALF_EQT_FRAC, 0.01, 0.02, 0, layers));
    assert_string_equal(layers[0].name, "input");
    assert_int_equal(layers[0].size, plan->input_size);
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        assert_string_equal(layers[i + 1].name, l->name);
        assert_int_equal(layers[i + 1].size, l->out_size);
        assert_int_equal(layers[i + 1].channels, l->out_channels);
        assert_true(layers[i + 1].rate == l->out_rate);
    }
    assert_string_equal(layers[count - 1].name, "image");
    assert_int_equal(layers[count - 1].size, 16);
    free(layers);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* Two samples at their rate of 16: no interpolation there, so nothing but rounding is left. */
static void fourier_features_follow_translation_to_rounding(void **state)
{
    (void)state;
    alf_ctx         *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator   *g = small_generator(ctx, "stylegan3-t");
    alf_layer_error *layers = calloc((size_t)alf_equivariance_layer_count(g), sizeof *layers);
    assert_non_null(layers);
    test_ok(ctx, alf_equivariance_layers(g, styles(g, 1), ALF_EQT_FRAC, 2.0 / 16, 1.0 / 16, 0, layers));
    assert_above("whole samples", alf_pooled_error_relative_db(&layers[0].error), 110);
    test_ok(ctx, alf_equivariance_layers(g, styles(g, 1), ALF_EQT_FRAC, 0.03, 0.02, 0, layers));
    assert_above("fractions", alf_pooled_error_relative_db(&layers[0].error), 40);
    free(layers);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* The last row is the metric of images, but for what the variance is. */
static void the_image_has_the_error_of_the_group(void **state)
{
    (void)state;
    alf_ctx         *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator   *g = small_generator(ctx, "stylegan3-r");
    const int        count = alf_equivariance_layer_count(g);
    alf_layer_error *layers = calloc((size_t)count, sizeof *layers);
    assert_non_null(layers);
    for (int kind = 0; kind < ALF_EQ_KINDS; kind++) {
        alf_pooled_error sums[ALF_EQ_KINDS] = {{0}};
        test_ok(ctx, alf_equivariance_group(g, styles(g, 2), 1u << kind, 0.1, -0.07, 0.1, sums));
        test_ok(ctx, alf_equivariance_layers(g, styles(g, 2), (alf_metric_kind)kind, 0.1, -0.07, 0.1, layers));
        assert_true(sums[kind].mask > 0);
        assert_true(layers[count - 1].error.mask == sums[kind].mask);
        assert_true(fabs(layers[count - 1].error.squared_error / sums[kind].squared_error - 1) < 1e-12);
    }
    free(layers);
    alf_generator_destroy(g);
    alf_ctx_destroy(ctx);
}

/* Both start from the same waves; the first convolution tells them apart. */
static void T_loses_rotation_in_its_first_layer_and_R_does_not(void **state)
{
    (void)state;
    static const char *const names[] = {"stylegan3-t", "stylegan3-r"};
    alf_ctx                 *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    double                   input[2], first[2];
    for (int i = 0; i < 2; i++) {
        alf_generator   *g = small_generator(ctx, names[i]);
        alf_layer_error *layers = calloc((size_t)alf_equivariance_layer_count(g), sizeof *layers);
        assert_non_null(layers);
        test_ok(ctx, alf_equivariance_layers(g, styles(g, 1), ALF_EQR, 0, 0, 0.7, layers));
        input[i] = alf_pooled_error_relative_db(&layers[0].error);
        first[i] = alf_pooled_error_relative_db(&layers[1].error);
        free(layers);
        alf_generator_destroy(g);
    }
    assert_above("input of T", input[0], 40);
    assert_above("input of R", input[1], 40);
    assert_below("first layer of T", first[0], 15);
    assert_above("first layer of R", first[1], 25);
    alf_ctx_destroy(ctx);
}

static void what_cannot_be_compared_is_refused(void **state)
{
    (void)state;
    alf_ctx        *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_generator  *two = small_generator(ctx, "stylegan2"), *three = small_generator(ctx, "stylegan3-t");
    alf_layer_error layers[64] = {{.channels = -7}};
    assert_true(alf_equivariance_layer_count(two) <= 64 && alf_equivariance_layer_count(three) <= 64);
    assert_int_equal(alf_equivariance_layers(two, styles(two, 1), ALF_EQR, 0, 0, 1, layers), ALF_ERR_UNSUPPORTED);
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_equivariance_layers(three, styles(three, 1), ALF_SWD, 0, 0, 1, layers), ALF_ERR_RANGE);
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_equivariance_layers(three, styles(three, 1), ALF_EQT_FRAC, (double)NAN, 0, 0, layers),
                     ALF_ERR_RANGE);
    alf_ctx_clear_error(ctx);
    assert_int_equal(layers[0].channels, -7);
    alf_generator_destroy(two);
    alf_generator_destroy(three);
    alf_ctx_destroy(ctx);
}

/* --- intervals ---------------------------------------------------------------------------------------------------- */

static void an_interval_needs_two_groups_and_something_compared(void **state)
{
    (void)state;
    alf_pooled_error sums[16] = {{0}};
    double           low = 0, high = 0;
    for (int i = 0; i < 16; i += 2)
        sums[i] = (alf_pooled_error){.squared_error = 1 + i, .mask = 100, .value = 0, .square = 100};
    alf_pooled_error_interval(1, 2, sums, 2, 1, &low, &high);
    assert_true(isnan(low) && isnan(high));
    alf_pooled_error_interval(8, 2, sums, 2, 1, &low, &high);
    assert_true(low < 10 * log10(4 * 100 / 8.0) && high > 10 * log10(4 * 100 / 8.0)); /* 8 is their mean error */
    alf_pooled_error_interval(8, 2, sums, 0, 1, &low, &high);
    assert_true(low < 10 * log10(100 / 8.0) && high > 10 * log10(100 / 8.0));
    alf_pooled_error_interval(8, 2, sums + 1, 2, 1, &low, &high); /* all empty */
    assert_true(isnan(low) && isnan(high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waves_that_move_are_equivariant),
        cmocka_unit_test(what_is_the_same_everywhere_in_a_map_does_not_count_as_variance),
        cmocka_unit_test(what_stands_at_the_rim_of_the_margin_does_not_count),
        cmocka_unit_test(a_map_smaller_than_the_operators_has_an_empty_mask),
        cmocka_unit_test(large_maps_are_compared_whole),
        cmocka_unit_test(layers_come_in_the_order_of_the_network),
        cmocka_unit_test(fourier_features_follow_translation_to_rounding),
        cmocka_unit_test(the_image_has_the_error_of_the_group),
        cmocka_unit_test(T_loses_rotation_in_its_first_layer_and_R_does_not),
        cmocka_unit_test(what_cannot_be_compared_is_refused),
        cmocka_unit_test(an_interval_needs_two_groups_and_something_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
