/* Support for tests of the backends: contexts with their table, and values that go to and fro. */
#include "device.h"

#include <math.h>
#include <stdlib.h>

#include "aliasfree/random.h"

test_device test_device_create(alf_backend_kind kind, int threads)
{
    alf_ctx_options options = alf_ctx_options_default();
    test_device     device = {0};
    char            message[512] = "";

    options.backend = kind;
    options.threads = threads;
    if (alf_ctx_create(&options, message, sizeof message, &device.ctx)) fail_msg("no context: %s", message);
    device.backend = alf_backend_of(device.ctx);
    return device;
}

void test_device_destroy(test_device *device)
{
    alf_ctx_destroy(device->ctx);
    *device = (test_device){0};
}

void test_on_both(void (*check)(const test_device *on))
{
    test_device cpu = test_device_create(ALF_BACKEND_CPU, 2), reference = test_device_create(ALF_BACKEND_REFERENCE, 1);
    check(&cpu);
    check(&reference);
    test_device_destroy(&cpu);
    test_device_destroy(&reference);
}

double test_tolerance(const test_device *on)
{
    return on->backend->dtype == ALF_F32 ? 2e-6 : 1e-14;
}

void *test_put(const test_device *device, int64_t count, const double *values)
{
    if (!values) return NULL;
    void *memory = device->backend->alloc(device->ctx, count);
    assert_non_null(memory);
    device->backend->store(device->ctx, count, values, memory);
    return memory;
}

void *test_room(const test_device *device, int64_t count)
{
    void *memory = device->backend->alloc(device->ctx, count);
    assert_non_null(memory);
    device->backend->fill(device->ctx, count, NAN, memory);
    return memory;
}

double *test_take(const test_device *device, int64_t count, void *memory)
{
    double *values = malloc(((size_t)count + 1) * sizeof *values);
    assert_non_null(values);
    device->backend->load(device->ctx, count, memory, values);
    device->backend->release(memory);
    return values;
}

double *test_normal(uint64_t seed, uint64_t stream, int64_t count)
{
    double *values = malloc(((size_t)count + 1) * sizeof *values);
    assert_non_null(values);
    alf_random_normal(seed, stream, 0, count, values);
    for (int64_t i = 0; i < count; i++) values[i] = (double)(float)values[i];
    return values;
}
