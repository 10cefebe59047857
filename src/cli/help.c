/* A table of options as help for a person. */
#include <string.h>

#include "options.h"
#include "report/wrapped.h"

enum { INDENT = 30, NAMES = 14 };

/* --- pieces that manual pages share --------------------------------------------------------------------------------- */

void alf_cli_value_text(const alf_cli_option *o, char *text, size_t size)
{
    if (o->kind == ALF_CLI_BOOL)
        snprintf(text, size, "[=BOOL]");
    else if (o->kind == ALF_CLI_FLAG)
        *text = '\0';
    else
        snprintf(text, size, "=%s", o->value);
}

void alf_cli_option_text(const alf_cli_option *o, char *text, size_t size)
{
    char range[80] = "", fallback[80] = "";
    if (o->low != 0 || o->high != 0) snprintf(range, sizeof range, "; %.16g to %.16g", o->low, o->high);
    if (o->fallback) snprintf(fallback, sizeof fallback, "; default %s", o->fallback);
    snprintf(text, size, "%s%s%s%s", o->help, range, fallback, o->required ? "; required" : "");
}

/* Required options stand in the usage line, the rest are [options]. */
void alf_cli_usage_text(const alf_cli_command *command, char *text, size_t size)
{
    const alf_cli_option *o;
    const char           *words[] = {command->name, command->group ? "COMMAND" : command->arguments};
    size_t                length = 0;
    for (int i = 0; i < 2; i++)
        if (words[i] && *words[i])
            length += (size_t)snprintf(text + length, size - length, "%s%s", length ? " " : "", words[i]);
    for (int i = 0; (o = alf_cli_option_at(command, i)) && length < size; i++)
        if (o->required) length += (size_t)snprintf(text + length, size - length, " --%s=%s", o->name, o->value);
    if (length < size) snprintf(text + length, size - length, " [options]");
}

void alf_cli_env_text(const alf_env_variable *variable, char *text, size_t size)
{
    snprintf(text, size, "%s: %s", variable->meaning, variable->expected);
}

const char *alf_cli_exit_text(int exit_code)
{
    static const char *const texts[] = {
        [ALF_CLI_OK] = "done", [ALF_CLI_FAILED] = "failed", [ALF_CLI_USAGE] = "wrong usage"};
    return exit_code < (int)(sizeof texts / sizeof *texts) ? texts[exit_code] : NULL;
}

/* --- the help ------------------------------------------------------------------------------------------------------- */

static void print_option(FILE *to, const alf_cli_option *o)
{
    char value[512], text[1024];
    alf_cli_value_text(o, value, sizeof value);
    alf_cli_option_text(o, text, sizeof text);
    alf_put_wrapped(to, fprintf(to, "  --%s%s", o->name, value), INDENT, text);
}

static void print_table(FILE *to, alf_cli_table table)
{
    if (!table.options || !table.options->name) return;
    fprintf(to, "\n%s:\n", table.title);
    for (const alf_cli_option *o = table.options; o->name; o++) print_option(to, o);
}

static void print_commands(FILE *to, const alf_cli_command *const rows[])
{
    int width = NAMES;
    for (int i = 0; rows[i]; i++) width = (int)strlen(rows[i]->name) > width ? (int)strlen(rows[i]->name) : width;
    fputs("\ncommands:\n", to);
    for (; *rows; rows++) fprintf(to, "  %-*s %s\n", width, (*rows)->name, (*rows)->summary);
}

/* What holds for all commands. */
static void print_conventions(FILE *to)
{
    fputs("\nenvironment, for options that are not given:\n", to);
    for (const alf_env_variable *v = alf_env_variables(); v->name; v++) {
        char text[256];
        alf_cli_env_text(v, text, sizeof text);
        alf_put_wrapped(to, fprintf(to, "  %s", v->name), INDENT, text);
    }
    fputs("\nexit codes: ", to);
    for (int i = 0; alf_cli_exit_text(i); i++) fprintf(to, "%s%d %s", i ? ", " : "", i, alf_cli_exit_text(i));
    fputc('\n', to);
}

void alf_cli_print_help(const alf_cli_command *command, FILE *to)
{
    const bool program = *command->name == '\0';
    char       usage[512];
    alf_cli_usage_text(command, usage, sizeof usage);
    fprintf(to, "aliasfree %s: %s\n\nusage: aliasfree %s\n", program ? alf_version() : command->name, command->summary,
            usage);
    if (command->group) print_commands(to, command->group);
    for (int i = 0; i < ALF_CLI_TABLES; i++) print_table(to, alf_cli_table_at(command, i));
    if (program) print_conventions(to);
    for (int i = 0; i < ALF_CLI_MAX_NOTES && command->notes[i]; i++) {
        fputc('\n', to);
        alf_put_wrapped(to, 0, 0, command->notes[i]);
    }
    if (command->group)
        fprintf(to, "\n'aliasfree%s%s COMMAND --help' tells the options of a command.\n", program ? "" : " ",
                command->name);
}
