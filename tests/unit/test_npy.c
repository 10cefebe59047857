/* NumPy's .npy: what is written reads back, every byte of the header is as NumPy wants it, damage is found. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/archive.h"
#include "aliasfree/files.h"
#include "files.h"

/* --- making files ------------------------------------------------------------------------------------------------------- */

typedef struct {
    uint8_t bytes[1024];
    size_t  size;
} array_file;

static array_file make_file(int version, const char *literal, const void *data, size_t size)
{
    array_file file = {.size = 0};
    size_t     length = strlen(literal), width = version == 1 ? 2 : 4;

    assert_true(length + size + 16 < sizeof file.bytes);
    memcpy(file.bytes, "\223NUMPY", 6);
    file.bytes[6] = (uint8_t)version;
    for (size_t i = 0; i < width; i++) file.bytes[8 + i] = (uint8_t)(length >> (8 * i));
    memcpy(file.bytes + 8 + width, literal, length);
    if (size) memcpy(file.bytes + 8 + width + length, data, size);
    file.size = 8 + width + length + size;
    return file;
}

/* Reads the file and compares; the caller knows how many values there are. */
static void check_read(file_fixture *f, const array_file *file, int ndim, const int64_t shape[], int64_t count,
                       const double *expected)
{
    char   *path = test_write_file(f->folder, "x.npy", file->bytes, file->size);
    int     got_ndim = -1;
    int64_t got_shape[ALF_MAX_DIMS];
    double *values;

    test_ok(f->ctx, alf_npy_read(f->ctx, path, &got_ndim, got_shape, &values));
    assert_int_equal(got_ndim, ndim);
    for (int i = 0; i < ndim; i++) assert_int_equal(got_shape[i], shape[i]);
    for (int64_t i = 0; i < count; i++) assert_true(values[i] == expected[i]);
    alf_free_data(values);
    free(path);
}

static void check_refused(file_fixture *f, const array_file *file, alf_status expected, const char *part)
{
    char   *path = test_write_file(f->folder, "hostile.npy", file->bytes, file->size);
    int     ndim = 77;
    int64_t shape[ALF_MAX_DIMS] = {88};
    double *values = NULL;

    assert_fails(f->ctx, alf_npy_read(f->ctx, path, &ndim, shape, &values), expected, path, part);
    assert_null(values); /* a failed read leaves its outputs alone */
    assert_int_equal(ndim, 77);
    assert_int_equal(shape[0], 88);
    free(path);
}

static void refuse(file_fixture *f, const char *literal, size_t size, const char *part)
{
    const uint8_t zeros[64] = {0};
    array_file    file = make_file(1, literal, zeros, size);

    check_refused(f, &file, ALF_ERR_FORMAT, part);
}

static void refuse_type(file_fixture *f, const char *literal, const char *part)
{
    array_file file = make_file(1, literal, "12345678", 8);

    check_refused(f, &file, ALF_ERR_UNSUPPORTED, part);
}

/* --- round trips ---------------------------------------------------------------------------------------------------------- */

static void check_round_trip(file_fixture *f, alf_dtype dtype, int ndim, const int64_t shape[], const void *data,
                             int64_t count, const double *expected)
{
    char   *path = test_path(f->folder, "x.npy");
    int     got_ndim;
    int64_t got_shape[ALF_MAX_DIMS];
    double *values;

    test_ok(f->ctx, alf_npy_write(f->ctx, path, dtype, ndim, shape, data));
    test_ok(f->ctx, alf_npy_read(f->ctx, path, &got_ndim, got_shape, &values));
    assert_int_equal(got_ndim, ndim);
    for (int i = 0; i < ndim; i++) assert_int_equal(got_shape[i], shape[i]);
    for (int64_t i = 0; i < count; i++)
        assert_true(values[i] == expected[i] || (isnan(values[i]) && isnan(expected[i])));
    alf_free_data(values);
    free(path);
}

