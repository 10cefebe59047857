/* Subjects of an experiment: networks from files, or fresh rungs of the ladder, and their images under transforms. */
#ifndef EXPERIMENTS_SUBJECTS_H
#define EXPERIMENTS_SUBJECTS_H

#include "aliasfree/aliasfree.h"

typedef struct {
    char           label[64];  /* "T", or the file's name without folder and ending; no two are equal, and each may be
                                  part of a file's name                                                        */
    char           digest[20]; /* of the configuration and every number: what a finished part was made with     */
    bool           fresh;      /* not from a file                                                             */
    alf_generator *generator;
    int            channels; /* shown: 1 or 3 */
    int64_t        size;     /* of the image  */
} subject;

/* How rungs are made: at `resolution` pixels, with channel settings base and max and latents of SUBJECT_LATENT numbers, as
 * many as those have that are trained. */
enum { SUBJECT_LATENT = 64 };
typedef struct {
    int      resolution;
    int64_t  channel_base, channel_max;
    uint64_t seed;
} subjects_fresh;

/* The configuration of a fresh rung. */
ALF_NODISCARD alf_status subjects_fresh_config(alf_ctx *ctx, const char *rung, const subjects_fresh *fresh,
                                               alf_config *out);

/* `list`: files and rungs between commas, "experiments/pretrained/stylegan3-t-64.safetensors,E". What has a '/' or ends in
 * .safetensors or .pkl is a file, anything else the name of a configuration, as `aliasfree plan --cfg` takes it. Free with
 * subjects_close(). */
ALF_NODISCARD alf_status subjects_open(alf_ctx *ctx, const char *list, const subjects_fresh *fresh, int *count,
                                       subject **out);
/* One more, made elsewhere: label, digest and the rest of it. Owns the generator when that succeeds. */
ALF_NODISCARD alf_status subject_from_generator(const char *label, alf_generator *generator, bool fresh, subject *out);
/* A list of the files of experiments/pretrained, where a program is run from the project's folder, and of `rungs` behind
 * them (NULL: none); "" where there is neither. Free with free(). */
ALF_NODISCARD alf_status subjects_pretrained(alf_ctx *ctx, const char *rungs, char **out);
void                     subjects_close(int count, subject subjects[]); /* NULL is allowed */

/* Styles [1, num_ws, w_dim] of a NumPy seed, truncation psi; a conditional network takes class 0. */
alf_tensor *subject_styles(const subject *s, uint32_t seed, double psi);
/* The image [channels, size, size] of styles ws [1, num_ws, w_dim] under an inverse transform (NULL: none). */
ALF_NODISCARD alf_status subject_image(const subject *s, alf_tensor *ws, const double *transform, double out[]);
/* A network without input transform is refused by a message that names it and says which rungs have one. */
ALF_NODISCARD alf_status subject_demand_transform(const subject *s);

#endif
