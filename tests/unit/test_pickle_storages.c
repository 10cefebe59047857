/* Pickles whose storages, tensors or modules are not what they say: each is refused with the reason. */
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "io/pickle.h"
#include "pickle_hostile.h"

/* --- storages and tensors ------------------------------------------------------------------------------------------- */

/* A network whose weight is a view of eight floats, described by the storage's stream. */
static void assert_view_refused(hostile_fixture *f, const pkl_storage *storage, int64_t offset, int64_t size,
                                int64_t stride, alf_status expected, const char *words)
{
    pkl_bytes p = pkl_start(4), stream = pkl_stream(storage);

    pkl_network_begin(&p);
    pkl_tensor(&p, &stream, offset, 1, &size, &stride);
    pkl_network_end(&p);
    assert_refused(f, &p, expected, words);
    pkl_free(&stream);
}

static const float eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};

static void views_that_leave_their_storage_are_refused(void **state)
{
    const pkl_storage storage = {"FloatStorage", true, 8, 8, eight, sizeof eight};

    assert_view_refused(*state, &storage, 0, 8, -1, ALF_ERR_FORMAT, "stride -1");
    assert_view_refused(*state, &storage, 7, 8, -1, ALF_ERR_FORMAT, "stride -1");
    assert_view_refused(*state, &storage, -1, 4, 1, ALF_ERR_FORMAT, "begins at element -1");
    assert_view_refused(*state, &storage, 0, -4, 1, ALF_ERR_FORMAT, "size -4");
    assert_view_refused(*state, &storage, 0, 9, 1, ALF_ERR_FORMAT, "reaches to element 8");
    assert_view_refused(*state, &storage, 8, 1, 1, ALF_ERR_FORMAT, "reaches to element 8");
    assert_view_refused(*state, &storage, 0, 2, 8, ALF_ERR_FORMAT, "reaches to element 8");
    assert_view_refused(*state, &storage, INT64_MAX, 1, 1, ALF_ERR_FORMAT, "reaches");
    assert_view_refused(*state, &storage, 4, 2, INT64_MAX, ALF_ERR_FORMAT, "reaches");
    assert_view_refused(*state, &storage, 0, INT64_MAX, INT64_MAX, ALF_ERR_FORMAT, "reaches");
    assert_view_refused(*state, &storage, 0, (int64_t)1 << 62, 0, ALF_ERR_FORMAT, "too large");
    assert_view_refused(*state, &storage, 0, (int64_t)1 << 30, 0, ALF_ERR_FORMAT, "its arrays take more");
}

/* One storage of 512 KB under `names` names: views, all in order, none of them a copy. */
static pkl_bytes one_storage_under_names(int names, const float *elements, int64_t count)
{
    pkl_bytes p = pkl_start(4), stream = pkl_stream(&(pkl_storage){"FloatStorage", true, count, (uint64_t)count,
                                                                   elements, (size_t)count * sizeof *elements});

    pkl_ops(&p, "}");
    pkl_text(&p, "G_ema");
    pkl_object_begin(&p, "Generator");
    pkl_text(&p, "_parameters");
    pkl_ops(&p, "}(");
    for (int i = 0; i < names; i++) {
        char name[16];
        snprintf(name, sizeof name, "w%d", i);
        pkl_text(&p, name);
        if (i == 0) {
            pkl_tensor(&p, &stream, 0, 1, &count, (int64_t[]){1});
            pkl_ops(&p, "r");
            pkl_unsigned(&p, 100, 4);
        } else {
            pkl_ops(&p, "j");
            pkl_unsigned(&p, 100, 4);
        }
    }
    pkl_ops(&p, "u");
    pkl_object_end(&p);
    pkl_ops(&p, "s.");
    pkl_free(&stream);
    return p;
}

static void one_storage_does_not_appear_under_names_without_end(void **state)
{
    hostile_fixture *f = *state;
    int64_t          count = (512 << 10) / 4;
    float           *elements = calloc((size_t)count, sizeof *elements);
    pkl_bytes        few, many;
    char            *path;

    assert_non_null(elements);
    few = one_storage_under_names(10, elements, count);  /* 5 MB in a file of 0.5 */
    many = one_storage_under_names(14, elements, count); /* 7 MB, more than 4 and four times the file */
    path = test_write_file(f->folder, "few.pkl", few.at, few.size);
    test_ok(f->ctx, hostile_open(f, path));
    assert_refused(f, &many, ALF_ERR_FORMAT, "4 MB plus 4 times its size");
    free(path);
    pkl_free(&few);
    free(elements);
}

