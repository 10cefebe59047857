/* Plots: data and scripts are as they should be without gnuplot, whole pictures come with it, and one that fails is an
 * error that says why. Programs of a test's own stand in for gnuplot where its failures are wanted. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "report/plot.h"

enum { POINTS = 5 };
static const double XS[POINTS] = {0, 0.1, 2, 3, 4}, YS[POINTS] = {1, 2, NAN, 4, 5};
static const double LOWS[POINTS] = {0.5, 1, 2, NAN, 4}, HIGHS[POINTS] = {1.5, 3, 4, 5, INFINITY};
static const char   HOSTILE[] = "100% {of}_it^2 'x' \"y\" `ls` $HOME @z \\n <b> & \xff\x01\nsecond";

/* --- where gnuplot is ------------------------------------------------------------------------------------------------- */

typedef struct {
    file_fixture *files;
    char         *path; /* of programs, as it was */
} fixture;

static int set_up(void **state)
{
    const char *path = getenv("PATH");
    fixture    *f = path ? malloc(sizeof *f) : NULL;
    void       *files = NULL;
    if (!f || file_fixture_set_up(&files) != 0) {
        free(f);
        return -1;
    }
    *f = (fixture){files, strdup(path)};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    void    *files = f->files;
    setenv("PATH", f->path, 1);
    free(f->path);
    free(f);
    return file_fixture_tear_down(&files);
}

static void hide_gnuplot(void)
{
    setenv("PATH", "", 1);
}

/* From now on gnuplot is this shell script, in a folder of its own. */
static void replace_gnuplot(const fixture *f, const char *script)
{
    char *folder = test_path(f->files->folder, "bin"), *path = test_path(folder, "gnuplot");
    FILE *file = mkdir(folder, 0777) == 0 ? fopen(path, "w") : NULL;
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0777), 0);
    setenv("PATH", folder, 1);
    free(path);
    free(folder);
}

/* --- plots ------------------------------------------------------------------------------------------------------------ */

static char *read_result(const fixture *f, const char *name)
{
    char *path = test_path(f->files->folder, name), *text = test_read_file(path, NULL);
    free(path);
    return text;
}

static bool is_there(const fixture *f, const char *name)
{
    char *path = test_path(f->files->folder, name);
    bool  there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void write_result(const fixture *f, const char *name, const char *text)
{
    char *path = test_path(f->files->folder, name);
    test_ok(f->files->ctx, alf_text_write(f->files->ctx, path, text));
    free(path);
}

static void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part)) fail_msg("expected '%s' in:\n%s", part, text);
}

static const alf_plot_series ONE = {.label = HOSTILE, .count = POINTS, .x = XS, .y = YS, .low = LOWS, .high = HIGHS};

static alf_plot hostile_plot(void)
{
    static const char *const names[] = {HOSTILE, "B", "C"};
    return (alf_plot){.title = HOSTILE,
                      .x_label = HOSTILE,
                      .y_label = HOSTILE,
                      .x_names = names,
                      .x_name_count = 3,
                      .count = 1,
                      .series = &ONE};
}

static alf_status draw(const fixture *f, const alf_plot *plot, bool *drawn)
{
    return alf_plot_write(f->files->ctx, f->files->folder, "p", plot, drawn);
}

/* Draws with the real gnuplot; false where there is none. What comes out are four files, the pictures whole. */
static bool draws(const fixture *f, const alf_plot *plot, const alf_plot_map *map)
{
    bool drawn = false;
    test_ok(f->files->ctx,
            plot ? draw(f, plot, &drawn) : alf_plot_map_write(f->files->ctx, f->files->folder, "p", map, &drawn));
    if (!drawn) {
        print_message("gnuplot is not installed: nothing is drawn\n");
        return false;
    }
    assert_int_equal(test_count_files(f->files->folder), 4);
    char *png = read_result(f, "p.png"), *svg = read_result(f, "p.svg");
    assert_memory_equal(png, "\x89PNG", 4);
    assert_holds(svg, "</svg>");
    free(png);
    free(svg);
    return true;
}

/* --- without gnuplot -------------------------------------------------------------------------------------------------- */

