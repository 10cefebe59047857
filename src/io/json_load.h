/* JSON texts from files, with the memory that the JSON library takes booked in the budget, which it does not know. */
#ifndef ALF_IO_JSON_LOAD_H
#define ALF_IO_JSON_LOAD_H

#include <jansson.h>

#include "aliasfree/base.h"

/* Parses text[0 .. size); *out is NULL where it is not JSON, as `error` tells, and fails only without memory. The caller
 * gives *out back with json_decref(). */
ALF_NODISCARD alf_status alf_json_parse(alf_ctx *ctx, const char *text, size_t size, json_t **out, json_error_t *error);

/* The list with one item more, which it takes over; NULL, and the list is gone, where either is NULL or memory ends. So a
 * list never lacks an item without a word. */
json_t *alf_json_append(json_t *list, json_t *item);

typedef struct {
    json_t *root;
    void   *booked;
} alf_json;

/* Parses text[0 .. size). Messages start with `what`, such as "'a.json'", and name the place as byte `offset` + position. */
ALF_NODISCARD alf_status alf_json_load(alf_ctx *ctx, const char *text, size_t size, const char *what, size_t offset,
                                       alf_json *out);
void                     alf_json_release(alf_json *json); /* zeroed is allowed */

#endif
