/* Archives: what is saved reads back, the golden files open, and nothing in a hostile file is believed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/archive.h"
#include "files.h"

typedef struct {
    alf_ctx *ctx;
    char    *folder;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    f->folder = test_temp_folder();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    assert_int_equal(alf_ctx_memory_used(f->ctx), 0); /* every failure releases what it took */
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

/* --- making files ---------------------------------------------------------------------------------------------------- */

/* A safetensors file of a header and `data_size` bytes counting up; the header's length may be claimed wrongly. */
static char *write_claiming(fixture *f, uint64_t claimed, const void *header, size_t header_size, size_t data_size)
{
    size_t   size = 8 + header_size + data_size;
    uint8_t *bytes = malloc(size);
    char    *path;

    assert_non_null(bytes);
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(claimed >> (8 * i));
    memcpy(bytes + 8, header, header_size);
    for (size_t i = 0; i < data_size; i++) bytes[8 + header_size + i] = (uint8_t)(i + 1);
    path = test_write_file(f->folder, "hostile.safetensors", bytes, size);
    free(bytes);
    return path;
}

static void expect_refused(fixture *f, char *path, alf_status expected, const char *part)
{
    alf_archive *archive = (alf_archive *)f; /* a failed open leaves its output alone */
    alf_status   status = alf_archive_open(f->ctx, path, &archive);

    assert_fails(f->ctx, status, expected, path, part);
    assert_ptr_equal(archive, f);
    free(path);
}

static void refuse(fixture *f, const char *header, size_t data_size, alf_status expected, const char *part)
{
    expect_refused(f, write_claiming(f, strlen(header), header, strlen(header), data_size), expected, part);
}

static void refuse_format(fixture *f, const char *header, size_t data_size, const char *part)
{
    refuse(f, header, data_size, ALF_ERR_FORMAT, part);
}

/* --- round trips ------------------------------------------------------------------------------------------------------ */

static alf_archive *make_example(fixture *f)
{
    static const float    weights[2][3] = {{1.5f, -2.0f, 0.1f}, {NAN, INFINITY, -0.0f}};
    static const double   taps[2] = {0.1, 1e-300};
    static const int64_t  large = INT64_MIN;
    static const int32_t  middle[2] = {-7, INT32_MAX};
    static const int8_t   small[3] = {-128, 0, 127};
    static const uint8_t  bytes[3] = {0, 128, 255}, truth[2] = {1, 0};
    static const uint16_t half[2] = {0x3c00, 0xfbff}, brain[2] = {0x3f80, 0xc2f7};
    alf_archive          *a;

    test_ok(f->ctx, alf_archive_create(f->ctx, &a));
    test_ok(f->ctx, alf_archive_add(a, "weights", ALF_F32, 2, (int64_t[]){2, 3}, weights));
    test_ok(f->ctx, alf_archive_add(a, "taps", ALF_F64, 1, (int64_t[]){2}, taps));
    test_ok(f->ctx, alf_archive_add(a, "large", ALF_I64, 0, NULL, &large));
    test_ok(f->ctx, alf_archive_add(a, "middle", ALF_I32, 1, (int64_t[]){2}, middle));
    test_ok(f->ctx, alf_archive_add(a, "small", ALF_I8, 1, (int64_t[]){3}, small));
    test_ok(f->ctx, alf_archive_add(a, "bytes", ALF_U8, 3, (int64_t[]){1, 3, 1}, bytes));
    test_ok(f->ctx, alf_archive_add(a, "truth", ALF_BOOL, 1, (int64_t[]){2}, truth));
    test_ok(f->ctx, alf_archive_add(a, "half", ALF_F16, 1, (int64_t[]){2}, half));
    test_ok(f->ctx, alf_archive_add(a, "brain", ALF_BF16, 1, (int64_t[]){2}, brain));
    test_ok(f->ctx, alf_archive_add(a, "nothing", ALF_F32, 2, (int64_t[]){0, 4}, NULL));
    test_ok(f->ctx, alf_archive_set_meta(a, "zeta", "last \"quoted\" \xc3\xa9 \n"));
    test_ok(f->ctx, alf_archive_set_meta(a, "alpha", ""));
    return a;
}

