/* Subjects of an experiment: networks from files, or fresh rungs of the ladder, and their images under transforms. */
#ifndef EXPERIMENTS_SUBJECTS_H
#define EXPERIMENTS_SUBJECTS_H

#include "aliasfree/aliasfree.h"

typedef struct {
    char           label[64]; /* "T", or the file's name without folder and ending */
    alf_generator *generator;
    int            channels; /* shown: 1 or 3 */
    int64_t        size;     /* of the image  */
} subject;

/* `list`: files and rungs between commas, "experiments/pretrained/stylegan3-t-64.safetensors,E". A rung is made fresh from
 * `seed` at `resolution` pixels with channel settings base and max and latents of 64 numbers. Free with
 * subjects_close(). */
typedef struct {
    int      resolution;
    int64_t  channel_base, channel_max;
    uint64_t seed;
} subjects_fresh;

ALF_NODISCARD alf_status subjects_open(alf_ctx *ctx, const char *list, const subjects_fresh *fresh, int *count,
                                       subject **out);
void                     subjects_close(int count, subject subjects[]); /* NULL is allowed */

/* The image [channels, size, size] of styles ws [1, num_ws, w_dim] under an inverse transform (NULL: none). */
ALF_NODISCARD alf_status subject_image(const subject *s, alf_tensor *ws, const double *transform, double out[]);
/* Styles [1, num_ws, w_dim] of a NumPy seed, truncation psi; a conditional network takes class 0. */
alf_tensor *subject_styles(const subject *s, uint32_t seed, double psi);
/* A network without input transform is refused by a message that names it and says which rungs have one. */
ALF_NODISCARD alf_status subject_demand_transform(const subject *s);

#endif
