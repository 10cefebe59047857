/* What experiments measure of trained networks and take from folders of runs; which order of rungs is the paper's. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/figures.h"
#include "files.h"
#include "ladder/order.h"

/* Computing keeps scratch in the context, so not all memory is asked back. */
static int tear_down(void **state)
{
    file_fixture *f = *state;
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}
#define TEST(name) cmocka_unit_test_setup_teardown(name, file_fixture_set_up, tear_down)

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.9g instead of %.9g", value, expected);
}

/* --- the learned input transform --------------------------------------------------------------------------------------- */

enum { WIDTH = 16, SAMPLES = 100, SEED = 7 }; /* more samples than are mapped at a time */

static alf_generator *made(alf_ctx *ctx, const char *rung)
{
    alf_config     config;
    alf_generator *g;
    test_ok(ctx, alf_config_named(ctx, rung, 16, 256, 8, &config));
    config.z_dim = config.w_dim = WIDTH;
    test_ok(ctx, alf_generator_create(ctx, &config, 1, &g));
    return g;
}

static bool ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name), tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

/* Rung T with transform weights [4, WIDTH] and biases [4] in place of its own. */
static alf_generator *transforming(alf_ctx *ctx, const float weight[], const float bias[])
{
    alf_generator *plain = made(ctx, "T"), *g;
    alf_archive   *from, *to;
    int            replaced = 0;
    test_ok(ctx, alf_archive_create(ctx, &from));
    test_ok(ctx, alf_archive_create(ctx, &to));
    test_ok(ctx, alf_generator_to_archive(plain, "G_ema", from));
    for (int64_t i = 0; i < alf_archive_meta_count(from); i++) {
        const char *key = alf_archive_meta_key(from, i);
        test_ok(ctx, alf_archive_set_meta(to, key, alf_archive_meta(from, key)));
    }
    for (int64_t i = 0; i < alf_archive_count(from); i++) {
        const alf_array *a = alf_archive_at(from, i);
        const void      *data = a->data;
        if (ends_with(a->name, "synthesis.input.affine.weight")) data = weight, replaced++;
        if (ends_with(a->name, "synthesis.input.affine.bias")) data = bias, replaced++;
        if (data != a->data) assert_int_equal(a->dtype, ALF_F32);
        test_ok(ctx, alf_archive_add(to, a->name, a->dtype, a->ndim, a->shape, data));
    }
    assert_int_equal(replaced, 2);
    test_ok(ctx, alf_generator_from_archive(ctx, to, NULL, &g));
    alf_archive_destroy(from);
    alf_archive_destroy(to);
    alf_generator_destroy(plain);
    return g;
}

/* The first number of each latent's style. */
static void read_first(alf_generator *g, double first[SAMPLES])
{
    alf_ctx *ctx = alf_generator_ctx(g);
    for (uint32_t i = 0; i < SAMPLES; i++) {
        const uint32_t seed = SEED + i;
        double         w[WIDTH];
        alf_scope     *scope = alf_scope_open(ctx);
        alf_tensor    *ws = alf_generator_map(g, alf_generator_latents(g, 1, &seed), NULL, 1, -1);
        test_ok(ctx, alf_tensor_read(ctx, alf_slice(ctx, ws, 1, 0, 1), w));
        alf_scope_close(scope, NULL);
        first[i] = w[0];
    }
}

/* r = (1, a w0), t = (b w0, 1/4) before both are divided by the length of r. */
static void the_spread_is_that_of_a_known_transform(void **state)
{
    const file_fixture *f = *state;
    const double        a = 1.5, b = 0.5;
    float               weight[4 * WIDTH] = {0}, bias[4] = {1, 0, 0, 0.25f};
    double              w[SAMPLES], x[SAMPLES], y[SAMPLES], turn, shift;
    double              cosine = 0, sine = 0, mean_x = 0, mean_y = 0, square = 0;
    weight[1 * WIDTH] = (float)(a * sqrt(WIDTH));
    weight[2 * WIDTH] = (float)(b * sqrt(WIDTH));
    alf_generator *g = transforming(f->ctx, weight, bias);
    read_first(g, w);
    for (int i = 0; i < SAMPLES; i++) {
        const double angle = atan2(a * w[i], 1);
        x[i] = b * w[i] * cos(angle);
        y[i] = 0.25 * cos(angle);
        cosine += cos(angle) / SAMPLES;
        sine += sin(angle) / SAMPLES;
        mean_x += x[i] / SAMPLES;
        mean_y += y[i] / SAMPLES;
    }
    for (int i = 0; i < SAMPLES; i++) square += (pow(x[i] - mean_x, 2) + pow(y[i] - mean_y, 2)) / SAMPLES;
    test_ok(f->ctx, transform_spread(g, SAMPLES, SEED, &turn, &shift));
    assert_true(turn > 20 && shift > 0.1); /* the test does measure something */
    assert_near(turn, sqrt(-2 * log(hypot(cosine, sine))) * 180 / acos(-1), 1e-3);
    assert_near(shift, sqrt(square), 1e-5);
    alf_generator_destroy(g);
}

