/* How pictures come into a data set: crops, letterboxes, backgrounds, channels, refused recipes, procedural sets. */
#include <stdlib.h>
#include <string.h>

#include "data/picture_fit.h"
#include "data/picture_resize.h"
#include "data_set_builds.h"

/* --- crops, sizes, backgrounds ------------------------------------------------------------------------------------------ */

/* Columns of a wide picture, each of its own level. */
static void put_columns(const test_places *p, int64_t width, int64_t height, bool turned)
{
    alf_picture *picture = NULL;
    char        *path = test_path(p->source, "a.png");

    test_ok(p->f->ctx, alf_picture_create(p->f->ctx, turned ? height : width, turned ? width : height, 3, &picture));
    for (int64_t y = 0; y < picture->height; y++)
        for (int64_t x = 0; x < picture->width; x++)
            memset(picture->pixels + (y * picture->width + x) * 3, (int)(10 * (turned ? y : x) + 10), 3);
    test_ok(p->f->ctx, alf_picture_write_png(p->f->ctx, picture, path));
    alf_picture_destroy(picture);
    free(path);
}

static void crops_take_the_middle(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_picture       *made;

    recipe.fit = ALF_FIT_CENTER_CROP;
    put_columns(&p, 10, 4, false);
    assert_int_equal(test_build(&p, p.folder, &recipe).resolution, 4);
    made = test_read_made(&p, 0);
    for (int x = 0; x < 4; x++) assert_int_equal(made->pixels[3 * (4 + x)], 10 * (x + 3) + 10);
    alf_picture_destroy(made);
    test_remove_folder(p.folder);
    p.folder = test_path(p.f->folder, "made");
    recipe.width = recipe.height = 2;
    recipe.resize = ALF_RESIZE_BOX;
    assert_int_equal(test_build(&p, p.folder, &recipe).resolution, 2);
    made = test_read_made(&p, 0);
    assert_int_equal(made->pixels[0], 45); /* of 40 and 50 */
    assert_int_equal(made->pixels[3], 65);
    alf_picture_destroy(made);
    test_places_release(&p);
}

/* In bands of rows, and still the same as the whole canvas at once; invisible pixels have no colour. */
static void photos_are_cropped_and_resized_as_canvases_are(void **state)
{
    const int64_t sizes[][2] = {{90, 40}, {130, 170}, {130, 300}, {31, 170}};
    alf_ctx      *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO); /* keeps scratch, so not the fixture's */

    (void)state;
    for (int channels = 1; channels <= 4; channels += channels == 1 ? 2 : 1)
        for (int i = 0; i < 4; i++) {
            alf_picture           *photo = test_picture(ctx, i, 200, 180, channels);
            const alf_picture_part part = {35, 6, 130, 170};
            alf_canvas            *got = NULL, *canvas = NULL, *cut = NULL, *expected = NULL;
            test_ok(ctx, alf_picture_resize(ctx, photo, &part, sizes[i][0], sizes[i][1], (alf_resize)(i % 2), &got));
            test_ok(ctx, alf_canvas_from_picture(ctx, photo, &canvas));
            test_ok(ctx, alf_canvas_cut(ctx, canvas, part.left, part.top, part.width, part.height, NULL, &cut));
            test_ok(ctx, alf_canvas_resize(ctx, cut, sizes[i][0], sizes[i][1], (alf_resize)(i % 2), &expected));
            assert_memory_equal(got->values, expected->values,
                                (size_t)(sizes[i][0] * sizes[i][1] * channels) * sizeof *got->values);
            alf_canvas_destroy(expected);
            alf_canvas_destroy(cut);
            alf_canvas_destroy(canvas);
            alf_canvas_destroy(got);
            alf_picture_destroy(photo);
        }
    alf_ctx_destroy(ctx);
}

static void a_large_photo_takes_little_more_than_its_bytes(void **state)
{
    alf_ctx           *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_picture       *photo = test_picture(ctx, 1, 2000, 1500, 3), *made = NULL;

    (void)state;
    recipe.fit = ALF_FIT_CENTER_CROP;
    recipe.width = recipe.height = 32;
    test_ok(ctx, alf_picture_fit(ctx, &recipe, NULL, photo, &made));
    print_message("peak %lld for %d bytes\n", (long long)alf_ctx_memory_peak(ctx), 2000 * 1500 * 3);
    assert_true(alf_ctx_memory_peak(ctx) < 15 * 1000 * 1000);
    alf_picture_destroy(made);
    alf_picture_destroy(photo);
    alf_ctx_destroy(ctx);
}

