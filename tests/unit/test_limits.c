/* The limits that README's table states: what stands at a limit is taken, what is one beyond is refused. Those of seeds,
 * names of pickles, values, texts of JSON that double and unpacked pictures have tests of their own beside the rest of
 * their formats. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aliasfree/aliasfree.h"
#include "aliasfree/archive.h"
#include "data_sets.h"
#include "io/archive_internal.h"
#include "io/file_list.h"
#include "io/pickle.h"
#include "io/picture_internal.h"
#include "io/safetensors_internal.h"
#include "pickle_hostile.h"
#include "png_bytes.h"

/* --- pickles -------------------------------------------------------------------------------------------------------- */

static void assert_accepted(hostile_fixture *f, pkl_bytes *p)
{
    char *path = test_write_file(f->folder, "whole.pkl", p->at, p->size);

    test_ok(f->ctx, hostile_open(f, path));
    free(path);
    pkl_free(p);
}

/* `count` values, or marks, on the stack at once, and all of them gone again. */
static pkl_bytes stack_of(int values, int marks)
{
    pkl_bytes p = pkl_start(4);

    pkl_ops(&p, marks ? "" : "(N");
    for (int i = 1; i < values; i++) pkl_ops(&p, "2");
    for (int i = 0; i < marks; i++) pkl_ops(&p, "(");
    for (int i = 0; i < marks; i++) pkl_ops(&p, "1");
    pkl_ops(&p, marks ? "}." : "1}.");
    return p;
}

static void the_stack_of_a_pickle_has_its_limit(void **state)
{
    pkl_bytes most = stack_of(ALF_PICKLE_MAX_STACK, 0), more = stack_of(ALF_PICKLE_MAX_STACK + 1, 0);
    pkl_bytes most_marks = stack_of(0, ALF_PICKLE_MAX_STACK), more_marks = stack_of(0, ALF_PICKLE_MAX_STACK + 1);

    assert_accepted(*state, &most);
    assert_refused(*state, &more, ALF_ERR_FORMAT, "values on the stack");
    assert_accepted(*state, &most_marks);
    assert_refused(*state, &more_marks, ALF_ERR_FORMAT, "marks on the stack");
}

/* Stores in a slot, behind `padding` bytes that are dropped. */
static pkl_bytes slot_of(uint32_t slot, uint32_t padding)
{
    pkl_bytes p = pkl_start(3);
    char     *bytes = calloc(1, padding + 1);

    assert_non_null(bytes);
    pkl_data(&p, bytes, padding);
    pkl_ops(&p, "0}r");
    pkl_unsigned(&p, slot, 4);
    pkl_ops(&p, ".");
    free(bytes);
    return p;
}

static void the_memo_of_a_pickle_has_its_limits(void **state)
{
    enum { AROUND = 15 }; /* bytes of such a pickle without padding */
    pkl_bytes most = slot_of(ALF_PICKLE_MAX_MEMO - 1, ALF_PICKLE_MAX_MEMO);
    pkl_bytes more = slot_of(ALF_PICKLE_MAX_MEMO, ALF_PICKLE_MAX_MEMO);
    pkl_bytes last = slot_of(AROUND + 100 - 1, 100), beyond = slot_of(AROUND + 100, 100);

    assert_int_equal(last.size, AROUND + 100);
    assert_accepted(*state, &most);
    assert_refused(*state, &more, ALF_ERR_FORMAT, "memo slot");
    assert_accepted(*state, &last);
    assert_refused(*state, &beyond, ALF_ERR_FORMAT, "memo slot");
}

/* A dict, a list, and so many references to it in itself: `count` values in all. */
static pkl_bytes values_of(int count)
{
    pkl_bytes p = pkl_start(4);

    pkl_ops(&p, "}]\x94");
    for (int i = 2; i < count; i++) pkl_raw(&p, "h\0a", 3);
    pkl_ops(&p, "0.");
    return p;
}

static void values_of_a_pickle_have_their_limit(void **state)
{
    pkl_bytes most = values_of(ALF_PICKLE_MAX_VALUES), more = values_of(ALF_PICKLE_MAX_VALUES + 1);

    assert_accepted(*state, &most);
    assert_refused(*state, &more, ALF_ERR_FORMAT, "values");
}

