/* aliasfree metrics: how equivariant a network is, and how far its images are from those of a data set. */
#include <string.h>

#include "metric_name.h"
#include "metric_results.h"
#include "network_file.h"

enum { MAX_METRICS = 64 };

static const alf_cli_option table[] = {
    ALF_CLI_NETWORK_OPTION,
    ALF_CLI_KEY_OPTION,
    {.name = "metrics",
     .kind = ALF_CLI_TEXT,
     .value = "LIST",
     .fallback = "eqt50k_int,eqt50k_frac,eqr50k",
     .help =
         "what to measure: eqt<N>_int (shifts by whole pixels), eqt<N>_frac (by fractions), eqr<N> (rotations), all "
         "in dB; swd<N> (sliced Wasserstein distance to --data); N samples, 50k for 50000"},
    {.name = "data",
     .kind = ALF_CLI_TEXT,
     .value = "SET",
     .path = ALF_CLI_FILE,
     .help = "data set that swd compares with: a folder or a zip"},
    {.name = "mirror", .kind = ALF_CLI_BOOL, .value = "BOOL", .help = "mirrored pictures belong to the data set too"},
    {.name = "batch",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "4",
     .low = 1,
     .high = 4096,
     .help = "images at a time; they share a transform, and the 95% interval is over transforms, so it takes two "
             "batches, to whole ones of which samples are rounded up"},
    {.name = "seed",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "0",
     .high = 9007199254740992.0,
     .help = "decides latents, transforms, classes, patches and projections"},
    {.name = "class",
     .kind = ALF_CLI_INT,
     .value = "N",
     .high = 65535,
     .help = "class of a conditional network; unless given, a random one for each image, with swd one of the data set"},
    {.name = "outdir",
     .kind = ALF_CLI_TEXT,
     .value = "DIR",
     .path = ALF_CLI_FOLDER,
     .help = "append each result to metric-NAME.jsonl there"},
    {.name = "json", .kind = ALF_CLI_FLAG, .help = "print one line of JSON for each metric"},
    {.name = NULL}};

typedef struct {
    const alf_cli         *cli;
    alf_generator         *g;
    int                    class_index, count;
    alf_cli_metric_result *results; /* [count], in the order of the list */
} measurement;

static bool measures(const measurement *m, bool swd)
{
    for (int i = 0; i < m->count; i++)
        if ((m->results[i].metric.kind == ALF_SWD) == swd) return true;
    return false;
}

/* --- the list of metrics ---------------------------------------------------------------------------------------------- */

/* Reads the next name of the list, which ends at a comma. */
static int read_metric(measurement *m, const char *name, alf_metric metrics[MAX_METRICS])
{
    char   text[64];
    size_t length = strcspn(name, ",");
    if (m->count == MAX_METRICS) return alf_cli_usage_error(m->cli, "--metrics: more than %d", MAX_METRICS);
    snprintf(text, sizeof text, "%.*s", (int)(length < sizeof text ? length : sizeof text - 1), name);
    int exit_code = alf_cli_read_metric(m->cli, text, m->count, metrics, &metrics[m->count]);
    if (exit_code == ALF_CLI_OK) m->results[m->count] = (alf_cli_metric_result){.metric = metrics[m->count]};
    if (exit_code == ALF_CLI_OK) m->count++;
    return exit_code;
}

