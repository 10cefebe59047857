/* Making data sets: layout, damage, places, and that nothing is left of what fails. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

#include "data_set_builds.h"

/* --- layout ------------------------------------------------------------------------------------------------------------- */

static void pictures_come_in_order_into_the_usual_layout(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_report report;

    test_put_picture(p.f->ctx, p.source, "b.png", 2, 8, 3);
    test_put_picture(p.f->ctx, p.source, "a/z.png", 1, 8, 3);
    test_put_picture(p.f->ctx, p.source, "B.PNG", 0, 8, 3);
    test_put_file(p.f->ctx, p.source, "notes.txt", "x", 1);
    report = test_build(&p, p.folder, NULL);
    assert_int_equal(report.written, 3);
    assert_int_equal(report.skipped, 0);
    assert_int_equal(report.classes, 0);
    assert_int_equal(report.resolution, 8);
    assert_int_equal(report.channels, 3);
    for (int i = 0; i < 3; i++) test_check_made(&p, i, test_picture(p.f->ctx, i, 8, 8, 3));
    assert_int_equal(test_count_files(p.folder), 2);
    test_places_release(&p);
}

/* Reads both, and compares every item. */
static void check_same_items(const test_places *p)
{
    const char *paths[2] = {p->zip, p->folder};
    double      values[2][5][3][6][6], labels[2][5][3];

    for (int i = 0; i < 2; i++) {
        alf_dataset        *set = NULL;
        alf_dataset_options options = {.labels = true};
        const int64_t       items[5] = {0, 1, 2, 3, 4};
        test_ok(p->f->ctx, alf_dataset_open(p->f->ctx, paths[i], &options, &set));
        assert_int_equal(alf_dataset_count(set), 5);
        assert_int_equal(alf_dataset_resolution(set), 6);
        assert_int_equal(alf_dataset_label_dim(set), 3);
        assert_string_equal(alf_dataset_name(set), "made");
        test_ok(p->f->ctx, alf_dataset_read(set, 5, items, values[i][0][0][0], labels[i][0]));
        alf_dataset_destroy(set);
    }
    assert_memory_equal(values[0], values[1], sizeof values[0]);
    assert_memory_equal(labels[0], labels[1], sizeof labels[0]);
}

static void a_set_is_a_source_too_and_keeps_its_labels(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();

    recipe.labels = true;
    test_put_set(p.f->ctx, p.source, 5, 6, 3,
                 "{\"labels\": [[\"00000/img00000000.png\", 2], [\"00000/img00000001.png\", 0],"
                 "[\"00000/img00000002.png\", 1], [\"00000/img00000003.png\", 0], [\"00000/img00000004.png\", 2]]}");
    assert_int_equal(test_build(&p, p.zip, &recipe).classes, 3);
    free(p.source);
    p.source = strdup(p.zip);
    assert_int_equal(test_build(&p, p.folder, &recipe).classes, 3);
    check_same_items(&p);
    test_places_release(&p);
}

