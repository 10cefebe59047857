/* NumPy's .npz: what is written reads back, by name; damage and false claims are found. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/archive.h"
#include "aliasfree/files.h"
#include "data_sets.h"

static const int64_t two_by_three[2] = {2, 3};
static const double  six[6] = {1.5, -2, 3, 1e300, 0, -6};

/* The path of an archive with the matrix `a` and the whole number `size`; the caller frees. */
static char *write_two(file_fixture *f)
{
    const int64_t       size = 1LL << 40;
    const alf_npz_array arrays[2] = {{"a", ALF_F64, 2, two_by_three, six}, {"size", ALF_I64, 0, NULL, &size}};
    char               *path = test_path(f->folder, "x.npz");

    test_ok(f->ctx, alf_npz_write(f->ctx, path, 2, arrays));
    return path;
}

static void refuse_in(alf_ctx *ctx, const char *path, const char *name, alf_status expected, const char *part)
{
    int     ndim = 77;
    int64_t shape[ALF_MAX_DIMS] = {88};
    double *values = NULL;

    assert_fails(ctx, alf_npz_read(ctx, path, name, &ndim, shape, &values), expected, path, part);
    assert_null(values); /* a failed read leaves its outputs alone */
    assert_int_equal(ndim, 77);
    assert_int_equal(shape[0], 88);
}

static void arrays_read_back_by_name(void **state)
{
    file_fixture *f = *state;
    char         *path = write_two(f);
    int           ndim;
    int64_t       shape[ALF_MAX_DIMS];
    double       *values;

    test_ok(f->ctx, alf_npz_read(f->ctx, path, "a", &ndim, shape, &values));
    assert_int_equal(ndim, 2);
    assert_true(shape[0] == 2 && shape[1] == 3);
    assert_memory_equal(values, six, sizeof six);
    alf_free_data(values);
    test_ok(f->ctx, alf_npz_read(f->ctx, path, "size", &ndim, shape, &values));
    assert_int_equal(ndim, 0);
    assert_true(values[0] == 0x1p40);
    alf_free_data(values);
    refuse_in(f->ctx, path, "b", ALF_ERR_FORMAT, "no array 'b' among its 2 entries");
    assert_int_equal(test_count_files(f->folder), 1);
    free(path);
}

static void the_same_arrays_give_the_same_bytes(void **state)
{
    file_fixture *f = *state;
    char         *path = write_two(f), *first, *second;
    size_t        sizes[2];

    first = test_read_file(path, &sizes[0]);
    free(path);
    path = write_two(f);
    second = test_read_file(path, &sizes[1]);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(first, second, sizes[0]);
    free(first);
    free(second);
    free(path);
}

static void what_cannot_be_written_leaves_what_was_there(void **state)
{
    file_fixture       *f = *state;
    char               *path = write_two(f), *nowhere = test_path(f->folder, "missing/x.npz");
    const alf_npz_array good = {"a", ALF_F64, 2, two_by_three, six};
    const alf_npz_array twins[2] = {good, good};
    const char *const   names[] = {NULL, "", ".a", "a/b", "a\n"};
    alf_npz_array       bad = good;
    size_t              sizes[2];
    char               *before = test_read_file(path, &sizes[0]), *after;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bad.name = names[i];
        assert_fails(f->ctx, alf_npz_write(f->ctx, path, 1, &bad), ALF_ERR_ARGUMENT, path, "no name for an array");
    }
    bad = good;
    bad.data = NULL;
    assert_fails(f->ctx, alf_npz_write(f->ctx, path, 1, &bad), ALF_ERR_ARGUMENT, "a.npy", NULL);
    bad = good;
    bad.dtype = ALF_BF16;
    assert_fails(f->ctx, alf_npz_write(f->ctx, path, 1, &bad), ALF_ERR_UNSUPPORTED, "a.npy", NULL);
    assert_fails(f->ctx, alf_npz_write(f->ctx, path, 2, twins), ALF_ERR_IO, path, NULL);
    assert_fails(f->ctx, alf_npz_write(f->ctx, nowhere, 1, &good), ALF_ERR_IO, nowhere, "No such file");
    assert_fails(f->ctx, alf_npz_write(f->ctx, f->folder, 1, &good), ALF_ERR_IO, f->folder, "no file");
    assert_fails(f->ctx, alf_npz_write(f->ctx, path, 0, &good), ALF_ERR_ARGUMENT, NULL, NULL);
    after = test_read_file(path, &sizes[1]);
    assert_true(sizes[0] == sizes[1] && memcmp(before, after, sizes[0]) == 0);
    assert_int_equal(test_count_files(f->folder), 1);
    free(before);
    free(after);
    free(nowhere);
    free(path);
}

/* --- archives of others ------------------------------------------------------------------------------------------------- */

#define LITERAL "{'descr': '|u1', 'fortran_order': False, 'shape': (%d,), }"

/* A .npy of `claimed` bytes that has `count` zeros; the caller frees. */
static uint8_t *make_npy(int claimed, size_t count, size_t *size)
{
    char     literal[128];
    size_t   length = (size_t)snprintf(literal, sizeof literal, LITERAL, claimed);
    uint8_t *bytes = calloc(10 + length + count, 1);

    assert_non_null(bytes);
    memcpy(bytes, "\223NUMPY\001\000", 8);
    bytes[8] = (uint8_t)length;
    memcpy(bytes + 10, literal, length);
    *size = 10 + length + count;
    return bytes;
}

/* x.npz with one member of these bytes; the caller frees its path. */
static char *put_member(const file_fixture *f, const char *name, const void *bytes, size_t size, bool deflate)
{
    char            *path = test_path(f->folder, "x.npz");
    const test_entry entry = {name, bytes, size};

    (void)remove(path);
    test_zip(path, 1, &entry, deflate);
    return path;
}

