/* From the values of a network pickle to named arrays and metadata, as aliasfree/archive.h describes them. */
#ifndef ALF_IO_NETWORK_WALK_H
#define ALF_IO_NETWORK_WALK_H

#include "io/pickle_value.h"

/* Fills an archive that owns the map of the file. */
ALF_NODISCARD alf_status alf_network_walk(alf_pkl_reader *reader, const alf_pkl_value *top, alf_archive *archive);

#endif
