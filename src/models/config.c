/* Configurations: one table of settings that defaults, checks, reading and writing of init_kwargs walk over. */
#include "models/config.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"

typedef enum {
    FIELD_INT,
    FIELD_I64,
    FIELD_REAL,
    FIELD_BOOL,
    FIELD_CLAMP,        /* a real, or null for none                              */
    FIELD_ARCHITECTURE, /* "skip", "resnet", "orig"                              */
    FIELD_TAPS,         /* resample_filter                                       */
    FIELD_LRELU,        /* must be "lrelu", the only activation there is         */
    FIELD_NULL,         /* must be null: the default that follows from the rest  */
    FIELD_HINT,         /* how the original should compute, not what: any value  */
    FIELD_OBJECT        /* a group of settings of its own                        */
} field_kind;

typedef struct field {
    const char         *name;
    field_kind          kind;
    unsigned            families; /* bit per alf_family */
    bool                always;   /* written even at its default */
    size_t              offset;
    double              low, high;
    const struct field *group;
} field;

#define BOTH (1u << ALF_STYLEGAN2 | 1u << ALF_STYLEGAN3)
#define SG2 (1u << ALF_STYLEGAN2)
#define SG3 (1u << ALF_STYLEGAN3)
#define AT(member) offsetof(alf_config, member)

static const field mapping_fields[] = {
    {"num_layers", FIELD_INT, BOTH, true, AT(mapping_layers), 1, 64, NULL},
    {"lr_multiplier", FIELD_REAL, BOTH, false, AT(mapping_lr_multiplier), 1e-9, 1e9, NULL},
    {"w_avg_beta", FIELD_REAL, BOTH, false, AT(w_avg_beta), 0, 1, NULL},
    {"activation", FIELD_LRELU, BOTH, false, 0, 0, 0, NULL},
    {"embed_features", FIELD_NULL, BOTH, false, 0, 0, 0, NULL},
    {"layer_features", FIELD_NULL, BOTH, false, 0, 0, 0, NULL},
    {.name = NULL},
};

static const field config_fields[] = {
    {"z_dim", FIELD_INT, BOTH, true, AT(z_dim), 1, 65536, NULL},
    {"c_dim", FIELD_INT, BOTH, true, AT(c_dim), 0, 65536, NULL},
    {"w_dim", FIELD_INT, BOTH, true, AT(w_dim), 1, 65536, NULL},
    {"img_resolution", FIELD_INT, BOTH, true, AT(img_resolution), 4, 4096, NULL},
    {"img_channels", FIELD_INT, BOTH, true, AT(img_channels), 1, 16, NULL},
    {"mapping_kwargs", FIELD_OBJECT, BOTH, true, 0, 0, 0, mapping_fields},
    {"channel_base", FIELD_I64, BOTH, true, AT(channel_base), 1, 1 << 24, NULL},
    {"channel_max", FIELD_I64, BOTH, true, AT(channel_max), 1, 65536, NULL},
    {"conv_clamp", FIELD_CLAMP, BOTH, false, AT(conv_clamp), 0, 1e30, NULL},
    {"num_fp16_res", FIELD_INT, BOTH, false, AT(num_fp16_res), 0, 64, NULL},
    {"num_layers", FIELD_INT, SG3, false, AT(num_layers), 2, 64, NULL},
    {"num_critical", FIELD_INT, SG3, false, AT(num_critical), 0, 63, NULL},
    {"first_cutoff", FIELD_REAL, SG3, false, AT(first_cutoff), 1e-3, 4096, NULL},
    {"first_stopband", FIELD_REAL, SG3, false, AT(first_stopband), 1e-3, 4096, NULL},
    {"last_stopband_rel", FIELD_REAL, SG3, false, AT(last_stopband_rel), 1.0, 64, NULL},
    {"margin_size", FIELD_INT, SG3, false, AT(margin_size), 0, 1024, NULL},
    {"output_scale", FIELD_REAL, SG3, false, AT(output_scale), -1e6, 1e6, NULL},
    {"conv_kernel", FIELD_INT, SG3, false, AT(conv_kernel), 1, 15, NULL},
    {"filter_size", FIELD_INT, SG3, false, AT(filter_size), 1, 64, NULL},
    {"lrelu_upsampling", FIELD_INT, SG3, false, AT(lrelu_upsampling), 1, 16, NULL},
    {"use_radial_filters", FIELD_BOOL, SG3, false, AT(use_radial_filters), 0, 1, NULL},
    {"magnitude_ema_beta", FIELD_REAL, SG3, false, AT(magnitude_ema_beta), 0, 1, NULL},
    {"architecture", FIELD_ARCHITECTURE, SG2, true, AT(architecture), 0, 2, NULL},
    {"use_noise", FIELD_BOOL, SG2, false, AT(use_noise), 0, 1, NULL},
    {"resample_filter", FIELD_TAPS, SG2, false, AT(resample_filter), 0, 0, NULL},
    {"activation", FIELD_LRELU, SG2, false, 0, 0, 0, NULL},
    {"fused_modconv_default", FIELD_HINT, SG2, false, 0, 0, 0, NULL},
    {"fp16_channels_last", FIELD_HINT, SG2, false, 0, 0, 0, NULL},
    {"synthesis_kwargs", FIELD_OBJECT, SG2, false, 0, 0, 0, config_fields}, /* files of the generation before */
    {.name = NULL},
};

