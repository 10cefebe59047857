/* Reading data sets: folders and zip archives give the same items, labels of both kinds, subsets, mirroring, order. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data_sets.h"

static alf_dataset *open_set(alf_ctx *ctx, const char *path, alf_dataset_options options)
{
    alf_dataset *set = NULL;

    test_ok(ctx, alf_dataset_open(ctx, path, &options, &set));
    return set;
}

/* Zips the files of a folder made by test_put_set, in an order of no meaning. */
static char *zip_of(const char *folder, int count, const char *place, const char *const names[])
{
    char      *path = test_path(place, "set.zip"), *bytes[8];
    test_entry entries[8];

    for (int i = 0; i < count; i++) {
        char *file = test_path(folder, names[i]);
        bytes[i] = test_read_file(file, &entries[i].size);
        entries[i].name = names[i];
        entries[i].bytes = bytes[i];
        free(file);
    }
    test_zip(path, count, entries, true);
    for (int i = 0; i < count; i++) free(bytes[i]);
    return path;
}

static const char class_labels[] = "{\"labels\": [[\"00000/img00000000.png\", 2], [\"00000/img00000001.png\", 0], "
                                   "[\"00000/img00000002.png\", 2], [\"elsewhere.png\", 9]]}";

/* --- pictures ----------------------------------------------------------------------------------------------------------- */

static void check_values(alf_ctx *ctx, alf_dataset *set, int64_t size, int channels)
{
    const int64_t items[3] = {2, 0, 1};
    double       *images = malloc((size_t)(3 * channels * size * size) * sizeof *images);

    assert_non_null(images);
    assert_int_equal(alf_dataset_count(set), 3);
    assert_int_equal(alf_dataset_resolution(set), size);
    assert_int_equal(alf_dataset_channels(set), channels);
    assert_string_equal(alf_dataset_item_name(set, 2), "00000/img00000002.png");
    assert_null(alf_dataset_item_name(set, 3));
    assert_null(alf_dataset_item_name(set, -1));
    test_ok(ctx, alf_dataset_read(set, 3, items, images, NULL));
    for (int i = 0; i < 3; i++) {
        alf_picture *picture = test_picture(ctx, items[i], size, size, channels);
        for (int c = 0; c < channels; c++)
            for (int64_t p = 0; p < size * size; p++)
                assert_true(images[(i * channels + c) * size * size + p] ==
                            picture->pixels[p * channels + c] / 127.5 - 1.0);
        alf_picture_destroy(picture);
    }
    free(images);
}

static void folders_and_archives_give_the_same_items(void **state)
{
    static const char *const names[] = {"00000/img00000002.png", "00000/img00000000.png", "00000/img00000001.png"};
    file_fixture            *f = *state;

    for (int channels = 1; channels <= 3; channels += 2) {
        char        *folder = test_path(f->folder, channels == 1 ? "grey/" : "rgb/"), *zip;
        alf_dataset *set;
        test_put_set(f->ctx, folder, 3, 8, channels, NULL);
        test_put_file(f->ctx, folder, "00000/notes.txt", "x", 1);
        test_put_file(f->ctx, folder, ".hidden/img.png", "x", 1);
        test_put_file(f->ctx, folder, "00000/.img.png", "x", 1);
        set = open_set(f->ctx, folder, alf_dataset_options_default());
        assert_string_equal(alf_dataset_name(set), channels == 1 ? "grey" : "rgb");
        assert_string_equal(alf_dataset_path(set), folder);
        check_values(f->ctx, set, 8, channels);
        alf_dataset_destroy(set);
        zip = zip_of(folder, 3, f->folder, names);
        set = open_set(f->ctx, zip, alf_dataset_options_default());
        assert_string_equal(alf_dataset_name(set), "set");
        check_values(f->ctx, set, 8, channels);
        alf_dataset_destroy(set);
        free(zip);
        free(folder);
    }
    alf_dataset_destroy(NULL);
}

