#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "progress.h"
#include "report/printable.h"
#include "session.h"

/* --- Ctrl-C --------------------------------------------------------------------------------------------------------- */

static volatile sig_atomic_t stop_asked, stops_later; /* all that a signal handler may touch */

static void ask_to_stop(int signal_number)
{
    static const char text[] = "\naliasfree: stopping once the iteration or snapshot in progress is done; a second "
                               "signal stops at once\n";
    const int         error = errno;
    (void)signal_number;
    stop_asked = 1;
    if (stops_later && write(STDERR_FILENO, text, sizeof text - 1) < 0) stops_later = 0;
    errno = error;
}

/* A signal that is ignored stays so: a shell's background job outlives the Ctrl-C for others, and nohup the terminal.
 * The second one ends the program at once, since work between two reports of progress can be long; it may leave a
 * temporary file behind, whose name no signal handler can know. */
static void catch_signal(int signal_number)
{
    struct sigaction before, action = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    if (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(signal_number, &action, NULL);
}

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
enum { STOPPING = sizeof stopping / sizeof stopping[0] };

static void catch_signals(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, usual = {.sa_handler = SIG_DFL};
    for (int i = 0; i < STOPPING; i++) catch_signal(stopping[i]);
    sigemptyset(&ignore.sa_mask);
    sigemptyset(&usual.sa_mask);
    sigaction(SIGXFSZ, &ignore, NULL); /* a file beyond the limit is a write that fails, and is cleaned up after */
    sigaction(SIGCHLD, &usual, NULL);  /* ignored, it would take away what programs that we run ended with */
}

/* Nobody looks at stop_asked once the command is over, but libraries may still take long to end, or never do. */
static void release_signals(void)
{
    struct sigaction now, action = {.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < STOPPING; i++)
        if (sigaction(stopping[i], NULL, &now) == 0 && now.sa_handler == ask_to_stop)
            sigaction(stopping[i], &action, NULL);
}

bool alf_cli_stop_asked(void)
{
    return stop_asked != 0;
}

static bool report_progress(void *user, const char *what, int64_t done, int64_t total)
{
    if (stop_asked) return false;
    alf_cli_progress_report(user, what, done, total);
    return true;
}

static bool report_politely(void *user, const char *what, int64_t done, int64_t total)
{
    alf_cli_progress_report(user, what, done, total);
    return true;
}

/* --- messages ------------------------------------------------------------------------------------------------------- */

/* Messages quote files, so control characters are replaced in all of them. */
static void say(const alf_cli *c, const char *kind, const char *format, va_list args)
{
    char text[16384];
    vsnprintf(text, sizeof text, format, args);
    alf_cli_progress_clear(c->progress);
    fflush(stdout); /* so that both streams stand in order on one terminal */
    fprintf(stderr, "aliasfree %s: %s", c->command->name, kind);
    alf_put_text(stderr, text);
    fputc('\n', stderr);
}

int alf_cli_usage_error(const alf_cli *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(c, "", format, args);
    va_end(args);
    fprintf(stderr, "Try 'aliasfree %s --help'.\n", c->command->name);
    return ALF_CLI_USAGE;
}

int alf_cli_error(const alf_cli *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(c, "", format, args);
    va_end(args);
    return ALF_CLI_FAILED;
}

void alf_cli_warn(const alf_cli *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(c, "warning: ", format, args);
    va_end(args);
}

/* The context's message, without the command's name in front where the library says it too. */
static const char *context_message(const alf_cli *c)
{
    const char *text = alf_ctx_message(c->ctx), *name = c->command->name;
    size_t      length = strlen(name);
    if (strncmp(text, name, length) == 0 && strncmp(text + length, ": ", 2) == 0) text += length + 2;
    return *text ? text : alf_status_text(alf_ctx_status(c->ctx));
}

int alf_cli_failure(const alf_cli *c)
{
    const char *text = context_message(c);
    return alf_cli_error(c, "%s%s", text, strstr(text, "memory budget") ? " (--max-memory)" : "");
}

int alf_cli_refusal(const alf_cli *c)
{
    alf_status status = alf_ctx_status(c->ctx);
    if (status != ALF_ERR_ARGUMENT && status != ALF_ERR_RANGE) return alf_cli_failure(c);
    return alf_cli_usage_error(c, "%s", context_message(c));
}

/* --- texts ---------------------------------------------------------------------------------------------------------- */

const char *alf_cli_name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *alf_cli_folder_of(const char *path)
{
    const char *name = alf_cli_name_in(path);
    char       *folder = alf_cli_concat(name > path ? path : "./", NULL, NULL, NULL);
    if (folder) folder[name > path + 1 ? name - path - 1 : 1] = '\0';
    return folder;
}

bool alf_cli_has_suffix(const char *path, const char *suffix)
{
    const char *name = alf_cli_name_in(path);
    size_t      length = strlen(name), tail = strlen(suffix);
    return length > tail && strcmp(name + length - tail, suffix) == 0;
}

int alf_cli_check_suffix(const alf_cli *c, const char *what, const char *path, const char *suffix)
{
    if (alf_cli_has_suffix(path, suffix)) return ALF_CLI_OK;
    return alf_cli_usage_error(c, "%s: '%s': expected a name that ends in %s", what, path, suffix);
}

const char *alf_cli_plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

char *alf_cli_concat(const char *a, const char *b, const char *c, const char *d)
{
    const char *parts[] = {a, b, c, d};
    size_t      size = 1;
    for (int i = 0; i < 4; i++) size += parts[i] ? strlen(parts[i]) : 0;
    char *text = malloc(size), *end = text;
    for (int i = 0; text && i < 4; i++) {
        size_t length = parts[i] ? strlen(parts[i]) : 0;
        memcpy(end, parts[i] ? parts[i] : "", length);
        end += length;
    }
    if (text) *end = '\0';
    return text;
}

/* --- running -------------------------------------------------------------------------------------------------------- */

/* Words stand in the tables in the order of the enumerations. Of an option that the command does not take the plainest is
 * taken, so that its environment variable has no say either. */
static int choice_or(const alf_cli *c, const char *name, int otherwise)
{
    return alf_cli_takes_option(c->command, name) ? alf_cli_choice(c, name) : otherwise;
}

alf_ctx_options alf_cli_context_options(const alf_cli *c, int threads)
{
    alf_ctx_options options = alf_ctx_options_default();
    options.backend = (alf_backend_kind)choice_or(c, "backend", ALF_BACKEND_CPU);
    options.threads = threads;
    options.isa = (alf_isa)choice_or(c, "isa", ALF_ISA_SCALAR);
    options.conv = (alf_conv_method)choice_or(c, "conv", ALF_CONV_DIRECT);
    options.precision = (alf_precision)choice_or(c, "precision", ALF_PRECISION_FLOAT32);
    options.files = (alf_files_method)choice_or(c, "files", ALF_FILES_MAP);
    options.max_memory = alf_cli_int(c, "max-memory");
    options.progress = c->command->polite ? report_politely : report_progress;
    options.progress_user = c->progress;
    return options;
}

int alf_cli_open_context(alf_cli *c, int threads)
{
    char                  message[1024] = "";
    const alf_ctx_options options = alf_cli_context_options(c, threads);
    stops_later = c->command->polite;
    if (alf_ctx_create(&options, message, sizeof message, &c->ctx) == ALF_OK) return ALF_CLI_OK;
    c->ctx = NULL;
    return alf_cli_error(c, "%s", message);
}

int alf_cli_finish_stdout(const char *who, int exit_code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return exit_code;
    fprintf(stderr, "%s: standard output: cannot write: %s\n", who, strerror(errno));
    return exit_code == ALF_CLI_OK ? ALF_CLI_FAILED : exit_code;
}

int alf_cli_session(const alf_cli_command *command, int argc, char *const argv[])
{
    alf_cli_progress progress = alf_cli_progress_start();
    alf_cli          c = {.command = command, .progress = &progress};
    char             message[1024], who[80];
    snprintf(who, sizeof who, "aliasfree %s", command->name);
    if (alf_cli_wants_help(argc, argv)) {
        alf_cli_print_help(command, stdout);
        return alf_cli_finish_stdout(who, ALF_CLI_OK);
    }
    if (!alf_cli_parse(&c, argc, argv, message, sizeof message)) return alf_cli_usage_error(&c, "%s", message);
    if (command->takes == ALF_CLI_TAKES_NOTHING) return alf_cli_finish_stdout(who, command->run(&c));
    const int threads = alf_cli_takes_option(command, "threads") ? (int)alf_cli_int(&c, "threads") : 1;
    if (alf_cli_open_context(&c, threads) != ALF_CLI_OK) return ALF_CLI_FAILED;
    catch_signals();
    int exit_code = command->run(&c);
    release_signals();
    alf_cli_progress_clear(&progress);
    alf_ctx_destroy(c.ctx);
    return alf_cli_finish_stdout(who, exit_code);
}
