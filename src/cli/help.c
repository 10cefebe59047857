/* A table of options as help for a person. */
#include <string.h>

#include "options.h"

enum { WIDTH = 100, INDENT = 30 };

/* Prints text from column `indent` on, broken between words; the cursor stands at `column`. */
static void print_wrapped(FILE *to, int column, int indent, const char *text)
{
    if (column > 0 && column >= indent) {
        fputc('\n', to);
        column = 0;
    }
    fprintf(to, "%*s", indent - column, "");
    column = indent;
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (column > indent && column + 1 + length > WIDTH) {
            fprintf(to, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', to);
            column++;
        }
        fprintf(to, "%.*s", length, text);
        column += length;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', to);
}

static void print_option(FILE *to, const alf_cli_option *o)
{
    char text[1024], range[80] = "", fallback[80] = "";
    int  column = fprintf(to, "  --%s", o->name);
    if (o->kind == ALF_CLI_BOOL)
        column += fprintf(to, "[=BOOL]");
    else if (o->kind != ALF_CLI_FLAG)
        column += fprintf(to, "=%s", o->value);
    if (o->low != 0 || o->high != 0) snprintf(range, sizeof range, "; %.16g to %.16g", o->low, o->high);
    if (o->fallback) snprintf(fallback, sizeof fallback, "; default %s", o->fallback);
    snprintf(text, sizeof text, "%s%s%s%s", o->help, range, fallback, o->required ? "; required" : "");
    print_wrapped(to, column, INDENT, text);
}

static void print_table(FILE *to, const char *title, const alf_cli_option *table)
{
    if (!table || !table->name) return;
    fprintf(to, "\n%s\n", title);
    for (; table->name; table++) print_option(to, table);
}

/* Required options stand in the usage line, the rest are [options]. */
void alf_cli_print_help(const alf_cli_command *command, FILE *to)
{
    const alf_cli_option *o;
    fprintf(to, "aliasfree %s: %s\n\nusage: aliasfree %s", command->name, command->summary, command->name);
    if (command->arguments) fprintf(to, " %s", command->arguments);
    for (int i = 0; (o = alf_cli_option_at(command, i)); i++)
        if (o->required) fprintf(to, " --%s=%s", o->name, o->value);
    fputs(" [options]\n", to);
    print_table(to, "options:", command->options);
    print_table(to, command->shared_title, command->shared);
    print_table(to, "options of every command:", alf_cli_common);
    for (int i = 0; i < ALF_CLI_MAX_NOTES && command->notes[i]; i++) {
        fputc('\n', to);
        print_wrapped(to, 0, 0, command->notes[i]);
    }
}
