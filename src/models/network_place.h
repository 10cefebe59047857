/* Networks in archives: which one is meant, where it stands, and how it gets there. */
#ifndef ALF_MODELS_NETWORK_PLACE_H
#define ALF_MODELS_NETWORK_PLACE_H

#include "models/params.h"

/* What is looked for. */
typedef struct {
    const char *class_name; /* official: "Generator"                                   */
    const char *what;       /* for messages: "generator"                               */
    const char *keys[4];    /* of the networks to look for, best first; then NULL      */
} alf_network_kind;

/* Where it stands: tensors "<prefix>name". Texts are the archive's. */
typedef struct {
    char        prefix[96];
    const char *kwargs;
} alf_network_place;

/* Finds the network "<key>."; without a key the best one there is, and at last one that stands alone under "param.". A
 * network of another class is an error. */
alf_status alf_network_find(alf_ctx *ctx, const alf_archive *archive, const char *key, const alf_network_kind *kind,
                            alf_network_place *out);
/* Adds a network under a key: its tensors, "<key>.class", "<key>.init_kwargs". */
alf_status alf_network_store(const alf_params *params, const alf_network_kind *kind, const char *key,
                             const char *kwargs, alf_archive *archive);

#endif