/* Turned by 30 degrees and moved alike for every latent: no spread. */
static void the_same_transform_for_all_latents_has_no_spread(void **state)
{
    const file_fixture *f = *state;
    const float         weight[4 * WIDTH] = {0}, bias[4] = {0.8660254f, 0.5f, 0.125f, -0.25f};
    alf_generator      *g = transforming(f->ctx, weight, bias);
    double              turn, shift;
    test_ok(f->ctx, transform_spread(g, SAMPLES, SEED, &turn, &shift));
    assert_near(turn, 0, 1e-4);
    assert_near(shift, 0, 1e-6);
    alf_generator_destroy(g);
}

static void networks_without_learned_transform_have_no_figure(void **state)
{
    const file_fixture *f = *state;
    static const char  *rungs[] = {"A", "C"};
    for (int i = 0; i < 2; i++) {
        alf_generator *g = made(f->ctx, rungs[i]);
        double         turn = 0, shift = 0;
        test_ok(f->ctx, transform_spread(g, SAMPLES, SEED, &turn, &shift));
        assert_true(isnan(turn) && isnan(shift));
        alf_generator_destroy(g);
    }
}

/* --- folders of runs --------------------------------------------------------------------------------------------------- */

static void make(const file_fixture *f, const char *name)
{
    char *path = test_path(f->folder, name);
    test_ok(f->ctx, alf_make_folder(f->ctx, path));
    free(path);
}

static void the_run_of_the_highest_number_is_taken(void **state)
{
    const file_fixture *f = *state;
    static const char  *names[] = {"00002-T-mine", "00010-T-mine", "00009-T-mine", "99999",
                                   "123456-T",     "x00011-T",     "0012-T"};
    char                folder[4096];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) make(f, names[i]);
    assert_true(training_newest_run(f->folder, folder, sizeof folder));
    char *expected = test_path(f->folder, "00010-T-mine");
    assert_string_equal(folder, expected);
    free(expected);
}

static void without_a_run_there_is_none(void **state)
{
    const file_fixture *f = *state;
    char                folder[4096], *absent = test_path(f->folder, "absent");
    assert_false(training_newest_run(f->folder, folder, sizeof folder));
    assert_false(training_newest_run(absent, folder, sizeof folder));
    free(absent);
}

/* --- the order of rungs ------------------------------------------------------------------------------------------------ */

static void an_order_is_judged_by_the_intervals(void **state)
{
    (void)state;
    const bounded low = {20, 19, 21}, near = {21, 20, 22}, high = {30, 29, 31}, alone = {30, NAN, NAN};
    assert_int_equal(order_judge(5, &low, &high).verdict, ORDER_AS_PAPER);
    assert_int_equal(order_judge(-5, &high, &low).verdict, ORDER_AS_PAPER);
    assert_int_equal(order_judge(-5, &low, &high).verdict, ORDER_CONTRARY);
    assert_int_equal(order_judge(5, &high, &low).verdict, ORDER_CONTRARY);
    assert_int_equal(order_judge(5, &low, &near).verdict, ORDER_WITHIN);
    assert_int_equal(order_judge(-5, &low, &near).verdict, ORDER_WITHIN);
    assert_int_equal(order_judge(5, &low, &alone).verdict, ORDER_WITHIN); /* without an interval nothing is decided */
}

/* Independent errors add up as squares: down, of how far `after` reaches down and `before` up. */
static void a_step_has_the_interval_of_a_difference(void **state)
{
    (void)state;
    const bounded    before = {10, 9, 14}, after = {20, 17, 32};
    const order_step s = order_judge(1, &before, &after);
    assert_near(s.change, 10, 1e-12);
    assert_near(s.low, 5, 1e-12);
    assert_near(s.high, 10 + sqrt(145), 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(the_spread_is_that_of_a_known_transform),
                                       TEST(the_same_transform_for_all_latents_has_no_spread),
                                       TEST(networks_without_learned_transform_have_no_figure),
                                       TEST(the_run_of_the_highest_number_is_taken),
                                       TEST(without_a_run_there_is_none),
                                       cmocka_unit_test(an_order_is_judged_by_the_intervals),
                                       cmocka_unit_test(a_step_has_the_interval_of_a_difference)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
