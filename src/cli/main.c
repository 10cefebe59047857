/* aliasfree COMMAND: finds the command and runs it. */
#include <string.h>

#include "options.h"
#include "session.h"

static const alf_cli_command *const commands[] = {
    &alf_cli_plan,
    &alf_cli_filter,
    &alf_cli_init,
    &alf_cli_info,
    &alf_cli_convert,
    &alf_cli_generate,
    &alf_cli_metrics,
    &alf_cli_dataset,
    &alf_cli_train,
    &alf_cli_bench,
    &alf_cli_spectra,
    &alf_cli_video,
    NULL,
};

static void print_rows(FILE *to, const alf_cli_command *const rows[])
{
    int width = 14;
    for (int i = 0; rows[i]; i++) width = (int)strlen(rows[i]->name) > width ? (int)strlen(rows[i]->name) : width;
    for (; *rows; rows++) fprintf(to, "  %-*s %s\n", width, (*rows)->name, (*rows)->summary);
}

static void print_overview(FILE *to)
{
    fprintf(to, "aliasfree %s: alias-free image generators\n\nusage: aliasfree COMMAND [options]\n\ncommands:\n",
            alf_version());
    print_rows(to, commands);
    fputs("\n'aliasfree COMMAND --help' or 'aliasfree help COMMAND' tells the options of a command,\n"
          "'aliasfree --version' the version. Values are given as --option=value or --option value.\n"
          "Exit codes: 0 done, 1 failed, 2 wrong usage.\n",
          to);
}

/* What a row is called within its group, whose name has `skip` letters. */
static const char *word_of(const alf_cli_command *row, size_t skip)
{
    return row->name + skip + (skip ? 1 : 0);
}

static const alf_cli_command *find_command(const alf_cli_command *const rows[], size_t skip, const char *word)
{
    for (; *rows; rows++)
        if (strcmp(word_of(*rows, skip), word) == 0) return *rows;
    return NULL;
}

/* `group` is "" or the name of one. */
static int say_unknown(const alf_cli_command *const rows[], const char *group, const char *word)
{
    const char *names[32] = {"help"}, *space = *group ? " " : "";
    int         count = 1;
    for (; rows[count - 1]; count++) names[count] = word_of(rows[count - 1], strlen(group));
    const char *near = alf_cli_nearest(word, count, names);
    fprintf(stderr, "aliasfree%s%s: unknown command '%s'%s%s%s\nTry 'aliasfree%s%s --help'.\n", space, group, word,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", space, group);
    return ALF_CLI_USAGE;
}

static void print_group(FILE *to, const alf_cli_command *group)
{
    fprintf(to, "aliasfree %s: %s\n\nusage: aliasfree %s COMMAND [options]\n\ncommands:\n", group->name, group->summary,
            group->name);
    print_rows(to, group->group);
    fprintf(to, "\n'aliasfree %s COMMAND --help' tells the options of a command.\n", group->name);
}

static int help(void)
{
    print_overview(stdout);
    return alf_cli_finish_stdout("aliasfree", ALF_CLI_OK);
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* The next word names a command of the group, or is "help" as it may stand before groups too. */
static int run_in_group(const alf_cli_command *group, int argc, char *const argv[])
{
    if (argc == 0) {
        print_group(stderr, group);
        return ALF_CLI_USAGE;
    }
    const bool help_word = strcmp(argv[0], "help") == 0;
    if (help_word && argc == 2) return run_in_group(group, 2, (char *[]){argv[1], "--help"});
    if (help_word || asks_for_help(argv[0])) {
        print_group(stdout, group);
        return alf_cli_finish_stdout("aliasfree", ALF_CLI_OK);
    }
    const alf_cli_command *command = find_command(group->group, strlen(group->name), argv[0]);
    return command ? alf_cli_session(command, argc - 1, argv + 1) : say_unknown(group->group, group->name, argv[0]);
}

static int run(const char *word, int argc, char *const argv[])
{
    const alf_cli_command *command = find_command(commands, 0, word);
    if (!command) return say_unknown(commands, "", word);
    return command->group ? run_in_group(command, argc, argv) : alf_cli_session(command, argc, argv);
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
    if (asks_for_help(word)) return help();
    if (strcmp(word, "help") != 0) return run(word, argc - 2, argv + 2);
    if (argc == 2 || *argv[2] == '-') return help();
    return argc == 3 ? run(argv[2], 1, (char *[]){"--help"}) : run(argv[2], 2, (char *[]){argv[3], "--help"});
}
