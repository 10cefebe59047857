/* Little runs of training for tests. */
#include "runs.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/digest.h"
#include "data_sets.h"
#include "trees.h"

enum { PICTURES = 12, SIZE = 16 };

/* --- settings -------------------------------------------------------------------------------------------------------- */

static void take_line(void *user, const char *line)
{
    test_run *r = user;
    size_t    used = strlen(r->log);

    snprintf(r->log + used, sizeof r->log - used, "%s\n", line);
}

static bool enough(void *user)
{
    test_run *r = user;

    return ++r->asked == r->stop_after;
}

static void shrink(alf_training_options *t)
{
    t->generator.z_dim = t->generator.w_dim = 8;
    t->generator.mapping_layers = 2;
    t->batch_gpu = 4;
    t->ada_kimg = 0.1; /* so that p leaves 0 within a few iterations */
    t->d_reg_interval = 4;
    t->g_reg_interval = 3;
}

void test_run_prepare(alf_ctx *ctx, const char *folder, test_run *out)
{
    static const char *const metrics[] = {"swd8"};
    struct stat              info;

    *out = (test_run){.data = test_path(folder, "data"), .outdir = test_path(folder, "runs")};
    if (stat(out->data, &info)) test_put_set(ctx, out->data, PICTURES, SIZE, 3, NULL);
    test_ok(ctx, alf_training_options_named(ctx, "stylegan2", SIZE, 8, 64, 4, &out->training));
    shrink(&out->training);
    out->options = alf_run_options_default();
    out->options.outdir = out->outdir;
    out->options.cfg = "stylegan2";
    out->options.kimg = 0.080;
    out->options.tick = 0.016;
    out->options.snap = 2;
    out->options.grid[0] = 3;
    out->options.grid[1] = 2;
    out->options.num_metrics = 1;
    out->options.metrics = metrics;
    out->options.log = take_line;
    out->options.stop = enough;
}

void test_run_clear(test_run *r)
{
    free(r->data);
    free(r->outdir);
}

/* --- running --------------------------------------------------------------------------------------------------------- */

alf_status test_run_go(alf_ctx *ctx, test_run *r, alf_run_summary *summary)
{
    alf_dataset *data = NULL;
    alf_status   status = alf_dataset_open(ctx, r->data, &r->options.data_options, &data);

    r->log[0] = '\0';
    r->asked = 0;
    r->options.user = r;
    if (!status) status = alf_run(ctx, &r->training, data, NULL, &r->options, summary);
    alf_dataset_destroy(data);
    return status;
}

alf_run_summary test_run_done(test_run *r)
{
    alf_ctx        *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_run_summary summary;

    test_ok(ctx, test_run_go(ctx, r, &summary));
    alf_ctx_destroy(ctx);
    return summary;
}

int run_fixture_set_up(void **state)
{
    run_fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    f->folder = test_temp_folder();
    test_run_prepare(f->ctx, f->folder, &f->run);
    *state = f;
    return 0;
}

int run_fixture_tear_down(void **state)
{
    run_fixture *f = *state;

    test_run_clear(&f->run);
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

void test_run_move(test_run *r, const char *folder, const char *name)
{
    free(r->outdir);
    r->outdir = test_path(folder, name);
    r->options.outdir = r->outdir;
}

alf_run_summary test_run_uninterrupted(run_fixture *f)
{
    alf_run_summary whole;

    test_run_move(&f->run, f->folder, "whole");
    whole = test_run_done(&f->run);
    assert_true(whole.finished && !whole.resumed);
    test_run_move(&f->run, f->folder, "runs");
    return whole;
}

/* --- looking ----------------------------------------------------------------------------------------------------------- */

void assert_exists(const char *folder, const char *name)
{
    char *path = test_path(folder, name);

    if (access(path, F_OK)) fail_msg("'%s' is not there", path);
    free(path);
}

void assert_absent(const char *folder, const char *name)
{
    char *path = test_path(folder, name);

    if (access(path, F_OK) == 0) fail_msg("'%s' is there", path);
    free(path);
}

void assert_said(const test_run *r, const char *text)
{
    if (!strstr(r->log, text)) fail_msg("the log does not say '%s':\n%s", text, r->log);
}

const char *test_last_part(const char *folder)
{
    return strrchr(folder, '/') + 1;
}

/* --- comparing ------------------------------------------------------------------------------------------------------- */

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);

    return length >= tail && strcmp(name + length - tail, end) == 0;
}

