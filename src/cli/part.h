/* Files that another program writes: made beside their place under a name of their own, and renamed when they are whole. */
#ifndef ALF_CLI_PART_H
#define ALF_CLI_PART_H

#include "cli.h"

/* An empty file in the folder of `path`, with the rights of any new file; its path, to be freed by alf_cli_part_end().
 * NULL: the reason is printed. */
char *alf_cli_part_make(const alf_cli *c, const char *path);
/* After work that ended with this exit code: brings the part to disk and renames it to `path` where the code is
 * ALF_CLI_OK and `keep`, else removes it. Returns an exit code. */
int alf_cli_part_end(const alf_cli *c, char *part, const char *path, int exit_code, bool keep);

#endif
