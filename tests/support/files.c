/* Support for tests of readers and writers. */
#include "files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int file_fixture_set_up(void **state)
{
    file_fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    f->folder = test_temp_folder();
    *state = f;
    return 0;
}

int file_fixture_tear_down(void **state)
{
    file_fixture *f = *state;

    assert_int_equal(alf_ctx_memory_used(f->ctx), 0); /* every failure releases what it took */
    alf_ctx_destroy(f->ctx);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

alf_ctx *file_fixture_ctx(void **state)
{
    const file_fixture *f = *state;

    return f->ctx;
}

alf_ctx *test_ctx_with_budget(int64_t max_memory)
{
    alf_ctx_options options = alf_ctx_options_default();
    alf_ctx        *ctx = NULL;
    char            message[512] = "";

    options.max_memory = max_memory;
    if (alf_ctx_create(&options, message, sizeof message, &ctx)) fail_msg("no context: %s", message);
    return ctx;
}

void assert_fails(alf_ctx *ctx, alf_status status, alf_status expected, const char *part, const char *other_part)
{
    const char *message = alf_ctx_message(ctx);

    if (status != expected)
        fail_msg("status is %d (%s: %s), expected %d (%s) about '%s'", (int)status, alf_status_text(status), message,
                 (int)expected, alf_status_text(expected),
                 other_part ? other_part
                 : part     ? part
                            : "");
    if (alf_ctx_status(ctx) != status) fail_msg("the context does not have the status that was returned");
    if (part && !strstr(message, part)) fail_msg("'%s' does not say '%s'", message, part);
    if (other_part && !strstr(message, other_part)) fail_msg("'%s' does not say '%s'", message, other_part);
    alf_ctx_clear_error(ctx);
}

char *test_path(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char  *path = malloc(size);

    assert_non_null(path);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

char *test_read_file(const char *path, size_t *size)
{
    FILE  *file = fopen(path, "rb");
    size_t room = 4096, used = 0, got;
    char  *bytes = malloc(room + 1);

    if (!file || !bytes) fail_msg("cannot read '%s'", path);
    while ((got = fread(bytes + used, 1, room - used, file)) > 0) {
        used += got;
        if (used < room) continue;
        room *= 2;
        bytes = realloc(bytes, room + 1);
        assert_non_null(bytes);
    }
    assert_int_equal(ferror(file), 0);
    fclose(file);
    bytes[used] = '\0';
    if (size) *size = used;
    return bytes;
}

void test_copy_folder(const char *from, const char *to)
{
    char command[9000];

    snprintf(command, sizeof command, "rm -rf '%s' && cp -a '%s' '%s'", to, from, to);
    assert_int_equal(system(command), 0);
}

int test_count_files(const char *folder)
{
    struct dirent **names = NULL;
    int             count = scandir(folder, &names, NULL, NULL);

    if (count < 2) fail_msg("cannot list '%s'", folder);
    for (int i = 0; i < count; i++) free(names[i]);
    free(names);
    return count - 2; /* . and .. */
}

test_descriptors test_descriptors_now(void)
{
    enum { MOST = 1024 };
    test_descriptors now = {0, 0};

    for (int fd = 0; fd < MOST; fd++) {
        const int flags = fcntl(fd, F_GETFD);
        now.open += flags >= 0;
        now.inherited += flags >= 0 && !(flags & FD_CLOEXEC);
    }
    return now;
}
