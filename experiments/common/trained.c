/* Data sets and networks that an experiment makes through `aliasfree dataset` and `aliasfree train`. What was made with
 * which settings is kept as a finished part, so that nothing is made twice. */
#include "common/trained.h"

#include <dirent.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- words of a command --------------------------------------------------------------------------------------------- */

enum { MOST_WORDS = 48, MOST_TEXT = 16384 };

typedef struct {
    const char *words[MOST_WORDS + 1];
    int         count;
    char        text[MOST_TEXT];
    size_t      used;
    bool        full;
} command;

static void add(command *c, const char *format, ...) ALF_PRINTF(2, 3);
static void add(command *c, const char *format, ...)
{
    const size_t room = sizeof c->text - c->used;
    va_list      values;
    va_start(values, format);
    const int length = vsnprintf(c->text + c->used, room, format, values);
    va_end(values);
    c->full = c->full || length < 0 || (size_t)length >= room || c->count == MOST_WORDS;
    if (c->full) return;
    c->words[c->count++] = c->text + c->used;
    c->used += (size_t)length + 1;
}

static alf_status execute(alf_study_run *run, const char *log, const command *c)
{
    if (c->full) return alf_fail(run->ctx, ALF_ERR_ARGUMENT, "a command of too many words, or of too long ones");
    return alf_study_program(run, log, c->words);
}

static bool is_there(const char *path)
{
    return access(path, R_OK) == 0;
}

/* --- data ----------------------------------------------------------------------------------------------------------- */

static json_t *data_settings(const alf_study_run *run, const training_data *d)
{
    return json_pack("{s:I, s:s, s:I, s:i, s:b, s:i, s:[f, f, f]}", "seed", (json_int_t)run->seed, "source",
                     d->source ? d->source : "textured-blobs", "count", (json_int_t)(d->source ? 0 : d->count),
                     "copies", d->source ? d->copies : 1, "aligned", d->aligned, "resolution", d->resolution,
                     "placement", TRAINING_SCALE, TRAINING_SHIFT, TRAINING_ROTATION);
}

static void data_command(const alf_study_run *run, const training_data *d, const char *path, command *c)
{
    *c = (command){.count = 0};
    add(c, "dataset");
    if (d->source) {
        add(c, "--source");
        for (int i = 0; i < d->copies; i++) add(c, "%s", d->source);
    } else {
        add(c, "--synthetic=textured-blobs");
        add(c, "--max-images=%lld", (long long)d->count);
    }
    add(c, "--dest=%s", path);
    add(c, "--resolution=%d", d->resolution);
    add(c, "--transform=nonaligned");
    add(c, "--scale=%g,%g", TRAINING_SCALE, TRAINING_SCALE);
    add(c, "--shift=%g", d->aligned ? 0 : TRAINING_SHIFT);
    add(c, "--rotation=%g", d->aligned ? 0 : TRAINING_ROTATION);
    add(c, "--seed=%llu", (unsigned long long)run->seed);
}

/* Makes `name` with the command unless the part says that the file is that already. */
static alf_status make_data(alf_study_run *run, const char *part, const json_t *settings, const char *path, command *c)
{
    json_t    *made = NULL;
    alf_status status = alf_part_find(run->ctx, run->outdir, part, settings, &made);
    const bool there = made && is_there(path);
    json_decref(made);
    if (status != ALF_OK || there) return status;
    alf_study_say(run, "making %s", path);
    status = execute(run, "data.log", c);
    if (status != ALF_OK) return status;
    json_t *result = json_pack("{s:b}", "made", 1);
    status = result ? alf_part_store(run->ctx, run->outdir, part, settings, result)
                    : alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for a part");
    json_decref(result);
    return status;
}

/* Opens it, so that what cannot be read is noticed before a network is trained on it. */
static alf_status describe_data(alf_study_run *run, const char *path, training_set *out)
{
    const alf_dataset_options options = alf_dataset_options_default();
    uint64_t                  digest;
    alf_dataset              *set;
    alf_status                status = alf_dataset_open(run->ctx, path, &options, &set);
    if (status != ALF_OK) return status;
    status = alf_dataset_digest(set, &digest);
    alf_dataset_destroy(set);
    if (status != ALF_OK) return status;
    const int length = snprintf(out->path, sizeof out->path, "%s", path);
    if (length < 0 || (size_t)length >= sizeof out->path)
        return alf_fail(run->ctx, ALF_ERR_ARGUMENT, "'%s': too long a path", path);
    snprintf(out->digest, sizeof out->digest, "%016llx", (unsigned long long)digest);
    return ALF_OK;
}

