/* The metrics of a snapshot: sliced Wasserstein distances one by one, equivariance in one pass. */
#include "training/run_metrics.h"

#include <string.h>

#include "aliasfree/machine.h"
#include "core/core.h"
#include "training/run_journal.h"
#include "training/run_report.h"

static bool is_equivariance(const alf_metric *metric)
{
    return metric->kind < ALF_EQ_KINDS;
}

/* The kind of the metric and whether this network has it. The name was checked when the run began. */
static alf_status metric_at(const alf_run_job *job, int index, alf_metric *out, bool *applies)
{
    alf_status status = alf_metric_parse(job->ctx, job->options->metrics[index], out);

    if (!status)
        *applies = !is_equivariance(out) || alf_generator_has_transform(alf_trainer_generator(job->trainer, true));
    return status;
}

alf_status alf_run_metrics_introduce(const alf_run_job *job)
{
    alf_status status = ALF_OK;

    for (int i = 0; i < job->options->num_metrics && !status; i++) {
        alf_metric metric;
        bool       applies = true;
        status = metric_at(job, i, &metric, &applies);
        if (!status && !applies)
            status =
                alf_run_say(job, "metric %s is left out: %s has no input transform", metric.name, job->options->cfg);
    }
    return status;
}

/* --- lines ------------------------------------------------------------------------------------------------------------- */

/* The original's line; `more` is put behind it and released. */
static alf_status write_line(const alf_run_job *job, const char *name, double value, double seconds,
                             const char *snapshot, json_t *more)
{
    char       duration[32], file[ALF_RUN_JOURNAL_NAME];
    char      *text = NULL;
    json_t    *line;
    alf_status status;

    alf_machine_format_seconds(seconds, duration, sizeof duration);
    alf_run_metric_file(name, file);
    line = json_pack("{s:{s:o}, s:s, s:f, s:s, s:i, s:s, s:f}", "results", name, alf_run_real(value), "metric", name,
                     "total_time", seconds, "total_time_str", duration, "num_gpus", job->comm->size, "snapshot_pkl",
                     snapshot, "timestamp", alf_run_wall_clock());
    if (!line || !more || json_object_update(line, more)) {
        json_decref(line);
        line = NULL;
    }
    json_decref(more);
    status = alf_run_journal_json(job->ctx, job->folder, file, line, &text);
    if (!status) status = alf_run_say(job, "%s", text);
    alf_mem_free(text);
    return status;
}

/* --- measuring --------------------------------------------------------------------------------------------------------- */

static alf_status measure_distance(const alf_run_job *job, const alf_metric *metric, const char *snapshot)
{
    alf_swd_options options = alf_swd_options_default();
    alf_swd_result  result;
    json_t         *levels;
    alf_status      status =
        alf_measure_swd(alf_trainer_generator(job->trainer, true), job->data, metric->samples, &options, &result);

    if (status) return status;
    levels = json_object();
    for (int i = 0; i < result.levels; i++) {
        char size[32];
        alf_format(size, sizeof size, "%lld", (long long)result.resolution[i]);
        if (json_object_set_new(levels, size, alf_run_real(result.distance[i])) == 0) continue;
        json_decref(levels);
        levels = NULL; /* which the line below refuses */
    }
    return write_line(job, metric->name, result.mean, result.seconds, snapshot,
                      json_pack("{s:o, s:I}", "levels", levels, "samples", (json_int_t)metric->samples));
}

static alf_status measure_equivariance(const alf_run_job *job, int count, const alf_metric metrics[],
                                       alf_equivariance_result results[], const char *snapshot)
{
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_status               status;

    status = alf_measure_equivariance(alf_trainer_generator(job->trainer, true), count, metrics, &options, results);
    for (int i = 0; i < count && !status; i++) {
        const alf_equivariance_result *r = &results[i];
        status =
            write_line(job, r->metric.name, r->db, r->seconds, snapshot,
                       json_pack("{s:o, s:o, s:o, s:I}", "low", alf_run_real(r->low), "high", alf_run_real(r->high),
                                 "relative_db", alf_run_real(r->relative_db), "samples", (json_int_t)r->samples));
    }
    return status;
}

alf_status alf_run_metrics_evaluate(const alf_run_job *job, const char *snapshot)
{
    size_t                   room = (size_t)job->options->num_metrics;
    alf_metric              *metrics = alf_mem_alloc(job->ctx, room, sizeof *metrics);
    alf_equivariance_result *results = alf_mem_alloc(job->ctx, room, sizeof *results);
    alf_status               status = metrics && results ? ALF_OK : alf_ctx_status(job->ctx);
    int                      pooled = 0;

    for (size_t i = 0; i < room && !status; i++) {
        alf_metric metric;
        bool       applies = true;
        status = metric_at(job, (int)i, &metric, &applies);
        if (status || !applies) continue;
        if (is_equivariance(&metric))
            metrics[pooled++] = metric;
        else
            status = measure_distance(job, &metric, snapshot);
    }
    if (!status && pooled) status = measure_equivariance(job, pooled, metrics, results, snapshot);
    alf_mem_free(metrics);
    alf_mem_free(results);
    return status;
}
