/* Official network pickles: the golden ones, and every form that files in the wild have, assembled here. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "aliasfree/archive.h"
#include "golden.h"
#include "pickle_bytes.h"

/* --- support -------------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx *ctx;
    char    *folder;
} fixture;

static int setup(void **state)
{
    fixture *f = malloc(sizeof *f);

    assert_non_null(f);
    *f = (fixture){test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO), test_temp_folder()};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;

    assert_int_equal(alf_ctx_memory_used(f->ctx), 0);
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

/* Opens the assembled file, which is freed. */
static alf_archive *open_bytes(fixture *f, pkl_bytes *p)
{
    char        *path = test_write_file(f->folder, "network.pkl", p->at, p->size);
    alf_archive *archive = NULL;

    test_ok(f->ctx, alf_archive_open(f->ctx, path, &archive));
    assert_string_equal(alf_archive_path(archive), path);
    assert_string_equal(alf_archive_format(archive), "pickle");
    free(path);
    pkl_free(p);
    return archive;
}

static void assert_values(const alf_archive *archive, const char *name, int64_t count, const double expected[])
{
    const alf_array *array;
    double          *values = golden_values(archive, name, &array);

    assert_int_equal(array->count, count);
    assert_allclose_absolute(name, count, values, expected, 0.0);
    free(values);
}

static void assert_meta(const alf_archive *archive, const char *key, const char *expected)
{
    const char *value = alf_archive_meta(archive, key);

    if (!value) fail_msg("no metadata '%s'", key);
    assert_string_equal(value, expected);
}

static pkl_bytes floats_stream(int count, const float values[])
{
    pkl_storage storage = {"FloatStorage", true, count, (uint64_t)count, values, (size_t)count * sizeof *values};

    return pkl_stream(&storage);
}

static const float  six[6] = {0.5f, -1.0f, 2.0f, 3.25f, -4.0f, 5.0f};
static const double six_as_double[6] = {0.5, -1.0, 2.0, 3.25, -4.0, 5.0};

/* --- golden --------------------------------------------------------------------------------------------------------- */

static void check_array(golden_report *report, const alf_array *array)
{
    double *values = malloc(((size_t)array->count + 1) * sizeof *values);

    assert_non_null(values);
    alf_array_read_f64(array, 0, array->count, values);
    for (int64_t i = 0; i < array->count; i++)
        if (!isfinite(values[i])) fail_msg("%s: %s[%lld] is not finite", report->file, array->name, (long long)i);
    free(values);
    report->cases++;
}

/* The arguments say what shape the mapping network has. */
static void check_generator(const alf_archive *archive)
{
    json_t          *kwargs = json_loads(alf_archive_meta(archive, "G_ema.init_kwargs"), 0, NULL);
    const alf_array *w_avg = alf_archive_find(archive, "G_ema.mapping.w_avg");

    assert_true(json_is_object(kwargs));
    assert_string_equal(alf_archive_meta(archive, "G_ema.class"), "Generator");
    assert_non_null(w_avg);
    assert_int_equal(w_avg->ndim, 1);
    assert_int_equal(w_avg->count, json_integer_value(json_object_get(kwargs, "w_dim")));
    json_decref(kwargs);
}

static void check_golden_file(golden_report *report, void *user)
{
    fixture     *f = user;
    alf_archive *archive = NULL;

    test_ok(f->ctx, alf_archive_open(f->ctx, report->path, &archive));
    for (int64_t i = 0; i < alf_archive_count(archive); i++)
        if (strncmp(alf_archive_at(archive, i)->name, "G_ema.", 6) == 0)
            check_array(report, alf_archive_at(archive, i));
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++) {
        const char *key = alf_archive_meta_key(archive, i);
        json_t     *json = json_loads(alf_archive_meta(archive, key), JSON_DECODE_ANY, NULL);
        if (!json && !strstr(key, ".class") && !strstr(key, ".omitted"))
            fail_msg("%s: metadata '%s' is not JSON", report->file, key);
        json_decref(json);
    }
    check_generator(archive);
    alf_archive_destroy(archive);
}

static void golden_pickles_open_with_finite_arrays_and_their_arguments(void **state)
{
    golden_run("", ".pkl", "none", check_golden_file, *state);
}

/* --- forms of a file ------------------------------------------------------------------------------------------------ */

