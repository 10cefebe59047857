/* Support for tests of the backends: contexts with their table, and values that go to and fro. */
#ifndef TEST_DEVICE_H
#define TEST_DEVICE_H

#include "golden.h"
#include "tensor/backend.h"

typedef struct {
    alf_ctx           *ctx;
    const alf_backend *backend;
} test_device;

test_device test_device_create(alf_backend_kind kind, int threads);
void        test_device_destroy(test_device *device);

/* Runs a check on cpu with two threads, then on the reference. */
void test_on_both(void (*check)(const test_device *on));
/* The relative error that the backend may show in one operation. */
double test_tolerance(const test_device *on);

/* Host values in backend memory; NULL stays NULL. The test fails when memory is short. */
void *test_put(const test_device *device, int64_t count, const double *values);
/* Uninitialised backend memory, filled with NaN so that what is not written shows. */
void *test_room(const test_device *device, int64_t count);
/* Backend memory as host values; releases it. Free with free(). */
double *test_take(const test_device *device, int64_t count, void *memory);

/* Standard normal values, rounded to float so that both backends see the same; free with free(). */
double *test_normal(uint64_t seed, uint64_t stream, int64_t count);

#endif
