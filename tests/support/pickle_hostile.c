/* What every hostile pickle is checked for. */
#include "pickle_hostile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aliasfree/archive.h"

#define BUDGET (64 << 20)
#define SMALL_PEAK (24 << 20)

int hostile_setup(void **state)
{
    alf_ctx_options  options = alf_ctx_options_default();
    hostile_fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    options.threads = 1;
    options.max_memory = BUDGET;
    assert_int_equal(alf_ctx_create(&options, NULL, 0, &f->ctx), ALF_OK);
    f->folder = test_temp_folder();
    snprintf(f->proof, sizeof f->proof, "%s/executed", f->folder);
    snprintf(f->command, sizeof f->command, "touch %s", f->proof);
    *state = f;
    return 0;
}

int hostile_teardown(void **state)
{
    hostile_fixture *f = *state;

    assert_true(alf_ctx_memory_peak(f->ctx) < SMALL_PEAK);
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

alf_status hostile_open(hostile_fixture *f, const char *path)
{
    alf_archive *untouched = (alf_archive *)f, *archive = untouched;
    int64_t      before = alf_ctx_memory_used(f->ctx);
    alf_status   status = alf_archive_open(f->ctx, path, &archive);

    if (status) {
        assert_int_equal(alf_ctx_status(f->ctx), status);
        assert_ptr_equal(archive, untouched);
        if (status != ALF_ERR_MEMORY && !strstr(alf_ctx_message(f->ctx), path))
            fail_msg("the error does not name the file: %s", alf_ctx_message(f->ctx));
    } else {
        alf_archive_destroy(archive);
    }
    assert_int_equal(alf_ctx_memory_used(f->ctx), before);
    assert_int_not_equal(access(f->proof, F_OK), 0);
    return status;
}

void assert_refused(hostile_fixture *f, pkl_bytes *p, alf_status expected, const char *words)
{
    char      *path = test_write_file(f->folder, "hostile.pkl", p->at ? (const void *)p->at : "", p->size);
    alf_status status = hostile_open(f, path);

    if (status != expected || !strstr(alf_ctx_message(f->ctx), words))
        fail_msg("expected '%s' with '%s', got '%s': %s", alf_status_text(expected), words, alf_status_text(status),
                 alf_ctx_message(f->ctx));
    alf_ctx_clear_error(f->ctx);
    free(path);
    pkl_free(p);
}

void push_call(pkl_bytes *p, const char *module, const char *name, const char *argument)
{
    pkl_global(p, module, name);
    pkl_text(p, argument);
    pkl_ops(p, "\x85R");
}
