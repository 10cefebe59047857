/* Hostile pickles: whatever a file asks for, nothing is executed, memory stays small, the error names the file. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/pickle.h"
#include "pickle_hostile.h"

/* --- globals and calls ---------------------------------------------------------------------------------------------- */

static void unknown_globals_are_refused_by_name(void **state)
{
    static const char *const globals[][2] = {
        {"os", "system"},
        {"posix", "system"},
        {"builtins", "eval"},
        {"__builtin__", "exec"},
        {"builtins", "getattr"},
        {"subprocess", "Popen"},
        {"torch", "load"},
        {"torch", "FloatStorage"},
        {"numpy._core.multiarray", "scalar"},
        {"dnnlib.util", "open_url"},
        {"collections", "OrderedDict.fromkeys"},
    };
    hostile_fixture *f = *state;

    for (size_t i = 0; i < sizeof globals / sizeof globals[0]; i++) {
        for (int protocol = 2; protocol <= 5; protocol++) {
            pkl_bytes alone = pkl_start(protocol), nested = pkl_start(protocol);
            char      name[64];
            snprintf(name, sizeof name, "%s.%s,", globals[i][0], globals[i][1]);
            push_call(&alone, globals[i][0], globals[i][1], f->command);
            pkl_ops(&alone, ".");
            assert_refused(f, &alone, ALF_ERR_UNSUPPORTED, name);
            pkl_network_begin(&nested);
            push_call(&nested, globals[i][0], globals[i][1], f->command);
            pkl_network_end(&nested);
            assert_refused(f, &nested, ALF_ERR_UNSUPPORTED, "nothing was executed");
        }
    }
}

static void a_global_named_by_memoised_texts_is_refused(void **state)
{
    hostile_fixture *f = *state;
    pkl_bytes        p = pkl_start(4);

    pkl_text(&p, "system");
    pkl_ops(&p, "\x94"
                "0");
    pkl_text(&p, "os");
    pkl_ops(&p, "\x94"
                "0h\x01");
    pkl_raw(&p, "h\0\x93", 3);
    pkl_text(&p, f->command);
    pkl_ops(&p, "\x85R.");
    assert_refused(f, &p, ALF_ERR_UNSUPPORTED, "os.system");
}

static void an_unknown_global_within_a_torch_stream_is_refused(void **state)
{
    hostile_fixture *f = *state;
    pkl_bytes        p = pkl_start(4), stream = pkl_start(2);

    push_call(&stream, "os", "system", f->command);
    pkl_ops(&stream, ".");
    pkl_network_begin(&p);
    pkl_storage_call(&p, &stream);
    pkl_network_end(&p);
    assert_refused(f, &p, ALF_ERR_UNSUPPORTED, "os.system");
    pkl_free(&stream);
}

static void a_network_global_within_a_torch_stream_is_refused(void **state)
{
    pkl_bytes p = pkl_start(4), stream = pkl_start(2), inner = pkl_start(0);

    pkl_storage_call(&stream, &inner);
    pkl_ops(&stream, ".");
    pkl_network_begin(&p);
    pkl_storage_call(&p, &stream);
    pkl_network_end(&p);
    assert_refused(*state, &p, ALF_ERR_UNSUPPORTED, "torch.storage._load_from_bytes");
    pkl_free(&stream);
}

