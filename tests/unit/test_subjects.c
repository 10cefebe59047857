/* Subjects of experiments: fresh ones and files under their labels, and their images. */
#include <stdlib.h>
#include <string.h>

#include "common/subjects.h"
#include "files.h"

/* Computing keeps scratch and scopes in the context, so unlike other files' tests these do not ask for all memory back. */
static int tear_down(void **state)
{
    file_fixture *f = *state;
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}
#define TEST(name) cmocka_unit_test_setup_teardown(name, file_fixture_set_up, tear_down)

static const subjects_fresh tiny = {.resolution = 16, .channel_base = 256, .channel_max = 8, .seed = 5};

static alf_generator *made(alf_ctx *ctx, const char *name, int channels, int classes)
{
    alf_config     config;
    alf_generator *g;
    test_ok(ctx, alf_config_named(ctx, name, 16, 256, 8, &config));
    config.z_dim = config.w_dim = 16;
    config.img_channels = channels;
    config.c_dim = classes;
    test_ok(ctx, alf_generator_create(ctx, &config, 1, &g));
    return g;
}

static char *saved(const file_fixture *f, const char *file, const char *name, int channels, int classes)
{
    char          *path = test_path(f->folder, file);
    alf_generator *g = made(f->ctx, name, channels, classes);
    test_ok(f->ctx, alf_generator_save(g, path));
    alf_generator_destroy(g);
    return path;
}

static void files_and_rungs_stand_beside_each_other(void **state)
{
    const file_fixture *f = *state;
    char               *path = saved(f, "my net (1).safetensors", "stylegan3-r", 1, 0), list[4096];
    subject            *s;
    int                 count = 0;
    snprintf(list, sizeof list, "stylegan3-t,%s,stylegan2,%s", path, path);
    test_ok(f->ctx, subjects_open(f->ctx, list, &tiny, &count, &s));
    assert_int_equal(count, 4);
    assert_string_equal(s[0].label, "stylegan3-t");
    assert_string_equal(s[1].label, "my_net__1_");
    assert_string_equal(s[2].label, "stylegan2");
    assert_string_equal(s[3].label, "my_net__1_-2"); /* labels differ */
    assert_true(s[0].fresh && !s[1].fresh);
    assert_int_equal(s[0].channels, 3);
    assert_int_equal(s[1].channels, 1);
    assert_int_equal(s[0].size, 16);
    assert_int_equal(alf_generator_plan(s[0].generator)->config.w_dim, 64);
    assert_string_equal(s[1].digest, s[3].digest);
    assert_string_not_equal(s[0].digest, s[2].digest);
    subjects_close(count, s);
    subjects_close(0, NULL);
    free(path);
}

static void the_seed_decides_what_a_fresh_one_is(void **state)
{
    const file_fixture *f = *state;
    subjects_fresh      other = tiny;
    subject            *a, *b, *c;
    int                 count;
    other.seed++;
    test_ok(f->ctx, subjects_open(f->ctx, "stylegan3-t", &tiny, &count, &a));
    test_ok(f->ctx, subjects_open(f->ctx, "stylegan3-t", &tiny, &count, &b));
    test_ok(f->ctx, subjects_open(f->ctx, "stylegan3-t", &other, &count, &c));
    assert_string_equal(a->digest, b->digest);
    assert_string_not_equal(a->digest, c->digest);
    subjects_close(1, a);
    subjects_close(1, b);
    subjects_close(1, c);
}

static void an_image_is_what_the_network_makes(void **state)
{
    const file_fixture *f = *state;
    char               *path = saved(f, "net.safetensors", "stylegan3-t", 4, 3); /* more channels than are shown */
    const int64_t       pixels = 3 * 16 * 16;
    double              got[3 * 16 * 16], moved[3 * 16 * 16], expected[4 * 16 * 16], inverse[9];
    alf_generator      *g = made(f->ctx, "stylegan3-t", 4, 3);
    alf_scope          *scope = alf_scope_open(f->ctx);
    uint32_t            seed = 7;
    subject            *s;
    int                 count;
    test_ok(f->ctx, subjects_open(f->ctx, path, &tiny, &count, &s));
    alf_tensor *z = alf_generator_latents(g, 1, &seed);
    alf_tensor *ws = alf_generator_map(g, z, alf_generator_labels(g, 1, 0), 0.5, -1);
    test_ok(f->ctx, alf_tensor_read(f->ctx, alf_generator_synthesize(g, ws, NULL), expected));
    alf_tensor *styles = subject_styles(s, seed, 0.5);
    test_ok(f->ctx, subject_image(s, styles, NULL, got));
    assert_memory_equal(got, expected, (size_t)pixels * sizeof(double));
    alf_user_transform(0.25, 0, 0, inverse);
    test_ok(f->ctx, subject_image(s, styles, inverse, moved));
    assert_memory_not_equal(got, moved, (size_t)pixels * sizeof(double));
    test_ok(f->ctx, subject_demand_transform(s));
    alf_scope_close(scope, NULL);
    subjects_close(count, s);
    alf_generator_destroy(g);
    free(path);
}

static void a_network_without_transform_is_refused_by_name(void **state)
{
    const file_fixture *f = *state;
    subject            *s;
    int                 count;
    test_ok(f->ctx, subjects_open(f->ctx, "stylegan2", &tiny, &count, &s));
    assert_fails(f->ctx, subject_demand_transform(s), ALF_ERR_UNSUPPORTED, "'stylegan2'", "no input transform");
    subjects_close(count, s);
}

static void bad_lists_are_told(void **state)
{
    static const struct {
        const char *list;
        alf_status  status;
        const char *part;
    } cases[] = {{"", ALF_ERR_ARGUMENT, "network 1"},
                 {"stylegan3-t,", ALF_ERR_ARGUMENT, "network 2"},
                 {"stylegan3-t,no-rung", ALF_ERR_ARGUMENT, "no-rung"},
                 {"missing/net.safetensors", ALF_ERR_IO, "missing/net.safetensors"},
                 {"stylegan3-t,missing.pkl", ALF_ERR_IO, "missing.pkl"}};
    const file_fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        subject *s = NULL;
        int      count = -1;
        assert_fails(f->ctx, subjects_open(f->ctx, cases[i].list, &tiny, &count, &s), cases[i].status, cases[i].part,
                     NULL);
        assert_null(s);
        assert_int_equal(count, -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_and_rungs_stand_beside_each_other),
        TEST(the_seed_decides_what_a_fresh_one_is),
        TEST(an_image_is_what_the_network_makes),
        TEST(a_network_without_transform_is_refused_by_name),
        TEST(bad_lists_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
