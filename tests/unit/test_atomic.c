/* Files are written whole or not at all: what was there before survives every failure, and nothing is left behind. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aliasfree/files.h"
#include "files.h"
#include "io/atomic.h"

typedef struct {
    alf_ctx *ctx;
    char    *folder;
    char    *path; /* in folder, holds "earlier" */
} fixture;

static int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->ctx = test_ctx(ALF_BACKEND_CPU, ALF_ISA_AUTO);
    f->folder = test_temp_folder();
    f->path = test_write_file(f->folder, "file", "earlier", 7);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    assert_int_equal(alf_ctx_memory_used(f->ctx), 0); /* every failure releases what it took */
    alf_ctx_destroy(f->ctx);
    free(f->path);
    test_remove_folder(f->folder);
    free(f);
    return 0;
}

static void check_content(const char *path, const char *expected)
{
    char *content = test_read_file(path, NULL);

    assert_string_equal(content, expected);
    free(content);
}

/* The earlier file stands and is alone. */
static void check_untouched(const fixture *f)
{
    check_content(f->path, "earlier");
    assert_int_equal(test_count_files(f->folder), 1);
}

/* --- whole ------------------------------------------------------------------------------------------------------------------ */

static void a_file_is_replaced_whole(void **state)
{
    fixture *f = *state;
    char    *fresh = test_path(f->folder, "fresh");

    test_ok(f->ctx, alf_text_write(f->ctx, f->path, "new"));
    check_content(f->path, "new");
    test_ok(f->ctx, alf_text_write(f->ctx, fresh, ""));
    check_content(fresh, "");
    assert_int_equal(test_count_files(f->folder), 2);
    free(fresh);
}

static void bytes_are_written_whatever_they_are(void **state)
{
    static const char bytes[] = "zero \0 and \xff";
    fixture          *f = *state;
    size_t            size;

    test_ok(f->ctx, alf_data_write(f->ctx, f->path, sizeof bytes, bytes));
    char *content = test_read_file(f->path, &size);
    assert_int_equal(size, sizeof bytes);
    assert_memory_equal(content, bytes, sizeof bytes);
    free(content);
    assert_fails(f->ctx, alf_data_write(f->ctx, f->path, 1, NULL), ALF_ERR_ARGUMENT, "data is NULL", NULL);
}

static void permissions_of_the_earlier_file_stay(void **state)
{
    fixture    *f = *state;
    struct stat info;

    assert_int_equal(chmod(f->path, 0640), 0);
    test_ok(f->ctx, alf_text_write(f->ctx, f->path, "new"));
    assert_int_equal(stat(f->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

static void a_link_stays_and_its_target_is_replaced(void **state)
{
    fixture    *f = *state;
    char       *link = test_path(f->folder, "link");
    struct stat info;

    assert_int_equal(symlink("file", link), 0);
    test_ok(f->ctx, alf_text_write(f->ctx, link, "new"));
    check_content(f->path, "new");
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    free(link);
}

static void names_without_a_folder_are_in_the_working_folder(void **state)
{
    fixture *f = *state;
    char    *home = getcwd(NULL, 0);

    assert_non_null(home);
    assert_int_equal(chdir(f->folder), 0);
    test_ok(f->ctx, alf_text_write(f->ctx, "file", "new"));
    assert_int_equal(chdir(home), 0);
    check_content(f->path, "new");
    assert_int_equal(test_count_files(f->folder), 1);
    free(home);
}

/* --- or not at all -------------------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx    *ctx;
    const char *path;
} failing;

static alf_status write_half_and_fail(alf_atomic_file *file, const void *user)
{
    const failing *how = user;
    alf_status     status = alf_atomic_write(file, "half of it", 10);

    check_content(how->path, "earlier"); /* nothing shows before the end */
    return status ? status : alf_fail(how->ctx, ALF_ERR_CANCELLED, "stopped half way");
}

static void a_writer_that_fails_leaves_the_earlier_file(void **state)
{
    fixture *f = *state;
    failing  how = {f->ctx, f->path};

    assert_fails(f->ctx, alf_atomic_save(f->ctx, f->path, write_half_and_fail, &how), ALF_ERR_CANCELLED, "half way",
                 NULL);
    check_untouched(f);
}

static void a_context_in_error_writes_nothing(void **state)
{
    fixture *f = *state;
    char    *fresh = test_path(f->folder, "fresh");

    assert_int_equal(alf_fail(f->ctx, ALF_ERR_RANGE, "an earlier failure"), ALF_ERR_RANGE);
    assert_int_equal(alf_text_write(f->ctx, f->path, "new"), ALF_ERR_RANGE);
    assert_int_equal(alf_text_append_line(f->ctx, f->path, "new"), ALF_ERR_RANGE);
    assert_int_equal(alf_make_folder(f->ctx, fresh), ALF_ERR_RANGE);
    assert_string_equal(alf_ctx_message(f->ctx), "an earlier failure");
    alf_ctx_clear_error(f->ctx);
    check_untouched(f);
    free(fresh);
}

static void a_folder_is_not_replaced(void **state)
{
    fixture *f = *state;
    char    *inner = test_path(f->folder, "inner");

    assert_int_equal(mkdir(inner, 0777), 0);
    assert_fails(f->ctx, alf_text_write(f->ctx, inner, "new"), ALF_ERR_IO, inner, "folder");
    assert_int_equal(test_count_files(inner), 0);
    assert_int_equal(test_count_files(f->folder), 2);
    free(inner);
}

static void a_missing_folder_is_named(void **state)
{
    fixture *f = *state;
    char    *path = test_path(f->folder, "missing/file");

    assert_fails(f->ctx, alf_text_write(f->ctx, path, "new"), ALF_ERR_IO, path, "No such file");
    check_untouched(f);
    free(path);
}

/* The superuser may write everywhere, so a child that gives up its rights tries. */
static alf_status write_without_rights(const fixture *f)
{
    int   state = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534)) _exit(99);
        _exit((int)alf_text_write(f->ctx, f->path, "new"));
    }
    assert_int_equal(waitpid(child, &state, 0), child);
    assert_true(WIFEXITED(state));
    return (alf_status)WEXITSTATUS(state);
}

