/* A study's program, from the command line to the exit code. */
#include "report/study.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/files.h"
#include "report/printable.h"
#include "report/study_internal.h"

/* --- what is said --------------------------------------------------------------------------------------------------- */

static const char *const scale_names[ALF_SCALES] = {"tiny", "small", "full"};

const char *alf_scale_name(alf_scale scale)
{
    return scale_names[scale];
}

/* Messages quote files, so control characters are replaced in all of them. */
static void complain(const alf_study *study, const char *text)
{
    fflush(stdout); /* so that both streams stand in order on one terminal */
    fprintf(stderr, "%s: ", study->name);
    alf_put_text(stderr, text);
    fputc('\n', stderr);
}

static int usage_error(const alf_study *study, const char *text)
{
    complain(study, text);
    fprintf(stderr, "Try '%s --help'.\n", study->name);
    return 2;
}

void alf_study_say(alf_study_run *run, const char *format, ...)
{
    char    text[1024], time[32];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    run->state->told = alf_machine_seconds();
    alf_machine_format_seconds(run->state->told - run->state->started, time, sizeof time);
    fprintf(stderr, "%s [%s] ", run->study->name, time);
    alf_put_text(stderr, text);
    fputc('\n', stderr);
}

/* How far long work is, now and then; and the library's way to learn of a signal. */
static bool report_progress(void *user, const char *what, int64_t done, int64_t total)
{
    static const double EACH = 10; /* seconds */
    alf_study_run      *run = user;
    const bool          inner = strcmp(what, "synthesis") == 0; /* layers of one image */
    if (!inner && done > 0 && done < total && alf_machine_seconds() - run->state->told > EACH)
        alf_study_say(run, "%s: %lld of %lld", what, (long long)done, (long long)total);
    return !alf_study_stopped();
}

/* --- parts ---------------------------------------------------------------------------------------------------------- */

/* Makes the part and stores it; NULL in *out with an error. */
static alf_status make_part(alf_study_run *run, const char *name, const json_t *settings, alf_study_make make,
                            void *user, json_t **out)
{
    json_t *result = NULL;
    if (alf_study_stopped()) return alf_fail(run->ctx, ALF_ERR_CANCELLED, "stopped before '%s'", name);
    alf_study_say(run, "%s", name);
    alf_status status = make(run, user, &result);
    if (status == ALF_OK) status = alf_part_store(run->ctx, run->outdir, name, settings, result);
    if (status == ALF_OK)
        *out = result;
    else
        json_decref(result);
    return status;
}

alf_status alf_study_part(alf_study_run *run, const char *name, json_t *settings, alf_study_make make, void *user,
                          json_t **out)
{
    json_t    *result = NULL, *all = json_pack("{s:I, s:s, s:o}", "seed", (json_int_t)run->seed, "scale",
                                               alf_scale_name(run->scale), "settings", settings);
    alf_status status = all ? alf_part_find(run->ctx, run->outdir, name, all, &result)
                            : alf_fail(run->ctx, ALF_ERR_MEMORY,
                                       "'%s': no memory for its settings, or a number among them is not finite", name);
    if (status == ALF_OK && result) alf_study_say(run, "%s: finished before", name);
    if (status == ALF_OK && !result) status = make_part(run, name, all, make, user, &result);
    json_decref(all);
    if (status == ALF_OK) *out = result;
    return status;
}

/* --- a run ---------------------------------------------------------------------------------------------------------- */

static alf_scale scale_of(const char *name)
{
    alf_scale scale = ALF_SCALE_TINY;
    while (scale < ALF_SCALE_FULL && strcmp(scale_names[scale], name) != 0) scale++;
    return scale;
}

/* results/NAME/SCALE unless another is given: a short look must not replace the parts of a long run. */
static char *choose_outdir(const alf_study_run *run)
{
    const char *given = alf_study_text(run, "outdir");
    char       *own = given ? strdup(given) : malloc(strlen(run->study->name) + 32);
    if (own && !given) sprintf(own, "results/%s/%s", run->study->name, alf_scale_name(run->scale));
    return own;
}

