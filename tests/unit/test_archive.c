/* Archives: what is saved reads back, every type reads as numbers, the golden files open. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/archive.h"
#include "files.h"

/* --- round trips ------------------------------------------------------------------------------------------------------ */

static alf_archive *make_example(file_fixture *f)
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
    file_fixture *f = *state;
    char         *path = test_path(f->folder, "example.safetensors");
    alf_archive  *a = make_example(f), *b;

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
    file_fixture *f = *state;
    char         *first = test_path(f->folder, "a"), *second = test_path(f->folder, "b"), *one, *two;
    alf_archive  *a = make_example(f), *b;
    size_t        size, other;

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
    file_fixture *f = *state;
    alf_archive  *a = make_example(f);
    double        d[6];
    float         s[6];

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
    file_fixture *f = *state;
    uint16_t      bits[] = {0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0x7c00, 0xfc00};
    double        values[9];
    const double  expected[9] = {0.0, -0.0, 0x1p-24, 1023 * 0x1p-24, 0x1p-14, 0x1.554p-2, 65504.0, INFINITY, -INFINITY};
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
    file_fixture *f = *state;
    alf_archive  *a = make_example(f);

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
    file_fixture *f = *state;
    alf_archive  *a = make_example(f);
    int64_t       count = alf_archive_count(a);
    float         x = 1.0f;

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
    file_fixture *f = *state;
    char         *path = test_path(f->folder, "x");
    alf_archive  *a = make_example(f);

    test_ok(f->ctx, alf_archive_add(a, "bad \xff name", ALF_U8, 0, NULL, "x"));
    assert_fails(f->ctx, alf_archive_save(a, path), ALF_ERR_FORMAT, path, "UTF-8");
    assert_int_equal(test_count_files(f->folder), 0);
    alf_archive_destroy(a);
    free(path);
}

/* --- golden files ----------------------------------------------------------------------------------------------------- */

static void open_golden(golden_report *report, void *user)
{
    file_fixture *f = user;
    char         *path = test_path(f->folder, "copy.safetensors");
    alf_archive  *a, *b;

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_is_saved_reads_back),
        FILE_TEST(the_same_archive_gives_the_same_bytes_in_any_order_of_adding),
        FILE_TEST(every_type_reads_as_numbers),
        FILE_TEST(every_half_has_its_value),
        FILE_TEST(names_are_found_and_sorted),
        FILE_TEST(what_cannot_be_added_is_refused),
        FILE_TEST(names_that_are_not_utf8_cannot_be_saved),
        FILE_TEST(golden_files_open_and_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