static void mirrored_items_come_after_the_others(void **state)
{
    file_fixture       *f = *state;
    alf_dataset_options options = {.mirror = true, .labels = true};
    alf_dataset        *set;
    const int64_t       items[2] = {1, 4};
    double              images[2][3][8][8], labels[2][3];

    test_put_set(f->ctx, f->folder, 3, 8, 3, class_labels);
    set = open_set(f->ctx, f->folder, options);
    assert_int_equal(alf_dataset_count(set), 6);
    assert_string_equal(alf_dataset_item_name(set, 4), "00000/img00000001.png");
    test_ok(f->ctx, alf_dataset_read(set, 2, items, images[0][0][0], labels[0]));
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < 8; x++) assert_true(images[0][c][y][x] == images[1][c][y][7 - x]);
    assert_true(images[0][0][0][0] != images[1][0][0][0]);
    assert_memory_equal(labels[0], labels[1], sizeof labels[0]);
    alf_dataset_destroy(set);
}

static void a_subset_is_chosen_by_the_seed(void **state)
{
    file_fixture *f = *state;
    char          chosen[4][512] = {""};

    test_put_set(f->ctx, f->folder, 20, 4, 1, NULL);
    for (int i = 0; i < 4; i++) {
        alf_dataset *set = open_set(f->ctx, f->folder, (alf_dataset_options){.max_items = 7, .seed = i < 2 ? 5 : 6});
        assert_int_equal(alf_dataset_count(set), 7);
        for (int64_t k = 0; k < 7; k++) {
            if (k > 0) assert_true(strcmp(alf_dataset_item_name(set, k - 1), alf_dataset_item_name(set, k)) < 0);
            strcat(chosen[i], alf_dataset_item_name(set, k));
        }
        alf_dataset_destroy(set);
    }
    assert_string_equal(chosen[0], chosen[1]);
    assert_string_equal(chosen[2], chosen[3]);
    assert_string_not_equal(chosen[0], chosen[2]);
}

/* --- labels ----------------------------------------------------------------------------------------------------------- */

static void classes_become_one_hot(void **state)
{
    file_fixture *f = *state;
    const int64_t items[3] = {0, 1, 2};
    const double  expected[9] = {0, 0, 1, 1, 0, 0, 0, 0, 1};
    double        images[3 * 16], labels[9];
    alf_dataset  *set;

    test_put_set(f->ctx, f->folder, 3, 4, 1, class_labels);
    set = open_set(f->ctx, f->folder, (alf_dataset_options){.labels = true});
    assert_int_equal(alf_dataset_label_dim(set), 3); /* a file that is not there has no say */
    test_ok(f->ctx, alf_dataset_read(set, 3, items, images, labels));
    assert_memory_equal(labels, expected, sizeof expected);
    test_ok(f->ctx, alf_dataset_read(set, 3, items, images, NULL));
    alf_dataset_destroy(set);
    set = open_set(f->ctx, f->folder, alf_dataset_options_default());
    assert_int_equal(alf_dataset_label_dim(set), 0);
    alf_dataset_destroy(set);
}

static void labels_alone_need_no_pictures(void **state)
{
    file_fixture *f = *state;
    const int64_t items[2] = {4, 2}; /* 4 is item 1, mirrored */
    const double  expected[6] = {1, 0, 0, 0, 0, 1};
    double        image[16], labels[6];
    alf_dataset  *set;

    test_put_set(f->ctx, f->folder, 3, 4, 1, class_labels);
    set = open_set(f->ctx, f->folder, (alf_dataset_options){.labels = true, .mirror = true});
    test_put_file(f->ctx, f->folder, "00000/img00000001.png", "no picture", 10);
    test_ok(f->ctx, alf_dataset_read(set, 2, items, NULL, labels));
    assert_memory_equal(labels, expected, sizeof expected);
    assert_fails(f->ctx, alf_dataset_read(set, 1, items, image, labels), ALF_ERR_FORMAT, "img00000001.png", NULL);
    alf_dataset_destroy(set);
}

static void lists_of_numbers_are_labels_as_they_stand(void **state)
{
    file_fixture *f = *state;
    const int64_t items[2] = {1, 0};
    const double  expected[4] = {-3, 1e-3, 0.5, 2};
    double        images[2 * 16], labels[4];
    alf_dataset  *set;

    test_put_set(f->ctx, f->folder, 2, 4, 1,
                 "{\"labels\": [[\"00000/img00000000.png\", [0.5, 2]], [\"00000/img00000001.png\", [-3, 1e-3]]]}");
    set = open_set(f->ctx, f->folder, (alf_dataset_options){.labels = true});
    assert_int_equal(alf_dataset_label_dim(set), 2);
    test_ok(f->ctx, alf_dataset_read(set, 2, items, images, labels));
    assert_memory_equal(labels, expected, sizeof expected);
    alf_dataset_destroy(set);
}