static void without_gnuplot_data_and_script_are_written(void **state)
{
    const fixture *f = *state;
    alf_plot       plot = hostile_plot();
    bool           drawn = true;
    hide_gnuplot();
    test_ok(f->files->ctx, draw(f, &plot, &drawn));
    assert_false(drawn);
    assert_true(is_there(f, "p.dat") && is_there(f, "p.gp"));
    assert_int_equal(test_count_files(f->files->folder), 2);
}

static void points_that_are_not_finite_break_the_line(void **state)
{
    const fixture  *f = *state;
    const double    y[] = {NAN, INFINITY, 1, 2, NAN, NAN, 3, NAN}, x[] = {0, 1, 2, 0.1, 4, 5, 6, 7};
    alf_plot_series series[] = {{.label = "a", .count = 8, .x = x, .y = y},
                                {.label = "nothing", .count = 2, .x = x, .y = y},
                                {.label = "b\nc", .count = POINTS, .x = XS, .y = YS, .low = LOWS, .high = HIGHS}};
    alf_plot        plot = {.count = 3, .series = series};
    bool            drawn;
    hide_gnuplot();
    test_ok(f->files->ctx, draw(f, &plot, &drawn));
    char *data = read_result(f, "p.dat");
    assert_string_equal(data, "# 'a': x y\n2 1\n0.1 2\n\n6 3\n\n\n"
                              "# 'b'.\"\\n\".'c': x y low high\n0 1 0.5 1.5\n0.1 2 1 3\n\n3 4 NaN 5\n4 5 4 NaN\n\n\n");
    free(data);
    char *script = read_result(f, "p.gp");
    assert_holds(script, "index 1 using 1:2 with lines"); /* the third series: the second has no block */
    assert_holds(script, "title 'nothing'");
    free(script);
}

static void logarithms_leave_out_what_is_not_above_zero(void **state)
{
    const fixture  *f = *state;
    const double    x[] = {0, 1, 2, 3}, y[] = {1, 0, 4, 8}, low[] = {0, 0, -1, 6}, high[] = {2, 2, 5, 10};
    alf_plot_series series = {.count = 4, .x = x, .y = y, .low = low, .high = high};
    alf_plot        plot = {.count = 1, .series = &series, .log_x = true, .log_y = true};
    bool            drawn;
    hide_gnuplot();
    test_ok(f->files->ctx, draw(f, &plot, &drawn));
    char *data = read_result(f, "p.dat"), *script = read_result(f, "p.gp");
    assert_string_equal(data, "# '': x y low high\n2 4 -1 5\n3 8 6 10\n\n\n");
    assert_holds(script, "$3 > 0 ? $3 : 2)"); /* half of the least */
    free(data);
    free(script);
}

static void labels_are_taken_literally(void **state)
{
    const fixture *f = *state;
    alf_plot       plot = hostile_plot();
    bool           drawn;
    hide_gnuplot();
    test_ok(f->files->ctx, draw(f, &plot, &drawn));
    char *script = read_result(f, "p.gp");
    assert_holds(script, "set title '100% {of}_it^2 ''x'' \"y\" `ls` $HOME @z \\n <b> & ?\?'.\"\\n\".'second'");
    assert_holds(script, "('100%% {of}_it^2 "); /* tics are formats */
    assert_holds(script, "noenhanced");
    for (const char *byte = script; *byte; byte++) assert_true(*byte == '\n' || (*byte >= ' ' && *byte <= '~'));
    free(script);
}

/* --- with gnuplot ----------------------------------------------------------------------------------------------------- */

static void pictures_are_drawn_whole_and_labels_stand_in_them(void **state)
{
    const fixture *f = *state;
    alf_plot       plot = hostile_plot();
    if (!draws(f, &plot, NULL)) return;
    char *svg = read_result(f, "p.svg");
    assert_holds(svg, "100% {of}_it^2 'x' \"y\" `ls` $HOME @z \\n &lt;b> &amp; ?\?");
    assert_holds(svg, ">100% {of}_it^2 'x' \"y\"<");
    assert_holds(svg, "second");
    free(svg);
    plot.bars = true;
    draws(f, &plot, NULL);
}

