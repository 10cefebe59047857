/* Files that another program writes: made beside their place under a name of their own, and renamed when they are whole. */
#ifndef ALF_CLI_PART_H
#define ALF_CLI_PART_H

#include "cli.h"

typedef struct {
    char *path; /* the destination, links resolved           */
    char *part; /* what the other program is to write, beside */
} alf_cli_part;

/* Makes an empty file with the rights of any new one. Refuses a destination that is there and no file, or may not be
 * written. Returns an exit code; alf_cli_part_end() only after ALF_CLI_OK. */
int alf_cli_part_make(const alf_cli *c, const char *path, alf_cli_part *out);
/* After work that ended with this exit code: brings the part to disk and gives it its name where the code is ALF_CLI_OK
 * and `keep`, else removes it. Returns an exit code. */
int alf_cli_part_end(const alf_cli *c, alf_cli_part *part, int exit_code, bool keep);

#endif
