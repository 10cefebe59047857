/* NumPy's scalars, arrays and dtypes. */
#include "io/pickle_numpy.h"

#include <string.h>

#include "core/core.h"
#include "io/pickle_globals.h"
#include "io/pickle_scan.h"

/* --- dtypes --------------------------------------------------------------------------------------------------------- */

static bool parse_dtype(const alf_pkl_text *text, alf_pkl_dtype *out)
{
    static const char *const known[] = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (text->size == 2 && memcmp(text->at, known[i], 2) == 0) {
            *out = (alf_pkl_dtype){known[i][0], known[i][1] - '0'};
            return true;
        }
    }
    return false;
}

alf_pkl_value *alf_numpy_dtype(alf_pkl_reader *reader, const alf_pkl_items *args)
{
    alf_pkl_value *value;
    alf_pkl_dtype  dtype;

    if (args->count < 1 || args->at[0]->kind != ALF_PKL_STRING) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "numpy.dtype of %s, expected a text",
                     args->count ? alf_pkl_kind_text(args->at[0]) : "nothing");
        return NULL;
    }
    if (!parse_dtype(&args->at[0]->as.text, &dtype)) {
        alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED, "numpy.dtype '%s', expected b1, i1 to i8, u1 to u8 or f2 to f8",
                     alf_pkl_printable(args->at[0]->as.text.at, args->at[0]->as.text.size).text);
        return NULL;
    }
    value = alf_pkl_new(reader, ALF_PKL_DTYPE);
    if (value) value->as.dtype = dtype;
    return value;
}

alf_status alf_numpy_dtype_state(alf_pkl_reader *reader, alf_pkl_value *dtype, const alf_pkl_value *state)
{
    const alf_pkl_items *items = &state->as.items;

    (void)dtype;
    if (state->kind != ALF_PKL_TUPLE || items->count < 5)
        return alf_pkl_fail(reader, ALF_ERR_FORMAT, "the state of a numpy.dtype is %s, expected a tuple of at least 5",
                            alf_pkl_kind_text(state));
    if (!alf_pkl_is_text(items->at[1], "<") && !alf_pkl_is_text(items->at[1], "|"))
        return alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED, "a numpy.dtype of another byte order than little-endian");
    for (int i = 2; i < 5; i++)
        if (items->at[i]->kind != ALF_PKL_NONE)
            return alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED, "a numpy.dtype with fields or a subtype");
    return ALF_OK;
}

/* --- scalars -------------------------------------------------------------------------------------------------------- */

static double float_value(const uint8_t *at, int size)
{
    alf_array array = {.dtype = size == 2 ? ALF_F16 : size == 4 ? ALF_F32 : ALF_F64, .count = 1, .data = at};
    double    value;

    alf_array_read_f64(&array, 0, 1, &value);
    return value;
}

static alf_pkl_value *number(alf_pkl_reader *reader, alf_pkl_dtype dtype, const uint8_t *at)
{
    size_t size = (size_t)dtype.size;

    switch (dtype.kind) {
    case 'b': return alf_pkl_new_bool(reader, at[0] != 0);
    case 'f': return alf_pkl_new_float(reader, float_value(at, dtype.size));
    case 'i': return alf_pkl_new_long(reader, at, size);
    default: break;
    }
    if (size == 8 && at[7] & 0x80) return alf_pkl_new_text(reader, ALF_PKL_BIG_INT, at, size);
    return alf_pkl_new_int(reader, (int64_t)alf_pkl_unsigned(at, size));
}

alf_pkl_value *alf_numpy_scalar(alf_pkl_reader *reader, const alf_pkl_items *args)
{
    const alf_pkl_value *dtype = args->count == 2 ? args->at[0] : NULL, *bytes = args->count == 2 ? args->at[1] : NULL;

    if (!dtype || dtype->kind != ALF_PKL_DTYPE || !alf_pkl_is_bytes(bytes)) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "a NumPy scalar made of anything but a dtype and bytes");
        return NULL;
    }
    if (bytes->as.text.size != (size_t)dtype->as.dtype.size) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "a NumPy scalar of %llu bytes, expected %d",
                     (unsigned long long)bytes->as.text.size, dtype->as.dtype.size);
        return NULL;
    }
    return number(reader, dtype->as.dtype, bytes->as.text.at);
}

/* --- arrays --------------------------------------------------------------------------------------------------------- */

alf_pkl_value *alf_numpy_reconstruct(alf_pkl_reader *reader, const alf_pkl_items *args)
{
    const alf_pkl_value *type = args->count == 3 ? args->at[0] : NULL;

    if (!type || type->kind != ALF_PKL_GLOBAL || strcmp(type->as.global->name, "ndarray") != 0) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "a NumPy array made of anything but (numpy.ndarray, shape, type code)");
        return NULL;
    }
    return alf_pkl_new(reader, ALF_PKL_NDARRAY);
}

static alf_status check_array_bytes(alf_pkl_reader *reader, alf_pkl_dtype dtype, int ndim, const int64_t shape[],
                                    size_t size)
{
    int64_t bytes = dtype.size;

    for (int i = 0; i < ndim; i++)
        if (shape[i] < 0 || !alf_mul_i64(bytes, shape[i], &bytes))
            return alf_pkl_fail(reader, ALF_ERR_FORMAT, "a NumPy array with size %lld in dimension %d",
                                (long long)shape[i], i);
    if ((uint64_t)bytes != size)
        return alf_pkl_fail(reader, ALF_ERR_FORMAT, "a NumPy array has %llu bytes where its shape needs %lld",
                            (unsigned long long)size, (long long)bytes);
    return ALF_OK;
}

alf_status alf_numpy_array_state(alf_pkl_reader *reader, alf_pkl_value *array, const alf_pkl_value *state)
{
    const alf_pkl_items *items = &state->as.items;
    int64_t              shape[ALF_MAX_DIMS];
    int                  ndim;

    (void)array;
    if (state->kind != ALF_PKL_TUPLE || items->count != 5 || items->at[2]->kind != ALF_PKL_DTYPE ||
        !alf_pkl_is_bytes(items->at[4]))
        return alf_pkl_fail(reader, ALF_ERR_FORMAT,
                            "the state of a NumPy array is not (version, shape, dtype, fortran order, bytes)");
    if (alf_pkl_read_ints(reader, items->at[1], "the shape of a NumPy array", ALF_MAX_DIMS, shape, &ndim))
        return reader->status;
    return check_array_bytes(reader, items->at[2]->as.dtype, ndim, shape, items->at[4]->as.text.size);
}
