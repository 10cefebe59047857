/* The state of a run on disk: two generations, one of which is whole at every moment, and damage that is found. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runs.h"
#include "training/run_folder.h"
#include "training/run_journal.h"
#include "training/run_state.h"

typedef struct {
    alf_ctx            *ctx;
    char               *folder;
    test_run            run;
    alf_dataset        *data;
    alf_trainer        *trainer;
    alf_scope          *scope;
    alf_run_fingerprint options;
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    f->folder = test_temp_folder();
    f->scope = alf_scope_open(f->ctx);
    test_run_prepare(f->ctx, f->folder, &f->run);
    test_ok(f->ctx, alf_dataset_open(f->ctx, f->run.data, &f->run.options.data_options, &f->data));
    test_ok(f->ctx, alf_trainer_create(f->ctx, &f->run.training, f->data, NULL, &f->trainer));
    snprintf(f->options.text, sizeof f->options.text, "of these options");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    alf_trainer_destroy(f->trainer);
    alf_dataset_destroy(f->data);
    test_run_clear(&f->run);
    alf_scope_close(f->scope, NULL);
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Writes a state of tick `tick`. */
static void save(fixture *f, int64_t tick, bool finished)
{
    alf_run_position position = {.tick = tick,
                                 .tick_start = 16 * tick,
                                 .images = 16 * tick,
                                 .finished = finished,
                                 .lengths = json_pack("{s:i}", "log.txt", 7)};

    test_ok(f->ctx, alf_run_state_save(f->ctx, f->folder, f->trainer, &f->options, &position));
    alf_run_position_clear(&position);
}

static bool exists(const fixture *f, const char *name)
{
    char *path = test_path(f->folder, name);
    bool  there = access(path, F_OK) == 0;

    free(path);
    return there;
}

/* The tick of the state in a file; -1: no such file. */
static int64_t tick_in(fixture *f, const char *name)
{
    alf_archive     *archive;
    alf_run_position position = {.tick = -1};

    test_ok(f->ctx, alf_run_state_open(f->ctx, f->folder, name, &archive));
    if (archive) {
        test_ok(f->ctx, alf_run_state_position(f->ctx, archive, &f->options, &position));
        test_ok(f->ctx, alf_trainer_restore(f->trainer, archive));
        assert_int_equal(position.images, 16 * position.tick);
        assert_int_equal(json_integer_value(json_object_get(position.lengths, "log.txt")), 7);
        alf_archive_destroy(archive);
    }
    int64_t tick = position.tick;
    alf_run_position_clear(&position);
    return tick;
}

/* --- generations --------------------------------------------------------------------------------------------------------- */

static void the_newest_two_are_kept(void **state)
{
    fixture *f = *state;

    assert_int_equal(tick_in(f, ALF_RUN_STATE), -1);
    save(f, 1, false);
    assert_int_equal(tick_in(f, ALF_RUN_STATE), 1);
    assert_int_equal(tick_in(f, ALF_RUN_STATE_PREVIOUS), -1);
    save(f, 2, false);
    save(f, 3, false);
    assert_int_equal(tick_in(f, ALF_RUN_STATE), 3);
    assert_int_equal(tick_in(f, ALF_RUN_STATE_PREVIOUS), 2);
    assert_false(exists(f, ALF_RUN_STATE_NEXT));
}

static void a_finished_run_keeps_one(void **state)
{
    fixture *f = *state;
    bool     finished = true;

    test_ok(f->ctx, alf_run_state_finished(f->ctx, f->folder, &finished));
    assert_false(finished);
    save(f, 1, false);
    save(f, 2, false);
    test_ok(f->ctx, alf_run_state_finished(f->ctx, f->folder, &finished));
    assert_false(finished);
    save(f, 3, true);
    test_ok(f->ctx, alf_run_state_finished(f->ctx, f->folder, &finished));
    assert_true(finished);
    assert_int_equal(tick_in(f, ALF_RUN_STATE), 3);
    assert_false(exists(f, ALF_RUN_STATE_PREVIOUS));
}

