/* Notebooks: what nbformat 4.5 asks for, with all that was put in, and nothing of when and where. */
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "report/base64.h"
#include "report/notebook.h"

static void bytes_become_letters_as_the_standard_shows(void **state)
{
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    char                    *text;
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        text = alf_base64(pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(text, pairs[i][1]);
        free(text);
    }
    text = alf_base64("\xff\xef\xbe\x00\xfb", 5);
    assert_string_equal(text, "/+++APs=");
    free(text);
}

/* A notebook with a cell of each kind, beside a picture. */
static char *write_notebook(const file_fixture *f, const char *name)
{
    char                  *png = test_path(f->folder, "two pixels.png"), *path = test_path(f->folder, name);
    const alf_table_column column = {.name = "x", .key = "x"};
    alf_picture           *picture;
    alf_table             *table;
    alf_notebook          *notebook;
    test_ok(f->ctx, alf_picture_create(f->ctx, 2, 1, 3, &picture));
    test_ok(f->ctx, alf_picture_write_png(f->ctx, picture, png));
    alf_picture_destroy(picture);
    test_ok(f->ctx, alf_table_create(f->ctx, 1, &column, &table));
    test_ok(f->ctx, alf_table_add(f->ctx, table, &(alf_table_cell){.number = 7}));
    test_ok(f->ctx, alf_notebook_create(f->ctx, "Title", "study --scale=tiny", &notebook));
    test_ok(f->ctx, alf_notebook_markdown(f->ctx, notebook, "one\n\ntwo \xff\n"));
    test_ok(f->ctx, alf_notebook_table(f->ctx, notebook, table));
    test_ok(f->ctx, alf_notebook_picture(f->ctx, notebook, png, "What is seen."));
    test_ok(f->ctx, alf_notebook_code(f->ctx, notebook, "import numpy\nprint(1)"));
    test_ok(f->ctx, alf_notebook_write(f->ctx, notebook, path));
    alf_notebook_destroy(notebook);
    alf_table_destroy(table);
    free(png);
    return path;
}

static json_t *load(const char *path)
{
    json_error_t error;
    json_t      *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!json) fail_msg("%s: %s", path, error.text);
    return json;
}

/* The lines of a cell in one piece; the caller frees. */
static char *source_of(const json_t *cell)
{
    const json_t *lines = json_object_get(cell, "source");
    char         *text = calloc(1, 4096);
    assert_true(json_is_array(lines));
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const char *line = json_string_value(json_array_get(lines, i)), *end = strchr(line, '\n');
        assert_true(*line != '\0');
        assert_true(end ? end[1] == '\0'
                        : i + 1 == json_array_size(lines)); /* one line end, behind each but the last */
        strcat(text, line);
    }
    return text;
}

static void check_source(const json_t *cells, size_t index, const char *kind, const char *expected)
{
    const json_t *cell = json_array_get(cells, index);
    char         *source = source_of(cell);
    assert_string_equal(json_string_value(json_object_get(cell, "cell_type")), kind);
    assert_string_equal(source, expected);
    free(source);
}

static void cells_hold_what_was_put_in(void **state)
{
    const file_fixture *f = *state;
    char               *path = write_notebook(f, "a.ipynb"), versions[200], head[512];
    json_t             *notebook = load(path), *cells = json_object_get(notebook, "cells");
    alf_machine_versions(versions, sizeof versions);
    snprintf(head, sizeof head, "# Title\n\nMade by\n\n    study --scale=tiny\n\nwith %s.", versions);
    assert_int_equal(json_array_size(cells), 5);
    check_source(cells, 0, "markdown", head);
    check_source(cells, 1, "markdown", "one\n\ntwo \xef\xbf\xbd\n");
    check_source(cells, 2, "markdown", "| x |\n| ---: |\n| 7 |\n");
    check_source(cells, 3, "markdown", "![two_pixels.png](attachment:two_pixels.png)\n\nWhat is seen.");
    check_source(cells, 4, "code", "import numpy\nprint(1)");
    json_decref(notebook);
    free(path);
}

