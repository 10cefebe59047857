/* Convolutions and their gradients read nothing beyond their inputs: those end where memory that may be read ends. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/core.h"
#include "device.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { MOST_CHANNELS = 20, OUT = 3 };

/* Floats before a page that nobody may touch. */
typedef struct {
    unsigned char *memory;
    size_t         readable, page;
    float         *values;
} fenced;

static fenced fenced_create(int64_t count)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = (size_t)count * sizeof(float);
    fenced       f = {.page = page, .readable = (bytes + page - 1) / page * page};
    void        *memory = NULL;
    assert_int_equal(posix_memalign(&memory, page, f.readable + page), 0);
    assert_int_equal(mprotect((unsigned char *)memory + f.readable, page, PROT_NONE), 0);
    f.memory = memory;
    f.values = (float *)(void *)(f.memory + f.readable - bytes);
    for (int64_t i = 0; i < count; i++) f.values[i] = (float)(i % 7 - 3);
    return f;
}

static void fenced_destroy(fenced *f)
{
    assert_int_equal(mprotect(f->memory + f->readable, f->page, PROT_READ | PROT_WRITE), 0);
    free(f->memory);
}

typedef struct {
    int64_t n, h, w;
    int     kernel, stride;
    bool    transposed;
} shape;

static const shape SHAPES[] = {
    {1, 1, 1, 1, 1, false},  {2, 1, 7, 1, 1, false}, {1, 3, 3, 1, 1, false}, {2, 4, 4, 1, 1, false},
    {1, 1, 17, 1, 1, false}, {1, 7, 7, 1, 1, false}, {1, 5, 5, 1, 2, false}, {1, 5, 6, 3, 1, false},
    {2, 5, 5, 3, 2, false},  {1, 4, 3, 3, 2, true},  {1, 3, 5, 1, 2, true},
};

static void check_shape(alf_ctx *ctx, const shape *s, int64_t channels)
{
    alf_conv conv = {.n = s->n, .in_ch = channels, .in_h = s->h, .in_w = s->w, .out_ch = OUT, .gain = 1};
    conv.kh = conv.kw = s->kernel;
    conv.stride = s->stride;
    conv.pad_y = conv.pad_x = s->transposed ? 0 : s->kernel / 2;
    conv.transposed = s->transposed;
    assert_true(alf_conv_output_size(&conv));
    const int64_t weights = OUT * channels * s->kernel * s->kernel, outputs = conv.n * OUT * conv.out_h * conv.out_w;
    fenced        x = fenced_create(conv.n * channels * conv.in_h * conv.in_w), w = fenced_create(weights);
    fenced        y = fenced_create(outputs), dw = fenced_create(weights);
    fenced        in_scale = fenced_create(conv.n * channels), out_scale = fenced_create(conv.n * OUT);
    for (int scaled = 0; scaled < 2; scaled++) {
        const float *is = scaled ? in_scale.values : NULL, *os = scaled ? out_scale.values : NULL;
        test_ok(ctx, alf_backend_cpu.conv(ctx, &conv, x.values, &(alf_weight){w.values, NULL}, is, os, y.values));
        test_ok(ctx,
                alf_backend_cpu.conv_weight_gradient(ctx, &conv, x.values, y.values, is, os, dw.values, NULL, NULL));
    }
    fenced *all[] = {&x, &w, &y, &dw, &in_scale, &out_scale};
    for (int i = 0; i < COUNT(all); i++) fenced_destroy(all[i]);
}

/* A read beyond ends in a fault. */
static void convolutions_read_nothing_beyond_their_inputs(void **state)
{
    static const alf_conv_method methods[] = {ALF_CONV_DIRECT, ALF_CONV_FAST};
    (void)state;
    for (alf_isa isa = ALF_ISA_SCALAR; isa <= alf_cpu_best_isa(); isa++)
        for (int m = 0; m < COUNT(methods); m++) {
            alf_ctx *ctx = test_ctx(ALF_BACKEND_CPU, isa);
            alf_ctx_use_conv(ctx, methods[m]);
            for (int i = 0; i < COUNT(SHAPES); i++)
                for (int64_t channels = 1; channels <= MOST_CHANNELS; channels++)
                    check_shape(ctx, &SHAPES[i], channels);
            alf_ctx_destroy(ctx);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions_read_nothing_beyond_their_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
