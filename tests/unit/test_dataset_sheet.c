/* dataset.json of sets that are made: labels, where subjects stand, where pictures are from. */
#include <stdlib.h>
#include <string.h>

#include "data_set_builds.h"

static void sub_folders_are_classes(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    json_t            *root, *labels, *sheet;

    recipe.labels = true;
    recipe.licence = "CC0 \"zero\"";
    test_put_picture(p.f->ctx, p.source, "cat/1.png", 0, 4, 3);
    test_put_picture(p.f->ctx, p.source, "cat-fish/1.png", 1, 4, 3);
    test_put_picture(p.f->ctx, p.source, "dog/in/1.png", 2, 4, 3);
    assert_int_equal(test_build(&p, p.folder, &recipe).classes, 3);
    root = test_read_sheet(&p);
    labels = json_object_get(root, "labels");
    assert_int_equal(json_array_size(labels), 3);
    /* files: cat-fish/1, cat/1, dog/in/1; classes: cat, cat-fish, dog */
    assert_int_equal(json_integer_value(json_array_get(json_array_get(labels, 0), 1)), 1);
    assert_int_equal(json_integer_value(json_array_get(json_array_get(labels, 1), 1)), 0);
    assert_int_equal(json_integer_value(json_array_get(json_array_get(labels, 2), 1)), 2);
    sheet = json_object_get(root, "sheet");
    assert_string_equal(json_string_value(json_object_get(sheet, "licence")), "CC0 \"zero\"");
    assert_string_equal(json_string_value(json_array_get(json_object_get(sheet, "classes"), 1)), "cat-fish");
    json_decref(root);
    test_places_release(&p);
}

static void folders_of_a_data_set_are_no_classes(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();

    recipe.labels = true;
    test_put_set(p.f->ctx, p.source, 2, 4, 3, NULL);
    test_put_picture(p.f->ctx, p.source, "00001/img00001000.png", 3, 4, 3);
    test_build_fails(&p, &recipe, ALF_ERR_FORMAT, "source' is a data set without dataset.json", "'00000' are no");
    test_put_picture(p.f->ctx, p.source, "00002/cat.png", 4, 4, 3);
    assert_int_equal(test_build(&p, p.folder, &recipe).classes, 3);
    test_places_release(&p);
}

static void lists_of_numbers_stay_exact(void **state)
{
    test_places         p = test_places_in(*state);
    alf_dataset_recipe  recipe = alf_dataset_recipe_default();
    alf_dataset        *set = NULL;
    alf_dataset_options options = {.labels = true};
    const int64_t       item = 0;
    double              image[3 * 16], label[2];

    recipe.labels = true;
    test_put_set(p.f->ctx, p.source, 1, 4, 3, "{\"labels\": [[\"00000/img00000000.png\", [0.1, -3e38]]]}");
    assert_int_equal(test_build(&p, p.zip, &recipe).classes, 0);
    test_ok(p.f->ctx, alf_dataset_open(p.f->ctx, p.zip, &options, &set));
    test_ok(p.f->ctx, alf_dataset_read(set, 1, &item, image, label));
    assert_true(label[0] == 0.1 && label[1] == -3e38);
    alf_dataset_destroy(set);
    test_places_release(&p);
}

static void put_labels(const test_places *p, const char *json)
{
    test_put_file(p->f->ctx, p->source, "dataset.json", json, strlen(json));
}

static void missing_labels_are_named(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();

    recipe.labels = true;
    test_put_picture(p.f->ctx, p.source, "a/1.png", 0, 4, 3);
    test_put_picture(p.f->ctx, p.source, "b.png", 0, 4, 3);
    test_build_fails(&p, &recipe, ALF_ERR_FORMAT, "b.png' has no label", "sub-folder");
    put_labels(&p, "{\"labels\": [[\"a/1.png\", 1]]}");
    test_build_fails(&p, &recipe, ALF_ERR_FORMAT, "b.png' has no label", "dataset.json");
    put_labels(&p, "{\"labels\": null}");
    test_build_fails(&p, &recipe, ALF_ERR_FORMAT, "source/dataset.json", "null");
    put_labels(&p, "{\"labels\": [[\"other\", 1]]}");
    test_build_fails(&p, &recipe, ALF_ERR_FORMAT, "a/1.png' has no label", "dataset.json");
    test_places_release(&p);
}

