/* Torch's storages as the bytes that networks carry them in: the legacy stream of pickles, or a zip archive. */
#ifndef ALF_IO_TORCH_STORAGE_H
#define ALF_IO_TORCH_STORAGE_H

#include "io/pickle_value.h"

/* torch.storage._load_from_bytes(bytes). The same bytes are read once, however often they are asked for. */
alf_pkl_value *alf_torch_storage(alf_pkl_reader *reader, const alf_pkl_items *args);

/* A storage as a persistent id describes it: ('storage', type, key, location, elements[, view]). */
typedef struct {
    alf_dtype           dtype;
    const alf_pkl_text *key;
    int64_t             count, bytes; /* elements, and the bytes they take */
} alf_torch_storage_id;

ALF_NODISCARD alf_status alf_torch_read_id(alf_pkl_reader *reader, const alf_pkl_value *id, alf_torch_storage_id *out);

/* The zip form: NAME/data.pkl holds the id, NAME/data/KEY the elements. */
ALF_NODISCARD alf_status alf_torch_storage_zip(alf_pkl_reader *reader, const uint8_t *data, size_t size,
                                               alf_pkl_storage *out);

#endif
