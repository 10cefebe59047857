/* Settings walk over their table: checks, and init_kwargs in and out. */
#include "models/settings.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "io/escape.h"
#include "io/json_load.h"

enum { MOST_TAPS = 8 };

const char *const alf_architecture_words[] = {"skip", "resnet", "orig"};

/* --- values in a configuration ----------------------------------------------------------------------------------------- */

static const void *at(const void *config, size_t offset)
{
    return (const char *)config + offset;
}

static void *spot(void *config, size_t offset)
{
    return (char *)config + offset;
}

/* The value of a numeric setting. */
static double number_of(const void *config, const alf_setting *s)
{
    const void *value = at(config, s->offset);
    switch (s->kind) {
    case ALF_SETTING_INT:
    case ALF_SETTING_CHOICE: /* an enumeration, which has the size of an int */
    case ALF_SETTING_INT_OR_NULL: return *(const int *)value;
    case ALF_SETTING_I64: return (double)*(const int64_t *)value;
    case ALF_SETTING_REAL:
    case ALF_SETTING_CLAMP: return *(const double *)value;
    case ALF_SETTING_BOOL: return *(const bool *)value;
    default: return 0;
    }
}

static void set_number(void *config, const alf_setting *s, double number)
{
    void *value = spot(config, s->offset);
    switch (s->kind) {
    case ALF_SETTING_INT:
    case ALF_SETTING_CHOICE:
    case ALF_SETTING_INT_OR_NULL: *(int *)value = (int)number; break;
    case ALF_SETTING_I64: *(int64_t *)value = (int64_t)number; break;
    case ALF_SETTING_REAL:
    case ALF_SETTING_CLAMP: *(double *)value = number; break;
    case ALF_SETTING_BOOL: *(bool *)value = number != 0; break;
    default: break;
    }
}

static int taps_of(const void *config, const alf_setting *s, const double **taps)
{
    *taps = at(config, s->offset);
    return *(const int *)at(config, s->count);
}

static bool belongs(const alf_settings *settings, const alf_setting *s)
{
    return (s->families & settings->family) != 0;
}

/* --- checks ------------------------------------------------------------------------------------------------------------ */

static alf_status check_taps(alf_ctx *ctx, const void *config, const alf_setting *s, const char *origin)
{
    const double *taps;
    const int     count = taps_of(config, s, &taps);
    double        sum = 0;
    if (count < 1 || count > MOST_TAPS)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: %s has %d taps: expected 1 to %d", origin, s->name, count, MOST_TAPS);
    for (int i = 0; i < count; i++) sum += taps[i];
    if (!(isfinite(sum) && sum != 0))
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: %s sums to %g: expected a finite sum other than 0", origin, s->name,
                        sum);
    return ALF_OK;
}

static alf_status check_number(alf_ctx *ctx, const void *config, const alf_setting *s, const char *origin)
{
    double value = number_of(config, s);
    bool   none = s->kind == ALF_SETTING_CLAMP && isinf(value) && value > 0;
    if (s->low == s->high || none || (value >= s->low && value <= s->high)) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_RANGE, "%s: %s is %g: expected %g to %g", origin, s->name, value, s->low, s->high);
}

static alf_status check_table(alf_ctx *ctx, const alf_settings *settings, const alf_setting *table, const void *config,
                              const char *origin)
{
    alf_status status = ALF_OK;
    for (const alf_setting *s = table; s->name && status == ALF_OK; s++) {
        if (!belongs(settings, s)) continue;
        if (s->kind == ALF_SETTING_TAPS)
            status = check_taps(ctx, config, s, origin);
        else if (s->kind != ALF_SETTING_OBJECT)
            status = check_number(ctx, config, s, origin);
        else if (s->detail != settings->table) /* a table that contains itself says nothing new */
            status = check_table(ctx, settings, s->detail, config, origin);
    }
    return status;
}

alf_status alf_settings_check(alf_ctx *ctx, const alf_settings *settings, const void *config, const char *origin)
{
    return check_table(ctx, settings, settings->table, config, origin);
}

