/* Files that another process shortens, replaces or removes while they are read: an error, or what was there before or
 * after. Only a file that is shortened while it is mapped ends the process, and one that is read instead cannot. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aliasfree/archive.h"
#include "aliasfree/files.h"
#include "aliasfree/generator.h"
#include "data_sets.h"
#include "faults.h"
#include "pickle_bytes.h"
#include "sanitized.h"
#include "training/run_describe.h"
#include "trees.h"
#include "workloads.h"

typedef enum { SHORTEN, EMPTY, REWRITE, REPLACE, REMOVE, CHANGES } change;

static const char *const change_names[] = {"shortened", "emptied", "rewritten", "replaced", "removed"};

/* A file, its bytes, and those of another one that may take its place. */
typedef struct {
    char  *path, *bytes, *other;
    size_t size, other_size;
    change what;
} victim;

static void put(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void strike(void *user)
{
    const victim *v = user;
    char          beside[4096];
    switch (v->what) {
    case SHORTEN: assert_int_equal(truncate(v->path, (off_t)v->size / 3), 0); break;
    case EMPTY: assert_int_equal(truncate(v->path, 0), 0); break;
    case REWRITE: put(v->path, v->other, v->other_size); break;
    case REPLACE:
        snprintf(beside, sizeof beside, "%s.new", v->path);
        put(beside, v->other, v->other_size);
        assert_int_equal(rename(beside, v->path), 0);
        break;
    default: assert_int_equal(unlink(v->path), 0);
    }
}

/* Long ago, so that times tell what happens next. */
static void restore(const victim *v)
{
    const struct timespec times[2] = {{1000000000, 0}, {1000000000, 0}};
    unlink(v->path);
    put(v->path, v->bytes, v->size);
    assert_int_equal(utimensat(AT_FDCWD, v->path, times, 0), 0);
}

typedef struct {
    alf_ctx  *mapping, *reading;
    char     *folder;
    test_site site;
} fixture;

static alf_ctx *ctx_with(alf_files_method files, int64_t max_memory)
{
    const alf_ctx_options options = {.files = files, .max_memory = max_memory};
    alf_ctx              *ctx = NULL;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &ctx), ALF_OK);
    assert_int_equal(alf_ctx_files(ctx), files);
    return ctx;
}

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->mapping = ctx_with(ALF_FILES_MAP, 0);
    f->reading = ctx_with(ALF_FILES_READ, 0);
    f->folder = test_temp_folder();
    test_site_prepare(f->mapping, f->folder, &f->site);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    test_site_clear(&f->site);
    alf_ctx_destroy(f->mapping);
    alf_ctx_destroy(f->reading);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

static victim victim_of(const fixture *f, const char *name, const char *other)
{
    victim v = {.path = test_path(f->site.inputs, name)};
    char  *from = test_path(f->site.inputs, other);
    v.bytes = test_read_file(v.path, &v.size);
    v.other = test_read_file(from, &v.other_size);
    free(from);
    return v;
}

static void release(victim *v)
{
    free(v->path);
    free(v->bytes);
    free(v->other);
}

/* --- at each call -------------------------------------------------------------------------------------------------------- */

typedef struct {
    fixture             *f;
    const test_workload *w;
    uint64_t             results[3]; /* of the file as it was, as replaced, and without it */
    test_tree            trees[3];
    int                  known;
    int64_t              errors, works;
} watch;

/* What comes out when nothing happens, with each of the two files, and without a picture of a set. */
static void learn(watch *s, victim *v)
{
    for (int i = 0; i < 3; i++) {
        if (i == 1) put(v->path, v->other, v->other_size);
        if (i == 2) unlink(v->path);
        test_make_room(&s->f->site, s->w);
        s->f->site.result = 0;
        const alf_status status = s->w->work(s->f->reading, &s->f->site);
        if (i < 2) test_ok(s->f->reading, status);
        alf_ctx_clear_error(s->f->reading);
        restore(v);
        if (status) continue;
        s->results[s->known] = s->f->site.result;
        s->trees[s->known++] = test_tree_of(s->f->site.outputs);
    }
}