static void a_folder_that_may_not_be_written_keeps_its_file(void **state)
{
    fixture *f = *state;

    assert_int_equal(chmod(f->path, 0666), 0);
    assert_int_equal(chmod(f->folder, 0555), 0);
    assert_int_equal(write_without_rights(f), ALF_ERR_IO);
    check_untouched(f);
    assert_int_equal(chmod(f->folder, 0777), 0);
    assert_int_equal(write_without_rights(f), ALF_OK); /* it was the folder, not the child */
    check_content(f->path, "new");
    assert_int_equal(chmod(f->folder, 0755), 0);
}

static void a_file_that_may_not_be_written_is_not_replaced(void **state)
{
    fixture *f = *state;

    assert_int_equal(chmod(f->folder, 0777), 0);
    assert_int_equal(chmod(f->path, 0444), 0);
    assert_int_equal(write_without_rights(f), ALF_ERR_IO);
    check_untouched(f);
    assert_int_equal(chmod(f->path, 0666), 0);
    assert_int_equal(write_without_rights(f), ALF_OK);
    check_content(f->path, "new");
}

static void links_that_lead_nowhere_stay(void **state)
{
    fixture    *f = *state;
    char       *dangling = test_path(f->folder, "dangling"), *loop = test_path(f->folder, "loop");
    struct stat info;

    assert_int_equal(symlink("absent", dangling), 0);
    assert_int_equal(symlink("loop", loop), 0);
    assert_fails(f->ctx, alf_text_write(f->ctx, dangling, "new"), ALF_ERR_IO, dangling, "leads nowhere");
    assert_fails(f->ctx, alf_text_write(f->ctx, loop, "new"), ALF_ERR_IO, loop, "leads to itself");
    assert_true(lstat(dangling, &info) == 0 && S_ISLNK(info.st_mode));
    assert_true(lstat(loop, &info) == 0 && S_ISLNK(info.st_mode));
    assert_int_equal(test_count_files(f->folder), 3);
    free(dangling);
    free(loop);
}

/* Opened for reading without waiting, so that the test can be the reader too. */
static void a_pipe_is_written_when_somebody_reads_it(void **state)
{
    fixture *f = *state;
    char    *path = test_path(f->folder, "pipe"), text[8] = "";
    int      reader;

    assert_int_equal(mkfifo(path, 0666), 0);
    alarm(20); /* instead of a wait without end */
    assert_fails(f->ctx, alf_text_write(f->ctx, path, "new"), ALF_ERR_IO, path, "nobody reads");
    assert_fails(f->ctx, alf_text_append_line(f->ctx, path, "new"), ALF_ERR_IO, path, NULL);
    reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    test_ok(f->ctx, alf_text_write(f->ctx, path, "new"));
    assert_int_equal(read(reader, text, sizeof text), 3);
    assert_string_equal(text, "new");
    alarm(0);
    close(reader);
    free(path);
}

