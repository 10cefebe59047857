/* aliasfree metrics: how equivariant a network is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "network_file.h"
#include "progress.h"

enum { MAX_METRICS = 64 };

static const alf_cli_option table[] = {
    ALF_CLI_NETWORK_OPTION,
    ALF_CLI_KEY_OPTION,
    {.name = "metrics",
     .kind = ALF_CLI_TEXT,
     .value = "LIST",
     .fallback = "eqt50k_int,eqt50k_frac,eqr50k",
     .help = "what to measure: eqt<N>_int (shifts by whole pixels), eqt<N>_frac (by fractions), eqr<N> (rotations); N "
             "samples, 50k for 50000, rounded up to whole batches"},
    {.name = "batch",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "4",
     .low = 1,
     .high = 4096,
     .help = "images that share a transform; the 95% interval is over transforms, so it takes two batches"},
    {.name = "seed",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "0",
     .high = 9007199254740992.0,
     .help = "decides latents, transforms and classes"},
    {.name = "class",
     .kind = ALF_CLI_INT,
     .value = "N",
     .high = 65535,
     .help = "class of a conditional network; a random one for each image unless given"},
    {.name = "outdir", .kind = ALF_CLI_TEXT, .value = "DIR", .help = "append each result to metric-NAME.jsonl there"},
    {.name = "json", .kind = ALF_CLI_FLAG, .help = "print one line of JSON for each metric"},
    {.name = NULL}};

/* --- the list of metrics ---------------------------------------------------------------------------------------------- */

/* Reads one name of the list, from `name` up to the next comma. */
static int read_metric(const alf_cli *c, const char *name, alf_metric *out)
{
    char   text[64];
    size_t length = strcspn(name, ",");
    snprintf(text, sizeof text, "%.*s", (int)(length < sizeof text ? length : sizeof text - 1), name);
    if (alf_metric_parse(c->ctx, text, out) == ALF_OK) return ALF_CLI_OK;
    return alf_cli_usage_error(c, "--metrics: %s", alf_ctx_message(c->ctx));
}

static int read_metrics(const alf_cli *c, alf_metric metrics[MAX_METRICS], int *count)
{
    const char *list = alf_cli_text(c, "metrics");
    for (const char *name = list; name; name = strchr(name, ',') ? strchr(name, ',') + 1 : NULL) {
        if (*count == MAX_METRICS) return alf_cli_usage_error(c, "--metrics: more than %d", MAX_METRICS);
        int exit_code = read_metric(c, name, &metrics[*count]);
        if (exit_code != ALF_CLI_OK) return exit_code;
        ++*count;
    }
    return ALF_CLI_OK;
}

/* --- results ------------------------------------------------------------------------------------------------------------ */

/* The original's line, and beside it what the original does not tell. */
static json_t *result_json(const alf_cli *c, const alf_equivariance_result *r)
{
    char            duration[32];
    struct timespec now;
    const char     *name = r->metric.name;
    clock_gettime(CLOCK_REALTIME, &now);
    alf_cli_format_time(r->seconds, duration, sizeof duration);
    return json_pack("{s:{s:o}, s:s, s:f, s:s, s:i, s:o, s:f, s:o, s:o, s:o, s:I}", "results", name,
                     alf_cli_json_real(r->db), "metric", name, "total_time", r->seconds, "total_time_str", duration,
                     "num_gpus", 0, "snapshot_pkl", alf_cli_json_text(alf_cli_text(c, "network")), "timestamp",
                     (double)now.tv_sec + 1e-9 * (double)now.tv_nsec, "low", alf_cli_json_real(r->low), "high",
                     alf_cli_json_real(r->high), "relative_db", alf_cli_json_real(r->relative_db), "samples",
                     (json_int_t)r->samples);
}

/* Appends the result's line to metric-NAME.jsonl in the folder. */
static int append_result(const alf_cli *c, const char *folder, const alf_equivariance_result *r)
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

static void print_table(int count, const alf_equivariance_result results[])
{
    printf("%-16s %9s %21s %12s %9s %9s\n", "metric", "dB", "95% interval", "relative dB", "samples", "time");
    for (int i = 0; i < count; i++) {
        const alf_equivariance_result *r = &results[i];
        char                           interval[64] = "-", duration[32];
        if (!isnan(r->low)) snprintf(interval, sizeof interval, "%.2f to %.2f", r->low, r->high);
        alf_cli_format_time(r->seconds, duration, sizeof duration);
        printf("%-16s %9.2f %21s %12.2f %9lld %9s\n", r->metric.name, r->db, interval, r->relative_db,
               (long long)r->samples, duration);
    }
}

static int tell(const alf_cli *c, int count, const alf_equivariance_result results[])
{
    const char *folder = alf_cli_text(c, "outdir");
    int         exit_code = ALF_CLI_OK;
    if (!alf_cli_flag(c, "json")) print_table(count, results);
    for (int i = 0; i < count && exit_code == ALF_CLI_OK; i++) {
        if (alf_cli_flag(c, "json")) exit_code = alf_cli_print_json(c, result_json(c, &results[i]), true);
        if (exit_code == ALF_CLI_OK && folder) exit_code = append_result(c, folder, &results[i]);
    }
    return exit_code;
}

/* --- running ------------------------------------------------------------------------------------------------------------ */

/* More images under one transform than the largest metric has samples would be measured for nothing. */
static int64_t read_batch(const alf_cli *c, int count, const alf_metric metrics[])
{
    int64_t batch = alf_cli_int(c, "batch"), most = 1;
    for (int i = 0; i < count; i++) most = metrics[i].samples > most ? metrics[i].samples : most;
    if (batch <= most) return batch;
    if (alf_cli_given(c, "batch"))
        alf_cli_warn(c, "--batch: %lld instead of %lld: no metric has more samples", (long long)most, (long long)batch);
    return most;
}

static int measure(const alf_cli *c, alf_generator *g, int count, const alf_metric metrics[])
{
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_equivariance_result  results[MAX_METRICS];
    const char              *folder = alf_cli_text(c, "outdir");
    options.batch = read_batch(c, count, metrics);
    options.seed = (uint64_t)alf_cli_int(c, "seed");
    int exit_code = alf_cli_read_class(c, g, &options.class_index);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (!alf_generator_has_transform(g))
        return alf_cli_error(c, "%s has no input transform: equivariance metrics are not applicable",
                             alf_cli_text(c, "network"));
    if (folder && alf_make_folder(c->ctx, folder) != ALF_OK) return alf_cli_failure(c);
    if (alf_measure_equivariance(g, count, metrics, &options, results) != ALF_OK) return alf_cli_failure(c);
    return tell(c, count, results);
}

static int run(alf_cli *c)
{
    alf_metric metrics[MAX_METRICS];
    int        count = 0;
    int        exit_code = read_metrics(c, metrics, &count);
    if (exit_code != ALF_CLI_OK) return exit_code;
    alf_generator *g = alf_cli_load_network(c);
    if (!g) return ALF_CLI_FAILED;
    exit_code = measure(c, g, count, metrics);
    alf_generator_destroy(g);
    return exit_code;
}

const alf_cli_command alf_cli_metrics = {
    .name = "metrics",
    .summary = "measure equivariance to translation and rotation",
    .options = table,
    .notes = {"Metrics are measured together, on the same images: progress and time are those of all of them."},
    .run = run,
};