static void check_letterbox(const test_places *p, bool tall)
{
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_picture       *made;

    recipe.fit = tall ? ALF_FIT_CENTER_CROP_TALL : ALF_FIT_CENTER_CROP_WIDE;
    recipe.width = tall ? 4 : 8;
    recipe.height = tall ? 8 : 4;
    put_columns(p, 12, 4, tall);
    assert_int_equal(test_build(p, p->folder, &recipe).resolution, 8);
    made = test_read_made(p, 0);
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++) {
            int along = tall ? y : x, across = tall ? x : y;
            assert_int_equal(made->pixels[3 * (8 * y + x)], across < 2 || across >= 6 ? 0 : 10 * (along + 2) + 10);
        }
    alf_picture_destroy(made);
}

static void letterboxes_are_black_above_and_below_or_aside(void **state)
{
    test_places p = test_places_in(*state);

    check_letterbox(&p, false);
    test_remove_folder(p.folder);
    p.folder = test_path(p.f->folder, "made");
    check_letterbox(&p, true);
    test_places_release(&p);
}

static void put_clear_picture(const test_places *p, const char *name)
{
    alf_picture *picture = NULL;
    char        *path = test_path(p->source, name);

    test_ok(p->f->ctx, alf_picture_create(p->f->ctx, 2, 2, 4, &picture)); /* two clear pixels, one half, one opaque */
    memcpy(picture->pixels + 8, (uint8_t[]){200, 100, 0, 128, 1, 2, 3, 255}, 8);
    test_ok(p->f->ctx, alf_picture_write_png(p->f->ctx, picture, path));
    alf_picture_destroy(picture);
    free(path);
}

static void transparency_is_composed_or_kept(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    const uint8_t      on_white[12] = {255, 255, 255, 255, 255, 255, 227, 177, 127, 1, 2, 3};
    const uint8_t      on_green[12] = {0, 255, 0, 0, 255, 0, 100, 177, 0, 1, 2, 3};
    alf_picture       *made;

    put_clear_picture(&p, "a.png");
    for (int i = 0; i < 3; i++) {
        if (i == 1) memcpy(recipe.background, (uint8_t[]){0, 255, 0}, 3);
        recipe.keep_alpha = i == 2;
        assert_int_equal(test_build(&p, p.folder, &recipe).channels, i == 2 ? 4 : 3);
        made = test_read_made(&p, 0);
        if (i < 2) assert_memory_equal(made->pixels, i == 0 ? on_white : on_green, 12);
        if (i == 2) assert_memory_equal(made->pixels + 8, ((uint8_t[]){200, 100, 0, 128, 1, 2, 3, 255}), 8);
        alf_picture_destroy(made);
        test_remove_folder(p.folder);
        p.folder = test_path(p.f->folder, "made");
    }
    test_places_release(&p);
}

static void grey_among_colours_becomes_colour(void **state)
{
    test_places  p = test_places_in(*state);
    alf_picture *made, *grey = test_picture(((file_fixture *)*state)->ctx, 1, 4, 4, 1);

    test_put_picture(p.f->ctx, p.source, "a.png", 0, 4, 3);
    test_put_picture(p.f->ctx, p.source, "b.png", 1, 4, 1);
    assert_int_equal(test_build(&p, p.folder, NULL).channels, 3);
    made = test_read_made(&p, 1);
    for (int i = 0; i < 48; i++) assert_int_equal(made->pixels[i], grey->pixels[i / 3]);
    alf_picture_destroy(made);
    alf_picture_destroy(grey);
    test_remove_folder(p.folder);
    p.folder = test_path(p.f->folder, "made");
    test_put_picture(p.f->ctx, p.source, "Z.png", 0, 4, 1);
    test_build_fails(&p, NULL, ALF_ERR_FORMAT, "a.png' is in colour", "expected grey");
    test_places_release(&p);
}

static void pictures_of_other_shapes_are_named(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();

    put_columns(&p, 10, 4, false);
    test_build_fails(&p, NULL, ALF_ERR_FORMAT, "a.png' has 10 x 4 pixels", "expected a square");
    test_put_picture(p.f->ctx, p.source, "A.png", 0, 8, 3);
    test_build_fails(&p, NULL, ALF_ERR_FORMAT, "a.png' has 10 x 4 pixels", "expected 8 x 8");
    recipe.width = recipe.height = 8;
    assert_int_equal(test_build(&p, p.zip, &recipe).written, 2);
    test_places_release(&p);
}

