/* A table of options as a manual page, in the macros of man(7). No dates and no paths, so pages are the same wherever
 * they are made. */
#include <ctype.h>
#include <string.h>

#include "options.h"

/* --- text ----------------------------------------------------------------------------------------------------------- */

/* What troff would take for a command, a hyphen or a typographic quote, as the character that was written. Where words
 * of a choice meet, a line may break. */
static void put_char(FILE *to, char c)
{
    switch (c) {
    case '\\': fputs("\\e", to); break;
    case '-': fputs("\\-", to); break;
    case '\'': fputs("\\(aq", to); break;
    case '`': fputs("\\(ga", to); break;
    case '^': fputs("\\(ha", to); break;
    case '~': fputs("\\(ti", to); break;
    case '"': fputs("\\(dq", to); break;
    case '|': fputs("|\\:", to); break;
    default: fputc(c, to);
    }
}

static void put_text(FILE *to, const char *text)
{
    if (*text == '.') fputs("\\&", to);
    for (; *text; text++) put_char(to, *text);
}

/* As a sentence: with a capital letter and a full stop. */
static void put_sentence(FILE *to, const char *text)
{
    fputc(toupper((unsigned char)*text), to);
    put_text(to, text + 1);
    fputs(text[strlen(text) - 1] == '.' ? "\n" : ".\n", to);
}

/* A paragraph with a tag in bold; its text follows. */
static void put_tag(FILE *to, const char *dashes, const char *tag, const char *value)
{
    fputs(".TP\n\\fB", to);
    put_text(to, dashes);
    put_text(to, tag);
    fputs("\\fR", to);
    put_text(to, value);
    fputc('\n', to);
}

/* --- sections ------------------------------------------------------------------------------------------------------- */

static bool is_example(const char *note)
{
    return strncmp(note, "aliasfree ", strlen("aliasfree ")) == 0;
}

/* The notes that are examples, under a heading, or those that are none. */
static void put_notes(FILE *to, const alf_cli_command *command, bool examples)
{
    const char *heading = examples ? ".SH EXAMPLES\n" : "";
    for (int i = 0; i < ALF_CLI_MAX_NOTES && command->notes[i]; i++) {
        if (is_example(command->notes[i]) != examples) continue;
        fprintf(to, "%s.PP\n", heading);
        put_text(to, command->notes[i]);
        fputc('\n', to);
        heading = "";
    }
}

static void put_commands(FILE *to, const alf_cli_command *const rows[])
{
    fputs(".SH COMMANDS\n", to);
    for (; *rows; rows++) {
        char name[64];
        alf_cli_manual_name(*rows, name, sizeof name);
        put_tag(to, "", name, "(1)");
        put_sentence(to, (*rows)->summary);
    }
}

static void put_table(FILE *to, const alf_cli_table *table)
{
    for (const alf_cli_option *o = table->options; o->name; o++) {
        char value[512], text[1024];
        alf_cli_value_text(o, value, sizeof value);
        alf_cli_option_text(o, text, sizeof text);
        put_tag(to, "--", o->name, value);
        put_text(to, text);
        fputc('\n', to);
    }
}

static void put_options(FILE *to, const alf_cli_command *command)
{
    fputs(".SH OPTIONS\n", to);
    for (int i = 0; i < ALF_CLI_TABLES; i++) {
        const alf_cli_table table = alf_cli_table_at(command, i);
        if (!table.options || !table.options->name) continue;
        if (i > 0) {
            fprintf(to, ".SS %c", toupper((unsigned char)*table.title));
            put_text(to, table.title + 1);
            fputc('\n', to);
        }
        put_table(to, &table);
    }
}

static void put_exit_status(FILE *to)
{
    fputs(".SH EXIT STATUS\n", to);
    for (int i = 0; alf_cli_exit_text(i); i++) {
        fprintf(to, ".TP\n%d\n", i);
        put_sentence(to, alf_cli_exit_text(i));
    }
}

/* Of a command those that its options name. */
static bool is_heeded(const alf_cli_command *command, const char *variable)
{
    const alf_cli_option *o;
    for (int i = 0; (o = alf_cli_option_at(command, i)); i++)
        if (strstr(o->help, variable)) return true;
    return command->group != NULL;
}

static void put_environment(FILE *to, const alf_cli_command *command)
{
    const char *heading = ".SH ENVIRONMENT\nFor options that are not given:\n";
    for (const alf_env_variable *v = alf_env_variables(); v->name; v++) {
        char text[256];
        if (!is_heeded(command, v->name)) continue;
        fputs(heading, to);
        heading = "";
        alf_cli_env_text(v, text, sizeof text);
        put_tag(to, "", v->name, "");
        put_text(to, text);
        fputc('\n', to);
    }
}

static void put_reference(FILE *to, const char *comma, const char *name, int length)
{
    fprintf(to, "%s.BR aliasfree", comma);
    if (length > 0) fputs("\\-", to);
    for (int i = 0; i < length; i++) put_char(to, name[i] == ' ' ? '-' : name[i]);
    fputs(" (1)", to);
}

/* The pages of the program and of the group that a command is of, and those of a group's commands. */
static void put_see_also(FILE *to, const alf_cli_command *command)
{
    const char *space = strchr(command->name, ' '), *comma = "";
    fputs(".SH SEE ALSO\n", to);
    if (*command->name) {
        put_reference(to, "", "", 0);
        comma = ",\n";
    }
    if (space) put_reference(to, comma, command->name, (int)(space - command->name));
    for (const alf_cli_command *const *row = command->group; row && *row; row++) {
        put_reference(to, comma, (*row)->name, (int)strlen((*row)->name));
        comma = ",\n";
    }
    fputc('\n', to);
}

/* --- the page ------------------------------------------------------------------------------------------------------- */

void alf_cli_manual_name(const alf_cli_command *command, char *name, size_t size)
{
    snprintf(name, size, "aliasfree%s%s", *command->name ? "-" : "", command->name);
    for (char *space = name; (space = strchr(space, ' '));) *space = '-';
}

void alf_cli_print_manual(const alf_cli_command *command, FILE *to)
{
    char name[64], usage[512];
    alf_cli_manual_name(command, name, sizeof name);
    alf_cli_usage_text(command, usage, sizeof usage);
    fputs(".TH ", to);
    for (const char *c = name; *c; c++) put_char(to, (char)toupper((unsigned char)*c));
    fprintf(to, " 1 \"\" \"aliasfree %s\" \"Aliasfree\"\n.nh\n.ad l\n.SH NAME\n", alf_version());
    put_text(to, name);
    fputs(" \\- ", to);
    put_text(to, command->summary);
    fputs("\n.SH SYNOPSIS\n.B aliasfree\n", to);
    put_text(to, usage);
    fputs("\n.SH DESCRIPTION\n", to);
    put_sentence(to, command->summary);
    put_notes(to, command, false);
    if (command->group) put_commands(to, command->group);
    put_options(to, command);
    put_notes(to, command, true);
    put_exit_status(to);
    put_environment(to, command);
    put_see_also(to, command);
}