static void check_labels_refused(file_fixture *f, const char *json, const char *part)
{
    alf_dataset_options options = {.labels = true};
    alf_dataset        *set = NULL;

    test_put_file(f->ctx, f->folder, "dataset.json", json, strlen(json));
    assert_fails(f->ctx, alf_dataset_open(f->ctx, f->folder, &options, &set), ALF_ERR_FORMAT, "dataset.json", part);
    assert_null(set);
}

#define PAIR(number, label) "[\"00000/img0000000" #number ".png\", " label "]"

static void wrong_labels_are_refused_by_their_place(void **state)
{
    file_fixture *f = *state;
    alf_dataset  *set = NULL;
    char         *deep = calloc(100001, 1);

    test_put_set(f->ctx, f->folder, 2, 4, 1, NULL);
    assert_fails(f->ctx, alf_dataset_open(f->ctx, f->folder, &(alf_dataset_options){.labels = true}, &set),
                 ALF_ERR_FORMAT, "has no dataset.json", f->folder);
    check_labels_refused(f, "", "not valid JSON");
    check_labels_refused(f, "[1", "not valid JSON");
    check_labels_refused(f, "{}", "\"labels\" is not there");
    check_labels_refused(f, "[]", "\"labels\" is not there");
    check_labels_refused(f, "{\"labels\": null}", "\"labels\" is null");
    check_labels_refused(f, "{\"labels\": {}}", "\"labels\" is not a list");
    check_labels_refused(f, "{\"labels\": []}", "\"labels\" is empty");
    check_labels_refused(f, "{\"labels\": [1]}", "labels[0]");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "\"cat\"") "]}", "neither a whole number nor a list");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "[]") "]}", "list of 1 to");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "1") "]}", "img00000001.png' has no label");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "1") "," PAIR(0, "1") "]}", "labels[1]: '00000/img00000000.png'");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "1") "," PAIR(1, "-1") "]}", "class -1, expected 0 to");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "1") "," PAIR(1, "1048576") "]}", "class 1048576");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "1") "," PAIR(1, "[1]") "]}",
                         "labels[1]: the label is of another");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "[1]") "," PAIR(1, "1") "]}",
                         "labels[1]: the label is of another");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "[1]") "," PAIR(1, "[1,2]") "]}",
                         "labels[1]: 2 numbers, expected 1");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "[1]") "," PAIR(1, "[true]") "]}", "labels[1][1][0]");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "[1]") "," PAIR(1, "[-3.5e38]") "]}",
                         "labels[1][1][0] is -3.5e+38");
    check_labels_refused(f, "{\"labels\": [" PAIR(0, "1") "," PAIR(1, "1") ",[5, 1]]}", "labels[2] is not a pair");
    memset(deep, '[', 100000);
    check_labels_refused(f, deep, "not valid JSON");
    free(deep);
}

/* --- order ------------------------------------------------------------------------------------------------------------ */

static void every_run_is_another_permutation(void **state)
{
    file_fixture *f = *state;
    alf_dataset  *set;
    int64_t       runs[3][22], again;
    int           moved = 0;

    test_put_set(f->ctx, f->folder, 11, 4, 1, NULL);
    set = open_set(f->ctx, f->folder, (alf_dataset_options){.mirror = true});
    for (int r = 0; r < 3; r++) {
        int seen[22] = {0};
        for (int i = 0; i < 22; i++) {
            test_ok(f->ctx, alf_dataset_shuffled(set, 7, r * 22 + i, &runs[r][i]));
            seen[runs[r][i]]++;
        }
        for (int i = 0; i < 22; i++) assert_int_equal(seen[i], 1);
    }
    assert_memory_not_equal(runs[0], runs[1], sizeof runs[0]);
    assert_memory_not_equal(runs[1], runs[2], sizeof runs[0]);
    for (int i = 0; i < 22; i++) {
        test_ok(f->ctx, alf_dataset_shuffled(set, 8, i, &again)); /* another seed, another order */
        moved += again != runs[0][i];
        test_ok(f->ctx, alf_dataset_shuffled(set, 7, 22 + i, &again)); /* any position at any time */
        assert_int_equal(again, runs[1][i]);
    }
    assert_true(moved > 10);
    test_ok(f->ctx, alf_dataset_shuffled(set, 7, INT64_MAX, &again));
    assert_in_range(again, 0, 21);
    assert_fails(f->ctx, alf_dataset_shuffled(set, 7, -1, &again), ALF_ERR_ARGUMENT, "negative", NULL);
    alf_dataset_destroy(set);
}