static void a_socket_is_refused(void **state)
{
    fixture           *f = *state;
    char              *path = test_path(f->folder, "socket");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int                fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(fd >= 0 && strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_fails(f->ctx, alf_text_write(f->ctx, path, "new"), ALF_ERR_IO, path, "neither a file");
    close(fd);
    free(path);
}

/* The kernel's own folder refuses new files even to the superuser. */
static void a_folder_that_takes_no_files_is_an_error(void **state)
{
    fixture *f = *state;

    assert_fails(f->ctx, alf_text_write(f->ctx, "/proc/aliasfree", "new"), ALF_ERR_IO, "/proc/aliasfree", NULL);
}

/* A limit on the size of files makes the write fail half way, as a full disk would. */
static void a_full_disk_leaves_the_earlier_file(void **state)
{
    fixture      *f = *state;
    struct rlimit before, small;
    char         *large = malloc(100001);
    alf_status    status;

    assert_non_null(large);
    memset(large, 'x', 100000);
    large[100000] = '\0';
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 50000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    status = alf_text_write(f->ctx, f->path, large);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_fails(f->ctx, status, ALF_ERR_IO, f->path, "write");
    check_untouched(f);
    free(large);
}

static void devices_are_written_directly(void **state)
{
    fixture    *f = *state;
    struct stat info;

    test_ok(f->ctx, alf_text_write(f->ctx, "/dev/null", "new"));
    assert_fails(f->ctx, alf_text_write(f->ctx, "/dev/full", "new"), ALF_ERR_IO, "/dev/full", "No space");
    assert_fails(f->ctx, alf_text_append_line(f->ctx, "/dev/full", "new"), ALF_ERR_IO, "/dev/full", "No space");
    assert_int_equal(stat("/dev/full", &info), 0);
    assert_true(S_ISCHR(info.st_mode)); /* still a device */
}

/* --- lines ---------------------------------------------------------------------------------------------------------------------- */

static void lines_are_appended(void **state)
{
    fixture *f = *state;
    char    *path = test_path(f->folder, "log.jsonl");

    test_ok(f->ctx, alf_text_append_line(f->ctx, path, "{\"a\": 1}"));
    test_ok(f->ctx, alf_text_append_line(f->ctx, path, ""));
    test_ok(f->ctx, alf_text_append_line(f->ctx, path, "last"));
    check_content(path, "{\"a\": 1}\n\nlast\n");
    assert_fails(f->ctx, alf_text_append_line(f->ctx, path, "two\nlines"), ALF_ERR_ARGUMENT, path, "line break");
    check_content(path, "{\"a\": 1}\n\nlast\n");
    free(path);
}

static void half_a_line_is_cut_back(void **state)
{
    fixture      *f = *state;
    struct rlimit before, small;
    alf_status    status;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 10;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    status = alf_text_append_line(f->ctx, f->path, "a longer line");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_fails(f->ctx, status, ALF_ERR_IO, f->path, "append");
    check_untouched(f);
}

/* --- folders -------------------------------------------------------------------------------------------------------------------- */

static void folders_are_made_with_their_parents(void **state)
{
    fixture    *f = *state;
    char       *path = test_path(f->folder, "a/b//c/");
    struct stat info;

    test_ok(f->ctx, alf_make_folder(f->ctx, path));
    test_ok(f->ctx, alf_make_folder(f->ctx, path)); /* existing ones are fine */
    test_ok(f->ctx, alf_make_folder(f->ctx, "/"));
    assert_int_equal(stat(path, &info), 0);
    assert_true(S_ISDIR(info.st_mode));
    free(path);
}

static void a_file_in_the_way_of_a_folder_is_named(void **state)
{
    fixture *f = *state;
    char    *path = test_path(f->folder, "file/below");

    assert_fails(f->ctx, alf_make_folder(f->ctx, path), ALF_ERR_IO, f->path, "there is a file");
    assert_fails(f->ctx, alf_make_folder(f->ctx, f->path), ALF_ERR_IO, f->path, "there is a file");
    assert_fails(f->ctx, alf_make_folder(f->ctx, ""), ALF_ERR_ARGUMENT, "empty", NULL);
    check_untouched(f);
    free(path);
}

static void missing_arguments_are_named(void **state)
{
    fixture *f = *state;

    assert_fails(f->ctx, alf_text_write(f->ctx, NULL, "x"), ALF_ERR_ARGUMENT, "path", NULL);
    assert_fails(f->ctx, alf_text_write(f->ctx, f->path, NULL), ALF_ERR_ARGUMENT, "text", NULL);
    assert_fails(f->ctx, alf_text_append_line(f->ctx, f->path, NULL), ALF_ERR_ARGUMENT, "line", NULL);
    assert_fails(f->ctx, alf_make_folder(f->ctx, NULL), ALF_ERR_ARGUMENT, "NULL", NULL);
    assert_int_equal(alf_text_write(NULL, f->path, "x"), ALF_ERR_ARGUMENT);
    check_untouched(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_replaced_whole),
        TEST(bytes_are_written_whatever_they_are),
        TEST(permissions_of_the_earlier_file_stay),
        TEST(a_link_stays_and_its_target_is_replaced),
        TEST(names_without_a_folder_are_in_the_working_folder),
        TEST(a_writer_that_fails_leaves_the_earlier_file),
        TEST(a_context_in_error_writes_nothing),
        TEST(a_folder_is_not_replaced),
        TEST(a_missing_folder_is_named),
        TEST(a_folder_that_may_not_be_written_keeps_its_file),
        TEST(a_file_that_may_not_be_written_is_not_replaced),
        TEST(links_that_lead_nowhere_stay),
        TEST(a_pipe_is_written_when_somebody_reads_it),
        TEST(a_socket_is_refused),
        TEST(a_folder_that_takes_no_files_is_an_error),
        TEST(a_full_disk_leaves_the_earlier_file),
        TEST(devices_are_written_directly),
        TEST(lines_are_appended),
        TEST(half_a_line_is_cut_back),
        TEST(folders_are_made_with_their_parents),
        TEST(a_file_in_the_way_of_a_folder_is_named),
        TEST(missing_arguments_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
