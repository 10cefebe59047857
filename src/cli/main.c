/* aliasfree COMMAND: finds the command and runs it. */
#include <string.h>

#include "commands.h"
#include "options.h"
#include "session.h"

static bool is_word(const char *word, const char *name, const char *short_name)
{
    return strcmp(word, name) == 0 || (short_name && strcmp(word, short_name) == 0);
}

static int print_version(void)
{
    printf("aliasfree %s\n", alf_version());
    return alf_cli_finish_stdout("aliasfree", ALF_CLI_OK);
}

/* The next word names a command of the group. "help" may stand before groups too, as in `aliasfree spectra help calc`. */
static int run_in(const alf_cli_command *group, int argc, char *const argv[])
{
    const bool program = group == &alf_cli_program;
    if (argc == 0) {
        alf_cli_print_help(group, stderr);
        return ALF_CLI_USAGE;
    }
    if (is_word(argv[0], "--help", "-h")) return alf_cli_help_on(group, 0, NULL);
    if (program && is_word(argv[0], "--version", NULL)) return print_version();
    if (!program && is_word(argv[0], "help", NULL)) return alf_cli_help_on(group, argc - 1, argv + 1);
    const alf_cli_command *command = alf_cli_find(group, argv[0]);
    if (!command) return ALF_CLI_USAGE;
    return command->group ? run_in(command, argc - 1, argv + 1) : alf_cli_session(command, argc - 1, argv + 1);
}

int main(int argc, char *argv[])
{
    return run_in(&alf_cli_program, argc > 0 ? argc - 1 : 0, argv + 1);
}
