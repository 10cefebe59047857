/* JSON texts that come from outside, with the memory that the JSON library takes booked in the budget, which it does not
 * know. */
#ifndef ALF_IO_JSON_LOAD_H
#define ALF_IO_JSON_LOAD_H

#include <jansson.h>

#include "aliasfree/base.h"

/* Values that were parsed, and what they are booked with as long as they live. */
typedef struct {
    json_t  *root; /* NULL: there are none */
    alf_ctx *ctx;
    size_t   booked;
} alf_json;

/* Parses text[0 .. size); root is NULL where it is not JSON, as `error` tells, and it fails only without memory. The JSON
 * library itself does not tell the two apart: a text counts as malformed that was twice found so at the same place, with
 * memory for what it takes at hand after that. */
ALF_NODISCARD alf_status alf_json_parse(alf_ctx *ctx, const char *text, size_t size, alf_json *out,
                                        json_error_t *error);
/* The same, where what is not JSON is ALF_ERR_FORMAT. Messages start with `what`, such as "'a.json'", and name the place as
 * byte `offset` + position. */
ALF_NODISCARD alf_status alf_json_load(alf_ctx *ctx, const char *text, size_t size, const char *what, size_t offset,
                                       alf_json *out);
void                     alf_json_release(alf_json *json); /* zeroed is allowed */

/* The list with one item more, which it takes over; NULL, and the list is gone, where either is NULL or memory ends. So a
 * list never lacks an item without a word. */
json_t *alf_json_append(json_t *list, json_t *item);

#endif