static void the_previous_one_takes_the_place_of_the_newest(void **state)
{
    fixture *f = *state;

    save(f, 1, false);
    save(f, 2, false);
    test_ok(f->ctx, alf_run_state_fall_back(f->ctx, f->folder));
    assert_int_equal(tick_in(f, ALF_RUN_STATE), 1);
    assert_false(exists(f, ALF_RUN_STATE_PREVIOUS));
    assert_fails(f->ctx, alf_run_state_fall_back(f->ctx, f->folder), ALF_ERR_IO, ALF_RUN_STATE_PREVIOUS, NULL);
}

/* A process that dies between the two renames leaves only a previous state; the run goes on from it. */
static void a_previous_state_alone_is_gone_on_from(void **state)
{
    fixture        *f = *state;
    alf_run_summary part;
    char           *newest, *next;

    f->run.stop_after = 6;
    part = test_run_done(&f->run);
    newest = test_path(part.folder, ALF_RUN_STATE);
    next = test_path(part.folder, ALF_RUN_STATE_NEXT);
    assert_int_equal(rename(newest, next), 0);
    f->run.stop_after = 1;
    part = test_run_done(&f->run);
    assert_true(part.resumed);
    assert_int_equal(access(next, F_OK), -1);
    free(newest);
    free(next);
}

static void the_same_trainer_gives_the_same_bytes(void **state)
{
    fixture *f = *state;
    char    *newest = test_path(f->folder, ALF_RUN_STATE), *previous = test_path(f->folder, ALF_RUN_STATE_PREVIOUS);
    char    *a, *b;
    size_t   size_a, size_b;

    save(f, 4, false);
    assert_int_equal(tick_in(f, ALF_RUN_STATE), 4); /* restores it too */
    save(f, 4, false);
    a = test_read_file(newest, &size_a);
    b = test_read_file(previous, &size_b);
    assert_int_equal(size_a, size_b);
    assert_memory_equal(a, b, size_a);
    assert_null(strstr(a + 8, f->folder)); /* the header, which ends in a zero of the data, knows no path */
    free(a);
    free(b);
    free(newest);
    free(previous);
}

/* --- damage -------------------------------------------------------------------------------------------------------------- */

static void assert_damaged(fixture *f, const char *what, size_t where)
{
    alf_archive *archive = NULL;
    alf_status   status = alf_run_state_open(f->ctx, f->folder, ALF_RUN_STATE, &archive);

    if (!alf_run_state_damaged(status)) fail_msg("%s at byte %zu is not found: status %d", what, where, (int)status);
    assert_null(archive);
    alf_ctx_clear_error(f->ctx);
}

static void a_bit_that_is_wrong_is_found_wherever_it_is(void **state)
{
    fixture *f = *state;
    char    *path = test_path(f->folder, ALF_RUN_STATE), *bytes;
    size_t   size;

    save(f, 1, false);
    bytes = test_read_file(path, &size);
    for (size_t i = 0; i < size; i += 1 + size / 400) {
        bytes[i] ^= 1;
        free(test_write_file(f->folder, ALF_RUN_STATE, bytes, size));
        assert_damaged(f, "a wrong bit", i);
        bytes[i] ^= 1;
    }
    free(test_write_file(f->folder, ALF_RUN_STATE, bytes, size));
    assert_int_equal(tick_in(f, ALF_RUN_STATE), 1);
    free(bytes);
    free(path);
}

static void a_state_that_ends_early_is_found_wherever_it_ends(void **state)
{
    fixture *f = *state;
    char    *path = test_path(f->folder, ALF_RUN_STATE), *bytes;
    size_t   size;

    save(f, 1, false);
    bytes = test_read_file(path, &size);
    for (size_t i = 0; i < size; i += 1 + size / 100) {
        free(test_write_file(f->folder, ALF_RUN_STATE, bytes, i));
        assert_damaged(f, "an early end", i);
    }
    free(test_write_file(f->folder, ALF_RUN_STATE, bytes, size - 1));
    assert_damaged(f, "an early end", size - 1);
    free(bytes);
    free(path);
}

