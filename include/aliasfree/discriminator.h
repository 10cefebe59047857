/* Discriminators: networks that turn images into one number each, high for images that look real.
 *
 *   image [N, channels, R, R] (and labels c [N, c_dim])  ──>  logits [N, 1]
 *
 * Parameters and buffers carry the official names, such as b16.conv0.weight. Minibatch statistics make the logits of an
 * image depend on the batch that it comes in: the batch is the micro-batch of training. */
#ifndef ALIASFREE_DISCRIMINATOR_H
#define ALIASFREE_DISCRIMINATOR_H

#include "aliasfree/archive.h"
#include "aliasfree/plan.h"
#include "aliasfree/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Settings, named as the official init_kwargs name them. */
typedef struct {
    int              c_dim;                 /* number of classes or label values, 0: unconditional             */
    int              img_resolution;        /* a power of two from 8 to 4096                                   */
    int              img_channels;          /* 1 to 16; default 3                                              */
    alf_architecture architecture;          /* default resnet                                                  */
    int64_t          channel_base;          /* default 32768                                                   */
    int64_t          channel_max;           /* default 512                                                     */
    double           conv_clamp;            /* INFINITY: none; default 256                                     */
    int              num_fp16_res;          /* kept for the official files; arithmetic is float32 throughout   */
    int              cmap_dim;              /* of the mapped label; -1: the channels of the 4x4 block          */
    int              mapping_layers;        /* mapping_kwargs.num_layers; default 8                            */
    double           mapping_lr_multiplier; /* mapping_kwargs.lr_multiplier; default 0.01                      */
    int              freeze_layers;         /* block_kwargs.freeze_layers; default 0                           */
    int              mbstd_group_size;      /* epilogue_kwargs.mbstd_group_size; 0: the whole batch; default 4 */
    int              mbstd_num_channels;    /* epilogue_kwargs.mbstd_num_channels; default 1; 0: none          */
    int              resample_taps;         /* block_kwargs.resample_filter; 1 to 8                            */
    double           resample_filter[8];    /* default 1 3 3 1                                                 */
} alf_discriminator_config;

ALF_API alf_discriminator_config alf_discriminator_config_default(void); /* 256 pixels */
/* From and to an official init_kwargs text (JSON), as alf_config_from_kwargs() does. */
ALF_API ALF_NODISCARD alf_status alf_discriminator_config_from_kwargs(alf_ctx *ctx, const char *kwargs,
                                                                      const char               *origin,
                                                                      alf_discriminator_config *out);
ALF_API ALF_NODISCARD alf_status alf_discriminator_config_to_kwargs(alf_ctx                        *ctx,
                                                                    const alf_discriminator_config *config,
                                                                    char **out); /* free with alf_free_data() */

/* A discriminator. It belongs to the context that made it. */
typedef struct alf_discriminator alf_discriminator;

/* A freshly initialised discriminator by the original's rules; the seed decides every number. */
ALF_API ALF_NODISCARD alf_status alf_discriminator_create(alf_ctx *ctx, const alf_discriminator_config *config,
                                                          uint64_t seed, alf_discriminator **out);
/* Reads "<key>.…" (NULL: "D") of an archive, or a network that stands alone under "param.". As for generators, tensors
 * that the file has as float32 stay mapped: it must not be rewritten in place while the network lives. */
ALF_API ALF_NODISCARD alf_status alf_discriminator_from_archive(alf_ctx *ctx, const alf_archive *archive,
                                                                const char *key, alf_discriminator **out);
/* Adds the network to an archive as "<key>.<name>", with "<key>.class" and "<key>.init_kwargs". */
ALF_API ALF_NODISCARD alf_status alf_discriminator_to_archive(const alf_discriminator *d, const char *key,
                                                              alf_archive *archive);
ALF_API void                     alf_discriminator_destroy(alf_discriminator *d); /* releases it; NULL is allowed */

/* The settings that it was made with; valid as long as the network. */
ALF_API const alf_discriminator_config *alf_discriminator_settings(const alf_discriminator *d);

/* As for generators. Frozen layers have buffers where others have parameters. */
ALF_API int         alf_discriminator_num_tensors(const alf_discriminator *d);
ALF_API const char *alf_discriminator_tensor_name(const alf_discriminator *d, int index);
ALF_API alf_tensor *alf_discriminator_tensor(const alf_discriminator *d, int index);
ALF_API bool        alf_discriminator_tensor_is_buffer(const alf_discriminator *d, int index);
ALF_API void        alf_discriminator_require_gradients(alf_discriminator *d, bool on);

/* images [N, channels, R, R], c [N, c_dim] (NULL for an unconditional network) -> [N, 1]. */
ALF_API alf_tensor *alf_discriminator_logits(alf_discriminator *d, alf_tensor *images, alf_tensor *c);

#ifdef __cplusplus
}
#endif
#endif