static const char *const architectures[] = {"skip", "resnet", "orig"};

static void *at(const alf_config *config, const field *f)
{
    return (char *)(uintptr_t)config + f->offset;
}

/* The value of a numeric field. */
static double number_of(const alf_config *config, const field *f)
{
    switch (f->kind) {
    case FIELD_INT: return *(int *)at(config, f);
    case FIELD_I64: return (double)*(int64_t *)at(config, f);
    case FIELD_REAL:
    case FIELD_CLAMP: return *(double *)at(config, f);
    case FIELD_BOOL: return *(bool *)at(config, f);
    case FIELD_ARCHITECTURE: return (double)*(alf_architecture *)at(config, f);
    default: return 0;
    }
}

static void set_number(alf_config *config, const field *f, double value)
{
    switch (f->kind) {
    case FIELD_INT: *(int *)at(config, f) = (int)value; break;
    case FIELD_I64: *(int64_t *)at(config, f) = (int64_t)value; break;
    case FIELD_REAL:
    case FIELD_CLAMP: *(double *)at(config, f) = value; break;
    case FIELD_BOOL: *(bool *)at(config, f) = value != 0; break;
    case FIELD_ARCHITECTURE: *(alf_architecture *)at(config, f) = (alf_architecture)value; break;
    default: break;
    }
}

alf_config alf_config_default(alf_family family)
{
    return (alf_config){.family = family,
                        .z_dim = 512,
                        .w_dim = 512,
                        .img_resolution = 256,
                        .img_channels = 3,
                        .channel_base = 32768,
                        .channel_max = 512,
                        .conv_clamp = 256,
                        .num_fp16_res = 4,
                        .mapping_layers = family == ALF_STYLEGAN2 ? 8 : 2,
                        .mapping_lr_multiplier = 0.01,
                        .w_avg_beta = 0.998,
                        .num_layers = 14,
                        .num_critical = 2,
                        .first_cutoff = 2,
                        .first_stopband = 0x1.125fbee250664p+2,    /* 2^2.1 */
                        .last_stopband_rel = 0x1.3b2c47bff8329p+0, /* 2^0.3 */
                        .margin_size = 10,
                        .output_scale = 0.25,
                        .conv_kernel = 3,
                        .filter_size = 6,
                        .lrelu_upsampling = 2,
                        .magnitude_ema_beta = 0.999,
                        .use_noise = true,
                        .resample_taps = 4,
                        .resample_filter = {1, 3, 3, 1}};
}

alf_status alf_config_named(alf_ctx *ctx, const char *name, int resolution, int64_t channel_base, int64_t channel_max,
                            alf_config *out)
{
    bool two = name && strcmp(name, "stylegan2") == 0, t = name && strcmp(name, "stylegan3-t") == 0;
    bool r = name && strcmp(name, "stylegan3-r") == 0;
    if (!two && !t && !r)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "configuration '%s': expected stylegan2, stylegan3-t or stylegan3-r",
                        name ? name : "(null)");
    alf_config config = alf_config_default(two ? ALF_STYLEGAN2 : ALF_STYLEGAN3);
    config.img_resolution = resolution;
    config.channel_base = channel_base;
    config.channel_max = channel_max;
    if (r) {
        config.conv_kernel = 1;
        config.use_radial_filters = true;
        if (!alf_mul_i64(channel_base, 2, &config.channel_base) || !alf_mul_i64(channel_max, 2, &config.channel_max))
            return alf_fail(ctx, ALF_ERR_RANGE, "channel_base or channel_max is too large");
    }
    if (!out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_config_named: out is NULL");
    alf_status status = alf_config_check(ctx, &config, name);
    if (status == ALF_OK) *out = config;
    return status;
}

/* --- checks ---------------------------------------------------------------------------------------------------------- */

