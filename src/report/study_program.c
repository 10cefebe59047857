/* Signals that stop a study, and the program that it runs, which they go on to. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report/files.h"
#include "report/study_internal.h"

/* --- signals -------------------------------------------------------------------------------------------------------- */

static volatile sig_atomic_t stop_asked, child; /* all that a signal handler may touch; child 0: none runs */

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
enum { STOPPING = sizeof stopping / sizeof stopping[0] };

/* The second signal ends the study at once, and the program with it. */
static void ask_to_stop(int signal_number)
{
    const int error = errno;
    if (stop_asked) {
        if (child > 0) kill((pid_t)child, SIGKILL);
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    }
    stop_asked = 1;
    errno = error;
}

/* A signal that is ignored stays so: a shell's background job outlives the Ctrl-C for others, and nohup the terminal. */
void alf_study_catch_signals(void)
{
    struct sigaction before, action = {.sa_handler = ask_to_stop};
    sigemptyset(&action.sa_mask);
    stop_asked = 0;
    for (int i = 0; i < STOPPING; i++)
        if (sigaction(stopping[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(stopping[i], &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &action, NULL); /* a file beyond the limit is a write that fails, and is cleaned up after */
    action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, NULL); /* ignored, it would take away what programs ended with */
}

void alf_study_release_signals(void)
{
    struct sigaction now, action = {.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < STOPPING; i++)
        if (sigaction(stopping[i], NULL, &now) == 0 && now.sa_handler == ask_to_stop)
            sigaction(stopping[i], &action, NULL);
}

bool alf_study_stopped(void)
{
    return stop_asked != 0;
}

/* --- where it is ---------------------------------------------------------------------------------------------------- */

/* FOLDER of a path /FOLDER/NAME; false: it has none. */
static bool cut_to_folder(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash) *slash = '\0';
    return slash != NULL;
}

char *alf_study_find_program(const char *argv0)
{
    static const char *const places[] = {"../aliasfree", "aliasfree"};

    const char *named = getenv("ALIASFREE");
    char        here[4096];
    if (named && *named) return strdup(named);
    const ssize_t length = readlink("/proc/self/exe", here, sizeof here - 1);
    if (length > 0)
        here[length] = '\0';
    else
        snprintf(here, sizeof here, "%s", argv0);
    if (!cut_to_folder(here)) return NULL;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const size_t size = strlen(here) + strlen(places[i]) + 2;
        char        *path = malloc(size);
        if (path) snprintf(path, size, "%s/%s", here, places[i]);
        if (path && access(path, X_OK) == 0) return path;
        free(path);
    }
    return NULL;
}

/* --- running it ----------------------------------------------------------------------------------------------------- */

enum { MOST_WORDS = 64 };

/* In the child: only what is safe after a fork of a process with threads. It gets a process group of its own, so that
 * signals of the terminal come to it through the study alone: two of them would end it without a snapshot. */
static void become(const char *program, char *const words[], int log, const sigset_t *mask)
{
    const int nothing = open("/dev/null", O_RDONLY);
    setpgid(0, 0);
    alf_study_release_signals();
    sigprocmask(SIG_SETMASK, mask, NULL);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
        _exit(127);
    execv(program, words);
    _exit(127);
}

/* Signals are kept back until the child no longer has the study's handler, where they would be lost. */
static pid_t start(const char *program, char *const words[], int log)
{
    sigset_t caught, before;
    sigemptyset(&caught);
    for (int i = 0; i < STOPPING; i++) sigaddset(&caught, stopping[i]);
    pthread_sigmask(SIG_BLOCK, &caught, &before);
    const pid_t pid = fork();
    if (pid == 0) become(program, words, log, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid;
}

/* Until it has ended, which a signal asks it to do, once. False: nobody knows how it ended. */
static bool wait_for(pid_t pid, int *state)
{
    const struct timespec pause = {.tv_nsec = 50000000};
    bool                  told = false;
    pid_t                 ended;
    child = (sig_atomic_t)pid;
    while ((ended = waitpid(pid, state, WNOHANG)) == 0) {
        if (alf_study_stopped() && !told) told = kill(pid, SIGTERM) == 0;
        nanosleep(&pause, NULL);
    }
    child = 0;
    return ended == pid;
}

/* The last line of the log that has anything in it. */
static void read_last_line(const char *path, char *line, size_t size)
{
    char  text[512];
    FILE *log = fopen(path, "r");
    line[0] = '\0';
    while (log && fgets(text, sizeof text, log)) {
        text[strcspn(text, "\r\n")] = '\0';
        if (*text) snprintf(line, size, "%s", text);
    }
    if (log) fclose(log);
}

static alf_status judge(alf_study_run *run, int state, const char *word, const char *log)
{
    char line[512];
    if (alf_study_stopped()) return alf_fail(run->ctx, ALF_ERR_CANCELLED, "'aliasfree %s' was stopped", word);
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return ALF_OK;
    read_last_line(log, line, sizeof line);
    return alf_fail(run->ctx, ALF_ERR_IO, "'aliasfree %s' ended with %s %d: %s (all of it in '%s')", word,
                    WIFEXITED(state) ? "exit code" : "signal", WIFEXITED(state) ? WEXITSTATUS(state) : WTERMSIG(state),
                    *line ? line : "it said nothing", log);
}

static alf_status run_words(alf_study_run *run, const char *log, char *const words[])
{
    const int to = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (to < 0) return alf_fail(run->ctx, ALF_ERR_IO, "cannot open '%s': %s", log, strerror(errno));
    int         state;
    const pid_t pid = start(run->program, words, to);
    const int   error = errno;
    close(to);
    if (pid < 0) return alf_fail(run->ctx, ALF_ERR_IO, "cannot start '%s': %s", run->program, strerror(error));
    if (!wait_for(pid, &state))
        return alf_fail(run->ctx, ALF_ERR_IO, "cannot tell how 'aliasfree %s' ended: %s", words[1], strerror(errno));
    return judge(run, state, words[1], log);
}

alf_status alf_study_program(alf_study_run *run, const char *log, const char *const words[])
{
    char  threads[40], memory[60], *all[MOST_WORDS + 4] = {(char *)run->program};
    int   count = 1;
    char *path;
    if (alf_study_stopped()) return alf_fail(run->ctx, ALF_ERR_CANCELLED, "stopped");
    if (alf_report_check_name(run->ctx, "a log", log) != ALF_OK) return alf_ctx_status(run->ctx);
    if (!run->program)
        return alf_fail(run->ctx, ALF_ERR_IO,
                        "the program aliasfree is not beside this one: build it, or say where it is in $ALIASFREE");
    for (int i = 0; words[i]; i++) {
        if (count > MOST_WORDS)
            return alf_fail(run->ctx, ALF_ERR_ARGUMENT, "a command of more than %d words", MOST_WORDS);
        all[count++] = (char *)words[i];
    }
    snprintf(threads, sizeof threads, "--threads=%s", alf_study_text(run, "threads"));
    snprintf(memory, sizeof memory, "--max-memory=%s", alf_study_text(run, "max-memory"));
    all[count++] = threads;
    all[count++] = memory;
    path = alf_report_path(run->ctx, run->outdir, log, "");
    if (!path) return alf_ctx_status(run->ctx);
    alf_status status = run_words(run, path, all);
    free(path);
    return status;
}