alf_status training_data_make(alf_study_run *run, const training_data *data, training_set *out)
{
    char        name[256];
    command     c;
    const char *folder = alf_study_path(run, "data");
    if (!folder) return alf_ctx_status(run->ctx);
    snprintf(name, sizeof name, "data/%s.zip", data->label);
    const char *file = alf_study_path(run, name);
    if (!file) return alf_ctx_status(run->ctx);
    alf_status status = alf_make_folder(run->ctx, folder);
    if (status != ALF_OK) return status;
    json_t *settings = data_settings(run, data);
    if (!settings) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for the settings of a data set");
    snprintf(name, sizeof name, "data_%s", data->label);
    data_command(run, data, file, &c);
    status = make_data(run, name, settings, file, &c);
    json_decref(settings);
    return status == ALF_OK ? describe_data(run, file, out) : status;
}

/* --- training ------------------------------------------------------------------------------------------------------- */

static json_t *job_settings(const alf_study_run *run, const training_job *j)
{
    return json_pack("{s:s, s:s, s:f, s:f, s:i, s:i, s:I, s:I, s:i, s:f, s:f, s:f, s:I}", "cfg", j->cfg, "data",
                     j->data->digest, "kimg", j->kimg, "tick", j->tick, "snap", j->snap, "batch", j->batch,
                     "channel_base", (json_int_t)j->channel_base, "channel_max", (json_int_t)j->channel_max, "z_dim",
                     j->z_dim, "gamma", j->gamma, "rate", j->rate, "blur_fade", j->blur_fade, "seed",
                     (json_int_t)run->seed);
}

static void job_command(const alf_study_run *run, const training_job *j, const char *outdir, command *c)
{
    *c = (command){.count = 0};
    add(c, "train");
    add(c, "--outdir=%s", outdir);
    add(c, "--cfg=%s", j->cfg);
    add(c, "--data=%s", j->data->path);
    add(c, "--kimg=%.6g", j->kimg);
    add(c, "--tick=%.6g", j->tick);
    add(c, "--snap=%d", j->snap);
    add(c, "--batch=%d", j->batch);
    add(c, "--cbase=%lld", (long long)j->channel_base);
    add(c, "--cmax=%lld", (long long)j->channel_max);
    add(c, "--z-dim=%d", j->z_dim);
    add(c, "--w-dim=%d", j->z_dim);
    add(c, "--gamma=%.6g", j->gamma);
    if (j->blur_fade > 0) add(c, "--blur-fade=%.6g", j->blur_fade);
    add(c, "--glr=%.6g", j->rate);
    add(c, "--dlr=%.6g", j->rate);
    add(c, "--seed=%llu", (unsigned long long)run->seed);
    add(c, "--aug=noaug");
    add(c, "--mirror");
    add(c, "--metrics=none");
    add(c, "--grid=none");
}

static int is_run(const struct dirent *entry)
{
    return strspn(entry->d_name, "0123456789") == 5 && entry->d_name[5] == '-';
}

bool training_newest_run(const char *outdir, char *folder, size_t size)
{
    struct dirent **entries = NULL;
    const int       count = scandir(outdir, &entries, is_run, alphasort);
    if (count > 0) snprintf(folder, size, "%s/%s", outdir, entries[count - 1]->d_name);
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
    return count > 0;
}

static const char SNAPSHOT[] = "network-snapshot-";

static int is_snapshot(const struct dirent *entry)
{
    const size_t length = sizeof SNAPSHOT - 1,
                 digits = strspn(entry->d_name + (strncmp(entry->d_name, SNAPSHOT, length) ? 0 : length), "0123456789");
    return strncmp(entry->d_name, SNAPSHOT, length) == 0 && digits > 0 &&
           strcmp(entry->d_name + length + digits, ".safetensors") == 0;
}

static alf_status fill_snapshots(alf_study_run *run, const char *folder, int count, struct dirent *const entries[],
                                 training_snapshot list[])
{
    for (int i = 0; i < count; i++) {
        const int length = snprintf(list[i].path, sizeof list[i].path, "%s/%s", folder, entries[i]->d_name);
        if (length < 0 || (size_t)length >= sizeof list[i].path)
            return alf_fail(run->ctx, ALF_ERR_ARGUMENT, "'%s': too long a path", folder);
        list[i].kimg = strtod(entries[i]->d_name + sizeof SNAPSHOT - 1, NULL);
    }
    return ALF_OK;
}

/* Training writes one after its first iteration, which is as good as fresh. */
static int drop_first(int count, training_snapshot list[])
{
    if (count < 2 || list[0].kimg > 0) return count;
    memmove(list, list + 1, (size_t)(count - 1) * sizeof *list);
    return count - 1;
}

static alf_status list_snapshots(alf_study_run *run, const char *folder, training_result *out)
{
    struct dirent **entries = NULL;
    const int       found = scandir(folder, &entries, is_snapshot, alphasort);
    alf_status      status = ALF_OK;
    if (found > 0) out->list = calloc((size_t)found, sizeof *out->list);
    if (found <= 0)
        status = alf_fail(run->ctx, ALF_ERR_IO, "%s: no network is there after training", folder);
    else if (!out->list)
        status = alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for a list of networks");
    else
        status = fill_snapshots(run, folder, found, entries, out->list);
    if (status == ALF_OK) out->count = drop_first(found, out->list);
    for (int i = 0; i < found; i++) free(entries[i]);
    free(entries);
    return status;
}

