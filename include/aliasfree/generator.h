/* Generators: networks that turn latents into images.
 *
 *   z [N, z_dim] (and c [N, c_dim])  ── map ──>  ws [N, num_ws, w_dim]  ── synthesize ──>  image [N, channels, H, W]
 *
 * Image values are about [-1, 1]. A generator belongs to the context that made it. Parameters and buffers carry the
 * official names, such as synthesis.L3_52_512.affine.weight. */
#ifndef ALIASFREE_GENERATOR_H
#define ALIASFREE_GENERATOR_H

#include "aliasfree/archive.h"
#include "aliasfree/plan.h"
#include "aliasfree/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A generator. */
typedef struct alf_generator alf_generator;

/* --- where they come from and go to ---------------------------------------------------------------------------------- */

/* A freshly initialised generator by the original's rules; the seed decides every number. */
ALF_API ALF_NODISCARD alf_status alf_generator_create(alf_ctx *ctx, const alf_config *config, uint64_t seed,
                                                      alf_generator **out);
/* Reads a network file (safetensors or official pickle). `key` chooses the network in it: "G_ema", "G"; NULL: "G_ema"
 * if it is there, else "G", else a network that stands alone. Missing, unknown, misshapen and non-finite tensors are
 * errors by name. Tensors that the file has as float32 are not copied but stay mapped, so the file must not be rewritten
 * in place while the network lives (our writers replace it by renaming); changes to the network never reach the file. */
ALF_API ALF_NODISCARD alf_status alf_generator_load(alf_ctx *ctx, const char *path, const char *key,
                                                    alf_generator **out);
/* The same from an archive that is open already. */
ALF_API ALF_NODISCARD alf_status alf_generator_from_archive(alf_ctx *ctx, const alf_archive *archive, const char *key,
                                                            alf_generator **out);
/* Adds the network to an archive as "<key>.<name>", with "<key>.class" and "<key>.init_kwargs". */
ALF_API ALF_NODISCARD alf_status alf_generator_to_archive(const alf_generator *g, const char *key,
                                                          alf_archive *archive);
/* Writes a network file with this one network under "G_ema". */
ALF_API ALF_NODISCARD alf_status alf_generator_save(const alf_generator *g, const char *path);
ALF_API void                     alf_generator_destroy(alf_generator *g); /* releases it; NULL is allowed */

ALF_API const alf_plan *alf_generator_plan(const alf_generator *g); /* valid as long as the generator */
ALF_API alf_ctx        *alf_generator_ctx(const alf_generator *g);  /* that it belongs to             */
/* True when the network's input is Fourier features, which follow a user transform; else, with a learned constant,
 * equivariance cannot be measured. */
ALF_API bool alf_generator_has_transform(const alf_generator *g);

/* Parameters and buffers in the order of declaration; NULL or false beyond their number. */
ALF_API int         alf_generator_num_tensors(const alf_generator *g);
ALF_API const char *alf_generator_tensor_name(const alf_generator *g, int index);
ALF_API alf_tensor *alf_generator_tensor(const alf_generator *g, int index);
ALF_API bool        alf_generator_tensor_is_buffer(const alf_generator *g, int index);

/* Makes the parameters (not the buffers) variables that gradients can be taken of, or plain tensors again, as they are
 * at first: then nothing is recorded. */
ALF_API void alf_generator_require_gradients(alf_generator *g, bool on);

/* --- mapping ------------------------------------------------------------------------------------------------------------ */

/* Latents of NumPy seeds, as the original makes them: RandomState(seed).randn(1, z_dim) -> [count, z_dim]. */
ALF_API alf_tensor *alf_generator_latents(alf_generator *g, int64_t count, const uint32_t seeds[]);
/* One-hot labels [count, c_dim] of one class; NULL for an unconditional network (class_index is then ignored). */
ALF_API alf_tensor *alf_generator_labels(alf_generator *g, int64_t count, int class_index);

/* z [N, z_dim] and labels c [N, c_dim] (NULL for an unconditional network) to ws [N, num_ws, w_dim]. The first `cutoff`
 * styles (negative: all) are moved towards the average: w_avg + psi (w - w_avg). */
ALF_API alf_tensor *alf_generator_map(alf_generator *g, alf_tensor *z, alf_tensor *c, double psi, int cutoff);
/* One style for every layer: w [N, w_dim] -> [N, num_ws, w_dim]. */
ALF_API alf_tensor *alf_generator_repeat_w(alf_generator *g, alf_tensor *w);
/* Style mixing: layers below `from` take ws, those from `from` on take other. */
ALF_API alf_tensor *alf_generator_mix(alf_generator *g, alf_tensor *ws, alf_tensor *other, int from);

/* Training: moves w_avg towards the mean over the batch of ws[:, 0], by the configuration's w_avg_beta. */
ALF_API ALF_NODISCARD alf_status alf_generator_update_w_avg(alf_generator *g, alf_tensor *ws);

/* --- synthesis ---------------------------------------------------------------------------------------------------------- */

/* What stands in for the noise inputs of a network that has them. */
typedef enum {
    ALF_NOISE_CONST = 0, /* the arrays that are stored in the network    */
    ALF_NOISE_RANDOM,    /* fresh numbers for every image, by noise_seed */
    ALF_NOISE_NONE       /* none                                         */
} alf_noise_mode;

/* How styles become an image. */
typedef struct {
    alf_noise_mode noise;             /* networks without noise inputs ignore it */
    uint64_t       noise_seed;        /* of ALF_NOISE_RANDOM                     */
    bool           update_magnitudes; /* training: each layer's magnitude_ema first moves towards the mean square of the
                                         layer's input, by the configuration's magnitude_ema_beta                */
    const double  *transform; /* inverse 3x3 matrix in canvas units, row-major; NULL: as stored in the network. An error
                                  for networks without transform                               */
    /* Called with the output of each layer ("input", "L0_36_512", ...) as soon as it is there; NULL: nobody looks. */
    void (*observe)(void *user, const char *layer, alf_tensor *x);
    void *observe_user; /* handed to observe */
} alf_synthesis_options;

/* Stored noise, the stored transform, nobody looks. */
ALF_API alf_synthesis_options alf_synthesis_options_default(void);

/* ws [N, num_ws, w_dim] -> image [N, img_channels, H, W]. options may be NULL. */
ALF_API alf_tensor *alf_generator_synthesize(alf_generator *g, alf_tensor *ws, const alf_synthesis_options *options);

/* Saves an image [1, 1 or 3, H, W] with values in [-1, 1] as PNG, byte for byte as the original saves it. */
ALF_API ALF_NODISCARD alf_status alf_image_save_png(alf_ctx *ctx, const alf_tensor *image, const char *path);

/* The matrix that the option `transform` wants for an image translated by (tx, ty) canvas widths (right, down) and
 * rotated by `degrees`, as the original's --translate and --rotate build it: the inverse of
 * [[c, s, tx], [-s, c, ty], [0, 0, 1]]. */
ALF_API void alf_user_transform(double tx, double ty, double degrees, double inverse[9]);

#ifdef __cplusplus
}
#endif
#endif
