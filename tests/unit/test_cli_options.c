/* The command line's parser: what it takes, what it refuses, and what it says then. */
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "cli/values.h"
#include "golden.h"

static const alf_cli_option own[] = {
    {.name = "json", .kind = ALF_CLI_FLAG, .help = "a flag"},
    {.name = "mirror", .kind = ALF_CLI_BOOL, .help = "a truth value"},
    {.name = "count", .kind = ALF_CLI_INT, .value = "N", .fallback = "4", .low = 1, .high = 10, .help = "a number"},
    {.name = "shift", .kind = ALF_CLI_PAIR, .value = "X,Y", .help = "a pair"},
    {.name = "ratio", .kind = ALF_CLI_REAL, .value = "F", .fallback = "0.5", .help = "a ratio"},
    {.name = "mode", .kind = ALF_CLI_CHOICE, .value = "one|two", .fallback = "one", .help = "a choice"},
    {.name = "seeds", .kind = ALF_CLI_SEEDS, .value = "LIST", .help = "seeds"},
    {.name = "grid", .kind = ALF_CLI_GRID, .value = "CxR", .low = 1, .high = 64, .help = "a grid"},
    {.name = "size", .kind = ALF_CLI_SIZE, .value = "WxH", .low = 1, .high = 64, .help = "a size"},
    {.name = "from", .kind = ALF_CLI_LIST, .value = "FILE...", .help = "files"},
    {.name = NULL}};
static const alf_cli_option shared[] = {
    {.name = "out", .kind = ALF_CLI_TEXT, .value = "FILE", .required = true, .help = "a file"}, {.name = NULL}};
static const alf_cli_command command = {.name = "try",
                                        .summary = "a command for tests",
                                        .arguments = "SRC",
                                        .argument_count = 1,
                                        .options = own,
                                        .shared = shared,
                                        .shared_title = "files"};

/* Parses the words of `line`, which are separated by single spaces; they live in `words`. */
static bool parse(alf_cli *c, char words[512], const char *line, char message[512])
{
    static char *argv[32]; /* lists are read from it later */
    int          argc = 0;
    char        *rest;
    snprintf(words, 512, "%s", line);
    for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) argv[argc++] = word;
    *c = (alf_cli){.command = &command};
    message[0] = '\0';
    return alf_cli_parse(c, argc, argv, message, 512);
}

static void assert_taken(alf_cli *c, char words[512], const char *line)
{
    char message[512];
    if (!parse(c, words, line, message)) fail_msg("'%s' is refused: %s", line, message);
}

static void assert_refused(const char *line, const char *expected)
{
    alf_cli c;
    char    words[512], message[512];
    if (parse(&c, words, line, message)) fail_msg("'%s' is taken", line);
    if (!strstr(message, expected)) fail_msg("'%s' says '%s', not '%s'", line, message, expected);
}

static void defaults_hold_until_options_are_given(void **state)
{
    alf_cli c;
    char    words[512];
    (void)state;
    assert_taken(&c, words, "a.pkl --out=b");
    assert_string_equal(c.arguments[0], "a.pkl");
    assert_string_equal(alf_cli_text(&c, "out"), "b");
    assert_int_equal(alf_cli_int(&c, "count"), 4);
    assert_true(alf_cli_real(&c, "ratio") == 0.5);
    assert_string_equal(alf_cli_text(&c, "mode"), "one");
    assert_string_equal(alf_cli_text(&c, "backend"), "cpu");
    assert_null(alf_cli_text(&c, "seeds"));
    assert_false(alf_cli_flag(&c, "json"));
    assert_false(alf_cli_given(&c, "count"));
}

static void a_command_may_take_several_arguments(void **state)
{
    const alf_cli_command several = {
        .name = "try", .summary = "", .arguments = "F...", .argument_count = 1, .argument_most = 3};
    char *const words[] = {"a", "--threads=1", "b", "c", "d"};
    char        message[512];
    alf_cli     c = {.command = &several};
    (void)state;
    for (int i = 1; i <= 3; i++) {
        assert_true(alf_cli_parse(&c, i + 1, words, message, sizeof message));
        assert_int_equal(c.argument_count, i);
        assert_string_equal(c.arguments[i - 1], words[i == 1 ? 0 : i]);
    }
    assert_false(alf_cli_parse(&c, 5, words, message, sizeof message));
    assert_string_equal(message, "unexpected argument 'd'");
    assert_false(alf_cli_parse(&c, 0, words, message, sizeof message));
    assert_string_equal(message, "missing argument: expected F...");
}

