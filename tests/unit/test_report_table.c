/* Tables: what people, spreadsheets and programs read is what was put in. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "report/table.h"
#include "report/values.h"

static const alf_table_column columns[] = {{.name = "network", .key = "network"},
                                           {.name = "EQ-T", .key = "eqt_db", .digits = 2},
                                           {.name = "n", .key = "count"}};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static alf_table *made(alf_ctx *ctx, int rows, const alf_table_cell cells[][COLUMNS])
{
    alf_table *table = NULL;
    test_ok(ctx, alf_table_create(ctx, COLUMNS, columns, &table));
    for (int i = 0; i < rows; i++) test_ok(ctx, alf_table_add(ctx, table, cells[i]));
    return table;
}

/* The file that a writer made of the table. */
static char *written(const file_fixture *f, const alf_table *table,
                     alf_status (*write)(alf_ctx *, const alf_table *, const char *))
{
    char *path = test_path(f->folder, "table");
    test_ok(f->ctx, write(f->ctx, table, path));
    char *text = test_read_file(path, NULL);
    free(path);
    return text;
}

static void numbers_are_as_short_as_reads_back(void **state)
{
    static const double values[] = {0,         0.1,     1.0 / 3, -2.5e-300,   64,     1e22,
                                    123456789, DBL_MAX, DBL_MIN, DBL_EPSILON, 5e-324, -0.0};
    char                text[ALF_NUMBER_ROOM];
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        assert_true(strtod(alf_number_exact(values[i], text), NULL) == values[i]);
    assert_string_equal(alf_number_exact(0.1, text), "0.1");
    assert_string_equal(alf_number_exact(64, text), "64");
    assert_string_equal(alf_number_exact(123456789, text), "123456789");
    assert_string_equal(alf_number_exact(NAN, text), "");
    assert_string_equal(alf_number_exact(-INFINITY, text), "-inf");
    assert_string_equal(alf_number_fixed(2.0 / 3, 3, text), "0.667");
    assert_string_equal(alf_number_fixed(NAN, 3, text), "-");
    assert_string_equal(alf_number_fixed(DBL_MAX, 99, text), "1.797693134862316e+308");
}

static void numbers_have_a_point_in_any_locale(void **state)
{
    const char *foreign = setlocale(LC_ALL, "de_DE.UTF-8"); /* if it is installed */
    char        text[ALF_NUMBER_ROOM];
    (void)state;
    if (!foreign) foreign = setlocale(LC_ALL, "de_DE");
    if (!foreign) print_message("no locale with a decimal comma is installed: tested in this one\n");
    assert_string_equal(alf_number_exact(-0.25, text), "-0.25");
    assert_string_equal(alf_number_fixed(0.25, 1, text), "0.2");
    setlocale(LC_ALL, "C");
}

static void spreadsheets_get_all_digits_and_quotes_where_needed(void **state)
{
    const file_fixture  *f = *state;
    const alf_table_cell cells[][COLUMNS] = {{{.text = "a, \"b\"\nc"}, {.number = 1.0 / 3}, {.number = 4}},
                                             {{.text = ""}, {.number = NAN}, {.number = INFINITY}}};
    alf_table           *table = made(f->ctx, 2, cells);
    char                *csv = written(f, table, alf_table_write_csv);
    assert_string_equal(csv, "network,eqt_db,count\n\"a, \"\"b\"\"\nc\",0.3333333333333333,4\n\"\",,inf\n");
    free(csv);
    alf_table_destroy(table);
}

static void programs_get_an_object_for_each_row(void **state)
{
    const file_fixture  *f = *state;
    const alf_table_cell cells[][COLUMNS] = {{{.text = "caf\xe9"}, {.number = 0.1}, {.number = 4}}, /* not UTF-8 */
                                             {{.text = "T"}, {.number = NAN}, {.number = -INFINITY}}};
    alf_table           *table = made(f->ctx, 2, cells);
    char                *text = written(f, table, alf_table_write_json);
    json_t              *json = json_loads(text, 0, NULL), *row = json_array_get(json, 0);
    assert_int_equal(json_array_size(json), 2);
    assert_string_equal(json_string_value(json_object_get(row, "network")), "caf\xef\xbf\xbd");
    assert_true(json_real_value(json_object_get(row, "eqt_db")) == 0.1);
    row = json_array_get(json, 1);
    assert_true(json_is_null(json_object_get(row, "eqt_db")));
    assert_string_equal(json_string_value(json_object_get(row, "count")), "-inf");
    json_decref(json);
    free(text);
    alf_table_destroy(table);
}