/* {"kwargs": [[...]]}, lists in lists. */
static pkl_bytes lists_of(int levels)
{
    pkl_bytes p = pkl_start(4);

    pkl_ops(&p, "}");
    pkl_text(&p, "kwargs");
    for (int i = 0; i < levels; i++) pkl_ops(&p, "]");
    for (int i = 1; i < levels; i++) pkl_ops(&p, "a");
    pkl_ops(&p, "s.");
    return p;
}

/* A network with modules in modules. */
static pkl_bytes modules_of(int levels)
{
    pkl_bytes p = pkl_start(4);

    pkl_ops(&p, "}");
    pkl_text(&p, "G_ema");
    for (int i = 0; i < levels; i++) {
        pkl_object_begin(&p, "Module");
        pkl_text(&p, "_modules");
        pkl_ops(&p, "}(");
        pkl_text(&p, "m");
    }
    pkl_object_begin(&p, "Module");
    pkl_object_end(&p);
    for (int i = 0; i < levels; i++) {
        pkl_ops(&p, "u");
        pkl_object_end(&p);
    }
    pkl_ops(&p, "s.");
    return p;
}

static void the_depth_of_a_pickle_has_its_limit(void **state)
{
    pkl_bytes most = lists_of(ALF_PICKLE_MAX_DEPTH), more = lists_of(ALF_PICKLE_MAX_DEPTH + 1);
    pkl_bytes most_modules = modules_of(ALF_PICKLE_MAX_DEPTH), more_modules = modules_of(ALF_PICKLE_MAX_DEPTH + 1);

    assert_accepted(*state, &most);
    assert_refused(*state, &more, ALF_ERR_FORMAT, "64 levels deep");
    assert_accepted(*state, &most_modules);
    assert_refused(*state, &more_modules, ALF_ERR_FORMAT, "64 levels deep");
}

/* {"kwargs": a text of so many bytes}; one value counts as 64. */
static pkl_bytes text_of(int bytes)
{
    pkl_bytes p = pkl_start(4);
    char     *text = malloc((size_t)bytes + 1);

    assert_non_null(text);
    memset(text, 'a', (size_t)bytes);
    text[bytes] = '\0';
    pkl_ops(&p, "}");
    pkl_text(&p, "kwargs");
    pkl_text(&p, text);
    pkl_ops(&p, "s.");
    free(text);
    return p;
}

static void the_json_of_a_pickle_has_its_limit(void **state)
{
    pkl_bytes most = text_of(ALF_PICKLE_MAX_JSON - 64), more = text_of(ALF_PICKLE_MAX_JSON - 63);

    assert_accepted(*state, &most);
    assert_refused(*state, &more, ALF_ERR_FORMAT, "bytes of JSON");
}

/* A tensor that repeats one byte, and so is copied: `count` elements. */
static pkl_bytes repeats_of(int64_t count)
{
    const int64_t size[1] = {count}, stride[1] = {0};
    pkl_bytes     p = pkl_start(4), stream = pkl_stream(&(pkl_storage){"ByteStorage", true, 1, 1, "x", 1});

    pkl_network_begin(&p);
    pkl_tensor(&p, &stream, 0, 1, size, stride);
    pkl_network_end(&p);
    pkl_free(&stream);
    return p;
}

static void arrays_of_a_pickle_have_their_limit(void **state)
{
    pkl_bytes     probe = repeats_of(1);
    const int64_t limit = ALF_PICKLE_SPARE_BYTES + ALF_PICKLE_MAX_EXPANSION * (int64_t)probe.size;
    pkl_bytes     most = repeats_of(limit), more = repeats_of(limit + 1);

    assert_int_equal(most.size, probe.size);
    assert_accepted(*state, &most);
    assert_refused(*state, &more, ALF_ERR_FORMAT, "4 MB plus 4 times");
    pkl_free(&probe);
}

/* --- archives ------------------------------------------------------------------------------------------------------- */