/* Opcodes after PROTO that call, build or fill what cannot be called, built or filled. */
static void calls_of_anything_but_known_globals_are_refused(void **state)
{
    static const char *const cases[][2] = {
        {"})R.", "REDUCE of a dict"},
        {"))R.", "REDUCE of a tuple"},
        {"N)\x81.", "NEWOBJ of None"},
        {"ccollections\nOrderedDict\n}R.", "with a dict"},
        {"ccollections\nOrderedDict\n(NtR.", "made with 1 arguments"},
        {"ccollections\nOrderedDict\n)R)R.", "REDUCE of a dict"}, /* a chain of calls */
        {"cnumpy\nndarray\n)R.", "REDUCE of numpy.ndarray"},
        {"cnumpy\nndarray\n)\x81.", "NEWOBJ of numpy.ndarray"},
        {"ctorch_utils.persistence\n_reconstruct_persistent_obj\n)\x81.", "NEWOBJ of torch_utils"},
        {"}}b.", "state of a dict"},
        {"]}b.", "state of a list"},
        {"ccollections\nOrderedDict\n}b.", "state of a global"},
        {")Na.", "items to a tuple"},
        {"NNNs.", "items to None"},
        {"](NNu.", "items to a list"},
        {"}(N\x90.", "items to a dict"},
        {"NQ.", "persistent id"},
        {"PX\n.", "0x50"},
        {"(ios\nsystem\n.", "0x69"},
        {"(cos\nsystem\no.", "os.system"},
        {"(Nto.", "0x6f"},
        {"\x82\x01.", "0x82"},
        {"N)}\x92.", "0x92"},
        {"\x97.", "0x97"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pkl_bytes p = pkl_start(2);
        pkl_ops(&p, cases[i][0]);
        assert_refused(*state, &p, ALF_ERR_UNSUPPORTED, cases[i][1]);
    }
}

static void a_text_cannot_be_called(void **state)
{
    pkl_bytes p = pkl_start(4);

    pkl_text(&p, "os.system");
    pkl_ops(&p, ")R.");
    assert_refused(*state, &p, ALF_ERR_UNSUPPORTED, "REDUCE of a text");
}

static void the_state_of_a_network_cannot_be_set(void **state)
{
    pkl_bytes p = pkl_start(4);

    pkl_object_begin(&p, "Generator");
    pkl_object_end(&p);
    pkl_ops(&p, "}b.");
    assert_refused(*state, &p, ALF_ERR_UNSUPPORTED, "state of a network");
}

/* --- bombs ---------------------------------------------------------------------------------------------------------- */

/* Pushes a list of two references to a list of two references ... `levels` deep, from slot 0 of the memo on. */
static void push_doubling_lists(pkl_bytes *p, int levels)
{
    pkl_ops(p, "]\x94");
    for (int i = 0; i < levels; i++) {
        uint8_t slot = (uint8_t)i;
        pkl_ops(p, "0](h");
        pkl_raw(p, &slot, 1);
        pkl_ops(p, "h");
        pkl_raw(p, &slot, 1);
        pkl_ops(p, "e\x94");
    }
}

static void a_list_that_doubles_forty_times_is_not_written_out(void **state)
{
    pkl_bytes p = pkl_start(4), deeper = pkl_start(4);

    pkl_ops(&p, "}");
    pkl_text(&p, "kwargs");
    push_doubling_lists(&p, 40);
    pkl_ops(&p, "s.");
    assert_refused(*state, &p, ALF_ERR_FORMAT, "bytes of JSON");
    pkl_ops(&deeper, "}");
    pkl_text(&deeper, "kwargs");
    push_doubling_lists(&deeper, 200);
    pkl_ops(&deeper, "s.");
    assert_refused(*state, &deeper, ALF_ERR_FORMAT, "levels deep");
}

/* Pushes a dict with two references to a dict with two references ... */
static void a_dict_that_doubles_forty_times_is_not_written_out(void **state)
{
    pkl_bytes p = pkl_start(4);

    pkl_ops(&p, "}");
    pkl_text(&p, "kwargs");
    pkl_ops(&p, "}\x94");
    for (int i = 0; i < 40; i++) {
        uint8_t slot = (uint8_t)i;
        pkl_ops(&p, "0}(");
        for (int k = 0; k < 2; k++) {
            pkl_text(&p, k ? "b" : "a");
            pkl_ops(&p, "h");
            pkl_raw(&p, &slot, 1);
        }
        pkl_ops(&p, "u\x94");
    }
    pkl_ops(&p, "s.");
    assert_refused(*state, &p, ALF_ERR_FORMAT, "bytes of JSON");
}

static void a_long_text_that_is_repeated_is_not_written_out(void **state)
{
    pkl_bytes p = pkl_start(4);
    char     *text = malloc((1 << 20) + 1);

    assert_non_null(text);
    memset(text, 'a', 1 << 20);
    text[1 << 20] = '\0';
    pkl_ops(&p, "}");
    pkl_text(&p, "kwargs");
    pkl_ops(&p, "](");
    pkl_text(&p, text);
    pkl_ops(&p, "\x94");
    for (int i = 0; i < 1000; i++) pkl_raw(&p, "h", 2);
    pkl_ops(&p, "es.");
    assert_refused(*state, &p, ALF_ERR_FORMAT, "bytes of JSON");
    free(text);
}

static void a_list_within_itself_is_refused(void **state)
{
    pkl_bytes p = pkl_start(4);

    pkl_ops(&p, "}");
    pkl_text(&p, "kwargs");
    pkl_ops(&p, "]\x94");
    pkl_raw(&p, "h", 2);
    pkl_ops(&p, "as.");
    assert_refused(*state, &p, ALF_ERR_FORMAT, "in themselves");
}

/* Modules: slot 0 is the dict of the innermost; each next one has the one below twice. */
static void modules_that_double_or_contain_themselves_are_refused(void **state)
{
    pkl_bytes doubling = pkl_start(4), cyclic = pkl_start(4);

    pkl_object_begin(&doubling, "Module");
    pkl_object_end(&doubling);
    pkl_ops(&doubling, "\x94"
                       "0");
    for (int i = 0; i < 40; i++) {
        uint8_t slot = (uint8_t)i;
        pkl_object_begin(&doubling, "Module");
        pkl_text(&doubling, "_modules");
        pkl_ops(&doubling, "}(");
        for (int k = 0; k < 2; k++) {
            pkl_text(&doubling, k ? "b" : "a");
            pkl_ops(&doubling, "h");
            pkl_raw(&doubling, &slot, 1);
        }
        pkl_ops(&doubling, "u");
        pkl_object_end(&doubling);
        pkl_ops(&doubling, i < 39 ? "\x94"
                                    "0"
                                  : ".");
    }
    assert_refused(*state, &doubling, ALF_ERR_FORMAT, "steps");

    pkl_object_begin(&cyclic, "Module");
    pkl_text(&cyclic, "_modules");
    pkl_ops(&cyclic, "}\x94");
    pkl_object_end(&cyclic);
    pkl_ops(&cyclic, "\x94");
    pkl_raw(&cyclic, "h", 2); /* the dict of modules, which now gets its own module */
    pkl_text(&cyclic, "a");
    pkl_ops(&cyclic, "h\x01s0.");
    assert_refused(*state, &cyclic, ALF_ERR_FORMAT, "in themselves");
}

static void more_values_than_any_network_has_are_refused(void **state)
{
    pkl_bytes p = pkl_start(4);

    pkl_ops(&p, "]\x94");
    for (int i = 0; i <= ALF_PICKLE_MAX_VALUES; i++) pkl_raw(&p, "h\0a", 3);
    pkl_ops(&p, ".");
    assert_refused(*state, &p, ALF_ERR_FORMAT, "values");
}

static void a_stack_without_end_is_refused(void **state)
{
    pkl_bytes values = pkl_start(4), marks = pkl_start(4);

    pkl_ops(&values, "N");
    for (int i = 0; i <= ALF_PICKLE_MAX_STACK; i++) {
        pkl_ops(&values, "2");
        pkl_ops(&marks, "(");
    }
    assert_refused(*state, &values, ALF_ERR_FORMAT, "values on the stack");
    assert_refused(*state, &marks, ALF_ERR_FORMAT, "marks on the stack");
}

/* --- lengths, slots, underflow, truncation -------------------------------------------------------------------------- */

static void announced_lengths_beyond_the_file_are_refused(void **state)
{
    static const struct {
        char opcode;
        int  width;
    } cases[] = {{'\x8e', 8}, {'\x8d', 8}, {'\x95', 8}, {'B', 4}, {'X', 4}, {'T', 4}, {'\x8b', 4}, {'C', 1}, {'U', 1}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const uint64_t lengths[] = {UINT64_MAX, (uint64_t)1 << 63, (uint64_t)1 << 32, 0xffffffff, 200};
        for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++) {
            pkl_bytes p = pkl_start(4);
            if (cases[i].width == 8 || lengths[k] >> (8 * cases[i].width) == 0) {
                pkl_raw(&p, &cases[i].opcode, 1);
                pkl_unsigned(&p, lengths[k], cases[i].width);
                pkl_ops(&p, "short.");
                assert_refused(*state, &p, ALF_ERR_FORMAT, "are left");
            }
            pkl_free(&p);
        }
    }
}

