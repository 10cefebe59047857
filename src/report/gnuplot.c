/* Running gnuplot: without a shell, drawing into a folder of its own, from which whole pictures are taken. */
#include "report/gnuplot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/files.h"

/* --- the process -------------------------------------------------------------------------------------------------------- */

enum { SAID = 4096 };

typedef struct {
    int  not_started; /* an errno; 0: it ran                        */
    int  state;       /* as waitpid() tells it                      */
    char said[SAID];  /* the end of what it wrote to standard error */
} outcome;

typedef struct {
    int read, write;
} tube; /* closed when a program is started */

static bool open_tube(tube *t)
{
    int ends[2];
    if (pipe(ends) != 0) return false;
    *t = (tube){ends[0], ends[1]};
    return fcntl(t->read, F_SETFD, FD_CLOEXEC) == 0 && fcntl(t->write, F_SETFD, FD_CLOEXEC) == 0;
}

static void close_end(int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

/* The child: becomes gnuplot, or tells why not. */
static void become_gnuplot(const char *folder, const char *setting, const char *script, int errors, int report)
{
    int nothing = open("/dev/null", O_RDWR);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(nothing, STDOUT_FILENO) >= 0 &&
        dup2(errors, STDERR_FILENO) >= 0 && chdir(folder) == 0)
        execlp("gnuplot", "gnuplot", "-d", "-e", setting, script, (char *)NULL); /* -d: nobody's own settings */
    int     error = errno;
    ssize_t sent = write(report, &error, sizeof error);
    _exit(sent == sizeof error ? 127 : 126);
}

/* Reads to the end and keeps the last bytes. */
static void read_all(int fd, char *to, size_t size)
{
    size_t  used = 0;
    char    piece[512];
    ssize_t got;
    while ((got = read(fd, piece, sizeof piece)) > 0 || (got < 0 && errno == EINTR)) {
        size_t count = got > 0 ? (size_t)got : 0, over = used + count >= size ? used + count - size + 1 : 0;
        memmove(to, to + over, used - over);
        memcpy(to + used - over, piece, count);
        used += count - over;
    }
    to[used] = '\0';
}

static bool read_error(int fd, int *error)
{
    ssize_t got;
    while ((got = read(fd, error, sizeof *error)) < 0 && errno == EINTR) continue;
    return got == sizeof *error;
}

static void run_between(const char *folder, const char *setting, const char *script, tube *errors, tube *report,
                        outcome *out)
{
    pid_t child = fork();
    if (child == 0) become_gnuplot(folder, setting, script, errors->write, report->write);
    if (child < 0) {
        out->not_started = errno;
        return;
    }
    close_end(&errors->write);
    close_end(&report->write);
    read_all(errors->read, out->said, sizeof out->said);
    if (!read_error(report->read, &out->not_started)) out->not_started = 0;
    while (waitpid(child, &out->state, 0) < 0 && errno == EINTR) continue;
}

static void run_gnuplot(const char *folder, const char *setting, const char *script, outcome *out)
{
    tube errors = {-1, -1}, report = {-1, -1};
    *out = (outcome){.not_started = 0};
    if (open_tube(&errors) && open_tube(&report))
        run_between(folder, setting, script, &errors, &report, out);
    else
        out->not_started = errno;
    close_end(&errors.read);
    close_end(&errors.write);
    close_end(&report.read);
    close_end(&report.write);
}

/* --- what came of it ---------------------------------------------------------------------------------------------------- */

/* The line of the error: the last that begins with the quoted name of the script, after echoes of its lines and carets;
 * else the first that says anything. Cut out of `said`. */
static const char *message_of(char *said)
{
    char *first = said + strspn(said, "\n"), *found = NULL;
    for (char *line = first; *line; line += strspn(line, "\n")) {
        if (*line == '"') found = line;
        line += strcspn(line, "\n");
    }
    found = found ? found : first;
    found[strcspn(found, "\n")] = '\0';
    return *found ? found : "it said nothing";
}

static alf_status judge(alf_ctx *ctx, const char *folder, const char *script, outcome *o)
{
    if (WIFEXITED(o->state) && WEXITSTATUS(o->state) == 0) return ALF_OK;
    if (!WIFSIGNALED(o->state))
        return alf_fail(ctx, ALF_ERR_IO, "gnuplot failed on '%s/%s': %s", folder, script, message_of(o->said));
    int signal = WTERMSIG(o->state);
    return alf_fail(ctx, signal == SIGINT || signal == SIGTERM ? ALF_ERR_CANCELLED : ALF_ERR_IO,
                    "gnuplot was ended by signal %d while it drew '%s/%s'", signal, folder, script);
}

/* --- pictures ----------------------------------------------------------------------------------------------------------- */

static alf_status publish(alf_ctx *ctx, const char *folder, const char *inner, const char *picture)
{
    struct stat info;
    alf_status  status = ALF_ERR_MEMORY;
    char       *from = alf_report_path(ctx, inner, picture, ""), *to = alf_report_path(ctx, folder, picture, "");
    if (from && to) status = ALF_OK;
    if (status == ALF_OK && (stat(from, &info) != 0 || info.st_size == 0))
        status = alf_fail(ctx, ALF_ERR_IO, "gnuplot did not draw '%s'", to);
    if (status == ALF_OK && rename(from, to) != 0)
        status = alf_fail(ctx, ALF_ERR_IO, "cannot rename '%s' to '%s': %s", from, to, strerror(errno));
    free(from);
    free(to);
    return status;
}

/* The folder with whatever gnuplot left in it. */
static void remove_inner(alf_ctx *ctx, const char *inner)
{
    DIR                 *folder = opendir(inner);
    const struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        char *path = alf_report_path(ctx, inner, entry->d_name, "");
        if (path) unlink(path); /* "." and ".." are refused */
        free(path);
    }
    if (folder) closedir(folder);
    rmdir(inner);
}

static alf_status draw_inside(alf_ctx *ctx, const char *folder, const char *script, const char *inner, int count,
                              const char *const pictures[], bool *drawn)
{
    outcome    out;
    char       setting[64]; /* the inner folder's name is ours: short, with nothing to quote */
    alf_status status = ALF_ERR_MEMORY;
    char      *here = alf_report_path(ctx, ".", script, "");
    if (!here) return status;
    snprintf(setting, sizeof setting, "to='.%s/'", strrchr(inner, '/'));
    run_gnuplot(folder, setting, here, &out);
    free(here);
    *drawn = out.not_started == 0;
    status = *drawn ? judge(ctx, folder, script, &out) : ALF_OK;
    for (int i = 0; *drawn && status == ALF_OK && i < count; i++) status = publish(ctx, folder, inner, pictures[i]);
    return status;
}

alf_status alf_gnuplot_draw(alf_ctx *ctx, const char *folder, const char *script, int count,
                            const char *const pictures[], bool *drawn)
{
    if (alf_ctx_status(ctx) != ALF_OK) return alf_ctx_status(ctx);
    bool       did = false;
    alf_status status;
    char      *inner = alf_report_path(ctx, folder, ".aliasfree-plot-XXXXXX", "");
    if (!inner) return alf_ctx_status(ctx);
    if (mkdtemp(inner)) {
        status = draw_inside(ctx, folder, script, inner, count, pictures, &did);
        remove_inner(ctx, inner);
    } else {
        status = alf_fail(ctx, ALF_ERR_IO, "cannot make a folder in '%s': %s", folder, strerror(errno));
    }
    free(inner);
    if (status == ALF_OK) *drawn = did;
    return status;
}
