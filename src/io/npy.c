/* NumPy's .npy: a magic text, a Python literal that describes the array, raw data. */
#include <string.h>

#include "aliasfree/files.h"
#include "core/core.h"
#include "io/archive_internal.h"
#include "io/atomic.h"
#include "io/escape.h"
#include "io/file_map.h"
#include "io/npy_internal.h"
#include "io/sniff.h"

void alf_free_data(void *data)
{
    alf_mem_free(data);
}

/* --- types ---------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *descr;
    alf_dtype   dtype;
} types[] = {
    {"<f4", ALF_F32}, {"<f8", ALF_F64}, {"<f2", ALF_F16}, {"|u1", ALF_U8},
    {"|i1", ALF_I8},  {"<i4", ALF_I32}, {"<i8", ALF_I64}, {"|b1", ALF_BOOL},
};

#define TYPES ((int)(sizeof types / sizeof types[0]))

static const char *descr_of(alf_dtype dtype)
{
    for (int i = 0; i < TYPES; i++)
        if (types[i].dtype == dtype) return types[i].descr;
    return NULL;
}

static bool dtype_of(const char *descr, alf_dtype *out)
{
    for (int i = 0; i < TYPES; i++)
        if (strcmp(types[i].descr, descr) == 0) {
            *out = types[i].dtype;
            return true;
        }
    return false;
}

/* --- writing -------------------------------------------------------------------------------------------------------- */

enum { PREAMBLE = 10 };

typedef struct {
    alf_npy_header header;
    const void    *data;
} writing;

/* "(3, 4)", "(3,)" or "()". */
static void print_shape(char *text, size_t size, int ndim, const int64_t shape[])
{
    size_t length = (size_t)alf_format(text, size, "(");

    for (int i = 0; i < ndim; i++)
        length += (size_t)alf_format(text + length, size - length, i ? ", %lld" : "%lld", (long long)shape[i]);
    alf_format(text + length, size - length, ndim == 1 ? ",)" : ")");
}

static void print_header(alf_npy_header *h, const char *descr, int ndim, const int64_t shape[])
{
    char   shape_text[128];
    size_t length, padded;

    print_shape(shape_text, sizeof shape_text, ndim, shape);
    length = PREAMBLE + (size_t)alf_format(h->text + PREAMBLE, sizeof h->text - PREAMBLE,
                                           "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape_text);
    padded = (length + 1 + 63) / 64 * 64; /* the data is aligned to 64 bytes, a line break stands before it */
    memset(h->text + length, ' ', padded - length);
    h->text[padded - 1] = '\n';
    memcpy(h->text, "\223NUMPY\001\000", 8);
    h->text[8] = (char)((padded - PREAMBLE) & 255);
    h->text[9] = (char)((padded - PREAMBLE) >> 8);
    h->size = padded;
}

alf_status alf_npy_make_header(alf_ctx *ctx, const char *path, alf_dtype dtype, int ndim, const int64_t shape[],
                               const void *data, alf_npy_header *out)
{
    const char *descr = descr_of(dtype);
    int64_t     count, bytes;

    if (!descr)
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "cannot write '%s': NumPy has no name for type %d", path, (int)dtype);
    if (ndim < 0 || ndim > ALF_MAX_DIMS || (ndim && !shape))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "cannot write '%s': %d dimensions, expected 0 to %d", path, ndim,
                        ALF_MAX_DIMS);
    if (!alf_shape_bytes(dtype, ndim, shape, &count, &bytes) || (count && !data))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "cannot write '%s': its shape is impossible or its data NULL", path);
    out->data_size = (size_t)bytes;
    print_header(out, descr, ndim, shape);
    return ALF_OK;
}

static alf_status write_content(alf_atomic_file *file, const void *user)
{
    const writing *w = user;
    alf_status     status = alf_atomic_write(file, w->header.text, w->header.size);

    return status ? status : alf_atomic_write(file, w->data, w->header.data_size);
}

alf_status alf_npy_write(alf_ctx *ctx, const char *path, alf_dtype dtype, int ndim, const int64_t shape[],
                         const void *data)
{
    writing    w = {.data = data};
    alf_status status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_npy_write: path is NULL");
    status = alf_npy_make_header(ctx, path, dtype, ndim, shape, data, &w.header);
    return status ? status : alf_atomic_save(ctx, path, write_content, &w);
}

/* --- reading -------------------------------------------------------------------------------------------------------- */

