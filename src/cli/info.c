/* aliasfree info: what a file holds, every tensor read and checked. */
#include <string.h>

#include "archive_figures.h"
#include "network_file.h"
#include "report/printable.h"
#include "report/values.h"

static const alf_cli_option table[] = {{.name = "key",
                                        .kind = ALF_CLI_TEXT,
                                        .value = "NAME",
                                        .help = "show this network of the file alone; all there is unless given"},
                                       {.name = "json", .kind = ALF_CLI_FLAG, .help = "print it as JSON"},
                                       {.name = NULL}};

/* What was found wrong, told after everything was shown. */
typedef struct {
    int64_t     bad_tensors;
    const char *first_bad; /* of the archive */
} findings;

/* With --key only the arrays and texts of that network are shown. */
static bool is_shown(const alf_cli *c, const char *name)
{
    const char *key = alf_cli_given(c, "key") ? alf_cli_text(c, "key") : NULL;
    return !key || alf_cli_belongs_to(name, key) || strcmp(name, key) == 0;
}

typedef void (*tensor_fn)(void *user, const alf_array *array, const alf_cli_array_figures *figures);

/* Measures every array that is shown, hands it to fn and notes what is wrong. */
static findings visit_tensors(const alf_cli *c, const alf_archive *archive, tensor_fn fn, void *user)
{
    findings found = {0};
    int64_t  count = alf_archive_count(archive);
    for (int64_t i = 0; i < count && alf_progress(c->ctx, "tensors", i, count) == ALF_OK; i++) {
        const alf_array *array = alf_archive_at(archive, i);
        if (!is_shown(c, array->name)) continue;
        alf_cli_array_figures figures = alf_cli_measure_array(array);
        fn(user, array, &figures);
        if (figures.non_finite && found.bad_tensors++ == 0) found.first_bad = array->name;
    }
    return found;
}

/* --- JSON ----------------------------------------------------------------------------------------------------------- */

/* A list or object under construction, which is given up as a whole when anything does not get into it. */
typedef struct {
    json_t *json;
    bool    failed;
} growing;

static void append(growing *list, json_t *item)
{
    list->failed |= json_array_append_new(list->json, item) != 0; /* so is NULL, as list or as item */
}

static json_t *grown(growing *g)
{
    if (!g->failed) return g->json;
    json_decref(g->json);
    return NULL;
}

static void append_tensor(void *list, const alf_array *array, const alf_cli_array_figures *f)
{
    growing shape = {.json = json_array()};
    for (int i = 0; i < array->ndim; i++) append(&shape, json_integer(array->shape[i]));
    append(list, json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:I}", "name", alf_json_text(array->name), "dtype",
                           alf_cli_dtype_name(array->dtype), "shape", grown(&shape), "min", alf_cli_json_real(f->min),
                           "max", alf_cli_json_real(f->max), "mean", alf_cli_json_real(f->mean), "std",
                           alf_cli_json_real(f->std), "non_finite", (json_int_t)f->non_finite));
}

/* Bytes of texts that are parsed: values take up to eighty times as much, which the context does not count. */
enum { MOST_PARSED = 1 << 20 };

/* A text that is JSON as its value, as long as *room is left, any other as a string. Twice, since what lacks memory for a
 * moment is no JSON to the library. */
static json_t *meta_json(const char *text, size_t *room)
{
    const size_t size = text ? strlen(text) : 0;
    json_t      *value = text ? NULL : json_null();
    if (size <= *room) {
        *room -= size;
        for (int i = 0; i < 2 && !value; i++) value = json_loads(text, JSON_DECODE_ANY, NULL);
    }
    return value ? value : alf_json_text(text);
}

static json_t *networks_json(const alf_cli *c, const alf_archive *archive, size_t *room)
{
    growing                 list = {.json = json_array()};
    alf_cli_network_figures n;
    for (int64_t next = 0; alf_cli_next_network(archive, &next, &n);) {
        if (!is_shown(c, n.key)) continue;
        append(&list, json_pack("{s:o, s:o, s:o, s:I, s:I, s:I}", "key", alf_json_text(n.key), "class",
                                alf_json_text(n.class_name), "init_kwargs", meta_json(n.init_kwargs, room), "tensors",
                                (json_int_t)n.tensors, "num_parameters", (json_int_t)n.parameters, "num_buffers",
                                (json_int_t)n.buffers));
    }
    return grown(&list);
}

static int print_json(const alf_cli *c, const alf_archive *archive, findings *found)
{
    growing tensors = {.json = json_array()}, metadata = {.json = json_object()};
    size_t  room = MOST_PARSED;
    *found = visit_tensors(c, archive, append_tensor, &tensors);
    for (int64_t i = 0; i < alf_archive_meta_count(archive); i++) {
        const char *key = alf_archive_meta_key(archive, i);
        if (is_shown(c, key))
            metadata.failed |=
                json_object_set_new(metadata.json, key, meta_json(alf_archive_meta(archive, key), &room)) != 0;
    }
    json_t *json = json_pack("{s:o, s:s, s:o, s:o, s:o}", "path", alf_json_text(alf_archive_path(archive)), "format",
                             alf_archive_format(archive), "networks", networks_json(c, archive, &room), "tensors",
                             grown(&tensors), "metadata", grown(&metadata));
    return alf_cli_print_json(c, json, false);
}

