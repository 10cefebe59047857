/* The parts of runs that stand alone: when options are the same, what lines and pictures look like, what ranks follow. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "aliasfree/files.h"
#include "data_sets.h"
#include "runs.h"
#include "training/run_compare.h"
#include "training/run_describe.h"
#include "training/run_folder.h"
#include "training/run_grid.h"
#include "training/run_ranks.h"
#include "training/run_report.h"

/* --- options ------------------------------------------------------------------------------------------------------------- */

static json_t *describe(run_fixture *f, int ranks)
{
    alf_dataset *data = NULL;
    json_t      *options;

    test_ok(f->ctx, alf_dataset_open(f->ctx, f->run.data, &f->run.options.data_options, &data));
    options = alf_run_describe(f->ctx, &f->run.training, data, ranks, &f->run.options);
    if (!options) test_ok(f->ctx, alf_ctx_status(f->ctx));
    alf_dataset_destroy(data);
    return options;
}

static bool same_fingerprint(alf_ctx *ctx, const json_t *a, const json_t *b)
{
    alf_run_fingerprint of_a, of_b;

    test_ok(ctx, alf_run_fingerprint_of(ctx, a, &of_a));
    test_ok(ctx, alf_run_fingerprint_of(ctx, b, &of_b));
    assert_int_equal(strlen(of_a.text), 16);
    return strcmp(of_a.text, of_b.text) == 0;
}

static alf_run_likeness likeness(alf_ctx *ctx, const json_t *a, const json_t *b)
{
    alf_run_likeness found;

    test_ok(ctx, alf_run_compare(ctx, a, b, &found));
    return found;
}

/* Fails unless the settings as they are now differ from `before`; then sets them back. */
static void check_differs(run_fixture *f, const json_t *before, const char *what, const test_run *settings,
                          bool fingerprint)
{
    json_t *now = describe(f, 1);

    if (likeness(f->ctx, before, now) == ALF_RUN_SAME) fail_msg("another %s makes no difference", what);
    if (same_fingerprint(f->ctx, before, now) == fingerprint) fail_msg("the fingerprint and another %s", what);
    json_decref(now);
    f->run.training = settings->training;
    f->run.options = settings->options;
}

