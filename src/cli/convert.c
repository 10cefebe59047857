/* aliasfree convert: any network file to safetensors, with all its networks and texts, or one of its networks alone. */
#include <string.h>
#include <sys/stat.h>

#include "archive_figures.h"
#include "network_file.h"
#include "report/printable.h"

static const alf_cli_option table[] = {
    {.name = "key", .kind = ALF_CLI_TEXT, .value = "KEY", .help = "write this network alone, G_ema say; default: all"},
    {.name = NULL},
};

/* The same file, by whatever names; a file that does not exist yet is no other. */
static bool same_file(const char *a, const char *b)
{
    struct stat first, second;
    if (stat(a, &first) != 0 || stat(b, &second) != 0) return false;
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* What was written, `made`, and where it came from. */
static void tell(const alf_archive *source, const alf_archive *made, const char *path)
{
    alf_cli_network_figures n;
    int64_t                 networks = 0, tensors = alf_archive_count(made), texts = alf_archive_meta_count(made);
    for (int64_t next = 0; alf_cli_next_network(made, &next, &n); networks++) {
        alf_cli_put_network("", &n);
        putchar('\n');
    }
    alf_put_text(stdout, alf_archive_path(source));
    printf(" (%s) -> ", alf_archive_format(source));
    alf_put_text(stdout, path);
    printf(": %lld network%s, %lld tensor%s, %lld text%s\n", (long long)networks, alf_cli_plural(networks),
           (long long)tensors, alf_cli_plural(tensors), (long long)texts, alf_cli_plural(texts));
}

/* Arrays and texts of one network. */
static alf_status copy_network(const alf_archive *from, const char *key, alf_archive *to)
{
    alf_status status = ALF_OK;
    for (int64_t i = 0; i < alf_archive_count(from) && status == ALF_OK; i++) {
        const alf_array *a = alf_archive_at(from, i);
        if (alf_cli_belongs_to(a->name, key))
            status = alf_archive_add(to, a->name, a->dtype, a->ndim, a->shape, a->data);
    }
    for (int64_t i = 0; i < alf_archive_meta_count(from) && status == ALF_OK; i++) {
        const char *name = alf_archive_meta_key(from, i);
        if (alf_cli_belongs_to(name, key)) status = alf_archive_set_meta(to, name, alf_archive_meta(from, name));
    }
    return status;
}

static int convert(alf_cli *c, const alf_archive *source, const char *target)
{
    const char  *key = alf_cli_text(c, "key");
    alf_archive *one = NULL;
    alf_status   status = ALF_OK;
    if (key && !alf_cli_has_network(source, key))
        return alf_cli_error(c, "%s: it holds no network '%s'", alf_archive_path(source), key);
    if (key) status = alf_archive_create(c->ctx, &one);
    if (one) status = copy_network(source, key, one);
    const alf_archive *made = key ? one : source;
    if (status == ALF_OK) status = alf_archive_save(made, target);
    if (status == ALF_OK) tell(source, made, target);
    alf_archive_destroy(one);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}

static int run(alf_cli *c)
{
    const char  *source = c->arguments[0], *target = c->arguments[1];
    alf_archive *archive;
    int          exit_code = alf_cli_check_suffix(c, "DST", target, ALF_CLI_NETWORK_SUFFIX);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (same_file(source, target))
        return alf_cli_usage_error(c, "DST: '%s' is the same file as SRC '%s'", target, source);
    if (alf_archive_open(c->ctx, source, &archive) != ALF_OK) return alf_cli_failure(c);
    exit_code = convert(c, archive, target);
    alf_archive_destroy(archive);
    return exit_code;
}

const alf_cli_command alf_cli_convert = {
    .name = "convert",
    .summary = "write the networks of a file (an official pickle, say) as safetensors",
    .arguments = "SRC DST",
    .argument_count = 2,
    .argument_path = ALF_CLI_FILE,
    .options = table,
    .takes = ALF_CLI_TAKES_FILES,
    .run = run,
};
