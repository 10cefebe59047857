/* JSON of plain values. Shared values are written out wherever they occur, so size and depth are limited. */
#include "io/pickle_json.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "core/core.h"
#include "io/escape.h"
#include "io/pickle.h"

#define BYTES_PER_VALUE 64 /* about what a value takes in memory */

typedef struct {
    alf_pkl_reader   *reader;
    alf_pkl_obstacle *obstacle;
    size_t            where; /* length of the text in obstacle->where */
    int               depth;
} writer;

/* These give NULL on a failure, which the reader records, on an obstacle, or else for lack of memory. */
static json_t *write_value(writer *w, const alf_pkl_value *value);

static json_t *obstruct(writer *w, const char *what)
{
    w->obstacle->what = what;
    return NULL;
}

static alf_status charge(writer *w, size_t bytes)
{
    w->reader->json += BYTES_PER_VALUE;
    if (bytes <= ALF_PICKLE_MAX_JSON) w->reader->json += (int64_t)bytes;
    if (bytes <= ALF_PICKLE_MAX_JSON && w->reader->json <= ALF_PICKLE_MAX_JSON) return ALF_OK;
    return alf_pkl_fail(w->reader, ALF_ERR_FORMAT,
                        "its plain values are more than %d bytes of JSON, far more than the arguments of any network",
                        ALF_PICKLE_MAX_JSON);
}

static alf_status enter(writer *w)
{
    if (w->depth++ < ALF_PICKLE_MAX_DEPTH) return ALF_OK;
    return alf_pkl_fail(w->reader, ALF_ERR_FORMAT, "plain values are nested more than %d levels deep, or in themselves",
                        ALF_PICKLE_MAX_DEPTH);
}

/* Adds a step to the place; without room for it the text stays as it is. Returns the length before. */
static size_t descend(writer *w, const char *step)
{
    size_t before = w->where, length = strlen(step);

    if (before + length < sizeof w->obstacle->where) {
        memcpy(w->obstacle->where + before, step, length + 1);
        w->where += length;
    }
    return before;
}

static void ascend(writer *w, size_t before)
{
    w->where = before;
    w->obstacle->where[before] = '\0';
}

static json_t *write_text(writer *w, const alf_pkl_text *text)
{
    json_t *json = json_stringn((const char *)text->at, text->size);

    if (json || alf_is_utf8(text->at, text->size)) return json;
    return obstruct(w, "a text that is not UTF-8");
}

static json_t *write_item(writer *w, const alf_pkl_value *item, const char *step)
{
    size_t  before = descend(w, step);
    json_t *json = write_value(w, item);

    if (json) ascend(w, before); /* else the place of the obstacle is kept */
    return json;
}

static json_t *write_list(writer *w, const alf_pkl_items *items)
{
    json_t *list = json_array();

    for (int64_t i = 0; i < items->count && list; i++) {
        char    step[32];
        json_t *item;
        alf_format(step, sizeof step, "[%lld]", (long long)i);
        item = write_item(w, items->at[i], step);
        if (!item || json_array_append_new(list, item)) {
            json_decref(list);
            list = NULL;
        }
    }
    return list;
}

/* The key as a C text in the arena; NULL when it cannot be one. */
static const char *key_text(writer *w, const alf_pkl_value *key)
{
    const alf_pkl_text *text = &key->as.text;
    char               *copy;

    if (key->kind != ALF_PKL_STRING || memchr(text->at, '\0', text->size)) {
        obstruct(w, "a dict with a key that is not a plain text");
        return NULL;
    }
    if (charge(w, text->size)) return NULL;
    copy = alf_pkl_alloc(w->reader, (int64_t)text->size + 1, 1);
    if (!copy) return NULL;
    memcpy(copy, text->at, text->size);
    copy[text->size] = '\0';
    return copy;
}

static json_t *write_dict(writer *w, const alf_pkl_items *items)
{
    json_t *dict = json_object();

    for (int64_t i = 0; i + 1 < items->count && dict; i += 2) {
        const char *key = key_text(w, items->at[i]);
        char        step[96];
        json_t     *item = NULL;
        if (key) {
            alf_format(step, sizeof step, "['%s']", alf_pkl_printable((const uint8_t *)key, strlen(key)).text);
            item = write_item(w, items->at[i + 1], step);
        }
        if (!item || json_object_set_new(dict, key, item)) {
            if (item && !alf_is_utf8(key, strlen(key))) obstruct(w, "a dict with a key that is not UTF-8");
            json_decref(dict);
            dict = NULL;
        }
    }
    return dict;
}

static json_t *write_container(writer *w, const alf_pkl_value *value)
{
    json_t *json;

    if (enter(w)) return NULL;
    json = value->kind == ALF_PKL_DICT ? write_dict(w, &value->as.items) : write_list(w, &value->as.items);
    w->depth--;
    return json;
}

static json_t *write_value(writer *w, const alf_pkl_value *value)
{
    if (charge(w, value->kind == ALF_PKL_STRING ? value->as.text.size : 0)) return NULL;
    switch (value->kind) {
    case ALF_PKL_NONE: return json_null();
    case ALF_PKL_BOOL: return json_boolean(value->as.boolean);
    case ALF_PKL_INT: return json_integer((json_int_t)value->as.integer);
    case ALF_PKL_FLOAT:
        return isfinite(value->as.real) ? json_real(value->as.real) : obstruct(w, "a float that is not finite");
    case ALF_PKL_STRING: return write_text(w, &value->as.text);
    case ALF_PKL_LIST:
    case ALF_PKL_TUPLE:
    case ALF_PKL_DICT: return write_container(w, value);
    default: return obstruct(w, alf_pkl_kind_text(value));
    }
}

/* The context's memory is what texts that leave this file are in. */
static alf_status dump(alf_pkl_reader *reader, const json_t *json, char **text)
{
    size_t size = json_dumpb(json, NULL, 0, JSON_ENCODE_ANY);
    char  *buffer = alf_mem_alloc(reader->ctx, size + 1, 1);

    if (!buffer) return reader->status = ALF_ERR_MEMORY;
    if (size == 0 || json_dumpb(json, buffer, size, JSON_ENCODE_ANY) != size) { /* no value takes no bytes */
        alf_mem_free(buffer);
        return alf_pkl_fail(reader, ALF_ERR_MEMORY, "the system refused memory for JSON");
    }
    buffer[size] = '\0';
    *text = buffer;
    return ALF_OK;
}

alf_status alf_pkl_json(alf_pkl_reader *reader, const alf_pkl_value *value, char **text, alf_pkl_obstacle *obstacle)
{
    writer     w = {.reader = reader, .obstacle = obstacle};
    json_t    *json;
    alf_status status;

    *obstacle = (alf_pkl_obstacle){.what = NULL};
    *text = NULL;
    json = write_value(&w, value);
    if (reader->status || !json) {
        json_decref(json);
        if (!reader->status && !obstacle->what)
            return alf_pkl_fail(reader, ALF_ERR_MEMORY, "the system refused memory for JSON");
        return reader->status;
    }
    status = dump(reader, json, text);
    json_decref(json);
    return status;
}
