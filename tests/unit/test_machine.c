/* The yardsticks of benchmarks. How large the rates are is not for a test to say. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "aliasfree/machine.h"
#include "golden.h"

static void machine_rates_are_positive_or_errors(void **state)
{
    alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    double   start = alf_machine_seconds(), fma = alf_machine_fma_gflops(ctx, 3);

    (void)state;
    assert_true(fma > 0 && isfinite(fma));
    assert_true(alf_machine_stream_gbs(ctx, 1 << 22, 3) > 0);
    assert_true(alf_machine_stream_gbs(ctx, -1, 3) == 0);
    assert_int_equal(alf_ctx_status(ctx), ALF_ERR_RANGE);
    assert_true(alf_machine_seconds() > start);
    alf_ctx_destroy(ctx);
}

static void times_are_told_as_the_original_does(void **state)
{
    static const struct {
        double      seconds;
        const char *text;
    } cases[] = {{0, "0s"},
                 {59.4, "59s"},
                 {59.6, "1m 00s"},
                 {3599, "59m 59s"},
                 {3600, "1h 00m 00s"},
                 {86399, "23h 59m 59s"},
                 {93784, "1d 02h 03m"}};
    char text[32];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        alf_machine_format_seconds(cases[i].seconds, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

static void versions_are_names_and_numbers(void **state)
{
    char text[160], expected[64];
    int  fft[3] = {0}, blas[3] = {0}, length = -1;
    (void)state;
    alf_machine_versions(text, sizeof text);
    snprintf(expected, sizeof expected, "aliasfree %s, FFTW ", alf_version());
    assert_memory_equal(text, expected, strlen(expected));
    assert_int_equal(sscanf(text + strlen(expected), "%d.%d.%d, OpenBLAS %d.%d.%d%n", &fft[0], &fft[1], &fft[2],
                            &blas[0], &blas[1], &blas[2], &length),
                     6);
    assert_int_equal(strlen(expected) + (size_t)length, strlen(text)); /* nothing about how they were built */
    assert_int_equal(fft[0], 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(machine_rates_are_positive_or_errors),
                                       cmocka_unit_test(times_are_told_as_the_original_does),
                                       cmocka_unit_test(versions_are_names_and_numbers)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
