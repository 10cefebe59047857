/* A digest of bytes that tells damaged or other files and options apart: 64 bits, against accidents, not attackers. */
#ifndef ALF_CORE_DIGEST_H
#define ALF_CORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t lane[4], bytes;
} alf_digest;

alf_digest alf_digest_start(void);
void       alf_digest_bytes(alf_digest *digest, const void *data, size_t size); /* and where they end */
void       alf_digest_text(alf_digest *digest, const char *text);
uint64_t   alf_digest_value(const alf_digest *digest);
/* 16 hexadecimal digits. */
void alf_digest_show(const alf_digest *digest, char *text, size_t size);

#endif