static void every_setting_makes_another_run(void **state)
{
    static const char *const other_metric[] = {"swd9"};
    run_fixture             *f = *state;
    test_run                 settings = f->run;
    alf_training_options    *t = &f->run.training;
    alf_run_options         *o = &f->run.options;
    json_t                  *before = describe(f, 1);

#define DIFFERS(change)                                                                                                \
    do {                                                                                                               \
        change;                                                                                                        \
        check_differs(f, before, #change, &settings, true);                                                            \
    } while (0)
    DIFFERS(t->generator.channel_max = 6);
    DIFFERS(t->generator.w_avg_beta = 0.9);
    DIFFERS(t->discriminator.freeze_layers = 1);
    DIFFERS(t->batch = 16);
    DIFFERS(t->batch_gpu = 8);
    DIFFERS(t->r1_gamma = 1);
    DIFFERS(t->d_reg_interval = 5);
    DIFFERS(t->g_reg_interval = 5);
    DIFFERS(t->pl_weight = 1);
    DIFFERS(t->pl_batch_shrink = 1);
    DIFFERS(t->pl_decay = 0.02);
    DIFFERS(t->style_mixing_prob = 0.5);
    DIFFERS(t->blur_init_sigma = 1);
    DIFFERS(t->blur_fade_kimg = 1);
    DIFFERS(t->g_lr = 0.1);
    DIFFERS(t->d_lr = 0.1);
    DIFFERS(t->beta1 = 0.1);
    DIFFERS(t->beta2 = 0.9);
    DIFFERS(t->eps = 1e-7);
    DIFFERS(t->ema_kimg = 1);
    DIFFERS(t->ema_rampup = 0);
    DIFFERS(t->augment.cutout = 0.5);
    DIFFERS(t->augment_p = 0.1);
    DIFFERS(t->ada_target = 0.5);
    DIFFERS(t->ada_interval = 5);
    DIFFERS(t->ada_kimg = 5);
    DIFFERS(t->seed = 1);
    DIFFERS(o->kimg = 1);
    DIFFERS(o->tick = 1);
    DIFFERS(o->snap = 1);
    DIFFERS(o->grid[0] = 4);
    DIFFERS(o->grid[0] = o->grid[1] = 0);
    DIFFERS(o->grid[0] = o->grid[1] = -1);
    DIFFERS(o->metrics = other_metric);
    DIFFERS(o->num_metrics = 0);
    DIFFERS(o->data_options.mirror = true);
    DIFFERS(o->data_options.max_items = 5);
    DIFFERS(o->data_options.seed = 5);
#undef DIFFERS
    o->resume = "a.safetensors"; /* a path, which a state does not know */
    check_differs(f, before, "resume", &settings, false);
    json_decref(before);
}

static void another_set_under_the_same_path_is_other_data(void **state)
{
    run_fixture *f = *state;
    json_t      *before = describe(f, 1), *after, *third;

    test_put_file(f->ctx, f->run.data, "dataset.json", "{}", 2);
    after = describe(f, 1);
    assert_int_equal(likeness(f->ctx, before, after), ALF_RUN_OTHER_DATA);
    assert_false(same_fingerprint(f->ctx, before, after));
    f->run.training.seed = 1;
    third = describe(f, 1);
    assert_int_equal(likeness(f->ctx, before, third), ALF_RUN_OTHER);
    json_decref(before);
    json_decref(after);
    json_decref(third);
}

static void the_place_and_the_processes_make_no_other_run(void **state)
{
    run_fixture *f = *state;
    json_t      *one = describe(f, 1), *four = describe(f, 4);
    char        *text = alf_run_options_text(f->ctx, four, "some/where");
    alf_json     read;
    bool         missing;

    assert_non_null(strstr(text, "\"run_dir\": \"some/where\""));
    assert_non_null(strstr(text, "\"num_gpus\": 4"));
    free(test_write_file(f->folder, ALF_RUN_OPTIONS_FILE, text, strlen(text)));
    test_ok(f->ctx, alf_run_options_read(f->ctx, f->folder, &read, &missing));
    assert_non_null(read.root);
    assert_false(missing);
    assert_int_equal(likeness(f->ctx, one, read.root), ALF_RUN_SAME); /* every number survives the text */
    assert_true(same_fingerprint(f->ctx, one, read.root));
    alf_json_release(&read);
    test_ok(f->ctx, alf_run_options_read(f->ctx, f->run.outdir, &read, &missing));
    assert_null(read.root);
    assert_true(missing);
    alf_free_data(text);
    json_decref(one);
    json_decref(four);
}

/* What of the name is there has nothing to do with a run, and stops none, however files are looked at; and it takes no
 * memory to speak of. */
static void check_no_options(run_fixture *f, const char *what)
{
    for (int files = ALF_FILES_MAP; files <= ALF_FILES_READ; files++) {
        const alf_ctx_options options = {.files = (alf_files_method)files, .max_memory = 100000};
        alf_ctx              *ctx = NULL;
        alf_json              read;
        bool                  missing;

        assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
        test_ok(ctx, alf_run_options_read(ctx, f->folder, &read, &missing));
        if (read.root || missing) fail_msg("%s: %s", what, missing ? "missing" : "read");
        assert_int_equal(alf_ctx_memory_used(ctx), 0);
        alf_ctx_destroy(ctx);
    }
}

static void what_is_no_file_of_options_is_no_run_of_ours(void **state)
{
    run_fixture       *f = *state;
    char              *path = test_path(f->folder, ALF_RUN_OPTIONS_FILE), *large = malloc(ALF_RUN_MAX_OPTIONS + 1);
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int                here = open(".", O_RDONLY), sock = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(large && here >= 0 && sock >= 0);
    assert_int_equal(mkdir(path, 0777), 0);
    check_no_options(f, "a folder");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkfifo(path, 0666), 0);
    check_no_options(f, "a pipe");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(ALF_RUN_OPTIONS_FILE, path), 0);
    check_no_options(f, "a link to itself");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(chdir(f->folder), 0); /* names of sockets are short */
    strcpy(name.sun_path, ALF_RUN_OPTIONS_FILE);
    assert_int_equal(bind(sock, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(fchdir(here), 0);
    check_no_options(f, "a socket");
    assert_int_equal(unlink(path), 0);
    memset(large, ' ', ALF_RUN_MAX_OPTIONS + 1);
    memcpy(large, "{}", 2);
    free(test_write_file(f->folder, ALF_RUN_OPTIONS_FILE, large, ALF_RUN_MAX_OPTIONS + 1));
    check_no_options(f, "a file that is too large");
    assert_int_equal(truncate(path, (off_t)3 << 30), 0);
    check_no_options(f, "a file that is far too large");
    free(test_write_file(f->folder, ALF_RUN_OPTIONS_FILE, "[]", 2));
    check_no_options(f, "a list");
    free(test_write_file(f->folder, ALF_RUN_OPTIONS_FILE, "", 0));
    check_no_options(f, "an empty file");
    close(sock);
    close(here);
    free(large);
    free(path);
}

/* Beside folders of strangers, whose numbers are higher. */
static void a_run_begins_beside_what_strangers_left(void **state)
{
    run_fixture *f = *state;
    char        *folder = test_path(f->run.outdir, "00007-a"), *options = test_path(folder, ALF_RUN_OPTIONS_FILE);
    char        *other = test_path(f->run.outdir, "00008-b"), *pipe = test_path(other, ALF_RUN_OPTIONS_FILE);

    test_ok(f->ctx, alf_make_folder(f->ctx, options));
    test_ok(f->ctx, alf_make_folder(f->ctx, other));
    assert_int_equal(mkfifo(pipe, 0666), 0);
    f->run.stop_after = 1;
    assert_non_null(strstr(test_run_done(&f->run).folder, "/00009-"));
    free(folder);
    free(options);
    free(other);
    free(pipe);
}

static void options_are_told_as_the_original_tells_them(void **state)
{
    static const char *const keys[] = {"G_kwargs",
                                       "D_kwargs",
                                       "G_opt_kwargs",
                                       "D_opt_kwargs",
                                       "loss_kwargs",
                                       "augment_kwargs",
                                       "data_loader_kwargs",
                                       "training_set_kwargs",
                                       "ada_target",
                                       "ada_kimg",
                                       "augment_p",
                                       "ema_kimg",
                                       "ema_rampup",
                                       "resume_pkl",
                                       "num_gpus",
                                       "batch_size",
                                       "batch_gpu",
                                       "metrics",
                                       "total_kimg",
                                       "kimg_per_tick",
                                       "random_seed",
                                       "image_snapshot_ticks",
                                       "network_snapshot_ticks"};
    run_fixture             *f = *state;
    json_t                  *options = describe(f, 1), *set = json_object_get(options, "training_set_kwargs");

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (!json_object_get(options, keys[i])) fail_msg("%s is not there", keys[i]);
    assert_string_equal(json_string_value(json_object_get(set, "path")), f->run.data);
    assert_int_equal(json_integer_value(json_object_get(set, "max_size")), 12);
    assert_string_equal(json_string_value(json_object_get(json_object_get(options, "G_kwargs"), "class_name")),
                        "training.networks_stylegan2.Generator");
    json_decref(options);
}

static void a_path_that_is_no_text_is_written_by_its_bytes(void **state)
{
    run_fixture *f = *state;
    json_t      *options;

    f->run.options.resume = "a\xff\xc3\xa9.pkl";
    options = describe(f, 1);
    assert_string_equal(json_string_value(json_object_get(options, "resume_pkl")), "a\\xff\\xc3\\xa9.pkl");
    json_decref(options);
}

/* --- folders ------------------------------------------------------------------------------------------------------------- */

static void a_new_run_has_the_next_number(void **state)
{
    static const char *const others[] = {"00003-of-others", "7-no-run", "00009x", "notes", "000000008-long"};
    run_fixture             *f = *state;
    char                    *folder = NULL;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char *path = test_path(f->folder, others[i]);
        test_ok(f->ctx, alf_make_folder(f->ctx, path));
        free(path);
    }
    test_ok(f->ctx, alf_run_folder_make(f->ctx, f->folder, "-mine", &folder));
    assert_string_equal(test_last_part(folder), "00004-mine");
    alf_free_data(folder);
    test_ok(f->ctx, alf_run_folder_make(f->ctx, f->folder, "-mine", &folder));
    assert_string_equal(test_last_part(folder), "00005-mine");
    alf_free_data(folder);
}