/* --- what is no data set ------------------------------------------------------------------------------------------------- */

static void check_refused(file_fixture *f, const char *path, alf_status expected, const char *part, const char *other)
{
    alf_dataset *set = NULL;

    assert_fails(f->ctx, alf_dataset_open(f->ctx, path, NULL, &set), expected, part, other);
    assert_null(set);
}

static void pictures_of_another_kind_are_named(void **state)
{
    file_fixture *f = *state;
    alf_picture  *wide = test_picture(f->ctx, 0, 5, 4, 3);
    char         *path = test_path(f->folder, "wide.png");
    const int64_t item = 1, far = 3;
    double        image[3 * 16];
    alf_dataset  *set;

    test_put_picture(f->ctx, f->folder, "rgba/a.png", 0, 4, 4);
    check_refused(f, f->folder, ALF_ERR_UNSUPPORTED, "rgba/a.png", "--background=RRGGBB");
    test_put_picture(f->ctx, f->folder, "first.png", 0, 4, 3);
    test_ok(f->ctx, alf_picture_write_png(f->ctx, wide, path));
    set = open_set(f->ctx, f->folder, alf_dataset_options_default()); /* first.png, rgba/a.png, wide.png */
    assert_fails(f->ctx, alf_dataset_read(set, 1, &item, image, NULL), ALF_ERR_FORMAT, "rgba/a.png", "4 channels");
    assert_fails(f->ctx, alf_dataset_read(set, 1, (int64_t[]){2}, image, NULL), ALF_ERR_FORMAT, "wide.png", "5 x 4");
    assert_fails(f->ctx, alf_dataset_read(set, 1, &far, image, NULL), ALF_ERR_RANGE, "item 3", "0 to 2");
    assert_fails(f->ctx, alf_dataset_read(set, 1, NULL, image, NULL), ALF_ERR_ARGUMENT, "NULL", NULL);
    alf_dataset_destroy(set);
    test_put_file(f->ctx, f->folder, "first.png", "\211PNG\r\n\032\n", 8);
    check_refused(f, f->folder, ALF_ERR_FORMAT, "first.png", "IEND");
    alf_picture_destroy(wide);
    free(path);
}

static void what_is_no_set_is_refused(void **state)
{
    file_fixture *f = *state;
    char         *gone = test_path(f->folder, "gone"), *text = test_write_file(f->folder, "a.zip", "hello", 5);
    char         *one = test_path(f->folder, "one.png");

    check_refused(f, f->folder, ALF_ERR_FORMAT, f->folder, "no pictures, expected names that end in .png");
    check_refused(f, gone, ALF_ERR_IO, "gone", NULL);
    check_refused(f, text, ALF_ERR_FORMAT, "is text, expected a zip archive", NULL);
    test_put_picture(f->ctx, f->folder, "one.png", 0, 4, 1);
    check_refused(f, one, ALF_ERR_FORMAT, "one.png", "one file, expected a folder or a zip archive");
    assert_fails(f->ctx, alf_dataset_open(f->ctx, NULL, NULL, NULL), ALF_ERR_ARGUMENT, "path is", NULL);
    check_refused(f, NULL, ALF_ERR_ARGUMENT, "path is NULL", NULL);
    free(gone);
    free(text);
    free(one);
}

