/* What an archive holds, in figures: of each array, and of each network. */
#ifndef ALF_CLI_ARCHIVE_FIGURES_H
#define ALF_CLI_ARCHIVE_FIGURES_H

#include "aliasfree/archive.h"

/* Over the finite values; 0 when there are none. */
typedef struct {
    int64_t non_finite;
    double  min, max, mean, std;
} alf_cli_array_figures;

alf_cli_array_figures alf_cli_measure_array(const alf_array *array);
const char           *alf_cli_dtype_name(alf_dtype dtype); /* as safetensors calls it: "F32" */

/* A network is what has metadata "<key>.class"; its arrays are called "<key>.<name>". */
typedef struct {
    char        key[128];
    const char *class_name, *init_kwargs;     /* of the archive; init_kwargs NULL: not there */
    int64_t     tensors, parameters, buffers; /* the latter two in elements              */
} alf_cli_network_figures;

/* Does the name belong to the network: "<key>.<anything>"? */
bool alf_cli_belongs_to(const char *name, const char *key);

/* Prints "KEY: CLASS, N tensors, N parameters" behind the text `before`. */
void alf_cli_put_network(const char *before, const alf_cli_network_figures *network);

/* The network at the first metadata entry from *next on that names one; *next moves behind it. False: none is left. */
bool alf_cli_next_network(const alf_archive *archive, int64_t *next, alf_cli_network_figures *out);
bool alf_cli_has_network(const alf_archive *archive, const char *key);

#endif
