/* Data sets and networks that an experiment makes through `aliasfree dataset` and `aliasfree train`. What was made with
 * which settings is kept as a finished part, so that nothing is made twice. */
#include "common/trained.h"

#include <dirent.h>
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

/* Subjects of non-aligned sets stand anywhere and at any angle; of aligned ones in the middle and upright. */
static const double SCALE = 0.55, SHIFT = 0.12, ROTATION = 180;

static json_t *data_settings(const training_data *d)
{
    return json_pack("{s:s, s:I, s:i, s:b, s:i, s:[f, f, f]}", "source", d->source ? d->source : "textured-blobs",
                     "count", (json_int_t)(d->source ? 0 : d->count), "copies", d->source ? d->copies : 1, "aligned",
                     d->aligned, "resolution", d->resolution, "placement", SCALE, SHIFT, ROTATION);
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
    add(c, "--scale=%g,%g", SCALE, SCALE);
    add(c, "--shift=%g", d->aligned ? 0 : SHIFT);
    add(c, "--rotation=%g", d->aligned ? 0 : ROTATION);
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
    alf_study_say(run, "%s is made", path);
    status = execute(run, "data.log", c);
    if (status != ALF_OK) return status;
    json_t *result = json_pack("{s:b}", "made", 1);
    status = result ? alf_part_store(run->ctx, run->outdir, part, settings, result)
                    : alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for a part");
    json_decref(result);
    return status;
}

alf_status training_data_make(alf_study_run *run, const training_data *data, const char **path)
{
    char        name[256];
    command     c;
    const char *folder = alf_study_path(run, "data");
    if (!folder) return alf_ctx_status(run->ctx);
    snprintf(name, sizeof name, "data/%s.zip", data->label);
    const char *file = alf_study_path(run, name);
    alf_status  status = file ? alf_make_folder(run->ctx, folder) : alf_ctx_status(run->ctx);
    if (status != ALF_OK) return status;
    json_t *settings = data_settings(data);
    if (!settings) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for the settings of a data set");
    if (run->seed) json_object_set_new(settings, "seed", json_integer((json_int_t)run->seed));
    snprintf(name, sizeof name, "data_%s", data->label);
    data_command(run, data, file, &c);
    status = make_data(run, name, settings, file, &c);
    json_decref(settings);
    if (status == ALF_OK) *path = file;
    return status;
}

/* --- training ------------------------------------------------------------------------------------------------------- */

static json_t *job_settings(const alf_study_run *run, const training_job *j)
{
    return json_pack("{s:s, s:s, s:f, s:f, s:i, s:i, s:I, s:I, s:i, s:f, s:f, s:I}", "cfg", j->cfg, "data", j->data,
                     "kimg", j->kimg, "tick", j->tick, "snap", j->snap, "batch", j->batch, "channel_base",
                     (json_int_t)j->channel_base, "channel_max", (json_int_t)j->channel_max, "z_dim", j->z_dim, "gamma",
                     j->gamma, "rate", j->rate, "seed", (json_int_t)run->seed);
}

static void job_command(const alf_study_run *run, const training_job *j, const char *outdir, command *c)
{
    *c = (command){.count = 0};
    add(c, "train");
    add(c, "--outdir=%s", outdir);
    add(c, "--cfg=%s", j->cfg);
    add(c, "--data=%s", j->data);
    add(c, "--kimg=%.6g", j->kimg);
    add(c, "--tick=%.6g", j->tick);
    add(c, "--snap=%d", j->snap);
    add(c, "--batch=%d", j->batch);
    add(c, "--cbase=%lld", (long long)j->channel_base);
    add(c, "--cmax=%lld", (long long)j->channel_max);
    add(c, "--z-dim=%d", j->z_dim);
    add(c, "--w-dim=%d", j->z_dim);
    add(c, "--gamma=%.6g", j->gamma);
    add(c, "--glr=%.6g", j->rate);
    add(c, "--dlr=%.6g", j->rate);
    add(c, "--seed=%llu", (unsigned long long)run->seed);
    add(c, "--aug=noaug");
    add(c, "--mirror");
    add(c, "--metrics=none");
    add(c, "--grid=none");
}

/* The newest run folder, by its number: training goes on in it, or has ended there. */
static int is_run(const struct dirent *entry)
{
    return strspn(entry->d_name, "0123456789") == 5 && entry->d_name[5] == '-';
}

static bool newest_run(const char *outdir, char *folder, size_t size)
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

static alf_status list_snapshots(alf_study_run *run, const char *folder, int *count, training_snapshot **out)
{
    struct dirent **entries = NULL;
    const int       found = scandir(folder, &entries, is_snapshot, alphasort);
    if (found <= 0) {
        free(entries);
        return alf_fail(run->ctx, ALF_ERR_IO, "%s: no network is there after training", folder);
    }
    training_snapshot *list = calloc((size_t)found, sizeof *list);
    for (int i = 0; i < found; i++) {
        if (list) {
            list[i].kimg = strtod(entries[i]->d_name + sizeof SNAPSHOT - 1, NULL);
            snprintf(list[i].path, sizeof list[i].path, "%s/%s", folder, entries[i]->d_name);
        }
        free(entries[i]);
    }
    free(entries);
    if (!list) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for a list of networks");
    *count = found;
    *out = list;
    return ALF_OK;
}

/* Folder of the run that was trained with these settings: found, or trained now. */
static alf_status train(alf_study_run *run, const training_job *job, const char *outdir, const json_t *settings,
                        char *folder, size_t size)
{
    char    part[128], log[128];
    json_t *trained = NULL;
    command c;
    snprintf(part, sizeof part, "trained_%s", job->label);
    snprintf(log, sizeof log, "train_%s.log", job->label);
    alf_status  status = alf_part_find(run->ctx, run->outdir, part, settings, &trained);
    const char *name = trained ? json_string_value(json_object_get(trained, "folder")) : NULL;
    if (name) snprintf(folder, size, "%s/%s", outdir, name);
    json_decref(trained);
    if (status != ALF_OK || (name && is_there(folder))) return status;
    alf_study_say(run, "%s: training %s for %g kimg (%s)", job->label, job->cfg, job->kimg, log);
    job_command(run, job, outdir, &c);
    status = execute(run, log, &c);
    if (status != ALF_OK) return status;
    if (!newest_run(outdir, folder, size))
        return alf_fail(run->ctx, ALF_ERR_IO, "%s: no run is there after training", outdir);
    trained = json_pack("{s:s}", "folder", strrchr(folder, '/') + 1);
    status = trained ? alf_part_store(run->ctx, run->outdir, part, settings, trained)
                     : alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for a part");
    json_decref(trained);
    return status;
}

alf_status training_job_run(alf_study_run *run, const training_job *job, int *count, training_snapshot **out)
{
    char name[256], folder[4096];
    snprintf(name, sizeof name, "runs/%s", job->label);
    const char *outdir = alf_study_path(run, name);
    if (!outdir) return alf_ctx_status(run->ctx);
    alf_status status = alf_make_folder(run->ctx, outdir);
    if (status != ALF_OK) return status;
    json_t *settings = job_settings(run, job);
    if (!settings) return alf_fail(run->ctx, ALF_ERR_MEMORY, "out of memory for the settings of a training");
    status = train(run, job, outdir, settings, folder, sizeof folder);
    json_decref(settings);
    return status == ALF_OK ? list_snapshots(run, folder, count, out) : status;
}
