/* Small networks for fuzz targets. */
#ifndef FUZZ_NETWORKS_H
#define FUZZ_NETWORKS_H

#include "aliasfree/archive.h"
#include "fuzz.h"

/* Fresh generators of 16 pixels and a few channels as archives, which live as long as the process. */
enum { FUZZ_NETWORKS = 3 };
const alf_archive *fuzz_network(int number);

#endif
