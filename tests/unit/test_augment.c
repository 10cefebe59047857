/* Augmented images: what is kept, what depends on what, second derivatives, and refused arguments. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "core/context_internal.h"
#include "device.h"
#include "training/augment_stages.h"

static const alf_augment_draws DRAWS = {.seed = 3, .index = 1, .first = 20};

static alf_augment_config named(alf_ctx *ctx, const char *group)
{
    alf_augment_config config;
    test_ok(ctx, alf_augment_named(ctx, group, &config));
    return config;
}

static alf_tensor *normal_images(alf_ctx *ctx, int64_t n, int64_t c, int64_t h, int64_t w)
{
    return alf_tensor_random_normal(ctx, 4, (int64_t[]){n, c, h, w}, 11, 4);
}

static double *values_of(alf_ctx *ctx, const alf_tensor *x)
{
    double *values = malloc(((size_t)alf_tensor_count(x) + 1) * sizeof *values);
    assert_non_null(values);
    test_ok(ctx, alf_tensor_read(ctx, x, values));
    return values;
}

/* Fails unless the tensors have the same elements to an absolute tolerance. */
static void same(alf_ctx *ctx, const char *what, alf_tensor *x, alf_tensor *y, double tolerance)
{
    double *a = values_of(ctx, x), *b = values_of(ctx, y);
    assert_int_equal(alf_tensor_count(x), alf_tensor_count(y));
    assert_allclose_absolute(what, alf_tensor_count(x), a, b, tolerance);
    free(a);
    free(b);
}

/* --- what is kept -------------------------------------------------------------------------------------------------- */

static void check_untouched(const test_device *on)
{
    alf_ctx           *ctx = on->ctx;
    alf_tensor        *x = normal_images(ctx, 3, 3, 12, 10);
    alf_augment_config all = named(ctx, "bgcfnc"), none = {0}, but_geometry = all;
    const char *const  geometry[] = {"xflip", "rotate90", "xint", "scale", "rotate", "aniso", "xfrac"};
    for (int i = 0; i < 7; i++) test_ok(ctx, alf_augment_set(ctx, &but_geometry, geometry[i], 0));
    same(ctx, "p = 0", alf_augment(ctx, &all, x, 0, &DRAWS), x, 0);
    same(ctx, "no multiplier", alf_augment(ctx, &none, x, 1, &DRAWS), x, 0);
    same(ctx, "no multiplier", alf_augment_percentile(ctx, &none, x, 0.3), x, 0);
    same(ctx, "nobody draws", alf_augment(ctx, &but_geometry, x, 1e-12, &DRAWS), x, 0);
}

static void nothing_changes_where_nothing_is_drawn(void **state)
{
    (void)state;
    test_on_both(check_untouched);
}

/* The result is a handle of its own: the images may go before it. */
static void unchanged_images_have_a_handle_of_their_own(void **state)
{
    (void)state;
    test_device        on = test_device_create(ALF_BACKEND_CPU, 1);
    alf_augment_config all = named(on.ctx, "bgc");
    alf_scope_close(alf_scope_open(on.ctx), NULL); /* what a context keeps for scopes is there */
    const int64_t before = alf_ctx_memory_used(on.ctx);
    alf_scope    *scope = alf_scope_open(on.ctx);
    alf_tensor   *x = normal_images(on.ctx, 1, 3, 8, 8);
    alf_tensor   *y = alf_augment(on.ctx, &all, x, 0, &DRAWS);
    assert_ptr_not_equal(x, y);
    alf_scope_keep(scope, &y, 1);
    double *values = values_of(on.ctx, y);
    free(values);
    alf_scope_close(scope, NULL);
    assert_int_equal(alf_ctx_memory_used(on.ctx), before);
    test_device_destroy(&on);
}

