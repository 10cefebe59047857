/* One run of a command: its context, signals that stop it, and what is said to the user. */
#ifndef ALF_CLI_SESSION_H
#define ALF_CLI_SESSION_H

#include "cli.h"

/* Parses the words after the command's name, makes the context, runs the command, and sees that all of stdout got out.
 * Returns the exit code. */
int alf_cli_session(const alf_cli_command *command, int argc, char *const argv[]);

/* Flushes stdout: an exit code, since a full disk is a failure too. `who` leads the message. */
int alf_cli_finish_stdout(const char *who, int exit_code);

/* What the common options say of a context, with `threads` threads (0: the default). */
alf_ctx_options alf_cli_context_options(const alf_cli *c, int threads);
/* Makes c->ctx as the common options say, but with `threads` threads. Returns an exit code. */
int alf_cli_open_context(alf_cli *c, int threads);

#endif
