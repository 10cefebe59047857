/* The parameters and buffers of a network: names, shapes, how they start, and their tensors.
 *
 * A model declares what it has (a pure function of its plan or configuration), then the list is either initialised or
 * loaded; then the model's layers look their tensors up by name. The list knows nothing of models. */
#ifndef ALF_MODELS_PARAMS_H
#define ALF_MODELS_PARAMS_H

#include "aliasfree/archive.h"
#include "aliasfree/tensor.h"

typedef struct alf_param alf_param;

/* Writes the initial values of a parameter: `count` doubles. The stream of random numbers is the parameter's own. */
typedef alf_status (*alf_param_init)(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream,
                                     double values[]);

struct alf_param {
    char           name[96];
    int            ndim;
    int64_t        shape[4];
    int64_t        count;
    bool           buffer;
    bool           output_bias; /* added to what the network gives: no derivative of its output knows it */
    alf_param_init init;
    double         scale;  /* of the initial values, or the constant                           */
    const void    *source; /* what else `init` reads, known to it alone; it outlives the list  */
    alf_tensor    *tensor;
};

typedef struct {
    alf_ctx    *ctx;
    const char *origin; /* leads messages: the file the values come from; valid while layers are built */
    alf_param  *items;
    int         count, room;
} alf_params;

alf_params alf_params_start(alf_ctx *ctx); /* an empty list */
void       alf_params_clear(alf_params *params);

/* What a model has to say of one parameter. */
typedef struct {
    const char    *prefix, *name; /* joined without a separator */
    int            ndim;
    int64_t        shape[4];
    bool           buffer;
    alf_param_init init;
    double         scale;
    const void    *source;
} alf_param_spec;
alf_status alf_params_declare(alf_params *params, const alf_param_spec *spec);
/* Marks the parameter that was declared last as an output bias. */
void alf_params_mark_output_bias(alf_params *params);

alf_status alf_params_init(alf_params *params, uint64_t seed);
/* Takes "<prefix><name>" for each; anything else under the prefix is an error. */
alf_status alf_params_load(alf_params *params, const alf_archive *archive, const char *prefix);
alf_status alf_params_store(const alf_params *params, alf_archive *archive, const char *prefix);

/* The tensor of "<prefix><name>"; NULL with the error recorded if there is none. */
alf_tensor *alf_params_get(const alf_params *params, const char *prefix, const char *name);

/* By its place in the list; NULL beyond. */
const alf_param *alf_params_at(const alf_params *params, int index);
/* Makes the parameters, not the buffers, variables or plain tensors. */
void alf_params_require_gradients(alf_params *params, bool on);

/* Common ways to start. */
alf_status alf_init_constant(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[]);
alf_status alf_init_normal(alf_ctx *ctx, const alf_param *param, uint64_t seed, uint64_t stream, double values[]);

#endif