static void check_equal_archives(const alf_archive *a, const alf_archive *b)
{
    assert_int_equal(alf_archive_count(a), alf_archive_count(b));
    assert_int_equal(alf_archive_meta_count(a), alf_archive_meta_count(b));
    for (int64_t i = 0; i < alf_archive_count(a); i++) {
        const alf_array *x = alf_archive_at(a, i), *y = alf_archive_at(b, i);
        assert_string_equal(x->name, y->name);
        assert_int_equal(x->dtype, y->dtype);
        assert_int_equal(x->ndim, y->ndim);
        assert_memory_equal(x->shape, y->shape, sizeof x->shape);
        assert_int_equal(x->count, y->count);
        assert_memory_equal(x->data, y->data, (size_t)x->count * alf_dtype_size(x->dtype));
    }
    for (int64_t i = 0; i < alf_archive_meta_count(a); i++) {
        const char *key = alf_archive_meta_key(a, i);
        assert_string_equal(key, alf_archive_meta_key(b, i));
        assert_string_equal(alf_archive_meta(a, key), alf_archive_meta(b, key));
    }
}

static void what_is_saved_reads_back(void **state)
{
    fixture     *f = *state;
    char        *path = test_path(f->folder, "example.safetensors");
    alf_archive *a = make_example(f), *b;

    test_ok(f->ctx, alf_archive_save(a, path));
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &b));
    check_equal_archives(a, b);
    assert_string_equal(alf_archive_format(a), "memory");
    assert_string_equal(alf_archive_path(a), "");
    assert_string_equal(alf_archive_format(b), "safetensors");
    assert_string_equal(alf_archive_path(b), path);
    assert_int_equal(test_count_files(f->folder), 1); /* no temporary file stays */
    alf_archive_destroy(a);
    alf_archive_destroy(b);
    free(path);
}

static void the_same_archive_gives_the_same_bytes_in_any_order_of_adding(void **state)
{
    fixture     *f = *state;
    char        *first = test_path(f->folder, "a"), *second = test_path(f->folder, "b"), *one, *two;
    alf_archive *a = make_example(f), *b;
    size_t       size, other;

    test_ok(f->ctx, alf_archive_create(f->ctx, &b));
    for (int64_t i = alf_archive_count(a) - 1; i >= 0; i--) {
        const alf_array *x = alf_archive_at(a, i);
        test_ok(f->ctx, alf_archive_add(b, x->name, x->dtype, x->ndim, x->shape, x->data));
    }
    for (int64_t i = 0; i < alf_archive_meta_count(a); i++)
        test_ok(f->ctx,
                alf_archive_set_meta(b, alf_archive_meta_key(a, i), alf_archive_meta(a, alf_archive_meta_key(a, i))));
    test_ok(f->ctx, alf_archive_save(a, first));
    test_ok(f->ctx, alf_archive_save(b, second));
    one = test_read_file(first, &size);
    two = test_read_file(second, &other);
    assert_int_equal(size, other);
    assert_memory_equal(one, two, size);
    assert_int_equal((uint8_t)one[0] % 8, 0); /* the header is padded, so the data is aligned */
    alf_archive_destroy(a);
    alf_archive_destroy(b);
    free(one);
    free(two);
    free(first);
    free(second);
}

