/* Archives: nothing in a hostile file is believed, and every refusal says what is wrong with which file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/archive.h"
#include "files.h"

/* --- making files ---------------------------------------------------------------------------------------------------- */

/* A safetensors file of a header and `data_size` bytes counting up; the header's length may be claimed wrongly. */
static char *write_claiming(file_fixture *f, uint64_t claimed, const void *header, size_t header_size, size_t data_size)
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

static void expect_refused(file_fixture *f, char *path, alf_status expected, const char *part)
{
    alf_archive *archive = (alf_archive *)f; /* a failed open leaves its output alone */
    alf_status   status = alf_archive_open(f->ctx, path, &archive);

    assert_fails(f->ctx, status, expected, path, part);
    assert_ptr_equal(archive, f);
    free(path);
}

static void refuse(file_fixture *f, const char *header, size_t data_size, alf_status expected, const char *part)
{
    expect_refused(f, write_claiming(f, strlen(header), header, strlen(header), data_size), expected, part);
}

static void refuse_format(file_fixture *f, const char *header, size_t data_size, const char *part)
{
    refuse(f, header, data_size, ALF_ERR_FORMAT, part);
}

/* --- hostile files ---------------------------------------------------------------------------------------------------- */

#define ONE(dtype, shape, offsets) "{\"x\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"
#define TWO(first, second)                                                                                             \
    "{\"x\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" first "},"                                              \
    "\"y\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":" second "}}"

static void every_truncation_is_an_error(void **state)
{
    file_fixture *f = *state;
    char         *path = test_path(f->folder, "whole"), *bytes;
    alf_archive  *a;
    size_t        size;

    test_ok(f->ctx, alf_archive_create(f->ctx, &a));
    test_ok(f->ctx, alf_archive_add(a, "x", ALF_F32, 2, (int64_t[]){2, 3}, (float[6]){1, 2, 3}));
    test_ok(f->ctx, alf_archive_add(a, "y", ALF_U8, 1, (int64_t[]){5}, "12345"));
    test_ok(f->ctx, alf_archive_set_meta(a, "key", "value"));
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
    file_fixture *f = *state;
    const char   *header = ONE("U8", "[4]", "[0,4]");
    size_t        size = strlen(header);

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
    file_fixture *f = *state;

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
    file_fixture *f = *state;

    refuse_format(f, "{\"x\":{\"shape\":[0],\"data_offsets\":[0,0]}}", 0, "\"dtype\"");
    refuse_format(f, "{\"x\":{\"dtype\":\"U8\",\"data_offsets\":[0,0]}}", 0, "\"shape\"");
    refuse_format(f, "{\"x\":{\"dtype\":\"U8\",\"shape\":[0]}}", 0, "\"data_offsets\"");
    refuse_format(f, "{\"x\":{\"dtype\":8,\"shape\":[0],\"data_offsets\":[0,0]}}", 0, "\"dtype\"");
}

