/* Random numbers that can be repeated: counter-based streams, and NumPy's legacy generator.
 *
 * A Philox number depends on (seed, stream, index) alone, so any part of a stream can be made by any thread in any
 * order. Seeds are 64-bit; a stream separates uses of one seed. */
#ifndef ALIASFREE_RANDOM_H
#define ALIASFREE_RANDOM_H

#include "aliasfree/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the library draws random numbers for: two purposes of one seed never share a stream. Streams below 2^32 are left
 * to the user. */
typedef enum {
    ALF_FOR_PARAMETERS = 1,     /* index: the parameter, in order of declaration */
    ALF_FOR_NOISE,              /* index: the layer                              */
    ALF_FOR_LATENTS,            /* of metrics                                    */
    ALF_FOR_LABELS,             /* of metrics                                    */
    ALF_FOR_TRANSFORMS,         /* translations and rotations of metrics         */
    ALF_FOR_BOOTSTRAP,          /* intervals of metrics                          */
    ALF_FOR_AUGMENTATION,       /* index: the caller's                           */
    ALF_FOR_AUGMENTATION_NOISE, /* index: the caller's                           */
    ALF_FOR_TRAINING_LATENTS,   /* index: the phase                              */
    ALF_FOR_TRAINING_LABELS,    /* index: the phase                              */
    ALF_FOR_MIXING,             /* index: the phase                              */
    ALF_FOR_PATH_LENGTH,        /* noise of the path-length regulariser          */
    ALF_FOR_TRAINING_NOISE,     /* index: the phase                              */
    ALF_FOR_DATA_ORDER,         /* permutations of a data set                    */
    ALF_FOR_DATA_CHOICE,        /* of max_items of a data set                    */
    ALF_FOR_PLACEMENT,          /* of subjects in non-aligned data sets          */
    ALF_FOR_SYNTHETIC_DATA,     /* procedural data sets                          */
    ALF_FOR_GRID,               /* pictures of a run                             */
    ALF_FOR_PATCHES,            /* of the sliced Wasserstein distance            */
    ALF_FOR_PROJECTIONS         /* of the sliced Wasserstein distance            */
} alf_purpose;

/* The number of the stream. */
ALF_API uint64_t alf_random_stream(alf_purpose purpose, uint32_t index);

/* Four 32-bit words of Philox4x32-10 (Salmon et al., SC 2011) for a counter and a key. */
ALF_API void alf_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* `count` values of the stream from `first` >= 0 on: uniform in [0, 1) with 32 bits, or standard normal (Box-Muller on
 * neighbouring pairs, evaluated in double). */
ALF_API void alf_random_uniform(uint64_t seed, uint64_t stream, int64_t first, int64_t count, double out[]);
ALF_API void alf_random_normal(uint64_t seed, uint64_t stream, int64_t first, int64_t count, double out[]);

/* numpy.random.RandomState(seed): MT19937 and the legacy distributions, bit for bit. A plain value, copy freely. */
typedef struct {
    uint32_t state[624]; /* of MT19937                                                  */
    int      position;   /* in it, 0 to 624                                             */
    bool     has_gauss;  /* normal numbers come in pairs: the second one waits in gauss */
    double   gauss;      /* the second one                                              */
} alf_numpy_random;

/* Fills the state as RandomState(seed) does; then numbers in the order in which NumPy would draw them. */
ALF_API void alf_numpy_seed(alf_numpy_random *rng, uint32_t seed);
ALF_API void alf_numpy_rand(alf_numpy_random *rng, int64_t count, double out[]);  /* uniform in [0, 1), 53 bits */
ALF_API void alf_numpy_randn(alf_numpy_random *rng, int64_t count, double out[]); /* standard normal (polar)    */
/* Integers in [low, high), high - low <= 2^32. */
ALF_API void alf_numpy_randint(alf_numpy_random *rng, int64_t low, int64_t high, int64_t count, int64_t out[]);
ALF_API void alf_numpy_permutation(alf_numpy_random *rng, int64_t count, int64_t out[]); /* of 0..count-1 */

#ifdef __cplusplus
}
#endif
#endif