/* A reflected constant is a constant: whatever is drawn, no border and no seam comes into view. */
static void check_constant(const test_device *on)
{
    alf_ctx           *ctx = on->ctx;
    alf_augment_config config = named(ctx, "bg");
    static int64_t     shapes[][4] = {{16, 3, 16, 16}, {16, 1, 17, 15}, {4, 3, 31, 32}, {4, 1, 64, 64}};
    for (int i = 0; i < 4; i++) {
        alf_scope  *scope = alf_scope_open(ctx);
        alf_tensor *x = alf_tensor_full(ctx, 4, shapes[i], 0.75);
        config.scale = config.aniso = i < 2 ? 0 : 1; /* extremes see more than a reflection can show */
        same(ctx, "constant", alf_augment(ctx, &config, x, 1, &DRAWS), x, 2e-6);
        same(ctx, "constant", alf_augment_percentile(ctx, &config, x, 0.9), x, 2e-6);
        alf_scope_close(scope, NULL);
    }
}

static void geometry_keeps_a_constant_image_everywhere(void **state)
{
    (void)state;
    test_on_both(check_constant);
}

/* sym6 is orthogonal to its even shifts, so up and down again gives the image back, whole pixels further too. */
static void check_whole_pixels(const test_device *on)
{
    enum { SIDE = 24, SHIFT = 2 }; /* rint((2 q - 1) SIDE / 8) at q = 0.8 */
    alf_augment_config bg = named(on->ctx, "bg"), xint = {.xint = 1};
    const double       tolerance = on->backend->dtype == ALF_F32 ? 1e-5 : 1e-10; /* of published digits */
    double             moved[SIDE * SIDE];
    alf_tensor        *images = normal_images(on->ctx, 1, 1, SIDE, SIDE);
    double            *x = values_of(on->ctx, images);
    for (int i = 0; i < SIDE * SIDE; i++) moved[i] = x[abs(i / SIDE - SHIFT) * SIDE + abs(i % SIDE - SHIFT)];
    same(on->ctx, "nobody draws", alf_augment(on->ctx, &bg, images, 1e-12, &DRAWS), images, tolerance);
    same(on->ctx, "moved", alf_augment_percentile(on->ctx, &xint, images, 0.8),
         alf_tensor_from_f64(on->ctx, 4, (int64_t[]){1, 1, SIDE, SIDE}, moved), tolerance);
    free(x);
}

static void whole_shifts_keep_every_pixel_and_reflect_at_the_edges(void **state)
{
    (void)state;
    test_on_both(check_whole_pixels);
}

/* --- what depends on what ------------------------------------------------------------------------------------------- */

static void check_batch(const test_device *on)
{
    enum { N = 6, AT = 4 };
    alf_ctx                *ctx = on->ctx;
    const alf_augment_draws own = {DRAWS.seed, DRAWS.index, DRAWS.first + AT};
    static const char      *groups[] = {"color", "filter", "noise", "cutout", "bg", "bgcfnc"};
    for (int i = 0; i < 6; i++) {
        alf_scope         *scope = alf_scope_open(ctx);
        alf_augment_config config = named(ctx, groups[i]);
        config.scale = config.aniso = 0; /* what they make visible may reach the end of the reflection */
        alf_tensor *x = normal_images(ctx, N, 3, 24, 20);
        alf_tensor *together = alf_slice(ctx, alf_augment(ctx, &config, x, 0.6, &DRAWS), 0, AT, 1);
        alf_tensor *alone = alf_augment(ctx, &config, alf_slice(ctx, x, 0, AT, 1), 0.6, &own);
        const bool  moved = config.xflip > 0;
        same(ctx, groups[i], together, alone, moved ? (on->backend->dtype == ALF_F32 ? 2e-5 : 1e-11) : 0);
        alf_scope_close(scope, NULL);
    }
}

static void an_image_does_not_depend_on_its_batch(void **state)
{
    (void)state;
    test_on_both(check_batch);
}

