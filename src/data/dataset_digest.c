/* What tells a data set from another one under the same path, without reading its pictures. */
#include "core/core.h"
#include "core/digest.h"
#include "data/dataset_internal.h"

static alf_status add_picture(alf_dataset *set, int64_t file, alf_digest *digest)
{
    alf_file_stamp stamp;
    alf_status     status = alf_file_set_stamp(set->files, file, &stamp);
    uint64_t       numbers[2];

    if (status) return status;
    numbers[0] = stamp.size;
    numbers[1] = stamp.sum;
    alf_digest_text(digest, alf_file_set_name(set->files, file));
    alf_digest_bytes(digest, numbers, sizeof numbers);
    return ALF_OK;
}

static alf_status add_labels(alf_dataset *set, alf_digest *digest)
{
    int64_t        file = alf_file_set_find(set->files, ALF_LABELS_FILE);
    alf_file_bytes bytes;
    alf_status     status;

    if (file < 0) return ALF_OK;
    status = alf_file_set_read(set->files, file, &bytes);
    if (!status) alf_digest_bytes(digest, bytes.data, bytes.size);
    alf_file_bytes_release(&bytes);
    return status;
}

alf_status alf_dataset_digest(alf_dataset *set, uint64_t *out)
{
    alf_digest digest = alf_digest_start();
    alf_status status = ALF_OK;

    if (!set) return ALF_ERR_ARGUMENT;
    if (!out) return alf_fail(set->ctx, ALF_ERR_ARGUMENT, "alf_dataset_digest: out is NULL");
    for (int64_t i = 0; i < set->count && !status; i++) status = add_picture(set, set->pictures[i], &digest);
    if (!status) status = add_labels(set, &digest);
    if (!status) *out = alf_digest_value(&digest);
    return status;
}