/* A run of two iterations of ten. */
static alf_run_summary interrupted(run_fixture *f)
{
    alf_run_summary part;

    f->run.stop_after = 2;
    part = test_run_done(&f->run);
    f->run.stop_after = 1;
    assert_false(part.finished);
    return part;
}

static void a_run_on_other_data_is_not_continued(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary first = interrupted(f), second, third;
    char            line[256], *note = test_path(f->run.data, "dataset.json");

    snprintf(line, sizeof line, "%s has the same options but other data: not continued", test_last_part(first.folder));
    test_put_file(f->ctx, f->run.data, "dataset.json", "{}", 2);
    second = test_run_done(&f->run);
    assert_false(second.resumed);
    assert_string_not_equal(second.folder, first.folder);
    assert_said(&f->run, line);
    assert_int_equal(remove(note), 0);
    third = test_run_done(&f->run);
    assert_true(third.resumed);
    assert_string_equal(third.folder, first.folder);
    assert_null(strstr(f->run.log, "other data"));
    free(note);
}

static void other_kernels_are_warned_of(void **state)
{
    run_fixture    *f = *state;
    alf_ctx        *scalar;
    alf_run_summary part = interrupted(f);

    if (alf_ctx_isa(f->ctx) == ALF_ISA_SCALAR) skip();
    part = test_run_done(&f->run);
    assert_true(part.resumed);
    assert_null(strstr(f->run.log, "kernels"));
    scalar = test_ctx(ALF_BACKEND_CPU, ALF_ISA_SCALAR);
    test_ok(scalar, test_run_go(scalar, &f->run, &part));
    alf_ctx_destroy(scalar);
    assert_true(part.resumed);
    assert_said(&f->run, alf_isa_name(alf_ctx_isa(f->ctx)));
    assert_said(&f->run, "and these are for scalar");
}