/* Finds the literal behind the magic text; version 1 gives its length in 2 bytes, versions 2 and 3 in 4. */
static alf_status find_literal(alf_ctx *ctx, const char *path, const alf_file_map *file, size_t *begin, size_t *end)
{
    size_t width, size = 0;

    if (file->size < PREAMBLE || memcmp(file->data, "\223NUMPY", 6) != 0)
        return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' (%zu bytes) is %s, expected a NumPy .npy array", path, file->size,
                        alf_sniff(file->data, file->size));
    if (file->data[6] < 1 || file->data[6] > 3)
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "'%s' is .npy version %d, expected 1 to 3", path, file->data[6]);
    width = file->data[6] == 1 ? 2 : 4;
    if (file->size >= 8 + width)
        for (size_t i = width; i-- > 0;) size = size << 8 | file->data[8 + i];
    if (file->size < 8 + width || size > file->size - 8 - width)
        return alf_fail(ctx, ALF_ERR_FORMAT, "'%s': a header of %zu bytes does not fit into the file's %zu", path, size,
                        file->size);
    *begin = 8 + width;
    *end = *begin + size;
    return ALF_OK;
}

static alf_status describe(alf_ctx *ctx, const char *path, const alf_file_map *file, alf_array *array, bool *fortran)
{
    alf_npy_literal literal;
    size_t          begin = 0, end = 0;
    int64_t         bytes;
    alf_status      status = find_literal(ctx, path, file, &begin, &end);

    if (!status) status = alf_npy_parse(ctx, path, (const char *)file->data + begin, end - begin, &literal);
    if (status) return status;
    if (!dtype_of(literal.descr, &array->dtype))
        return alf_fail(ctx, ALF_ERR_UNSUPPORTED,
                        "'%s' has type '%s', expected <f4, <f8, <f2, |u1, |i1, <i4, <i8 or |b1", path,
                        alf_escape(literal.descr).text);
    array->ndim = literal.ndim;
    memcpy(array->shape, literal.shape, sizeof array->shape);
    array->data = file->data + end;
    *fortran = literal.fortran;
    if (!alf_shape_bytes(array->dtype, array->ndim, array->shape, &array->count, &bytes))
        return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' has a shape of more than 2^63 bytes", path);
    if ((uint64_t)bytes == file->size - end) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_FORMAT, "'%s' has %zu bytes of data, expected %lld for its shape", path,
                    file->size - end, (long long)bytes);
}

/* The first index varies fastest in the file; `index` counts like an odometer whose last digit is fastest. */
static void read_transposed(const alf_array *array, double *out)
{
    int64_t index[ALF_MAX_DIMS] = {0}, step[ALF_MAX_DIMS] = {0}, from = 0, stride = 1;

    for (int d = 0; d < array->ndim; d++) {
        step[d] = stride;
        stride *= array->shape[d];
    }
    for (int64_t i = 0; i < array->count; i++) {
        alf_array_read_f64(array, from, 1, &out[i]);
        for (int d = array->ndim - 1; d >= 0; d--) {
            from += step[d];
            if (++index[d] < array->shape[d]) break;
            from -= step[d] * array->shape[d];
            index[d] = 0;
        }
    }
}

alf_status alf_npy_decode(alf_ctx *ctx, const char *path, const uint8_t *bytes, size_t size, int *ndim, int64_t shape[],
                          double **data)
{
    const alf_file_map file = {.data = bytes, .size = size};
    alf_array          array = {.name = path};
    bool               fortran = false;
    double            *values;
    alf_status         status = describe(ctx, path, &file, &array, &fortran);

    if (status) return status;
    values = alf_mem_alloc(ctx, (size_t)array.count, sizeof *values);
    if (!values) return alf_ctx_status(ctx);
    if (fortran)
        read_transposed(&array, values);
    else
        alf_array_read_f64(&array, 0, array.count, values);
    *ndim = array.ndim;
    memcpy(shape, array.shape, sizeof array.shape);
    *data = values;
    return ALF_OK;
}

alf_status alf_npy_read(alf_ctx *ctx, const char *path, int *ndim, int64_t shape[], double **data)
{
    alf_file_map map;
    alf_status   status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!path || !ndim || !shape || !data) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_npy_read: an argument is NULL");
    status = alf_file_map_open(ctx, path, &map);
    if (status) return status;
    status = alf_npy_decode(ctx, path, map.data, map.size, ndim, shape, data);
    alf_file_map_close(&map);
    return status;
}
