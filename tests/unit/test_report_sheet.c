/* Contact sheets and their letters: pixels are where they are said to be, and nowhere else. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "report/contact_sheet.h"
#include "report/font.h"
#include "report/label.h"

enum { GAP = 4 };

static alf_picture *blank(alf_ctx *ctx, int64_t width, int64_t height, int channels)
{
    alf_picture *picture = NULL;
    test_ok(ctx, alf_picture_create(ctx, width, height, channels, &picture));
    return picture;
}

static int inked(const alf_picture *picture)
{
    int count = 0;
    for (int64_t i = 0; i < picture->width * picture->height; i++) count += picture->pixels[i * picture->channels] > 0;
    return count;
}

/* --- letters ---------------------------------------------------------------------------------------------------------- */

static void a_letter_has_its_shape_at_its_place(void **state)
{
    static const char shape[ALF_GLYPH_HEIGHT][ALF_GLYPH_WIDTH + 1] = {"#####", "..#..", "..#..", "..#..",
                                                                      "..#..", "..#..", "..#.."};
    alf_ctx          *ctx = file_fixture_ctx(state);
    for (int zoom = 1; zoom <= 3; zoom++)
        for (int channels = 1; channels <= 4; channels += channels == 1 ? 2 : 1) {
            alf_picture *picture = blank(ctx, 30, 30, channels);
            alf_picture_text(picture, 3, 2, zoom, 99, "T");
            for (int64_t y = 0; y < 30; y++)
                for (int64_t x = 0; x < 30; x++) {
                    const uint8_t *pixel = picture->pixels + (y * 30 + x) * channels;
                    int64_t        column = (x - 3) / zoom, row = (y - 2) / zoom;
                    bool           ink = x >= 3 && y >= 2 && column < ALF_GLYPH_WIDTH && row < ALF_GLYPH_HEIGHT &&
                               shape[row][column] == '#';
                    assert_int_equal(pixel[0], ink ? 99 : 0);
                    if (channels >= 3) assert_int_equal(pixel[2], ink ? 99 : 0);
                    if (channels == 4) assert_int_equal(pixel[3], ink ? 255 : 0);
                }
            alf_picture_destroy(picture);
        }
}

static void printable_letters_differ_and_others_are_question_marks(void **state)
{
    alf_ctx     *ctx = file_fixture_ctx(state);
    alf_picture *letters[256];
    for (int i = 1; i < 256; i++) {
        letters[i] = blank(ctx, 6, 9, 1);
        alf_picture_text(letters[i], 0, 0, 1, 255, (const char[]){(char)i, '\0'});
        assert_int_equal(inked(letters[i]) > 0, i != ' ' && (i & 0xc0) != 0x80);
    }
    for (int i = ' '; i <= '~'; i++)
        for (int k = i + 1; k <= '~'; k++)
            if (memcmp(letters[i]->pixels, letters[k]->pixels, 6 * 9) == 0) fail_msg("'%c' looks like '%c'", i, k);
    assert_memory_equal(letters['\x01']->pixels, letters['?']->pixels, 6 * 9);
    assert_memory_equal(letters[0x7f]->pixels, letters['?']->pixels, 6 * 9);
    assert_memory_equal(letters[0xc3]->pixels, letters['?']->pixels, 6 * 9);
    for (int i = 1; i < 256; i++) alf_picture_destroy(letters[i]);
}

static void a_letter_of_several_bytes_takes_one_place(void **state)
{
    (void)state;
    assert_int_equal(alf_picture_text_width("", 3), 0);
    assert_int_equal(alf_picture_text_width("a", 1), 5);
    assert_int_equal(alf_picture_text_width("ab", 2), 22);
    assert_int_equal(alf_picture_text_width("\xc3\xa9\xe2\x82\xac", 1), 11);
}

