/* Parts of a long experiment that are finished: each is a JSON file in FOLDER/parts, written whole or not at all, with
 * the settings that it was made with. Run again, an experiment takes the parts that are there and makes the rest. */
#ifndef ALF_REPORT_PARTS_H
#define ALF_REPORT_PARTS_H

#include <jansson.h>

#include "aliasfree/aliasfree.h"

/* *out: the result of part `name`; NULL when it is not there or was made with other settings or by another version of
 * the library. A damaged file is as if it were not there. Give it back with json_decref(). */
ALF_NODISCARD alf_status alf_part_find(alf_ctx *ctx, const char *folder, const char *name, const json_t *settings,
                                       json_t **out);
ALF_NODISCARD alf_status alf_part_store(alf_ctx *ctx, const char *folder, const char *name, const json_t *settings,
                                        const json_t *result);

/* Numbers as a JSON array, and back: an error that names `key` unless it is an array of `count` numbers (null: NaN). */
json_t                  *alf_part_numbers(int64_t count, const double values[]); /* NULL: out of memory */
ALF_NODISCARD alf_status alf_part_read(alf_ctx *ctx, const json_t *result, const char *key, int64_t count,
                                       double values[]);

#endif
