/* Periodic cubic interpolation of keyframes. */
#include <string.h>

#include "aliasfree/interpolate.h"
#include "aliasfree/random.h"
#include "golden.h"

enum { KEYS = 6, DIM = 3, FRAMES = 5, COUNT = KEYS * FRAMES * DIM };

static alf_ctx *ctx;

static int make_ctx(void **state)
{
    (void)state;
    ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    return 0;
}

static int drop_ctx(void **state)
{
    (void)state;
    alf_ctx_destroy(ctx);
    return 0;
}

static void the_path_passes_through_the_keyframes(void **state)
{
    double keys[KEYS * DIM], frames[COUNT];
    (void)state;
    alf_random_normal(5, 0, 0, KEYS * DIM, keys);
    test_ok(ctx, alf_interpolate_cubic(ctx, KEYS, DIM, 2, FRAMES, keys, frames));
    for (int k = 0; k < KEYS; k++) assert_allclose("keyframe", DIM, frames + k * FRAMES * DIM, keys + k * DIM, 1e-15);
}

/* A periodic path does not know where its sequence starts. The ends of the repeated sequence still pull, by a factor of
 * 2 - sqrt(3) less with every point between. */
static void turning_the_keyframes_turns_the_path(void **state)
{
    double keys[KEYS * DIM], turned[KEYS * DIM], frames[COUNT], expected[COUNT];
    size_t key = DIM * sizeof *keys, step = FRAMES * DIM * sizeof *frames;
    (void)state;
    alf_random_normal(5, 0, 0, KEYS * DIM, keys);
    memcpy(turned, keys + DIM, (KEYS - 1) * key);
    memcpy(turned + (KEYS - 1) * DIM, keys, key);
    test_ok(ctx, alf_interpolate_cubic(ctx, KEYS, DIM, 5, FRAMES, keys, frames));
    memcpy(expected, frames + FRAMES * DIM, (KEYS - 1) * step);
    memcpy(expected + (KEYS - 1) * FRAMES * DIM, frames, step);
    test_ok(ctx, alf_interpolate_cubic(ctx, KEYS, DIM, 5, FRAMES, turned, frames));
    assert_allclose("path", COUNT, frames, expected, 1e-14);
}

static void a_constant_stays_constant(void **state)
{
    double keys[KEYS * DIM], frames[COUNT], expected[COUNT];
    (void)state;
    for (int i = 0; i < KEYS * DIM; i++) keys[i] = 1.0 + i % DIM;
    for (int i = 0; i < COUNT; i++) expected[i] = 1.0 + i % DIM;
    test_ok(ctx, alf_interpolate_cubic(ctx, KEYS, DIM, 1, FRAMES, keys, frames));
    assert_allclose("path", COUNT, frames, expected, 1e-15);
}

static void too_few_points_or_frames_are_refused(void **state)
{
    double in[DIM] = {0}, out[COUNT];
    (void)state;
    assert_int_equal(alf_interpolate_cubic(ctx, 1, DIM, 1, FRAMES, in, out), ALF_ERR_RANGE);
    assert_non_null(strstr(alf_ctx_message(ctx), "at least 4 points"));
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_interpolate_cubic(ctx, 1, DIM, 0, FRAMES, in, out), ALF_ERR_RANGE);
    assert_non_null(strstr(alf_ctx_message(ctx), "wraps"));
    alf_ctx_clear_error(ctx);
    assert_int_equal(alf_interpolate_cubic(ctx, 1, DIM, 2, 0, in, out), ALF_ERR_RANGE);
    assert_non_null(strstr(alf_ctx_message(ctx), "w_frames"));
    alf_ctx_clear_error(ctx);
    test_ok(ctx, alf_interpolate_cubic(ctx, 1, DIM, 2, FRAMES, in, out)); /* 5 points */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_passes_through_the_keyframes),
        cmocka_unit_test(turning_the_keyframes_turns_the_path),
        cmocka_unit_test(a_constant_stays_constant),
        cmocka_unit_test(too_few_points_or_frames_are_refused),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
