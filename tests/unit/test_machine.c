/* The yardsticks of benchmarks. How large the rates are is not for a test to say. */
#include <math.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(machine_rates_are_positive_or_errors)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