static alf_status open_context(alf_study_run *run, char *message, size_t size)
{
    alf_ctx_options options = alf_ctx_options_default();
    options.threads = (int)alf_study_int(run, "threads");
    options.conv = ALF_CONV_DIRECT;
    options.progress = report_progress;
    options.progress_user = run;
    alf_study_read_bytes(alf_study_text(run, "max-memory"), &options.max_memory);
    return alf_ctx_create(&options, message, size, &run->ctx);
}

static alf_status begin_report(alf_study_run *run, int argc, char *const argv[])
{
    char      *command = alf_study_command(run->study, argc, argv);
    alf_status status = command ? alf_notebook_create(run->ctx, run->study->title, command, &run->notebook)
                                : alf_report_no_memory(run->ctx, "a report");
    free(command);
    if (status != ALF_OK) return status;
    return alf_study_markdown(run, "%s\n\nScale: %s. Seed: %llu.", run->study->summary, alf_scale_name(run->scale),
                              (unsigned long long)run->seed);
}

static alf_status run_study(alf_study_run *run, int argc, char *const argv[])
{
    if (!run->outdir) return alf_report_no_memory(run->ctx, "a path");
    alf_status status = alf_make_folder(run->ctx, run->outdir);
    if (status == ALF_OK) status = begin_report(run, argc, argv);
    if (status == ALF_OK) status = run->study->run(run);
    if (status == ALF_OK) status = alf_ctx_status(run->ctx); /* an error that the study did not look at */
    return status == ALF_OK ? alf_study_finish_report(run) : status;
}

alf_status alf_study_check_options(alf_study_run *run, alf_status status)
{
    run->state->misused = status == ALF_ERR_ARGUMENT || status == ALF_ERR_RANGE;
    return status;
}

/* A signal is why, whatever failed because of it. */
static int judge(const alf_study_run *run, alf_status status)
{
    const char *text = alf_ctx_message(run->ctx);
    char        message[2048];
    if (status == ALF_OK) return 0;
    if (run->state->misused && !alf_study_stopped()) return usage_error(run->study, text);
    if (alf_study_stopped())
        snprintf(message, sizeof message, "stopped; finished parts are kept in '%s': the same command goes on",
                 run->outdir);
    else
        snprintf(message, sizeof message, "%s%s%s", *text ? text : alf_status_text(status),
                 strstr(text, "memory budget") ? " (--max-memory)" : "",
                 run->notebook ? "; finished parts are kept" : "");
    complain(run->study, message);
    return 1;
}

static void close_run(alf_study_run *run)
{
    alf_study_state *state = run->state;
    alf_notebook_destroy(run->notebook);
    alf_ctx_destroy(run->ctx);
    alf_study_files_free(&state->shown);
    alf_study_files_free(&state->arrays);
    alf_study_files_free(&state->paths);
    free(state->outdir);
    free(state->program);
}

static int finish_stdout(const alf_study *study, int exit_code)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return exit_code;
    fprintf(stderr, "%s: standard output: cannot write: %s\n", study->name, strerror(errno));
    return exit_code == 0 ? 1 : exit_code;
}

int alf_study_main(int argc, char *argv[], const alf_study *study)
{
    alf_study_state state = {.started = alf_machine_seconds()};
    alf_study_run   run = {.study = study, .state = &state};
    char            message[1024];
    if (!alf_study_parse(study, argc, argv, &state.values, message, sizeof message)) return usage_error(study, message);
    if (state.values.help) {
        alf_study_print_help(study, stdout);
        return finish_stdout(study, 0);
    }
    run.scale = scale_of(alf_study_text(&run, "scale"));
    run.seed = (uint64_t)alf_study_int(&run, "seed");
    run.outdir = state.outdir = choose_outdir(&run);
    run.program = state.program = alf_study_find_program(argv[0]);
    alf_study_catch_signals();
    int exit_code = 1;
    if (open_context(&run, message, sizeof message) == ALF_OK)
        exit_code = judge(&run, run_study(&run, argc, argv));
    else
        complain(study, message);
    alf_study_release_signals();
    close_run(&run);
    return finish_stdout(study, exit_code);
}