static void results_have_the_same_bits_with_one_and_two_threads(void **state)
{
    (void)state;
    double *result[2];
    for (int i = 0; i < 2; i++) {
        test_device        on = test_device_create(ALF_BACKEND_CPU, 1 + i);
        alf_augment_config config = named(on.ctx, "bgcfnc");
        alf_tensor        *x = alf_variable(on.ctx, normal_images(on.ctx, 5, 3, 21, 32)), *dx;
        alf_tensor        *y = alf_augment(on.ctx, &config, x, 0.8, &DRAWS);
        test_ok(on.ctx, alf_grad(on.ctx, 1, &y, &x, 1, &x, false, &dx));
        result[i] = values_of(on.ctx, alf_concat(on.ctx, y, dx, 0));
        test_device_destroy(&on);
    }
    assert_memory_equal(result[0], result[1], 2 * 5 * 3 * 21 * 32 * sizeof(double));
    free(result[0]);
    free(result[1]);
}

/* An image of one channel is treated as grey: it becomes the mean of the channels that three equal ones become. */
static void check_grey(const test_device *on)
{
    alf_ctx           *ctx = on->ctx;
    alf_augment_config config = named(ctx, "bgcfnc");
    config.noise = 0; /* differs between channels */
    alf_tensor *x = normal_images(ctx, 8, 1, 24, 24);
    alf_tensor *rgb = alf_expand(ctx, x, 4, (int64_t[]){8, 3, 24, 24});
    alf_tensor *expected = alf_mean(ctx, alf_augment(ctx, &config, rgb, 0.9, &DRAWS), 1u << 1);
    same(ctx, "grey", alf_augment(ctx, &config, x, 0.9, &DRAWS), expected,
         on->backend->dtype == ALF_F32 ? 2e-5 : 1e-12);
}

static void grey_images_become_the_mean_of_three_channels(void **state)
{
    (void)state;
    test_on_both(check_grey);
}

/* --- filter, noise, cutout ------------------------------------------------------------------------------------------ */

/* Only the lowest band passes a constant; also where the filter is longer than the image. */
static void check_filter(const test_device *on)
{
    const int64_t      sides[] = {64, 5, 2};
    alf_augment_config config = {.imgfilter = 1};
    for (int i = 0; i < 3; i++) {
        double      numbers[ALF_AUGMENT_DRAWS], gain[ALF_AUGMENT_BANDS];
        alf_tensor *x = alf_tensor_full(on->ctx, 4, (int64_t[]){2, 3, sides[i], sides[i] + 1}, 1);
        alf_augment_draw_percentile(0.7, 1, numbers);
        alf_augment_band_gains(&(alf_augment_image){&config, 1, numbers}, gain);
        same(on->ctx, "filtered", alf_augment_percentile(on->ctx, &config, x, 0.7),
             alf_scale_shift(on->ctx, x, gain[0] * gain[0], 0), 1e-6); /* along both axes */
    }
}

static void the_image_filter_scales_a_constant_by_its_lowest_band(void **state)
{
    (void)state;
    test_on_both(check_filter);
}

static void check_noise(const test_device *on)
{
    enum { COUNT = 3 * 64 * 64 };
    alf_augment_config config = {.noise = 1};
    alf_tensor        *black = alf_tensor_full(on->ctx, 4, (int64_t[]){2, 3, 64, 64}, 0);
    double            *y = values_of(on->ctx, alf_augment(on->ctx, &config, black, 1, &DRAWS));
    double             numbers[2 * ALF_AUGMENT_DRAWS];
    alf_augment_draw(&DRAWS, 2, numbers);
    for (int i = 0; i < 2; i++) {
        const double level = 0.1 * fabs(numbers[i * ALF_AUGMENT_DRAWS + ALF_DRAW_NOISE]);
        double       sum = 0, squares = 0;
        for (int k = 0; k < COUNT; k++) {
            sum += y[i * COUNT + k] / level;
            squares += y[i * COUNT + k] / level * (y[i * COUNT + k] / level);
        }
        assert_true(fabs(sum / COUNT) < 4.5 / sqrt(COUNT));
        assert_true(fabs(squares / COUNT - 1) < 4.5 * sqrt(2.0 / COUNT));
    }
    free(y);
}

