/* A run: iterations, and at the end of each tick what the folder gets.
 *
 * Every moment at which a process may be killed is safe, since things are written in the order: pictures and networks of
 * a snapshot, lines of its metrics and statistics, state. Whatever lies between two states is done again from the older
 * one, with the same bits. */

#include "aliasfree/machine.h"
#include "core/core.h"
#include "training/run_describe.h"
#include "training/run_folder.h"
#include "training/run_grid.h"
#include "training/run_journal.h"
#include "training/run_metrics.h"
#include "training/run_options.h"
#include "training/run_ranks.h"
#include "training/run_report.h"
#include "training/run_start.h"

/* --- snapshots --------------------------------------------------------------------------------------------------------- */

static alf_status save_networks(const alf_run_job *job, const char *name)
{
    char        *path = alf_run_path(job, name);
    alf_archive *archive = NULL;
    alf_status   status = path ? alf_archive_create(job->ctx, &archive) : alf_ctx_status(job->ctx);

    if (!status) status = alf_trainer_networks_to_archive(job->trainer, archive);
    if (!status) status = alf_archive_save(archive, path);
    alf_archive_destroy(archive);
    alf_mem_free(path);
    return status;
}

static alf_status write_snapshot(const alf_run_job *job)
{
    char       picture[64], network[64];
    long long  kimg = (long long)(job->position.images / 1000);
    alf_status status;

    alf_format(picture, sizeof picture, "fakes%06lld.png", kimg);
    alf_format(network, sizeof network, "network-snapshot-%06lld.safetensors", kimg);
    status = alf_run_grid_fakes(job, picture);
    if (!status) status = save_networks(job, network);
    return status ? status : alf_run_metrics_evaluate(job, network);
}

/* --- states ------------------------------------------------------------------------------------------------------------ */

/* The last line of the log goes into the state's lengths, but is told only once it is true. A finished run has nothing
 * to cut back, so its state does not depend on how it came about. */
static alf_status save_state(alf_run_job *job, const char *last_line)
{
    alf_status status = last_line ? alf_run_note(job, last_line) : ALF_OK;

    if (status) return status;
    json_decref(job->position.lengths);
    alf_json_release(&job->position.read);
    job->position.lengths = job->position.finished ? alf_run_journal_no_lengths(job->ctx)
                                                   : alf_run_journal_lengths(job->ctx, job->folder, job->options);
    if (!job->position.lengths) return alf_ctx_status(job->ctx);
    status = alf_run_state_save(job->ctx, job->folder, job->trainer, &job->fingerprint, &job->position);
    if (status) return status;
    job->saved = job->position.images;
    if (last_line) alf_run_tell(job, last_line);
    return ALF_OK;
}

static alf_status stop_here(alf_run_job *job)
{
    char line[128], kimg[ALF_RUN_KIMG];

    alf_format(line, sizeof line, "stopped at %s kimg; the same command goes on from here",
               alf_run_kimg(job->position.images, kimg));
    return save_state(job, line);
}

/* --- ticks ------------------------------------------------------------------------------------------------------------- */

/* Tick 0 is the first iteration. */
static bool tick_ends(const alf_run_job *job, bool done)
{
    const alf_run_position *p = &job->position;

    return done || p->tick == 0 || (double)p->images >= (double)p->tick_start + job->options->tick * 1000;
}

static alf_status report_tick(alf_run_job *job, bool done, double now)
{
    int             snap = job->options->snap;
    alf_run_figures figures = alf_run_measure_tick(job, now);
    char            line[512];
    alf_status      status;

    alf_run_status_line(&figures, line, sizeof line);
    status = alf_run_say(job, "%s", line);
    if (!status && (done || (snap > 0 && job->position.tick % snap == 0))) status = write_snapshot(job);
    return status ? status : alf_run_write_statistics(job, &figures);
}

static void next_tick(alf_run_job *job, bool done)
{
    alf_trainer_clear_statistics(job->trainer);
    job->position.tick++;
    job->position.tick_start = job->position.images;
    job->position.finished = done;
}

static alf_status end_tick(alf_run_job *job, bool done)
{
    double     now = alf_machine_seconds();
    char       line[128], time[32], kimg[ALF_RUN_KIMG];
    alf_status status = alf_run_leads(job) ? report_tick(job, done, now) : ALF_OK;

    if (status) return status;
    next_tick(job, done);
    if (alf_run_leads(job)) {
        alf_machine_format_seconds(job->clock.before + alf_machine_seconds() - job->clock.started, time, sizeof time);
        alf_format(line, sizeof line, "finished %s kimg in %s", alf_run_kimg(job->position.images, kimg), time);
        status = save_state(job, done ? line : NULL);
    }
    job->clock.tick_started = alf_machine_seconds();
    job->clock.maintenance = job->clock.tick_started - now;
    job->clock.tick_first = job->position.images;
    return status;
}

