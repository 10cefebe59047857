/* Where the styles of generated images come from: seeds, seeds mixed with others, or a file of W or W+. */
#ifndef ALF_CLI_STYLES_H
#define ALF_CLI_STYLES_H

#include "cli.h"

extern const alf_cli_option alf_cli_style_options[];

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