static alf_status check_fields(alf_ctx *ctx, const alf_config *config, const field *fields, const char *origin)
{
    for (const field *f = fields; f->name; f++) {
        if (!(f->families >> config->family & 1) || f->low == f->high) continue;
        double value = number_of(config, f);
        bool   none = f->kind == FIELD_CLAMP && isinf(value) && value > 0;
        if (!none && !(value >= f->low && value <= f->high))
            return alf_fail(ctx, ALF_ERR_RANGE, "%s: %s is %g: expected %g to %g", origin, f->name, value, f->low,
                            f->high);
    }
    return ALF_OK;
}

alf_status alf_config_check(alf_ctx *ctx, const alf_config *config, const char *origin)
{
    if (config->family != ALF_STYLEGAN2 && config->family != ALF_STYLEGAN3)
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "%s: family %d: expected StyleGAN2 or StyleGAN3", origin,
                        (int)config->family);
    alf_status status = check_fields(ctx, config, config_fields, origin);
    if (status == ALF_OK) status = check_fields(ctx, config, mapping_fields, origin);
    if (status != ALF_OK) return status;
    int lowest = config->family == ALF_STYLEGAN2 ? 4 : 16;
    if (config->img_resolution < lowest || (config->img_resolution & (config->img_resolution - 1)) != 0)
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: img_resolution is %d: expected a power of two from %d to 4096", origin,
                        config->img_resolution, lowest);
    if (config->family == ALF_STYLEGAN2) {
        double sum = 0;
        if (config->resample_taps < 1 || config->resample_taps > 8)
            return alf_fail(ctx, ALF_ERR_RANGE, "%s: resample_filter has %d taps: expected 1 to 8", origin,
                            config->resample_taps);
        for (int i = 0; i < config->resample_taps; i++) sum += config->resample_filter[i];
        if (!(isfinite(sum) && sum != 0))
            return alf_fail(ctx, ALF_ERR_RANGE, "%s: resample_filter sums to %g: expected a finite sum other than 0",
                            origin, sum);
    } else if (config->num_critical >= config->num_layers) {
        return alf_fail(ctx, ALF_ERR_RANGE, "%s: num_critical is %d: expected less than num_layers, %d", origin,
                        config->num_critical, config->num_layers);
    }
    return ALF_OK;
}

/* --- reading init_kwargs ---------------------------------------------------------------------------------------------- */

static alf_status bad_value(alf_ctx *ctx, const char *origin, const field *f, const json_t *value, const char *expected)
{
    char      *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    alf_status status = alf_fail(ctx, ALF_ERR_FORMAT, "%s: init_kwargs: %s is %.100s: expected %s", origin, f->name,
                                 text ? text : "?", expected);
    free(text);
    return status;
}

static alf_status read_taps(alf_ctx *ctx, const char *origin, const field *f, const json_t *value, alf_config *config)
{
    size_t count = json_array_size(value);
    if (count < 1 || count > 8) return bad_value(ctx, origin, f, value, "a list of 1 to 8 numbers");
    for (size_t i = 0; i < count; i++) {
        const json_t *tap = json_array_get(value, i);
        if (!json_is_number(tap)) return bad_value(ctx, origin, f, value, "a list of 1 to 8 numbers");
        config->resample_filter[i] = json_number_value(tap);
    }
    config->resample_taps = (int)count;
    return ALF_OK;
}

static alf_status read_fields(alf_ctx *ctx, const char *origin, const json_t *object, const field *fields,
                              alf_config *config);

static alf_status read_field(alf_ctx *ctx, const char *origin, const field *f, const json_t *value, alf_config *config)
{
    switch (f->kind) {
    case FIELD_INT:
    case FIELD_I64:
        if (!json_is_integer(value)) return bad_value(ctx, origin, f, value, "an integer");
        break;
    case FIELD_CLAMP:
        if (json_is_null(value)) {
            set_number(config, f, INFINITY);
            return ALF_OK;
        } /* fall through */
    case FIELD_REAL:
        if (!json_is_number(value)) return bad_value(ctx, origin, f, value, "a number");
        break;
    case FIELD_BOOL:
        if (!json_is_boolean(value)) return bad_value(ctx, origin, f, value, "true or false");
        set_number(config, f, json_is_true(value));
        return ALF_OK;
    case FIELD_ARCHITECTURE:
        for (int i = 0; i < 3; i++)
            if (json_is_string(value) && strcmp(json_string_value(value), architectures[i]) == 0) {
                set_number(config, f, i);
                return ALF_OK;
            }
        return bad_value(ctx, origin, f, value, "\"skip\", \"resnet\" or \"orig\"");
    case FIELD_TAPS: return read_taps(ctx, origin, f, value, config);
    case FIELD_LRELU:
        if (!json_is_string(value) || strcmp(json_string_value(value), "lrelu") != 0)
            return bad_value(ctx, origin, f, value, "\"lrelu\", the only activation supported");
        return ALF_OK;
    case FIELD_NULL: return json_is_null(value) ? ALF_OK : bad_value(ctx, origin, f, value, "null");
    case FIELD_HINT: return ALF_OK;
    case FIELD_OBJECT:
        if (!json_is_object(value)) return bad_value(ctx, origin, f, value, "an object");
        return read_fields(ctx, origin, value, f->group, config);
    }
    double number = json_number_value(value);
    if (!(number >= f->low && number <= f->high)) {
        char expected[80];
        alf_format(expected, sizeof expected, "a number from %g to %g", f->low, f->high);
        return bad_value(ctx, origin, f, value, expected);
    }
    set_number(config, f, number);
    return ALF_OK;
}

