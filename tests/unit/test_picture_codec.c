/* Pictures from memory: the format is found by the bytes; JPEG and WebP where the libraries are built in, and a clear word
 * where not. */
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "data_sets.h"
#include "io/picture_codec.h"
#include "picture_bytes.h"

static void check(alf_ctx *ctx, const void *bytes, size_t size, int64_t width, int64_t height, int channels,
                  const uint8_t *expected, int tolerance)
{
    alf_picture *picture = NULL;

    test_ok(ctx, alf_picture_decode(ctx, bytes, size, "a picture", &picture));
    assert_int_equal(picture->width, width);
    assert_int_equal(picture->height, height);
    assert_int_equal(picture->channels, channels);
    for (int64_t i = 0; i < width * height * channels; i++)
        assert_in_range(picture->pixels[i] + 10, expected[i] + 10 - tolerance, expected[i] + 10 + tolerance);
    alf_picture_destroy(picture);
}

static void check_refused(alf_ctx *ctx, const void *bytes, size_t size, alf_status expected, const char *part)
{
    alf_picture *picture = NULL;
    uint8_t     *copy = malloc(size + 1); /* so that reading beyond its end shows */

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    copy = realloc(copy, size ? size : 1);
    assert_fails(ctx, alf_picture_decode(ctx, copy, size, "the file", &picture), expected, "'the file'", part);
    assert_null(picture);
    free(copy);
}

static void what_is_encoded_decodes_to_the_same(void **state)
{
    file_fixture *f = *state;

    for (int channels = 1; channels <= 4; channels += channels == 1 ? 2 : 1) {
        alf_picture *picture = test_picture(f->ctx, 5, 300, 200, channels);
        uint8_t     *bytes = NULL;
        size_t       size = 0, file_size;
        char        *path = test_path(f->folder, "a.png"), *file;
        test_ok(f->ctx, alf_picture_encode_png(f->ctx, picture, &bytes, &size));
        check(f->ctx, bytes, size, 300, 200, channels, picture->pixels, 0);
        test_ok(f->ctx, alf_picture_write_png(f->ctx, picture, path)); /* a file has the same bytes */
        file = test_read_file(path, &file_size);
        assert_int_equal(size, file_size);
        assert_memory_equal(bytes, file, size);
        free(file);
        free(path);
        alf_mem_free(bytes);
        alf_picture_destroy(picture);
    }
}

static void other_bytes_are_no_picture(void **state)
{
    file_fixture *f = *state;

    check_refused(f->ctx, "", 0, ALF_ERR_FORMAT, "is empty, expected a picture");
    check_refused(f->ctx, "hello", 5, ALF_ERR_FORMAT, "is text, expected a picture");
    check_refused(f->ctx, "RIFF1234WAVE", 12, ALF_ERR_FORMAT, "expected a picture");
    check_refused(f->ctx, "RIFF", 4, ALF_ERR_FORMAT, "expected a picture");
    check_refused(f->ctx, "\211PNG\r\n\032\n", 8, ALF_ERR_FORMAT, "IEND");
}

static void names_of_pictures_are_known_in_any_case(void **state)
{
    bool jpeg = alf_picture_known_suffix("a.jpg");

    (void)state;
    assert_true(alf_picture_known_suffix("a.png"));
    assert_true(alf_picture_known_suffix("b/a.PnG"));
    assert_int_equal(alf_picture_known_suffix("a.JPEG"), jpeg);
    assert_false(alf_picture_known_suffix(".png"));
    assert_false(alf_picture_known_suffix("png"));
    assert_false(alf_picture_known_suffix("a.gif"));
    assert_false(alf_picture_known_suffix("a.png.txt"));
    assert_false(alf_picture_known_suffix(""));
}

