/* The folder of a run: its number and name, which one is continued, and that only one process works in it. */
#include "training/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"
#include "io/descriptor.h"
#include "io/file_map.h"
#include "training/run_compare.h"
#include "training/run_describe.h"
#include "training/run_state.h"

enum { MAX_NUMBER = 99999999 };
static const char LOCK_FILE[] = ".lock";

char *alf_run_folder_suffix(alf_ctx *ctx, const alf_training_options *training, const alf_dataset *data, int ranks,
                            const alf_run_options *options)
{
    return alf_mem_printf(ctx, "-%s-%s-gpus%d-batch%d-gamma%g%s%s", options->cfg, alf_dataset_name(data), ranks,
                          training->batch, training->r1_gamma, options->desc ? "-" : "",
                          options->desc ? options->desc : "");
}

/* --- the runs there are ---------------------------------------------------------------------------------------------- */

/* The number that a run's name starts with and where the name goes on behind it; -1: not a run. */
static int number_of(const char *name, const char **rest)
{
    size_t  digits = strspn(name, "0123456789");
    int64_t number = 0;

    if (digits < 5 || digits > 8) return -1;
    for (size_t i = 0; i < digits; i++) number = 10 * number + (name[i] - '0');
    *rest = name + digits;
    return **rest == '\0' || **rest == '-' ? (int)number : -1;
}

alf_status alf_run_folder_each(alf_ctx *ctx, const char *folder, alf_run_name_fn fn, void *user)
{
    DIR           *open = opendir(folder);
    struct dirent *entry;
    alf_status     status = ALF_OK;
    int            error;

    if (!open) return errno == ENOENT ? ALF_OK : alf_fail_errno(ctx, "list", folder, errno);
    errno = 0;
    while (!status && (entry = readdir(open))) {
        status = fn(user, entry->d_name);
        errno = 0;
    }
    error = errno;
    closedir(open);
    if (!status && error) status = alf_fail_errno(ctx, "list", folder, error);
    return status;
}

typedef struct {
    int   number; /* -1: none */
    char *folder;
} numbered;

typedef struct {
    alf_ctx      *ctx;
    const char   *outdir, *suffix;
    const json_t *options;
    numbered      same, other_data; /* the newest so far */
} search;

/* How much an unfinished run has of the one that is looked for; finished ones are others. A folder of its name without
 * options is that of a process which ended before it wrote them. */
static alf_status judge(const search *s, const char *folder, const char *rest, alf_run_likeness *out)
{
    alf_json   theirs;
    bool       missing, finished = false;
    alf_status status = alf_run_options_read(s->ctx, folder, &theirs, &missing);

    *out = ALF_RUN_OTHER;
    if (theirs.root) status = alf_run_compare(s->ctx, theirs.root, s->options, out);
    alf_json_release(&theirs);
    if (!status && *out != ALF_RUN_OTHER) status = alf_run_state_finished(s->ctx, folder, &finished);
    if (finished) *out = ALF_RUN_OTHER;
    if (missing && strcmp(rest, s->suffix) == 0) *out = ALF_RUN_SAME;
    return status;
}

/* Takes the folder over where it is newer, else frees it. */
static void keep(numbered *best, int number, char *folder)
{
    if (best && number > best->number) {
        alf_mem_free(best->folder);
        *best = (numbered){number, folder};
    } else {
        alf_mem_free(folder);
    }
}

static alf_status look_at(void *user, const char *name)
{
    search          *s = user;
    alf_run_likeness likeness = ALF_RUN_OTHER;
    const char      *rest;
    int              number = number_of(name, &rest);
    alf_status       status;
    char            *folder;

    if (number < 0 || number <= s->same.number) return ALF_OK;
    folder = alf_mem_printf(s->ctx, "%s/%s", s->outdir, name);
    status = folder ? judge(s, folder, rest, &likeness) : alf_ctx_status(s->ctx);
    keep(status || likeness == ALF_RUN_OTHER ? NULL
         : likeness == ALF_RUN_SAME          ? &s->same
                                             : &s->other_data,
         number, folder);
    return status;
}