static void a_state_of_other_options_is_refused(void **state)
{
    fixture            *f = *state;
    alf_archive        *archive;
    alf_run_position    position = {.tick = -1};
    alf_run_fingerprint others = {"of others"};

    save(f, 1, false);
    test_ok(f->ctx, alf_run_state_open(f->ctx, f->folder, ALF_RUN_STATE, &archive));
    assert_fails(f->ctx, alf_run_state_position(f->ctx, archive, &others, &position), ALF_ERR_FORMAT, "other options",
                 "of these options");
    assert_int_equal(position.tick, -1);
    alf_archive_destroy(archive);
}

/* Logs are cut back to what a state says, so it must say something of files. */
static void a_position_that_cannot_be_is_refused(void **state)
{
    static const struct {
        const char *tick, *start, *images, *lengths, *words;
    } cases[] = {{"-1", "0", "16", "{}", "tick is -1, expected 0 to 16"},
                 {"17", "0", "16", "{}", "tick is 17, expected 0 to 16"},
                 {"1", "-3", "16", "{}", "tick_start is -3, expected 0 to 16"},
                 {"1", "17", "16", "{}", "tick_start is 17, expected 0 to 16"},
                 {"0", "0", "-16", "{}", "images is -16, expected 0 to 9007199254740992"},
                 {"0", "0", "9007199254740993", "{}", "images is 9007199254740993"},
                 {"1", "1", "16", "[]", "lengths is no object"},
                 {"1", "1", "16", "null", "lengths is no object"},
                 {"1", "1", "16", "{\"log.txt\": -1}", "log.txt is -1, expected 0 to"},
                 {"1", "1", "16", "{\"a\": 1, \"log.txt\": \"7\"}", "length of log.txt is no integer"},
                 {"1", "1", "16", "{\"log.txt\": null}", "length of log.txt is no integer"},
                 {"1", "1", "16", "{\"log.txt\": 7.0}", "length of log.txt is no integer"},
                 {"1", "1", "16", "{\"log.txt\": 7}", NULL},
                 {"16", "16", "16", "{}", NULL}};
    fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        alf_archive     *archive;
        alf_run_position position = {.tick = -1};
        char             text[512];
        snprintf(text, sizeof text,
                 "{\"isa\": \"x\", \"options\": \"%s\", \"tick\": %s, \"tick_start\": %s, \"images\": %s, "
                 "\"finished\": false, \"lengths\": %s}",
                 f->options.text, cases[i].tick, cases[i].start, cases[i].images, cases[i].lengths);
        test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
        test_ok(f->ctx, alf_archive_set_meta(archive, "run", text));
        alf_status status = alf_run_state_position(f->ctx, archive, &f->options, &position);
        if (cases[i].words) {
            assert_fails(f->ctx, status, ALF_ERR_FORMAT, cases[i].words, "'run'");
            assert_int_equal(position.tick, -1);
        } else {
            test_ok(f->ctx, status);
            alf_run_position_clear(&position);
        }
        alf_archive_destroy(archive);
    }
}

static void a_network_file_is_no_state(void **state)
{
    fixture     *f = *state;
    alf_archive *archive = NULL;
    char        *path = test_path(f->folder, ALF_RUN_STATE);

    test_ok(f->ctx, alf_generator_save(alf_trainer_generator(f->trainer, true), path));
    assert_fails(f->ctx, alf_run_state_open(f->ctx, f->folder, ALF_RUN_STATE, &archive), ALF_ERR_FORMAT, path,
                 "expected one to be stored in it");
    free(path);
}

/* --- files that grow ------------------------------------------------------------------------------------------------------ */

static double last_number(fixture *f, const char *name, const char *key, double fallback)
{
    double value = -1;

    test_ok(f->ctx, alf_run_journal_last(f->ctx, f->folder, name, key, fallback, &value));
    return value;
}

/* A process that began its clock at zero then would say something else than what happened. */
static void a_log_that_cannot_be_read_is_an_error(void **state)
{
    fixture *f = *state;
    char    *path = test_path(f->folder, "a.jsonl");
    double   value = -1;

    assert_int_equal(mkdir(path, 0777), 0);
    assert_fails(f->ctx, alf_run_journal_last(f->ctx, f->folder, "a.jsonl", "a", 7, &value), ALF_ERR_IO, path, NULL);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("a.jsonl", path), 0);
    assert_fails(f->ctx, alf_run_journal_last(f->ctx, f->folder, "a.jsonl", "a", 7, &value), ALF_ERR_IO, path, NULL);
    assert_true(value == -1);
    free(path);
}

