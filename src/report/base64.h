/* Bytes as text of 64 letters (RFC 4648), as notebooks carry pictures. */
#ifndef ALF_REPORT_BASE64_H
#define ALF_REPORT_BASE64_H

#include <stddef.h>

/* NULL when memory is short; free with free(). */
char *alf_base64(const void *data, size_t size);

#endif