static void every_type_reads_as_numbers(void **state)
{
    fixture     *f = *state;
    alf_archive *a = make_example(f);
    double       d[6];
    float        s[6];

    alf_array_read_f64(alf_archive_find(a, "weights"), 0, 6, d);
    alf_array_read_f32(alf_archive_find(a, "weights"), 1, 5, s);
    assert_true(d[0] == 1.5 && d[1] == -2.0 && d[2] == (double)0.1f);
    assert_true(isnan(d[3]) && isinf(d[4]) && d[5] == 0.0 && signbit(d[5])); /* NaN stays NaN */
    assert_true(s[0] == -2.0f && s[1] == 0.1f && isnan(s[2]) && isinf(s[3]));
    alf_array_read_f64(alf_archive_find(a, "taps"), 0, 2, d);
    assert_true(d[0] == 0.1 && d[1] == 1e-300);
    alf_array_read_f64(alf_archive_find(a, "large"), 0, 1, d);
    assert_true(d[0] == -0x1p63);
    alf_array_read_f64(alf_archive_find(a, "middle"), 0, 2, d);
    assert_true(d[0] == -7.0 && d[1] == 2147483647.0);
    alf_array_read_f64(alf_archive_find(a, "small"), 1, 2, d);
    assert_true(d[0] == 0.0 && d[1] == 127.0);
    alf_array_read_f32(alf_archive_find(a, "bytes"), 0, 3, s);
    assert_true(s[0] == 0.0f && s[1] == 128.0f && s[2] == 255.0f);
    alf_array_read_f64(alf_archive_find(a, "truth"), 0, 2, d);
    assert_true(d[0] == 1.0 && d[1] == 0.0);
    alf_array_read_f64(alf_archive_find(a, "half"), 0, 2, d);
    assert_true(d[0] == 1.0 && d[1] == -65504.0);
    alf_array_read_f64(alf_archive_find(a, "brain"), 0, 2, d);
    assert_true(d[0] == 1.0 && d[1] == -123.5);
    alf_archive_destroy(a);
}

static void every_half_has_its_value(void **state)
{
    fixture     *f = *state;
    uint16_t     bits[] = {0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0x7c00, 0xfc00};
    double       values[9];
    const double expected[9] = {0.0, -0.0, 0x1p-24, 1023 * 0x1p-24, 0x1p-14, 0x1.554p-2, 65504.0, INFINITY, -INFINITY};
    const alf_array *array;
    alf_archive     *a;
    uint16_t         nan_bits[] = {0x7e01, 0xffff};

    test_ok(f->ctx, alf_archive_create(f->ctx, &a));
    test_ok(f->ctx, alf_archive_add(a, "x", ALF_F16, 1, (int64_t[]){9}, bits));
    test_ok(f->ctx, alf_archive_add(a, "nan", ALF_F16, 1, (int64_t[]){2}, nan_bits));
    array = alf_archive_find(a, "x");
    alf_array_read_f64(array, 0, 9, values);
    assert_memory_equal(values, expected, sizeof values);
    alf_array_read_f64(alf_archive_find(a, "nan"), 0, 2, values);
    assert_true(isnan(values[0]) && isnan(values[1]));
    alf_archive_destroy(a);
}

static void names_are_found_and_sorted(void **state)
{
    fixture     *f = *state;
    alf_archive *a = make_example(f);

    for (int64_t i = 1; i < alf_archive_count(a); i++)
        assert_true(strcmp(alf_archive_at(a, i - 1)->name, alf_archive_at(a, i)->name) < 0);
    assert_null(alf_archive_find(a, "weight"));
    assert_null(alf_archive_find(a, ""));
    assert_null(alf_archive_find(a, NULL));
    assert_null(alf_archive_at(a, -1));
    assert_null(alf_archive_at(a, alf_archive_count(a)));
    assert_null(alf_archive_meta(a, "beta"));
    assert_null(alf_archive_meta_key(a, 2));
    assert_string_equal(alf_archive_meta_key(a, 0), "alpha");
    alf_archive_destroy(a);
}

