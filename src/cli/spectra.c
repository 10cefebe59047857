/* aliasfree spectra: average power spectra of images, and pictures of them. */
#include "spectra.h"

static const alf_cli_command *const group[] = {&alf_cli_spectra_calc, &alf_cli_spectra_heatmap, &alf_cli_spectra_slices,
                                               NULL};

const alf_cli_command alf_cli_spectra = {
    .name = "spectra",
    .summary = "average power spectra of a network's images or a data set, as heat maps and slices",
    .group = group,
};
