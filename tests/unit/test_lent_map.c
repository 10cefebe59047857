/* Files that are used where they are mapped: arrays outlive their archive, and no write reaches the file. */
#include <stdlib.h>

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

static void arrays_outlive_the_archive_and_writes_stay_here(void **state)
{
    const file_fixture *f = *state;
    char               *path = saved(f);
    alf_archive        *archive;
    alf_lent_map       *owner;
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &archive));
    const alf_array *array = alf_archive_find(archive, "x");
    float           *x = alf_archive_lend(archive, array, &owner);
    assert_ptr_equal(x, array->data);
    alf_archive_destroy(archive);
    assert_memory_equal(x, VALUES, sizeof VALUES);
    x[0] = 7;
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &archive));
    assert_memory_equal(alf_archive_find(archive, "x")->data, VALUES, sizeof VALUES);
    alf_archive_destroy(archive);
    assert_true(x[0] == 7);
    alf_lent_map_release(owner);
    free(path);
}

static void an_archive_made_here_lends_nothing(void **state)
{
    const file_fixture *f = *state;
    alf_archive        *archive;
    alf_lent_map       *owner;
    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    test_ok(f->ctx, alf_archive_add(archive, "x", ALF_F32, 1, (int64_t[]){COUNT}, VALUES));
    assert_null(alf_archive_lend(archive, alf_archive_find(archive, "x"), &owner));
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
    const struct CMUnitTest tests[] = {FILE_TEST(arrays_outlive_the_archive_and_writes_stay_here),
                                       FILE_TEST(an_archive_made_here_lends_nothing),
                                       FILE_TEST(a_network_is_not_copied_when_it_is_loaded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