static void an_archive_has_a_limit_of_arrays(void **state)
{
    file_fixture *f = *state;
    alf_archive  *archive, *again = NULL;
    char         *path = test_path(f->folder, "many.safetensors"), name[16];
    const uint8_t byte = 7;

    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    for (int i = 0; i < ALF_MAX_ARRAYS; i++) {
        snprintf(name, sizeof name, "%07d", i);
        test_ok(f->ctx, alf_archive_add(archive, name, ALF_U8, 0, NULL, &byte));
    }
    test_ok(f->ctx, alf_archive_set_meta(archive, "what", "all there may be"));
    assert_fails(f->ctx, alf_archive_add(archive, "z", ALF_U8, 0, NULL, &byte), ALF_ERR_FORMAT, "more than 65536",
                 NULL);
    test_ok(f->ctx, alf_archive_save(archive, path));
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &again)); /* what is written is read */
    assert_int_equal(alf_archive_count(again), ALF_MAX_ARRAYS);
    alf_archive_destroy(again);
    alf_archive_destroy(archive);
    free(path);
}

static void an_array_has_up_to_5_dimensions(void **state)
{
    const int64_t shape[ALF_MAX_DIMS + 1] = {1, 1, 1, 1, 1, 1};
    const uint8_t byte = 7;
    file_fixture *f = *state;
    alf_archive  *archive;

    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    test_ok(f->ctx, alf_archive_add(archive, "a", ALF_U8, ALF_MAX_DIMS, shape, &byte));
    assert_fails(f->ctx, alf_archive_add(archive, "b", ALF_U8, ALF_MAX_DIMS + 1, shape, &byte), ALF_ERR_UNSUPPORTED,
                 "'b' has 6 dimensions", "0 to 5");
    alf_archive_destroy(archive);
}

static void metadata_has_a_limit_of_entries(void **state)
{
    file_fixture *f = *state;
    alf_archive  *archive, *again = NULL;
    char         *path = test_path(f->folder, "many.safetensors"), key[16];

    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    for (int i = 0; i < ALF_MAX_ARRAYS; i++) {
        snprintf(key, sizeof key, "%07d", i);
        test_ok(f->ctx, alf_archive_set_meta(archive, key, "text"));
    }
    assert_fails(f->ctx, alf_archive_set_meta(archive, "z", "text"), ALF_ERR_FORMAT, "more than 65536", NULL);
    test_ok(f->ctx, alf_archive_save(archive, path));
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &again)); /* what is written is read */
    assert_int_equal(alf_archive_meta_count(again), ALF_MAX_ARRAYS);
    alf_archive_destroy(again);
    alf_archive_destroy(archive);
    free(path);
}

/* Keys count too. What is written is read, also where each byte becomes six. */
static void metadata_has_a_limit_of_bytes(void **state)
{
    file_fixture *f = *state;
    alf_archive  *archive, *again = NULL;
    char         *path = test_path(f->folder, "long.safetensors"), *text = calloc(1, ALF_MAX_META + 1);

    assert_non_null(text);
    test_ok(f->ctx, alf_archive_create(f->ctx, &archive));
    test_ok(f->ctx, alf_archive_set_meta(archive, "first", "12345"));
    memset(text, '\x1b', ALF_MAX_META - 16);
    assert_fails(f->ctx, alf_archive_set_meta(archive, "second!", text), ALF_ERR_FORMAT, "second!", "4194304 bytes");
    test_ok(f->ctx, alf_archive_set_meta(archive, "second", text));
    assert_fails(f->ctx, alf_archive_set_meta(archive, "z", ""), ALF_ERR_FORMAT, "4194304 bytes", NULL);
    test_ok(f->ctx, alf_archive_save(archive, path));
    test_ok(f->ctx, alf_archive_open(f->ctx, path, &again));
    assert_string_equal(alf_archive_meta(again, "second"), text);
    alf_archive_destroy(again);
    alf_archive_destroy(archive);
    free(text);
    free(path);
}

/* Settings of a network that take eighty times their text once they are parsed. */
static void json_in_metadata_counts_as_memory(void **state)
{
    file_fixture *f = *state;
    char         *text = malloc(ALF_MAX_META + 1), *at = text;
    alf_config    config;
    alf_ctx      *tight = test_ctx_with_budget((int64_t)64 << 20);

    assert_non_null(text);
    at += snprintf(at, 16, "{\"zz\": [{}");
    while (at - text < ALF_MAX_META - 8) at += snprintf(at, 4, ",{}");
    snprintf(at, 4, "]}");
    assert_fails(tight, alf_config_from_kwargs(tight, ALF_STYLEGAN3, text, "a network", &config), ALF_ERR_MEMORY,
                 "memory budget", NULL);
    assert_int_equal(alf_ctx_memory_used(tight), 0);
    assert_fails(f->ctx, alf_config_from_kwargs(f->ctx, ALF_STYLEGAN3, text, "a network", &config), ALF_ERR_UNSUPPORTED,
                 "'zz'", NULL);
    alf_ctx_destroy(tight);
    free(text);
}