/* Folder of the run that was trained with these settings, in `outdir`: found, or trained now. */
static alf_status train(alf_study_run *run, const training_job *job, const char *part, const char *outdir,
                        const json_t *settings, char *folder, size_t size)
{
    char    log[64];
    command c;
    snprintf(log, sizeof log, "train_%s.log", job->label);
    alf_study_say(run, "%s: training %s for %g kimg (%s)", job->label, job->cfg, job->kimg, log);
    job_command(run, job, outdir, &c);
    alf_status status = execute(run, log, &c);
    if (status != ALF_OK) return status;
    if (!training_newest_run(outdir, folder, size))
        return alf_fail(run->ctx, ALF_ERR_IO, "%s: no run is there after training", outdir);
    json_t *trained = json_pack("{s:s}", "folder", strrchr(folder, '/') + 1);
    status = trained ? alf_part_store(run->ctx, run->outdir, part, settings, trained)
                     : alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for a part");
    json_decref(trained);
    return status;
}

static alf_status find_trained(alf_study_run *run, const char *part, const char *outdir, const json_t *settings,
                               char *folder, size_t size, bool *there)
{
    json_t     *trained = NULL;
    alf_status  status = alf_part_find(run->ctx, run->outdir, part, settings, &trained);
    const char *name = json_string_value(json_object_get(trained, "folder"));
    if (name) snprintf(folder, size, "%s/%s", outdir, name);
    *there = name && is_there(folder);
    json_decref(trained);
    return status;
}

/* "E-1a2b3c4d": runs of other settings are in other folders, so that the newest in one of them is of these. */
static alf_status name_job(alf_study_run *run, const training_job *job, const json_t *settings, char *name, size_t size)
{
    uint32_t digest = 0x811c9dc5u; /* FNV-1a */
    char    *text = json_dumps(settings, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(17));
    if (!text) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for the settings of a training");
    for (const char *c = text; *c; c++) digest = (digest ^ (unsigned char)*c) * 0x01000193u;
    free(text);
    snprintf(name, size, "%s-%08x", job->label, (unsigned)digest);
    return ALF_OK;
}

/* What was trained before is taken as it is: then *seconds stays. */
static alf_status run_named(alf_study_run *run, const training_job *job, const char *name, const json_t *settings,
                            training_result *out, double *seconds)
{
    char part[96], runs[96], folder[4096];
    bool there = false;
    snprintf(part, sizeof part, "trained_%s", name);
    snprintf(runs, sizeof runs, "runs/%s", name);
    const char *outdir = alf_study_path(run, runs);
    if (!outdir) return alf_ctx_status(run->ctx);
    alf_status status = find_trained(run, part, outdir, settings, folder, sizeof folder, &there);
    if (status == ALF_OK && !there) {
        const double start = alf_machine_seconds();
        status = train(run, job, part, outdir, settings, folder, sizeof folder);
        *seconds = alf_machine_seconds() - start;
    }
    if (status == ALF_OK) status = list_snapshots(run, folder, out);
    if (status == ALF_OK) out->list[out->count - 1].kimg = job->kimg; /* its name has whole thousands */
    return status;
}

static alf_status run_job(alf_study_run *run, const training_job *job, training_result *out, double *seconds)
{
    char    name[64];
    json_t *settings = job_settings(run, job);
    if (!settings) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for the settings of a training");
    alf_status status = name_job(run, job, settings, name, sizeof name);
    if (status == ALF_OK) status = run_named(run, job, name, settings, out, seconds);
    json_decref(settings);
    return status;
}

/* From the mean of what was trained so far. */
static void tell_rest(alf_study_run *run, const training_job *job, double seconds, double mean, int jobs, double kimg)
{
    alf_study_say(run, "%s: %.1f s per kimg", job->label, seconds / job->kimg);
    if (jobs > 0)
        alf_study_say(run, "%d more of %g kimg in all: about %.0f min if nothing of them is done", jobs, kimg,
                      ceil(kimg * mean / 60));
}

alf_status training_jobs_run(alf_study_run *run, int count, const training_job jobs[], training_result results[])
{
    double     time = 0, done = 0, rest = 0;
    alf_status status = ALF_OK;
    for (int i = 0; i < count; i++) {
        results[i] = (training_result){0};
        rest += jobs[i].kimg;
    }
    for (int i = 0; i < count && status == ALF_OK; i++) {
        double seconds = 0;
        status = run_job(run, &jobs[i], &results[i], &seconds);
        rest -= jobs[i].kimg;
        if (seconds == 0 || status != ALF_OK) continue;
        time += seconds;
        done += jobs[i].kimg;
        tell_rest(run, &jobs[i], seconds, time / done, count - i - 1, rest);
    }
    return status;
}

void training_results_free(int count, training_result results[])
{
    for (int i = 0; i < count; i++) free(results[i].list);
}
