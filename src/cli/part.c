#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "part.h"

char *alf_cli_part_make(const alf_cli *c, const char *path)
{
    const char *slash = strrchr(path, '/');
    char       *part = alf_cli_concat(path, "/.aliasfree-part-XXXXXX", NULL, NULL);
    if (!part) {
        alf_cli_error(c, "out of memory for '%s'", path);
        return NULL;
    }
    strcpy(part + (slash ? slash + 1 - path : 0), ".aliasfree-part-XXXXXX");
    int file = mkstemp(part);
    if (file < 0) {
        alf_cli_error(c, "cannot make a file beside '%s': %s", path, strerror(errno));
        free(part);
        return NULL;
    }
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(file, 0666 & ~mask); /* best effort: without it the file is the user's alone */
    close(file);
    return part;
}

static int publish(const alf_cli *c, const char *part, const char *path)
{
    int  file = open(part, O_RDWR | O_CLOEXEC);
    bool failed = file < 0 || fsync(file) != 0 || rename(part, path) != 0;
    int  error = errno;
    if (file >= 0) close(file);
    return failed ? alf_cli_error(c, "cannot make '%s' of '%s': %s", path, part, strerror(error)) : ALF_CLI_OK;
}

int alf_cli_part_end(const alf_cli *c, char *part, const char *path, int exit_code, bool keep)
{
    bool kept = exit_code == ALF_CLI_OK && keep;
    if (kept) exit_code = publish(c, part, path);
    if (!kept || exit_code != ALF_CLI_OK) unlink(part);
    free(part);
    return exit_code;
}