/* Eight bytes that announce a header, and little of it. */
static void a_header_of_safetensors_has_its_limit(void **state)
{
    file_fixture *f = *state;
    alf_archive  *archive = NULL;

    for (int beyond = 0; beyond < 2; beyond++) {
        uint8_t bytes[16] = "12345678{}";
        for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)((uint64_t)(ALF_SAFETENSORS_MAX_HEADER + beyond) >> (8 * i));
        char *path = test_write_file(f->folder, "h.safetensors", bytes, sizeof bytes);
        assert_fails(f->ctx, alf_archive_open(f->ctx, path, &archive), ALF_ERR_FORMAT,
                     beyond ? "expected at most 100000000" : "but only 8 follow", NULL);
        free(path);
    }
}

/* --- pictures and data sets ----------------------------------------------------------------------------------------- */

static void a_picture_has_sides_up_to_65500(void **state)
{
    file_fixture *f = *state;
    alf_picture  *picture = NULL;
    char         *path = test_path(f->folder, "wide.png");

    test_ok(f->ctx, alf_picture_create(f->ctx, 65500, 1, 1, &picture));
    test_ok(f->ctx, alf_picture_write_png(f->ctx, picture, path));
    alf_picture_destroy(picture);
    test_ok(f->ctx, alf_picture_read_png(f->ctx, path, &picture));
    alf_picture_destroy(picture);
    for (int tall = 0; tall < 2; tall++) {
        png_file file = {.size = 0};
        assert_fails(f->ctx, alf_picture_create(f->ctx, tall ? 1 : 65501, tall ? 65501 : 1, 1, &picture), ALF_ERR_RANGE,
                     "65501", NULL);
        png_put_head(&file, tall ? 1 : 65501, tall ? 65501 : 1, 8, PNG_GREY, 0);
        png_put_tail(&file, "", 1);
        free(test_write_file(f->folder, "wide.png", file.bytes, file.size));
        assert_fails(f->ctx, alf_picture_read_png(f->ctx, path, &picture), ALF_ERR_UNSUPPORTED, "at most 65500", NULL);
    }
    free(path);
}

/* The readers of all formats ask for their pictures so. */
static void a_picture_may_unpack_to_64_mb_and_64_times_its_file(void **state)
{
    enum { WIDTH = 1 << 14, HEIGHT = 1 << 12 };
    alf_ctx     *ctx = test_ctx_with_budget((int64_t)80 << 20);
    alf_picture *picture = NULL;

    (void)state;
    for (int64_t rows = 0; rows < 2; rows++) { /* a row is worth 256 bytes of file */
        const size_t size = (size_t)rows * WIDTH / 64;
        test_ok(ctx, alf_picture_unpack(ctx, "a.png", WIDTH, HEIGHT + rows, 1, size, &picture));
        alf_picture_destroy(picture);
        assert_fails(ctx, alf_picture_unpack(ctx, "a.png", WIDTH, HEIGHT + rows + 1, 1, size, &picture),
                     ALF_ERR_UNSUPPORTED, "at most 64 MB plus 64 times", "a.png");
    }
    alf_ctx_destroy(ctx);
}

/* Sets whose only picture lies in folders in folders. */
static void folders_may_be_64_deep(void **state)
{
    file_fixture *f = *state;
    char          name[2 * 66 + 8] = "";
    alf_dataset  *set = NULL;

    for (int i = 0; i < 64; i++) strcat(name, "d/");
    strcat(name, "a.png");
    test_put_picture(f->ctx, f->folder, name, 1, 4, 3);
    test_ok(f->ctx, alf_dataset_open(f->ctx, f->folder, NULL, &set));
    alf_dataset_destroy(set);
    strcpy(name + 2 * 64, "d/a.png");
    test_put_picture(f->ctx, f->folder, name, 1, 4, 3);
    assert_fails(f->ctx, alf_dataset_open(f->ctx, f->folder, NULL, &set), ALF_ERR_UNSUPPORTED, "deeper than 64", NULL);
}

