/* Sliced Wasserstein distance: its parts against what is known of them, the whole against NumPy. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/random.h"
#include "files.h"
#include "metrics/pyramid.h"
#include "metrics/sliced.h"
#include "metrics/sort.h"
#include "metrics/swd.h"

/* --- parts ---------------------------------------------------------------------------------------------------------------- */

static int compare_floats(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void sorting_does_what_qsort_does(void **state)
{
    enum { COUNT = 5000 };
    static float values[COUNT], expected[COUNT], spare[COUNT];
    double       normal[COUNT];
    (void)state;
    alf_random_normal(1, 0, 0, COUNT, normal);
    for (int i = 0; i < COUNT; i++)
        values[i] = (float)(i % 7 == 0 ? rint(normal[i]) : normal[i] * pow(10, i % 60 - 30));
    values[17] = 3e38f;
    values[18] = -3e38f;
    values[19] = 1e-45f;
    memcpy(expected, values, sizeof values);
    qsort(expected, COUNT, sizeof expected[0], compare_floats);
    alf_sort_floats(COUNT, values, spare);
    for (int i = 0; i < COUNT; i++) assert_true(values[i] == expected[i]);
    alf_sort_floats(0, values, spare);
    alf_sort_floats(1, values, spare);
    assert_true(values[0] == expected[0]);
}

/* What is linear has nothing beyond its coarser level, but where the border is mirrored. */
static void a_ramp_leaves_nothing_in_the_finer_level(void **state)
{
    enum { SIZE = 16 };
    float x[SIZE * SIZE], coarse[SIZE * SIZE / 4], row[SIZE];
    (void)state;
    for (int y = 0; y < SIZE; y++)
        for (int i = 0; i < SIZE; i++) x[y * SIZE + i] = (float)(5 + 2 * i - 3 * y);
    alf_pyramid_down(SIZE, x, coarse, row);
    assert_true(coarse[3 * SIZE / 2 + 2] == 5 + 2 * 4 - 3 * 6);
    alf_pyramid_subtract(SIZE, x, coarse, row);
    for (int y = 4; y < SIZE - 4; y++)
        for (int i = 4; i < SIZE - 4; i++) assert_true(x[y * SIZE + i] == 0);
    assert_true(x[0] != 0);
}

/* Patches that are one number each: the projection on a direction d is that number times the sum of d's components, of
 * which the mean absolute value is sqrt(2 / pi) for random directions. In one dimension the distance between +-1 and a
 * normal variable z, both of variance 1, is E | |z| - 1 | = 0.53538. */
static void the_distance_between_coins_and_a_bell_is_that_of_one_dimension(void **state)
{
    enum { IMAGES = 64, COUNT = IMAGES * ALF_PATCHES };
    static float     coins[COUNT * ALF_PATCH_SIDE], bell[COUNT * ALF_PATCH_SIDE], shifted[COUNT * ALF_PATCH_SIDE];
    static int32_t   starts[COUNT];
    static double    z[COUNT];
    alf_patch_layout layout = {
        .images = IMAGES, .image = ALF_PATCHES * ALF_PATCH_SIDE, .channels = 1, .row = 0, .start = starts};
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    double   distance, same;
    (void)state;
    alf_random_normal(3, 0, 0, COUNT, z);
    for (int i = 0; i < COUNT; i++) {
        starts[i] = i % ALF_PATCHES * ALF_PATCH_SIDE;
        for (int k = 0; k < ALF_PATCH_SIDE; k++) {
            coins[i * ALF_PATCH_SIDE + k] = i % 2 ? 1 : -1;
            bell[i * ALF_PATCH_SIDE + k] = (float)z[i];
            shifted[i * ALF_PATCH_SIDE + k] = (float)(40 - 3 * z[COUNT - 1 - i]);
        }
    }
    test_ok(ctx, alf_sliced_distance(ctx, &layout, coins, bell, 0, 0, 1, &distance));
    const double expected = 1000 * 0.53538 * sqrt(2 / acos(-1));
    if (!(fabs(distance / expected - 1) < 0.08)) fail_msg("%g instead of about %g", distance, expected);
    /* position and scale are taken out, so all bells are one */
    test_ok(ctx, alf_sliced_distance(ctx, &layout, shifted, bell, 0, 0, 1, &same));
    if (!(same < 0.05 * distance)) fail_msg("%g between two bells, %g between coins and a bell", same, distance);
    alf_ctx_destroy(ctx);
}

/* --- the whole ------------------------------------------------------------------------------------------------------------ */

/* Pixels of set `set`, by formula, as values in [-1, 1] that are made the same bytes again. */
static double *pictures(int set, int64_t count, int64_t channels, int64_t size)
{
    double *images = malloc((size_t)(count * channels * size * size) * sizeof *images), *out = images;
    assert_non_null(images);
    for (int64_t i = 0; i < count; i++)
        for (int64_t c = 0; c < channels; c++)
            for (int64_t y = 0; y < size; y++)
                for (int64_t x = 0; x < size; x++) {
                    int64_t byte = x * x * (3 + set) + y * (5 + 7 * c) + x * y / (2 + set) + 97 * i * (y + 1) +
                                   13 * set * x + i * x * y / 3;
                    *out++ = (double)(byte % 256) / 127.5 - 1;
                }
    return images;
}

static alf_swd_result measure(alf_ctx *ctx, int64_t count, int64_t channels, int64_t size, uint64_t seed,
                              const double *a, const double *b)
{
    alf_swd       *s;
    alf_swd_result result;
    test_ok(ctx, alf_swd_create(ctx, count, channels, size, seed, &s));
    test_ok(ctx, alf_swd_add(s, 0, 0, count, a));
    for (int64_t i = count - 1; i >= 0; i--) /* order and batches make no difference */
        test_ok(ctx, alf_swd_add(s, 1, i, 1, b + i * channels * size * size));
    test_ok(ctx, alf_swd_finish(s, &result));
    alf_swd_destroy(s);
    return result;
}

/* From the paper's description in NumPy and SciPy, in double, with the same random numbers. The second case has levels
 * of which patches are kept instead of pixels. */
static void distances_are_those_computed_in_numpy(void **state)
{
    static const struct {
        int64_t  count, channels, size;
        uint64_t seed;
        int      levels;
        double   distance[4];
    } cases[] = {
        {3, 3, 32, 7, 2, {102.00889973937711, 153.153686942483}},
        {2,
         1,
         128,
         (UINT64_C(1) << 40) + 5,
         4,
         {115.73470655948813, 118.54039213841804, 127.89262323635242, 167.50675169175125}},
    };
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double        *a = pictures(0, cases[i].count, cases[i].channels, cases[i].size);
        double        *b = pictures(1, cases[i].count, cases[i].channels, cases[i].size);
        alf_swd_result r = measure(ctx, cases[i].count, cases[i].channels, cases[i].size, cases[i].seed, a, b);
        double         mean = 0;
        assert_int_equal(r.levels, cases[i].levels);
        double error = assert_allclose("levels", r.levels, r.distance, cases[i].distance, 1e-6);
        for (int l = 0; l < r.levels; l++) {
            assert_int_equal(r.resolution[l], cases[i].size >> l);
            mean += cases[i].distance[l] / cases[i].levels;
        }
        assert_allclose("mean", 1, &r.mean, &mean, 1e-6);
        printf("%lldx%lld: relative error %.1e\n", (long long)cases[i].size, (long long)cases[i].size, error);
        free(a);
        free(b);
    }
    alf_ctx_destroy(ctx);
}

