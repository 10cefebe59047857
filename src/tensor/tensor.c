/* Tensors: storage, shapes, making and reading. */
#include "tensor/tensor.h"

#include <string.h>

#include "tensor/scope.h"

alf_tensor *alf_failed_tensor(void)
{
    static const alf_tensor failed = {.refs = 1};
    return (alf_tensor *)(uintptr_t)&failed; /* never written: every writer looks for ctx == NULL first */
}

alf_tensor *alf_op_fail(alf_ctx *ctx, alf_status status, const char *format, ...)
{
    char    text[1024];
    va_list args;
    va_start(args, format);
    alf_vformat(text, sizeof text, format, args);
    va_end(args);
    alf_fail(ctx, status, "%s", text);
    return alf_failed_tensor();
}

const char *alf_shape_text(int ndim, const int64_t shape[], char buffer[ALF_SHAPE_TEXT])
{
    int used = alf_format(buffer, ALF_SHAPE_TEXT, "[");
    for (int i = 0; i < ndim && used < ALF_SHAPE_TEXT - 1; i++)
        used += alf_format(buffer + used, (size_t)(ALF_SHAPE_TEXT - used), i ? ", %lld" : "%lld", (long long)shape[i]);
    if (used < ALF_SHAPE_TEXT - 1) alf_format(buffer + used, (size_t)(ALF_SHAPE_TEXT - used), "]");
    return buffer;
}

/* --- storage and construction --------------------------------------------------------------------------------------- */

void alf_storage_changed(alf_storage *storage)
{
    alf_derived_free(&storage->derived);
}

alf_weight alf_tensor_weight(const alf_tensor *x)
{
    return (alf_weight){x->storage->data, &x->storage->derived};
}

static void storage_release(alf_storage *storage)
{
    if (--storage->refs > 0) return;
    alf_derived_free(&storage->derived);
    if (storage->release)
        storage->release(storage->owner);
    else
        storage->backend->release(storage->data);
    alf_mem_free(storage);
}

static alf_storage *storage_create(alf_ctx *ctx, int64_t count)
{
    alf_storage *storage = alf_mem_alloc(ctx, 1, sizeof *storage);
    if (!storage) return NULL;
    *storage = (alf_storage){.refs = 1, .backend = alf_backend_of(ctx)};
    if (!(storage->data = storage->backend->alloc(ctx, count))) {
        alf_mem_free(storage);
        return NULL;
    }
    return storage;
}

/* Takes over one reference of the storage, also on failure. */
static alf_tensor *tensor_on(alf_ctx *ctx, alf_storage *storage, int ndim, const int64_t shape[], int64_t count)
{
    alf_tensor *x = alf_mem_zalloc(ctx, 1, sizeof *x);
    if (!x) {
        storage_release(storage);
        return alf_failed_tensor();
    }
    x->ctx = ctx;
    x->storage = storage;
    x->refs = 1;
    x->ndim = ndim;
    x->count = count;
    memcpy(x->shape, shape, (size_t)ndim * sizeof shape[0]);
    if (alf_scope_adopt(ctx, x) != ALF_OK) {
        alf_tensor_release(x);
        return alf_failed_tensor();
    }
    return x;
}

/* The number of elements, or 0 with the error recorded. */
static int64_t checked_count(alf_ctx *ctx, int ndim, const int64_t shape[])
{
    char    text[ALF_SHAPE_TEXT];
    int64_t count = 1;
    if (!alf_op_given(ctx, "the shape of a tensor", shape)) return 0;
    if (ndim < 1 || ndim > ALF_MAX_DIMS) {
        alf_fail(ctx, ALF_ERR_ARGUMENT, "a tensor of %d dimensions: expected 1 to %d", ndim, ALF_MAX_DIMS);
        return 0;
    }
    for (int i = 0; i < ndim; i++)
        if (shape[i] < 1 || !alf_mul_i64(count, shape[i], &count) || count > INT64_MAX / 16) {
            alf_fail(ctx, ALF_ERR_RANGE, "a tensor of shape %s: sizes must be positive and fit into memory",
                     alf_shape_text(ndim, shape, text));
            return 0;
        }
    return count;
}

alf_tensor *alf_tensor_new(alf_ctx *ctx, int ndim, const int64_t shape[])
{
    int64_t count = checked_count(ctx, ndim, shape);
    if (!count) return alf_failed_tensor();
    alf_storage *storage = storage_create(ctx, count);
    return storage ? tensor_on(ctx, storage, ndim, shape, count) : alf_failed_tensor();
}

alf_tensor *alf_tensor_on_memory(alf_ctx *ctx, int ndim, const int64_t shape[], void *data, void *owner,
                                 void (*release)(void *owner))
{
    const int64_t count = checked_count(ctx, ndim, shape);
    alf_storage  *storage = count ? alf_mem_alloc(ctx, 1, sizeof *storage) : NULL;
    if (!storage) {
        release(owner);
        return alf_failed_tensor();
    }
    *storage =
        (alf_storage){.refs = 1, .backend = alf_backend_of(ctx), .data = data, .owner = owner, .release = release};
    return tensor_on(ctx, storage, ndim, shape, count);
}