static void deflated_members_are_read(void **state)
{
    file_fixture *f = *state;
    size_t        size;
    uint8_t      *bytes = make_npy(1000, 1000, &size);
    char         *path;
    int           ndim;
    int64_t       shape[ALF_MAX_DIMS];
    double       *values;

    bytes[size - 1] = 7;
    path = put_member(f, "a.npy", bytes, size, true);
    test_ok(f->ctx, alf_npz_read(f->ctx, path, "a", &ndim, shape, &values));
    assert_true(ndim == 1 && shape[0] == 1000 && values[999] == 7);
    alf_free_data(values);
    free(bytes);
    free(path);
}

static void members_that_are_no_arrays_are_named(void **state)
{
    file_fixture *f = *state;
    char         *path = put_member(f, "a.npy", "GIF89a...", 9, false);
    size_t        size;
    uint8_t      *bytes;

    refuse_in(f->ctx, path, "a", ALF_ERR_FORMAT, "x.npz:a.npy");
    free(path);
    bytes = make_npy(1000, 10, &size);
    path = put_member(f, "a.npy", bytes, size, false);
    refuse_in(f->ctx, path, "a", ALF_ERR_FORMAT, "10 bytes of data, expected 1000");
    free(bytes);
    free(path);
}

static void a_bomb_is_refused_before_it_is_unpacked(void **state)
{
    file_fixture *f = *state;
    alf_ctx      *small = test_ctx_with_budget(1 << 20); /* far less than it claims */
    size_t        size;
    uint8_t      *bytes = make_npy(8 << 20, 8 << 20, &size);
    char         *path = put_member(f, "a.npy", bytes, size, true);

    refuse_in(small, path, "a", ALF_ERR_UNSUPPORTED, "would unpack to");
    alf_ctx_destroy(small);
    free(bytes);
    free(path);
}

/* Whatever is cut off, or changed in one byte, is an error or the same array. */
static void damage_is_found(void **state)
{
    file_fixture *f = *state;
    char         *path = write_two(f);
    size_t        size;
    char         *bytes = test_read_file(path, &size);
    int           ndim, refused = 0;
    int64_t       shape[ALF_MAX_DIMS];
    double       *values;

    for (size_t cut = 0; cut < size; cut += 7) {
        char *damaged = test_write_file(f->folder, "cut.npz", bytes, cut);
        assert_int_not_equal(alf_npz_read(f->ctx, damaged, "a", &ndim, shape, &values), ALF_OK);
        alf_ctx_clear_error(f->ctx);
        free(damaged);
    }
    for (size_t at = 0; at < size; at++) {
        char *damaged;
        bytes[at] ^= 0x55;
        damaged = test_write_file(f->folder, "changed.npz", bytes, size);
        bytes[at] ^= 0x55;
        if (alf_npz_read(f->ctx, damaged, "a", &ndim, shape, &values) == ALF_OK) {
            assert_true(ndim == 2 && shape[0] == 2 && shape[1] == 3 && memcmp(values, six, sizeof six) == 0);
            alf_free_data(values);
        } else {
            refused++;
            alf_ctx_clear_error(f->ctx);
        }
        free(damaged);
    }
    assert_true(refused > 48 + 60); /* all of the data and its header */
    free(bytes);
    free(path);
}

static void other_files_are_recognised(void **state)
{
    file_fixture *f = *state;
    char         *path = test_path(f->folder, "a.npy"), *missing = test_path(f->folder, "missing.npz");

    test_ok(f->ctx, alf_npy_write(f->ctx, path, ALF_F64, 2, two_by_three, six));
    refuse_in(f->ctx, path, "a", ALF_ERR_FORMAT, "expected a NumPy .npz archive");
    refuse_in(f->ctx, missing, "a", ALF_ERR_IO, "No such file");
    refuse_in(f->ctx, f->folder, "a", ALF_ERR_FORMAT, "folder");
    free(path);
    free(missing);
}

static void memory_stays_within_the_budget(void **state)
{
    file_fixture       *f = *state;
    alf_ctx            *small = test_ctx_with_budget(1 << 16);
    uint8_t            *bytes = calloc(1 << 20, 1);
    const alf_npz_array array = {"a", ALF_U8, 1, (int64_t[]){1 << 20}, bytes};
    char               *path = test_path(f->folder, "x.npz");
    int                 ndim;
    int64_t             shape[ALF_MAX_DIMS];
    double             *values = NULL;

    assert_non_null(bytes);
    assert_fails(small, alf_npz_write(small, path, 1, &array), ALF_ERR_MEMORY, "budget", NULL);
    assert_int_equal(test_count_files(f->folder), 0);
    test_ok(f->ctx, alf_npz_write(f->ctx, path, 1, &array));
    assert_fails(small, alf_npz_read(small, path, "a", &ndim, shape, &values), ALF_ERR_MEMORY, "budget", NULL);
    assert_null(values);
    alf_ctx_destroy(small);
    free(bytes);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(arrays_read_back_by_name),
        FILE_TEST(the_same_arrays_give_the_same_bytes),
        FILE_TEST(what_cannot_be_written_leaves_what_was_there),
        FILE_TEST(deflated_members_are_read),
        FILE_TEST(members_that_are_no_arrays_are_named),
        FILE_TEST(a_bomb_is_refused_before_it_is_unpacked),
        FILE_TEST(damage_is_found),
        FILE_TEST(other_files_are_recognised),
        FILE_TEST(memory_stays_within_the_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