static void memo_slots_out_of_reach_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t      size;
    } cases[] = {
        {"Nr\0\0\0\x80.", 7},
        {"Nr\xff\xff\xff\xff.", 7},
        {"Nj\0\0\0\x80.", 7},
        {"Nr\x00\x00\x10\x00.", 7},
        {"Np2147483648\n.", 14},
        {"Np-1\n.", 6},
        {"Ng9223372036854775807\n.", 23},
        {"Nh\x07.", 4},
        {"Np99999999999999999999\n.", 24},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pkl_bytes p = pkl_start(4);
        pkl_raw(&p, cases[i].bytes, cases[i].size);
        assert_refused(*state, &p, ALF_ERR_FORMAT, i + 1 < sizeof cases / sizeof cases[0] ? "memo slot" : "an int");
    }
}

static void every_opcode_on_an_empty_stack_is_refused(void **state)
{
    for (int code = 0; code < 256; code++) {
        char             opcode = (char)code, path[512];
        pkl_bytes        p = pkl_start(4), fenced = pkl_start(4);
        hostile_fixture *f = *state;
        snprintf(path, sizeof path, "%s/hostile.pkl", f->folder);
        pkl_raw(&p, &opcode, 1);
        pkl_raw(&p, "\0\0\0\0\0\0\0\0\n\n.", 11);
        pkl_ops(&fenced, "NNN(");
        pkl_raw(&fenced, p.at + 2, p.size - 2);
        free(test_write_file(f->folder, "hostile.pkl", p.at, p.size));
        if (!hostile_open(f, path)) fail_msg("opcode 0x%02x on an empty stack was accepted", (unsigned)code);
        alf_ctx_clear_error(f->ctx);
        free(test_write_file(f->folder, "hostile.pkl", fenced.at, fenced.size));
        if (!hostile_open(f, path)) fail_msg("opcode 0x%02x above a mark was accepted", (unsigned)code);
        alf_ctx_clear_error(f->ctx);
        pkl_free(&p);
        pkl_free(&fenced);
    }
}