static void both_spellings_of_a_value_are_the_same(void **state)
{
    alf_cli c;
    char    words[512];
    double  shift[2];
    int64_t grid[2];
    (void)state;
    const char *lines[] = {"--count=7 --shift=-0.25,1e-3 --mode=two --grid=4x2 --out=b --max-memory=2G --json a",
                           "--count 7 --shift -0.25,1e-3 --mode two --grid 4x2 --out b --max-memory 2G --json a"};
    for (int i = 0; i < 2; i++) {
        assert_taken(&c, words, lines[i]);
        assert_int_equal(alf_cli_int(&c, "count"), 7);
        alf_cli_pair(&c, "shift", shift);
        assert_true(shift[0] == -0.25 && shift[1] == 1e-3);
        assert_string_equal(alf_cli_text(&c, "mode"), "two");
        alf_cli_grid_size(&c, "grid", grid);
        assert_true(grid[0] == 4 && grid[1] == 2);
        assert_true(alf_cli_int(&c, "max-memory") == (int64_t)2 << 30);
        assert_true(alf_cli_flag(&c, "json"));
        assert_true(alf_cli_given(&c, "count"));
    }
}

static void truth_values_may_do_without_a_value(void **state)
{
    static const char *const yes[] = {"--mirror",     "--mirror=true", "--mirror 1",
                                      "--mirror=Yes", "--mirror ON",   "--mirror=t"};
    static const char *const no[] = {"--json",      "--mirror=false", "--mirror 0",
                                     "--mirror=No", "--mirror off",   "--mirror --mirror=n"};
    alf_cli                  c;
    char                     words[512], line[128];
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        snprintf(line, sizeof line, "%s --out=b a", yes[i]);
        assert_taken(&c, words, line);
        assert_true(alf_cli_flag(&c, "mirror"));
        assert_string_equal(c.arguments[0], "a");
        snprintf(line, sizeof line, "%s --out=b a", no[i]);
        assert_taken(&c, words, line);
        assert_false(alf_cli_flag(&c, "mirror"));
    }
    assert_taken(&c, words, "--out=b --mirror a"); /* an argument is no value */
    assert_true(alf_cli_flag(&c, "mirror"));
    assert_refused("a --out=b --mirror=maybe", "--mirror: 'maybe': expected true or false, or no value");
    assert_refused("a --out=b --mirror=", "--mirror: '': expected true or false");
}

static void the_last_of_several_counts(void **state)
{
    alf_cli c;
    char    words[512];
    (void)state;
    assert_taken(&c, words, "--count=7 --count=1 a --out=b --out c --count 10");
    assert_int_equal(alf_cli_int(&c, "count"), 10);
    assert_string_equal(alf_cli_text(&c, "out"), "c");
    /* an earlier one is checked all the same */
    assert_refused("a --out=b --count=11 --count=1", "--count: '11': expected a whole number from 1 to 10");
}

static void lists_take_words_up_to_the_next_option(void **state)
{
    static const char *const expected[] = {"x", "y", "z", "v", "w"};

    alf_cli      c;
    char         words[512];
    int          count;
    const char **list;
    (void)state;
    assert_taken(&c, words, "a --from=x y z --out b --from v w --json --count 4 -- ");
    assert_string_equal(c.arguments[0], "a");
    list = alf_cli_list(&c, "from", &count);
    assert_int_equal(count, 5);
    for (int i = 0; i < 5; i++) assert_string_equal(list[i], expected[i]);
    free(list);
    assert_taken(&c, words, "a --out=b");
    assert_null(alf_cli_list(&c, "from", &count));
    assert_int_equal(count, 0);
    assert_refused("a --out=b --from", "--from: no value: expected texts");
    assert_refused("a --out b more", "unexpected argument 'more'");
    assert_refused("--out=b --from x a", "missing argument"); /* a belongs to the list */
}

static void a_size_is_one_number_or_two(void **state)
{
    alf_cli c;
    char    words[512];
    int64_t size[2];
    (void)state;
    assert_taken(&c, words, "a --out=b --size=12");
    alf_cli_grid_size(&c, "size", size);
    assert_true(size[0] == 12 && size[1] == 12);
    assert_taken(&c, words, "a --out=b --size=12x34");
    alf_cli_grid_size(&c, "size", size);
    assert_true(size[0] == 12 && size[1] == 34);
    assert_refused("a --out=b --size=65", "width and height such as 64x48, or one number for both, each from 1 to 64");
    assert_refused("a --out=b --size=0x4", "--size: '0x4'");
    assert_refused("a --out=b --size=4x", "--size: '4x'");
    assert_refused("a --out=b --grid=4", "--grid: '4'");
}

