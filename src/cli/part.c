#define _XOPEN_SOURCE 700 /* realpath */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "part.h"

#define PART_NAME ".aliasfree-part-XXXXXX"

/* A rename would replace anything without a word. */
static int check_place(const alf_cli *c, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return lstat(path, &info) == 0 ? alf_cli_error(c, "cannot write '%s': it is a link that leads nowhere", path)
                                       : ALF_CLI_OK;
    if (!S_ISREG(info.st_mode)) return alf_cli_error(c, "cannot write '%s': it is there and no file", path);
    return access(path, W_OK) == 0 ? ALF_CLI_OK : alf_cli_error(c, "cannot write '%s': %s", path, strerror(errno));
}

static void release(alf_cli_part *part)
{
    free(part->path);
    free(part->part);
    *part = (alf_cli_part){.path = NULL};
}

static int make_names(const alf_cli *c, const char *path, alf_cli_part *out)
{
    char *resolved = realpath(path, NULL);
    *out = (alf_cli_part){.path = alf_cli_concat(resolved ? resolved : path, NULL, NULL, NULL),
                          .part = alf_cli_concat(resolved ? resolved : path, PART_NAME, NULL, NULL)};
    free(resolved);
    if (out->path && out->part) {
        char *slash = strrchr(out->path, '/');
        strcpy(out->part + (slash ? slash + 1 - out->path : 0), PART_NAME);
        return ALF_CLI_OK;
    }
    release(out);
    alf_cli_error(c, "out of memory for '%s'", path);
    return ALF_CLI_FAILED;
}

int alf_cli_part_make(const alf_cli *c, const char *path, alf_cli_part *out)
{
    int exit_code = check_place(c, path);
    if (exit_code == ALF_CLI_OK) exit_code = make_names(c, path, out);
    if (exit_code != ALF_CLI_OK) return exit_code;
    int file = mkstemp(out->part);
    if (file < 0) {
        exit_code = alf_cli_error(c, "cannot make a file beside '%s': %s", path, strerror(errno));
        release(out);
        return exit_code;
    }
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(file, 0666 & ~mask); /* best effort: without it the file is the user's alone */
    close(file);
    return ALF_CLI_OK;
}

/* Brings a file, or the names in a folder, to disk: 0, or an errno. What cannot be synced (EINVAL) is as safe as it gets,
 * and a folder may be writable without being readable. */
static int bring_to_disk(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC), result;
    if (file < 0) return flags == O_RDONLY && errno == EACCES ? 0 : errno;
    do result = fsync(file);
    while (result != 0 && errno == EINTR);
    result = result != 0 && errno != EINVAL && errno != ENOTSUP ? errno : 0;
    close(file);
    return result;
}

/* The file first, so that its name never stands for less than the whole, then the name. */
static int publish(const alf_cli *c, const alf_cli_part *part)
{
    char *folder = alf_cli_folder_of(part->path);
    int   error = folder ? bring_to_disk(part->part, O_RDWR) : ENOMEM;
    if (error == 0 && rename(part->part, part->path) != 0) error = errno;
    if (error == 0) error = bring_to_disk(folder, O_RDONLY);
    free(folder);
    return error ? alf_cli_error(c, "cannot write '%s': %s", part->path, strerror(error)) : ALF_CLI_OK;
}

int alf_cli_part_end(const alf_cli *c, alf_cli_part *part, int exit_code, bool keep)
{
    bool kept = exit_code == ALF_CLI_OK && keep;
    if (kept) exit_code = publish(c, part);
    if (!kept || exit_code != ALF_CLI_OK) unlink(part->part); /* renamed, it is there no more */
    release(part);
    return exit_code;
}