static void the_form_is_that_of_nbformat(void **state)
{
    const file_fixture *f = *state;
    char               *path = write_notebook(f, "a.ipynb");
    json_t             *notebook = load(path), *cells = json_object_get(notebook, "cells"), *cell;
    size_t              i;
    assert_int_equal(json_integer_value(json_object_get(notebook, "nbformat")), 4);
    assert_int_equal(json_integer_value(json_object_get(notebook, "nbformat_minor")), 5);
    assert_true(json_is_object(json_object_get(notebook, "metadata")));
    json_t *ids = json_object();
    json_array_foreach(cells, i, cell)
    {
        const char *id = json_string_value(json_object_get(cell, "id"));
        bool        code = strcmp(json_string_value(json_object_get(cell, "cell_type")), "code") == 0;
        assert_non_null(id);
        assert_null(json_object_get(ids, id));
        json_object_set_new(ids, id, json_true());
        assert_true(json_is_object(json_object_get(cell, "metadata")));
        assert_int_equal(json_object_size(cell), code ? 6 : i == 3 ? 5 : 4);
        assert_true(!code || json_is_null(json_object_get(cell, "execution_count")));
        assert_true(!code || json_is_array(json_object_get(cell, "outputs")));
    }
    json_decref(ids);
    json_decref(notebook);
    free(path);
}

static void pictures_are_there_byte_for_byte(void **state)
{
    const file_fixture *f = *state;
    char               *path = write_notebook(f, "a.ipynb"), *png = test_path(f->folder, "two pixels.png");
    size_t              size;
    char               *bytes = test_read_file(png, &size), *expected = alf_base64(bytes, size);
    json_t             *notebook = load(path), *cell = json_array_get(json_object_get(notebook, "cells"), 3);
    const json_t       *bundle = json_object_get(json_object_get(cell, "attachments"), "two_pixels.png");
    assert_string_equal(json_string_value(json_object_get(bundle, "image/png")), expected);
    json_decref(notebook);
    free(expected);
    free(bytes);
    free(png);
    free(path);
}

static void the_same_cells_give_the_same_bytes(void **state)
{
    const file_fixture *f = *state;
    char               *paths[] = {write_notebook(f, "a.ipynb"), write_notebook(f, "b.ipynb")};
    char               *a = test_read_file(paths[0], NULL), *b = test_read_file(paths[1], NULL);
    assert_string_equal(a, b);
    assert_string_equal(a + strlen(a) - 3, "\n}\n");
    assert_null(strstr(a, f->folder));
    free(a);
    free(b);
    free(paths[0]);
    free(paths[1]);
}

static void what_is_no_picture_is_refused_by_name(void **state)
{
    const file_fixture *f = *state;
    char               *path = test_write_file(f->folder, "words.png", "not a picture", 13);
    alf_notebook       *notebook;
    test_ok(f->ctx, alf_notebook_create(f->ctx, "Title", "study", &notebook));
    assert_fails(f->ctx, alf_notebook_picture(f->ctx, notebook, path, "?"), ALF_ERR_FORMAT, "words.png", "no PNG");
    free(path);
    path = test_path(f->folder, "missing.png");
    assert_fails(f->ctx, alf_notebook_picture(f->ctx, notebook, path, "?"), ALF_ERR_IO, "missing.png", NULL);
    free(path);
    alf_notebook_destroy(notebook);
    alf_notebook_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_letters_as_the_standard_shows),
        FILE_TEST(cells_hold_what_was_put_in),
        FILE_TEST(the_form_is_that_of_nbformat),
        FILE_TEST(pictures_are_there_byte_for_byte),
        FILE_TEST(the_same_cells_give_the_same_bytes),
        FILE_TEST(what_is_no_picture_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