static void logs_are_cut_back_to_what_a_state_knows(void **state)
{
    fixture          *f = *state;
    const char *const measured[] = {"swd8"};
    alf_run_options   options = alf_run_options_default();
    json_t           *lengths;
    char             *log = test_path(f->folder, ALF_RUN_LOG), *text;

    options.num_metrics = 1;
    options.metrics = measured;

    test_ok(f->ctx, alf_run_journal_line(f->ctx, f->folder, ALF_RUN_LOG, "first"));
    test_ok(f->ctx, alf_run_journal_line(f->ctx, f->folder, ALF_RUN_STATS, "{\"a\": {\"num\": 1, \"mean\": 2.5}}"));
    lengths = alf_run_journal_lengths(f->ctx, f->folder, &options);
    assert_int_equal(json_object_size(lengths), 2);
    test_ok(f->ctx, alf_run_journal_line(f->ctx, f->folder, ALF_RUN_LOG, "second"));
    test_ok(f->ctx, alf_run_journal_line(f->ctx, f->folder, "metric-swd8.jsonl", "{}"));
    test_ok(f->ctx, alf_run_journal_cut(f->ctx, f->folder, &options, lengths));
    text = test_read_file(log, NULL);
    assert_string_equal(text, "first\n");
    assert_false(exists(f, "metric-swd8.jsonl"));
    assert_true(last_number(f, ALF_RUN_STATS, "a", 0) == 2.5);
    assert_true(last_number(f, ALF_RUN_STATS, "b", 7) == 7);
    assert_true(last_number(f, "none.jsonl", "a", 7) == 7);
    free(test_write_file(f->folder, "broken.jsonl", "{\"a\": 1}\n{\"a\":", 14));
    assert_true(last_number(f, "broken.jsonl", "a", 7) == 7);
    assert_int_equal(truncate(log, 2), 0); /* lines that are lost stay lost */
    test_ok(f->ctx, alf_run_journal_cut(f->ctx, f->folder, &options, lengths));
    free(text);
    text = test_read_file(log, NULL);
    assert_string_equal(text, "fi");
    test_ok(f->ctx, alf_run_journal_cut(f->ctx, f->folder, &options, NULL));
    assert_false(exists(f, ALF_RUN_LOG) || exists(f, ALF_RUN_STATS));
    json_decref(lengths);
    free(text);
    free(log);
}

static void only_files_of_runs_are_touched(void **state)
{
    static const char *const names[] = {"notes.txt",  "metric-.jsonl",    "metrics.jsonl",
                                        "stats.json", ".aliasfree-1.txt", "metric-swd16.jsonl"};
    const char *const        measured[] = {"swd8"};
    fixture                 *f = *state;
    alf_run_options          options = alf_run_options_default();

    options.num_metrics = 1;
    options.metrics = measured;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) free(test_write_file(f->folder, names[i], "x", 1));
    test_ok(f->ctx, alf_run_journal_cut(f->ctx, f->folder, &options, NULL));
    test_ok(f->ctx, alf_run_folder_sweep(f->ctx, f->folder));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) assert_true(exists(f, names[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_newest_two_are_kept),
        TEST(a_finished_run_keeps_one),
        TEST(the_previous_one_takes_the_place_of_the_newest),
        TEST(a_previous_state_alone_is_gone_on_from),
        TEST(the_same_trainer_gives_the_same_bytes),
        TEST(a_bit_that_is_wrong_is_found_wherever_it_is),
        TEST(a_state_that_ends_early_is_found_wherever_it_ends),
        TEST(a_state_of_other_options_is_refused),
        TEST(a_position_that_cannot_be_is_refused),
        TEST(a_network_file_is_no_state),
        TEST(a_log_that_cannot_be_read_is_an_error),
        TEST(logs_are_cut_back_to_what_a_state_knows),
        TEST(only_files_of_runs_are_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