static void plots_with_little_or_nothing_to_show_are_drawn(void **state)
{
    static const double   nothing[] = {NAN, NAN}, same[] = {3, 3}, one[] = {1, NAN};
    const alf_plot_series series[] = {{.count = 2, .x = same, .y = nothing},
                                      {.count = 2, .x = same, .y = same},
                                      {.count = 2, .x = one, .y = one, .low = one, .high = same},
                                      {.count = 0, .label = "none"}};
    const fixture        *f = *state;
    for (int first = 0; first < 4; first++)
        for (int looks = 0; looks < 8; looks++) {
            alf_plot plot = {.count = 4 - first, .series = series + first};
            plot.bars = looks & 1;
            plot.log_x = looks & 2;
            plot.log_y = looks & 4;
            if (!draws(f, &plot, NULL)) return;
        }
    draws(f, &(alf_plot){.title = "no series"}, NULL);
}

static void maps_of_any_shape_are_drawn(void **state)
{
    static const int64_t sizes[][2] = {{1, 1}, {1, 5}, {7, 1}, {2, 2}, {9, 4}};
    const fixture       *f = *state;
    double               values[36];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int kind = 0; kind < 4; kind++) { /* rising, with a gap, all equal, nothing */
            for (int k = 0; k < 36; k++)
                values[k] = kind == 3 ? NAN : kind == 2 ? 4 : kind == 1 && k == 1 ? NAN : (double)k;
            alf_plot_map map = {.title = HOSTILE,
                                .value_label = HOSTILE,
                                .columns = sizes[i][0],
                                .rows = sizes[i][1],
                                .values = values,
                                .x_high = 1,
                                .y_low = 2,
                                .y_high = -2,
                                .contour = kind == 1 ? 1e-300 : 2,
                                .square = kind == 0};
            if (!draws(f, NULL, &map)) return;
        }
}

/* --- gnuplots that fail ------------------------------------------------------------------------------------------------ */

/* The old picture is left, and nothing else but what is written in any case. */
static void assert_failure(const fixture *f, const char *script, alf_status expected, const char *part,
                           const char *other_part)
{
    alf_plot plot = hostile_plot();
    bool     drawn = false;
    write_result(f, "p.png", "old");
    replace_gnuplot(f, script);
    assert_fails(f->files->ctx, draw(f, &plot, &drawn), expected, part, other_part);
    char *png = read_result(f, "p.png");
    assert_string_equal(png, "old");
    free(png);
    assert_true(is_there(f, "p.dat") && is_there(f, "p.gp"));
    assert_int_equal(test_count_files(f->files->folder), 4); /* these, and the folder of the program */
}

static void a_failure_tells_what_gnuplot_said(void **state)
{
    assert_failure(*state,
                   "echo half > \"${3#to=?}p.png\"\n"
                   "printf '\\n%s\\n%s\\n%s\\n\\n' 'plot it' '    ^' '\"p.gp\" line 7: undefined thing' >&2; exit 1",
                   ALF_ERR_IO, "/p.gp'", "\"p.gp\" line 7: undefined thing");
}

static void the_last_of_many_words_is_told(void **state)
{
    assert_failure(
        *state,
        "i=0; while [ $i -lt 9000 ]; do echo '\"p.gp\" line 1: warning: what is it now'; i=$((i+1)); done >&2\n"
        "echo '\"p.gp\" line 9: too much' >&2; exit 3",
        ALF_ERR_IO, "line 9: too much", NULL);
}

static void a_silent_failure_is_one_too(void **state)
{
    assert_failure(*state, "exit 1", ALF_ERR_IO, "gnuplot failed", "it said nothing");
}

static void a_gnuplot_that_draws_nothing_fails(void **state)
{
    assert_failure(*state, "exit 0", ALF_ERR_IO, "did not draw", "p.png'");
}

/* The folder that it draws into has no name that could be known here. */
static void an_empty_picture_is_none(void **state)
{
    assert_failure(*state, "for folder in .aliasfree-plot-*; do : > $folder/p.png; : > $folder/p.svg; done", ALF_ERR_IO,
                   "did not draw", "p.png'");
}

static void an_interrupted_one_is_cancelled(void **state)
{
    assert_failure(*state, "kill -TERM $$", ALF_ERR_CANCELLED, "signal 15", NULL);
}

/* --- refusals --------------------------------------------------------------------------------------------------------- */

static void assert_refused(const fixture *f, const alf_plot *plot, alf_status expected, const char *part)
{
    bool drawn = false;
    assert_fails(f->files->ctx, draw(f, plot, &drawn), expected, "plot", part);
    assert_int_equal(test_count_files(f->files->folder), 0);
}

