/* Aliasfree: alias-free image generators in C. The umbrella header. */
#ifndef ALIASFREE_ALIASFREE_H
#define ALIASFREE_ALIASFREE_H

/* signal processing, usable alone (library aliasfree_dsp) */
#include "aliasfree/base.h"
#include "aliasfree/equivariance.h"
#include "aliasfree/fir.h"
#include "aliasfree/fourier.h"
#include "aliasfree/interpolate.h"
#include "aliasfree/machine.h"
#include "aliasfree/random.h"
#include "aliasfree/resample.h"
#include "aliasfree/spectrum.h"
#include "aliasfree/sticking.h"

/* networks (library aliasfree) */
#include "aliasfree/archive.h"
#include "aliasfree/augment.h"
#include "aliasfree/dataset.h"
#include "aliasfree/discriminator.h"
#include "aliasfree/files.h"
#include "aliasfree/generator.h"
#include "aliasfree/metrics.h"
#include "aliasfree/plan.h"
#include "aliasfree/tensor.h"
#include "aliasfree/training.h"

#endif