static void noise_is_normal_with_a_level_that_each_image_draws(void **state)
{
    (void)state;
    test_on_both(check_noise);
}

static void check_cutout(const test_device *on)
{
    enum { SIDE = 16 };
    alf_augment_config config = {.cutout = 1};
    alf_tensor        *x = alf_tensor_full(on->ctx, 4, (int64_t[]){1, 3, SIDE, SIDE}, 1);
    double            *y = values_of(on->ctx, alf_augment_percentile(on->ctx, &config, x, 0.5));
    for (int i = 0; i < 3 * SIDE * SIDE; i++) {
        const int  column = i % SIDE, row = i / SIDE % SIDE;
        const bool hole = column >= SIDE / 4 && column < 3 * SIDE / 4 && row >= SIDE / 4 && row < 3 * SIDE / 4;
        assert_true(y[i] == (hole ? 0 : 1));
    }
    free(y);
}

static void cutout_in_the_middle_takes_the_inner_half_of_each_side(void **state)
{
    (void)state;
    test_on_both(check_cutout);
}

/* --- second derivatives ----------------------------------------------------------------------------------------------- */

enum { SECOND_COUNT = 2 * 3 * 9 * 8 };

/* The slope along `v` of f(x) = sum softplus(augment(x)), and the gradient of that slope. */
static double slope(alf_ctx *ctx, const alf_augment_config *config, const double *at, const double *v, double *gradient)
{
    static const int64_t shape[] = {2, 3, 9, 8};
    alf_scope           *scope = alf_scope_open(ctx);
    alf_tensor          *x = alf_variable(ctx, alf_tensor_from_f64(ctx, 4, shape, at)), *dx, *ddx, *along;
    alf_tensor          *f = alf_softplus(ctx, alf_augment(ctx, config, x, 1, &DRAWS));
    double               value = 0;
    test_ok(ctx, alf_grad(ctx, 1, &f, NULL, 1, &x, true, &dx));
    along = alf_sum(ctx, alf_mul(ctx, dx, alf_tensor_from_f64(ctx, 4, shape, v)), 15);
    test_ok(ctx, alf_tensor_read(ctx, along, &value));
    if (gradient) {
        test_ok(ctx, alf_grad(ctx, 1, &along, NULL, 1, &x, false, &ddx));
        test_ok(ctx, alf_tensor_read(ctx, ddx, gradient));
    }
    alf_scope_close(scope, NULL);
    return value;
}

static void second_derivatives_through_all_stages_equal_finite_differences(void **state)
{
    (void)state;
    test_device        on = test_device_create(ALF_BACKEND_REFERENCE, 1);
    alf_augment_config config = named(on.ctx, "bgcfnc");
    const double       step = 1e-4;
    double            *x = test_normal(1, 1, SECOND_COUNT), *v = test_normal(1, 2, SECOND_COUNT),
           *u = test_normal(1, 3, SECOND_COUNT);
    double gradient[SECOND_COUNT], up[SECOND_COUNT], down[SECOND_COUNT], expected = 0;
    slope(on.ctx, &config, x, v, gradient);
    for (int i = 0; i < SECOND_COUNT; i++) {
        up[i] = x[i] + step * u[i];
        down[i] = x[i] - step * u[i];
        expected += gradient[i] * u[i];
    }
    const double measured = (slope(on.ctx, &config, up, v, NULL) - slope(on.ctx, &config, down, v, NULL)) / (2 * step);
    assert_true(fabs(expected) > 1);
    if (!(fabs(measured / expected - 1) < 1e-6)) fail_msg("slope %.12g, finite difference %.12g", expected, measured);
    free(x);
    free(v);
    free(u);
    test_device_destroy(&on);
}

/* --- what is refused -------------------------------------------------------------------------------------------------- */