static void what_is_written_reads_back(void **state)
{
    file_fixture *f = *state;

    check_round_trip(f, ALF_F32, 2, (int64_t[]){1, 3}, (float[]){1.5f, NAN, -INFINITY}, 3,
                     (double[]){1.5, NAN, -INFINITY});
    check_round_trip(f, ALF_F64, 0, NULL, (double[]){1e-300}, 1, (double[]){1e-300});
    check_round_trip(f, ALF_F16, 1, (int64_t[]){1}, (uint16_t[]){0x3c00}, 1, (double[]){1.0});
    check_round_trip(f, ALF_U8, 1, (int64_t[]){2}, (uint8_t[]){0, 255}, 2, (double[]){0, 255});
    check_round_trip(f, ALF_I8, 1, (int64_t[]){2}, (int8_t[]){-128, 127}, 2, (double[]){-128, 127});
    check_round_trip(f, ALF_I32, 1, (int64_t[]){1}, (int32_t[]){INT32_MIN}, 1, (double[]){INT32_MIN});
    check_round_trip(f, ALF_I64, 5, (int64_t[]){1, 1, 2, 1, 1}, (int64_t[]){-1, 1LL << 40}, 2, (double[]){-1, 0x1p40});
    check_round_trip(f, ALF_BOOL, 1, (int64_t[]){2}, (uint8_t[]){1, 0}, 2, (double[]){1, 0});
    check_round_trip(f, ALF_F32, 3, (int64_t[]){2, 0, 4}, NULL, 0, NULL);
    assert_int_equal(test_count_files(f->folder), 1);
}

static void the_header_is_what_numpy_writes(void **state)
{
    file_fixture *f = *state;
    char         *path = test_path(f->folder, "x.npy"), *bytes, expected[129];
    const float   data[6] = {1, 2, 3, 4, 5, 6};
    size_t        size;

    test_ok(f->ctx, alf_npy_write(f->ctx, path, ALF_F32, 2, (int64_t[]){2, 3}, data));
    bytes = test_read_file(path, &size);
    assert_int_equal(size, 128 + sizeof data);
    snprintf(expected, sizeof expected, "\223NUMPY\001%c\166%c%-117s\n", 0, 0,
             "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    assert_memory_equal(bytes, expected, 128);
    assert_memory_equal(bytes + 128, data, sizeof data);
    free(bytes);
    free(path);
}

static void what_cannot_be_written_is_refused(void **state)
{
    file_fixture *f = *state;
    char         *path = test_path(f->folder, "x.npy");
    float         x = 1;

    assert_fails(f->ctx, alf_npy_write(f->ctx, path, ALF_BF16, 0, NULL, &x), ALF_ERR_UNSUPPORTED, path, "no name");
    assert_fails(f->ctx, alf_npy_write(f->ctx, path, ALF_F32, 6, (int64_t[6]){0}, &x), ALF_ERR_ARGUMENT, path,
                 "6 dimensions");
    assert_fails(f->ctx, alf_npy_write(f->ctx, path, ALF_F32, 1, (int64_t[]){-1}, &x), ALF_ERR_ARGUMENT, path, "shape");
    assert_fails(f->ctx, alf_npy_write(f->ctx, path, ALF_F32, 2, (int64_t[]){INT64_MAX, 2}, &x), ALF_ERR_ARGUMENT, path,
                 "shape");
    assert_fails(f->ctx, alf_npy_write(f->ctx, path, ALF_F32, 0, NULL, NULL), ALF_ERR_ARGUMENT, path, "NULL");
    assert_fails(f->ctx, alf_npy_write(f->ctx, NULL, ALF_F32, 0, NULL, &x), ALF_ERR_ARGUMENT, "path", NULL);
    assert_int_equal(test_count_files(f->folder), 0);
    free(path);
}

/* --- what NumPy may write ------------------------------------------------------------------------------------------------- */

static void fortran_order_is_transposed(void **state)
{
    const uint8_t data[24] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};
    double        expected[24];
    array_file file = make_file(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }", data, sizeof data);

    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 4; k++) expected[(i * 3 + j) * 4 + k] = i + 2 * j + 6 * k;
    check_read(*state, &file, 3, (int64_t[]){2, 3, 4}, 24, expected);
    file = make_file(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (), }", data, 1);
    check_read(*state, &file, 0, NULL, 1, (double[]){0});
    file = make_file(1, "{'descr': '|u1', 'fortran_order': True, 'shape': (0, 3), }", NULL, 0);
    check_read(*state, &file, 2, (int64_t[]){0, 3}, 0, NULL);
}

static void versions_and_spellings_are_read(void **state)
{
    array_file file = make_file(2, "{\"shape\":(2,),\"descr\":\"|u1\",\"fortran_order\":False}\n", "\1\2", 2);

    check_read(*state, &file, 1, (int64_t[]){2}, 2, (double[]){1, 2});
    file = make_file(3, "  { 'fortran_order' : False , 'shape' : ( 1 , 2 ) , 'descr' : '|u1' } \n", "\1\2", 2);
    check_read(*state, &file, 2, (int64_t[]){1, 2}, 2, (double[]){1, 2});
}

