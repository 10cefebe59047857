/* aliasfree COMMAND: finds the command and runs it. */
#include <string.h>

#include "options.h"
#include "session.h"

static const alf_cli_command *const commands[] = {
    &alf_cli_plan,    &alf_cli_filter,   &alf_cli_init,    &alf_cli_info,
    &alf_cli_convert, &alf_cli_generate, &alf_cli_metrics, &alf_cli_bench,
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_overview(FILE *to)
{
    fprintf(to, "aliasfree %s: alias-free image generators\n\nusage: aliasfree COMMAND [options]\n\ncommands:\n",
            alf_version());
    for (int i = 0; i < COMMANDS; i++) fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n'aliasfree COMMAND --help' tells the options of a command; 'aliasfree --version' the version.\n"
          "Exit codes: 0 done, 1 failed, 2 wrong usage.\n",
          to);
}

static const alf_cli_command *find_command(const char *name)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    return NULL;
}

static int say_unknown(const char *word)
{
    const char *names[COMMANDS];
    for (int i = 0; i < COMMANDS; i++) names[i] = commands[i]->name;
    const char *near = alf_cli_nearest(word, COMMANDS, names);
    fprintf(stderr, "aliasfree: unknown command '%s'%s%s%s\nTry 'aliasfree --help'.\n", word,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return ALF_CLI_USAGE;
}

int main(int argc, char *argv[])
{
    if (argc < 2) {
        print_overview(stderr);
        return ALF_CLI_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--version") == 0) {
        printf("aliasfree %s\n", alf_version());
        return alf_cli_finish_stdout("aliasfree", ALF_CLI_OK);
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_overview(stdout);
        return alf_cli_finish_stdout("aliasfree", ALF_CLI_OK);
    }
    const alf_cli_command *command = find_command(word);
    return command ? alf_cli_session(command, argc - 2, argv + 2) : say_unknown(word);
}