static void what_cannot_be_added_is_refused(void **state)
{
    fixture     *f = *state;
    alf_archive *a = make_example(f);
    int64_t      count = alf_archive_count(a);
    float        x = 1.0f;

    assert_fails(f->ctx, alf_archive_add(a, "taps", ALF_F32, 0, NULL, &x), ALF_ERR_FORMAT, "two arrays", "taps");
    assert_fails(f->ctx, alf_archive_add(a, "__metadata__", ALF_F32, 0, NULL, &x), ALF_ERR_ARGUMENT, "__metadata__",
                 NULL);
    assert_fails(f->ctx, alf_archive_add(a, NULL, ALF_F32, 0, NULL, &x), ALF_ERR_ARGUMENT, "NULL", NULL);
    assert_fails(f->ctx, alf_archive_add(a, "x", ALF_F32, 0, NULL, NULL), ALF_ERR_ARGUMENT, "x", "no data");
    assert_fails(f->ctx, alf_archive_add(a, "x", (alf_dtype)99, 0, NULL, &x), ALF_ERR_ARGUMENT, "x", "99");
    assert_fails(f->ctx, alf_archive_add(a, "x", ALF_F32, 6, (int64_t[]){1, 1, 1, 1, 1, 1}, &x), ALF_ERR_UNSUPPORTED,
                 "x", "6 dimensions");
    assert_fails(f->ctx, alf_archive_add(a, "x", ALF_F32, 1, (int64_t[]){-1}, &x), ALF_ERR_FORMAT, "x", "below 0");
    assert_fails(f->ctx, alf_archive_add(a, "x", ALF_F32, 2, (int64_t[]){INT64_MAX, 2}, &x), ALF_ERR_FORMAT, "x",
                 "2^63");
    assert_fails(f->ctx, alf_archive_add(a, "x", ALF_F32, 1, (int64_t[]){INT64_MAX / 4}, &x), ALF_ERR_MEMORY, NULL,
                 NULL);
    assert_fails(f->ctx, alf_archive_set_meta(a, "alpha", "again"), ALF_ERR_ARGUMENT, "alpha", "already");
    assert_fails(f->ctx, alf_archive_set_meta(a, "beta", NULL), ALF_ERR_ARGUMENT, "value", NULL);
    assert_int_equal(alf_archive_count(a), count);
    assert_int_equal(alf_archive_meta_count(a), 2);
    alf_archive_destroy(a);
    alf_archive_destroy(NULL);
}

static void names_that_are_not_utf8_cannot_be_saved(void **state)
{
    fixture     *f = *state;
    char        *path = test_path(f->folder, "x");
    alf_archive *a = make_example(f);

    test_ok(f->ctx, alf_archive_add(a, "bad \xff name", ALF_U8, 0, NULL, "x"));
    assert_fails(f->ctx, alf_archive_save(a, path), ALF_ERR_FORMAT, path, "UTF-8");
    assert_int_equal(test_count_files(f->folder), 0);
    alf_archive_destroy(a);
    free(path);
}

/* --- golden files ----------------------------------------------------------------------------------------------------- */

static void open_golden(golden_report *report, void *user)
{
    fixture     *f = user;
    char        *path = test_path(f->folder, "copy.safetensors");
    alf_archive *a, *b;

    test_ok(f->ctx, alf_archive_open(f->ctx, report->path, &a));
    test_ok(f->ctx, alf_archive_save(a, path));
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &b));
    check_equal_archives(a, b);
    report->cases = (int)alf_archive_count(a);
    alf_archive_destroy(a);
    alf_archive_destroy(b);
    free(path);
}

static void golden_files_open_and_copy(void **state)
{
    golden_run("", ".safetensors", "any", open_golden, *state);
}

/* --- hostile files ---------------------------------------------------------------------------------------------------- */

#define ONE(dtype, shape, offsets) "{\"x\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"
#define TWO(first, second)                                                                                             \
    "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" first "},"                                              \
    "\"y\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" second "}}"

static void every_truncation_is_an_error(void **state)
{
    fixture     *f = *state;
    char        *path = test_path(f->folder, "whole"), *bytes;
    alf_archive *a = make_example(f);
    size_t       size;

    test_ok(f->ctx, alf_archive_save(a, path));
    bytes = test_read_file(path, &size);
    for (size_t cut = 0; cut < size; cut++)
        expect_refused(f, test_write_file(f->folder, "cut", bytes, cut), ALF_ERR_FORMAT, NULL);
    bytes[size] = 0; /* one byte too many */
    expect_refused(f, test_write_file(f->folder, "long", bytes, size + 1), ALF_ERR_FORMAT, "1 bytes follow");
    alf_archive_destroy(a);
    free(bytes);
    free(path);
}