alf_status alf_run_folder_find(alf_ctx *ctx, const char *outdir, const char *suffix, const json_t *options,
                               char **folder, char **other_data)
{
    search     s = {.ctx = ctx,
                    .outdir = outdir,
                    .suffix = suffix,
                    .options = options,
                    .same = {.number = -1},
                    .other_data = {.number = -1}};
    alf_status status = alf_run_folder_each(ctx, outdir, look_at, &s);

    *folder = status ? NULL : s.same.folder;
    *other_data = status ? NULL : s.other_data.folder;
    if (status) {
        alf_mem_free(s.same.folder);
        alf_mem_free(s.other_data.folder);
    }
    return status;
}

/* --- a new one --------------------------------------------------------------------------------------------------------- */

static alf_status largest_number(void *user, const char *name)
{
    int        *largest = user;
    const char *rest;
    int         number = number_of(name, &rest);

    if (number > *largest) *largest = number;
    return ALF_OK;
}

alf_status alf_run_folder_make(alf_ctx *ctx, const char *outdir, const char *suffix, char **folder)
{
    alf_status status = alf_make_folder(ctx, outdir);

    while (!status) { /* until no other process was faster */
        int   number = -1;
        char *path;

        status = alf_run_folder_each(ctx, outdir, largest_number, &number);
        if (status) break;
        if (number >= MAX_NUMBER)
            return alf_fail(ctx, ALF_ERR_RANGE, "'%s' has a run of the number %d, the last there is", outdir, number);
        path = alf_mem_printf(ctx, "%s/%05d%s", outdir, number + 1, suffix);
        if (!path) return alf_ctx_status(ctx);
        if (mkdir(path, 0777) == 0) {
            *folder = path;
            return ALF_OK;
        }
        if (errno != EEXIST) status = alf_fail_errno(ctx, "make the folder", path, errno);
        alf_mem_free(path);
    }
    return status;
}

/* --- the lock ---------------------------------------------------------------------------------------------------------- */

alf_status alf_run_folder_lock(alf_ctx *ctx, const char *folder, int *lock)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char        *path = alf_mem_printf(ctx, "%s/%s", folder, LOCK_FILE);
    alf_status   status = ALF_OK;
    int          fd;

    if (!path) return alf_ctx_status(ctx);
    fd = alf_open(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (fd < 0)
        status = alf_fail_errno(ctx, "open", path, errno);
    else if (fcntl(fd, F_SETLK, &whole))
        status = errno == EACCES || errno == EAGAIN
                     ? alf_fail(ctx, ALF_ERR_IO, "'%s': another process trains in this folder", folder)
                     : alf_fail_errno(ctx, "lock", path, errno);
    if (status && fd >= 0) close(fd);
    if (!status) *lock = fd;
    alf_mem_free(path);
    return status;
}

void alf_run_folder_unlock(int lock)
{
    if (lock >= 0) close(lock);
}

/* --- sweeping ---------------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx    *ctx;
    const char *folder;
} sweeping;

/* Temporary files of alf_atomic_save(), and a state that did not get its name. */
static bool is_left_over(const char *name)
{
    return strcmp(name, ALF_RUN_STATE_NEXT) == 0 ||
           (strncmp(name, ".aliasfree-", 11) == 0 && alf_ends_with(name, ".tmp"));
}

static alf_status sweep_one(void *user, const char *name)
{
    sweeping  *s = user;
    char      *path;
    alf_status status = ALF_OK;

    if (!is_left_over(name)) return ALF_OK;
    path = alf_mem_printf(s->ctx, "%s/%s", s->folder, name);
    if (!path) return alf_ctx_status(s->ctx);
    if (unlink(path) && errno != ENOENT) status = alf_fail_errno(s->ctx, "remove", path, errno);
    alf_mem_free(path);
    return status;
}

alf_status alf_run_folder_sweep(alf_ctx *ctx, const char *folder)
{
    sweeping s = {ctx, folder};

    return alf_run_folder_each(ctx, folder, sweep_one, &s);
}