static void plots_without_sense_are_refused(void **state)
{
    const fixture  *f = *state;
    alf_plot_series half = ONE, negative = ONE, empty = {.count = 3};
    half.low = NULL;
    negative.count = -1;
    assert_refused(f, &(alf_plot){.count = 1, .series = &half}, ALF_ERR_ARGUMENT, "one end");
    assert_refused(f, &(alf_plot){.count = 1, .series = &negative}, ALF_ERR_RANGE, "-1 points");
    assert_refused(f, &(alf_plot){.count = 1, .series = &empty}, ALF_ERR_ARGUMENT, "no numbers");
    assert_refused(f, &(alf_plot){.count = 1}, ALF_ERR_ARGUMENT, "1 series");
    assert_refused(f, &(alf_plot){.x_low = NAN}, ALF_ERR_RANGE, "x from");
    assert_refused(f, &(alf_plot){.y_high = INFINITY}, ALF_ERR_RANGE, "y from");
    assert_refused(f, &(alf_plot){.y_low = 0, .y_high = 1, .log_y = true}, ALF_ERR_RANGE, "above 0");
}

static void maps_without_sense_are_refused(void **state)
{
    static const double values[4];
    const alf_plot_map  good = {.columns = 2, .rows = 2, .values = values, .x_high = 1, .y_high = 1};
    const fixture      *f = *state;
    alf_plot_map        maps[] = {good, good, good, good, good, good};
    static const char  *parts[] = {"0 cells along x", "cells along y", "all at 1",
                                   "colours",         "contour",       "without values"};
    bool                drawn;
    maps[0].columns = 0;
    maps[1].rows = INT64_MAX;
    maps[2].x_low = 1;
    maps[3].high = NAN;
    maps[4].contour = -1;
    maps[5].values = NULL;
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        alf_status status = alf_plot_map_write(f->files->ctx, f->files->folder, "p", &maps[i], &drawn);
        assert_fails(f->files->ctx, status, i == 5 ? ALF_ERR_ARGUMENT : ALF_ERR_RANGE, "plot", parts[i]);
    }
    assert_int_equal(test_count_files(f->files->folder), 0);
}

static void names_that_leave_the_folder_are_refused(void **state)
{
    static const char *const names[] = {"", "../p", "a/b", "a b", ".p", "|p", "p\n"};
    const fixture           *f = *state;
    const alf_plot           plot = {.title = "p"};
    bool                     drawn;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_fails(f->files->ctx, alf_plot_write(f->files->ctx, f->files->folder, names[i], &plot, &drawn),
                     ALF_ERR_ARGUMENT, "a plot is called", names[i]);
    assert_int_equal(test_count_files(f->files->folder), 0);
}

static void a_missing_folder_is_named(void **state)
{
    const fixture *f = *state;
    const alf_plot plot = {.title = "p"};
    bool           drawn;
    assert_fails(f->files->ctx, alf_plot_write(f->files->ctx, "/missing/folder", "p", &plot, &drawn), ALF_ERR_IO,
                 "/missing/folder/p.dat", NULL);
}

#define PLOT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {PLOT_TEST(without_gnuplot_data_and_script_are_written),
                                       PLOT_TEST(points_that_are_not_finite_break_the_line),
                                       PLOT_TEST(logarithms_leave_out_what_is_not_above_zero),
                                       PLOT_TEST(labels_are_taken_literally),
                                       PLOT_TEST(pictures_are_drawn_whole_and_labels_stand_in_them),
                                       PLOT_TEST(plots_with_little_or_nothing_to_show_are_drawn),
                                       PLOT_TEST(maps_of_any_shape_are_drawn),
                                       PLOT_TEST(a_failure_tells_what_gnuplot_said),
                                       PLOT_TEST(the_last_of_many_words_is_told),
                                       PLOT_TEST(a_silent_failure_is_one_too),
                                       PLOT_TEST(a_gnuplot_that_draws_nothing_fails),
                                       PLOT_TEST(an_empty_picture_is_none),
                                       PLOT_TEST(an_interrupted_one_is_cancelled),
                                       PLOT_TEST(plots_without_sense_are_refused),
                                       PLOT_TEST(maps_without_sense_are_refused),
                                       PLOT_TEST(names_that_leave_the_folder_are_refused),
                                       PLOT_TEST(a_missing_folder_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