/* --- a table -------------------------------------------------------------------------------------------------------- */

enum { NAME = 48 }; /* letters */

static void print_tensor(void *user, const alf_array *array, const alf_cli_array_figures *f)
{
    (void)user;
    char shape[128] = "[";
    for (int i = 0, used = 1; i < array->ndim; i++)
        used += snprintf(shape + used, sizeof shape - (size_t)used, "%s%lld", i ? "," : "", (long long)array->shape[i]);
    size_t width = alf_put_text(stdout, array->name);
    printf("%*s %-5s %18s] %11.4g %11.4g %11.4g %11.4g", width < NAME ? NAME - (int)width : 0, "",
           alf_cli_dtype_name(array->dtype), shape, f->min, f->max, f->mean, f->std);
    if (f->non_finite) printf("  %lld not finite", (long long)f->non_finite);
    putchar('\n');
}

static void print_networks(const alf_cli *c, const alf_archive *archive)
{
    alf_cli_network_figures n;
    for (int64_t next = 0; alf_cli_next_network(archive, &next, &n);) {
        if (!is_shown(c, n.key)) continue;
        alf_cli_put_network("network ", &n);
        printf(", %lld values in buffers\n", (long long)n.buffers);
        if (!n.init_kwargs) continue;
        printf("  init_kwargs ");
        alf_put_text(stdout, n.init_kwargs);
        putchar('\n');
    }
}

static int print_table(const alf_cli *c, const alf_archive *archive, findings *found)
{
    int64_t count = alf_archive_count(archive);
    alf_put_text(stdout, alf_archive_path(archive));
    printf(": %s, %lld tensor%s\n", alf_archive_format(archive), (long long)count, alf_cli_plural(count));
    print_networks(c, archive);
    printf("%-*s %-5s %19s %11s %11s %11s %11s\n", NAME, "tensor", "type", "shape", "min", "max", "mean", "std");
    *found = visit_tensors(c, archive, print_tensor, NULL);
    return ALF_CLI_OK;
}

/* --- checks --------------------------------------------------------------------------------------------------------- */

static alf_status load_generator(alf_ctx *ctx, const alf_archive *archive, const char *key)
{
    alf_generator *g;
    alf_status     status = alf_generator_from_archive(ctx, archive, key, &g);
    if (status == ALF_OK) alf_generator_destroy(g);
    return status;
}

static alf_status load_discriminator(alf_ctx *ctx, const alf_archive *archive, const char *key)
{
    alf_discriminator *d;
    alf_status         status = alf_discriminator_from_archive(ctx, archive, key, &d);
    if (status == ALF_OK) alf_discriminator_destroy(d);
    return status;
}

/* Loads every generator and discriminator, which checks names and shapes against its init_kwargs. */
static int check_networks(const alf_cli *c, const alf_archive *archive)
{
    alf_cli_network_figures n;
    for (int64_t next = 0; alf_cli_next_network(archive, &next, &n);) {
        alf_status status = ALF_OK;
        if (!is_shown(c, n.key)) continue;
        if (strcmp(n.class_name, "Generator") == 0) status = load_generator(c->ctx, archive, n.key);
        if (strcmp(n.class_name, "Discriminator") == 0) status = load_discriminator(c->ctx, archive, n.key);
        if (status != ALF_OK) return alf_cli_failure(c);
    }
    return ALF_CLI_OK;
}

static int show(const alf_cli *c, const alf_archive *archive)
{
    findings found = {0};
    int      exit_code = alf_cli_flag(c, "json") ? print_json(c, archive, &found) : print_table(c, archive, &found);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (alf_ctx_status(c->ctx) != ALF_OK) return alf_cli_failure(c);
    if (found.bad_tensors)
        return alf_cli_error(c, "%s: values that are not finite in %lld tensor%s, the first is '%s'",
                             alf_archive_path(archive), (long long)found.bad_tensors, alf_cli_plural(found.bad_tensors),
                             found.first_bad);
    return check_networks(c, archive);
}

static int run(alf_cli *c)
{
    alf_archive *archive;
    const char  *key = alf_cli_text(c, "key");
    int          exit_code;
    if (alf_archive_open(c->ctx, c->arguments[0], &archive) != ALF_OK) return alf_cli_failure(c);
    if (key && !alf_cli_has_network(archive, key))
        exit_code = alf_cli_error(c, "%s: it holds no network '%s'", c->arguments[0], key);
    else
        exit_code = show(c, archive);
    alf_archive_destroy(archive);
    return exit_code;
}

const alf_cli_command alf_cli_info = {
    .name = "info",
    .summary = "tell what a network file holds, and check every tensor",
    .arguments = "FILE",
    .argument_count = 1,
    .argument_path = ALF_CLI_FILE,
    .options = table,
    .takes = ALF_CLI_TAKES_FILES,
    .run = run,
};