static void every_protocol_gives_the_same_array(void **state)
{
    for (int protocol = 2; protocol <= 5; protocol++) {
        int64_t      size[2] = {2, 3}, stride[2] = {3, 1};
        pkl_bytes    p = pkl_start(protocol), stream = floats_stream(6, six);
        alf_archive *archive;

        pkl_network_begin(&p);
        pkl_global(&p, "torch._utils", "_rebuild_parameter");
        pkl_ops(&p, "(");
        pkl_tensor(&p, &stream, 0, 2, size, stride);
        pkl_ops(&p, "\x88");
        pkl_global(&p, "collections", "OrderedDict");
        pkl_ops(&p, ")RtR");
        pkl_network_end(&p);
        archive = open_bytes(*state, &p);
        assert_int_equal(alf_archive_count(archive), 1);
        assert_int_equal(alf_archive_at(archive, 0)->ndim, 2);
        assert_int_equal(alf_archive_at(archive, 0)->shape[1], 3);
        assert_values(archive, "G_ema.weight", 6, six_as_double);
        assert_meta(archive, "G_ema.class", "Generator");
        assert_meta(archive, "G_ema.init_kwargs", "{}");
        alf_archive_destroy(archive);
        pkl_free(&stream);
    }
}

/* Opens a network whose weight is this view of the six floats. */
static alf_archive *open_view(fixture *f, int64_t offset, int ndim, const int64_t size[], const int64_t stride[])
{
    pkl_bytes    p = pkl_start(4), stream = floats_stream(6, six);
    alf_archive *archive;

    pkl_network_begin(&p);
    pkl_tensor(&p, &stream, offset, ndim, size, stride);
    pkl_network_end(&p);
    archive = open_bytes(f, &p);
    pkl_free(&stream);
    return archive;
}

static void a_strided_view_is_put_in_order(void **state)
{
    int64_t transposed[2] = {3, 2}, transposed_stride[2] = {1, 3}, repeated[2] = {2, 2}, repeated_stride[2] = {0, 2};
    double  transposed_values[6] = {0.5, 3.25, -1.0, -4.0, 2.0, 5.0}, repeated_values[4] = {-1.0, 3.25, -1.0, 3.25};
    alf_archive *archive = open_view(*state, 0, 2, transposed, transposed_stride);

    assert_values(archive, "G_ema.weight", 6, transposed_values);
    alf_archive_destroy(archive);
    archive = open_view(*state, 1, 2, repeated, repeated_stride);
    assert_values(archive, "G_ema.weight", 4, repeated_values);
    alf_archive_destroy(archive);
}

static void views_of_no_dimension_and_of_no_element_are_arrays(void **state)
{
    int64_t      empty[2] = {0, 3}, stride[2] = {3, 1};
    double       last = 5.0;
    alf_archive *archive = open_view(*state, 5, 0, empty, stride);

    assert_values(archive, "G_ema.weight", 1, &last);
    assert_int_equal(alf_archive_at(archive, 0)->ndim, 0);
    alf_archive_destroy(archive);
    archive = open_view(*state, 0, 2, empty, stride);
    assert_int_equal(alf_archive_at(archive, 0)->count, 0);
    alf_archive_destroy(archive);
}

static void every_storage_type_is_read(void **state)
{
    static const struct {
        const char *type;
        const char *bytes;
        size_t      size;
        alf_dtype   dtype;
        double      expected;
    } cases[] = {
        {"FloatStorage", "\x00\x00\x20\xc0", 4, ALF_F32, -2.5},
        {"DoubleStorage", "\x00\x00\x00\x00\x00\x00\x04\xc0", 8, ALF_F64, -2.5},
        {"HalfStorage", "\x00\xc1", 2, ALF_F16, -2.5},
        {"BFloat16Storage", "\x20\xc0", 2, ALF_BF16, -2.5},
        {"LongStorage", "\xfe\xff\xff\xff\xff\xff\xff\xff", 8, ALF_I64, -2.0},
        {"IntStorage", "\xfe\xff\xff\xff", 4, ALF_I32, -2.0},
        {"CharStorage", "\xfe", 1, ALF_I8, -2.0},
        {"ByteStorage", "\xfe", 1, ALF_U8, 254.0},
        {"BoolStorage", "\x01", 1, ALF_BOOL, 1.0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pkl_storage  storage = {cases[i].type, true, 1, 1, cases[i].bytes, cases[i].size};
        pkl_bytes    p = pkl_start(4), stream = pkl_stream(&storage);
        alf_archive *archive;

        pkl_network_begin(&p);
        pkl_tensor(&p, &stream, 0, 0, NULL, NULL);
        pkl_network_end(&p);
        archive = open_bytes(*state, &p);
        assert_int_equal(alf_archive_at(archive, 0)->dtype, cases[i].dtype);
        assert_values(archive, "G_ema.weight", 1, &cases[i].expected);
        alf_archive_destroy(archive);
        pkl_free(&stream);
    }
}

static void a_tensor_of_nan_reads_back_as_nan(void **state)
{
    float        nans[2] = {NAN, NAN}, back[2] = {0.0f, 0.0f};
    int64_t      size[1] = {2}, stride[1] = {1};
    pkl_bytes    p = pkl_start(4), stream = floats_stream(2, nans);
    alf_archive *archive;

    pkl_network_begin(&p);
    pkl_tensor(&p, &stream, 0, 1, size, stride);
    pkl_network_end(&p);
    archive = open_bytes(*state, &p);
    alf_array_read_f32(alf_archive_find(archive, "G_ema.weight"), 0, 2, back);
    assert_true(isnan(back[0]) && isnan(back[1]));
    alf_archive_destroy(archive);
    pkl_free(&stream);
}

/* Data written as a Python 2 string with escapes does not stand in the file, so the array must own it. */
static void a_storage_in_an_escaped_string_outlives_the_reading(void **state)
{
    int64_t      size[1] = {6}, stride[1] = {1};
    pkl_bytes    p = pkl_start(2), stream = floats_stream(6, six);
    alf_archive *archive;

    pkl_network_begin(&p);
    pkl_global(&p, "torch._utils", "_rebuild_tensor_v2");
    pkl_ops(&p, "(");
    pkl_global(&p, "torch.storage", "_load_from_bytes");
    pkl_ops(&p, "S'");
    for (size_t i = 0; i < stream.size; i++) {
        char escape[8];
        snprintf(escape, sizeof escape, "\\x%02x", stream.at[i]);
        pkl_ops(&p, escape);
    }
    pkl_ops(&p, "'\n\x85R");
    pkl_tensor_view(&p, 0, 1, size, stride);
    pkl_network_end(&p);
    archive = open_bytes(*state, &p);
    assert_values(archive, "G_ema.weight", 6, six_as_double);
    alf_archive_destroy(archive);
    pkl_free(&stream);
}

/* --- zip storages --------------------------------------------------------------------------------------------------- */

static void add_entry(zip_t *zip, const char *name, const void *bytes, size_t size)
{
    zip_source_t *source = zip_source_buffer(zip, bytes, size, 0);
    zip_int64_t   index = zip_file_add(zip, name, source, 0);

    assert_true(source && index >= 0);
    zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0);
}