static void two_dashes_end_the_options(void **state)
{
    alf_cli c;
    char    words[512];
    (void)state;
    assert_taken(&c, words, "--out=b -- --json");
    assert_string_equal(c.arguments[0], "--json");
    assert_false(alf_cli_flag(&c, "json"));
}

static void wrong_words_are_refused_by_name(void **state)
{
    (void)state;
    assert_refused("a --out=b --cuont=3", "unknown option '--cuont'; did you mean '--count'?");
    assert_refused("a --out=b --zzzzzz", "unknown option '--zzzzzz'");
    assert_refused("a --out=b --json=yes", "--json: 'yes': expected no value");
    assert_refused("a --out=b --count", "--count: no value: expected a whole number from 1 to 10");
    assert_refused("a --out=b --count --json", "--count: no value");
    assert_refused("a --out=b c", "unexpected argument 'c'");
    assert_refused("--out=b", "missing argument: expected SRC");
    assert_refused("a", "missing option --out=FILE");
    assert_refused("a --out=", "--out: '': expected a text");
    assert_refused("a --out=b --mode=three", "--mode: 'three': expected one of one|two");
    assert_refused("a --out=b --mode=on", "--mode: 'on'");
    assert_refused("a --out=b --seeds=5-x", "--seeds: '5-x': expected seeds such as 0,2,5-9");
    assert_refused("a --out=b --grid=0x2", "--grid: '0x2': expected columns and rows such as 4x2, each from 1 to 64");
}

static void whole_numbers_are_whole_and_in_range(void **state)
{
    static const char *const bad[] = {"0", "11", "3.0", "1e1", "0x3", " 3", "3 ", "three", "", "99999999999999999999",
                                      "-", "+"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char   *argv[] = {"a", "--out=b", "--count", (char *)(uintptr_t)bad[i]}, message[512];
        alf_cli c = {.command = &command};
        if (alf_cli_parse(&c, 4, argv, message, sizeof message)) fail_msg("'%s' is taken as a whole number", bad[i]);
    }
}

static void numbers_are_decimal_and_finite(void **state)
{
    static const char *const bad[] = {"nan", "inf", "-inf", "0x1p3", "1,5", "1e999", "", " 1", "1 ", ".", "e5", "--1"};
    double                   value = -1;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (alf_cli_read_real(bad[i], &value)) fail_msg("'%s' is taken as a number", bad[i]);
    assert_true(value == -1);
    assert_true(alf_cli_read_real("-.5e-2", &value) && value == -0.005);
}

static void bytes_take_suffixes_and_no_overflow(void **state)
{
    static const char *const bad[] = {"", "K", "-1", "1.5G", "1T", "8589934592G", "9223372036854775808", "1 K"};
    int64_t                  value = -1;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (alf_cli_read_bytes(bad[i], &value)) fail_msg("'%s' is taken as bytes", bad[i]);
    assert_int_equal(value, -1);
    assert_true(alf_cli_read_bytes("3K", &value) && value == 3072);
    assert_true(alf_cli_read_bytes("5M", &value) && value == 5 << 20);
    assert_true(alf_cli_read_bytes("8589934591G", &value) && value == INT64_C(8589934591) << 30);
}

static void seeds_are_numbers_and_rising_ranges(void **state)
{
    static const char *const bad[] = {"",    ",",     "1,",  ",1", "1,,2", "5-",         "-5",           "9-5",
                                      "5-x", "1-2-3", "1.5", "+1", "1 ",   "4294967296", "0-4294967295", "0-1000000"};
    static const uint32_t    expected[] = {0, 2, 5, 6, 7, 2, 4294967295u};
    uint32_t                 seeds[8];
    int64_t                  count = -1;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (alf_cli_read_seeds(bad[i], &count, NULL)) fail_msg("'%s' is taken as seeds", bad[i]);
    assert_int_equal(count, -1);
    assert_true(alf_cli_read_seeds("0,2,5-7,2,4294967295", &count, seeds));
    assert_int_equal(count, 7);
    assert_memory_equal(seeds, expected, sizeof expected);
    assert_true(alf_cli_read_seeds("1-1000000", &count, NULL) && count == ALF_CLI_MAX_SEEDS);
    assert_false(alf_cli_read_seeds("1-1000000,3", &count, NULL));
}