/* Squares of `side` pixels in random colours. */
static double *mosaics(int64_t count, int64_t size, int64_t side, uint64_t seed)
{
    const int64_t planes = count * 3, squares = size / side;
    double       *colours = malloc((size_t)(planes * squares * squares) * sizeof *colours);
    double       *out = malloc((size_t)(planes * size * size) * sizeof *out);
    assert_true(colours && out);
    alf_random_normal(seed, 0, 0, planes * squares * squares, colours);
    for (int64_t i = 0; i < planes * size * size; i++) {
        const int64_t plane = i / (size * size), y = i / size % size, x = i % size;
        out[i] = 0.3 * colours[(plane * squares + y / side) * squares + x / side];
    }
    free(colours);
    return out;
}

static void a_set_is_at_0_from_itself_and_nearer_to_its_like_than_to_others(void **state)
{
    enum { COUNT = 96, SIZE = 32 };
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    double  *one = mosaics(COUNT, SIZE, 4, 1), *like = mosaics(COUNT, SIZE, 4, 2), *other = mosaics(COUNT, SIZE, 16, 3);
    alf_swd_result self = measure(ctx, COUNT, 3, SIZE, 0, one, one), near = measure(ctx, COUNT, 3, SIZE, 0, one, like);
    alf_swd_result far = measure(ctx, COUNT, 3, SIZE, 0, one, other);
    (void)state;
    for (int l = 0; l < 2; l++) {
        assert_true(self.distance[l] == 0);
        assert_true(near.distance[l] > 0);
        if (!(far.distance[l] > 3 * near.distance[l]))
            fail_msg("level %d: %g to another, %g to its like", l, far.distance[l], near.distance[l]);
    }
    free(one);
    free(like);
    free(other);
    alf_ctx_destroy(ctx);
}