static int read_metrics(measurement *m)
{
    const alf_cli *c = m->cli;
    const char    *list = alf_cli_text(c, "metrics");
    alf_metric     metrics[MAX_METRICS] = {{.samples = 0}};
    for (const char *name = list; name; name = strchr(name, ',') ? strchr(name, ',') + 1 : NULL) {
        int exit_code = read_metric(m, name, metrics);
        if (exit_code != ALF_CLI_OK) return exit_code;
        const alf_metric *read = &metrics[m->count - 1];
        if (read->kind == ALF_SWD && !alf_cli_given(c, "data"))
            return alf_cli_usage_error(c, "--metrics: %s needs --data", read->name);
    }
    if (alf_cli_given(c, "data") && !measures(m, true))
        alf_cli_warn(c, "--data is ignored: only swd<N> in --metrics compares with it");
    return ALF_CLI_OK;
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

/* All metrics of equivariance, on the same images. */
static int measure_equivariance(measurement *m)
{
    const alf_cli           *c = m->cli;
    alf_equivariance_options options = alf_equivariance_options_default();
    alf_equivariance_result  results[MAX_METRICS];
    alf_metric               metrics[MAX_METRICS];
    int                      count = 0;
    for (int i = 0; i < m->count; i++)
        if (m->results[i].metric.kind != ALF_SWD) metrics[count++] = m->results[i].metric;
    options.batch = read_batch(c, count, metrics);
    options.seed = (uint64_t)alf_cli_int(c, "seed");
    options.class_index = m->class_index;
    if (alf_measure_equivariance(m->g, count, metrics, &options, results) != ALF_OK) return alf_cli_failure(c);
    for (int i = m->count - 1; i >= 0; i--)
        if (m->results[i].metric.kind != ALF_SWD) m->results[i].equivariance = results[--count];
    return ALF_CLI_OK;
}

static int measure_swd(measurement *m, alf_dataset *data)
{
    const alf_cli  *c = m->cli;
    alf_swd_options options = alf_swd_options_default();
    options.batch = alf_cli_int(c, "batch");
    options.seed = (uint64_t)alf_cli_int(c, "seed");
    options.class_index = m->class_index;
    for (int i = 0; i < m->count; i++) {
        alf_cli_metric_result *r = &m->results[i];
        if (r->metric.kind != ALF_SWD) continue;
        if (alf_measure_swd(m->g, data, r->metric.samples, &options, &r->swd) != ALF_OK) return alf_cli_failure(c);
    }
    return ALF_CLI_OK;
}

static int measure_against_data(measurement *m)
{
    const alf_cli      *c = m->cli;
    alf_dataset_options options = alf_dataset_options_default();
    alf_dataset        *data;
    options.labels = alf_generator_plan(m->g)->config.c_dim > 0 && m->class_index < 0;
    options.mirror = alf_cli_flag(c, "mirror");
    options.seed = (uint64_t)alf_cli_int(c, "seed");
    if (alf_dataset_open(c->ctx, alf_cli_text(c, "data"), &options, &data) != ALF_OK) return alf_cli_failure(c);
    const int exit_code = measure_swd(m, data);
    alf_dataset_destroy(data);
    return exit_code;
}

/* What takes longest comes last, so that what cannot be done shows early. */
static int measure(measurement *m)
{
    const alf_cli *c = m->cli;
    const char    *folder = alf_cli_text(c, "outdir");
    int            exit_code = alf_cli_read_class(c, m->g, &m->class_index);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (measures(m, false) && !alf_generator_has_transform(m->g))
        return alf_cli_error(c, "%s has no input transform: equivariance metrics are not applicable",
                             alf_cli_text(c, "network"));
    if (folder && alf_make_folder(c->ctx, folder) != ALF_OK) return alf_cli_failure(c);
    if (measures(m, true)) exit_code = measure_against_data(m);
    if (exit_code == ALF_CLI_OK && measures(m, false)) exit_code = measure_equivariance(m);
    return exit_code == ALF_CLI_OK ? alf_cli_tell_metrics(c, m->count, m->results) : exit_code;
}

static int run(alf_cli *c)
{
    alf_cli_metric_result results[MAX_METRICS];
    measurement           m = {.cli = c, .results = results};
    int                   exit_code = read_metrics(&m);
    if (exit_code != ALF_CLI_OK) return exit_code;
    m.g = alf_cli_load_network(c);
    if (!m.g) return ALF_CLI_FAILED;
    exit_code = measure(&m);
    alf_generator_destroy(m.g);
    return exit_code;
}

const alf_cli_command alf_cli_metrics = {
    .name = "metrics",
    .summary = "measure equivariance to translation and rotation, and the distance to a data set",
    .options = table,
    .notes =
        {"Metrics of equivariance are measured together, on the same images: progress and time are those of all of "
         "them.",
         "swd<N> compares N generated images (truncation 1, as bytes) with N pictures of --data, which is walked "
         "through again where it has fewer: 128 random patches of 7x7 pixels of each image and level of the "
         "Laplacian pyramid, from the full resolution down to 16 pixels, projected on 512 random directions; "
         "times 1000, the mean over levels. Both sets are cut at the same places. Images of StyleGAN3, which "
         "normalises styles over a batch, depend on --batch. N must be the same to compare figures: small N make them "
         "larger."},
    .takes = ALF_CLI_TAKES_NUMBERS,
    .run = run,
};