static void header_lengths_are_not_believed(void **state)
{
    fixture    *f = *state;
    const char *header = ONE("U8", "[4]", "[0,4]");
    size_t      size = strlen(header);

    expect_refused(f, write_claiming(f, UINT64_MAX, header, size, 4), ALF_ERR_FORMAT, "18446744073709551615");
    expect_refused(f, write_claiming(f, (uint64_t)1 << 63, header, size, 4), ALF_ERR_FORMAT, "9223372036854775808");
    expect_refused(f, write_claiming(f, 100000001, header, size, 4), ALF_ERR_FORMAT, "at most 100000000");
    expect_refused(f, write_claiming(f, size + 5, header, size, 4), ALF_ERR_FORMAT, "truncated");
    expect_refused(f, write_claiming(f, size + 4, header, size, 4), ALF_ERR_FORMAT, "JSON");
    expect_refused(f, write_claiming(f, size - 1, header, size, 4), ALF_ERR_FORMAT, "JSON");
    expect_refused(f, write_claiming(f, 0, header, size, 4), ALF_ERR_FORMAT, "start with '{'");
}

static void headers_that_are_not_json_objects_are_refused(void **state)
{
    fixture *f = *state;

    refuse_format(f, "{", 0, "JSON");
    refuse_format(f, "{\"x\"}", 0, "JSON");
    refuse_format(f, "{}{}", 0, "JSON");
    refuse_format(f, "{\"x\":1}", 0, "'x' is not an object");
    refuse_format(f, "{\"bad \xff\":1}", 0, "JSON");
    refuse_format(f, "{\"null \\u0000\":1}", 0, "JSON");
    refuse_format(f, "{\"x\":1,\"x\":2}", 0, "duplicate");
    refuse_format(f, "{\"x\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0,
                  "duplicate");
}

static void tensors_without_a_field_are_refused(void **state)
{
    fixture *f = *state;

    refuse_format(f, "{\"x\":{\"shape\":[0],\"data_offsets\":[0,0]}}", 0, "\"dtype\"");
    refuse_format(f, "{\"x\":{\"dtype\":\"U8\",\"data_offsets\":[0,0]}}", 0, "\"shape\"");
    refuse_format(f, "{\"x\":{\"dtype\":\"U8\",\"shape\":[0]}}", 0, "\"data_offsets\"");
    refuse_format(f, "{\"x\":{\"dtype\":8,\"shape\":[0],\"data_offsets\":[0,0]}}", 0, "\"dtype\"");
}