static alf_status read_fields(alf_ctx *ctx, const char *origin, const json_t *object, const field *fields,
                              alf_config *config)
{
    const char *key;
    json_t     *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const field *f = fields;
        while (f->name && (strcmp(f->name, key) != 0 || !(f->families >> config->family & 1))) f++;
        if (!f->name)
            return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "%s: init_kwargs: '%.100s' is not a setting of StyleGAN%d",
                            origin, key, (int)config->family);
        alf_status status = read_field(ctx, origin, f, value, config);
        if (status != ALF_OK) return status;
    }
    return ALF_OK;
}

alf_status alf_config_from_kwargs(alf_ctx *ctx, alf_family family, const char *kwargs, const char *origin,
                                  alf_config *out)
{
    json_error_t error;
    if (!out || !origin) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_config_from_kwargs: origin or out is NULL");
    json_t *object = json_loads(kwargs ? kwargs : "", JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(object)) {
        json_decref(object);
        return alf_fail(ctx, ALF_ERR_FORMAT, "%s: init_kwargs is not a JSON object: %.200s", origin, error.text);
    }
    alf_config config = alf_config_default(family);
    alf_status status = read_fields(ctx, origin, object, config_fields, &config);
    json_decref(object);
    if (status == ALF_OK) status = alf_config_check(ctx, &config, origin);
    if (status == ALF_OK) *out = config;
    return status;
}

/* --- writing init_kwargs ----------------------------------------------------------------------------------------------- */

static json_t *write_fields(const alf_config *config, const field *fields);

static json_t *write_field(const alf_config *config, const field *f)
{
    double value = number_of(config, f);
    switch (f->kind) {
    case FIELD_INT:
    case FIELD_I64: return json_integer((json_int_t)value);
    case FIELD_REAL: return json_real(value);
    case FIELD_CLAMP: return isinf(value) ? json_null() : json_real(value);
    case FIELD_BOOL: return json_boolean(value != 0);
    case FIELD_ARCHITECTURE: return json_string(architectures[config->architecture]);
    case FIELD_OBJECT: return write_fields(config, f->group);
    case FIELD_TAPS: {
        json_t *taps = json_array();
        for (int i = 0; i < config->resample_taps; i++)
            json_array_append_new(taps, json_real(config->resample_filter[i]));
        return taps;
    }
    default: return NULL;
    }
}

static bool at_default(const alf_config *config, const alf_config *standard, const field *f)
{
    if (f->kind == FIELD_TAPS)
        return config->resample_taps == standard->resample_taps &&
               memcmp(config->resample_filter, standard->resample_filter, sizeof config->resample_filter) == 0;
    return number_of(config, f) == number_of(standard, f);
}

static json_t *write_fields(const alf_config *config, const field *fields)
{
    const alf_config standard = alf_config_default(config->family);
    json_t          *object = json_object();
    for (const field *f = fields; f->name; f++) {
        if (!(f->families >> config->family & 1) || (!f->always && at_default(config, &standard, f))) continue;
        if (json_object_set_new(object, f->name, write_field(config, f)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

alf_status alf_config_to_kwargs(alf_ctx *ctx, const alf_config *config, char **out)
{
    if (!config || !out) return alf_fail(ctx, ALF_ERR_ARGUMENT, "alf_config_to_kwargs: config or out is NULL");
    alf_status status = alf_config_check(ctx, config, "configuration");
    if (status != ALF_OK) return status;
    json_t *object = write_fields(config, config_fields);
    char   *json = object ? json_dumps(object, JSON_REAL_PRECISION(17)) : NULL;
    char   *copy = json ? alf_mem_strdup(ctx, json) : NULL;
    free(json);
    json_decref(object);
    if (!copy) return alf_fail(ctx, ALF_ERR_MEMORY, "no memory for the text of a configuration");
    *out = copy;
    return ALF_OK;
}