/* --- recipes ------------------------------------------------------------------------------------------------------------ */

static void wrong_recipes_are_refused_by_field(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe r = alf_dataset_recipe_default(), good = r;

    test_put_set(p.f->ctx, p.source, 1, 4, 3, NULL);
    r.width = 5;
    test_build_fails(&p, &r, ALF_ERR_RANGE, "5 x 0", NULL);
    r.height = 6;
    test_build_fails(&p, &r, ALF_ERR_RANGE, "5 x 6", "expected a square");
    r.fit = ALF_FIT_CENTER_CROP_WIDE;
    test_build_fails(&p, &r, ALF_ERR_RANGE, "5 x 6", "expected a wide one");
    r.width = r.height = 0;
    test_build_fails(&p, &r, ALF_ERR_ARGUMENT, "center-crop-wide", "needs a resolution");
    r = good;
    r.width = r.height = 65501;
    test_build_fails(&p, &r, ALF_ERR_RANGE, "65501", NULL);
    r = good;
    r.fit = (alf_fit)9;
    test_build_fails(&p, &r, ALF_ERR_ARGUMENT, "transform 9", NULL);
    r = good;
    r.max_images = -1;
    test_build_fails(&p, &r, ALF_ERR_RANGE, "max_images is -1", NULL);
    r = good;
    r.scale_high = 0.1;
    test_build_fails(&p, &r, ALF_ERR_RANGE, "scale_high is 0.1", NULL);
    r = good;
    r.shift = -1;
    test_build_fails(&p, &r, ALF_ERR_RANGE, "shift is -1", NULL);
    r = good;
    r.rotation = 181;
    test_build_fails(&p, &r, ALF_ERR_RANGE, "rotation is 181", NULL);
    test_places_release(&p);
}

static void procedural_sets_follow_from_the_seed(void **state)
{
    test_places        p = test_places_in(*state);
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;
    char              *bytes[3];
    size_t             sizes[3];
    alf_ctx           *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO); /* keeps scratch, so not the fixture's */

    recipe.width = recipe.height = 16;
    recipe.max_images = 3;
    recipe.fit = ALF_FIT_NONALIGNED;
    for (int i = 0; i < 3; i++) {
        recipe.seed = i < 2 ? 4 : 5;
        test_ok(ctx, alf_dataset_synthesize(ctx, "textured-blobs", p.zip, &recipe, &report));
        bytes[i] = test_read_file(p.zip, &sizes[i]);
    }
    assert_int_equal(report.written, 3);
    assert_int_equal(report.resolution, 16);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    assert_true(sizes[2] != sizes[0] || memcmp(bytes[0], bytes[2], sizes[0]) != 0);
    for (int i = 0; i < 3; i++) free(bytes[i]);
    assert_fails(ctx, alf_dataset_synthesize(ctx, "cats", p.folder, &recipe, &report), ALF_ERR_ARGUMENT, "'cats'",
                 "textured-blobs");
    recipe.fit = ALF_FIT_CENTER_CROP;
    assert_fails(ctx, alf_dataset_synthesize(ctx, "textured-blobs", p.folder, &recipe, &report), ALF_ERR_ARGUMENT,
                 "no transform but", NULL);
    recipe.fit = ALF_FIT_NONE;
    recipe.max_images = 0;
    assert_fails(ctx, alf_dataset_synthesize(ctx, "textured-blobs", p.folder, &recipe, &report), ALF_ERR_ARGUMENT,
                 "max_images", NULL);
    alf_ctx_destroy(ctx);
    test_places_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(crops_take_the_middle),
        FILE_TEST(photos_are_cropped_and_resized_as_canvases_are),
        FILE_TEST(a_large_photo_takes_little_more_than_its_bytes),
        FILE_TEST(letterboxes_are_black_above_and_below_or_aside),
        FILE_TEST(transparency_is_composed_or_kept),
        FILE_TEST(grey_among_colours_becomes_colour),
        FILE_TEST(pictures_of_other_shapes_are_named),
        FILE_TEST(wrong_recipes_are_refused_by_field),
        FILE_TEST(procedural_sets_follow_from_the_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