static void types_that_are_not_offered_are_named(void **state)
{
    fixture *f = *state;

    refuse(f, ONE("U16", "[2]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"U16\"");
    refuse(f, ONE("I16", "[2]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"I16\"");
    refuse(f, ONE("U32", "[1]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"U32\"");
    refuse(f, ONE("F8_E4M3", "[4]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"F8_E4M3\"");
    refuse(f, ONE("f32", "[1]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"f32\"");
}

static void impossible_shapes_are_refused(void **state)
{
    fixture *f = *state;

    refuse_format(f, ONE("U8", "4", "[0,4]"), 4, "\"shape\"");
    refuse_format(f, ONE("U8", "[-4]", "[0,4]"), 4, "shape[0]");
    refuse_format(f, ONE("U8", "[4.0]", "[0,4]"), 4, "shape[0]");
    refuse_format(f, ONE("U8", "[1,\"4\"]", "[0,4]"), 4, "shape[1]");
    refuse_format(f, ONE("U8", "[5]", "[0,4]"), 4, "expected 5");
    refuse_format(f, ONE("F32", "[4]", "[0,4]"), 4, "expected 16");
    refuse_format(f, ONE("U8", "[4294967296]", "[0,4]"), 4, "4294967296");
    refuse_format(f, ONE("F64", "[1152921504606846976]", "[0,4]"), 4, "2^63");
    refuse_format(f, ONE("U8", "[4294967296,4294967296]", "[0,0]"), 0, "2^63"); /* 2^64 wraps to 0 */
    refuse_format(f, ONE("U8", "[9223372036854775808]", "[0,4]"), 4, "9223372036854775808");
    refuse(f, ONE("U8", "[1,1,1,1,1,4]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "6 dimensions");
}

static void offsets_outside_the_data_are_refused(void **state)
{
    fixture *f = *state;

    refuse_format(f, ONE("U8", "[4]", "[0,5]"), 4, "[0, 5]");
    refuse_format(f, ONE("U8", "[4]", "[4,0]"), 4, "[4, 0]");
    refuse_format(f, ONE("U8", "[4]", "[-4,0]"), 4, "[-4, 0]");
    refuse_format(f, ONE("U8", "[4]", "[0,4294967296]"), 4, "4294967296");
    refuse_format(f, ONE("U8", "[4]", "[0,9223372036854775807]"), 4, "9223372036854775807");
    refuse_format(f, ONE("U8", "[4]", "[0]"), 4, "\"data_offsets\"");
    refuse_format(f, ONE("U8", "[4]", "[0,4,4]"), 4, "\"data_offsets\"");
    refuse_format(f, ONE("U8", "[4]", "[0,4.0]"), 4, "\"data_offsets\"");
    refuse_format(f, ONE("U8", "[4]", "{\"0\":4}"), 4, "\"data_offsets\"");
}

static void overlaps_and_holes_are_refused(void **state)
{
    fixture *f = *state;

    refuse_format(f, TWO("[0,4]", "[0,4]"), 4, "overlaps");
    refuse_format(f, TWO("[0,4]", "[2,6]"), 6, "overlaps");
    refuse_format(f, TWO("[0,4]", "[5,9]"), 9, "bytes 4 to 5");
    refuse_format(f, TWO("[1,5]", "[5,9]"), 9, "bytes 0 to 1");
    refuse_format(f, TWO("[0,4]", "[4,8]"), 10, "2 bytes follow");
    refuse_format(f, "{}", 1, "1 bytes follow");
}

static void metadata_must_be_texts(void **state)
{
    fixture *f = *state;

    refuse_format(f, "{\"__metadata__\":[]}", 0, "__metadata__");
    refuse_format(f, "{\"__metadata__\":{\"a\":1}}", 0, "'a'");
    refuse_format(f, "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0, "'a'");
    refuse_format(f, "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "duplicate");
}

static void deep_nesting_is_refused(void **state)
{
    fixture *f = *state;
    size_t   depth = 1000000;
    char    *header = malloc(depth + 6);

    assert_non_null(header);
    memcpy(header, "{\"x\":", 5);
    memset(header + 5, '[', depth);
    header[depth + 5] = '\0';
    refuse_format(f, header, 0, "JSON");
    free(header);
}

static void valid_oddities_are_read(void **state)
{
    fixture     *f = *state;
    const char  *header = "{\"b\":{\"shape\":[0],\"dtype\":\"F32\",\"data_offsets\":[4,4]},"
                          "\"a\":{\"shape\":[],\"dtype\":\"U8\",\"data_offsets\":[4,5],\"extra\":1},"
                          "\"c\":{\"shape\":[2,2],\"dtype\":\"U8\",\"data_offsets\":[0,4]}}   ";
    char        *path = write_claiming(f, strlen(header), header, strlen(header), 5);
    alf_archive *a;
    double       values[4];

    test_ok(f->ctx, alf_archive_open(f->ctx, path, &a));
    assert_int_equal(alf_archive_count(a), 3);
    assert_int_equal(alf_archive_find(a, "b")->count, 0);
    alf_array_read_f64(alf_archive_find(a, "a"), 0, 1, values);
    assert_true(values[0] == 5.0);
    alf_array_read_f64(alf_archive_find(a, "c"), 0, 4, values);
    assert_true(values[0] == 1.0 && values[3] == 4.0);
    alf_archive_destroy(a);
    free(path);
}

/* A file of a million values in lists would take the JSON library 100 MB. */
static void memory_stays_within_the_budget(void **state)
{
    fixture     *f = *state;
    alf_ctx     *small = test_ctx_with_budget(1 << 20);
    size_t       pairs = 400000;
    char        *header = malloc(5 + pairs * 3 + 1), *path;
    alf_archive *a = NULL;

    assert_non_null(header);
    memcpy(header, "{\"x\":", 5);
    for (size_t i = 0; i < pairs; i++) memcpy(header + 5 + i * 3, "[],", 3);
    path = write_claiming(f, 5 + pairs * 3, header, 5 + pairs * 3, 0);
    assert_fails(small, alf_archive_open(small, path, &a), ALF_ERR_MEMORY, "budget", NULL);
    assert_true(alf_ctx_memory_peak(small) <= 1 << 20);
    assert_int_equal(alf_ctx_memory_used(small), 0);
    alf_ctx_destroy(small);
    free(header);
    free(path);
}

static void too_many_tensors_are_refused(void **state)
{
    fixture *f = *state;
    int      count = 70000;
    size_t   room = (size_t)count * 64 + 64, used = 0;
    char    *header = malloc(room);

    assert_non_null(header);
    header[used++] = '{';
    for (int i = count; i > 0; i--)
        used += (size_t)snprintf(header + used, room - used,
                                 "\"%05d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}%c", i,
                                 i > 1 ? ',' : '}');
    refuse_format(f, header, 0, "70000 tensors");
    free(header);
}

/* --- files of another kind --------------------------------------------------------------------------------------------- */

static void refuse_bytes(fixture *f, const char *bytes, size_t size, const char *part)
{
    expect_refused(f, test_write_file(f->folder, "other.pkl", bytes, size), ALF_ERR_FORMAT, part);
}

static void files_of_another_kind_are_recognised(void **state)
{
    fixture *f = *state;

    refuse_bytes(f, "", 0, "empty");
    refuse_bytes(f, "PK\003\004 and more", 13, "zip");
    refuse_bytes(f, "\211PNG\r\n\032\n1234", 12, "PNG");
    refuse_bytes(f, "<!DOCTYPE html><html>", 21, "HTML");
    refuse_bytes(f, "<html><body>Not Found", 21, "HTML");
    refuse_bytes(f, "version https://git-lfs.github.com/spec/v1", 42, "Git LFS");
    refuse_bytes(f, "hello, world", 12, "text");
    refuse_bytes(f, "{\n \"0\":\n{ \"randn\": 1}}", 22, "text");
    refuse_bytes(f, "\0\0\0\0\0\0\0\0\0\0\0\0", 12, "zeros");
    refuse_bytes(f, "\1\2\3\4\5\6\7\1\2\3\4", 11, "unknown");
}

static void what_is_no_file_is_an_error(void **state)
{
    fixture     *f = *state;
    alf_archive *a;

    expect_refused(f, test_path(f->folder, "missing"), ALF_ERR_IO, "No such file");
    expect_refused(f, test_path(f->folder, "."), ALF_ERR_FORMAT, "folder");
    expect_refused(f, test_path("/dev", "zero"), ALF_ERR_FORMAT, "device");
    assert_fails(f->ctx, alf_archive_open(f->ctx, NULL, &a), ALF_ERR_ARGUMENT, "path", NULL);
    assert_fails(f->ctx, alf_archive_open(f->ctx, "x", NULL), ALF_ERR_ARGUMENT, "out", NULL);
    assert_int_equal(alf_archive_open(NULL, "x", &a), ALF_ERR_ARGUMENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_saved_reads_back),
        TEST(the_same_archive_gives_the_same_bytes_in_any_order_of_adding),
        TEST(every_type_reads_as_numbers),
        TEST(every_half_has_its_value),
        TEST(names_are_found_and_sorted),
        TEST(what_cannot_be_added_is_refused),
        TEST(names_that_are_not_utf8_cannot_be_saved),
        TEST(golden_files_open_and_copy),
        TEST(every_truncation_is_an_error),
        TEST(header_lengths_are_not_believed),
        TEST(headers_that_are_not_json_objects_are_refused),
        TEST(tensors_without_a_field_are_refused),
        TEST(types_that_are_not_offered_are_named),
        TEST(impossible_shapes_are_refused),
        TEST(offsets_outside_the_data_are_refused),
        TEST(overlaps_and_holes_are_refused),
        TEST(metadata_must_be_texts),
        TEST(deep_nesting_is_refused),
        TEST(valid_oddities_are_read),
        TEST(memory_stays_within_the_budget),
        TEST(too_many_tensors_are_refused),
        TEST(files_of_another_kind_are_recognised),
        TEST(what_is_no_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