static void programs_that_are_started_do_not_inherit_an_open_archive(void **state)
{
    const char *const      name = "00000/img00000000.png";
    file_fixture          *f = *state;
    const test_descriptors before = test_descriptors_now();
    char                  *zip;
    alf_dataset           *set;

    test_put_set(f->ctx, f->folder, 1, 8, 3, NULL);
    zip = zip_of(f->folder, 1, f->folder, &name);
    set = open_set(f->ctx, zip, alf_dataset_options_default());
    assert_true(test_descriptors_now().open > before.open);
    assert_int_equal(test_descriptors_now().inherited, before.inherited);
    alf_dataset_destroy(set);
    assert_int_equal(test_descriptors_now().open, before.open);
    free(zip);
}

/* --- hostile archives and folders ---------------------------------------------------------------------------------------- */

static void broken_archives_are_refused(void **state)
{
    file_fixture *f = *state;
    char         *zip, *whole, *cut = test_path(f->folder, "cut.zip"), *png;
    size_t        size, png_size;
    test_entry    entry = {.name = "../../x.png"};
    alf_dataset  *set;
    const int     open_before = test_descriptors_now().open;

    test_put_picture(f->ctx, f->folder, "x.png", 0, 16, 3);
    png = test_path(f->folder, "x.png");
    entry.bytes = whole = test_read_file(png, &png_size);
    entry.size = png_size;
    zip = test_path(f->folder, "set.zip");
    test_zip(zip, 1, &entry, false); /* hidden, as it starts with a dot */
    check_refused(f, zip, ALF_ERR_FORMAT, "no pictures", NULL);
    entry.name = "a/../../b.png";
    test_zip(zip, 1, &entry, false);
    check_refused(f, zip, ALF_ERR_FORMAT, "no pictures", NULL);
    entry.name = "/etc/b.png"; /* only a name */
    test_zip(zip, 1, &entry, false);
    set = open_set(f->ctx, zip, alf_dataset_options_default());
    assert_string_equal(alf_dataset_item_name(set, 0), "/etc/b.png");
    alf_dataset_destroy(set);
    free(whole);
    whole = test_read_file(zip, &size);
    for (size_t keep = 5; keep < size; keep += 37) {
        alf_dataset *none = NULL;
        test_put_file(f->ctx, f->folder, "cut.zip", whole, keep);
        assert_fails(f->ctx, alf_dataset_open(f->ctx, cut, NULL, &none), ALF_ERR_FORMAT, "cut.zip", NULL);
    }
    whole[60] ^= 1; /* inside of the picture: the sum is wrong */
    test_put_file(f->ctx, f->folder, "cut.zip", whole, size);
    check_refused(f, cut, ALF_ERR_FORMAT, "b.png", "damaged in its zip archive");
    assert_int_equal(test_descriptors_now().open, open_before);
    free(whole);
    free(png);
    free(cut);
    free(zip);
}

static void an_archive_that_unpacks_to_too_much_is_refused(void **state)
{
    file_fixture *f = *state;
    size_t        size = (size_t)40 << 20;
    char         *zeros = calloc(size, 1), *zip = test_path(f->folder, "bomb.zip");
    test_entry    entry = {.name = "a.png", .bytes = zeros, .size = size};

    assert_non_null(zeros);
    test_zip(zip, 1, &entry, true);
    check_refused(f, zip, ALF_ERR_UNSUPPORTED, "a.png", "would unpack to 41943040 bytes");
    assert_true(alf_ctx_memory_peak(f->ctx) < 1 << 20);
    free(zeros);
    free(zip);
}

/* Overwrites the sizes of the first entry, stored and unpacked, where the directory at the end tells them. */
static void claim_size(char *zip, size_t size, uint32_t stored, uint32_t unpacked)
{
    size_t at = size - 4;

    while (at > 0 && memcmp(zip + at, "PK\001\002", 4) != 0) at--;
    for (int i = 0; i < 4; i++) {
        zip[at + 20 + (size_t)i] = (char)(stored >> 8 * i & 255);
        zip[at + 24 + (size_t)i] = (char)(unpacked >> 8 * i & 255);
    }
}

