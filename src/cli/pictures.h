/* Pictures of a network or of a data set, as levels from 0 to 255: what commands that measure images walk through. */
#ifndef ALF_CLI_PICTURES_H
#define ALF_CLI_PICTURES_H

#include "cli.h"

typedef struct {
    const alf_cli *c;
    alf_generator *g;   /* NULL: a data set */
    alf_dataset   *set; /* NULL: a network  */
    int64_t        count, size;
    int            channels;
    int            class_index; /* of a network's images; -1: random ones, if it has classes */
    uint32_t       seed;
    double        *levels; /* [channels, size, size] of the picture that was read last */
} alf_cli_pictures;

/* Opens a network (its name ends in .safetensors or .pkl) or a data set. `count` of them: 0 is all of a data set;
 * where there are more, the seed chooses. The class is that of --class. Returns an exit code; alf_cli_pictures_close()
 * in any case. */
int  alf_cli_pictures_open(alf_cli_pictures *p, const alf_cli *c, const char *path, int64_t count, uint32_t seed);
void alf_cli_pictures_close(alf_cli_pictures *p);

bool alf_cli_is_network(const char *path);

/* Reads picture `index` into `levels`; any order, any number of times. */
ALF_NODISCARD alf_status alf_cli_pictures_read(alf_cli_pictures *p, int64_t index);

#endif
