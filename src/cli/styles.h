/* Where the styles of generated images come from: seeds, seeds mixed with others, or a file of W or W+. */
#ifndef ALF_CLI_STYLES_H
#define ALF_CLI_STYLES_H

#include "cli.h"

/* The options, for tables: --seeds, --projected-w, --mix-seeds, --mix-layer, --trunc, --trunc-cutoff, --class. */
#define ALF_CLI_STYLE_OPTIONS                                                                                          \
    {.name = "seeds", .kind = ALF_CLI_SEEDS, .value = "LIST", .help = "NumPy seeds of the latents, as in 0,2,5-9"},    \
        {.name = "projected-w",                                                                                        \
         .kind = ALF_CLI_TEXT,                                                                                         \
         .value = "F.npy",                                                                                             \
         .help = "styles instead of seeds: W [N, w_dim] or W+ [N, num_ws, w_dim]"},                                    \
        {.name = "mix-seeds",                                                                                          \
         .kind = ALF_CLI_SEEDS,                                                                                        \
         .value = "LIST",                                                                                              \
         .help = "style mixing: seeds of the other styles, one for each image or one for all"},                        \
        {.name = "mix-layer",                                                                                          \
         .kind = ALF_CLI_INT,                                                                                          \
         .value = "K",                                                                                                 \
         .high = 1024,                                                                                                 \
         .help = "layers from K on take the other style"},                                                             \
        {.name = "trunc",                                                                                              \
         .kind = ALF_CLI_REAL,                                                                                         \
         .value = "PSI",                                                                                               \
         .fallback = "1",                                                                                              \
         .help = "truncation: how far styles stay from the average"},                                                  \
        {.name = "trunc-cutoff",                                                                                       \
         .kind = ALF_CLI_INT,                                                                                          \
         .value = "N",                                                                                                 \
         .high = 1024,                                                                                                 \
         .help = "truncate only the first N styles; all unless given"},                                                \
    {                                                                                                                  \
        .name = "class", .kind = ALF_CLI_INT, .value = "N", .high = 65535, .help = "class of a conditional network"    \
    }

typedef struct {
    alf_generator *g;
    int64_t        count;     /* of images                                            */
    uint32_t      *seeds;     /* NULL: styles come from `w`                           */
    uint32_t      *mix_seeds; /* NULL: no mixing                                      */
    int64_t        mix_count; /* count or 1                                           */
    int            mix_layer;
    double        *w;
    int            w_ndim;
    int64_t        w_shape[ALF_MAX_DIMS];
    double         psi;
    int            cutoff, class_index;
} alf_cli_styles;

/* Reads the options, which must suit each other: what can be said before a network is loaded. Returns an exit code;
 * alf_cli_styles_close() in any case. */
int  alf_cli_styles_open(alf_cli_styles *s, const alf_cli *c);
int  alf_cli_styles_bind(alf_cli_styles *s, const alf_cli *c, alf_generator *g); /* ... and the network */
void alf_cli_styles_close(alf_cli_styles *s);

/* Styles of one image, [1, num_ws, w_dim]; one at a time, since StyleGAN3's layers normalise over the batch. */
alf_tensor *alf_cli_styles_at(const alf_cli_styles *s, int64_t index);
/* The name of its files without ending, as the original's: "seed0002", "proj02", "seed0002-mix0007". */
void alf_cli_styles_name(const alf_cli_styles *s, int64_t index, char *name, size_t size);

#endif
