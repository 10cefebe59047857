/* aliasfree help: what the tables of options say, to a person, to man, to bash. */
#include <string.h>

#include "commands.h"
#include "options.h"
#include "session.h"

static const alf_cli_option table[] = {
    {.name = "man", .kind = ALF_CLI_FLAG, .help = "as a manual page, for man -l or a folder man1"},
    {.name = "bash-completion",
     .kind = ALF_CLI_FLAG,
     .help =
         "a script for bash that completes commands, options and values: source <(aliasfree help --bash-completion)"},
    {.name = "list", .kind = ALF_CLI_FLAG, .help = "the names of all commands, those of groups too"},
    {.name = NULL}};

/* The command that the words lead to from the group; NULL, and said, when they lead nowhere. */
static const alf_cli_command *follow(const alf_cli_command *from, int count, const char *const words[])
{
    for (int i = 0; i < count && from; i++) {
        if (!from->group) {
            fprintf(stderr, "aliasfree help: %s has no commands: unexpected '%s'\n", from->name, words[i]);
            return NULL;
        }
        from = alf_cli_find(from, words[i]);
    }
    return from;
}

int alf_cli_help_on(const alf_cli_command *group, int count, char *const words[])
{
    const alf_cli_command *command = follow(group, count, (const char *const *)words);
    if (!command) return ALF_CLI_USAGE;
    alf_cli_print_help(command, stdout);
    return alf_cli_finish_stdout("aliasfree", ALF_CLI_OK);
}

static void print_names(const alf_cli_command *group)
{
    for (const alf_cli_command *const *row = group->group; *row; row++) {
        printf("%s\n", (*row)->name);
        if ((*row)->group) print_names(*row);
    }
}

static int run(alf_cli *c)
{
    const bool manual = alf_cli_flag(c, "man"), completion = alf_cli_flag(c, "bash-completion");
    const bool list = alf_cli_flag(c, "list");
    if (manual + completion + list > 1)
        return alf_cli_usage_error(c, "expected one of --man, --bash-completion and --list");
    if (c->argument_count > 0 && (completion || list))
        return alf_cli_usage_error(c, "--%s is of all commands: unexpected '%s'", list ? "list" : "bash-completion",
                                   c->arguments[0]);
    const alf_cli_command *command = follow(&alf_cli_program, c->argument_count, c->arguments);
    if (!command) return ALF_CLI_USAGE;
    if (completion)
        alf_cli_print_completion(stdout);
    else if (list)
        print_names(command);
    else if (manual)
        alf_cli_print_manual(command, stdout);
    else
        alf_cli_print_help(command, stdout);
    return ALF_CLI_OK;
}

const alf_cli_command alf_cli_help = {
    .name = "help",
    .summary = "tell the options of a command; make manual pages and completion for bash",
    .arguments = "[COMMAND]",
    .argument_most = 2,
    .options = table,
    .takes = ALF_CLI_TAKES_NOTHING,
    .run = run,
};
