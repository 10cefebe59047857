/* The layers of a discriminator, connected to its parameters: blocks from the full resolution down to 8 pixels, then the
 * 4x4 block with its minibatch statistics. */
#ifndef ALF_MODELS_DISCRIMINATOR_NET_H
#define ALF_MODELS_DISCRIMINATOR_NET_H

#include "aliasfree/discriminator.h"
#include "models/conv_layer.h"
#include "models/mapping.h"

enum { ALF_DISCRIMINATOR_BLOCKS = 11 }; /* 4096 pixels down to 4 */

/* Convolutions of a block, in the order in which they are frozen. The 4x4 block has one, conv. */
typedef enum {
    ALF_PART_FROMRGB,
    ALF_PART_CONV0, /* conv in the 4x4 block */
    ALF_PART_CONV1,
    ALF_PART_SKIP,
    ALF_PARTS
} alf_block_part;

typedef struct {
    alf_conv_layer parts[ALF_PARTS]; /* without a weight: the block has no such part                  */
    alf_upfirdn   *image_downsample; /* of the image, for the next block's fromrgb; NULL: none        */
} alf_discriminator_block;

typedef struct {
    int                     num_blocks; /* the 4x4 block included */
    alf_discriminator_block blocks[ALF_DISCRIMINATOR_BLOCKS];
    alf_dense_layer         fc, out; /* of the 4x4 block                 */
    alf_mapping             mapping; /* of labels, in conditional networks */
    bool                    conditional;
    int                     group_size, num_statistics; /* of the minibatch; 0: the whole batch, no statistics */
} alf_discriminator_net;

/* Declares everything that a discriminator of this configuration has; the configuration must outlive the list. */
alf_status alf_discriminator_declare(alf_params *params, const alf_discriminator_config *config);
/* Fills `out`, which alf_discriminator_net_clear() gives back, also after a failure. */
alf_status alf_discriminator_net_build(const alf_params *params, const alf_discriminator_config *config,
                                       alf_discriminator_net *out);
void       alf_discriminator_net_clear(alf_discriminator_net *net);

/* images [N, channels, R, R], c [N, c_dim] or NULL -> [N, 1]; N is a multiple of the group size or at most that. */
alf_tensor *alf_discriminator_net_forward(alf_ctx *ctx, const alf_discriminator_net *net, alf_tensor *images,
                                          alf_tensor *c);

#endif