void assert_same_bytes(const char *folder, const char *name, const char *other, const char *other_name)
{
    char  *a = test_path(folder, name), *b = test_path(other, other_name);
    size_t size_a, size_b;
    char  *of_a = test_read_file(a, &size_a), *of_b = test_read_file(b, &size_b);

    if (size_a != size_b || memcmp(of_a, of_b, size_a) != 0) fail_msg("'%s' and '%s' differ", a, b);
    free(a);
    free(b);
    free(of_a);
    free(of_b);
}

json_t *test_read_lines(const char *folder, const char *name)
{
    char   *path = test_path(folder, name), *text = test_read_file(path, NULL), *rest = NULL;
    json_t *lines = json_array();

    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        json_t *json = json_loads(line, 0, NULL);
        if (!json) fail_msg("'%s': '%s' is not JSON", path, line);
        json_array_append_new(lines, json);
    }
    free(text);
    free(path);
    return lines;
}

/* What neither times nor memory nor the number of processes have an influence on. */
static json_t *without_times(json_t *line)
{
    static const char *const keys[] = {"timestamp", "total_time", "total_time_str", "run_dir", "num_gpus"};
    const char              *key;
    json_t                  *value;
    void                    *next;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) json_object_del(line, keys[i]);
    json_object_foreach_safe(line, next, key, value)
    {
        if (strncmp(key, "Timing/", 7) == 0 || strncmp(key, "Resources/", 10) == 0) json_object_del(line, key);
    }
    return line;
}

static void assert_same_lines(const char *folder, const char *other, const char *name)
{
    json_t *a = test_read_lines(folder, name), *b = test_read_lines(other, name);

    assert_int_equal(json_array_size(a), json_array_size(b));
    assert_true(json_array_size(a) > 0);
    for (size_t i = 0; i < json_array_size(a); i++)
        if (!json_equal(without_times(json_array_get(a, i)), without_times(json_array_get(b, i))))
            fail_msg("line %zu of %s is not the same in '%s' and '%s'", i, name, folder, other);
    json_decref(a);
    json_decref(b);
}

static void assert_same_options(const char *folder, const char *other)
{
    char   *a = test_path(folder, "training_options.json"), *b = test_path(other, "training_options.json");
    json_t *of_a = json_load_file(a, 0, NULL), *of_b = json_load_file(b, 0, NULL);

    assert_true(json_is_object(of_a) && json_is_object(of_b));
    assert_string_equal(json_string_value(json_object_get(of_a, "run_dir")), folder);
    if (!json_equal(without_times(of_a), without_times(of_b))) fail_msg("'%s' and '%s' differ", a, b);
    json_decref(of_a);
    json_decref(of_b);
    free(a);
    free(b);
}

static json_t *lines_of(const char *outdir, const char *name)
{
    char   *path = test_path(outdir, name), *slash = strrchr(path, '/');
    json_t *lines;

    *slash = '\0';
    lines = test_read_lines(path, slash + 1);
    free(path);
    return lines;
}

static void add_lines(alf_digest *digest, json_t *lines)
{
    for (size_t i = 0; i < json_array_size(lines); i++) {
        char *text = json_dumps(without_times(json_array_get(lines, i)), JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
        assert_non_null(text);
        alf_digest_text(digest, text);
        free(text);
    }
    json_decref(lines);
}

uint64_t test_run_digest(const char *outdir)
{
    const test_tree tree = test_tree_of(outdir);
    alf_digest      digest = alf_digest_start();

    for (int i = 0; i < tree.count; i++) {
        const test_tree_file *file = tree.files + i;
        if (ends_in(file->name, "/log.txt")) continue;
        alf_digest_text(&digest, file->name);
        if (ends_in(file->name, ".jsonl"))
            add_lines(&digest, lines_of(outdir, file->name));
        else
            alf_digest_bytes(&digest, &file->digest, sizeof file->digest);
    }
    return alf_digest_value(&digest);
}

void assert_same_run(const char *folder, const char *other)
{
    DIR           *open = opendir(folder);
    struct dirent *entry;
    int            binaries = 0, lines = 0, options = 0;

    assert_non_null(open);
    assert_int_equal(test_count_files(folder), test_count_files(other));
    while ((entry = readdir(open))) {
        if (ends_in(entry->d_name, ".safetensors") || ends_in(entry->d_name, ".png")) {
            assert_same_bytes(folder, entry->d_name, other, entry->d_name);
            binaries++;
        } else if (ends_in(entry->d_name, ".jsonl")) {
            assert_same_lines(folder, other, entry->d_name);
            lines++;
        } else if (ends_in(entry->d_name, ".json")) {
            assert_same_options(folder, other);
            options++;
        }
    }
    closedir(open);
    assert_true(binaries >= 4 && lines >= 1 && options == 1);
}
