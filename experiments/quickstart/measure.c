/* The figures of one network, the table of all and the JSON. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "common/eq_figures.h"
#include "quickstart.h"
#include "report/values.h"

enum { BATCH = 4 };

static const char *const METRIC_NAMES[ALF_EQ_KINDS] = {"EQ-T, whole pixels", "EQ-T, fractions", "EQ-R"};
static const char *const METRIC_KEYS[ALF_EQ_KINDS] = {"eqt_int", "eqt_frac", "eqr"};
static const char        NOT_APPLICABLE[] = "not applicable";

static alf_status measure(alf_generator *g, int64_t samples, quickstart_row *row)
{
    alf_equivariance_options options = alf_equivariance_options_default();
    options.batch = BATCH;
    options.translate_max = QUICKSTART_MOST_SHIFT;
    return eq_figures_measure(g, ALF_EQ_KINDS, samples, &options, row->results);
}

alf_status quickstart_measure(alf_ctx *ctx, int64_t samples, quickstart_row *row)
{
    alf_generator *g = NULL;
    alf_status     status = alf_generator_load(ctx, row->network, NULL, &g);
    if (status == ALF_OK) status = subject_from_generator(row->name, g, false, &row->subject);
    if (status != ALF_OK) {
        alf_generator_destroy(g);
        return status;
    }
    row->measured = alf_generator_has_transform(g);
    if (row->measured) status = measure(g, samples, row);
    return status == ALF_OK ? quickstart_draw(row) : status;
}

void quickstart_close(quickstart_row *row)
{
    alf_generator_destroy(row->subject.generator);
}

void quickstart_print_table(int count, const quickstart_row rows[])
{
    printf("\n%-14s %-20s %8s   %-20s %8s   %8s\n", "network", "metric", "dB", "95% interval", "relative", "samples");
    for (int i = 0; i < count; i++) {
        const quickstart_row *row = &rows[i];
        if (!row->measured)
            printf("%-14s %-20s %s: its input has no transform\n", row->name, "EQ-T, EQ-R", NOT_APPLICABLE);
        for (int k = 0; row->measured && k < ALF_EQ_KINDS; k++) {
            const alf_equivariance_result *r = &row->results[k];
            char                           interval[64] = "       -"; /* of one transform there is none */
            if (!isnan(r->low)) snprintf(interval, sizeof interval, "%8.2f to %-8.2f", r->low, r->high);
            printf("%-14s %-20s %8.2f   %-20s %8.2f   %8lld\n", row->name, METRIC_NAMES[k], r->db, interval,
                   r->relative_db, (long long)r->samples);
        }
    }
    printf(
        "dB: 10 log10(4 / mean squared error), more is better. Relative: the image's own variance in place of 4; of a\n"
        "network that is not trained this is the figure to look at, since its image has little contrast.\n\n");
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static json_t *finite_or_null(double value)
{
    json_t *real = json_real(value); /* refuses what JSON cannot say */
    return real ? real : json_null();
}

static json_t *metrics_json(const quickstart_row *row)
{
    json_t *metrics = json_object();
    for (int k = 0; k < ALF_EQ_KINDS; k++) {
        const alf_equivariance_result *r = &row->results[k];
        json_object_set_new(metrics, METRIC_KEYS[k],
                            row->measured ? json_pack("{s:o, s:[o, o], s:o, s:I, s:f}", "db", finite_or_null(r->db),
                                                      "interval95", finite_or_null(r->low), finite_or_null(r->high),
                                                      "relative_db", finite_or_null(r->relative_db), "samples",
                                                      (json_int_t)r->samples, "seconds", r->seconds)
                                          : json_string(NOT_APPLICABLE));
    }
    return metrics;
}

static json_t *row_json(const quickstart_row *row)
{
    const alf_plan *plan = alf_generator_plan(row->subject.generator);
    return json_pack("{s:s, s:o, s:i, s:I, s:o, s:o, s:{s:o, s:o}}", "name", row->name, "network",
                     alf_json_text(row->network), "resolution", plan->config.img_resolution, "num_parameters",
                     (json_int_t)plan->num_parameters, "metrics", metrics_json(row), "picture",
                     alf_json_text(row->picture), "contrast", "grey", finite_or_null(row->grey), "range",
                     finite_or_null(row->range));
}

alf_status quickstart_write_json(alf_ctx *ctx, const char *path, int count, const quickstart_row rows[])
{
    json_t *list = json_array();
    int     failed = 0;
    for (int i = 0; i < count; i++) failed |= json_array_append_new(list, row_json(&rows[i]));
    json_t    *all = json_pack("{s:s, s:o}", "version", alf_version(), "networks", list);
    char      *text = failed ? NULL : json_dumps(all, JSON_INDENT(2));
    alf_status status =
        text ? alf_text_write(ctx, path, text) : alf_fail(ctx, ALF_ERR_MEMORY, "%s: out of memory", path);
    free(text);
    json_decref(all);
    return status;
}
