/* Names of metrics: eqt50k_int, eqt64_frac, eqr50k, swd16k. */
#include <stdlib.h>
#include <string.h>

#include "aliasfree/metrics.h"
#include "core/core.h"
#include "metrics/limits.h"

alf_status alf_metric_parse(alf_ctx *ctx, const char *name, alf_metric *out)
{
    static const struct {
        const char     *start, *end;
        alf_metric_kind kind;
    } forms[] = {
        {"eqt", "_int", ALF_EQT_INT}, {"eqt", "_frac", ALF_EQT_FRAC}, {"eqr", "", ALF_EQR}, {"swd", "", ALF_SWD}};
    if (!name || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_metric_parse: name or out is NULL");
    const size_t length = strlen(name);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t start = strlen(forms[i].start), end = strlen(forms[i].end);
        if (length <= start + end || length >= sizeof out->name || strncmp(name, forms[i].start, start) != 0 ||
            strcmp(name + length - end, forms[i].end) != 0)
            continue;
        char    digits[32];
        size_t  middle = length - start - end;
        int64_t samples;
        memcpy(digits, name + start, middle);
        digits[middle] = '\0';
        bool thousand = digits[middle - 1] == 'k';
        if (thousand) digits[--middle] = '\0';
        if (digits[0] < '0' || digits[0] > '9' || !alf_parse_i64(digits, &samples)) break;
        if (samples < 1 || samples > ALF_MOST_METRIC_SAMPLES / (thousand ? 1000 : 1))
            return alf_fail(ctx, ALF_ERR_RANGE, "metric %s: expected 1 to %d samples", name, ALF_MOST_METRIC_SAMPLES);
        *out = (alf_metric){.kind = forms[i].kind, .samples = samples * (thousand ? 1000 : 1)};
        memcpy(out->name, name, length + 1);
        return ALF_OK;
    }
    return alf_fail(ctx, ALF_ERR_ARGUMENT,
                    "there is no metric '%.64s': expected eqt<N>_int, eqt<N>_frac, eqr<N> or swd<N>, where <N> is a "
                    "number of samples, with k for thousands, as in eqt50k_int or eqr64",
                    name);
}
