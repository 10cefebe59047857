/* The commands of the program, as a tree: `aliasfree` is a group of commands, some of which are groups. */
#ifndef ALF_CLI_COMMANDS_H
#define ALF_CLI_COMMANDS_H

#include "cli.h"

/* The program itself: its name is "", its group are the commands. */
extern const alf_cli_command alf_cli_program;

/* The word that calls a command of the group. */
const char *alf_cli_word(const alf_cli_command *group, const alf_cli_command *row);

/* The command of the group that the word calls; NULL, and said on stderr, when there is none. */
const alf_cli_command *alf_cli_find(const alf_cli_command *group, const char *word);

/* Prints the help of the command that the words lead to from the group. Returns an exit code. */
int alf_cli_help_on(const alf_cli_command *group, int count, char *const words[]);

/* The completion of the program for bash, a script. */
void alf_cli_print_completion(FILE *to);

#endif