/* Every shorter beginning of the file is refused, and every flipped byte is taken or refused but never more. */
static void check_damage(alf_ctx *ctx, const uint8_t *bytes, size_t size)
{
    for (size_t keep = 12; keep < size; keep++) check_refused(ctx, bytes, keep, ALF_ERR_FORMAT, NULL);
    for (size_t i = 0; i < size; i++) {
        uint8_t     *copy = malloc(size);
        alf_picture *picture = NULL;
        assert_non_null(copy);
        memcpy(copy, bytes, size);
        copy[i] ^= 0x55;
        if (alf_picture_decode(ctx, copy, size, "the file", &picture))
            alf_ctx_clear_error(ctx);
        else
            alf_picture_destroy(picture);
        assert_int_equal(alf_ctx_memory_used(ctx), 0);
        free(copy);
    }
}

static void jpeg_is_read_or_named(void **state)
{
    file_fixture *f = *state;
    uint8_t       colour[16 * 8 * 3], inks[8 * 8 * 3], grey[64];

    if (!alf_picture_known_suffix("a.jpg")) {
        check_refused(f->ctx, test_jpeg_grey, test_jpeg_grey_size, ALF_ERR_UNSUPPORTED,
                      "a JPEG picture, which this build");
        return;
    }
    for (int i = 0; i < 128; i++) memcpy(colour + 3 * i, (uint8_t[]){200, 100, 50}, 3);
    memset(grey, 77, sizeof grey);
    check(f->ctx, test_jpeg_colour, test_jpeg_colour_size, 16, 8, 3, colour, 3);
    check(f->ctx, test_jpeg_grey, test_jpeg_grey_size, 8, 8, 1, grey, 1);
    for (int i = 0; i < 64; i++)
        memcpy(inks + 3 * i, (uint8_t[]){208, 200, 191}, 3); /* C, M, Y of 246, 236, 226 times K of 216 */
    check(f->ctx, test_jpeg_cmyk, test_jpeg_cmyk_size, 8, 8, 3, inks, 1);
    check_damage(f->ctx, test_jpeg_colour, test_jpeg_colour_size - 2); /* without its end mark it is damaged as well */
}

static void webp_is_read_or_named(void **state)
{
    file_fixture *f = *state;
    const uint8_t colour[18] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3, 10, 20, 30, 200, 100, 50};
    const uint8_t alpha[8] = {9, 8, 7, 255, 100, 150, 200, 128};

    if (!alf_picture_known_suffix("a.webp")) {
        check_refused(f->ctx, test_webp_alpha, test_webp_alpha_size, ALF_ERR_UNSUPPORTED,
                      "a WebP picture, which this build");
        return;
    }
    check(f->ctx, test_webp_colour, test_webp_colour_size, 3, 2, 3, colour, 0);
    check(f->ctx, test_webp_alpha, test_webp_alpha_size, 2, 1, 4, alpha, 0);
    check_refused(f->ctx, test_webp_frames, test_webp_frames_size, ALF_ERR_UNSUPPORTED, "animation");
    check_damage(f->ctx, test_webp_colour, test_webp_colour_size);
}

static void sets_may_mix_formats(void **state)
{
    file_fixture      *f = *state;
    const char        *sources[] = {f->folder};
    char              *dest = test_path(f->folder, "made.zip");
    alf_dataset_recipe recipe = alf_dataset_recipe_default();
    alf_dataset_report report;

    recipe.width = recipe.height = 8;
    test_put_picture(f->ctx, f->folder, "a.png", 0, 4, 3);
    test_put_file(f->ctx, f->folder, "b.jpeg", test_jpeg_grey, test_jpeg_grey_size);
    test_put_file(f->ctx, f->folder, "c.webp", test_webp_alpha, test_webp_alpha_size);
    test_ok(f->ctx, alf_dataset_build(f->ctx, 1, sources, dest, &recipe, &report));
    assert_int_equal(report.written, 1 + alf_picture_known_suffix("b.jpeg") + alf_picture_known_suffix("c.webp"));
    free(dest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_is_encoded_decodes_to_the_same),
        FILE_TEST(other_bytes_are_no_picture),
        FILE_TEST(names_of_pictures_are_known_in_any_case),
        FILE_TEST(jpeg_is_read_or_named),
        FILE_TEST(webp_is_read_or_named),
        FILE_TEST(sets_may_mix_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
