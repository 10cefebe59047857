/* What the program says of its progress: a bar in one place on a terminal, lines elsewhere, neither too often. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/progress.h"
#include "files.h"

/* Two days and half a minute: whatever the machine does between two lines of a test, the texts are the same. */
static const double LATER = 2 * 86400 + 30, AT_ONCE = -86400;

typedef struct {
    int64_t done;
    double  since; /* seconds from what was shown last: LATER or AT_ONCE */
} step;

/* What the reports print, which the caller frees. */
static char *printed(void **state, alf_cli_progress *p, int count, const step steps[])
{
    const file_fixture *f = *state;
    char               *path = test_path(f->folder, "stderr"), *text;
    const int           before = dup(STDERR_FILENO);
    FILE               *file = fopen(path, "w");
    assert_true(before >= 0 && file);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    for (int i = 0; i < count; i++) {
        p->shown -= steps[i].since;
        if (steps[i].since > 0) p->started -= steps[i].since;
        alf_cli_progress_report(p, "images", steps[i].done, 4);
    }
    alf_cli_progress_clear(p);
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    fclose(file);
    text = test_read_file(path, NULL);
    free(path);
    return text;
}

static void assert_printed(void **state, bool terminal, int count, const step steps[], const char *expected)
{
    alf_cli_progress p = alf_cli_progress_start();
    p.terminal = terminal;
    char *text = printed(state, &p, count, steps);
    assert_string_equal(text, expected);
    free(text);
}

static void a_terminal_has_a_bar_that_is_drawn_over_and_removed(void **state)
{
    assert_printed(state, true, 4, (const step[]){{0, AT_ONCE}, {2, LATER}, {3, AT_ONCE}, {4, AT_ONCE}},
                   "\r\033[Kimages [###############...............] 2/4, left 2d 00h 00m"
                   "\r\033[Kimages [##############################] 4/4"
                   "\r\033[K");
}

static void elsewhere_there_is_a_line_now_and_then_and_a_last_one(void **state)
{
    assert_printed(state, false, 5, (const step[]){{0, AT_ONCE}, {1, LATER}, {2, AT_ONCE}, {3, LATER}, {4, AT_ONCE}},
                   "images: 1 of 4, left 6d 00h 01m\nimages: 3 of 4, left 1d 08h 00m\nimages: 4 of 4\n");
}

static void work_that_is_done_at_once_shows_nothing(void **state)
{
    for (int terminal = 0; terminal < 2; terminal++)
        assert_printed(state, terminal, 3, (const step[]){{0, AT_ONCE}, {2, AT_ONCE}, {4, AT_ONCE}}, "");
}

static void counts_out_of_range_show_nothing(void **state)
{
    assert_printed(state, true, 3, (const step[]){{0, AT_ONCE}, {-1, LATER}, {5, LATER}}, "");
}

static void a_text_stands_where_the_bar_stood(void **state)
{
    alf_cli_progress p = {.terminal = true};
    (void)state;
    alf_cli_progress_text(&p, "");
    assert_true(p.bar_stands);
    alf_cli_progress_clear(&p);
    assert_false(p.bar_stands);
    p.terminal = false;
    alf_cli_progress_text(&p, "not shown");
    assert_false(p.bar_stands);
}

static void layers_within_an_image_do_not_disturb_the_progress_of_images(void **state)
{
    alf_cli_progress p = alf_cli_progress_start();
    (void)state;
    p.terminal = false;
    alf_cli_progress_report(&p, "images", 1, 4);
    const alf_cli_progress before = p;
    for (int64_t layer = 1; layer <= 3; layer++) alf_cli_progress_report(&p, "synthesis", layer, 3);
    assert_string_equal(p.what, "images");
    assert_true(p.started == before.started && p.shown == before.shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(a_terminal_has_a_bar_that_is_drawn_over_and_removed),
        FILE_TEST(work_that_is_done_at_once_shows_nothing),
        FILE_TEST(elsewhere_there_is_a_line_now_and_then_and_a_last_one),
        FILE_TEST(counts_out_of_range_show_nothing),
        cmocka_unit_test(a_text_stands_where_the_bar_stood),
        cmocka_unit_test(layers_within_an_image_do_not_disturb_the_progress_of_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