/* The six floats as newer torch writes them. */
static pkl_bytes floats_zip(const char *folder)
{
    pkl_bytes id = pkl_storage_id("FloatStorage", 6), bytes = pkl_start(0);
    char      path[4096], block[4096];
    zip_t    *zip;
    FILE     *file;

    snprintf(path, sizeof path, "%s/storage.zip", folder);
    zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    add_entry(zip, "archive/data.pkl", id.at, id.size);
    add_entry(zip, "archive/byteorder", "little", 6);
    add_entry(zip, "archive/data/0", six, sizeof six);
    add_entry(zip, "archive/version", "3\n", 2);
    assert_int_equal(zip_close(zip), 0);
    file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;) pkl_raw(&bytes, block, got);
    fclose(file);
    pkl_free(&id);
    return bytes;
}

static void a_zip_storage_gives_the_same_array(void **state)
{
    fixture     *f = *state;
    int64_t      size[2] = {2, 3}, stride[2] = {3, 1};
    pkl_bytes    p = pkl_start(4), zip = floats_zip(f->folder);
    alf_archive *archive;

    pkl_network_begin(&p);
    pkl_tensor(&p, &zip, 0, 2, size, stride);
    pkl_network_end(&p);
    archive = open_bytes(f, &p);
    assert_values(archive, "G_ema.weight", 6, six_as_double);
    alf_archive_destroy(archive);
    pkl_free(&zip);
}

/* --- names and metadata --------------------------------------------------------------------------------------------- */

/* Pushes numpy.core.multiarray.scalar(dtype(type), bytes). */
static void push_scalar(pkl_bytes *p, const char *type, const void *bytes, size_t size)
{
    pkl_global(p, "numpy.core.multiarray", "scalar");
    pkl_global(p, "numpy", "dtype");
    pkl_text(p, type);
    pkl_ops(p, "\x89\x88\x87R("); /* align, copy; then the state */
    pkl_int(p, 3);
    pkl_text(p, "<");
    pkl_ops(p, "NNN");
    pkl_int(p, -1);
    pkl_int(p, -1);
    pkl_int(p, 0);
    pkl_ops(p, "tb");
    pkl_data(p, bytes, size);
    pkl_ops(p, "\x86R");
}