static void opcodes_that_need_values_or_a_mark_say_so(void **state)
{
    static const char values[] = ".02asbRQ\x81\x85\x86\x87\x93\x94", marks[] = "1teud\x90\x91";

    for (size_t i = 0; values[i]; i++) {
        pkl_bytes p = pkl_start(4), fenced = pkl_start(4);
        pkl_raw(&p, values + i, 1);
        assert_refused(*state, &p, ALF_ERR_FORMAT, "the stack has 0");
        if (values[i] != '0') { /* POP takes the mark itself */
            pkl_ops(&fenced, "NNN(");
            pkl_raw(&fenced, values + i, 1);
            assert_refused(*state, &fenced, ALF_ERR_FORMAT, "the stack has 0");
        }
        pkl_free(&fenced);
    }
    for (size_t i = 0; marks[i]; i++) {
        pkl_bytes p = pkl_start(4);
        pkl_ops(&p, "NN");
        pkl_raw(&p, marks + i, 1);
        assert_refused(*state, &p, ALF_ERR_FORMAT, "needs a mark");
    }
}

static void bytes_behind_the_pickle_are_refused(void **state)
{
    static const char *const tails[] = {"}.", "}..", "}.}.", "}.cos\nsystem\n)R."};

    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        pkl_bytes        p = pkl_start(4);
        hostile_fixture *f = *state;
        char            *path, words[64];
        pkl_ops(&p, tails[i]);
        snprintf(words, sizeof words, "%zu bytes follow the pickle", strlen(tails[i]) - 2);
        if (i > 0) {
            assert_refused(f, &p, ALF_ERR_FORMAT, words);
            continue;
        }
        path = test_write_file(f->folder, "whole.pkl", p.at, p.size);
        test_ok(f->ctx, hostile_open(f, path));
        free(path);
        pkl_free(&p);
    }
}