/* What lies in a small picture is the part of a large one that it would cover. */
static void texts_are_cut_at_borders(void **state)
{
    enum { W = 120, H = 60, LEFT = 40, TOP = 25, W2 = 13, H2 = 11 };
    alf_ctx     *ctx = file_fixture_ctx(state);
    alf_picture *large = blank(ctx, W, H, 1);
    alf_picture_text(large, LEFT, TOP, 2, 200, "Cut!");
    for (int64_t top = 0; top <= H - H2; top += 3)
        for (int64_t left = 0; left <= W - W2; left += 5) {
            alf_picture *small = blank(ctx, W2, H2, 1);
            alf_picture_text(small, LEFT - left, TOP - top, 2, 200, "Cut!");
            for (int64_t y = 0; y < H2; y++)
                assert_memory_equal(small->pixels + y * W2, large->pixels + (top + y) * W + left, W2);
            alf_picture_destroy(small);
        }
    alf_picture_destroy(large);
}

static void far_away_nothing_is_drawn(void **state)
{
    static const int64_t away[] = {INT64_MIN, -1000, 20, INT64_MAX};
    alf_ctx             *ctx = file_fixture_ctx(state);
    alf_picture         *picture = blank(ctx, 20, 20, 3);
    for (size_t i = 0; i < sizeof away / sizeof away[0]; i++) {
        alf_picture_text(picture, away[i], 0, 1, 255, "away");
        alf_picture_text(picture, 0, away[i], 1, 255, "away");
    }
    assert_int_equal(inked(picture), 0);
    alf_picture_text(picture, 0, 0, INT_MAX, 255, "##"); /* a dot of '#' is at the left, but not at its corner */
    assert_int_equal(inked(picture), 0);
    alf_picture_text(picture, 0, 0, INT_MAX, 255, "B");
    assert_int_equal(inked(picture), 20 * 20);
    alf_picture_destroy(picture);
}

/* --- lines ------------------------------------------------------------------------------------------------------------ */

