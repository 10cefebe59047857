#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "metric_results.h"
#include "report/values.h"

static bool is_swd(const alf_cli_metric_result *r)
{
    return r->metric.kind == ALF_SWD;
}

static double seconds_of(const alf_cli_metric_result *r)
{
    return is_swd(r) ? r->swd.seconds : r->equivariance.seconds;
}

/* --- JSON ----------------------------------------------------------------------------------------------------------------- */

/* What the original does not tell. NULL without memory. */
static json_t *details_json(const alf_cli_metric_result *r)
{
    json_t *resolutions, *distances;
    if (!is_swd(r))
        return json_pack("{s:o, s:o, s:o, s:I}", "low", alf_cli_json_real(r->equivariance.low), "high",
                         alf_cli_json_real(r->equivariance.high), "relative_db",
                         alf_cli_json_real(r->equivariance.relative_db), "samples",
                         (json_int_t)r->equivariance.samples);
    resolutions = json_array();
    distances = json_array();
    for (int i = 0; i < r->swd.levels; i++) {
        resolutions = alf_json_add(resolutions, json_integer((json_int_t)r->swd.resolution[i]));
        distances = alf_json_add(distances, alf_cli_json_real(r->swd.distance[i]));
    }
    return json_pack("{s:o, s:o, s:I}", "resolutions", resolutions, "distances", distances, "samples",
                     (json_int_t)r->metric.samples);
}

/* The original's line, and the details behind. */
static json_t *result_json(const alf_cli *c, const alf_cli_metric_result *r)
{
    char            duration[32];
    struct timespec now;
    const char     *name = r->metric.name;
    clock_gettime(CLOCK_REALTIME, &now);
    alf_machine_format_seconds(seconds_of(r), duration, sizeof duration);
    json_t    *json = json_pack("{s:{s:o}, s:s, s:f, s:s, s:i, s:o, s:f}", "results", name,
                                alf_cli_json_real(is_swd(r) ? r->swd.mean : r->equivariance.db), "metric", name,
                                "total_time", seconds_of(r), "total_time_str", duration, "num_gpus", 0, "snapshot_pkl",
                                alf_json_text(alf_cli_text(c, "network")), "timestamp",
                                (double)now.tv_sec + 1e-9 * (double)now.tv_nsec);
    json_t    *details = details_json(r);
    const bool complete = json && details && json_object_update(json, details) == 0;
    json_decref(details);
    if (complete) return json;
    json_decref(json);
    return NULL;
}

/* Appends the result's line to metric-NAME.jsonl in the folder. */
static int append_result(const alf_cli *c, const char *folder, const alf_cli_metric_result *r)
{
    json_t    *json = result_json(c, r);
    char      *line = json ? json_dumps(json, JSON_REAL_PRECISION(17)) : NULL;
    char      *file = alf_cli_concat("/metric-", r->metric.name, ".jsonl", NULL);
    char      *path = file ? alf_cli_concat(folder, file, NULL, NULL) : NULL;
    alf_status status = ALF_ERR_MEMORY;
    if (line && path)
        status = alf_text_append_line(c->ctx, path, line);
    else
        (void)alf_fail(c->ctx, status, "out of memory for a line of JSON");
    json_decref(json);
    free(line);
    free(file);
    free(path);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}

/* --- tables --------------------------------------------------------------------------------------------------------------- */

static void print_equivariance(const alf_cli_metric_result *result, const char *duration)
{
    const alf_equivariance_result *r = &result->equivariance;
    char                           interval[64] = "-";
    if (!isnan(r->low)) snprintf(interval, sizeof interval, "%.2f to %.2f", r->low, r->high);
    printf("%-16s %9.2f %21s %12.2f %9lld %9s\n", r->metric.name, r->db, interval, r->relative_db,
           (long long)r->samples, duration);
}

static void print_swd(const alf_cli_metric_result *result, const char *duration)
{
    const alf_swd_result *r = &result->swd;
    printf("%-16s %9.2f %9lld %9s ", result->metric.name, r->mean, (long long)result->metric.samples, duration);
    for (int i = 0; i < r->levels; i++) printf(" %lld: %.2f", (long long)r->resolution[i], r->distance[i]);
    printf("\n");
}

/* The results of one kind of table, under its heading, if there are any. */
static void print_table(int count, const alf_cli_metric_result results[], bool swd)
{
    bool headed = false;
    for (int i = 0; i < count; i++) {
        char duration[32];
        if (is_swd(&results[i]) != swd) continue;
        if (!headed && swd)
            printf("%-16s %9s %9s %9s  %s\n", "metric", "x 1000", "samples", "time", "at resolutions");
        else if (!headed)
            printf("%-16s %9s %21s %12s %9s %9s\n", "metric", "dB", "95% interval", "relative dB", "samples", "time");
        headed = true;
        alf_machine_format_seconds(seconds_of(&results[i]), duration, sizeof duration);
        (swd ? print_swd : print_equivariance)(&results[i], duration);
    }
}

int alf_cli_tell_metrics(const alf_cli *c, int count, const alf_cli_metric_result results[])
{
    const char *folder = alf_cli_text(c, "outdir");
    int         exit_code = ALF_CLI_OK;
    for (int swd = 0; swd < 2 && !alf_cli_flag(c, "json"); swd++) print_table(count, results, swd != 0);
    for (int i = 0; i < count && exit_code == ALF_CLI_OK; i++) {
        if (alf_cli_flag(c, "json")) exit_code = alf_cli_print_json(c, result_json(c, &results[i]), true);
        if (exit_code == ALF_CLI_OK && folder) exit_code = append_result(c, folder, &results[i]);
    }
    return exit_code;
}
