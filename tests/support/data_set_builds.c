/* Making data sets in tests. */
#include "data_set_builds.h"

#include <stdlib.h>

test_places test_places_in(file_fixture *f)
{
    test_places p = {f, test_path(f->folder, "source"), test_path(f->folder, "made.zip"), test_path(f->folder, "made")};

    test_ok(f->ctx, alf_make_folder(f->ctx, p.source));
    return p;
}

void test_places_release(test_places *p)
{
    free(p->source);
    free(p->zip);
    free(p->folder);
}

alf_dataset_report test_build(const test_places *p, const char *dest, const alf_dataset_recipe *recipe)
{
    const char        *sources[] = {p->source};
    alf_dataset_report report;

    test_ok(p->f->ctx, alf_dataset_build(p->f->ctx, 1, sources, dest, recipe, &report));
    return report;
}

void test_build_fails(const test_places *p, const alf_dataset_recipe *recipe, alf_status expected, const char *part,
                      const char *other)
{
    const char        *sources[] = {p->source}, *dests[] = {p->zip, p->folder};
    alf_dataset_report report;

    for (int i = 0; i < 2; i++) {
        alf_status status = alf_dataset_build(p->f->ctx, 1, sources, dests[i], recipe, &report);
        assert_fails(p->f->ctx, status, expected, part, other);
        assert_int_equal(test_count_files(p->f->folder), 1);
    }
}

json_t *test_read_sheet(const test_places *p)
{
    char   *path = test_path(p->folder, "dataset.json");
    json_t *root = json_load_file(path, 0, NULL);

    assert_non_null(root);
    free(path);
    return root;
}

alf_picture *test_read_made(const test_places *p, int64_t number)
{
    char         name[64], *path;
    alf_picture *picture = NULL;

    snprintf(name, sizeof name, "00000/img%08lld.png", (long long)number);
    path = test_path(p->folder, name);
    test_ok(p->f->ctx, alf_picture_read_png(p->f->ctx, path, &picture));
    free(path);
    return picture;
}

void test_check_made(const test_places *p, int64_t number, alf_picture *expected)
{
    alf_picture *made = test_read_made(p, number);

    assert_int_equal(made->width, expected->width);
    assert_int_equal(made->height, expected->height);
    assert_int_equal(made->channels, expected->channels);
    assert_memory_equal(made->pixels, expected->pixels, (size_t)(made->width * made->height * made->channels));
    alf_picture_destroy(made);
    alf_picture_destroy(expected);
}