/* --- reading ----------------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_ctx            *ctx;
    const alf_settings *settings;
    const char         *origin;
    void               *config;
} reader;

static alf_status bad_value(const reader *r, const alf_setting *s, const json_t *value, const char *expected)
{
    char      *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    alf_status status = alf_fail(r->ctx, ALF_ERR_FORMAT, "%s: init_kwargs: %s is %s: expected %s", r->origin, s->name,
                                 alf_escape(text ? text : "?").text, expected);
    free(text);
    return status;
}

static alf_status read_taps(const reader *r, const alf_setting *s, const json_t *value)
{
    double *taps = spot(r->config, s->offset);
    size_t  count = json_array_size(value);
    if (count < 1 || count > MOST_TAPS) return bad_value(r, s, value, "a list of 1 to 8 numbers");
    for (size_t i = 0; i < count; i++) {
        const json_t *tap = json_array_get(value, i);
        if (!json_is_number(tap)) return bad_value(r, s, value, "a list of 1 to 8 numbers");
        taps[i] = json_number_value(tap);
    }
    *(int *)spot(r->config, s->count) = (int)count;
    return ALF_OK;
}

/* "a", "b" or "c" */
static void list_words(const alf_setting *s, char *text, size_t size)
{
    const char *const *words = s->detail;
    size_t             used = 0;
    for (int i = 0; i <= (int)s->high && used < size; i++)
        used += (size_t)alf_format(text + used, size - used, "%s\"%s\"",
                                   i == 0             ? ""
                                   : i < (int)s->high ? ", "
                                                      : " or ",
                                   words[i]);
}

static alf_status read_choice(const reader *r, const alf_setting *s, const json_t *value)
{
    const char *const *words = s->detail;
    char               expected[120];
    for (int i = 0; i <= (int)s->high; i++)
        if (json_is_string(value) && strcmp(json_string_value(value), words[i]) == 0) {
            set_number(r->config, s, i);
            return ALF_OK;
        }
    list_words(s, expected, sizeof expected);
    return bad_value(r, s, value, expected);
}

static alf_status read_number(const reader *r, const alf_setting *s, const json_t *value)
{
    const bool   nullable = s->kind == ALF_SETTING_INT_OR_NULL;
    const double number = json_number_value(value), low = nullable ? s->low + 1 : s->low;
    if (number >= low && number <= s->high) {
        set_number(r->config, s, number);
        return ALF_OK;
    }
    char expected[80];
    alf_format(expected, sizeof expected, "%sa number from %g to %g", nullable ? "null or " : "", low, s->high);
    return bad_value(r, s, value, expected);
}

static alf_status read_table(const reader *r, const json_t *object, const alf_setting *table);

static alf_status read_setting(const reader *r, const alf_setting *s, const json_t *value)
{
    const bool none = json_is_null(value);
    switch (s->kind) {
    case ALF_SETTING_INT_OR_NULL:
    case ALF_SETTING_CLAMP:
        if (!none) break;
        set_number(r->config, s, s->kind == ALF_SETTING_CLAMP ? INFINITY : s->low);
        return ALF_OK;
    case ALF_SETTING_BOOL:
        if (!json_is_boolean(value)) return bad_value(r, s, value, "true or false");
        set_number(r->config, s, json_is_true(value));
        return ALF_OK;
    case ALF_SETTING_CHOICE: return read_choice(r, s, value);
    case ALF_SETTING_TAPS: return read_taps(r, s, value);
    case ALF_SETTING_LRELU:
        if (json_is_string(value) && strcmp(json_string_value(value), "lrelu") == 0) return ALF_OK;
        return bad_value(r, s, value, "\"lrelu\", the only activation supported");
    case ALF_SETTING_NULL: return none ? ALF_OK : bad_value(r, s, value, "null");
    case ALF_SETTING_HINT: return ALF_OK;
    case ALF_SETTING_OBJECT:
        if (!json_is_object(value)) return bad_value(r, s, value, "an object");
        return read_table(r, value, s->detail);
    default: break;
    }
    const bool real = s->kind == ALF_SETTING_REAL || s->kind == ALF_SETTING_CLAMP;
    if (!(real ? json_is_number(value) : json_is_integer(value)))
        return bad_value(r, s, value, real ? "a number" : "an integer");
    return read_number(r, s, value);
}