static void labels_are_broken_at_spaces_and_then_cut(void **state)
{
    static const struct {
        const char *text, *lines; /* lines between bars */
        int64_t     most;
    } cases[] = {{"x10 difference", "x10|difference|", 10},
                 {"x10 difference", "x10 difference|", 14},
                 {"x10 difference", "x10|diffe|", 5},
                 {"  one   two  ", "one   two|", 20},
                 {"one\ntwo three", "one|two|three|", 5},
                 {"\n\n", "", 5},
                 {"", "", 1},
                 {"\xc3\xa9\xc3\xa9\xc3\xa9 \xc3\xa9", "\xc3\xa9\xc3\xa9|\xc3\xa9|", 2},
                 {"abc", "a|", 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char        all[64] = "";
        const char *rest = cases[i].text, *line;
        size_t      length;
        int64_t     letters;
        while ((line = alf_label_line(&rest, cases[i].most, &length, &letters))) {
            assert_true(letters <= cases[i].most);
            strncat(all, line, length);
            strcat(all, "|");
        }
        assert_string_equal(all, cases[i].lines);
    }
}

/* --- sheets ----------------------------------------------------------------------------------------------------------- */

enum { COLUMNS = 3, ROWS = 2, CELL = 20 };

static alf_contact_sheet_spec plain(void)
{
    return (alf_contact_sheet_spec){
        .columns = COLUMNS, .rows = ROWS, .cell_width = CELL, .cell_height = CELL, .zoom = 2};
}

/* The sheet as a file that is read again. Its middle column is black, what lies elsewhere was not put. */
static alf_picture *printed(const file_fixture *f, const alf_contact_sheet_spec *spec)
{
    alf_contact_sheet *sheet = NULL;
    alf_picture       *picture = NULL;
    char              *path = test_path(f->folder, "sheet.png");
    double             black[CELL * CELL];
    for (int i = 0; i < CELL * CELL; i++) black[i] = -1;
    test_ok(f->ctx, alf_contact_sheet_create(f->ctx, spec, &sheet));
    for (int row = 0; row < ROWS; row++) test_ok(f->ctx, alf_contact_sheet_put(f->ctx, sheet, 1, row, 1, black));
    test_ok(f->ctx, alf_contact_sheet_write(f->ctx, sheet, path));
    test_ok(f->ctx, alf_picture_read_png(f->ctx, path, &picture));
    alf_contact_sheet_destroy(sheet);
    free(path);
    return picture;
}

static int value_at(const alf_picture *picture, int64_t x, int64_t y)
{
    return picture->pixels[(y * picture->width + x) * picture->channels];
}

/* Of the cells, which end GAP before the right and lower borders. */
static void assert_cells_as_printed(const alf_picture *picture)
{
    const int64_t side = 2 * CELL, pitch = side + GAP;
    const int64_t left = picture->width - COLUMNS * pitch, top = picture->height - ROWS * pitch;
    for (int64_t y = 0; y < ROWS * pitch; y++)
        for (int64_t x = 0; x < COLUMNS * pitch; x++)
            assert_int_equal(value_at(picture, left + x, top + y),
                             x / pitch == 1 && x % pitch < side && y % pitch < side ? 0 : 255);
}

static void pictures_stand_in_columns_and_rows(void **state)
{
    const file_fixture    *f = *state;
    alf_contact_sheet_spec spec = plain();
    alf_picture           *picture = printed(f, &spec);
    assert_int_equal(picture->width, GAP + COLUMNS * (2 * CELL + GAP));
    assert_int_equal(picture->height, GAP + ROWS * (2 * CELL + GAP));
    assert_cells_as_printed(picture);
    alf_picture_destroy(picture);
}

static void labels_leave_the_cells_alone(void **state)
{
    static const char *const hostile[] = {"a\nb\nc\nd\ne\nf\ng\nh", "much longer than any cell is",
                                          "\x01\xff\xc3 100% {x}_1 'q' \"d\" \\", "",
                                          "Donaudampfschifffahrtsgesellschaft"};
    const file_fixture      *f = *state;
    for (size_t i = 0; i + COLUMNS <= sizeof hostile / sizeof hostile[0]; i++)
        for (int which = 1; which < 8; which++) {
            alf_contact_sheet_spec spec = plain();
            if (which & 1) spec.title = hostile[i];
            if (which & 2) spec.column_labels = hostile + i;
            if (which & 4) spec.row_labels = hostile + i;
            alf_picture *picture = printed(f, &spec);
            assert_cells_as_printed(picture);
            assert_int_equal(picture->width > GAP + COLUMNS * (2 * CELL + GAP), (which & 4) != 0);
            assert_int_equal(picture->height > GAP + ROWS * (2 * CELL + GAP), (which & 3) != 0);
            alf_picture_destroy(picture);
        }
}

static void each_pixel_is_repeated(void **state)
{
    const file_fixture    *f = *state;
    alf_contact_sheet_spec spec = {.columns = 1, .rows = 1, .cell_width = 3, .cell_height = 2, .zoom = 3};
    const double           planes[3 * 6] = {-1, 1, -1, 1, -1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1};
    alf_contact_sheet     *sheet = NULL;
    alf_picture           *picture = NULL;
    char                  *path = test_path(f->folder, "sheet.png");
    test_ok(f->ctx, alf_contact_sheet_create(f->ctx, &spec, &sheet));
    test_ok(f->ctx, alf_contact_sheet_put(f->ctx, sheet, 0, 0, 3, planes));
    test_ok(f->ctx, alf_contact_sheet_write(f->ctx, sheet, path));
    test_ok(f->ctx, alf_picture_read_png(f->ctx, path, &picture));
    for (int64_t y = 0; y < 6; y++)
        for (int64_t x = 0; x < 9; x++) {
            const uint8_t *pixel = picture->pixels + ((GAP + y) * picture->width + GAP + x) * 3;
            assert_int_equal(pixel[0], (x / 3 + y / 3) % 2 ? 255 : 0);
            assert_int_equal(pixel[1], 255);
            assert_int_equal(pixel[2], 0);
        }
    alf_picture_destroy(picture);
    alf_contact_sheet_destroy(sheet);
    free(path);
}

static void sizes_without_sense_are_refused(void **state)
{
    static const struct {
        alf_contact_sheet_spec spec;
        const char            *named;
    } cases[] = {{{0, 1, 8, 8, 1, NULL, NULL, NULL}, "columns is 0"},
                 {{1, -1, 8, 8, 1, NULL, NULL, NULL}, "rows is -1"},
                 {{1, 1, INT64_MAX, 8, 1, NULL, NULL, NULL}, "cell_width"},
                 {{1, 1, 8, 0, 1, NULL, NULL, NULL}, "cell_height is 0"},
                 {{1, 1, 8, 8, 0, NULL, NULL, NULL}, "zoom is 0"},
                 {{65500, 1, 65500, 1, 65500, NULL, NULL, NULL}, "along a side"},
                 {{1, 8188, 4, 4, 1, NULL, NULL, NULL}, "along a side"}};
    alf_ctx *ctx = file_fixture_ctx(state);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        alf_contact_sheet *sheet = NULL;
        alf_status         status = alf_contact_sheet_create(ctx, &cases[i].spec, &sheet);
        assert_fails(ctx, status, ALF_ERR_RANGE, "contact sheet", cases[i].named);
        assert_null(sheet);
    }
}

