/* Files that are used where they are mapped: arrays outlive their archive, and no write reaches the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aliasfree/generator.h"
#include "files.h"
#include "io/lent_map.h"

enum { COUNT = 5 };

static const float VALUES[COUNT] = {1, -2, 3, -4, 5};

static char *saved(const file_fixture *f)
{
    char        *path = test_path(f->folder, "five.safetensors");
    alf_archive *archive;
    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    test_ok(f->ctx, alf_archive_add(archive, "x", ALF_F32, 1, (int64_t[]){COUNT}, VALUES));
    test_ok(f->ctx, alf_archive_save(archive, path));
    alf_archive_destroy(archive);
    return path;
}

static void what_is_lent_outlives_the_archive_and_its_context(void **state)
{
    const file_fixture *f = *state;
    char               *path = saved(f);
    alf_ctx            *other = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    alf_archive        *archive;
    void               *owner;
    test_ok(other, alf_archive_open(other, path, &archive));
    const float *x = alf_archive_lend(f->ctx, archive, alf_archive_find(archive, "x"), &owner);
    assert_non_null(x);
    alf_archive_destroy(archive);
    assert_int_equal(alf_ctx_memory_used(other), 0);
    alf_ctx_destroy(other);
    assert_memory_equal(x, VALUES, sizeof VALUES);
    alf_lent_map_release(owner);
    free(path);
}

static void a_write_is_seen_by_nobody_else(void **state)
{
    const file_fixture *f = *state;
    char               *path = saved(f);
    alf_archive        *archive, *again;
    void               *owners[3];
    float              *x[3];
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &archive));
    const alf_array *array = alf_archive_find(archive, "x");
    for (int i = 0; i < 2; i++) assert_non_null(x[i] = alf_archive_lend(f->ctx, archive, array, &owners[i]));
    x[0][0] = 7;
    assert_non_null(x[2] = alf_archive_lend(f->ctx, archive, array, &owners[2]));
    assert_memory_equal(x[1], VALUES, sizeof VALUES);
    assert_memory_equal(x[2], VALUES, sizeof VALUES);
    assert_memory_equal(array->data, VALUES, sizeof VALUES);
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &again));
    assert_memory_equal(alf_archive_find(again, "x")->data, VALUES, sizeof VALUES);
    alf_archive_destroy(again);
    alf_archive_destroy(archive);
    assert_true(x[0][0] == 7);
    for (int i = 0; i < 3; i++) alf_lent_map_release(owners[i]);
    free(path);
}

/* Written by hand, since our writer aligns: floats begin at an odd byte of the file. */
static void a_misaligned_array_is_not_lent(void **state)
{
    const file_fixture *f = *state;
    char               *path = test_path(f->folder, "odd.safetensors");
    const char         *header = "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                                 "\"x\":{\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[1,21]}} ";
    const uint8_t       length[8] = {(uint8_t)strlen(header)}, byte = 9;
    FILE               *file = fopen(path, "wb");
    alf_archive        *archive;
    void               *owner;
    float               values[COUNT];
    assert_non_null(file);
    fwrite(length, 1, sizeof length, file);
    fwrite(header, 1, strlen(header), file);
    fwrite(&byte, 1, 1, file);
    fwrite(VALUES, sizeof *VALUES, COUNT, file);
    assert_int_equal(fclose(file), 0);
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &archive));
    const alf_array *array = alf_archive_find(archive, "x"), *b = alf_archive_find(archive, "b");
    if ((uintptr_t)array->data % sizeof(float) == 0) fail_msg("the array is aligned");
    assert_null(alf_archive_lend(f->ctx, archive, array, &owner));
    alf_array_read_f32(array, 0, COUNT, values);
    assert_memory_equal(values, VALUES, sizeof VALUES);
    const uint8_t *lent = alf_archive_lend(f->ctx, archive, b, &owner);
    assert_true(lent && *lent == 9);
    alf_lent_map_release(owner);
    alf_archive_destroy(archive);
    free(path);
}

static void an_archive_made_here_lends_nothing(void **state)
{
    const file_fixture *f = *state;
    alf_archive        *archive;
    void               *owner;
    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    test_ok(f->ctx, alf_archive_add(archive, "x", ALF_F32, 1, (int64_t[]){COUNT}, VALUES));
    assert_null(alf_archive_lend(f->ctx, archive, alf_archive_find(archive, "x"), &owner));
    alf_archive_destroy(archive);
}

static void a_network_is_not_copied_when_it_is_loaded(void **state)
{
    const file_fixture *f = *state;
    char               *path = test_path(f->folder, "network.safetensors");
    alf_config          config;
    alf_generator      *g;
    alf_ctx            *ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    test_ok(ctx, alf_config_named(ctx, "stylegan3-t", 16, 2048, 64, &config));
    test_ok(ctx, alf_generator_create(ctx, &config, 0, &g));
    const int64_t bytes = alf_generator_plan(g)->num_parameters * 4, before = alf_ctx_memory_used(ctx);
    test_ok(ctx, alf_generator_save(g, path));
    alf_generator_destroy(g);
    const int64_t without = alf_ctx_memory_used(ctx);
    test_ok(ctx, alf_generator_load(ctx, path, NULL, &g));
    assert_true(before - without > bytes);
    assert_true(alf_ctx_memory_used(ctx) - without < bytes / 4);
    alf_generator_destroy(g);
    assert_int_equal(alf_ctx_memory_used(ctx), without);
    alf_ctx_destroy(ctx);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_is_lent_outlives_the_archive_and_its_context), FILE_TEST(a_write_is_seen_by_nobody_else),
        FILE_TEST(a_misaligned_array_is_not_lent), FILE_TEST(an_archive_made_here_lends_nothing),
        FILE_TEST(a_network_is_not_copied_when_it_is_loaded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