/* Of folders and archives, which have one list. */
static void a_set_has_up_to_4_million_files(void **state)
{
    alf_ctx      *ctx = file_fixture_ctx(state);
    alf_file_list list = {.ctx = ctx, .text.ctx = ctx};

    for (uint64_t i = 0; i < ALF_MAX_FILES; i++) test_ok(ctx, alf_file_list_add(&list, "a", i));
    assert_fails(ctx, alf_file_list_add(&list, "b.png", 0), ALF_ERR_UNSUPPORTED, "'b.png'", "more than 4194304");
    assert_int_equal(list.count, ALF_MAX_FILES);
    alf_file_list_release(&list);
}

/* What libzip takes for the directory, of which nobody tells the context. */
static void entries_of_a_zip_archive_count_as_memory(void **state)
{
    enum { MANY = 2000 };
    file_fixture *f = *state;
    char         *path = test_path(f->folder, "many.zip"), names[MANY][12];
    test_entry    entries[MANY];
    alf_ctx      *tight = test_ctx_with_budget(MANY * 300);
    alf_dataset  *set = NULL;

    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        entries[i] = (test_entry){names[i], "x", 1};
    }
    test_zip(path, MANY, entries, false);
    assert_fails(tight, alf_dataset_open(tight, path, NULL, &set), ALF_ERR_MEMORY, "memory budget", NULL);
    assert_int_equal(alf_ctx_memory_used(tight), 0);
    alf_ctx_destroy(tight);
    free(path);
}

/* An array of bytes in a zip, all the same, so that it is stored in little more than a thousandth. */
static void an_entry_may_unpack_to_1_mb_and_64_times_what_is_stored(void **state)
{
    enum { SPARE = 1 << 20, HEAD = 128 };
    file_fixture *f = *state;
    char         *path = test_path(f->folder, "a.npz");

    for (int beyond = 0; beyond < 2; beyond++) {
        size_t  size = HEAD + (beyond ? 4 * SPARE : SPARE - HEAD);
        char   *bytes = calloc(1, size);
        int     ndim;
        int64_t shape[ALF_MAX_DIMS];
        double *data = NULL;
        assert_non_null(bytes);
        memcpy(bytes, "\x93NUMPY\x01\0\x76\0", 10);
        int used =
            snprintf(bytes + 10, HEAD - 10, "{'descr': '|u1', 'fortran_order': False, 'shape': (%zu,), }", size - HEAD);
        memset(bytes + 10 + used, ' ', (size_t)(HEAD - 10 - used));
        remove(path);
        test_zip(path, 1, (test_entry[]){{"a.npy", bytes, size}}, true);
        if (!beyond)
            test_ok(f->ctx, alf_npz_read(f->ctx, path, "a", &ndim, shape, &data));
        else
            assert_fails(f->ctx, alf_npz_read(f->ctx, path, "a", &ndim, shape, &data), ALF_ERR_UNSUPPORTED,
                         "1 MB plus 64 times", NULL);
        if (!beyond) alf_free_data(data);
        free(bytes);
    }
    free(path);
}

/* Labels of lists of numbers. */
static void a_label_has_up_to_a_million_values(void **state)
{
    enum { MOST = 1 << 20 };
    file_fixture       *f = *state;
    alf_dataset_options options = alf_dataset_options_default();
    char               *text = malloc(2 * MOST + 64);
    alf_dataset        *set = NULL;

    assert_non_null(text);
    options.labels = true;
    test_put_picture(f->ctx, f->folder, "a.png", 1, 4, 3);
    for (int beyond = 0; beyond < 2; beyond++) {
        char *at = text + snprintf(text, 64, "{\"labels\": [[\"a.png\", [0");
        for (int i = 1; i < MOST + beyond; i++) at += snprintf(at, 3, ",0");
        strcpy(at, "]]]}");
        test_put_file(f->ctx, f->folder, "dataset.json", text, strlen(text));
        if (!beyond) {
            test_ok(f->ctx, alf_dataset_open(f->ctx, f->folder, &options, &set));
            assert_int_equal(alf_dataset_label_dim(set), MOST);
            alf_dataset_destroy(set);
        } else {
            assert_fails(f->ctx, alf_dataset_open(f->ctx, f->folder, &options, &set), ALF_ERR_FORMAT,
                         "1 to 1048576 numbers", NULL);
        }
    }
    free(text);
}

