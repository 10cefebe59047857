/* Views of storages: checking them, and putting their elements in order. */
#include "io/torch_tensor.h"

#include <string.h>

#include "core/core.h"
#include "io/archive_internal.h"

/* --- making --------------------------------------------------------------------------------------------------------- */

/* Counts the elements and makes sure that the last one lies within the storage. */
static alf_status check_view(alf_pkl_reader *reader, alf_pkl_tensor *t)
{
    int64_t last = t->offset, span;

    t->count = 1;
    for (int i = 0; i < t->ndim; i++) {
        if (t->shape[i] < 0 || !alf_mul_i64(t->count, t->shape[i], &t->count))
            return alf_pkl_fail(reader, ALF_ERR_FORMAT,
                                "a tensor has size %lld in dimension %d, expected 0 or more, %s",
                                (long long)t->shape[i], i, "and less than 2^63 elements");
        if (t->stride[i] < 0)
            return alf_pkl_fail(reader, ALF_ERR_FORMAT, "a tensor has stride %lld in dimension %d, expected 0 or more",
                                (long long)t->stride[i], i);
    }
    if (t->offset < 0)
        return alf_pkl_fail(reader, ALF_ERR_FORMAT,
                            "a tensor begins at element %lld of its storage, expected 0 or more", (long long)t->offset);
    if (t->count == 0) return ALF_OK;
    for (int i = 0; i < t->ndim; i++)
        if (!alf_mul_i64(t->shape[i] - 1, t->stride[i], &span) || !alf_add_i64(last, span, &last)) last = INT64_MAX;
    if (last >= t->storage->count)
        return alf_pkl_fail(reader, ALF_ERR_FORMAT, "a tensor reaches to element %lld of a storage of %lld",
                            (long long)last, (long long)t->storage->count);
    return ALF_OK;
}

alf_pkl_value *alf_torch_tensor(alf_pkl_reader *reader, const alf_pkl_items *args)
{
    alf_pkl_value  *value;
    alf_pkl_tensor *tensor;
    int             strides;

    if (args->count < 6 || args->count > 7 || args->at[0]->kind != ALF_PKL_STORAGE ||
        args->at[1]->kind != ALF_PKL_INT) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT,
                     "a tensor is not made of (storage, offset, size, stride, requires_grad, hooks)");
        return NULL;
    }
    tensor = alf_pkl_alloc(reader, 1, sizeof *tensor);
    if (!tensor) return NULL;
    memset(tensor, 0, sizeof *tensor);
    tensor->storage = args->at[0]->as.storage;
    tensor->offset = args->at[1]->as.integer;
    if (alf_pkl_read_ints(reader, args->at[2], "the size of a tensor", ALF_MAX_DIMS, tensor->shape, &tensor->ndim) ||
        alf_pkl_read_ints(reader, args->at[3], "the stride of a tensor", ALF_MAX_DIMS, tensor->stride, &strides))
        return NULL;
    if (strides != tensor->ndim) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "a tensor has %d sizes and %d strides", tensor->ndim, strides);
        return NULL;
    }
    if (check_view(reader, tensor)) return NULL;
    value = alf_pkl_new(reader, ALF_PKL_TENSOR);
    if (value) value->as.tensor = tensor;
    return value;
}

alf_pkl_value *alf_torch_parameter(alf_pkl_reader *reader, const alf_pkl_items *args)
{
    alf_pkl_value *value;

    if (args->count != 3 || args->at[0]->kind != ALF_PKL_TENSOR) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "a parameter is not made of (tensor, requires_grad, hooks)");
        return NULL;
    }
    value = alf_pkl_new(reader, ALF_PKL_TENSOR);
    if (value) value->as.tensor = args->at[0]->as.tensor;
    return value;
}

/* --- adding --------------------------------------------------------------------------------------------------------- */

static bool in_order(const alf_pkl_tensor *t)
{
    int64_t expected = 1;

    for (int i = t->ndim - 1; i >= 0; i--) {
        if (t->shape[i] != 1 && t->stride[i] != expected) return false;
        expected *= t->shape[i]; /* below the count, which was checked */
    }
    return true;
}

/* Copies the elements in order, row by row. */
static void gather(const alf_pkl_tensor *t, const uint8_t *from, size_t size, uint8_t *to)
{
    int64_t index[ALF_MAX_DIMS] = {0};

    for (int64_t n = 0; n < t->count; n++) {
        int64_t at = 0;
        for (int i = 0; i < t->ndim; i++) at += index[i] * t->stride[i];
        memcpy(to + (size_t)n * size, from + (size_t)at * size, size);
        for (int i = t->ndim - 1; i >= 0 && ++index[i] == t->shape[i]; i--) index[i] = 0;
    }
}

static alf_status add_gathered(alf_pkl_reader *reader, const alf_pkl_tensor *t, const uint8_t *from, const char *name,
                               alf_archive *archive)
{
    size_t     size = alf_dtype_size(t->storage->dtype);
    uint8_t   *ordered = alf_mem_alloc(reader->ctx, (size_t)t->count, size);
    alf_status status;

    if (!ordered) return ALF_ERR_MEMORY;
    gather(t, from, size, ordered);
    status = alf_archive_add(archive, name, t->storage->dtype, t->ndim, t->shape, ordered);
    alf_mem_free(ordered);
    return status;
}

alf_status alf_torch_tensor_add(alf_pkl_reader *reader, const alf_pkl_tensor *t, const char *name, alf_archive *archive)
{
    const alf_pkl_storage *storage = t->storage;
    int64_t                size = (int64_t)alf_dtype_size(storage->dtype), bytes;
    const uint8_t         *from = storage->data;

    if (t->count == 0) return alf_archive_add(archive, name, storage->dtype, t->ndim, t->shape, from);
    /* Strides of 0 repeat elements; a view takes no memory here, but the same one under thousands of names would later. */
    if (!alf_mul_i64(t->count, size, &bytes) || alf_pkl_charge_bytes(reader, bytes))
        return alf_pkl_fail(reader, ALF_ERR_FORMAT, "array '%s' is too large", name);
    from += t->offset * size;
    if (in_order(t) && storage->mapped)
        return alf_archive_add_view(archive, name, storage->dtype, t->ndim, t->shape, from);
    if (in_order(t)) return alf_archive_add(archive, name, storage->dtype, t->ndim, t->shape, from);
    return add_gathered(reader, t, from, name, archive);
}