alf_tensor *alf_tensor_view(alf_ctx *ctx, alf_tensor *x, int ndim, const int64_t shape[])
{
    x->storage->refs++;
    return tensor_on(ctx, x->storage, ndim, shape, x->count);
}

alf_tensor *alf_tensor_retain(alf_tensor *x)
{
    if (x && x->ctx) x->refs++;
    return x;
}

void alf_tensor_release(alf_tensor *x)
{
    if (!x || !x->ctx || --x->refs > 0) return;
    storage_release(x->storage);
    if (x->node) x->release_node(x->node);
    alf_mem_free(x);
}

alf_tensor *alf_tensor_from_f64(alf_ctx *ctx, int ndim, const int64_t shape[], const double values[])
{
    if (!alf_op_given(ctx, "alf_tensor_from_f64: values", values)) return alf_failed_tensor();
    alf_tensor *x = alf_tensor_new(ctx, ndim, shape);
    if (x->ctx) x->storage->backend->store(ctx, x->count, values, x->storage->data);
    return x;
}

alf_tensor *alf_tensor_from_array(alf_ctx *ctx, const alf_array *array)
{
    if (!alf_op_given(ctx, "alf_tensor_from_array: array", array)) return alf_failed_tensor();
    const int64_t one = 1;
    const bool    scalar = array->ndim == 0; /* stored scalars become one element */
    alf_tensor   *x = alf_tensor_new(ctx, scalar ? 1 : array->ndim, scalar ? &one : array->shape);
    if (!x->ctx) return x;
    double block[512];
    size_t size = alf_dtype_size(x->storage->backend->dtype);
    for (int64_t first = 0; first < x->count; first += 512) {
        int64_t count = x->count - first < 512 ? x->count - first : 512;
        alf_array_read_f64(array, first, count, block);
        x->storage->backend->store(ctx, count, block, (char *)x->storage->data + (size_t)first * size);
    }
    return x;
}

alf_tensor *alf_tensor_full(alf_ctx *ctx, int ndim, const int64_t shape[], double value)
{
    alf_tensor *x = alf_tensor_new(ctx, ndim, shape);
    if (x->ctx) x->storage->backend->fill(ctx, x->count, value, x->storage->data);
    return x;
}

alf_tensor *alf_tensor_random_normal(alf_ctx *ctx, int ndim, const int64_t shape[], uint64_t seed, uint64_t stream)
{
    alf_tensor *x = alf_tensor_new(ctx, ndim, shape);
    if (!x->ctx || x->storage->backend->random_normal(ctx, seed, stream, x->count, x->storage->data) != ALF_OK)
        return alf_failed_tensor();
    return x;
}

/* --- looking at tensors ----------------------------------------------------------------------------------------------- */

bool alf_tensor_failed(const alf_tensor *x)
{
    return !x || !x->ctx;
}

int alf_tensor_ndim(const alf_tensor *x)
{
    return x ? x->ndim : 0;
}

int64_t alf_tensor_dim(const alf_tensor *x, int index)
{
    return x && index >= 0 && index < x->ndim ? x->shape[index] : 1;
}

int64_t alf_tensor_count(const alf_tensor *x)
{
    return x ? x->count : 0;
}

alf_status alf_tensor_read(alf_ctx *ctx, const alf_tensor *x, double out[])
{
    if (!alf_op_input(ctx, "alf_tensor_read: x", x) || !alf_op_given(ctx, "alf_tensor_read: out", out))
        return alf_ctx_status(ctx);
    x->storage->backend->load(ctx, x->count, x->storage->data, out);
    return ALF_OK;
}

bool alf_op_input(alf_ctx *ctx, const char *name, const alf_tensor *x)
{
    if (!x) alf_fail(ctx, ALF_ERR_ARGUMENT, "%s is NULL: expected a tensor", name);
    if (!x || !x->ctx) {
        if (alf_ctx_status(ctx) == ALF_OK) /* the tensor failed before the error was cleared */
            alf_fail(ctx, ALF_ERR_ARGUMENT, "%s is a failed tensor", name);
        return false;
    }
    if (x->ctx != ctx) {
        alf_fail(ctx, ALF_ERR_ARGUMENT, "%s belongs to another context", name);
        return false;
    }
    return true;
}

bool alf_op_given(alf_ctx *ctx, const char *name, const void *argument)
{
    if (!argument) alf_fail(ctx, ALF_ERR_ARGUMENT, "%s is NULL", name);
    return argument != NULL;
}

bool alf_op_input_ndim(alf_ctx *ctx, const char *name, const alf_tensor *x, int ndim)
{
    char text[ALF_SHAPE_TEXT];
    if (!alf_op_input(ctx, name, x)) return false;
    if (x->ndim != ndim)
        alf_fail(ctx, ALF_ERR_ARGUMENT, "%s has shape %s: expected %d dimensions", name,
                 alf_shape_text(x->ndim, x->shape, text), ndim);
    return x->ndim == ndim;
}