static void a_wrong_file_to_start_from_leaves_nothing(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary none;

    f->run.options.resume = "absent.safetensors";
    assert_fails(f->ctx, test_run_go(f->ctx, &f->run, &none), ALF_ERR_IO, "absent.safetensors", NULL);
    assert_absent(f->folder, "runs");
}

static void a_grid_wider_than_a_picture_may_be_is_refused(void **state)
{
    run_fixture    *f = *state;
    alf_run_summary none;

    f->run.options.grid[0] = 4096;
    f->run.options.grid[1] = 1;
    assert_fails(f->ctx, test_run_go(f->ctx, &f->run, &none), ALF_ERR_RANGE, "grid is 4096x1, 16 pixels each",
                 "65500 pixels");
    assert_absent(f->folder, "runs");
}

/* --- lines and grids ------------------------------------------------------------------------------------------------------ */

static void the_status_line_is_that_of_the_original(void **state)
{
    const alf_run_figures figures = {.tick = 3,
                                     .images = 12345,
                                     .total_seconds = 3723,
                                     .tick_seconds = 61.25,
                                     .seconds_per_kimg = 12.345,
                                     .maintenance = 0.75,
                                     .cpu_gb = 1.5,
                                     .augment = 0.0625};
    char                  line[512];

    (void)state;
    alf_run_status_line(&figures, line, sizeof line);
    assert_string_equal(line, "tick 3     kimg 12.3     time 1h 02m 03s   sec/tick 61.2    sec/kimg 12.35   "
                              "maintenance 0.8    cpumem 1.50   gpumem 0.00   augment 0.062");
}

static void the_live_line_tells_what_is_left(void **state)
{
    char line[256];

    (void)state;
    alf_run_live_line(2, 10000, 25000000, 5000, 100, 0.5, line, sizeof line);
    assert_string_equal(line, "tick 2  kimg 10.0/25000  50 img/s  left 5d 18h 50m  mem 0.50 GB");
    alf_run_live_line(0, 8, 80, 0, 0, 0.5, line, sizeof line);
    assert_string_equal(line, "tick 0  kimg 0.008/0.08  0.00 img/s  left ?  mem 0.50 GB");
}