static alf_status read_table(const reader *r, const json_t *object, const alf_setting *table)
{
    const char *key;
    json_t     *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const alf_setting *s = table;
        while (s->name && (strcmp(s->name, key) != 0 || !belongs(r->settings, s))) s++;
        if (!s->name)
            return alf_fail(r->ctx, ALF_ERR_UNSUPPORTED, "%s: init_kwargs: '%s' is not a setting of %s", r->origin,
                            alf_escape(key).text, r->settings->owner);
        alf_status status = read_setting(r, s, value);
        if (status != ALF_OK) return status;
    }
    return ALF_OK;
}

alf_status alf_settings_read(alf_ctx *ctx, const alf_settings *settings, const char *kwargs, const char *origin,
                             void *config)
{
    const reader r = {ctx, settings, origin, config};
    const char  *text = kwargs ? kwargs : "";
    json_error_t error;
    alf_json     object = {.root = NULL};
    alf_status   status = alf_json_parse(ctx, text, strlen(text), &object, &error);
    if (status == ALF_OK && !json_is_object(object.root))
        status = alf_fail(ctx, ALF_ERR_FORMAT, "%s: init_kwargs is not a JSON object: %s", origin,
                          alf_escape(object.root ? "" : error.text).text);
    if (status == ALF_OK) status = read_table(&r, object.root, settings->table);
    alf_json_release(&object);
    return status;
}

/* --- writing ----------------------------------------------------------------------------------------------------------- */

static json_t *write_table(const alf_settings *settings, const void *config, const alf_setting *table);

static json_t *write_taps(const void *config, const alf_setting *s)
{
    const double *taps;
    const int     count = taps_of(config, s, &taps);
    json_t       *list = json_array();
    for (int i = 0; i < count; i++) list = alf_json_append(list, json_real(taps[i]));
    return list;
}

static json_t *write_setting(const alf_settings *settings, const void *config, const alf_setting *s)
{
    double value = number_of(config, s);
    switch (s->kind) {
    case ALF_SETTING_INT_OR_NULL:
        if (value == s->low) return json_null(); /* fall through */
    case ALF_SETTING_INT:
    case ALF_SETTING_I64: return json_integer((json_int_t)value);
    case ALF_SETTING_REAL: return json_real(value);
    case ALF_SETTING_CLAMP: return isinf(value) ? json_null() : json_real(value);
    case ALF_SETTING_BOOL: return json_boolean(value != 0);
    case ALF_SETTING_CHOICE: return json_string(((const char *const *)s->detail)[(int)value]);
    case ALF_SETTING_OBJECT: return write_table(settings, config, s->detail);
    case ALF_SETTING_TAPS: return write_taps(config, s);
    default: return NULL;
    }
}

static bool at_default(const alf_settings *settings, const void *config, const alf_setting *s)
{
    const double *taps, *standard;
    if (s->kind != ALF_SETTING_TAPS) return number_of(config, s) == number_of(settings->standard, s);
    int count = taps_of(config, s, &taps);
    return count == taps_of(settings->standard, s, &standard) &&
           memcmp(taps, standard, (size_t)count * sizeof *taps) == 0;
}

static json_t *write_table(const alf_settings *settings, const void *config, const alf_setting *table)
{
    json_t *object = json_object();
    for (const alf_setting *s = table; s->name; s++) {
        if (!belongs(settings, s) || (!s->always && at_default(settings, config, s))) continue;
        if (json_object_set_new(object, s->name, write_setting(settings, config, s)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

alf_status alf_settings_write(alf_ctx *ctx, const alf_settings *settings, const void *config, char **out)
{
    json_t *object = write_table(settings, config, settings->table);
    char   *json = object ? json_dumps(object, JSON_REAL_PRECISION(17)) : NULL;
    char   *copy = json ? alf_mem_strdup(ctx, json) : NULL;
    free(json);
    json_decref(object);
    if (!copy) return alf_fail(ctx, ALF_ERR_MEMORY, "no memory for the text of a configuration");
    *out = copy;
    return ALF_OK;
}
