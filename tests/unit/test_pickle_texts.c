/* Texts of pickles with escapes, as protocols 0 to 2 write them, and what objects must be made of. */
#include <stdlib.h>
#include <string.h>

#include "aliasfree/archive.h"
#include "pickle_hostile.h"

/* A file with a network whose one argument is what the line pushes. */
static pkl_bytes with_argument(const char *line)
{
    pkl_bytes p = pkl_start(2);
    pkl_object_begin(&p, "Generator");
    pkl_text(&p, "_init_kwargs");
    pkl_ops(&p, "}(");
    pkl_text(&p, "a");
    pkl_ops(&p, line);
    pkl_ops(&p, "u");
    pkl_object_end(&p);
    pkl_ops(&p, ".");
    return p;
}

static void assert_argument(hostile_fixture *f, const char *line, const char *expected)
{
    pkl_bytes    p = with_argument(line);
    char        *path = test_write_file(f->folder, "texts.pkl", p.at, p.size);
    alf_archive *archive = NULL;
    const char  *found;

    test_ok(f->ctx, alf_archive_open(f->ctx, path, &archive));
    found = alf_archive_meta(archive, "network.init_kwargs");
    if (!found || strcmp(found, expected) != 0)
        fail_msg("%sgives %s, expected %s", line, found ? found : "none", expected);
    alf_archive_destroy(archive);
    free(path);
    pkl_free(&p);
}

static void strings_have_the_escapes_of_python_2(void **state)
{
    assert_argument(*state, "S'a b'\n", "{\"a\": \"a b\"}");
    assert_argument(*state, "S\"it's\"\n", "{\"a\": \"it's\"}");
    assert_argument(*state, "S'it\\'s \\\"so\\\"'\n", "{\"a\": \"it's \\\"so\\\"\"}");
    assert_argument(*state, "S'\\\\n\\n\\t'\n", "{\"a\": \"\\\\n\\n\\t\"}");
    assert_argument(*state, "S'\\x4a\\x4B\\xC3\\xa9'\n", "{\"a\": \"JK\xc3\xa9\"}");
    assert_argument(*state, "S'\\112\\0601'\n", "{\"a\": \"J01\"}"); /* three octal digits at most */
}

static void unicode_lines_are_latin_1_with_escapes_of_characters(void **state)
{
    assert_argument(*state, "Vcaf\xe9\n", "{\"a\": \"caf\xc3\xa9\"}");
    assert_argument(*state, "V\\u0041\\u00e9\\u20aC\n", "{\"a\": \"A\xc3\xa9\xe2\x82\xac\"}");
    assert_argument(*state, "V\\U0001f600\n", "{\"a\": \"\xf0\x9f\x98\x80\"}");
    assert_argument(*state, "V\\x41\\\n", "{\"a\": \"\\\\x41\\\\\"}"); /* no escapes here */
}

static void broken_escapes_are_refused(void **state)
{
    static const char *const lines[] = {"S'\\'\n",  "S'\\x4'\n",  "S'\\xg0'\n",    "S'\\q'\n",      "S'\\9'\n",
                                        "V\\u12\n", "V\\u12g4\n", "V\\U0001f60\n", "V\\U00110000\n"};

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        pkl_bytes p = with_argument(lines[i]);
        assert_refused(*state, &p, ALF_ERR_FORMAT, "broken escape sequence");
    }
}

/* Half of a pair of UTF-16 is no character. */
static void half_a_pair_is_refused(void **state)
{
    pkl_bytes p = with_argument("V\\ud83d\n");
    assert_refused(*state, &p, ALF_ERR_UNSUPPORTED, "_init_kwargs['a'] of 'network' is a text that is not UTF-8");
}

/* --- objects ---------------------------------------------------------------------------------------------------------- */

#define OBJECT "ctorch_utils.persistence\n_reconstruct_persistent_obj\n"
#define OBJECT_OF(items) OBJECT "(" items "d\x85R."
#define TYPE "S'type'\nS'class'\n"
#define VERSION TYPE "S'version'\nI6\n"
#define NAME VERSION "S'class_name'\nS'G'\n"
#define LONG_OF_9_BYTES "\x8a\x09\x01\x01\x01\x01\x01\x01\x01\x01\x01"

static void objects_without_what_makes_them_are_refused(void **state)
{
    static const struct {
        const char *pickle, *words;
        alf_status  status;
    } cases[] = {
        {OBJECT ")R.", "anything but one dict", ALF_ERR_FORMAT},
        {OBJECT "N\x85R.", "anything but one dict", ALF_ERR_FORMAT},
        {OBJECT "}}\x86R.", "anything but one dict", ALF_ERR_FORMAT},
        {OBJECT_OF(""), "'type' is not 'class'", ALF_ERR_UNSUPPORTED},
        {OBJECT_OF("S'type'\nS'function'\n"), "'type' is not 'class'", ALF_ERR_UNSUPPORTED},
        {OBJECT_OF(TYPE), "'version' is missing, expected an int", ALF_ERR_FORMAT},
        {OBJECT_OF(TYPE "S'version'\nF6.5\n"), "'version' is a float, expected an int", ALF_ERR_FORMAT},
        {OBJECT_OF(TYPE "S'version'\nI01\n"), "'version' is a bool, expected an int", ALF_ERR_FORMAT},
        {OBJECT_OF(TYPE "S'version'\n" LONG_OF_9_BYTES), "'version' is an int beyond 64 bits", ALF_ERR_FORMAT},
        {OBJECT_OF(VERSION), "'class_name' is missing, expected a text", ALF_ERR_FORMAT},
        {OBJECT_OF(VERSION "S'class_name'\nN"), "'class_name' is None, expected a text", ALF_ERR_FORMAT},
        {OBJECT_OF(NAME), "'state' is missing, expected a dict", ALF_ERR_FORMAT},
        {OBJECT_OF(NAME "S'state'\n]"), "'state' is a list, expected a dict", ALF_ERR_FORMAT},
        {"(Nd.", "a key without a value", ALF_ERR_FORMAT},
        {"cnumpy\ndtype\n)R.", "numpy.dtype of nothing, expected a text", ALF_ERR_FORMAT},
        {"cnumpy\ndtype\nN\x85R.", "numpy.dtype of None, expected a text", ALF_ERR_FORMAT},
        {"ctorch.storage\n_load_from_bytes\n)R.", "a torch storage made of anything but bytes", ALF_ERR_FORMAT},
        {"ctorch.storage\n_load_from_bytes\nN\x85R.", "a torch storage made of anything but bytes", ALF_ERR_FORMAT},
        {"ctorch._utils\n_rebuild_tensor_v2\n)R.", "a tensor is not made of (storage, offset", ALF_ERR_FORMAT},
        {"ctorch._utils\n_rebuild_parameter\n)R.", "not made of (tensor, requires_grad, hooks)", ALF_ERR_FORMAT},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pkl_bytes p = pkl_start(2);
        pkl_ops(&p, cases[i].pickle);
        assert_refused(*state, &p, cases[i].status, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOSTILE_TEST(strings_have_the_escapes_of_python_2),
        HOSTILE_TEST(unicode_lines_are_latin_1_with_escapes_of_characters),
        HOSTILE_TEST(broken_escapes_are_refused),
        HOSTILE_TEST(half_a_pair_is_refused),
        HOSTILE_TEST(objects_without_what_makes_them_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
