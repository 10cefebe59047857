/* Limits that pictures share. */
#ifndef ALF_IO_PICTURE_INTERNAL_H
#define ALF_IO_PICTURE_INTERNAL_H

#include "aliasfree/files.h"

#define ALF_PICTURE_MAX_SIDE 65500

/* ALF_ERR_UNSUPPORTED for sides beyond the limit. */
ALF_NODISCARD alf_status alf_picture_check_sides(alf_ctx *ctx, const char *path, int64_t width, int64_t height);
/* Makes the picture that a file of `size` bytes unpacks to, unless it is out of proportion to that size. */
ALF_NODISCARD alf_status alf_picture_unpack(alf_ctx *ctx, const char *path, int64_t width, int64_t height, int channels,
                                            size_t size, alf_picture **out);

#endif
