/* Runs the resampling operations on a chosen instruction set and precision. */
#include "engines.h"

#include <stdlib.h>

#include "core/core.h"
#include "golden.h"
#include "kernels/naive.h"

int engine_list(engine out[MAX_ENGINES])
{
    static const engine all[MAX_ENGINES] = {
        {"reference", ALF_ISA_SCALAR, ENGINE_NAIVE},    {"cpu-scalar", ALF_ISA_SCALAR, ENGINE_F32},
        {"cpu-scalar-f64", ALF_ISA_SCALAR, ENGINE_F64}, {"cpu-avx2", ALF_ISA_AVX2, ENGINE_F32},
        {"cpu-avx2-f64", ALF_ISA_AVX2, ENGINE_F64},     {"cpu-avx512", ALF_ISA_AVX512, ENGINE_F32},
        {"cpu-avx512-f64", ALF_ISA_AVX512, ENGINE_F64},
    };
    alf_isa best = alf_cpu_best_isa();
    int     count = 0;

    for (int i = 0; i < MAX_ENGINES; i++)
        if (all[i].isa <= best) out[count++] = all[i];
    return count;
}

alf_ctx *engine_ctx(const engine *e)
{
    return test_ctx(e->kind == ENGINE_NAIVE ? ALF_BACKEND_REFERENCE : ALF_BACKEND_CPU, e->isa);
}

/* Ends with its last element, so that the address sanitizer sees what is touched beyond. */
static void *unaligned_block(int64_t count, size_t element)
{
    void *block;

    if (posix_memalign(&block, 64, ((size_t)count + 1) * element)) fail_msg("out of memory");
    return block;
}

unaligned unaligned_floats(int64_t count, const double *values)
{
    float *block = unaligned_block(count, sizeof *block);

    for (int64_t i = 0; i < count; i++) block[i + 1] = values ? (float)values[i] : 0.0f;
    return (unaligned){.block = block, .f32 = block + 1};
}

unaligned unaligned_doubles(int64_t count, const double *values)
{
    double *block = unaligned_block(count, sizeof *block);

    for (int64_t i = 0; i < count; i++) block[i + 1] = values ? values[i] : 0;
    return (unaligned){.block = block, .f64 = block + 1};
}

void unaligned_free(unaligned copy)
{
    free(copy.block);
}

static unaligned unaligned_for(const engine *e, int64_t count, const double *values)
{
    return e->kind == ENGINE_F32 ? unaligned_floats(count, values) : unaligned_doubles(count, values);
}

/* Moves `count` results out of a copy, which is freed. */
static void take(unaligned from, int64_t count, double *to)
{
    for (int64_t i = 0; i < count; i++) to[i] = from.f32 ? (double)from.f32[i] : from.f64[i];
    unaligned_free(from);
}

alf_status engine_upfirdn(const engine *e, alf_ctx *ctx, const alf_upfirdn *plan, int64_t planes, const double *x,
                          double *y)
{
    int64_t out_h, out_w;

    if (e->kind == ENGINE_NAIVE) return alf_naive_upfirdn_f64(ctx, plan, planes, x, y);
    alf_upfirdn_output_size(plan, &out_h, &out_w);
    unaligned  in = unaligned_for(e, planes * plan->spec.in_h * plan->spec.in_w, x);
    unaligned  out = unaligned_for(e, planes * out_h * out_w, NULL);
    alf_status status = e->kind == ENGINE_F32 ? alf_upfirdn_f32(ctx, plan, planes, in.f32, out.f32)
                                              : alf_upfirdn_f64(ctx, plan, planes, in.f64, out.f64);

    take(out, planes * out_h * out_w, y);
    unaligned_free(in);
    return status;
}

alf_status engine_flrelu(const engine *e, alf_ctx *ctx, const alf_flrelu *plan, alf_flrelu_mode mode, int64_t n,
                         int64_t c, const double *x, const double *bias, uint8_t *mask, double *y)
{
    const alf_flrelu_pass *pass = mode == ALF_FLRELU_ADJOINT ? &plan->adjoint : &plan->forward;

    if (e->kind == ENGINE_NAIVE) return alf_naive_flrelu_f64(ctx, plan, mode, n, c, x, bias, mask, y);
    int64_t    out_count = n * c * pass->out_h * pass->out_w;
    unaligned  in = unaligned_for(e, n * c * pass->in_h * pass->in_w, x);
    unaligned  b = bias ? unaligned_for(e, c, bias) : (unaligned){0}, out = unaligned_for(e, out_count, NULL);
    alf_status status = e->kind == ENGINE_F32 ? alf_flrelu_f32(ctx, plan, mode, n, c, in.f32, b.f32, mask, out.f32)
                                              : alf_flrelu_f64(ctx, plan, mode, n, c, in.f64, b.f64, mask, out.f64);

    take(out, out_count, y);
    unaligned_free(in);
    unaligned_free(b);
    return status;
}

void engine_bias_gradient(const engine *e, alf_ctx *ctx, int64_t n, int64_t c, int64_t pixels, const double *dx,
                          double *db)
{
    unaligned in = unaligned_for(e, n * c * pixels, dx), out = unaligned_for(e, c, NULL);

    if (e->kind == ENGINE_F32)
        alf_bias_gradient_f32(ctx, n, c, pixels, in.f32, out.f32);
    else
        alf_bias_gradient_f64(ctx, n, c, pixels, in.f64, out.f64);
    take(out, c, db);
    unaligned_free(in);
}

/* splitmix64 */
static uint64_t next_bits(test_random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

int test_int(test_random *r, int lowest, int highest)
{
    return lowest + (int)(next_bits(r) % (uint64_t)(highest - lowest + 1));
}

double test_real(test_random *r)
{
    return (double)(next_bits(r) >> 41) / (1 << 22) - 1;
}

double *test_reals(test_random *r, int64_t count)
{
    double *values = malloc((size_t)count * sizeof *values);

    if (!values) fail_msg("out of memory");
    for (int64_t i = 0; i < count; i++) values[i] = test_real(r);
    return values;
}

alf_taps test_filter(test_random *r, int most)
{
    int rank = test_int(r, 0, 2);

    if (rank == 0) return (alf_taps){0};
    int width = test_int(r, 1, most), height = rank == 2 ? test_int(r, 1, most) : 1;

    double *values = test_reals(r, (int64_t)width * height);

    for (int i = 0; i < width * height; i++)
        values[i] = (values[i] + 0.5) / width; /* like a low-pass: sums do not cancel */
    return (alf_taps){rank, width, height, values};
}

void test_filter_free(alf_taps taps)
{
    free((void *)taps.values);
}

double test_dot(int64_t count, const double *a, const double *b)
{
    double sum = 0;

    for (int64_t i = 0; i < count; i++) sum += a[i] * b[i];
    return sum;
}