static void pictures_of_one_colour_are_alike(void **state)
{
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    double  *black = calloc(3 * 16 * 16, sizeof *black), *blue = calloc(3 * 16 * 16, sizeof *blue);
    (void)state;
    assert_true(black && blue);
    for (int i = 0; i < 16 * 16; i++) blue[2 * 16 * 16 + i] = 0.7;
    assert_true(measure(ctx, 1, 3, 16, 0, black, blue).mean == 0);
    free(black);
    free(blue);
    alf_ctx_destroy(ctx);
}

static alf_swd_result with_threads(int threads, int64_t count, int64_t size, const double *a, const double *b)
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx;
    options.threads = threads;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    alf_swd_result result = measure(ctx, count, 3, size, 5, a, b);
    alf_ctx_destroy(ctx);
    return result;
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    double *a = pictures(0, 5, 3, 64), *b = pictures(1, 5, 3, 64);
    (void)state;
    alf_swd_result one = with_threads(1, 5, 64, a, b), two = with_threads(2, 5, 64, a, b);
    assert_int_equal(one.levels, 3);
    assert_memory_equal(one.distance, two.distance, 3 * sizeof one.distance[0]);
    assert_memory_equal(&one.mean, &two.mean, sizeof one.mean);
    free(a);
    free(b);
}

/* 48 pixels halve once more than 16 allows; an odd side is not halved at all. */
static void levels_end_at_16_pixels(void **state)
{
    static const struct {
        int64_t size;
        int     levels;
    } cases[] = {{16, 1}, {17, 1}, {31, 1}, {48, 2}, {34, 2}, {64, 3}};
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double *a = pictures(0, 1, 1, cases[i].size);
        assert_int_equal(measure(ctx, 1, 1, cases[i].size, 0, a, a).levels, cases[i].levels);
        free(a);
    }
    alf_ctx_destroy(ctx);
}

/* --- refusals ------------------------------------------------------------------------------------------------------------- */

static void what_cannot_be_compared_is_refused(void **state)
{
    static const struct {
        int64_t     samples, channels, size;
        const char *text;
    } bad[] = {{0, 3, 16, "0 images"},      {-5, 3, 16, "-5 images"}, {10000001, 3, 16, "10000001 images"},
               {1, 0, 16, "0 channels"},    {1, 5, 16, "5 channels"}, {1, 3, 15, "15x15"},
               {1, 3, 65536, "65536x65536"}};
    const file_fixture *f = *state;
    alf_swd            *s = (alf_swd *)(void *)&s;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_fails(f->ctx, alf_swd_create(f->ctx, bad[i].samples, bad[i].channels, bad[i].size, 0, &s), ALF_ERR_RANGE,
                     bad[i].text, "expected");
    assert_ptr_equal(s, &s);
    double *a = pictures(0, 1, 1, 16);
    a[100] = (double)NAN;
    test_ok(f->ctx, alf_swd_create(f->ctx, 1, 1, 16, 0, &s));
    assert_fails(f->ctx, alf_swd_add(s, 0, 0, 1, a), ALF_ERR_RANGE, "nan", NULL);
    alf_swd_destroy(s);
    free(a);
}

static void short_memory_is_an_error_and_all_of_it_comes_back(void **state)
{
    double *a = pictures(0, 2, 3, 32);
    (void)state;
    int failures = 0;
    for (int64_t budget = 1 << 14;; budget = budget * 3 / 2) {
        alf_ctx       *ctx = test_ctx_with_budget(budget);
        alf_swd       *s = NULL;
        alf_swd_result result = {.levels = -1};
        alf_status     status = alf_swd_create(ctx, 2, 3, 32, 0, &s);
        for (int set = 0; set < 2 && status == ALF_OK; set++) status = alf_swd_add(s, set, 0, 2, a);
        if (status == ALF_OK) status = alf_swd_finish(s, &result);
        alf_swd_destroy(s);
        assert_int_equal(result.levels, status == ALF_OK ? 2 : -1);
        if (status != ALF_OK) assert_int_equal(status, ALF_ERR_MEMORY);
        alf_ctx_destroy(ctx);
        failures += status != ALF_OK;
        if (status == ALF_OK) break;
    }
    assert_true(failures > 3);
    free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorting_does_what_qsort_does),
        cmocka_unit_test(a_ramp_leaves_nothing_in_the_finer_level),
        cmocka_unit_test(the_distance_between_coins_and_a_bell_is_that_of_one_dimension),
        cmocka_unit_test(distances_are_those_computed_in_numpy),
        cmocka_unit_test(a_set_is_at_0_from_itself_and_nearer_to_its_like_than_to_others),
        cmocka_unit_test(pictures_of_one_colour_are_alike),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(levels_end_at_16_pixels),
        FILE_TEST(what_cannot_be_compared_is_refused),
        cmocka_unit_test(short_memory_is_an_error_and_all_of_it_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
