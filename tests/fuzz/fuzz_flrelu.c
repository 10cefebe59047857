/* The filtered leaky ReLU of any plan in its three modes: every instruction set and precision against the naive loops. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "resampling.h"

enum { N = 1, C = 2 };

typedef struct {
    alf_flrelu     *plan, *magnitude; /* the latter: of the filters' magnitudes, without slope and clamp */
    alf_flrelu_mode mode;
    double         *x, *bias, *x_magnitude, *bias_magnitude;
    uint8_t        *mask, *passed; /* as the naive loops wrote it; all codes say "passed" */
} arguments;

/* One of those for which there are kernels of their own, or any. */
static void read_filters(fuzz_bytes *b, alf_flrelu_spec *spec)
{
    bool special = fuzz_bool(b);

    spec->up = special ? 2 << fuzz_int(b, 0, 1) : (int)fuzz_int(b, 1, 5);
    spec->down = special ? 2 << fuzz_int(b, 0, 1) : (int)fuzz_int(b, 1, 5);
    spec->up_filter = fuzz_filter(b, special ? FUZZ_SIX : FUZZ_ANY, spec->up);
    spec->down_filter = fuzz_filter(b, !special ? FUZZ_ANY : fuzz_bool(b) ? FUZZ_SIX : FUZZ_RADIAL, spec->down);
    if (special && fuzz_rare(b)) spec->up = (int)fuzz_int(b, 1, 64);
}

static alf_flrelu_spec read_spec(fuzz_bytes *b)
{
    alf_flrelu_spec spec = alf_flrelu_spec_default();

    if (!fuzz_rare(b)) read_filters(b, &spec);
    spec.in_h = fuzz_int(b, 1, fuzz_rare(b) ? 30 : 8);
    spec.in_w = fuzz_int(b, 1, fuzz_rare(b) ? 50 : 14);
    for (int i = 0; i < 4; i++) spec.padding[i] = (int)fuzz_int(b, -8, 40);
    spec.gain = fuzz_real(b, -2, 2);
    spec.slope = fuzz_rare(b) ? 1 : fuzz_real(b, -1, 1);
    spec.clamp = fuzz_bool(b) ? fuzz_real(b, 0, 2) : (double)INFINITY;
    spec.flip = fuzz_bool(b);
    return spec;
}

static alf_status run(const engine *e, alf_ctx *ctx, void *user, bool magnitudes, double *y)
{
    const arguments  *a = user;
    const bool        forward = a->mode == ALF_FLRELU_FORWARD;
    const alf_flrelu *plan = magnitudes ? a->magnitude : a->plan;

    return engine_flrelu(e, ctx, plan, a->mode, N, C, magnitudes ? a->x_magnitude : a->x,
                         !forward     ? NULL
                         : magnitudes ? a->bias_magnitude
                                      : a->bias,
                         forward      ? NULL
                         : magnitudes ? a->passed
                                      : a->mask,
                         y);
}

static double *magnitudes_of(const double *values, int64_t count)
{
    double *magnitudes = fuzz_alloc((size_t)count, sizeof *magnitudes);

    for (int64_t i = 0; i < count; i++) magnitudes[i] = fabs(values[i]);
    return magnitudes;
}

static void compare_mode(arguments *a, alf_flrelu_mode mode, int64_t in, int64_t out, fuzz_bytes *b)
{
    static const char *const names[] = {"forward", "masked", "adjoint"};

    a->mode = mode;
    a->x = fuzz_reals(b, in);
    a->x_magnitude = magnitudes_of(a->x, in);
    fuzz_compare(run, a, out, names[mode]);
    free(a->x);
    free(a->x_magnitude);
}

/* The mask that a forward pass of the naive loops writes. */
static void make_mask(alf_ctx *ctx, arguments *a, int64_t in, int64_t out, fuzz_bytes b)
{
    const engine naive = {"reference", ALF_ISA_SCALAR, ENGINE_NAIVE};
    double      *x = fuzz_reals(&b, in), *y = fuzz_alloc((size_t)out, sizeof *y);

    alf_status status = engine_flrelu(&naive, ctx, a->plan, ALF_FLRELU_FORWARD, N, C, x, a->bias, a->mask, y);
    fuzz_check(status == ALF_OK, "no mask: %s", alf_ctx_message(ctx));
    free(x);
    free(y);
}

static void compare(alf_ctx *ctx, arguments *a, fuzz_bytes *b)
{
    int64_t in_h, in_w, out_h, out_w;
    size_t  bytes = alf_flrelu_mask_bytes(a->plan, N * C);

    alf_flrelu_input_size(a->plan, &in_h, &in_w);
    alf_flrelu_output_size(a->plan, &out_h, &out_w);
    if (bytes > 1 << 15) return;
    a->mask = fuzz_alloc(bytes, 1);
    a->passed = fuzz_alloc(bytes, 1);
    memset(a->mask, 0xff, bytes);
    memset(a->passed, 0, bytes);
    a->bias = fuzz_reals(b, C);
    a->bias_magnitude = magnitudes_of(a->bias, C);
    int64_t in = N * C * in_h * in_w, out = N * C * out_h * out_w;
    make_mask(ctx, a, in, out, *b);
    compare_mode(a, ALF_FLRELU_FORWARD, in, out, b);
    compare_mode(a, ALF_FLRELU_MASKED, in, out, b);
    compare_mode(a, ALF_FLRELU_ADJOINT, out, in, b);
    free(a->mask);
    free(a->passed);
    free(a->bias);
    free(a->bias_magnitude);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_bytes      b = {data, size};
    alf_ctx        *ctx = fuzz_open((int64_t)64 << 20);
    alf_flrelu_spec spec = read_spec(&b), absolute = spec;
    arguments       a = {.plan = NULL};

    absolute.up_filter = fuzz_absolute(spec.up_filter);
    absolute.down_filter = fuzz_absolute(spec.down_filter);
    absolute.gain = fabs(spec.gain);
    absolute.slope = 1;
    absolute.clamp = (double)INFINITY;
    if (fuzz_took(ctx, alf_flrelu_create(ctx, &spec, &a.plan), &a.plan) &&
        fuzz_took(ctx, alf_flrelu_create(ctx, &absolute, &a.magnitude), &a.magnitude))
        compare(ctx, &a, &b);
    alf_flrelu_destroy(a.plan);
    alf_flrelu_destroy(a.magnitude);
    free((void *)spec.up_filter.values);
    free((void *)spec.down_filter.values);
    free((void *)absolute.up_filter.values);
    free((void *)absolute.down_filter.values);
    fuzz_close(ctx);
    return 0;
}