static void a_sheet_beyond_the_budget_is_an_error(void **state)
{
    alf_ctx               *ctx = test_ctx_with_budget(1 << 20);
    alf_contact_sheet_spec spec = {.columns = 10, .rows = 10, .cell_width = 256, .cell_height = 256, .zoom = 2};
    alf_contact_sheet     *sheet = NULL;
    (void)state;
    assert_fails(ctx, alf_contact_sheet_create(ctx, &spec, &sheet), ALF_ERR_MEMORY, NULL, NULL);
    assert_null(sheet);
    alf_ctx_destroy(ctx);
}

static void cells_outside_are_refused(void **state)
{
    static const int       outside[][2] = {{-1, 0}, {0, -1}, {COLUMNS, 0}, {0, ROWS}};
    alf_ctx               *ctx = file_fixture_ctx(state);
    alf_contact_sheet_spec spec = plain();
    alf_contact_sheet     *sheet = NULL;
    const double           planes[CELL * CELL] = {0};
    test_ok(ctx, alf_contact_sheet_create(ctx, &spec, &sheet));
    for (size_t i = 0; i < 4; i++)
        assert_fails(ctx, alf_contact_sheet_put(ctx, sheet, outside[i][0], outside[i][1], 1, planes), ALF_ERR_RANGE,
                     "contact sheet", "3 columns and 2 rows");
    assert_int_not_equal(alf_contact_sheet_put(ctx, sheet, 0, 0, 2, planes), ALF_OK);
    alf_ctx_clear_error(ctx);
    alf_contact_sheet_destroy(sheet);
    alf_contact_sheet_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {FILE_TEST(a_letter_has_its_shape_at_its_place),
                                       FILE_TEST(printable_letters_differ_and_others_are_question_marks),
                                       FILE_TEST(a_letter_of_several_bytes_takes_one_place),
                                       FILE_TEST(texts_are_cut_at_borders),
                                       FILE_TEST(far_away_nothing_is_drawn),
                                       FILE_TEST(labels_are_broken_at_spaces_and_then_cut),
                                       FILE_TEST(pictures_stand_in_columns_and_rows),
                                       FILE_TEST(labels_leave_the_cells_alone),
                                       FILE_TEST(each_pixel_is_repeated),
                                       FILE_TEST(sizes_without_sense_are_refused),
                                       FILE_TEST(a_sheet_beyond_the_budget_is_an_error),
                                       FILE_TEST(cells_outside_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
