/* What the two generations' synthesis networks have in common. */
#ifndef ALF_MODELS_SYNTHESIS_H
#define ALF_MODELS_SYNTHESIS_H

#include "aliasfree/generator.h"
#include "models/dense.h"

/* A synthesis network as the generator sees it. */
typedef struct {
    alf_status (*build)(const alf_params *params, const alf_plan *plan, void **out);
    void (*destroy)(void *network);
    alf_tensor *(*forward)(alf_ctx *ctx, const void *network, alf_tensor *ws, const alf_synthesis_options *options);
} alf_synthesis_kind;

/* What the names of a layer's parameters start with: "synthesis.<layer>.<part>", part like "affine." or "". */
void alf_layer_prefix(char prefix[96], const alf_layer_plan *plan, const char *part);

/* The style of one layer: ws [N, num_ws, w_dim] -> [N, w_dim]. */
alf_tensor *alf_style_of(alf_ctx *ctx, alf_tensor *ws, int index);

/* The noise input of a layer, which is added to every channel after the convolution. */
typedef struct {
    alf_tensor *constant, *strength; /* [size, size], [1]; NULL: there is none                           */
    int64_t     size;
    int         stream; /* of random noise: the layer's place in the plan                           */
} alf_noise_input;

/* Declares "<prefix>noise_const" and "<prefix>noise_strength"; nothing in a layer without noise. */
alf_status      alf_noise_declare(alf_params *params, const char *prefix, const alf_layer_plan *plan);
alf_noise_input alf_noise_build(const alf_params *params, const char *prefix, const alf_layer_plan *plan, int stream);
/* x [N, C, size, size] with the noise that the options ask for. */
alf_tensor *alf_noise_add(alf_ctx *ctx, const alf_noise_input *noise, alf_tensor *x,
                          const alf_synthesis_options *options);

/* Tells the observer, if there is one. */
void alf_observe(const alf_synthesis_options *options, const char *layer, alf_tensor *x);

#endif