/* Cuts the file shorter and shorter; each prefix must be refused. */
static void assert_prefixes_are_refused(hostile_fixture *f, const char *path, int64_t size, int64_t stride)
{
    for (int64_t left = size - 1; left >= 0; left -= stride) {
        assert_int_equal(truncate(path, (off_t)left), 0);
        if (!hostile_open(f, path)) fail_msg("%s was accepted with %lld of its bytes", path, (long long)left);
        alf_ctx_clear_error(f->ctx);
    }
}

static void put_byte(const char *path, size_t at, uint8_t byte)
{
    FILE *file = fopen(path, "r+b");

    assert_non_null(file);
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    assert_int_equal(fputc(byte, file), byte);
    fclose(file);
}

/* One wrong bit here and there: an error or another value, never more. */
static void change_bytes(hostile_fixture *f, const char *path, const uint8_t *bytes, size_t size, golden_report *report)
{
    for (size_t i = 11; i < size; i += i < 4000 ? 7 : size / 400 + 1) {
        put_byte(path, i, (uint8_t)(bytes[i] ^ (1 << i % 8)));
        (void)hostile_open(f, path);
        alf_ctx_clear_error(f->ctx);
        put_byte(path, i, bytes[i]);
        report->cases++;
    }
}

static void cut_golden_file(golden_report *report, void *user)
{
    hostile_fixture *f = user;
    FILE            *file = fopen(report->path, "rb");
    uint8_t         *bytes = malloc(1 << 24);
    size_t           size;
    char            *path;

    assert_true(file && bytes);
    size = fread(bytes, 1, 1 << 24, file);
    fclose(file);
    path = test_write_file(f->folder, "cut.pkl", bytes, size);
    change_bytes(f, path, bytes, size, report);
    assert_prefixes_are_refused(f, path, (int64_t)size, (int64_t)(size / 150 + 1));
    free(path);
    free(bytes);
}

static void golden_pickles_cut_or_changed_anywhere_do_no_harm(void **state)
{
    golden_run("", ".pkl", "none", cut_golden_file, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOSTILE_TEST(unknown_globals_are_refused_by_name),
        HOSTILE_TEST(a_global_named_by_memoised_texts_is_refused),
        HOSTILE_TEST(an_unknown_global_within_a_torch_stream_is_refused),
        HOSTILE_TEST(a_network_global_within_a_torch_stream_is_refused),
        HOSTILE_TEST(calls_of_anything_but_known_globals_are_refused),
        HOSTILE_TEST(a_text_cannot_be_called),
        HOSTILE_TEST(the_state_of_a_network_cannot_be_set),
        HOSTILE_TEST(a_list_that_doubles_forty_times_is_not_written_out),
        HOSTILE_TEST(a_dict_that_doubles_forty_times_is_not_written_out),
        HOSTILE_TEST(a_long_text_that_is_repeated_is_not_written_out),
        HOSTILE_TEST(a_list_within_itself_is_refused),
        HOSTILE_TEST(modules_that_double_or_contain_themselves_are_refused),
        HOSTILE_TEST(more_values_than_any_network_has_are_refused),
        HOSTILE_TEST(a_stack_without_end_is_refused),
        HOSTILE_TEST(announced_lengths_beyond_the_file_are_refused),
        HOSTILE_TEST(memo_slots_out_of_reach_are_refused),
        HOSTILE_TEST(every_opcode_on_an_empty_stack_is_refused),
        HOSTILE_TEST(opcodes_that_need_values_or_a_mark_say_so),
        HOSTILE_TEST(bytes_behind_the_pickle_are_refused),
        HOSTILE_TEST(golden_pickles_cut_or_changed_anywhere_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
