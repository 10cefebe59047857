#include <math.h>
#include <stdio.h>
#include <string.h>

#include "archive_figures.h"
#include "network_file.h"
#include "report/printable.h"

/* --- arrays ----------------------------------------------------------------------------------------------------------- */

enum { BLOCK = 4096 }; /* elements that are converted at a time */

typedef void (*value_fn)(void *user, double value);

static void for_each_value(const alf_array *array, value_fn fn, void *user)
{
    double values[BLOCK];
    for (int64_t first = 0; first < array->count; first += BLOCK) {
        int64_t count = array->count - first < BLOCK ? array->count - first : BLOCK;
        alf_array_read_f64(array, first, count, values);
        for (int64_t i = 0; i < count; i++) fn(user, values[i]);
    }
}

typedef struct {
    int64_t finite, non_finite;
    double  sum, min, max;
    double  mean, squares; /* of the second pass: squared distances from the mean */
} sums;

static void add_value(void *user, double value)
{
    sums *s = user;
    if (!isfinite(value)) {
        s->non_finite++;
        return;
    }
    s->finite++;
    s->sum += value;
    s->min = fmin(s->min, value);
    s->max = fmax(s->max, value);
}

static void add_square(void *user, double value)
{
    sums *s = user;
    if (isfinite(value)) s->squares += (value - s->mean) * (value - s->mean);
}

alf_cli_array_figures alf_cli_measure_array(const alf_array *array)
{
    sums s = {.min = INFINITY, .max = -INFINITY};
    for_each_value(array, add_value, &s);
    if (s.finite == 0) return (alf_cli_array_figures){.non_finite = s.non_finite};
    s.mean = s.sum / (double)s.finite;
    for_each_value(array, add_square, &s);
    return (alf_cli_array_figures){.non_finite = s.non_finite,
                                   .min = s.min,
                                   .max = s.max,
                                   .mean = s.mean,
                                   .std = sqrt(s.squares / (double)s.finite)};
}

const char *alf_cli_dtype_name(alf_dtype dtype)
{
    static const char *const names[] = {
        [ALF_F32] = "F32", [ALF_F64] = "F64", [ALF_F16] = "F16", [ALF_BF16] = "BF16", [ALF_U8] = "U8",
        [ALF_I8] = "I8",   [ALF_I32] = "I32", [ALF_I64] = "I64", [ALF_BOOL] = "BOOL"};
    return names[dtype];
}

/* --- networks --------------------------------------------------------------------------------------------------------- */

bool alf_cli_belongs_to(const char *name, const char *key)
{
    size_t length = strlen(key);
    return strncmp(name, key, length) == 0 && name[length] == '.';
}

/* The first array whose name is not before "<key>."; those of the network follow each other, since arrays are sorted. */
static int64_t first_array(const alf_archive *archive, const char *key)
{
    int64_t low = 0, high = alf_archive_count(archive);
    size_t  length = strlen(key);
    while (low < high) {
        int64_t     middle = low + (high - low) / 2;
        const char *name = alf_archive_at(archive, middle)->name;
        int         order = strncmp(name, key, length);
        if (order < 0 || (order == 0 && (unsigned char)name[length] < '.'))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void count_elements(const alf_archive *archive, alf_cli_network_figures *network)
{
    for (int64_t i = first_array(archive, network->key); i < alf_archive_count(archive); i++) {
        const alf_array *array = alf_archive_at(archive, i);
        if (!alf_cli_belongs_to(array->name, network->key)) break;
        network->tensors++;
        *(alf_cli_is_buffer(array->name) ? &network->buffers : &network->parameters) += array->count;
    }
}

bool alf_cli_next_network(const alf_archive *archive, int64_t *next, alf_cli_network_figures *out)
{
    static const char suffix[] = ".class";

    for (; *next < alf_archive_meta_count(archive); ++*next) {
        alf_cli_network_figures network = {.tensors = 0};
        char                    kwargs_key[sizeof network.key + 16];
        const char             *meta = alf_archive_meta_key(archive, *next);
        size_t                  length = strlen(meta), tail = sizeof suffix - 1;
        if (length <= tail || length - tail >= sizeof network.key || strcmp(meta + length - tail, suffix) != 0)
            continue;
        memcpy(network.key, meta, length - tail);
        snprintf(kwargs_key, sizeof kwargs_key, "%s.init_kwargs", network.key);
        network.class_name = alf_archive_meta(archive, meta);
        network.init_kwargs = alf_archive_meta(archive, kwargs_key);
        count_elements(archive, &network);
        ++*next;
        *out = network;
        return true;
    }
    return false;
}

bool alf_cli_has_network(const alf_archive *archive, const char *key)
{
    alf_cli_network_figures n;
    for (int64_t next = 0; alf_cli_next_network(archive, &next, &n);)
        if (strcmp(n.key, key) == 0) return true;
    return false;
}

void alf_cli_put_network(const char *before, const alf_cli_network_figures *network)
{
    printf("%s", before);
    alf_put_text(stdout, network->key);
    printf(": ");
    alf_put_text(stdout, network->class_name);
    printf(", %lld tensor%s, %lld parameters", (long long)network->tensors, alf_cli_plural(network->tensors),
           (long long)network->parameters);
}
