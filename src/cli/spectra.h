/* The commands of the group `spectra`. */
#ifndef ALF_CLI_SPECTRA_H
#define ALF_CLI_SPECTRA_H

#include "cli.h"

extern const alf_cli_command alf_cli_spectra_calc, alf_cli_spectra_heatmap, alf_cli_spectra_slices;

#endif