/* --- damage --------------------------------------------------------------------------------------------------------------- */

static void every_truncation_is_an_error(void **state)
{
    array_file file = make_file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n", "12345678", 8);

    while (file.size-- > 0) check_refused(*state, &file, ALF_ERR_FORMAT, NULL);
    file = make_file(2, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n", "123456789", 9);
    check_refused(*state, &file, ALF_ERR_FORMAT, "9 bytes of data");
}

static void literals_that_are_not_an_array_are_refused(void **state)
{
    file_fixture *f = *state;

    refuse(f, "", 0, "expected {");
    refuse(f, "{}", 0, "keys");
    refuse(f, "{'descr': '|u1', 'shape': (1,)}", 1, "keys");
    refuse(f, "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", 1, "once");
    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': 1}", 1, "keys");
    refuse(f, "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (1,)}", 1, "False");
    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} x", 1, "closing brace");
    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)", 1, "}");
    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': 1}", 1, "(");
    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}", 1, "whole number");
    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': (1 1)}", 1, ")");
    refuse(f, "{'descr': '|u1", 1, "end of a short text");
    refuse(f, "{'descr': 'a descr that is far too long for any type', 'fortran_order': False}", 1, "short text");
    refuse(f, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", 4, "quoted text");
}

static void sizes_are_not_believed(void **state)
{
    file_fixture *f = *state;

    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296,)}", 4, "4294967296");
    refuse(f, "{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846976,)}", 8, "2^63");
    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", 0, "2^63");
    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775808,)}", 8, "2^63");
    refuse(f, "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1)}", 1, "5 dimensions");
}

static void types_that_are_not_offered_are_named(void **state)
{
    file_fixture *f = *state;

    refuse_type(f, "{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}", "'>f4'");
    refuse_type(f, "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", "'<c8'");
    refuse_type(f, "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "'|O'");
    refuse_type(f, "{'descr': '<U2', 'fortran_order': False, 'shape': (1,)}", "'<U2'");
}

static void other_files_are_recognised(void **state)
{
    file_fixture *f = *state;
    array_file    file = {"PK\003\004 an npz file", 17};
    int           ndim;
    int64_t       shape[ALF_MAX_DIMS];
    double       *values;

    check_refused(f, &file, ALF_ERR_FORMAT, "zip");
    file = make_file(4, "{}", NULL, 0);
    check_refused(f, &file, ALF_ERR_UNSUPPORTED, "version 4");
    assert_fails(f->ctx, alf_npy_read(f->ctx, "/nonexistent.npy", &ndim, shape, &values), ALF_ERR_IO,
                 "/nonexistent.npy", NULL);
    assert_fails(f->ctx, alf_npy_read(f->ctx, NULL, &ndim, shape, &values), ALF_ERR_ARGUMENT, NULL, NULL);
}

static void memory_stays_within_the_budget(void **state)
{
    file_fixture *f = *state;
    alf_ctx      *small = test_ctx_with_budget(4096);
    char         *path = test_path(f->folder, "x.npy");
    uint8_t      *bytes = calloc(1000, 1);
    int           ndim;
    int64_t       shape[ALF_MAX_DIMS];
    double       *values = NULL;

    assert_non_null(bytes);
    test_ok(f->ctx, alf_npy_write(f->ctx, path, ALF_U8, 1, (int64_t[]){1000}, bytes));
    assert_fails(small, alf_npy_read(small, path, &ndim, shape, &values), ALF_ERR_MEMORY, "budget", NULL);
    assert_null(values);
    alf_ctx_destroy(small);
    free(bytes);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_is_written_reads_back),
        FILE_TEST(the_header_is_what_numpy_writes),
        FILE_TEST(what_cannot_be_written_is_refused),
        FILE_TEST(fortran_order_is_transposed),
        FILE_TEST(versions_and_spellings_are_read),
        FILE_TEST(every_truncation_is_an_error),
        FILE_TEST(literals_that_are_not_an_array_are_refused),
        FILE_TEST(sizes_are_not_believed),
        FILE_TEST(types_that_are_not_offered_are_named),
        FILE_TEST(other_files_are_recognised),
        FILE_TEST(memory_stays_within_the_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
