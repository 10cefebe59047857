/* What reader and writer of safetensors share. */
#ifndef ALF_IO_SAFETENSORS_INTERNAL_H
#define ALF_IO_SAFETENSORS_INTERNAL_H

#include "aliasfree/base.h"

#define ALF_SAFETENSORS_MAX_HEADER 100000000 /* bytes, the format's own limit */

/* The name of a type in the header, such as "F32". */
const char *alf_dtype_name(alf_dtype dtype);

#endif