static void refused(alf_ctx *ctx, alf_tensor *y, alf_status status, const char *text)
{
    if (!alf_tensor_failed(y) || alf_ctx_status(ctx) != status || !strstr(alf_ctx_message(ctx), text))
        fail_msg("status %d, '%s': expected %d with '%s'", (int)alf_ctx_status(ctx), alf_ctx_message(ctx), (int)status,
                 text);
    alf_ctx_clear_error(ctx);
}

static void check_refused(const test_device *on)
{
    alf_ctx           *ctx = on->ctx;
    alf_augment_config config = named(ctx, "bgcfnc"), wrong = config;
    alf_tensor        *x = normal_images(ctx, 1, 3, 8, 8), *two = normal_images(ctx, 1, 2, 8, 8);
    alf_tensor        *flat = alf_tensor_full(ctx, 3, (int64_t[]){3, 8, 8}, 0);
    alf_tensor        *line = normal_images(ctx, 1, 3, 1, 8);
    alf_augment_draws  negative = DRAWS, far = DRAWS;
    wrong.aniso = NAN;
    negative.first = -1;
    far.first = INT64_MAX / ALF_AUGMENT_DRAWS;
    refused(ctx, alf_augment(ctx, &config, x, 1.001, &DRAWS), ALF_ERR_RANGE, "probability 1.001");
    refused(ctx, alf_augment(ctx, &config, x, -0.1, &DRAWS), ALF_ERR_RANGE, "probability -0.1");
    refused(ctx, alf_augment(ctx, &config, x, NAN, &DRAWS), ALF_ERR_RANGE, "probability");
    refused(ctx, alf_augment(ctx, &config, x, 0.5, &negative), ALF_ERR_RANGE, "first image -1");
    refused(ctx, alf_augment(ctx, &config, x, 0.5, &far), ALF_ERR_RANGE, "first image");
    refused(ctx, alf_augment(ctx, &config, x, 0.5, NULL), ALF_ERR_ARGUMENT, "draws");
    refused(ctx, alf_augment(ctx, &wrong, x, 0.5, &DRAWS), ALF_ERR_RANGE, "'aniso'");
    refused(ctx, alf_augment(ctx, NULL, x, 0.5, &DRAWS), ALF_ERR_ARGUMENT, "config");
    refused(ctx, alf_augment(ctx, &config, NULL, 0.5, &DRAWS), ALF_ERR_ARGUMENT, "images");
    refused(ctx, alf_augment(ctx, &config, two, 0.5, &DRAWS), ALF_ERR_ARGUMENT, "1 or 3 channels");
    refused(ctx, alf_augment(ctx, &config, flat, 0.5, &DRAWS), ALF_ERR_ARGUMENT, "images");
    refused(ctx, alf_augment(ctx, &config, line, 0.5, &DRAWS), ALF_ERR_ARGUMENT, "at least 2 x 2 pixels");
    const double percentiles[] = {0, 1, -1, 2, NAN};
    for (int i = 0; i < 5; i++)
        refused(ctx, alf_augment_percentile(ctx, &config, x, percentiles[i]), ALF_ERR_RANGE, "percentile");
    refused(ctx, alf_augment_percentile(ctx, &config, two, 0.5), ALF_ERR_ARGUMENT, "1 or 3 channels");
    refused(ctx, alf_augment_percentile(ctx, NULL, x, 0.5), ALF_ERR_ARGUMENT, "config");
}

static void wrong_arguments_are_refused_by_name(void **state)
{
    (void)state;
    test_on_both(check_refused);
}