/* --- signal processing, configurations, contexts -------------------------------------------------------------------- */

/* The plan of a filter and a change of one field, whose name the refusal has. */
static void assert_plan(alf_ctx *ctx, const alf_upfirdn_spec *spec, const char *refusal)
{
    alf_upfirdn *plan = NULL;
    alf_status   status = alf_upfirdn_create(ctx, spec, &plan);

    if (refusal)
        assert_fails(ctx, status, ALF_ERR_RANGE, refusal, NULL);
    else
        test_ok(ctx, status);
    alf_upfirdn_destroy(plan);
}

static void plans_of_resampling_have_their_limits(void **state)
{
    alf_ctx *ctx = file_fixture_ctx(state);

    for (int beyond = 0; beyond < 2; beyond++) {
        alf_upfirdn_spec wide = alf_upfirdn_spec_default(), high = wide, up = wide, down = wide;
        wide.in_w = high.in_h = (1 << 24) + beyond;
        up.up = down.down = 64 + beyond;
        assert_plan(ctx, &wide, beyond ? "in_w" : NULL);
        assert_plan(ctx, &high, beyond ? "in_h" : NULL);
        assert_plan(ctx, &up, beyond ? "up" : NULL);
        assert_plan(ctx, &down, beyond ? "down" : NULL);
        for (int side = 0; side < 4; side++) {
            alf_upfirdn_spec padded = alf_upfirdn_spec_default(), cropped = padded;
            const char       name[] = {'p', 'a', 'd', 'd', 'i', 'n', 'g', '[', (char)('0' + side), ']', '\0'};
            cropped.in_w = cropped.in_h = 65536 + 1;
            padded.padding[side] = 65536 + beyond;
            cropped.padding[side] = -65536 - beyond;
            assert_plan(ctx, &padded, beyond ? name : NULL);
            assert_plan(ctx, &cropped, beyond ? name : NULL);
        }
    }
}

static void a_filter_has_up_to_4096_taps(void **state)
{
    alf_ctx *ctx = file_fixture_ctx(state);

    for (int beyond = 0; beyond < 2; beyond++) {
        alf_fir_spec spec = alf_fir_spec_default();
        alf_fir     *fir = NULL;
        spec.numtaps = 4096 + beyond;
        alf_status status = alf_fir_design(ctx, &spec, &fir);
        if (!beyond)
            test_ok(ctx, status);
        else
            assert_fails(ctx, status, ALF_ERR_RANGE, "numtaps", NULL);
        alf_fir_destroy(fir);
    }
}

/* Taps that were made elsewhere, on either axis, of a filter and of a plan. */
static void given_taps_are_up_to_4096(void **state)
{
    enum { MOST = 4096 };
    alf_ctx *ctx = file_fixture_ctx(state);
    double  *values = calloc(MOST + 1, sizeof *values);

    assert_non_null(values);
    values[0] = 1;
    for (int beyond = 0; beyond < 2; beyond++)
        for (int high = 0; high < 2; high++) {
            const int        many = MOST + beyond;
            const alf_taps   taps = {.rank = 2, .width = high ? 1 : many, .height = high ? many : 1, .values = values};
            alf_upfirdn_spec spec = alf_upfirdn_spec_default();
            alf_fir         *fir = NULL;
            alf_status       status = alf_fir_from_taps(ctx, &taps, 1, &fir);
            if (!beyond)
                test_ok(ctx, status);
            else
                assert_fails(ctx, status, ALF_ERR_RANGE, high ? "height" : "width", "4097");
            alf_fir_destroy(fir);
            spec.in_h = spec.in_w = MOST;
            spec.filter = taps;
            assert_plan(ctx, &spec, beyond ? (high ? "height" : "width") : NULL);
        }
    free(values);
}

