/* From the command line and a table of options to checked values; and the table as help. */
#ifndef ALF_CLI_OPTIONS_H
#define ALF_CLI_OPTIONS_H

#include "cli.h"

/* The tables of options of a command, each with a title: its own, the shared one, the common one. */
typedef struct {
    const char           *title;
    const alf_cli_option *options; /* NULL: the command has no such table */
} alf_cli_table;

enum { ALF_CLI_TABLES = 3 };

alf_cli_table alf_cli_table_at(const alf_cli_command *command, int index);

/* The option at a position of these tables, joined; NULL beyond their end. */
const alf_cli_option *alf_cli_option_at(const alf_cli_command *command, int index);

/* Fills arguments, values and given of `c` for c->command from argv[0 .. argc), which must outlive c. On failure false,
 * with a text for the user. Of an option that is given twice the last one counts. */
bool alf_cli_parse(alf_cli *c, int argc, char *const argv[], char *message, size_t size) ALF_NODISCARD;

/* Is the option in one of the command's tables? */
bool alf_cli_takes_option(const alf_cli_command *command, const char *name);

/* True when --help or -h stands before a lone "--". */
bool alf_cli_wants_help(int argc, char *const argv[]);

/* --- the tables as text ---------------------------------------------------------------------------------------------- */

/* What follows "aliasfree " in the line that shows the usage. */
void alf_cli_usage_text(const alf_cli_command *command, char *text, size_t size);
/* What stands behind the option's name: "=FILE", "[=BOOL]", "". */
void alf_cli_value_text(const alf_cli_option *o, char *text, size_t size);
/* What the option is for, with range and default. */
void alf_cli_option_text(const alf_cli_option *o, char *text, size_t size);

/* What an environment variable decides, and what it may be. */
void alf_cli_env_text(const alf_env_variable *variable, char *text, size_t size);

/* What a code means; NULL beyond the last one. */
const char *alf_cli_exit_text(int exit_code);

/* Help of a command, of a group, of the program (whose name is ""). */
void alf_cli_print_help(const alf_cli_command *command, FILE *to);
/* The same as a manual page in the language of man(7), and the page's name: "aliasfree-spectra-calc". */
void alf_cli_print_manual(const alf_cli_command *command, FILE *to);
void alf_cli_manual_name(const alf_cli_command *command, char *name, size_t size);

/* The nearest of `names` (count of them) to a name that is not among them; NULL when none is near. */
const char *alf_cli_nearest(const char *name, int count, const char *const names[]);

#endif
