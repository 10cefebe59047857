/* How a run begins. Rank 0 looks at the folder, the others follow. */
#include "training/run_start.h"

#include <string.h>
#include <unistd.h>

#include "aliasfree/machine.h"
#include "core/core.h"
#include "training/run_describe.h"
#include "training/run_folder.h"
#include "training/run_grid.h"
#include "training/run_journal.h"
#include "training/run_metrics.h"
#include "training/run_ranks.h"
#include "training/run_report.h"

enum { MAX_FOLDER = sizeof((alf_run_summary *)0)->folder };

/* --- the folder -------------------------------------------------------------------------------------------------------- */

/* A folder that is continued has its options already, unless the process that made it got no further. */
static alf_status write_options(const alf_run_job *job)
{
    char      *path = alf_run_path(job, ALF_RUN_OPTIONS_FILE), *text = NULL;
    alf_status status = ALF_OK;

    if (!path) return alf_ctx_status(job->ctx);
    if (access(path, F_OK) != 0) {
        text = alf_run_options_text(job->ctx, job->described, job->folder);
        status = text ? alf_text_write(job->ctx, path, text) : alf_ctx_status(job->ctx);
    }
    alf_mem_free(text);
    alf_mem_free(path);
    return status;
}

/* Takes the tensors of the file to start from, once. */
static alf_status transfer(alf_run_job *job)
{
    if (!job->options->resume || job->transferred >= 0) return ALF_OK;
    return alf_trainer_transfer(job->trainer, job->options->resume, &job->transferred);
}

/* A file to start from that is of no use must not leave a folder behind. */
static alf_status make_folder(alf_run_job *job, const char *suffix)
{
    alf_status status = transfer(job);

    return status ? status : alf_run_folder_make(job->ctx, job->options->outdir, suffix, &job->folder);
}

static alf_status choose_folder(alf_run_job *job)
{
    const alf_run_options *o = job->options;
    char                  *suffix = alf_run_folder_suffix(job->ctx, job->training, job->data, job->comm->size, o);
    alf_status             status = suffix ? ALF_OK : alf_ctx_status(job->ctx);

    if (!status) status = alf_run_grid_choose(job); /* what it refuses leaves no folder */
    if (!status && !o->fresh)
        status = alf_run_folder_find(job->ctx, o->outdir, suffix, job->described, &job->folder, &job->other_data);
    if (!status && !job->folder) status = make_folder(job, suffix);
    if (!status && strlen(job->folder) >= MAX_FOLDER)
        status = alf_fail(job->ctx, ALF_ERR_RANGE, "'%s': the path has %zu bytes, expected at most %d", job->folder,
                          strlen(job->folder), MAX_FOLDER - 1);
    if (!status) status = alf_run_folder_lock(job->ctx, job->folder, &job->lock);
    if (!status) status = alf_run_folder_sweep(job->ctx, job->folder);
    if (!status) status = write_options(job);
    alf_mem_free(suffix);
    return status;
}

alf_status alf_run_settle(alf_run_job *job)
{
    char       folder[MAX_FOLDER] = "";
    alf_status status = alf_run_leads(job) ? choose_folder(job) : ALF_OK;

    if (!status && alf_run_leads(job)) alf_format(folder, sizeof folder, "%s", job->folder);
    status = alf_run_follow(job->ctx, job->comm, status, folder, sizeof folder);
    if (status || alf_run_leads(job)) return status;
    folder[sizeof folder - 1] = '\0';
    job->folder = alf_mem_strdup(job->ctx, folder);
    return job->folder ? ALF_OK : alf_ctx_status(job->ctx);
}

/* --- a state ----------------------------------------------------------------------------------------------------------- */

static alf_status check_images(const alf_run_job *job, const alf_archive *archive)
{
    const long long ours = job->position.images, trained = alf_trainer_images(job->trainer);

    if (ours == trained) return ALF_OK;
    return alf_fail(job->ctx, ALF_ERR_FORMAT, "'%s': the run stands at %lld images, its trainer at %lld",
                    alf_archive_path(archive), ours, trained);
}

static alf_status load(alf_run_job *job, const char *name, bool *found)
{
    alf_archive *archive = NULL;
    alf_status   status = alf_run_state_open(job->ctx, job->folder, name, &archive);

    *found = archive != NULL;
    if (!status && archive) {
        alf_run_position_clear(&job->position);
        status = alf_run_state_position(job->ctx, archive, &job->fingerprint, &job->position);
        if (!status) status = alf_trainer_restore(job->trainer, archive);
        if (!status) status = check_images(job, archive);
    }
    alf_archive_destroy(archive);
    return status;
}

