/* The list of commands, and finding one by its word. */
#include "commands.h"

#include <string.h>

#include "options.h"

static const alf_cli_command *const commands[] = {
    &alf_cli_plan,     &alf_cli_filter,  &alf_cli_init,    &alf_cli_info,  &alf_cli_convert,
    &alf_cli_generate, &alf_cli_metrics, &alf_cli_dataset, &alf_cli_train, &alf_cli_bench,
    &alf_cli_spectra,  &alf_cli_video,   &alf_cli_help,    NULL,
};

static const alf_cli_option options[] = {
    {.name = "version", .kind = ALF_CLI_FLAG, .help = "the version of the program"}, {.name = NULL}};

const alf_cli_command alf_cli_program = {
    .name = "",
    .summary = "alias-free image generators",
    .group = commands,
    .options = options,
    .notes = {"Values are given as --option=value or --option value."},
};

const char *alf_cli_word(const alf_cli_command *group, const alf_cli_command *row)
{
    const size_t length = strlen(group->name);
    return row->name + length + (length ? 1 : 0);
}

static void say_unknown(const alf_cli_command *group, const char *word)
{
    const char *names[ALF_CLI_MAX_COMMANDS + 1] = {"help"}, *space = *group->name ? " " : "";
    int         count = 1;
    for (; group->group[count - 1] && count <= ALF_CLI_MAX_COMMANDS; count++)
        names[count] = alf_cli_word(group, group->group[count - 1]);
    const char *near = alf_cli_nearest(word, count, names);
    fprintf(stderr, "aliasfree%s%s: unknown command '%s'%s%s%s\nTry 'aliasfree%s%s --help'.\n", space, group->name,
            word, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", space, group->name);
}

const alf_cli_command *alf_cli_find(const alf_cli_command *group, const char *word)
{
    for (const alf_cli_command *const *row = group->group; *row; row++)
        if (strcmp(alf_cli_word(group, *row), word) == 0) return *row;
    say_unknown(group, word);
    return NULL;
}
