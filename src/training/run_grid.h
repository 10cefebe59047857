/* The pictures of a run: a grid of real images, and grids of generated ones from the same latents each time. */
#ifndef ALF_TRAINING_RUN_GRID_H
#define ALF_TRAINING_RUN_GRID_H

#include "training/run_job.h"

/* Columns and rows for images of a resolution: those asked for, else the original's rule; 0, 0 for no pictures. */
void alf_run_grid_size(const int64_t asked[2], int64_t resolution, int64_t *columns, int64_t *rows);

/* Chooses the reals of job->grid by the seed, and reads their labels where the networks take some. */
ALF_NODISCARD alf_status alf_run_grid_choose(alf_run_job *job);
void                     alf_run_grid_clear(alf_run_grid *grid);

/* Writes the grid as PNG into the folder; nothing where there are no pictures. */
ALF_NODISCARD alf_status alf_run_grid_reals(const alf_run_job *job, const char *name);
ALF_NODISCARD alf_status alf_run_grid_fakes(const alf_run_job *job, const char *name);

#endif