static void types_that_are_not_offered_are_named(void **state)
{
    file_fixture *f = *state;

    refuse(f, ONE("U16", "[2]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"U16\"");
    refuse(f, ONE("I16", "[2]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"I16\"");
    refuse(f, ONE("U32", "[1]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"U32\"");
    refuse(f, ONE("F8_E4M3", "[4]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"F8_E4M3\"");
    refuse(f, ONE("f32", "[1]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"f32\"");
}

static void impossible_shapes_are_refused(void **state)
{
    file_fixture *f = *state;

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
    file_fixture *f = *state;

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
    file_fixture *f = *state;

    refuse_format(f, TWO("[0,4]", "[0,4]"), 4, "overlaps");
    refuse_format(f, TWO("[0,4]", "[2,6]"), 6, "overlaps");
    refuse_format(f, TWO("[0,4]", "[5,9]"), 9, "bytes 4 to 5");
    refuse_format(f, TWO("[1,5]", "[5,9]"), 9, "bytes 0 to 1");
    refuse_format(f, TWO("[0,4]", "[4,8]"), 10, "2 bytes follow");
    refuse_format(f, "{}", 1, "1 bytes follow");
}

static void metadata_must_be_texts(void **state)
{
    file_fixture *f = *state;

    refuse_format(f, "{\"__metadata__\":[]}", 0, "__metadata__");
    refuse_format(f, "{\"__metadata__\":{\"a\":1}}", 0, "'a'");
    refuse_format(f, "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}", 0, "'a'");
    refuse_format(f, "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "duplicate");
}

/* Nothing that a terminal would obey gets into names or messages; other letters are fine. */
static void control_characters_in_names_are_refused_and_escaped(void **state)
{
    static const char *const written[] = {"\\u001b[31m", "\\n", "\\u007f", "\\u009b2J", "\\u0001"};
    static const char *const shown[] = {"'x\\x1b[31m'", "'x\\x0a'", "'x\\x7f'", "'x\\xc2\\x9b2J'", "'x\\x01'"};
    file_fixture            *f = *state;
    alf_archive             *archive;
    char                     header[256], *path;

    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        snprintf(header, sizeof header, "{\"x%s\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
                 written[i]);
        refuse_format(f, header, 4, shown[i]);
        snprintf(header, sizeof header, "{\"x%s\":5}", written[i]);
        refuse_format(f, header, 0, shown[i]);
        snprintf(header, sizeof header, "{\"__metadata__\":{\"x%s\":\"\"}}", written[i]);
        refuse_format(f, header, 0, shown[i]);
    }
    refuse(f, ONE("U\\u001b9", "[4]", "[0,4]"), 4, ALF_ERR_UNSUPPORTED, "\"U\\x1b9\"");
    refuse_format(f, "{\033[31m}", 0, "\\x1b");
    strcpy(header, "{\"__metadata__\":{\"\xc3\xa9\\u00a0\":\"a\\nb\"}}");
    path = write_claiming(f, strlen(header), header, strlen(header), 0);
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &archive));
    assert_string_equal(alf_archive_meta(archive, "\xc3\xa9\xc2\xa0"), "a\nb");
    assert_fails(f->ctx, alf_archive_set_meta(archive, "a\033b", ""), ALF_ERR_ARGUMENT, "'a\\x1bb'", NULL);
    assert_fails(f->ctx, alf_archive_add(archive, "a\tb", ALF_U8, 0, NULL, "x"), ALF_ERR_ARGUMENT, "'a\\x09b'", NULL);
    alf_archive_destroy(archive);
    free(path);
}

static void long_names_are_cut_in_messages(void **state)
{
    file_fixture *f = *state;
    char          name[4001];
    alf_archive  *archive;

    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    memset(name, '\n', 4000);
    name[4000] = '\0';
    assert_fails(f->ctx, alf_archive_set_meta(archive, name, ""), ALF_ERR_ARGUMENT, "\\x0a...'", NULL);
    alf_archive_destroy(archive);
}

static void deep_nesting_is_refused(void **state)
{
    file_fixture *f = *state;
    size_t        depth = 1000000;
    char         *header = malloc(depth + 6);

    assert_non_null(header);
    memcpy(header, "{\"x\":", 5);
    memset(header + 5, '[', depth);
    header[depth + 5] = '\0';
    refuse_format(f, header, 0, "JSON");
    free(header);
}

static void valid_oddities_are_read(void **state)
{
    file_fixture *f = *state;
    const char   *header = "{\"b\":{\"shape\":[0],\"dtype\":\"F32\",\"data_offsets\":[4,4]},"
                           "\"a\":{\"shape\":[],\"dtype\":\"U8\",\"data_offsets\":[4,5],\"extra\":1},"
                           "\"c\":{\"shape\":[2,2],\"dtype\":\"U8\",\"data_offsets\":[0,4]}}   ";
    char         *path = write_claiming(f, strlen(header), header, strlen(header), 5);
    alf_archive  *a;
    double        values[4];

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
    file_fixture *f = *state;
    alf_ctx      *small = test_ctx_with_budget(1 << 20);
    size_t        pairs = 400000;
    char         *header = malloc(5 + pairs * 3 + 1), *path;
    alf_archive  *a = NULL;

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
    file_fixture *f = *state;
    int           count = 70000;
    size_t        room = (size_t)count * 64 + 64, used = 0;
    char         *header = malloc(room);

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

static void refuse_bytes(file_fixture *f, const char *bytes, size_t size, const char *part)
{
    expect_refused(f, test_write_file(f->folder, "other.pkl", bytes, size), ALF_ERR_FORMAT, part);
}

static void files_of_another_kind_are_recognised(void **state)
{
    file_fixture *f = *state;

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
    file_fixture *f = *state;
    alf_archive  *a;

    expect_refused(f, test_path(f->folder, "missing"), ALF_ERR_IO, "No such file");
    expect_refused(f, test_path(f->folder, "."), ALF_ERR_FORMAT, "folder");
    expect_refused(f, test_path("/dev", "zero"), ALF_ERR_FORMAT, "device");
    assert_fails(f->ctx, alf_archive_open(f->ctx, NULL, &a), ALF_ERR_ARGUMENT, "path", NULL);
    assert_fails(f->ctx, alf_archive_open(f->ctx, "x", NULL), ALF_ERR_ARGUMENT, "out", NULL);
    assert_int_equal(alf_archive_open(NULL, "x", &a), ALF_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(every_truncation_is_an_error),
        FILE_TEST(header_lengths_are_not_believed),
        FILE_TEST(headers_that_are_not_json_objects_are_refused),
        FILE_TEST(tensors_without_a_field_are_refused),
        FILE_TEST(types_that_are_not_offered_are_named),
        FILE_TEST(impossible_shapes_are_refused),
        FILE_TEST(offsets_outside_the_data_are_refused),
        FILE_TEST(overlaps_and_holes_are_refused),
        FILE_TEST(metadata_must_be_texts),
        FILE_TEST(control_characters_in_names_are_refused_and_escaped),
        FILE_TEST(long_names_are_cut_in_messages),
        FILE_TEST(deep_nesting_is_refused),
        FILE_TEST(valid_oddities_are_read),
        FILE_TEST(memory_stays_within_the_budget),
        FILE_TEST(too_many_tensors_are_refused),
        FILE_TEST(files_of_another_kind_are_recognised),
        FILE_TEST(what_is_no_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