static void markdown_stays_in_its_cells(void **state)
{
    const file_fixture  *f = *state;
    const alf_table_cell cells[][COLUMNS] = {{{.text = "a|b\nc"}, {.number = 12.345}, {.number = 4}},
                                             {{.text = "T"}, {.number = NAN}, {.text = "none"}}};
    alf_table           *table = made(f->ctx, 2, cells);
    char                *markdown;
    test_ok(f->ctx, alf_table_markdown(f->ctx, table, &markdown));
    assert_string_equal(markdown, "| network | EQ-T | n |\n| :--- | ---: | :--- |\n| a\\|b c | 12.35 | 4 |\n"
                                  "| T | - | none |\n");
    free(markdown);
    alf_table_destroy(table);
}

static void columns_stand_under_each_other_on_a_terminal(void **state)
{
    const file_fixture  *f = *state;
    const alf_table_cell cells[][COLUMNS] = {{{.text = "stylegan3-t"}, {.number = 63.01}, {.number = 4}},
                                             {{.text = "\xc3\xa4\033"}, {.number = -1}, {.number = 100}}};
    alf_table           *table = made(f->ctx, 2, cells);
    char                *text = NULL;
    size_t               size;
    FILE                *to = open_memstream(&text, &size);
    assert_non_null(to);
    alf_table_print(table, to);
    fclose(to);
    assert_string_equal(text, "network       EQ-T    n\n"
                              "stylegan3-t  63.01    4\n"
                              "\xc3\xa4?           -1.00  100\n");
    free(text);
    alf_table_destroy(table);
}

static void a_table_without_rows_has_its_head(void **state)
{
    const file_fixture *f = *state;
    alf_table          *table = made(f->ctx, 0, NULL);
    char               *csv = written(f, table, alf_table_write_csv), *json = written(f, table, alf_table_write_json);
    assert_string_equal(csv, "network,eqt_db,count\n");
    assert_string_equal(json, "[]\n");
    free(csv);
    free(json);
    alf_table_destroy(table);
    assert_fails(f->ctx, alf_table_create(f->ctx, 0, columns, &table), ALF_ERR_ARGUMENT, "0 columns", NULL);
    alf_table_destroy(NULL);
}

static void many_rows_keep_their_order(void **state)
{
    const file_fixture *f = *state;
    alf_table          *table = made(f->ctx, 0, NULL);
    enum { ROWS = 1000 };
    for (int i = 0; i < ROWS; i++)
        test_ok(f->ctx, alf_table_add(f->ctx, table, (alf_table_cell[]){{.text = "x"}, {.number = i}, {.number = -i}}));
    char *csv = written(f, table, alf_table_write_csv), *line = csv;
    for (int i = 0; i < ROWS; i++) {
        char expected[64];
        line = strchr(line, '\n') + 1;
        snprintf(expected, sizeof expected, "x,%d,%d\n", i, -i);
        if (i == 0) snprintf(expected, sizeof expected, "x,0,0\n");
        assert_memory_equal(line, expected, strlen(expected));
    }
    free(csv);
    alf_table_destroy(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_as_short_as_reads_back),
        cmocka_unit_test(numbers_have_a_point_in_any_locale),
        FILE_TEST(spreadsheets_get_all_digits_and_quotes_where_needed),
        FILE_TEST(programs_get_an_object_for_each_row),
        FILE_TEST(markdown_stays_in_its_cells),
        FILE_TEST(columns_stand_under_each_other_on_a_terminal),
        FILE_TEST(a_table_without_rows_has_its_head),
        FILE_TEST(many_rows_keep_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