static void strike_at(watch *s, alf_ctx *ctx, victim *v, int64_t n)
{
    alf_ctx_clear_error(ctx);
    test_make_room(&s->f->site, s->w);
    s->f->site.result = 0;
    fault_start(&(fault_plan){.kinds = FAULT_LOOKS | FAULT_ZIPS, .at = n, .before = strike, .user = v});
    const alf_status status = s->w->work(ctx, &s->f->site);
    fault_stop();
    const test_tree found = test_tree_of(s->f->site.outputs);
    bool            known = false;
    for (int i = 0; i < s->known; i++)
        known |= s->f->site.result == s->results[i] && test_tree_equal(&found, &s->trees[i]);
    if (status == ALF_OK ? !known : !strstr(alf_ctx_message(ctx), "'/") && !strstr(alf_ctx_message(ctx), "/inputs/"))
        fail_msg("%s, %s before call %lld (%s): %d, '%s'", s->w->name, change_names[v->what], (long long)n,
                 fault_call(), (int)status, alf_ctx_message(ctx));
    s->errors += status != ALF_OK;
    s->works += status == ALF_OK;
    restore(v);
}

static int64_t calls_of(watch *s, alf_ctx *ctx)
{
    alf_ctx_clear_error(ctx);
    test_make_room(&s->f->site, s->w);
    fault_start(&(fault_plan){.kinds = FAULT_LOOKS | FAULT_ZIPS, .at = -1});
    test_ok(ctx, s->w->work(ctx, &s->f->site));
    return fault_stop();
}

/* Every change where files are read; where they are mapped those that leave the mapped file as it is. */
static void watch_changes(fixture *f, const char *workload, const char *name, const char *other)
{
    watch  s = {.f = f};
    victim v = victim_of(f, name, other);
    for (s.w = test_workloads; strcmp(s.w->name, workload) != 0;) assert_non_null((++s.w)->name);
    learn(&s, &v);
    for (v.what = SHORTEN; v.what < CHANGES; v.what++)
        for (int mapped = v.what < REPLACE ? 0 : 1; mapped >= 0; mapped--) {
            alf_ctx      *ctx = mapped ? f->mapping : f->reading;
            const int64_t all = calls_of(&s, ctx), step = fault_step(all, test_affordable(20, 10, 4));
            for (int64_t n = 0; n < all; n += step) strike_at(&s, ctx, &v, n);
        }
    printf("%s, %s changes: %lld errors, %lld whole results\n", workload, name, (long long)s.errors,
           (long long)s.works);
    assert_true(s.errors > 0 && s.works > 0);
    release(&v);
}

static void put_other_network(const fixture *f)
{
    alf_generator *g = NULL;
    alf_config     config;
    char          *path = test_path(f->site.inputs, "other.safetensors");
    test_ok(f->mapping, alf_config_named(f->mapping, "stylegan3-t", 16, 64, 4, &config));
    config.z_dim = config.w_dim = 8;
    config.num_layers = 3;
    test_ok(f->mapping, alf_generator_create(f->mapping, &config, 2, &g));
    test_ok(f->mapping, alf_generator_save(g, path));
    alf_generator_destroy(g);
    free(path);
}

static void a_network_that_changes_meanwhile_is_an_error_or_one_of_both(void **state)
{
    fixture *f = *state;
    put_other_network(f);
    watch_changes(f, "generate from safetensors", "network.safetensors", "other.safetensors");
}

static void a_picture_that_changes_meanwhile_is_an_error_or_one_of_both(void **state)
{
    watch_changes(*state, "read a data set from a folder", "set/00000/img00000007.png", "set/00000/img00000003.png");
}

static void labels_that_change_meanwhile_are_an_error_or_one_of_both(void **state)
{
    fixture *f = *state;
    char    *path = test_path(f->site.inputs, "set/dataset.json"), *text = test_read_file(path, NULL);
    strchr(text, ',')[2] ^= 1; /* another class of the first picture */
    free(test_write_file(f->site.inputs, "other.json", text, strlen(text)));
    watch_changes(f, "read a data set from a folder", "set/dataset.json", "other.json");
    free(text);
    free(path);
}

