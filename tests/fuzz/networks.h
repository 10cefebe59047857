/* Small networks for fuzz targets. */
#ifndef FUZZ_NETWORKS_H
#define FUZZ_NETWORKS_H

#include "aliasfree/archive.h"
#include "aliasfree/discriminator.h"
#include "fuzz.h"

/* Fresh networks of 16 pixels and a few channels as archives, which live as long as the process: generators, the last one
 * is a discriminator. */
enum { FUZZ_NETWORKS = 4, FUZZ_DISCRIMINATOR = FUZZ_NETWORKS - 1 };
const alf_archive *fuzz_network(int number);

#endif