/* Builds from these sources and checks what the sheet says of them; NULL: null. */
static void check_origin(test_places *p, int count, const char *const sources[], const alf_dataset_recipe *recipe,
                         const char *source, const char *licence)
{
    alf_dataset_report report;
    json_t            *root;
    const json_t      *sheet;
    const char        *told;

    test_ok(p->f->ctx, alf_dataset_build(p->f->ctx, count, sources, p->folder, recipe, &report));
    root = test_read_sheet(p);
    sheet = json_object_get(root, "sheet");
    assert_string_equal(json_string_value(json_object_get(sheet, "source")), source);
    told = json_string_value(json_object_get(sheet, "licence"));
    assert_int_equal(licence != NULL, told != NULL);
    if (licence) assert_string_equal(told, licence);
    json_decref(root);
    test_remove_folder(p->folder);
    p->folder = test_path(p->f->folder, "made");
}

static void the_sheet_says_where_pictures_are_from(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    char              *slashes = test_path(p.f->folder, "source//");
    const char        *sources[] = {slashes, p.zip, p.zip};

    test_put_set(p.f->ctx, p.source, 1, 4, 3, NULL);
    check_origin(&p, 1, sources, NULL, "source", NULL);
    recipe.source_note = "a camera";
    recipe.licence = "CC0";
    test_build(&p, p.zip, &recipe);
    check_origin(&p, 2, sources + 1, NULL, "a camera", "CC0");
    check_origin(&p, 2, sources, NULL, "source, a camera", NULL); /* of one nothing is known */
    recipe.licence = "CC BY 4.0";
    check_origin(&p, 3, sources, &recipe, "a camera", "CC BY 4.0");
    put_labels(&p, "{\"sheet\": {\"source\": \"a scanner\", \"licence\": \"CC BY 4.0\"}}");
    check_origin(&p, 3, sources, NULL, "a scanner, a camera", "CC BY 4.0, CC0");
    put_labels(&p, "{\"sheet\": 5}");
    check_origin(&p, 1, sources, NULL, "source", NULL);
    put_labels(&p, "{");
    check_origin(&p, 1, sources, NULL, "source", NULL);
    free(slashes);
    test_places_release(&p);
}

static void placements_are_told_and_kept(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    json_t            *root, *placements, *sheet;

    recipe.fit = ALF_FIT_NONALIGNED;
    recipe.width = recipe.height = 24;
    recipe.scale_low = 0.25;
    recipe.rotation = 30;
    test_put_set(p.f->ctx, p.source, 4, 8, 1, NULL);
    assert_int_equal(test_build(&p, p.folder, &recipe).channels, 3);
    root = test_read_sheet(&p);
    assert_true(json_is_null(json_object_get(root, "labels")));
    placements = json_object_get(root, "placements");
    assert_int_equal(json_array_size(placements), 4);
    for (size_t i = 0; i < 4; i++) {
        const json_t *pair = json_array_get(placements, i), *place = json_array_get(pair, 1);
        double        scale = json_number_value(json_object_get(place, "scale"));
        char          name[64];
        snprintf(name, sizeof name, "00000/img%08zu.png", i);
        assert_string_equal(json_string_value(json_array_get(pair, 0)), name);
        assert_true(scale >= 0.25 && scale <= 0.5);
        assert_true(json_number_value(json_object_get(place, "degrees")) <= 30);
        assert_true(json_number_value(json_object_get(place, "x")) != 0);
        assert_true(json_number_value(json_object_get(place, "y")) < 0.5);
    }
    sheet = json_object_get(root, "sheet");
    assert_string_equal(json_string_value(json_object_get(sheet, "transform")), "nonaligned");
    assert_int_equal(json_integer_value(json_object_get(sheet, "count")), 4);
    json_decref(root);
    test_places_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(sub_folders_are_classes),
        FILE_TEST(folders_of_a_data_set_are_no_classes),
        FILE_TEST(lists_of_numbers_stay_exact),
        FILE_TEST(missing_labels_are_named),
        FILE_TEST(the_sheet_says_where_pictures_are_from),
        FILE_TEST(placements_are_told_and_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
