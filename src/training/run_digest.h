/* A digest of bytes that tells damaged files and different options apart: 64 bits, against accidents, not attackers. */
#ifndef ALF_TRAINING_RUN_DIGEST_H
#define ALF_TRAINING_RUN_DIGEST_H

#include "aliasfree/archive.h"

typedef struct {
    uint64_t lane[4], bytes;
} alf_run_digest;

alf_run_digest alf_run_digest_start(void);
void           alf_run_digest_bytes(alf_run_digest *digest, const void *data, size_t size);
void           alf_run_digest_text(alf_run_digest *digest, const char *text); /* and where it ends */
/* 16 hexadecimal digits. */
void alf_run_digest_show(const alf_run_digest *digest, char *text, size_t size);

/* Everything in the archive, but the metadata `except`. */
alf_run_digest alf_run_digest_archive(const alf_archive *archive, const char *except);

#endif
