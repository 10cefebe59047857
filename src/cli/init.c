/* aliasfree init: a freshly initialised network as a file. */
#include "config.h"
#include "network_file.h"

static const alf_cli_option table[] = {
    {.name = "out",
     .kind = ALF_CLI_TEXT,
     .value = "FILE.safetensors",
     .path = ALF_CLI_FILE,
     .required = true,
     .help = "file to write"},
    {.name = "seed",
     .kind = ALF_CLI_INT,
     .value = "N",
     .fallback = "0",
     .high = 9007199254740992.0,
     .help = "decides every number of the network"},
    ALF_CLI_IMAGE_OPTIONS,
    {.name = NULL},
};

static int run(alf_cli *c)
{
    alf_config     config;
    alf_generator *g;
    const char    *path = alf_cli_text(c, "out");
    int            exit_code = alf_cli_check_suffix(c, "--out", path, ALF_CLI_NETWORK_SUFFIX);
    if (exit_code == ALF_CLI_OK) exit_code = alf_cli_read_config(c, &config);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (alf_generator_create(c->ctx, &config, (uint64_t)alf_cli_int(c, "seed"), &g) != ALF_OK)
        return alf_cli_refusal(c);
    alf_status status = alf_generator_save(g, path);
    if (status == ALF_OK)
        printf("%s: %s, %dx%d pixels, %lld parameters\n", path, alf_cli_rung(c)->name, config.img_resolution,
               config.img_resolution, (long long)alf_generator_plan(g)->num_parameters);
    alf_generator_destroy(g);
    return status == ALF_OK ? ALF_CLI_OK : alf_cli_failure(c);
}

const alf_cli_command alf_cli_init = {
    .name = "init",
    .summary = "write a freshly initialised network",
    .options = table,
    .shared = alf_cli_network_options,
    .shared_title = ALF_CLI_NETWORK_TITLE,
    .takes = ALF_CLI_TAKES_MEMORY,
    .run = run,
};
