/* Finished parts are found again, if they were made with the same settings and are whole. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "report/parts.h"

/* Keeps {"value": value} as part `name`. */
static void store(const file_fixture *f, const char *name, const json_t *settings, double value)
{
    json_t *result = json_pack("{s:f}", "value", value);
    test_ok(f->ctx, alf_part_store(f->ctx, f->folder, name, settings, result));
    json_decref(result);
}

/* Its value; NaN when it is not there. */
static double found(const file_fixture *f, const char *name, const json_t *settings)
{
    json_t *result = NULL;
    test_ok(f->ctx, alf_part_find(f->ctx, f->folder, name, settings, &result));
    double value = result ? json_real_value(json_object_get(result, "value")) : NAN;
    json_decref(result);
    return value;
}

static void a_part_is_found_with_its_settings_alone(void **state)
{
    const file_fixture *f = *state;
    json_t             *settings = json_pack("{s:f, s:i, s:[s]}", "shift", 0.1, "samples", 8, "networks", "T");
    json_t             *other = json_deep_copy(settings);
    json_object_set_new(other, "samples", json_integer(9));
    assert_true(isnan(found(f, "eq-T_1.a", settings)));
    store(f, "eq-T_1.a", settings, 1.0 / 3);
    assert_true(found(f, "eq-T_1.a", settings) == 1.0 / 3);
    assert_true(isnan(found(f, "eq-T_1.a", other)));
    assert_true(isnan(found(f, "another", settings)));
    store(f, "eq-T_1.a", other, 5);
    assert_true(found(f, "eq-T_1.a", other) == 5);
    assert_true(isnan(found(f, "eq-T_1.a", settings)));
    json_decref(settings);
    json_decref(other);
}

static void a_damaged_part_is_as_if_it_were_not_there(void **state)
{
    const file_fixture *f = *state;
    json_t             *settings = json_object();
    store(f, "part", settings, 2);
    char  *path = test_path(f->folder, "parts/part.json");
    size_t size;
    char  *text = test_read_file(path, &size);
    for (size_t length = 0; length + 2 < size; length += 7) { /* the last two are the brace and the line end */
        test_ok(f->ctx, alf_data_write(f->ctx, path, length, text));
        assert_true(isnan(found(f, "part", settings)));
    }
    test_ok(f->ctx, alf_text_write(f->ctx, path, "[1, 2]"));
    assert_true(isnan(found(f, "part", settings)));
    test_ok(f->ctx, alf_text_write(f->ctx, path, text));
    assert_true(found(f, "part", settings) == 2);
    free(text);
    free(path);
    json_decref(settings);
}

static void parts_of_another_version_are_made_anew(void **state)
{
    const file_fixture *f = *state;
    json_t             *settings = json_object();
    store(f, "part", settings, 2);
    char   *path = test_path(f->folder, "parts/part.json");
    json_t *part = json_load_file(path, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(part, "version")), alf_version());
    json_object_set_new(part, "version", json_string("0.0.0"));
    assert_int_equal(json_dump_file(part, path, 0), 0);
    assert_true(isnan(found(f, "part", settings)));
    json_decref(part);
    json_decref(settings);
    free(path);
}

static void names_lead_nowhere_else(void **state)
{
    static const char *const names[] = {"", ".", "..", "../part", "/part", "a/b", ".part", "a\nb", "a b", "\xc3\xa4"};
    const file_fixture      *f = *state;
    json_t                  *settings = json_object(), *result = json_object(), *out = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_fails(f->ctx, alf_part_store(f->ctx, f->folder, names[i], settings, result), ALF_ERR_ARGUMENT, "a part",
                     "letters");
        assert_fails(f->ctx, alf_part_find(f->ctx, f->folder, names[i], settings, &out), ALF_ERR_ARGUMENT, "a part",
                     NULL);
    }
    assert_int_equal(test_count_files(f->folder), 0);
    json_decref(settings);
    json_decref(result);
}

static void nothing_but_whole_parts_is_left_behind(void **state)
{
    const file_fixture *f = *state;
    json_t             *settings = json_object();
    store(f, "one", settings, 1);
    store(f, "two", settings, 2);
    store(f, "one", settings, 3);
    char *folder = test_path(f->folder, "parts");
    assert_int_equal(test_count_files(folder), 2);
    assert_int_equal(test_count_files(f->folder), 1);
    free(folder);
    json_decref(settings);
}

static void a_part_that_cannot_be_stored_says_where(void **state)
{
    const file_fixture *f = *state;
    json_t             *settings = json_object();
    char               *path = test_write_file(f->folder, "parts", "a file", 6);
    assert_fails(f->ctx, alf_part_store(f->ctx, f->folder, "part", settings, settings), ALF_ERR_IO, path, NULL);
    assert_fails(f->ctx, alf_part_store(f->ctx, f->folder, "part", settings, NULL), ALF_ERR_MEMORY, NULL, NULL);
    json_decref(settings);
    free(path);
}

static void numbers_come_back_to_the_bit(void **state)
{
    const double        values[] = {1.0 / 3, -0.0, 5e-324, 1.7976931348623157e308, NAN, INFINITY, -INFINITY, 64};
    const file_fixture *f = *state;
    enum { COUNT = sizeof values / sizeof values[0] };
    double  back[COUNT];
    json_t *settings = json_object(), *out = NULL;
    json_t *result = json_pack("{s:o, s:s}", "values", alf_part_numbers(COUNT, values), "text", "no numbers");
    test_ok(f->ctx, alf_part_store(f->ctx, f->folder, "part", settings, result));
    test_ok(f->ctx, alf_part_find(f->ctx, f->folder, "part", settings, &out));
    assert_non_null(out);
    test_ok(f->ctx, alf_part_read(f->ctx, out, "values", COUNT, back));
    for (int i = 0; i < COUNT; i++) assert_true(isnan(values[i]) ? isnan(back[i]) : back[i] == values[i]);
    assert_fails(f->ctx, alf_part_read(f->ctx, out, "values", COUNT - 1, back), ALF_ERR_FORMAT, "'values'",
                 "7 numbers");
    assert_fails(f->ctx, alf_part_read(f->ctx, out, "text", COUNT, back), ALF_ERR_FORMAT, "'text'", NULL);
    assert_fails(f->ctx, alf_part_read(f->ctx, out, "missing", 0, back), ALF_ERR_FORMAT, "'missing'", NULL);
    json_array_set_new(json_object_get(out, "values"), 2, json_string("two"));
    assert_fails(f->ctx, alf_part_read(f->ctx, out, "values", COUNT, back), ALF_ERR_FORMAT, "'values'", "else");
    json_decref(out);
    json_decref(result);
    json_decref(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(a_part_is_found_with_its_settings_alone),
        FILE_TEST(a_damaged_part_is_as_if_it_were_not_there),
        FILE_TEST(parts_of_another_version_are_made_anew),
        FILE_TEST(names_lead_nowhere_else),
        FILE_TEST(nothing_but_whole_parts_is_left_behind),
        FILE_TEST(a_part_that_cannot_be_stored_says_where),
        FILE_TEST(numbers_come_back_to_the_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
