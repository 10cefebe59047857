/* aliasfree plan: the layers of a configuration. */
#include "config.h"
#include "plan_json.h"

static const alf_cli_option table[] = {
    ALF_CLI_IMAGE_OPTIONS, {.name = "json", .kind = ALF_CLI_FLAG, .help = "print the plan as JSON"}, {.name = NULL}};

static int print_json(const alf_cli *c, const alf_plan *plan)
{
    json_t *json = alf_cli_plan_json(c->ctx, alf_cli_rung(c)->name, plan);
    if (alf_ctx_status(c->ctx) != ALF_OK) return alf_cli_failure(c);
    return alf_cli_print_json(c, json, false);
}

/* A network cannot have such layers, but the plan shows where the channels end. */
static void print_note(const alf_plan *plan)
{
    for (int i = 0; i < plan->num_layers; i++) {
        const alf_layer_plan *l = &plan->layers[i];
        if (l->in_channels >= 1 && l->out_channels >= 1) continue;
        printf("note: layer %s is without channels: no network can be made of this plan, --cbase is too small\n",
               l->name);
        return;
    }
}

/* Which step of the ladder it is; options may have changed more. */
static void print_step(const alf_rung *rung)
{
    const alf_rung *above = NULL;
    for (int i = 1; alf_ladder_at(i); i++)
        if (alf_ladder_at(i) == rung) above = alf_ladder_at(i - 1);
    printf("step %s of the ladder: %s", rung->letter, rung->change);
    if (above && above->family == rung->family)
        printf(" (%s with %s%s)", above->letter, rung->settings, rung->capacity > 1 ? ", capacity doubled" : "");
    putchar('\n');
}

static void print_table(const alf_cli *c, const alf_plan *plan)
{
    print_step(alf_cli_rung(c));
    alf_plan_print(plan, stdout);
    printf("num_ws %d\nnum_parameters %lld\n", plan->num_ws, (long long)plan->num_parameters);
    print_note(plan);
}

static int run(alf_cli *c)
{
    alf_config config;
    alf_plan  *plan;
    int        exit_code = alf_cli_read_config(c, &config);
    if (exit_code != ALF_CLI_OK) return exit_code;
    if (alf_plan_create(c->ctx, &config, &plan) != ALF_OK) return alf_cli_refusal(c);
    if (alf_cli_flag(c, "json"))
        exit_code = print_json(c, plan);
    else
        print_table(c, plan);
    alf_plan_destroy(plan);
    return exit_code;
}

const alf_cli_command alf_cli_plan = {
    .name = "plan",
    .summary = "print the layers of a configuration",
    .options = table,
    .shared = alf_cli_network_options,
    .shared_title = ALF_CLI_NETWORK_TITLE,
    .takes = ALF_CLI_TAKES_MEMORY,
    .run = run,
};
