/* aliasfree convert: any network file to safetensors, with all its networks and texts. */
#include <string.h>
#include <sys/stat.h>

#include "archive_figures.h"
#include "network_file.h"
#include "report/printable.h"

/* The same file, by whatever names; a file that does not exist yet is no other. */
static bool same_file(const char *a, const char *b)
{
    struct stat first, second;
    if (stat(a, &first) != 0 || stat(b, &second) != 0) return false;
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static void tell(const alf_archive *archive, const char *path)
{
    alf_cli_network_figures n;
    int64_t                 networks = 0, tensors = alf_archive_count(archive), texts = alf_archive_meta_count(archive);
    for (int64_t next = 0; alf_cli_next_network(archive, &next, &n); networks++) {
        alf_cli_put_network("", &n);
        putchar('\n');
    }
    alf_put_text(stdout, alf_archive_path(archive));
    printf(" (%s) -> ", alf_archive_format(archive));
    alf_put_text(stdout, path);
    printf(": %lld network%s, %lld tensor%s, %lld text%s\n", (long long)networks, alf_cli_plural(networks),
           (long long)tensors, alf_cli_plural(tensors), (long long)texts, alf_cli_plural(texts));
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
    if (alf_archive_save(archive, target) == ALF_OK)
        tell(archive, target);
    else
        exit_code = alf_cli_failure(c);
    alf_archive_destroy(archive);
    return exit_code;
}

const alf_cli_command alf_cli_convert = {
    .name = "convert",
    .summary = "write the networks of a file (an official pickle, say) as safetensors",
    .arguments = "SRC DST",
    .argument_count = 2,
    .argument_path = ALF_CLI_FILE,
    .run = run,
};
