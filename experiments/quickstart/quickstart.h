/* The quick start: how equivariant are the networks that the project carries? Parts of one small program. */
#ifndef QUICKSTART_H
#define QUICKSTART_H

#include "common/subjects.h"

/* Largest shift measured and shown, in image widths. */
#define QUICKSTART_MOST_SHIFT 0.125

typedef struct {
    const char *name; /* of the configuration, e.g. "stylegan3-t" */
    char        network[4096], picture[4096];
    subject     subject;  /* opened by quickstart_measure()                */
    bool        measured; /* false: the network has no input transform */

    alf_equivariance_result results[ALF_EQ_KINDS]; /* when measured                                           */
    double                  grey, range;           /* of the picture: the value shown as mid-grey; black and white
                                                      are `range` below and above                             */
} quickstart_row;

/* Loads row->network, measures EQ-T on whole pixels and on fractions and EQ-R on `samples` images each, and draws
 * row->picture. Close the row, also after a failure. */
alf_status quickstart_measure(alf_ctx *ctx, int64_t samples, quickstart_row *row);
void       quickstart_close(quickstart_row *row);

/* Draws the grid of one network: with input transform, a row per movement and for each of two seeds what the network
 * shows, what its unmoved image shows when moved, and the difference times QUICKSTART_GAIN; else seeds alone. */
#define QUICKSTART_GAIN 10
alf_status quickstart_draw(quickstart_row *row);
/* Draws slices of measured networks whose canvas moves down: where texture sticks, and where it is carried along. At least
 * one is measured; those of another size than the first of them are left out. */
alf_status quickstart_draw_slices(alf_ctx *ctx, int count, const quickstart_row rows[], const char *path);
/* Tells on stdout how to read the pictures. */
void quickstart_explain_grids(void);
void quickstart_explain_slices(void);

void quickstart_print_table(int count, const quickstart_row rows[]);
/* Writes the figures to a file as JSON. */
alf_status quickstart_write_json(alf_ctx *ctx, const char *path, int count, const quickstart_row rows[]);

#endif