/* An archive that is longer, so that the directory of one does not fit the other. */
static void an_archive_that_changes_meanwhile_is_an_error_or_one_of_both(void **state)
{
    fixture           *f = *state;
    char              *from = test_path(f->site.inputs, "set"), *to = test_path(f->site.inputs, "other.zip");
    const char        *source = from;
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    recipe.labels = true;
    recipe.max_images = 10;
    test_ok(f->mapping, alf_dataset_build(f->mapping, 1, &source, to, &recipe, &report));
    watch_changes(f, "read a data set from a zip archive", "set.zip", "other.zip");
    free(from);
    free(to);
}

/* Options that somebody else changes were written by no run: whenever it happens, no error stops a new one. */
static void options_that_change_meanwhile_are_those_of_no_run(void **state)
{
    fixture *f = *state;
    int64_t  whole = 0, none = 0, calls = 1;
    alf_json read;
    bool     missing;

    free(test_write_file(f->site.inputs, "longer.json", "{\"a\": [1, 2, 3, 4]}", 19));
    free(test_write_file(f->site.inputs, ALF_RUN_OPTIONS_FILE, "{\"a\": 1}", 8));
    victim v = victim_of(f, ALF_RUN_OPTIONS_FILE, "longer.json");
    for (v.what = SHORTEN; v.what < CHANGES; v.what++)
        for (int64_t n = 0; n < calls; n++) {
            fault_start(&(fault_plan){.kinds = FAULT_LOOKS, .at = n, .before = strike, .user = &v});
            const alf_status status = alf_run_options_read(f->reading, f->site.inputs, &read, &missing);
            calls = fault_stop();
            if (status)
                fail_msg("%s before call %lld (%s): '%s'", change_names[v.what], (long long)n, fault_call(),
                         alf_ctx_message(f->reading));
            whole += read.root != NULL;
            none += read.root == NULL;
            alf_json_release(&read);
            assert_int_equal(alf_ctx_memory_used(f->reading), 0);
            restore(&v);
        }
    assert_true(whole > 0 && none > 4);
    release(&v);
}

/* --- archives that cannot be read ------------------------------------------------------------------------------------------ */

typedef alf_status (*open_fn)(alf_ctx *ctx, const char *path);

static alf_status open_npz(alf_ctx *ctx, const char *path)
{
    int        ndim;
    int64_t    shape[ALF_MAX_DIMS];
    double    *data;
    alf_status status = alf_npz_read(ctx, path, "a", &ndim, shape, &data);
    if (!status) alf_free_data(data);
    return status;
}

static alf_status open_pickle(alf_ctx *ctx, const char *path)
{
    alf_archive *archive;
    alf_status   status = alf_archive_open(ctx, path, &archive);
    if (!status) alf_archive_destroy(archive);
    return status;
}

/* Whatever libzip calls fail, what is said of the file is that it cannot be read, not that it is damaged; and it is
 * closed. */
static void check_zip_failures(fixture *f, const char *path, open_fn open_it, int error, alf_status expected)
{
    fault_start(&(fault_plan){.kinds = FAULT_ZIPS, .at = -1});
    test_ok(f->reading, open_it(f->reading, path));
    const int64_t all = fault_stop();
    assert_true(all >= 3);
    const test_descriptors before = test_descriptors_now();
    for (int64_t n = 0; n < all; n++) {
        fault_start(&(fault_plan){.kinds = FAULT_ZIPS, .at = n, .error = error});
        const alf_status status = open_it(f->reading, path);
        fault_stop();
        if (status != expected)
            fail_msg("%s: call %lld (%s): %d, '%s'", path, (long long)n, fault_call(), (int)status,
                     alf_ctx_message(f->reading));
        assert_int_equal(test_descriptors_now().open, before.open);
        alf_ctx_clear_error(f->reading);
    }
}

/* A pickle of a network whose storage is a zip archive of torch. */
static char *put_torch_zip(const fixture *f)
{
    const float   eight[8] = {0};
    const int64_t size = 8, stride = 1;
    pkl_bytes     p = pkl_start(4), id = pkl_storage_id("FloatStorage", 8), payload = pkl_start(0);
    char         *path = test_path(f->site.inputs, "storage.zip"), *bytes;
    size_t        length;

    test_zip(path, 2, (test_entry[]){{"a/data.pkl", id.at, id.size}, {"a/data/0", eight, sizeof eight}}, false);
    bytes = test_read_file(path, &length);
    pkl_raw(&payload, bytes, length);
    pkl_network_begin(&p);
    pkl_tensor(&p, &payload, 0, 1, &size, &stride);
    pkl_network_end(&p);
    free(bytes);
    free(path);
    path = test_write_file(f->site.inputs, "zipped.pkl", p.at, p.size);
    pkl_free(&payload);
    pkl_free(&id);
    pkl_free(&p);
    return path;
}