static void storages_that_are_not_what_they_say_are_refused(void **state)
{
    static const struct {
        pkl_storage storage;
        alf_status  expected;
        const char *words;
    } cases[] = {
        {{"FloatStorage", false, 8, 8, eight, 32}, ALF_ERR_UNSUPPORTED, "big-endian"},
        {{"FloatStorage", true, 9, 8, eight, 32}, ALF_ERR_FORMAT, "9 elements"},
        {{"FloatStorage", true, 8, 9, eight, 32}, ALF_ERR_FORMAT, "count of 9"},
        {{"FloatStorage", true, 8, 8, eight, 31}, ALF_ERR_FORMAT, "31 bytes"},
        {{"DoubleStorage", true, 8, 8, eight, 32}, ALF_ERR_FORMAT, "expected 64"},
        {{"FloatStorage", true, (int64_t)1 << 62, (uint64_t)1 << 62, eight, 32}, ALF_ERR_FORMAT, "2^63 bytes"},
        {{"FloatStorage", true, (int64_t)1 << 60, (uint64_t)1 << 60, eight, 32}, ALF_ERR_FORMAT, "elements"},
        {{"FloatStorage", true, -8, (uint64_t)-8, eight, 32}, ALF_ERR_FORMAT, "number of elements"},
        {{"ShortStorage", true, 8, 8, eight, 16}, ALF_ERR_UNSUPPORTED, "torch.ShortStorage"},
        {{"ComplexFloatStorage", true, 4, 4, eight, 32}, ALF_ERR_UNSUPPORTED, "torch.ComplexFloatStorage"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_view_refused(*state, &cases[i].storage, 0, 1, 1, cases[i].expected, cases[i].words);
}

static void tensors_of_the_wrong_shape_are_refused(void **state)
{
    const pkl_storage storage = {"FloatStorage", true, 8, 8, eight, sizeof eight};
    const int64_t     ones[6] = {1, 1, 1, 1, 1, 1};
    pkl_bytes         stream = pkl_stream(&storage), p = pkl_start(4), uneven = pkl_start(4), bare = pkl_start(4);

    pkl_network_begin(&p);
    pkl_tensor(&p, &stream, 0, 6, ones, ones);
    pkl_network_end(&p);
    assert_refused(*state, &p, ALF_ERR_UNSUPPORTED, "6 dimensions");

    pkl_network_begin(&uneven);
    pkl_global(&uneven, "torch._utils", "_rebuild_tensor_v2");
    pkl_ops(&uneven, "(");
    pkl_storage_call(&uneven, &stream);
    pkl_int(&uneven, 0);
    pkl_ints(&uneven, 2, ones);
    pkl_ints(&uneven, 1, ones);
    pkl_ops(&uneven, "\x89}tR");
    pkl_network_end(&uneven);
    assert_refused(*state, &uneven, ALF_ERR_FORMAT, "2 sizes and 1 strides");

    pkl_network_begin(&bare);
    pkl_storage_call(&bare, &stream);
    pkl_network_end(&bare);
    assert_refused(*state, &bare, ALF_ERR_FORMAT, "'G_ema.weight' is a storage");
    pkl_free(&stream);
}

/* --- zip storages --------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    const void *bytes;
    size_t      size;
    bool        compress;
} zip_entry;

/* Loads a storage from an archive with these entries. */
static void assert_zip_refused(hostile_fixture *f, int count, const zip_entry entries[], alf_status expected,
                               const char *words)
{
    int64_t   size = 1, stride = 1;
    char      path[512];
    zip_t    *zip;
    FILE     *file;
    uint8_t  *bytes = malloc(1 << 20);
    pkl_bytes p = pkl_start(4), payload = pkl_start(0);

    snprintf(path, sizeof path, "%s/storage.zip", f->folder);
    zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_true(zip && bytes);
    for (int i = 0; i < count; i++) {
        zip_int64_t index =
            zip_file_add(zip, entries[i].name, zip_source_buffer(zip, entries[i].bytes, entries[i].size, 0), 0);
        assert_true(index >= 0);
        zip_set_file_compression(zip, (zip_uint64_t)index, entries[i].compress ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
    }
    assert_int_equal(zip_close(zip), 0);
    file = fopen(path, "rb");
    assert_non_null(file);
    pkl_raw(&payload, bytes, fread(bytes, 1, 1 << 20, file));
    fclose(file);
    free(bytes);
    pkl_network_begin(&p);
    pkl_tensor(&p, &payload, 0, 1, &size, &stride);
    pkl_network_end(&p);
    assert_refused(f, &p, expected, words);
    pkl_free(&payload);
}

static void zip_storages_with_missing_or_wrong_entries_are_refused(void **state)
{
    pkl_bytes id = pkl_storage_id("FloatStorage", 8), call = pkl_start(2), longer = pkl_storage_id("FloatStorage", 8);
    const zip_entry pickle = {"a/data.pkl", id.at, id.size, false}, data = {"a/data/0", eight, 32, false},
                    elsewhere = {"a/data/1", eight, 32, false}, cut = {"a/data/0", eight, 28, false},
                    big = {"a/byteorder", "big", 3, false};

    push_call(&call, "os", "system", "true");
    pkl_ops(&call, ".");
    assert_zip_refused(*state, 1, &data, ALF_ERR_FORMAT, "data.pkl");
    assert_zip_refused(*state, 1, &pickle, ALF_ERR_FORMAT, "no entry 'a/data/0'");
    assert_zip_refused(*state, 2, (zip_entry[]){pickle, elsewhere}, ALF_ERR_FORMAT, "no entry 'a/data/0'");
    assert_zip_refused(*state, 2, (zip_entry[]){pickle, cut}, ALF_ERR_FORMAT, "28 bytes, expected 32");
    pkl_ops(&longer, "N.");
    assert_zip_refused(*state, 2, (zip_entry[]){{"a/data.pkl", longer.at, longer.size, false}, data}, ALF_ERR_FORMAT,
                       "2 bytes follow the pickle");
    pkl_free(&longer);
    assert_zip_refused(*state, 3, (zip_entry[]){pickle, data, big}, ALF_ERR_UNSUPPORTED, "byte order");
    assert_zip_refused(*state, 2, (zip_entry[]){{"a/data.pkl", call.at, call.size, true}, data}, ALF_ERR_UNSUPPORTED,
                       "os.system");
    pkl_free(&call);
    pkl_free(&id);
}

static void a_zip_storage_that_unpacks_to_a_thousand_times_its_size_is_refused(void **state)
{
    size_t    size = (size_t)32 << 20;
    void     *zeros = calloc(size, 1);
    pkl_bytes id = pkl_storage_id("FloatStorage", (int64_t)size / 4);

    assert_non_null(zeros);
    assert_zip_refused(*state, 2, (zip_entry[]){{"a/data.pkl", id.at, id.size, false}, {"a/data/0", zeros, size, true}},
                       ALF_ERR_FORMAT, "its arrays take more");
    assert_zip_refused(*state, 2, (zip_entry[]){{"a/data.pkl", zeros, size, true}, {"a/data/0", eight, 32, true}},
                       ALF_ERR_FORMAT, "expected at most");
    free(zeros);
    pkl_free(&id);
}

static void a_damaged_zip_storage_is_refused(void **state)
{
    pkl_bytes p = pkl_start(4), payload = pkl_start(0);
    int64_t   one = 1;

    pkl_raw(&payload, "PK\003\004 and no more than that", 26);
    pkl_network_begin(&p);
    pkl_tensor(&p, &payload, 0, 1, &one, &one);
    pkl_network_end(&p);
    assert_refused(*state, &p, ALF_ERR_FORMAT, "zip archive");
    pkl_free(&payload);
}

/* --- NumPy ---------------------------------------------------------------------------------------------------------- */

/* Opcodes at protocol 2 after the start of a dict with the key "x". */
static void numpy_values_that_are_not_what_they_say_are_refused(void **state)
{
#define DTYPE(type) "cnumpy\ndtype\n(S'" type "'\nI0\nI1\ntR"
#define ARRAY "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
    static const struct {
        const char *opcodes;
        alf_status  expected;
        const char *words;
    } cases[] = {
        {DTYPE("O8"), ALF_ERR_UNSUPPORTED, "numpy.dtype 'O8'"},
        {DTYPE("f8,f8"), ALF_ERR_UNSUPPORTED, "numpy.dtype 'f8,f8'"},
        {DTYPE("f8") "(I3\nS'>'\nNNNI-1\nI-1\nI0\ntb", ALF_ERR_UNSUPPORTED, "byte order"},
        {DTYPE("f8") "(I3\nS'<'\nN(S'a'\nt}I-1\nI-1\nI0\ntb", ALF_ERR_UNSUPPORTED, "fields"},
        {DTYPE("f8") "}b", ALF_ERR_FORMAT, "a dict, expected a tuple"},
        {"cnumpy.core.multiarray\nscalar\n(" DTYPE("f8") "S'1234567'\ntR", ALF_ERR_FORMAT, "7 bytes, expected 8"},
        {"cnumpy.core.multiarray\nscalar\n(S'f8'\nS'12345678'\ntR", ALF_ERR_FORMAT, "anything but a dtype"},
        {"cnumpy.core.multiarray\n_reconstruct\n(NNNtR", ALF_ERR_FORMAT, "numpy.ndarray"},
        {ARRAY "(I1\n(I3\nt" DTYPE("i2") "I0\nS'12345'\ntb", ALF_ERR_FORMAT, "5 bytes where its shape needs 6"},
        {ARRAY "(I1\n(I-3\nt" DTYPE("i2") "I0\nS'12345'\ntb", ALF_ERR_FORMAT, "size -3"},
        {ARRAY "(I1\n(I4611686018427387904\nI4\nt" DTYPE("i2") "I0\nS''\ntb", ALF_ERR_FORMAT, "in dimension"},
        {ARRAY "(I1\n(I3\nt" DTYPE("i2") "I0\n]tb", ALF_ERR_FORMAT, "state of a NumPy array"},
        {ARRAY "(I1\nI3\n" DTYPE("i2") "I0\nS''\ntb", ALF_ERR_FORMAT, "expected a tuple of ints"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pkl_bytes p = pkl_start(2);
        pkl_ops(&p, "}S'x'\n");
        pkl_ops(&p, cases[i].opcodes);
        pkl_ops(&p, "s.");
        assert_refused(*state, &p, cases[i].expected, cases[i].words);
    }
}

/* --- shapes of a network -------------------------------------------------------------------------------------------- */

/* A network with one more attribute of its state: "<attribute>": <opcodes>. */
static void assert_attribute_refused(hostile_fixture *f, const char *attribute, const char *opcodes,
                                     alf_status expected, const char *words)
{
    pkl_bytes p = pkl_start(4);

    pkl_ops(&p, "}");
    pkl_text(&p, "G");
    pkl_object_begin(&p, "Generator");
    pkl_text(&p, attribute);
    pkl_ops(&p, opcodes);
    pkl_object_end(&p);
    pkl_ops(&p, "s.");
    assert_refused(f, &p, expected, words);
}

static void arguments_that_json_cannot_express_are_refused_by_name(void **state)
{
    assert_attribute_refused(*state, "_init_kwargs", "}\x8c\x01x(K\x01\x8fls", ALF_ERR_UNSUPPORTED,
                             "_init_kwargs['x'][1] of 'G' is a set");
    assert_attribute_refused(*state, "_init_kwargs", "}\x8c\x01xFinf\ns", ALF_ERR_FORMAT, "finite");
    assert_attribute_refused(*state, "_init_kwargs", "}\x8c\x01x\x8c\x02\xc3(s", ALF_ERR_UNSUPPORTED, "not UTF-8");
    assert_attribute_refused(*state, "_init_kwargs", "}K\x01K\x01s", ALF_ERR_UNSUPPORTED, "_init_kwargs of 'G'");
    assert_attribute_refused(*state, "_init_kwargs", "]", ALF_ERR_FORMAT, "_init_kwargs of 'G' is a list");
    assert_attribute_refused(*state, "_init_args", "\x8f\x85", ALF_ERR_UNSUPPORTED, "_init_args[0] of 'G' is a set");
}

static void modules_of_the_wrong_shape_are_refused_by_name(void **state)
{
    assert_attribute_refused(*state, "_parameters", "]", ALF_ERR_FORMAT, "_parameters of 'G' is a list");
    assert_attribute_refused(*state, "_parameters", "}\x8c\x01wK\x01s", ALF_ERR_FORMAT, "'G.w' is an int");
    assert_attribute_refused(*state, "_modules", "}\x8c\x01m}s", ALF_ERR_FORMAT, "'G.m' is a dict");
    assert_attribute_refused(*state, "_modules", "}\x8c\x03m.n}s", ALF_ERR_FORMAT, "'m.n'");
    assert_attribute_refused(*state, "_modules", "}K\x01}s", ALF_ERR_FORMAT, "an int");
    assert_attribute_refused(*state, "_buffers", "}\x8c\x02\x01\x02K\x01s", ALF_ERR_FORMAT, "named by a text");
}

static void tops_that_are_no_networks_are_refused(void **state)
{
    static const char *const tops[][2] = {{"N.", "holds None"}, {"].", "holds a list"}, {"}K\x01Ns.", "an int"}};

    for (size_t i = 0; i < sizeof tops / sizeof tops[0]; i++) {
        pkl_bytes p = pkl_start(4);
        pkl_ops(&p, tops[i][0]);
        assert_refused(*state, &p, ALF_ERR_FORMAT, tops[i][1]);
    }
}

static void two_arrays_of_one_name_are_refused(void **state)
{
    const pkl_storage storage = {"FloatStorage", true, 8, 8, eight, sizeof eight};
    int64_t           size = 8, stride = 1;
    pkl_bytes         p = pkl_start(4), stream = pkl_stream(&storage);

    pkl_network_begin(&p);
    pkl_tensor(&p, &stream, 0, 1, &size, &stride);
    pkl_text(&p, "weight");
    pkl_tensor(&p, &stream, 0, 1, &size, &stride);
    pkl_network_end(&p);
    assert_refused(*state, &p, ALF_ERR_FORMAT, "G_ema.weight");
    pkl_free(&stream);
}

/* --- names ---------------------------------------------------------------------------------------------------------- */

static char *name_of(size_t length)
{
    char *name = malloc(length + 1);

    assert_non_null(name);
    memset(name, 'n', length);
    name[length] = '\0';
    return name;
}

/* A network under a key of `parent` characters, whose section holds one part named by `child` characters. */
static pkl_bytes named_network(const char *section, size_t parent, size_t child)
{
    pkl_bytes p = pkl_start(4);
    char     *key = name_of(parent), *part = name_of(child);

    pkl_ops(&p, "}");
    pkl_text(&p, key);
    pkl_object_begin(&p, "Generator");
    pkl_text(&p, section);
    pkl_ops(&p, "}");
    pkl_text(&p, part);
    pkl_int(&p, 1);
    pkl_ops(&p, "s");
    pkl_object_end(&p);
    pkl_ops(&p, "s.");
    free(part);
    free(key);
    return p;
}

static void names_longer_than_the_limit_are_refused_wherever_they_cross_it(void **state)
{
    static const char *const sections[] = {"_parameters", "_buffers", "_modules"};
    static const size_t      children[] = {1, 2, 511, 512, 513, 3000};

    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        for (size_t parent = ALF_PICKLE_MAX_NAME - 2; parent <= ALF_PICKLE_MAX_NAME; parent++) {
            for (size_t k = 0; k < sizeof children / sizeof children[0]; k++) {
                pkl_bytes p = named_network(sections[i], parent, children[k]);
                bool      fits = parent + 1 + children[k] <= ALF_PICKLE_MAX_NAME;
                assert_refused(*state, &p, ALF_ERR_FORMAT, fits ? "is an int, expected" : "is longer than 512");
            }
        }
    }
    for (size_t parent = ALF_PICKLE_MAX_NAME + 1; parent <= 3000; parent += 829) {
        pkl_bytes p = named_network("_modules", parent, 1);
        assert_refused(*state, &p, ALF_ERR_FORMAT, "is longer than 512");
    }
}

/* --- other files ---------------------------------------------------------------------------------------------------- */

static void files_that_are_no_pickles_are_told_apart(void **state)
{
    static const struct {
        const char *bytes;
        size_t      size;
        alf_status  expected;
        const char *words;
    } cases[] = {
        {"", 0, ALF_ERR_FORMAT, "empty"},
        {"PK\003\004 and so on", 13, ALF_ERR_FORMAT, "zip archive"},
        {"\x80\x01N.", 4, ALF_ERR_UNSUPPORTED, "protocol 1"},
        {"\x80\x06N.", 4, ALF_ERR_UNSUPPORTED, "protocol 6"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pkl_bytes p = pkl_start(0);
        pkl_raw(&p, cases[i].bytes, cases[i].size);
        assert_refused(*state, &p, cases[i].expected, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOSTILE_TEST(views_that_leave_their_storage_are_refused),
        HOSTILE_TEST(one_storage_does_not_appear_under_names_without_end),
        HOSTILE_TEST(storages_that_are_not_what_they_say_are_refused),
        HOSTILE_TEST(tensors_of_the_wrong_shape_are_refused),
        HOSTILE_TEST(zip_storages_with_missing_or_wrong_entries_are_refused),
        HOSTILE_TEST(a_zip_storage_that_unpacks_to_a_thousand_times_its_size_is_refused),
        HOSTILE_TEST(a_damaged_zip_storage_is_refused),
        HOSTILE_TEST(numpy_values_that_are_not_what_they_say_are_refused),
        HOSTILE_TEST(arguments_that_json_cannot_express_are_refused_by_name),
        HOSTILE_TEST(modules_of_the_wrong_shape_are_refused_by_name),
        HOSTILE_TEST(tops_that_are_no_networks_are_refused),
        HOSTILE_TEST(two_arrays_of_one_name_are_refused),
        HOSTILE_TEST(names_longer_than_the_limit_are_refused_wherever_they_cross_it),
        HOSTILE_TEST(files_that_are_no_pickles_are_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
