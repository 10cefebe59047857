/* aliasfree COMMAND: finds the command and runs it. */
#include <string.h>

#include "options.h"
#include "session.h"

static const alf_cli_command *const commands[] = {
    &alf_cli_plan,     &alf_cli_filter,  &alf_cli_init,    &alf_cli_info,  &alf_cli_convert,
    &alf_cli_generate, &alf_cli_metrics, &alf_cli_dataset, &alf_cli_train, &alf_cli_bench,
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_overview(FILE *to)
{
    fprintf(to, "aliasfree %s: alias-free image generators\n\nusage: aliasfree COMMAND [options]\n\ncommands:\n",
            alf_version());
    for (int i = 0; i < COMMANDS; i++) fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n'aliasfree COMMAND --help' or 'aliasfree help COMMAND' tells the options of a command,\n"
          "'aliasfree --version' the version. Values are given as --option=value or --option value.\n"
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
    const char *names[COMMANDS + 1] = {"help"};
    for (int i = 0; i < COMMANDS; i++) names[i + 1] = commands[i]->name;
    const char *near = alf_cli_nearest(word, COMMANDS + 1, names);
    fprintf(stderr, "aliasfree: unknown command '%s'%s%s%s\nTry 'aliasfree --help'.\n", word,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return ALF_CLI_USAGE;
}

static int help(void)
{
    print_overview(stdout);
    return alf_cli_finish_stdout("aliasfree", ALF_CLI_OK);
}

static int run(const char *word, int argc, char *const argv[])
{
    const alf_cli_command *command = find_command(word);
    return command ? alf_cli_session(command, argc, argv) : say_unknown(word);
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
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) return help();
    if (strcmp(word, "help") != 0) return run(word, argc - 2, argv + 2);
    if (argc == 2 || *argv[2] == '-') return help();
    return run(argv[2], 1, (char *[]){"--help"});
}