static void an_archive_that_lies_about_sizes_is_refused(void **state)
{
    file_fixture *f = *state;
    char          noise[200], *zip = test_path(f->folder, "lie.zip"), *bytes;
    size_t        size;
    test_entry    entry = {.name = "a.png", .bytes = noise, .size = sizeof noise};

    memset(noise, 7, sizeof noise);
    test_zip(zip, 1, &entry, false);
    bytes = test_read_file(zip, &size);
    claim_size(bytes, size, 3000000000u, 3000000000u);
    test_put_file(f->ctx, f->folder, "lie.zip", bytes, size);
    check_refused(f, zip, ALF_ERR_FORMAT, "lie.zip/a.png", "claims to hold 3000000000 of it");
    assert_true(alf_ctx_memory_peak(f->ctx) < 1 << 20);
    claim_size(bytes, size, 150, 300);
    test_put_file(f->ctx, f->folder, "lie.zip", bytes, size);
    check_refused(f, zip, ALF_ERR_FORMAT, "lie.zip/a.png", "damaged in its zip archive: 150 of 300 bytes");
    free(bytes);
    free(zip);
}

static void links_in_circles_end(void **state)
{
    file_fixture *f = *state;
    char         *up = test_path(f->folder, "a/b/up"), *other = test_path(f->folder, "other.png");
    alf_dataset  *set;
    double        image[16];

    test_put_picture(f->ctx, f->folder, "a/b/x.png", 0, 4, 1);
    assert_int_equal(symlink("../..", up), 0);
    assert_int_equal(symlink("a/b/x.png", other), 0);
    set = open_set(f->ctx, f->folder, alf_dataset_options_default());
    assert_int_equal(alf_dataset_count(set), 2);
    assert_string_equal(alf_dataset_item_name(set, 1), "other.png");
    alf_dataset_destroy(set);
    assert_int_equal(unlink(other), 0);
    assert_int_equal(symlink("nowhere", other), 0);
    set = open_set(f->ctx, f->folder, alf_dataset_options_default());
    assert_fails(f->ctx, alf_dataset_read(set, 1, (int64_t[]){1}, image, NULL), ALF_ERR_IO, "other.png", NULL);
    alf_dataset_destroy(set);
    assert_int_equal(unlink(up), 0);
    free(up);
    free(other);
}

static void short_memory_is_said(void **state)
{
    file_fixture       *f = *state;
    alf_dataset_options options = {.labels = true, .max_items = 2, .mirror = true};
    alf_status          status = ALF_ERR_MEMORY;
    int                 failures = 0;

    test_put_set(f->ctx, f->folder, 3, 8, 3, class_labels);
    for (int64_t budget = 64; status; budget += budget / 16) {
        alf_ctx     *ctx = test_ctx_with_budget(budget);
        alf_dataset *set = NULL;
        int64_t      item = 0;
        double       image[3 * 64];
        status = alf_dataset_open(ctx, f->folder, &options, &set);
        if (!status) status = alf_dataset_shuffled(set, 1, 5, &item);
        if (!status) status = alf_dataset_read(set, 1, &item, image, NULL);
        failures += status != ALF_OK;
        if (status) assert_fails(ctx, status, ALF_ERR_MEMORY, "budget", NULL);
        alf_dataset_destroy(set);
        assert_int_equal(alf_ctx_memory_used(ctx), 0);
        alf_ctx_destroy(ctx);
    }
    assert_true(failures > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(folders_and_archives_give_the_same_items),
        FILE_TEST(mirrored_items_come_after_the_others),
        FILE_TEST(a_subset_is_chosen_by_the_seed),
        FILE_TEST(classes_become_one_hot),
        FILE_TEST(labels_alone_need_no_pictures),
        FILE_TEST(lists_of_numbers_are_labels_as_they_stand),
        FILE_TEST(wrong_labels_are_refused_by_their_place),
        FILE_TEST(every_run_is_another_permutation),
        FILE_TEST(pictures_of_another_kind_are_named),
        FILE_TEST(what_is_no_set_is_refused),
        FILE_TEST(programs_that_are_started_do_not_inherit_an_open_archive),
        FILE_TEST(broken_archives_are_refused),
        FILE_TEST(an_archive_that_unpacks_to_too_much_is_refused),
        FILE_TEST(an_archive_that_lies_about_sizes_is_refused),
        FILE_TEST(links_in_circles_end),
        FILE_TEST(short_memory_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