static void a_network_has_up_to_4096_pixels_and_64_layers(void **state)
{
    alf_ctx *ctx = file_fixture_ctx(state);

    for (int beyond = 0; beyond < 2; beyond++) {
        alf_config large = alf_config_default(ALF_STYLEGAN3), deep = large;
        alf_plan  *plan = NULL;
        large.img_resolution = beyond ? 8192 : 4096;
        deep.num_layers = 64 + beyond;
        const alf_config *configs[] = {&large, &deep};
        for (int i = 0; i < 2; i++) {
            alf_status status = alf_plan_create(ctx, configs[i], &plan);
            if (!beyond) {
                test_ok(ctx, status);
                alf_plan_destroy(plan);
            } else {
                assert_fails(ctx, status, ALF_ERR_RANGE, i ? "num_layers" : "img_resolution", NULL);
            }
        }
    }
}

/* So many threads, all of them awake, would take longer than all other tests here: of 256 something else is refused. */
static void a_context_has_no_more_than_256_threads(void **state)
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx = NULL;
    char            message[128] = "";

    (void)state;
    options.threads = 256;
    options.max_memory = -1;
    assert_int_equal(alf_ctx_create(&options, message, sizeof message, &ctx), ALF_ERR_RANGE);
    assert_non_null(strstr(message, "max_memory"));
    options.threads = 257;
    assert_int_equal(alf_ctx_create(&options, message, sizeof message, &ctx), ALF_ERR_RANGE);
    assert_non_null(strstr(message, "257"));
}

/* To the byte: a picture of which one byte more would be too much. */
static void a_budget_is_kept_to_the_byte(void **state)
{
    alf_ctx     *ctx = file_fixture_ctx(state), *tight;
    alf_picture *picture = NULL;

    test_ok(ctx, alf_picture_create(ctx, 1000, 1000, 3, &picture));
    const int64_t used = alf_ctx_memory_used(ctx);
    alf_picture_destroy(picture);
    tight = test_ctx_with_budget(used);
    test_ok(tight, alf_picture_create(tight, 1000, 1000, 3, &picture));
    assert_int_equal(alf_ctx_memory_used(tight), used);
    alf_picture_destroy(picture);
    alf_ctx_destroy(tight);
    tight = test_ctx_with_budget(used - 1);
    assert_fails(tight, alf_picture_create(tight, 1000, 1000, 3, &picture), ALF_ERR_MEMORY, "memory budget", NULL);
    alf_ctx_destroy(tight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOSTILE_TEST(the_stack_of_a_pickle_has_its_limit),
        HOSTILE_TEST(the_memo_of_a_pickle_has_its_limits),
        HOSTILE_TEST(values_of_a_pickle_have_their_limit),
        HOSTILE_TEST(the_depth_of_a_pickle_has_its_limit),
        HOSTILE_TEST(the_json_of_a_pickle_has_its_limit),
        HOSTILE_TEST(arrays_of_a_pickle_have_their_limit),
        FILE_TEST(an_archive_has_a_limit_of_arrays),
        FILE_TEST(an_array_has_up_to_5_dimensions),
        FILE_TEST(metadata_has_a_limit_of_entries),
        FILE_TEST(metadata_has_a_limit_of_bytes),
        FILE_TEST(json_in_metadata_counts_as_memory),
        FILE_TEST(a_header_of_safetensors_has_its_limit),
        FILE_TEST(a_picture_has_sides_up_to_65500),
        cmocka_unit_test(a_picture_may_unpack_to_64_mb_and_64_times_its_file),
        FILE_TEST(folders_may_be_64_deep),
        FILE_TEST(a_set_has_up_to_4_million_files),
        FILE_TEST(entries_of_a_zip_archive_count_as_memory),
        FILE_TEST(an_entry_may_unpack_to_1_mb_and_64_times_what_is_stored),
        FILE_TEST(a_label_has_up_to_a_million_values),
        FILE_TEST(plans_of_resampling_have_their_limits),
        FILE_TEST(a_filter_has_up_to_4096_taps),
        FILE_TEST(given_taps_are_up_to_4096),
        FILE_TEST(a_network_has_up_to_4096_pixels_and_64_layers),
        cmocka_unit_test(a_context_has_no_more_than_256_threads),
        FILE_TEST(a_budget_is_kept_to_the_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