/* Any size of at least one pixel can be moved and coloured, two by two filtered. */
static void check_small(const test_device *on)
{
    static const int64_t shapes[][4] = {{3, 3, 1, 1}, {2, 1, 1, 7}, {2, 3, 9, 1}, {2, 3, 2, 3}, {1, 1, 13, 2}};
    for (int i = 0; i < 5; i++) {
        const bool         filtered = shapes[i][2] > 1 && shapes[i][3] > 1;
        alf_augment_config config = named(on->ctx, filtered ? "bgcfnc" : "bgc");
        alf_tensor        *x = alf_variable(on->ctx,
                                            normal_images(on->ctx, shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3])),
                   *dx;
        alf_tensor *y = alf_augment(on->ctx, &config, x, 1, &DRAWS);
        test_ok(on->ctx, alf_grad(on->ctx, 1, &y, NULL, 1, &x, false, &dx));
        for (int d = 0; d < 4; d++) assert_int_equal(alf_tensor_dim(y, d), shapes[i][d]);
        double *values = values_of(on->ctx, alf_concat(on->ctx, y, dx, 0));
        for (int64_t k = 0; k < 2 * alf_tensor_count(y); k++) assert_true(isfinite(values[k]));
        free(values);
    }
}

static void images_of_any_size_can_be_augmented(void **state)
{
    (void)state;
    test_on_both(check_small);
}

/* --- memory ----------------------------------------------------------------------------------------------------------- */

static alf_status run_once(alf_ctx *ctx, const alf_augment_config *config)
{
    alf_scope  *scope = alf_scope_open(ctx);
    alf_tensor *x = scope ? alf_variable(ctx, normal_images(ctx, 2, 3, 8, 8)) : NULL, *dx;
    alf_tensor *y = scope ? alf_augment(ctx, config, x, 1, &DRAWS) : NULL;
    alf_status  status = alf_ctx_status(ctx);
    if (status == ALF_OK) status = alf_grad(ctx, 1, &y, NULL, 1, &x, false, &dx);
    alf_scope_close(scope, NULL);
    return status;
}

static void nothing_stays_behind_after_any_allocation_that_fails(void **state)
{
    (void)state;
    enum { BUDGETS = 200 };
    test_device        on = test_device_create(ALF_BACKEND_CPU, 1);
    alf_augment_config config = named(on.ctx, "bgcfnc");
    for (int i = 0; i < 2; i++) test_ok(on.ctx, run_once(on.ctx, &config)); /* scratch grows to what it keeps */
    const int64_t base = alf_ctx_memory_used(on.ctx), room = alf_ctx_memory_peak(on.ctx) - base;
    int           failures = 0;
    for (int i = 0; i <= BUDGETS; i++) {
        on.ctx->options.max_memory = base + 1 + (room - 1) * i / BUDGETS;
        const alf_status status = run_once(on.ctx, &config);
        if (alf_ctx_memory_used(on.ctx) != base || (status != ALF_OK && status != ALF_ERR_MEMORY))
            fail_msg("budget %d: status %d, %lld bytes stay behind", i, (int)status,
                     (long long)(alf_ctx_memory_used(on.ctx) - base));
        failures += status != ALF_OK;
        alf_ctx_clear_error(on.ctx);
    }
    if (failures < BUDGETS / 2 || failures > BUDGETS)
        fail_msg("%d of %d budgets were too small", failures, BUDGETS + 1);
    test_device_destroy(&on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_changes_where_nothing_is_drawn),
        cmocka_unit_test(unchanged_images_have_a_handle_of_their_own),
        cmocka_unit_test(geometry_keeps_a_constant_image_everywhere),
        cmocka_unit_test(whole_shifts_keep_every_pixel_and_reflect_at_the_edges),
        cmocka_unit_test(an_image_does_not_depend_on_its_batch),
        cmocka_unit_test(results_have_the_same_bits_with_one_and_two_threads),
        cmocka_unit_test(grey_images_become_the_mean_of_three_channels),
        cmocka_unit_test(the_image_filter_scales_a_constant_by_its_lowest_band),
        cmocka_unit_test(noise_is_normal_with_a_level_that_each_image_draws),
        cmocka_unit_test(cutout_in_the_middle_takes_the_inner_half_of_each_side),
        cmocka_unit_test(second_derivatives_through_all_stages_equal_finite_differences),
        cmocka_unit_test(wrong_arguments_are_refused_by_name),
        cmocka_unit_test(images_of_any_size_can_be_augmented),
        cmocka_unit_test(nothing_stays_behind_after_any_allocation_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