static void an_archive_that_cannot_be_read_is_not_called_damaged(void **state)
{
    const double        numbers[3] = {1, 2, 3};
    const int64_t       shape = 3;
    const alf_npz_array array = {.name = "a", .dtype = ALF_F64, .ndim = 1, .shape = &shape, .data = numbers};
    fixture            *f = *state;
    char               *npz = test_path(f->site.inputs, "a.npz"), *pickle = put_torch_zip(f);

    test_ok(f->reading, alf_npz_write(f->reading, npz, 1, &array));
    check_zip_failures(f, npz, open_npz, EIO, ALF_ERR_IO);
    check_zip_failures(f, npz, open_npz, ENOMEM, ALF_ERR_MEMORY);
    check_zip_failures(f, pickle, open_pickle, ENOMEM, ALF_ERR_MEMORY);
    free(pickle);
    free(npz);
}

/* --- writing ------------------------------------------------------------------------------------------------------------ */

/* What another process appends to the log. */
static void append_elsewhere(void *user)
{
    FILE *file = fopen(user, "ab");
    assert_non_null(file);
    assert_true(fputs("elsewhere\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Three letters of a line get in, then the disk is full: call `at` fails, and those after it with `all_later`. */
static void append_three_letters(fixture *f, const char *path, const fault_plan *plan, const char *reason)
{
    free(test_write_file(f->site.inputs, "log.txt", "first\n", 6));
    fault_shorten(3);
    fault_start(plan);
    const alf_status status = alf_text_append_line(f->reading, path, "second");
    fault_stop();
    fault_shorten(0);
    assert_fails(f->reading, status, ALF_ERR_IO, reason, "No space left");
}

static void assert_content(const char *path, const char *expected)
{
    char *text = test_read_file(path, NULL);
    assert_string_equal(text, expected);
    free(text);
}

static void half_a_line_is_taken_back_but_no_line_of_others(void **state)
{
    fixture   *f = *state;
    char      *path = test_path(f->site.inputs, "log.txt");
    fault_plan full = {.kinds = FAULT_CHANGES, .at = 2, .error = ENOSPC}; /* open, write, write */

    append_three_letters(f, path, &full, "cannot append to '");
    assert_content(path, "first\n");
    full.all_later = true; /* nor can it be cut */
    append_three_letters(f, path, &full, "of which a part stays");
    assert_content(path, "first\nsec");
    full = (fault_plan){.kinds = FAULT_CHANGES, .at = 2, .error = ENOSPC, .before = append_elsewhere, .user = path};
    append_three_letters(f, path, &full, "of which a part stays");
    assert_content(path, "first\nsecelsewhere\n");
    full = (fault_plan){.kinds = FAULT_CHANGES | FAULT_LOOKS, .at = 2, .all_later = true, .error = ENOSPC};
    append_three_letters(f, path, &full, "of which a part stays"); /* nor can it be looked at */
    assert_content(path, "first\nsec");
    free(path);
}

/* It would be asked for ever. */
static void who_takes_no_bytes_is_not_asked_again(void **state)
{
    fixture *f = *state;
    char    *path = test_write_file(f->site.inputs, "log.txt", "first\n", 6);

    fault_shorten(-1);
    const alf_status appended = alf_text_append_line(f->reading, path, "second");
    assert_fails(f->reading, appended, ALF_ERR_IO, path, NULL);
    assert_fails(f->reading, alf_text_write(f->reading, path, "new"), ALF_ERR_IO, path, NULL);
    fault_shorten(0);
    assert_content(path, "first\n");
    free(path);
}

/* Whatever it is that cannot be looked at, it is not taken for nothing and replaced. */
static void a_place_that_cannot_be_looked_at_is_no_place_to_write(void **state)
{
    fixture *f = *state;
    char    *path = test_path(f->site.inputs, "text.txt"), *link = test_path(f->site.inputs, "link.txt");
    int64_t  looks = 0;

    free(test_write_file(f->site.inputs, "text.txt", "old", 3));
    assert_int_equal(symlink("text.txt", link), 0);
    for (int64_t n = 0;; n++) {
        fault_start(&(fault_plan){.kinds = FAULT_LOOKS, .at = n, .error = EIO});
        const alf_status status = alf_text_write(f->reading, link, "new");
        if (fault_stop() <= n) break;
        const char *call = fault_call();
        if (strcmp(call, "stat") == 0 || strcmp(call, "realpath") == 0) {
            assert_fails(f->reading, status, ALF_ERR_IO, "cannot examine", ".txt");
            assert_content(path, "old");
            looks++;
        }
        alf_ctx_clear_error(f->reading);
        free(test_write_file(f->site.inputs, "text.txt", "old", 3));
    }
    assert_true(looks >= 2);
    free(link);
    free(path);
}

/* --- after it was loaded ------------------------------------------------------------------------------------------------- */

static alf_status paint(alf_generator *g, const char *path)
{
    alf_ctx       *ctx = alf_generator_ctx(g);
    const uint32_t seed = 3;
    alf_scope     *scope = alf_scope_open(ctx);
    alf_tensor    *ws = alf_generator_map(g, alf_generator_latents(g, 1, &seed), NULL, 1, -1);
    alf_status     status = alf_image_save_png(ctx, alf_generator_synthesize(g, ws, NULL), path);
    alf_scope_close(scope, NULL);
    return status;
}

static void a_network_that_was_read_survives_its_file(void **state)
{
    fixture       *f = *state;
    victim         v = victim_of(f, "network.safetensors", "network.safetensors");
    char          *before = test_path(f->site.outputs, "before.png"), *after = test_path(f->site.outputs, "after.png");
    alf_generator *g = NULL;
    size_t         sizes[2];
    test_ok(f->reading, alf_generator_load(f->reading, v.path, NULL, &g));
    test_ok(f->reading, paint(g, before));
    assert_int_equal(truncate(v.path, 0), 0);
    test_ok(f->reading, paint(g, after));
    char *a = test_read_file(before, &sizes[0]), *b = test_read_file(after, &sizes[1]);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(a, b, sizes[0]);
    free(a);
    free(b);
    alf_generator_destroy(g);
    free(before);
    free(after);
    release(&v);
}

/* As the documentation says: so nobody may believe otherwise. */
static void a_file_that_is_shortened_while_it_is_mapped_ends_the_process(void **state)
{
    fixture *f = *state;
    victim   v = victim_of(f, "network.safetensors", "network.safetensors");
    char    *image = test_path(f->site.outputs, "x.png");
    int      end = 0;
    fflush(stdout);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alf_ctx       *ctx = ctx_with(ALF_FILES_MAP, 0);
        alf_generator *g = NULL;
        signal(SIGBUS, SIG_DFL); /* not the sanitizer's */
        if (alf_generator_load(ctx, v.path, NULL, &g) || truncate(v.path, 0)) _exit(1);
        _exit(paint(g, image) ? 2 : 3);
    }
    assert_int_equal(waitpid(child, &end, 0), child);
    assert_true(WIFSIGNALED(end));
    assert_int_equal(WTERMSIG(end), SIGBUS);
    free(image);
    release(&v);
}

/* Between its being measured and mapped, and between its being opened and used. */
static void a_file_that_is_shortened_before_it_is_used_is_an_error(void **state)
{
    fixture       *f = *state;
    victim         v = victim_of(f, "network.safetensors", "network.safetensors");
    alf_archive   *archive = NULL;
    alf_generator *g = NULL;
    for (int n = 2; n < 4; n++) { /* open, fstat, mmap, fstat */
        fault_start(&(fault_plan){.kinds = FAULT_LOOKS, .at = n, .before = strike, .user = &v});
        const alf_status status = alf_archive_open(f->mapping, v.path, &archive);
        fault_stop();
        assert_fails(f->mapping, status, ALF_ERR_IO, "became shorter meanwhile", v.path);
        restore(&v);
    }
    test_ok(f->mapping, alf_archive_open(f->mapping, v.path, &archive));
    strike(&v);
    assert_fails(f->mapping, alf_generator_from_archive(f->mapping, archive, NULL, &g), ALF_ERR_IO,
                 "became shorter meanwhile", v.path);
    alf_archive_destroy(archive);
    release(&v);
}

/* --- what is read takes memory ------------------------------------------------------------------------------------------- */

static void what_is_read_counts_as_memory(void **state)
{
    fixture     *f = *state;
    victim       v = victim_of(f, "network.safetensors", "network.safetensors");
    alf_ctx     *small = ctx_with(ALF_FILES_READ, (int64_t)v.size - 1);
    alf_archive *archive = NULL;
    assert_fails(small, alf_archive_open(small, v.path, &archive), ALF_ERR_MEMORY, "memory budget", NULL);
    test_ok(f->reading, alf_archive_open(f->reading, v.path, &archive));
    assert_true(alf_ctx_memory_used(f->reading) >= (int64_t)v.size);
    alf_archive_destroy(archive);
    alf_ctx_destroy(small);
    release(&v);
}

static void an_empty_file_can_be_read(void **state)
{
    fixture     *f = *state;
    char        *path = test_write_file(f->site.inputs, "empty", "", 0);
    alf_archive *archive = NULL;
    assert_fails(f->reading, alf_archive_open(f->reading, path, &archive), ALF_ERR_FORMAT, "0 bytes", path);
    free(path);
}

static void the_environment_decides_unless_the_program_does(void **state)
{
    static const struct {
        const char      *text;
        alf_files_method asked, got; /* AUTO: refused */
    } cases[] = {{"read", ALF_FILES_AUTO, ALF_FILES_READ},
                 {"map", ALF_FILES_AUTO, ALF_FILES_MAP},
                 {"", ALF_FILES_AUTO, ALF_FILES_MAP},
                 {"read", ALF_FILES_MAP, ALF_FILES_MAP},
                 {"steal", ALF_FILES_AUTO, ALF_FILES_AUTO}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const alf_ctx_options options = {.files = cases[i].asked};
        char                  message[256] = "";
        alf_ctx              *ctx = NULL;
        assert_int_equal(setenv("ALIASFREE_FILES", cases[i].text, 1), 0);
        const alf_status status = alf_ctx_create(&options, message, sizeof message, &ctx);
        if (cases[i].got != ALF_FILES_AUTO)
            assert_int_equal(alf_ctx_files(ctx), cases[i].got);
        else if (status != ALF_ERR_ARGUMENT || !strstr(message, "ALIASFREE_FILES=steal"))
            fail_msg("%d: '%s'", (int)status, message);
        alf_ctx_destroy(ctx);
    }
    unsetenv("ALIASFREE_FILES");
}

int main(void)
{
#define CHANGE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CHANGE_TEST(a_network_that_changes_meanwhile_is_an_error_or_one_of_both),
        CHANGE_TEST(a_picture_that_changes_meanwhile_is_an_error_or_one_of_both),
        CHANGE_TEST(labels_that_change_meanwhile_are_an_error_or_one_of_both),
        CHANGE_TEST(an_archive_that_changes_meanwhile_is_an_error_or_one_of_both),
        CHANGE_TEST(options_that_change_meanwhile_are_those_of_no_run),
        CHANGE_TEST(an_archive_that_cannot_be_read_is_not_called_damaged),
        CHANGE_TEST(half_a_line_is_taken_back_but_no_line_of_others),
        CHANGE_TEST(who_takes_no_bytes_is_not_asked_again),
        CHANGE_TEST(a_place_that_cannot_be_looked_at_is_no_place_to_write),
        CHANGE_TEST(a_network_that_was_read_survives_its_file),
        CHANGE_TEST(a_file_that_is_shortened_while_it_is_mapped_ends_the_process),
        CHANGE_TEST(a_file_that_is_shortened_before_it_is_used_is_an_error),
        CHANGE_TEST(what_is_read_counts_as_memory),
        CHANGE_TEST(an_empty_file_can_be_read),
        cmocka_unit_test(the_environment_decides_unless_the_program_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