static void arguments_of_every_plain_kind_become_json(void **state)
{
    double       real = 0.125;
    pkl_bytes    p = pkl_start(4);
    alf_archive *archive;

    pkl_object_begin(&p, "Discriminator");
    pkl_text(&p, "_init_args");
    pkl_ops(&p, "K\x40\x8c\x03\xc3\xa9\x21\x86"); /* (64, 'é!') */
    pkl_text(&p, "_init_kwargs");
    pkl_global(&p, "dnnlib.util", "EasyDict");
    pkl_ops(&p, ")\x81("); /* EasyDict.__new__(EasyDict) */
    pkl_text(&p, "a");
    push_scalar(&p, "f8", &real, sizeof real);
    pkl_text(&p, "b");
    push_scalar(&p, "i4", "\xfd\xff\xff\xff", 4);
    pkl_text(&p, "c");
    push_scalar(&p, "b1", "\x01", 1);
    pkl_text(&p, "d");
    pkl_ops(&p, "(](K\x01K\x02NeI01\nL-7L\nF2.5\nt"); /* ([1, 2, None], True, -7, 2.5) */
    pkl_text(&p, "e");
    pkl_float(&p, -1.5);
    pkl_text(&p, "f");
    push_scalar(&p, "f2", "\x00\x3e", 2);
    pkl_text(&p, "g");
    push_scalar(&p, "u1", "\xc8", 1);
    pkl_text(&p, "h");
    push_scalar(&p, "u8", "\xff\xff\xff\xff\xff\xff\xff\x7f", 8);
    pkl_ops(&p, "u");
    pkl_object_end(&p);
    pkl_ops(&p, ".");
    archive = open_bytes(*state, &p);
    assert_meta(archive, "network.class", "Discriminator");
    assert_meta(archive, "network.init_args", "[64, \"\xc3\xa9!\"]");
    assert_meta(archive, "network.init_kwargs",
                "{\"a\": 0.125, \"b\": -3, \"c\": true, \"d\": [[1, 2, null], true, -7, 2.5], "
                "\"e\": -1.5, \"f\": 1.5, \"g\": 200, \"h\": 9223372036854775807}");
    alf_archive_destroy(archive);
}

static void nested_modules_have_the_official_names(void **state)
{
    float        one = 1.0f;
    double       expected = 1.0;
    pkl_bytes    p = pkl_start(3), stream = floats_stream(1, &one);
    alf_archive *archive;

    pkl_ops(&p, "}(");
    pkl_text(&p, "G");
    pkl_object_begin(&p, "Generator");
    pkl_text(&p, "_modules");
    pkl_global(&p, "collections", "OrderedDict");
    pkl_ops(&p, ")R(");
    pkl_text(&p, "synthesis");
    pkl_object_begin(&p, "SynthesisNetwork");
    pkl_text(&p, "_buffers");
    pkl_ops(&p, "}(");
    pkl_text(&p, "absent");
    pkl_ops(&p, "N");
    pkl_text(&p, "freqs");
    pkl_tensor(&p, &stream, 0, 0, NULL, NULL);
    pkl_ops(&p, "u");
    pkl_object_end(&p);
    pkl_text(&p, "none");
    pkl_ops(&p, "Nu");
    pkl_object_end(&p);
    pkl_text(&p, "augment_pipe");
    pkl_ops(&p, "N");
    pkl_text(&p, "training_set_kwargs");
    pkl_ops(&p, "}");
    pkl_text(&p, "xflip");
    pkl_ops(&p, "\x89s");
    pkl_text(&p, "not_json");
    pkl_ops(&p, "\x8f");
    pkl_text(&p, "loss");
    pkl_ops(&p, "}");
    pkl_text(&p, "weights");
    pkl_ops(&p, "](K\x01");
    pkl_tensor(&p, &stream, 0, 0, NULL, NULL);
    pkl_ops(&p, "esu.");
    archive = open_bytes(*state, &p);
    assert_int_equal(alf_archive_count(archive), 1);
    assert_int_equal(alf_archive_meta_count(archive), 4);
    assert_meta(archive, "not_json.omitted", "not_json is a set, which JSON cannot express");
    assert_meta(archive, "loss.omitted", "loss['weights'][1] is a tensor, which JSON cannot express");
    assert_values(archive, "G.synthesis.freqs", 1, &expected);
    assert_meta(archive, "training_set_kwargs", "{\"xflip\": false}");
    alf_archive_destroy(archive);
    pkl_free(&stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(golden_pickles_open_with_finite_arrays_and_their_arguments, setup, teardown),
        cmocka_unit_test_setup_teardown(every_protocol_gives_the_same_array, setup, teardown),
        cmocka_unit_test_setup_teardown(a_strided_view_is_put_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(views_of_no_dimension_and_of_no_element_are_arrays, setup, teardown),
        cmocka_unit_test_setup_teardown(every_storage_type_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(a_tensor_of_nan_reads_back_as_nan, setup, teardown),
        cmocka_unit_test_setup_teardown(a_storage_in_an_escaped_string_outlives_the_reading, setup, teardown),
        cmocka_unit_test_setup_teardown(a_zip_storage_gives_the_same_array, setup, teardown),
        cmocka_unit_test_setup_teardown(arguments_of_every_plain_kind_become_json, setup, teardown),
        cmocka_unit_test_setup_teardown(nested_modules_have_the_official_names, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
