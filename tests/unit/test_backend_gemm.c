/* Products of matrices on both backends, judged by the formula in double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const int64_t PRODUCTS[][3] = {{1, 1, 1},      {1, 512, 512},  {4, 512, 640},  {16, 3, 512},
                                      {257, 1, 3},    {3, 300, 1},    {300, 301, 77}, {37, 1030, 9},
                                      {513, 5, 1000}, {64, 64, 5000}, {2, 2, 0}};

static double *product(const test_device *on, int number, int transposed, uint64_t seed)
{
    const int64_t m = PRODUCTS[number][0], n = PRODUCTS[number][1], k = PRODUCTS[number][2];
    double       *a = test_normal(seed, 0, m * k), *b = test_normal(seed, 1, k * n);
    void         *at = test_put(on, m * k, a), *bt = test_put(on, k * n, b), *yt = test_room(on, m * n);
    test_ok(on->ctx, on->backend->gemm(on->ctx, transposed & 1, (transposed & 2) != 0, m, n, k, 0.5, at, bt, yt));
    on->backend->release(at);
    on->backend->release(bt);
    free(a);
    free(b);
    return test_take(on, m * n, yt);
}

static double *product_by_formula(int number, int transposed, uint64_t seed)
{
    const int64_t m = PRODUCTS[number][0], n = PRODUCTS[number][1], k = PRODUCTS[number][2];
    double *a = test_normal(seed, 0, m * k), *b = test_normal(seed, 1, k * n), *y = malloc((size_t)(m * n) * sizeof *y);
    assert_non_null(y);
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = 0;
            for (int64_t l = 0; l < k; l++)
                sum += a[transposed & 1 ? l * m + i : i * k + l] * b[transposed & 2 ? j * k + l : l * n + j];
            y[i * n + j] = 0.5 * sum;
        }
    free(a);
    free(b);
    return y;
}

static void check_products(const test_device *on)
{
    double worst = 0;
    for (int i = 0; i < COUNT(PRODUCTS); i++)
        for (int transposed = 0; transposed < 4; transposed++) {
            const uint64_t seed = 1500 + (uint64_t)i;
            double        *got = product(on, i, transposed, seed), *expected = product_by_formula(i, transposed, seed);
            char           label[80];
            snprintf(label, sizeof label, "%s: product %d, transposed %d (seed %llu)", on->backend->name, i, transposed,
                     (unsigned long long)seed);
            worst =
                fmax(worst, assert_allclose(label, PRODUCTS[i][0] * PRODUCTS[i][1], got, expected, test_tolerance(on)));
            free(got);
            free(expected);
        }
    printf("gemm: backend=%s max_rel_error=%.3g\n", on->backend->name, worst);
}

static void products_take_any_shape_and_transposition(void **state)
{
    (void)state;
    test_on_both(check_products);
}

static void a_side_beyond_the_integers_of_openblas_is_an_error(void **state)
{
    test_device cpu = test_device_create(ALF_BACKEND_CPU, 1);
    float       value = 1;
    (void)state;
    assert_int_equal(cpu.backend->gemm(cpu.ctx, false, false, 1, 1, (int64_t)1 << 40, 1, &value, &value, &value),
                     ALF_ERR_UNSUPPORTED);
    assert_non_null(strstr(alf_ctx_message(cpu.ctx), "1099511627776"));
    test_device_destroy(&cpu);
}

static void products_have_the_same_bits_on_1_2_and_8_threads(void **state)
{
    static const int threads[] = {2, 8};
    test_device      one = test_device_create(ALF_BACKEND_CPU, 1);
    (void)state;
    for (int t = 0; t < COUNT(threads); t++) {
        test_device many = test_device_create(ALF_BACKEND_CPU, threads[t]);
        for (int i = 0; i < COUNT(PRODUCTS); i++) {
            double *a = product(&one, i, 2, 1800), *b = product(&many, i, 2, 1800);
            assert_memory_equal(a, b, (size_t)(PRODUCTS[i][0] * PRODUCTS[i][1]) * sizeof *a);
            free(a);
            free(b);
        }
        test_device_destroy(&many);
    }
    test_device_destroy(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_take_any_shape_and_transposition),
        cmocka_unit_test(a_side_beyond_the_integers_of_openblas_is_an_error),
        cmocka_unit_test(products_have_the_same_bits_on_1_2_and_8_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