/* --- the loop ---------------------------------------------------------------------------------------------------------- */

/* What starting the command again does: iterations give the same again, a full disk may be mended. */
static const char *prospect(const alf_run_job *job, alf_status status)
{
    if (status == ALF_ERR_RANGE || status == ALF_ERR_ARGUMENT) return ", but what went wrong would do so again";
    if (status != ALF_ERR_IO && status != ALF_ERR_MEMORY && status != ALF_ERR_CANCELLED) return "";
    return job->saved < 0 ? ", the same command begins again" : ", from which the same command goes on";
}

/* Adds to a failure from where one can go on. */
static alf_status explain(const alf_run_job *job, alf_status status)
{
    char message[2048], kimg[ALF_RUN_KIMG];

    if (!alf_run_leads(job)) return status;
    alf_format(message, sizeof message, "%s", alf_ctx_message(job->ctx));
    alf_ctx_clear_error(job->ctx);
    if (job->saved < 0)
        return alf_fail(job->ctx, status, "%s; '%s' has no state yet%s", message, job->folder, prospect(job, status));
    return alf_fail(job->ctx, status, "%s; '%s' has the state of %s kimg%s", message, job->folder,
                    alf_run_kimg(job->saved, kimg), prospect(job, status));
}

/* What rank 0 does between two iterations; *stop: somebody asked for it. */
static alf_status between(alf_run_job *job, bool done, bool *stop)
{
    bool       ends = tick_ends(job, done);
    alf_status status = ends ? end_tick(job, done) : ALF_OK;

    if (status || !alf_run_leads(job)) return status;
    alf_run_show_live(job, alf_machine_seconds());
    *stop = !done && job->options->stop && job->options->stop(job->options->user);
    return *stop ? stop_here(job) : ALF_OK;
}

static alf_status train(alf_run_job *job)
{
    int64_t    total = alf_run_total(job->options);
    bool       stop = false;
    alf_status status = ALF_OK;

    while (!status && !stop && !job->position.finished) {
        bool done;
        status = alf_trainer_iterate(job->trainer);
        if (status) break; /* the others may be within the iteration, where nobody listens */
        job->position.images = alf_trainer_images(job->trainer);
        done = job->position.images >= total;
        status = between(job, done, &stop);
        status = alf_run_follow(job->ctx, job->comm, status, &stop, sizeof stop);
    }
    return status ? explain(job, status) : ALF_OK;
}

static void summarize(const alf_run_job *job, alf_run_summary *out)
{
    double  seconds = alf_machine_seconds() - job->clock.started;
    int64_t shown = job->position.images - job->clock.first;

    *out = (alf_run_summary){.resumed = job->resumed,
                             .finished = job->position.finished,
                             .kimg = (double)job->position.images / 1000,
                             .seconds = seconds,
                             .images_per_second = seconds > 0 ? (double)shown / seconds : 0};
    alf_format(out->folder, sizeof out->folder, "%s", job->folder);
}

static void release(alf_run_job *job)
{
    alf_run_folder_unlock(job->lock);
    alf_run_grid_clear(&job->grid);
    alf_run_position_clear(&job->position);
    json_decref(job->described);
    alf_trainer_destroy(job->trainer);
    alf_mem_free(job->other_data);
    alf_mem_free(job->folder);
}

static alf_status run_with(alf_run_job *job)
{
    alf_status status = alf_trainer_create(job->ctx, job->training, job->data, job->comm, &job->trainer);

    if (status) return status;
    job->described = alf_run_describe(job->ctx, job->training, job->data, job->comm->size, job->options);
    if (!job->described) return alf_ctx_status(job->ctx);
    status = alf_run_fingerprint_of(job->ctx, job->described, &job->fingerprint);
    if (!status) status = alf_run_settle(job);
    if (!status) status = alf_run_begin(job);
    return status ? status : train(job);
}

alf_status alf_run(alf_ctx *ctx, const alf_training_options *training, alf_dataset *data, const alf_comm *comm,
                   const alf_run_options *options, alf_run_summary *out)
{
    alf_comm    single = alf_comm_single();
    alf_scope  *scope;
    alf_run_job job = {
        .ctx = ctx, .training = training, .options = options, .data = data, .lock = -1, .saved = -1, .transferred = -1};
    alf_status status;

    if (!ctx) return ALF_ERR_ARGUMENT;
    if (!training || !data || !options || !out)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_run: %s is NULL",
                        !training  ? "training"
                        : !data    ? "data"
                        : !options ? "options"
                                   : "out");
    if (alf_ctx_status(ctx)) return alf_ctx_status(ctx);
    job.comm = comm ? comm : &single;
    status = alf_run_options_check(ctx, options);
    scope = alf_scope_open(ctx); /* for what making the networks leaves */
    if (!status) status = run_with(&job);
    if (!status) summarize(&job, out);
    release(&job);
    alf_scope_close(scope, NULL);
    return status;
}