static void the_same_pictures_give_the_same_bytes(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    char              *bytes[3];
    size_t             sizes[3];

    recipe.fit = ALF_FIT_NONALIGNED;
    test_put_set(p.f->ctx, p.source, 5, 16, 3, NULL);
    for (int i = 0; i < 3; i++) {
        recipe.seed = i < 2 ? 4 : 5;
        test_build(&p, p.zip, &recipe); /* replaces what is there */
        bytes[i] = test_read_file(p.zip, &sizes[i]);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    assert_true(sizes[2] != sizes[0] || memcmp(bytes[0], bytes[2], sizes[0]) != 0);
    assert_int_equal(test_count_files(p.f->folder), 2);
    for (int i = 0; i < 3; i++) free(bytes[i]);
    test_places_release(&p);
}

static void archives_are_stored_sorted_and_without_times(void **state)
{
    test_places p = test_places_in(*state);
    zip_t      *zip;
    int         code;
    time_t      first = 0;

    test_put_set(p.f->ctx, p.source, 3, 8, 3, NULL);
    test_build(&p, p.zip, NULL);
    zip = zip_open(p.zip, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    assert_non_null(zip);
    assert_int_equal(zip_get_num_entries(zip, 0), 4);
    for (zip_uint64_t i = 0; i < 4; i++) {
        zip_stat_t info;
        assert_int_equal(zip_stat_index(zip, i, 0, &info), 0);
        assert_int_equal(info.comp_method, ZIP_CM_STORE);
        if (i == 0) first = info.mtime;
        assert_true(info.mtime == first);
        if (i > 0) assert_true(strcmp(zip_get_name(zip, i - 1, 0), zip_get_name(zip, i, 0)) < 0);
    }
    assert_string_equal(zip_get_name(zip, 3, 0), "dataset.json");
    zip_discard(zip);
    test_places_release(&p);
}

/* --- damage ------------------------------------------------------------------------------------------------------------- */

static void remember(void *user, const char *text)
{
    char *told = user;

    if (strlen(told) + strlen(text) < 1000) strcat(told, text);
}

static void damaged_pictures_end_the_work_or_are_told_and_skipped(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    char               told[2048] = "", *bad, *path;
    size_t             size;
    json_t            *root, *skipped;

    test_put_set(p.f->ctx, p.source, 4, 8, 3, NULL);
    path = test_path(p.source, "00000/img00000001.png");
    bad = test_read_file(path, &size);
    free(path);
    bad[size / 2] ^= 1;
    test_put_file(p.f->ctx, p.source, "00000/img00000001.png", bad, size);
    test_put_file(p.f->ctx, p.source, "00000/img00000002.png", "hello", 5);
    free(bad);
    test_build_fails(&p, NULL, ALF_ERR_FORMAT, "img00000001.png", "cannot read");
    recipe.skip_bad = true;
    recipe.warn = remember;
    recipe.warn_user = told;
    report = test_build(&p, p.folder, &recipe);
    assert_int_equal(report.written, 2);
    assert_int_equal(report.skipped, 2);
    assert_non_null(strstr(told, "img00000001.png"));
    assert_non_null(strstr(told, "img00000002.png' is text"));
    test_check_made(&p, 1, test_picture(p.f->ctx, 3, 8, 8, 3));
    root = test_read_sheet(&p);
    skipped = json_object_get(json_object_get(root, "sheet"), "skipped");
    assert_string_equal(json_string_value(json_array_get(skipped, 1)), "00000/img00000002.png");
    json_decref(root);
    test_places_release(&p);
}

static void links_to_nowhere_matter_where_pictures_are_expected(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    char told[2048] = "", *text = test_path(p.source, "notes.txt"), *picture = test_path(p.source, "a.png");

    test_put_set(p.f->ctx, p.source, 2, 8, 3, NULL);
    assert_int_equal(symlink("nowhere", text), 0);
    assert_int_equal(test_build(&p, p.zip, NULL).written, 2);
    assert_int_equal(unlink(p.zip), 0);
    assert_int_equal(symlink("nowhere", picture), 0);
    test_build_fails(&p, NULL, ALF_ERR_IO, "source/a.png", "No such file");
    recipe.skip_bad = true;
    recipe.warn = remember;
    recipe.warn_user = told;
    report = test_build(&p, p.zip, &recipe);
    assert_int_equal(report.written, 2);
    assert_int_equal(report.skipped, 1);
    assert_non_null(strstr(told, "source/a.png"));
    free(picture);
    free(text);
    test_places_release(&p);
}

static void nothing_readable_is_an_error(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();

    recipe.skip_bad = true;
    test_build_fails(&p, &recipe, ALF_ERR_FORMAT, "source", "holds no pictures");
    test_put_file(p.f->ctx, p.source, "a.png", "hello", 5);
    test_build_fails(&p, &recipe, ALF_ERR_FORMAT, "none of 1 pictures", NULL);
    test_places_release(&p);
}

/* --- places ------------------------------------------------------------------------------------------------------------- */

static void what_is_there_is_left_alone(void **state)
{
    test_places        p = test_places_in(*state);
    const char        *sources[] = {p.source};
    alf_dataset_report report;
    alf_ctx           *ctx = p.f->ctx;
    char              *link = test_path(p.f->folder, "no/where.zip");

    test_put_set(ctx, p.source, 1, 4, 3, NULL);
    test_put_file(ctx, p.folder, "mine.txt", "x", 1);
    assert_fails(ctx, alf_dataset_build(ctx, 1, sources, p.folder, NULL, &report), ALF_ERR_IO, "made", "not empty");
    assert_int_equal(test_count_files(p.folder), 1);
    test_ok(ctx, alf_make_folder(ctx, p.zip));
    assert_fails(ctx, alf_dataset_build(ctx, 1, sources, p.zip, NULL, &report), ALF_ERR_IO, "made.zip", "no file");
    assert_fails(ctx, alf_dataset_build(ctx, 1, sources, link, NULL, &report), ALF_ERR_IO, "where.zip", NULL);
    test_put_file(ctx, p.f->folder, "plain", "x", 1);
    free(link);
    link = test_path(p.f->folder, "plain");
    assert_fails(ctx, alf_dataset_build(ctx, 1, sources, link, NULL, &report), ALF_ERR_IO, "plain", "no folder");
    free(link);
    link = test_path(p.f->folder, "empty/");
    test_ok(ctx, alf_make_folder(ctx, link));
    test_ok(ctx, alf_dataset_build(ctx, 1, sources, link, NULL, &report));
    assert_int_equal(test_count_files(link), 2);
    free(link);
    test_places_release(&p);
}

static void links_that_lead_nowhere_stay(void **state)
{
    test_places p = test_places_in(*state);
    const char *sources[] = {p.source}, *dests[] = {p.zip, p.folder};

    test_put_set(p.f->ctx, p.source, 1, 4, 3, NULL);
    for (int i = 0; i < 2; i++) {
        alf_dataset_report report;
        struct stat        info;
        assert_int_equal(symlink(i ? dests[i] : "nowhere", dests[i]), 0);
        assert_fails(p.f->ctx, alf_dataset_build(p.f->ctx, 1, sources, dests[i], NULL, &report), ALF_ERR_IO, dests[i],
                     i ? "leads to itself" : "leads nowhere");
        assert_int_equal(lstat(dests[i], &info), 0);
        assert_true(S_ISLNK(info.st_mode));
        assert_int_equal(unlink(dests[i]), 0);
    }
    assert_int_equal(test_count_files(p.f->folder), 1);
    test_places_release(&p);
}

/* In another process, since nothing is protected from root. */
static void a_protected_archive_stays(void **state)
{
    test_places p = test_places_in(*state);
    pid_t       child;
    int         code;
    char       *bytes;

    test_put_set(p.f->ctx, p.source, 1, 4, 3, NULL);
    test_put_file(p.f->ctx, p.f->folder, "made.zip", "mine", 4);
    assert_int_equal(chmod(p.zip, 0444), 0);
    assert_int_equal(chmod(p.f->folder, 0777), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const char        *sources[] = {p.source};
        alf_dataset_report report;
        if (geteuid() == 0 && setuid(65534)) _exit(99);
        _exit((int)alf_dataset_build(p.f->ctx, 1, sources, p.zip, NULL, &report));
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(WIFEXITED(code));
    assert_int_equal(WEXITSTATUS(code), ALF_ERR_IO);
    bytes = test_read_file(p.zip, NULL);
    assert_string_equal(bytes, "mine");
    free(bytes);
    test_places_release(&p);
}

static void several_sources_follow_one_another(void **state)
{
    test_places        p = test_places_in(*state);
    char              *one = test_path(p.f->folder, "one.png");
    const char        *sources[] = {one, p.source};
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;

    test_put_picture(p.f->ctx, p.f->folder, "one.png", 7, 4, 3);
    test_put_set(p.f->ctx, p.source, 4, 4, 3, NULL);
    recipe.max_images = 3;
    test_ok(p.f->ctx, alf_dataset_build(p.f->ctx, 2, sources, p.folder, &recipe, &report));
    assert_int_equal(report.written, 3);
    test_check_made(&p, 0, test_picture(p.f->ctx, 7, 4, 4, 3));
    test_check_made(&p, 2, test_picture(p.f->ctx, 1, 4, 4, 3));
    sources[1] = "/nowhere/at/all";
    assert_fails(p.f->ctx, alf_dataset_build(p.f->ctx, 2, sources, p.zip, &recipe, &report), ALF_ERR_IO,
                 "/nowhere/at/all", NULL);
    free(one);
    test_places_release(&p);
}

static bool stop_at(void *user, const char *what, int64_t done, int64_t total)
{
    int *left = user;

    (void)what;
    (void)done;
    (void)total;
    return (*left)-- > 0;
}

static void a_cancelled_build_leaves_nothing(void **state)
{
    test_places     p = test_places_in(*state);
    const char     *sources[] = {p.source};
    int             left;
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx = NULL;
    alf_status      status = ALF_ERR_CANCELLED;

    test_put_set(p.f->ctx, p.source, 4, 4, 3, NULL);
    options.progress = stop_at;
    options.progress_user = &left;
    test_ok(p.f->ctx, alf_ctx_create(&options, NULL, 0, &ctx));
    for (int steps = 0; status; steps++) {
        alf_dataset_report report;
        left = steps;
        status = alf_dataset_build(ctx, 1, sources, p.zip, NULL, &report);
        if (!status) assert_true(steps >= 6); /* four pictures, the end of them, and the packing */
        if (!status) break;
        assert_fails(ctx, status, ALF_ERR_CANCELLED, NULL, NULL);
        assert_int_equal(test_count_files(p.f->folder), 1);
        assert_int_equal(alf_ctx_memory_used(ctx), 0);
    }
    alf_ctx_destroy(ctx);
    test_places_release(&p);
}

/* Whatever the budget stops, it is said, and nothing is left. */
static void short_memory_leaves_nothing(void **state)
{
    test_places        p = test_places_in(*state);
    const char        *sources[] = {p.source};
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_status         status = ALF_ERR_MEMORY;
    int                failures = 0;

    recipe.labels = true;
    recipe.fit = ALF_FIT_CENTER_CROP;
    recipe.width = recipe.height = 6;
    test_put_picture(p.f->ctx, p.source, "cat/1.png", 0, 12, 4);
    test_put_picture(p.f->ctx, p.source, "dog/1.png", 1, 12, 3);
    for (int64_t budget = 64; status; budget += budget / 16) {
        alf_ctx           *ctx = test_ctx_with_budget(budget);
        alf_dataset_report report;
        status = alf_dataset_build(ctx, 1, sources, p.zip, &recipe, &report);
        if (status) {
            assert_fails(ctx, status, ALF_ERR_MEMORY, "budget", NULL);
            assert_int_equal(test_count_files(p.f->folder), 1);
            assert_int_equal(alf_ctx_memory_used(ctx), 0);
            failures++;
        }
        alf_ctx_destroy(ctx);
    }
    assert_true(failures > 50);
    test_places_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(pictures_come_in_order_into_the_usual_layout),
        FILE_TEST(a_set_is_a_source_too_and_keeps_its_labels),
        FILE_TEST(the_same_pictures_give_the_same_bytes),
        FILE_TEST(archives_are_stored_sorted_and_without_times),
        FILE_TEST(damaged_pictures_end_the_work_or_are_told_and_skipped),
        FILE_TEST(links_to_nowhere_matter_where_pictures_are_expected),
        FILE_TEST(nothing_readable_is_an_error),
        FILE_TEST(what_is_there_is_left_alone),
        FILE_TEST(links_that_lead_nowhere_stay),
        FILE_TEST(a_protected_archive_stays),
        FILE_TEST(several_sources_follow_one_another),
        FILE_TEST(a_cancelled_build_leaves_nothing),
        FILE_TEST(short_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
