/* NumPy's scalars, arrays and dtypes in pickles. Scalars become plain numbers; arrays are checked and kept by kind only,
 * since no network needs what is in them. */
#ifndef ALF_IO_PICKLE_NUMPY_H
#define ALF_IO_PICKLE_NUMPY_H

#include "io/pickle_value.h"

/* numpy.dtype('f8', align, copy): bool, ints and floats of 1 to 8 bytes. */
alf_pkl_value *alf_numpy_dtype(alf_pkl_reader *reader, const alf_pkl_items *args);
/* Its state: (version, byte order, subtype, names, fields, size, alignment, flags); little-endian, no fields. */
ALF_NODISCARD alf_status alf_numpy_dtype_state(alf_pkl_reader *reader, alf_pkl_value *dtype,
                                               const alf_pkl_value *state);

/* numpy.core.multiarray.scalar(dtype, bytes). */
alf_pkl_value *alf_numpy_scalar(alf_pkl_reader *reader, const alf_pkl_items *args);

/* numpy.core.multiarray._reconstruct(numpy.ndarray, shape, type code), and the state that follows:
 * (version, shape, dtype, fortran order, bytes). */
alf_pkl_value           *alf_numpy_reconstruct(alf_pkl_reader *reader, const alf_pkl_items *args);
ALF_NODISCARD alf_status alf_numpy_array_state(alf_pkl_reader *reader, alf_pkl_value *array,
                                               const alf_pkl_value *state);

#endif
