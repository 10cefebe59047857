/* Plain values of a pickle as JSON text. */
#ifndef ALF_IO_PICKLE_JSON_H
#define ALF_IO_PICKLE_JSON_H

#include "io/pickle_value.h"

/* What stands in the way of JSON: where, such as "['a'][2]", and what is there, such as "a tensor". */
typedef struct {
    char        where[256];
    const char *what; /* NULL: nothing */
} alf_pkl_obstacle;

/* Writes None, bools, numbers, texts, lists, tuples, and dicts with text keys as JSON. *text is freed with
 * alf_mem_free(); it is NULL, with ALF_OK, when JSON cannot express the value: then *obstacle says why. */
ALF_NODISCARD alf_status alf_pkl_json(alf_pkl_reader *reader, const alf_pkl_value *value, char **text,
                                      alf_pkl_obstacle *obstacle);

#endif
