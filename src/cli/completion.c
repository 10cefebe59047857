/* The completion for bash: what the tables say, and the script that reads it (completion.bash). */
#include "commands.h"
#include "options.h"

extern const char alf_cli_completion_script[]; /* made by the build of completion.bash */

static void put_value(const alf_cli_option *o, FILE *to)
{
    const bool list = o->kind == ALF_CLI_LIST;
    if (o->kind == ALF_CLI_FLAG) return;
    if (o->kind == ALF_CLI_BOOL)
        fputs("[=true|false]", to);
    else if (o->kind == ALF_CLI_CHOICE)
        fprintf(to, "=%s", o->value);
    else if (o->path == ALF_CLI_NO_PATH)
        fputc('=', to);
    else
        fprintf(to, "=<%s%s>", o->path == ALF_CLI_FILE ? "file" : "folder", list ? "s" : "");
}

static void put_commands(const alf_cli_command *group, FILE *to)
{
    for (const alf_cli_command *const *row = group->group; row && *row; row++)
        fprintf(to, " %s", alf_cli_word(group, *row));
}

static void put_entries(const alf_cli_command *command, FILE *to)
{
    const alf_cli_option *o;
    put_commands(command, to);
    if (command->argument_path != ALF_CLI_NO_PATH) fputs(" <file>", to);
    for (int i = 0; (o = alf_cli_option_at(command, i)); i++) {
        fprintf(to, " --%s", o->name);
        put_value(o, to);
    }
}

/* One line for the command, and those of a group's commands. `help` stands before words as well as before options. */
static void put_rows(const alf_cli_command *command, FILE *to)
{
    const bool program = command == &alf_cli_program;
    fprintf(to, "        '%s') echo '", command->name);
    put_entries(command, to);
    if (command == &alf_cli_help) put_commands(&alf_cli_program, to);
    fputs("' ;;\n", to);
    if (command->group && !program) {
        fprintf(to, "        'help %s') echo '", command->name);
        put_commands(command, to);
        fputs("' ;;\n", to);
    }
    for (const alf_cli_command *const *row = command->group; row && *row; row++) put_rows(*row, to);
}

void alf_cli_print_completion(FILE *to)
{
    fputs(
        "# Completion of aliasfree for bash, printed by 'aliasfree help --bash-completion'.\n\n_aliasfree_table()\n{\n"
        "    case $1 in\n",
        to);
    put_rows(&alf_cli_program, to);
    fputs("    esac\n}\n\n", to);
    fputs(alf_cli_completion_script, to);
}
