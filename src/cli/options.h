/* From the command line and a table of options to checked values; and the table as help. */
#ifndef ALF_CLI_OPTIONS_H
#define ALF_CLI_OPTIONS_H

#include "cli.h"

/* The option at a position of the joined table (own, shared, common options); NULL beyond its end. */
const alf_cli_option *alf_cli_option_at(const alf_cli_command *command, int index);

/* Fills arguments, values and given of `c` for c->command from argv[0 .. argc), which must outlive c. On failure false,
 * with a text for the user. Of an option that is given twice the last one counts. */
bool alf_cli_parse(alf_cli *c, int argc, char *const argv[], char *message, size_t size) ALF_NODISCARD;

/* True when --help or -h stands before a lone "--". */
bool alf_cli_wants_help(int argc, char *const argv[]);

void alf_cli_print_help(const alf_cli_command *command, FILE *to);

/* The nearest of `names` (count of them) to a name that is not among them; NULL when none is near. */
const char *alf_cli_nearest(const char *name, int count, const char *const names[]);

#endif
