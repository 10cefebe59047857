/* Generated images as files: a picture each or one grid of all, and arrays on demand. */
#ifndef ALF_CLI_IMAGES_H
#define ALF_CLI_IMAGES_H

#include "cli.h"

typedef struct {
    const alf_cli *c;
    const char    *folder;
    int64_t        channels, height, width;
    bool           npy;
    int64_t        columns, rows; /* 0: single pictures */
    alf_picture   *grid;
    double        *values; /* one image, to be filled before each put */
} alf_cli_images;

/* Prepares for images of the plan's size; --grid, --npy and --outdir say what becomes of them. Makes the folder. Returns
 * an exit code; alf_cli_images_close() in any case. */
int  alf_cli_images_open(alf_cli_images *images, const alf_cli *c, const alf_plan *plan);
void alf_cli_images_close(alf_cli_images *images);

/* Writes `values` as image `index` under the name (without ending), or puts it into the grid. */
int alf_cli_images_put(alf_cli_images *images, int64_t index, const char *name);
/* Writes the grid, if there is one. */
int alf_cli_images_finish(alf_cli_images *images);

#endif