static void grids_follow_the_rule_of_the_original(void **state)
{
    static const struct {
        int64_t asked[2], resolution, columns, rows;
    } cases[] = {{{0, 0}, 16, 32, 32}, {{0, 0}, 256, 30, 16}, {{0, 0}, 512, 15, 8}, {{0, 0}, 1024, 7, 4},
                 {{0, 0}, 2048, 7, 4}, {{5, 2}, 256, 5, 2},   {{-1, -1}, 256, 0, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t columns, rows;
        alf_run_grid_size(cases[i].asked, cases[i].resolution, &columns, &rows);
        assert_int_equal(columns, cases[i].columns);
        assert_int_equal(rows, cases[i].rows);
    }
}

/* --- ranks --------------------------------------------------------------------------------------------------------------- */

/* What rank 0 broadcasts, for others to take. */
typedef struct {
    unsigned char bytes[256];
    size_t        written, read;
} wire;

static alf_status broadcast(void *user, alf_ctx *ctx, int from, void *data, size_t bytes)
{
    wire *w = user;

    assert_int_equal(from, 0);
    assert_true(w->written + bytes <= sizeof w->bytes);
    (void)ctx;
    memcpy(w->bytes + w->written, data, bytes);
    w->written += bytes;
    return ALF_OK;
}

static alf_status take(void *user, alf_ctx *ctx, int from, void *data, size_t bytes)
{
    wire *w = user;

    assert_int_equal(from, 0);
    if (w->read + bytes > w->written) return alf_fail(ctx, ALF_ERR_IO, "rank 0 was lost");
    memcpy(data, w->bytes + w->read, bytes);
    w->read += bytes;
    return ALF_OK;
}

static void ranks_take_what_the_first_decides(void **state)
{
    run_fixture *f = *state;
    wire         w = {.written = 0};
    alf_comm     first = {.rank = 0, .size = 2, .user = &w, .broadcast = broadcast};
    alf_comm     second = {.rank = 1, .size = 2, .user = &w, .broadcast = take};
    int          decided = 42, taken = 0;

    test_ok(f->ctx, alf_run_follow(f->ctx, &first, ALF_OK, &decided, sizeof decided));
    test_ok(f->ctx, alf_run_follow(f->ctx, &second, ALF_OK, &taken, sizeof taken));
    assert_int_equal(taken, 42);
    assert_fails(f->ctx, alf_run_follow(f->ctx, &second, ALF_OK, &taken, sizeof taken), ALF_ERR_IO, "was lost", NULL);
}

static void a_failure_of_the_first_rank_ends_the_others(void **state)
{
    run_fixture *f = *state;
    wire         w = {.written = 0};
    alf_comm     first = {.rank = 0, .size = 2, .user = &w, .broadcast = broadcast};
    alf_comm     second = {.rank = 1, .size = 2, .user = &w, .broadcast = take};
    int          data = 42;

    (void)alf_fail(f->ctx, ALF_ERR_IO, "the disk is full");
    assert_fails(f->ctx, alf_run_follow(f->ctx, &first, ALF_ERR_IO, &data, sizeof data), ALF_ERR_IO, "the disk is full",
                 NULL);
    assert_fails(f->ctx, alf_run_follow(f->ctx, &second, ALF_OK, &data, sizeof data), ALF_ERR_IO, "rank 0 failed",
                 NULL);
    assert_int_equal(w.read, w.written); /* nobody waits for more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN_TEST(every_setting_makes_another_run),
        RUN_TEST(another_set_under_the_same_path_is_other_data),
        RUN_TEST(the_place_and_the_processes_make_no_other_run),
        RUN_TEST(what_is_no_file_of_options_is_no_run_of_ours),
        RUN_TEST(a_run_begins_beside_what_strangers_left),
        RUN_TEST(options_are_told_as_the_original_tells_them),
        RUN_TEST(a_path_that_is_no_text_is_written_by_its_bytes),
        RUN_TEST(a_new_run_has_the_next_number),
        RUN_TEST(a_run_on_other_data_is_not_continued),
        RUN_TEST(other_kernels_are_warned_of),
        RUN_TEST(a_wrong_file_to_start_from_leaves_nothing),
        RUN_TEST(the_status_line_is_that_of_the_original),
        RUN_TEST(the_live_line_tells_what_is_left),
        RUN_TEST(a_grid_wider_than_a_picture_may_be_is_refused),
        RUN_TEST(grids_follow_the_rule_of_the_original),
        RUN_TEST(ranks_take_what_the_first_decides),
        RUN_TEST(a_failure_of_the_first_rank_ends_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
