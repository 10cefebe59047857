/* What tells one data set from another under the same path. */
#include <stdlib.h>
#include <string.h>

#include "data_sets.h"

static uint64_t digest_of(alf_ctx *ctx, const char *path, alf_dataset_options options)
{
    alf_dataset *set = NULL;
    uint64_t     digest;

    test_ok(ctx, alf_dataset_open(ctx, path, &options, &set));
    test_ok(ctx, alf_dataset_digest(set, &digest));
    alf_dataset_destroy(set);
    return digest;
}

static void pictures_and_labels_decide_the_digest(void **state)
{
    static const char         labels[] = "{\"labels\": [[\"00000/img00000000.png\", 1]]}";
    file_fixture             *f = *state;
    const alf_dataset_options all = alf_dataset_options_default();
    uint64_t                  digest[6];

    test_put_set(f->ctx, f->folder, 5, 8, 3, NULL);
    digest[0] = digest_of(f->ctx, f->folder, all);
    digest[1] = digest_of(f->ctx, f->folder, (alf_dataset_options){.max_items = 3});
    test_put_picture(f->ctx, f->folder, "00000/img00000002.png", 9, 8, 1); /* another size of the file */
    digest[2] = digest_of(f->ctx, f->folder, all);
    test_put_picture(f->ctx, f->folder, "00001/img00000005.png", 5, 8, 3);
    digest[3] = digest_of(f->ctx, f->folder, all);
    test_put_file(f->ctx, f->folder, "dataset.json", labels, strlen(labels));
    digest[4] = digest_of(f->ctx, f->folder, all);
    test_put_file(f->ctx, f->folder, "dataset.json", labels, strlen(labels) - 1);
    digest[5] = digest_of(f->ctx, f->folder, all);
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < i; k++)
            if (digest[i] == digest[k]) fail_msg("sets %d and %d have the same digest", k, i);
}

static void notes_and_times_do_not(void **state)
{
    file_fixture             *f = *state;
    const alf_dataset_options all = alf_dataset_options_default();
    char                     *path = test_path(f->folder, "00000/img00000001.png"), *bytes;
    size_t                    size;
    uint64_t                  before;

    test_put_set(f->ctx, f->folder, 3, 8, 3, NULL);
    before = digest_of(f->ctx, f->folder, all);
    test_put_file(f->ctx, f->folder, "notes.txt", "x", 1);
    test_put_file(f->ctx, f->folder, ".hidden", "x", 1);
    bytes = test_read_file(path, &size);
    test_put_file(f->ctx, f->folder, "00000/img00000001.png", bytes, size);
    assert_true(digest_of(f->ctx, f->folder, all) == before);
    assert_true(digest_of(f->ctx, f->folder, (alf_dataset_options){.mirror = true}) == before);
    free(bytes);
    free(path);
}

/* The archive of one PNG file. */
static char *zip_of(file_fixture *f, int64_t number, size_t *size)
{
    char      *zip = test_path(f->folder, "set.zip"), *path = test_path(f->folder, "a.png"), *bytes;
    test_entry entry = {.name = "a.png"};

    test_put_picture(f->ctx, f->folder, "a.png", number, 8, 3);
    entry.bytes = bytes = test_read_file(path, &entry.size);
    *size = entry.size;
    test_zip(zip, 1, &entry, false);
    free(bytes);
    free(path);
    return zip;
}

static void archives_tell_pictures_of_the_same_size_apart(void **state)
{
    file_fixture             *f = *state;
    const alf_dataset_options all = alf_dataset_options_default();
    size_t                    size, other_size = 0;
    char                     *zip = zip_of(f, 0, &size);
    uint64_t                  before = digest_of(f->ctx, zip, all);

    for (int64_t number = 1; other_size != size; number++) { /* until one packs as well */
        assert_true(number < 1000);
        free(zip);
        zip = zip_of(f, number, &other_size);
    }
    assert_true(digest_of(f->ctx, zip, all) != before);
    free(zip);
    zip = zip_of(f, 0, &size);
    assert_true(digest_of(f->ctx, zip, all) == before);
    free(zip);
}

static void a_picture_that_is_gone_has_no_digest(void **state)
{
    file_fixture *f = *state;
    alf_dataset  *set = NULL;
    uint64_t      digest = 7;
    char         *path = test_path(f->folder, "00000/img00000001.png");

    test_put_set(f->ctx, f->folder, 2, 8, 3, NULL);
    test_ok(f->ctx, alf_dataset_open(f->ctx, f->folder, NULL, &set));
    assert_fails(f->ctx, alf_dataset_digest(set, NULL), ALF_ERR_ARGUMENT, "NULL", NULL);
    assert_int_equal(alf_dataset_digest(NULL, &digest), ALF_ERR_ARGUMENT);
    assert_int_equal(remove(path), 0);
    assert_fails(f->ctx, alf_dataset_digest(set, &digest), ALF_ERR_IO, "img00000001.png", NULL);
    assert_int_equal(digest, 7);
    alf_dataset_destroy(set);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(pictures_and_labels_decide_the_digest),
        FILE_TEST(notes_and_times_do_not),
        FILE_TEST(archives_tell_pictures_of_the_same_size_apart),
        FILE_TEST(a_picture_that_is_gone_has_no_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
