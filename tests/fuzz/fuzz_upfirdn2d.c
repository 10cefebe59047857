/* upfirdn2d of any plan, and its adjoint: every instruction set and precision against the naive loops. */
#include <math.h>
#include <stdlib.h>

#include "resampling.h"

typedef struct {
    const alf_upfirdn *plan, *magnitude; /* the latter: of the filter's magnitudes */
    int64_t            planes;
    const double      *x, *x_magnitude;
} arguments;

static alf_upfirdn_spec read_spec(fuzz_bytes *b)
{
    alf_upfirdn_spec spec = alf_upfirdn_spec_default();
    int              step = (int)fuzz_int(b, 1, 4);

    spec.filter = fuzz_filter(b, (fuzz_filter_kind)fuzz_int(b, 0, FUZZ_FILTERS - 1), step);
    spec.in_h = fuzz_int(b, 1, fuzz_rare(b) ? 40 : 10);
    spec.in_w = fuzz_int(b, 1, fuzz_rare(b) ? 60 : 16);
    spec.up = fuzz_bool(b) ? step : (int)fuzz_int(b, 1, fuzz_rare(b) ? 64 : 4);
    spec.down = fuzz_bool(b) ? step : (int)fuzz_int(b, 1, fuzz_rare(b) ? 64 : 4);
    for (int i = 0; i < 4; i++) spec.padding[i] = (int)fuzz_int(b, -20, 40);
    spec.flip = fuzz_bool(b);
    spec.gain = fuzz_real(b, -4, 4);
    return spec;
}

static alf_status run(const engine *e, alf_ctx *ctx, void *user, bool magnitudes, double *y)
{
    const arguments *a = user;

    return engine_upfirdn(e, ctx, magnitudes ? a->magnitude : a->plan, a->planes, magnitudes ? a->x_magnitude : a->x,
                          y);
}

static void compare(const alf_upfirdn *plan, const alf_upfirdn *magnitude, fuzz_bytes b, const char *what)
{
    int64_t in_h, in_w, out_h, out_w, planes = fuzz_int(&b, 1, 2);

    alf_upfirdn_input_size(plan, &in_h, &in_w);
    alf_upfirdn_output_size(plan, &out_h, &out_w);
    if (out_h * out_w > 1 << 14 || in_h * in_w > 1 << 14) return;
    double *x = fuzz_reals(&b, planes * in_h * in_w);
    double *x_magnitude = fuzz_alloc((size_t)(planes * in_h * in_w), sizeof *x_magnitude);
    for (int64_t i = 0; i < planes * in_h * in_w; i++) x_magnitude[i] = fabs(x[i]);
    arguments a = {plan, magnitude, planes, x, x_magnitude};
    fuzz_compare(run, &a, planes * out_h * out_w, what);
    free(x);
    free(x_magnitude);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes       b = {data, size};
    alf_ctx         *ctx = fuzz_open((int64_t)16 << 20);
    alf_upfirdn_spec spec = read_spec(&b), absolute = spec;
    alf_upfirdn     *plan = NULL, *magnitude = NULL, *adjoint = NULL, *magnitude_back = NULL;

    absolute.filter = fuzz_absolute(spec.filter);
    absolute.gain = fabs(spec.gain);
    if (fuzz_took(ctx, alf_upfirdn_create(ctx, &spec, &plan), &plan) &&
        fuzz_took(ctx, alf_upfirdn_create(ctx, &absolute, &magnitude), &magnitude)) {
        compare(plan, magnitude, b, "upfirdn2d");
        if (fuzz_took(ctx, alf_upfirdn_create_adjoint(ctx, plan, &adjoint), &adjoint) &&
            fuzz_took(ctx, alf_upfirdn_create_adjoint(ctx, magnitude, &magnitude_back), &magnitude_back))
            compare(adjoint, magnitude_back, b, "adjoint of upfirdn2d");
    }
    alf_upfirdn_destroy(plan);
    alf_upfirdn_destroy(magnitude);
    alf_upfirdn_destroy(adjoint);
    alf_upfirdn_destroy(magnitude_back);
    free((void *)spec.filter.values);
    free((void *)absolute.filter.values);
    fuzz_close(ctx);
    return 0;
}