static void pairs_and_grids_have_two_parts(void **state)
{
    static const char *const bad_pairs[] = {"", "1", "1,", ",1", "1,2,3", "1;2", "x,1", "1,nan"};
    static const char *const bad_grids[] = {"", "4", "4x", "x2", "4x2x1", "4X2", "4.0x2"};
    double                   pair[2];
    int64_t                  grid[2];
    (void)state;
    for (size_t i = 0; i < sizeof bad_pairs / sizeof bad_pairs[0]; i++)
        if (alf_cli_read_pair(bad_pairs[i], pair)) fail_msg("'%s' is taken as a pair", bad_pairs[i]);
    for (size_t i = 0; i < sizeof bad_grids / sizeof bad_grids[0]; i++)
        if (alf_cli_read_grid(bad_grids[i], grid)) fail_msg("'%s' is taken as a grid", bad_grids[i]);
}

static void distance_counts_changed_letters(void **state)
{
    (void)state;
    assert_int_equal(alf_cli_distance("trunc", "trunc"), 0);
    assert_int_equal(alf_cli_distance("trunk", "trunc"), 1);
    assert_int_equal(alf_cli_distance("sedes", "seeds"), 2);
    assert_int_equal(alf_cli_distance("", "seeds"), 5);
    assert_int_equal(alf_cli_distance("kitten", "sitting"), 3);
}

static void endless_words_are_refused_without_harm(void **state)
{
    enum { LENGTH = 100000 };
    char *word = malloc(LENGTH + 1), message[64];
    (void)state;
    assert_non_null(word);
    memset(word, '-', LENGTH);
    word[LENGTH] = '\0';
    for (int digit = 0; digit < 2; digit++) {
        alf_cli c = {.command = &command};
        char   *argv[] = {word};
        assert_false(alf_cli_parse(&c, 1, argv, message, sizeof message));
        assert_true(memchr(message, '\0', sizeof message) != NULL);
        memset(word, '7', LENGTH);
        memcpy(word, "--seeds=", 8);
    }
    free(word);
}

static void help_shows_every_option_with_range_and_default(void **state)
{
    char  *text = NULL;
    size_t size = 0;
    FILE  *to = open_memstream(&text, &size);
    (void)state;
    assert_non_null(to);
    alf_cli_print_help(&command, to);
    fclose(to);
    const alf_cli_option *o;
    for (int i = 0; (o = alf_cli_option_at(&command, i)); i++) {
        char option[80];
        snprintf(option, sizeof option, "\n  --%s", o->name);
        if (!strstr(text, option)) fail_msg("help does not show --%s", o->name);
    }
    assert_non_null(strstr(text, "usage: aliasfree try SRC --out=FILE [options]\n"));
    assert_non_null(strstr(text, "a number; 1 to 10; default 4\n"));
    assert_non_null(strstr(text, "a file; required\n"));
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        if (strcspn(line, "\n") > 100) fail_msg("a line of help is longer than 100 letters");
    free(text);
}

static void help_is_asked_for_before_lone_dashes_only(void **state)
{
    char *asked[] = {"a", "--count", "-h"}, *not_asked[] = {"a", "--", "--help"};
    (void)state;
    assert_true(alf_cli_wants_help(3, asked));
    assert_false(alf_cli_wants_help(3, not_asked));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_hold_until_options_are_given),
        cmocka_unit_test(a_command_may_take_several_arguments),
        cmocka_unit_test(both_spellings_of_a_value_are_the_same),
        cmocka_unit_test(truth_values_may_do_without_a_value),
        cmocka_unit_test(the_last_of_several_counts),
        cmocka_unit_test(lists_take_words_up_to_the_next_option),
        cmocka_unit_test(a_size_is_one_number_or_two),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(wrong_words_are_refused_by_name),
        cmocka_unit_test(whole_numbers_are_whole_and_in_range),
        cmocka_unit_test(numbers_are_decimal_and_finite),
        cmocka_unit_test(bytes_take_suffixes_and_no_overflow),
        cmocka_unit_test(seeds_are_numbers_and_rising_ranges),
        cmocka_unit_test(pairs_and_grids_have_two_parts),
        cmocka_unit_test(distance_counts_changed_letters),
        cmocka_unit_test(endless_words_are_refused_without_harm),
        cmocka_unit_test(help_shows_every_option_with_range_and_default),
        cmocka_unit_test(help_is_asked_for_before_lone_dashes_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