/* Rank 0: the newest state that is whole; `damage` says what is wrong with a newer one. */
static alf_status load_newest(alf_run_job *job, bool *found, char *damage, size_t size)
{
    alf_status status = load(job, ALF_RUN_STATE, found);

    if (status ? !alf_run_state_damaged(status) : *found) return status;
    if (status) {
        alf_format(damage, size, "%s", alf_ctx_message(job->ctx));
        alf_ctx_clear_error(job->ctx);
    }
    status = load(job, ALF_RUN_STATE_PREVIOUS, found);
    if (!status && *found) return alf_run_state_fall_back(job->ctx, job->folder);
    if (status || !*damage) return status;
    return alf_fail(job->ctx, ALF_ERR_FORMAT, "%s, and there is no state before it: only a fresh run is possible",
                    damage);
}

/* The other ranks: the state that rank 0 has found. */
static alf_status follow_state(alf_run_job *job)
{
    bool       found;
    alf_status status = load(job, ALF_RUN_STATE, &found);

    if (status || found) return status;
    return alf_fail(job->ctx, ALF_ERR_IO,
                    "rank %d does not see '%s/%s', which rank 0 has read: all ranks need the same "
                    "folders",
                    job->comm->rank, job->folder, ALF_RUN_STATE);
}

/* Other kernels round otherwise. */
static alf_status warn_of_kernels(const alf_run_job *job)
{
    const char *now = alf_isa_name(alf_ctx_isa(job->ctx));

    if (strcmp(job->position.isa, now) == 0) return ALF_OK;
    return alf_run_say(job,
                       "warning: the state was made with the kernels for %s, and these are for %s: the run will not "
                       "end with the same bits",
                       job->position.isa, now);
}

static alf_status resume(alf_run_job *job, const char *damage)
{
    char       kimg[ALF_RUN_KIMG];
    alf_status status;

    if (job->position.finished)
        return alf_fail(job->ctx, ALF_ERR_IO, "'%s': another process has finished this run meanwhile", job->folder);
    status = alf_run_journal_cut(job->ctx, job->folder, job->options, job->position.lengths);
    if (!status)
        status = alf_run_journal_last(job->ctx, job->folder, ALF_RUN_STATS, "Timing/total_sec", 0, &job->clock.before);
    if (!status && *damage) status = alf_run_say(job, "%s; the state before it is whole", damage);
    if (!status)
        status = alf_run_say(job, "resuming %s at %s kimg", alf_last_part(job->folder, NULL),
                             alf_run_kimg(job->position.images, kimg));
    return status ? status : warn_of_kernels(job);
}

/* --- the beginning ----------------------------------------------------------------------------------------------------- */

static alf_status start_from_file(alf_run_job *job)
{
    alf_status status = transfer(job);

    if (status || !job->options->resume || !alf_run_leads(job)) return status;
    return alf_run_say(job, "starting from %s: %d tensors taken over", job->options->resume, job->transferred);
}

static alf_status start_fresh(alf_run_job *job)
{
    alf_status status = alf_run_leads(job) ? alf_run_journal_cut(job->ctx, job->folder, job->options, NULL) : ALF_OK;

    if (!status && job->other_data)
        status = alf_run_say(job, "%s has the same options but other data: not continued",
                             alf_last_part(job->other_data, NULL));
    if (!status && alf_run_leads(job)) status = alf_run_introduce(job);
    if (!status && alf_run_leads(job)) status = alf_run_metrics_introduce(job);
    if (!status) status = start_from_file(job);
    if (status || !alf_run_leads(job)) return status;
    status = alf_run_grid_reals(job, "reals.png");
    return status ? status : alf_run_grid_fakes(job, "fakes_init.png");
}

alf_status alf_run_begin(alf_run_job *job)
{
    char       damage[1024] = "";
    bool       found = false;
    alf_status status = ALF_OK;

    if (alf_run_leads(job)) {
        status = load_newest(job, &found, damage, sizeof damage);
        if (!status && found) status = resume(job, damage);
    }
    status = alf_run_follow(job->ctx, job->comm, status, &found, sizeof found);
    if (!status && found && !alf_run_leads(job)) status = follow_state(job);
    if (!status && !found) status = start_fresh(job);
    job->resumed = found;
    job->saved = found ? job->position.images : -1;
    job->clock.started = job->clock.tick_started = alf_machine_seconds();
    job->clock.first = job->clock.tick_first = alf_trainer_images(job->trainer);
    return status;
}
