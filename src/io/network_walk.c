/* Flattening: every module's parameters and buffers under their official names, arguments and plain values as JSON. */
#include "io/network_walk.h"

#include <string.h>

#include "core/core.h"
#include "io/pickle.h"
#include "io/pickle_json.h"
#include "io/torch_tensor.h"

#define STEPS_PER_VISIT 64 /* what visiting a module costs beside searching its dicts */

typedef struct {
    alf_pkl_reader *reader;
    alf_archive    *archive;
    char            name[ALF_PICKLE_MAX_NAME + 1]; /* of where the walk stands */
} walk;

/* --- names ---------------------------------------------------------------------------------------------------------- */

static bool is_plain(const alf_pkl_text *text)
{
    for (size_t i = 0; i < text->size; i++)
        if (text->at[i] <= 0x20 || text->at[i] >= 0x7f || text->at[i] == '.') return false;
    return text->size > 0;
}

/* Puts ".<key>" (or, at the top, "<key>") behind the first `length` characters of the name. */
static alf_status extend_name(walk *w, size_t length, const alf_pkl_value *key, size_t *extended)
{
    const alf_pkl_text *text = &key->as.text;
    size_t              dot = length ? 1 : 0;

    w->name[length] = '\0';
    if (key->kind != ALF_PKL_STRING || !is_plain(text))
        return alf_pkl_fail(w->reader, ALF_ERR_FORMAT, "'%s' has a part named by %s '%s', expected ASCII without '.'",
                            w->name, alf_pkl_kind_text(key),
                            key->kind == ALF_PKL_STRING ? alf_pkl_printable(text->at, text->size).text : "");
    if (text->size > ALF_PICKLE_MAX_NAME || length + dot + text->size > ALF_PICKLE_MAX_NAME) /* sums do not wrap */
        return alf_pkl_fail(w->reader, ALF_ERR_FORMAT, "the name of a part of '%s' is longer than %d characters",
                            w->name, ALF_PICKLE_MAX_NAME);
    if (dot) w->name[length] = '.';
    memcpy(w->name + length + dot, text->at, text->size);
    *extended = length + dot + text->size;
    w->name[*extended] = '\0';
    return ALF_OK;
}

/* --- modules -------------------------------------------------------------------------------------------------------- */

/* A dict in a module's state; *out is NULL when it is absent or None. */
static alf_status get_section(walk *w, const alf_pkl_value *state, const char *section, const alf_pkl_items **out)
{
    const alf_pkl_value *value;

    *out = NULL;
    if (alf_pkl_get(w->reader, state, section, &value)) return w->reader->status;
    if (!value || value->kind == ALF_PKL_NONE) return ALF_OK;
    if (value->kind != ALF_PKL_DICT)
        return alf_pkl_fail(w->reader, ALF_ERR_FORMAT, "%s of '%s' is %s, expected a dict", section, w->name,
                            alf_pkl_kind_text(value));
    *out = &value->as.items;
    return alf_pkl_charge(w->reader, (*out)->count / 2);
}

static alf_status add_tensors(walk *w, const alf_pkl_value *state, const char *section, size_t length)
{
    const alf_pkl_items *items;
    alf_status           status;

    w->name[length] = '\0';
    status = get_section(w, state, section, &items);
    for (int64_t i = 0; !status && items && i + 1 < items->count; i += 2) {
        const alf_pkl_value *value = items->at[i + 1];
        size_t               extended;
        if (value->kind == ALF_PKL_NONE) continue;
        status = extend_name(w, length, items->at[i], &extended);
        if (status) return status;
        if (value->kind != ALF_PKL_TENSOR)
            return alf_pkl_fail(w->reader, ALF_ERR_FORMAT, "'%s' is %s, expected a tensor", w->name,
                                alf_pkl_kind_text(value));
        status = alf_torch_tensor_add(w->reader, value->as.tensor, w->name, w->archive);
    }
    return status;
}

static alf_status walk_module(walk *w, const alf_pkl_value *module, size_t length, int depth)
{
    const alf_pkl_value *state;
    const alf_pkl_items *items;
    alf_status           status;

    if (module->kind != ALF_PKL_OBJECT)
        return alf_pkl_fail(w->reader, ALF_ERR_FORMAT, "'%s' is %s, expected a module", w->name,
                            alf_pkl_kind_text(module));
    if (depth > ALF_PICKLE_MAX_DEPTH)
        return alf_pkl_fail(w->reader, ALF_ERR_FORMAT, "modules are nested more than %d levels deep, or in themselves",
                            ALF_PICKLE_MAX_DEPTH);
    state = module->as.object.state;
    if (!state) return ALF_OK;
    status = alf_pkl_charge(w->reader, STEPS_PER_VISIT);
    if (!status) status = add_tensors(w, state, "_parameters", length);
    if (!status) status = add_tensors(w, state, "_buffers", length);
    w->name[length] = '\0';
    if (!status) status = get_section(w, state, "_modules", &items);
    for (int64_t i = 0; !status && items && i + 1 < items->count; i += 2) {
        size_t extended = 0;
        if (items->at[i + 1]->kind == ALF_PKL_NONE) continue;
        status = extend_name(w, length, items->at[i], &extended);
        if (!status) status = walk_module(w, items->at[i + 1], extended, depth + 1);
    }
    return status;
}

/* --- metadata ------------------------------------------------------------------------------------------------------- */

/* Sets metadata "<name><suffix>" to a text. */
static alf_status set_meta(walk *w, const char *suffix, const char *text)
{
    char      *key = alf_mem_printf(w->reader->ctx, "%s%s", w->name, suffix);
    alf_status status = key ? alf_archive_set_meta(w->archive, key, text) : ALF_ERR_MEMORY;

    alf_mem_free(key);
    return status;
}

static alf_status set_class(walk *w, const alf_pkl_object *object)
{
    const alf_pkl_text *text = &object->class_name->as.text;

    if (!is_plain(text) || text->size > sizeof(alf_pkl_label) - 4)
        return alf_pkl_fail(w->reader, ALF_ERR_FORMAT, "the class of '%s' is named '%s'", w->name,
                            alf_pkl_printable(text->at, text->size).text);
    return set_meta(w, ".class", alf_pkl_printable(text->at, text->size).text);
}

/* The arguments a network was made with. They decide its architecture, so each must come through. */
static alf_status set_arguments(walk *w, const alf_pkl_value *state, const char *attribute, const char *suffix,
                                alf_pkl_kind kind)
{
    const alf_pkl_value *value;
    alf_pkl_obstacle     obstacle;
    char                *text;
    alf_status           status = alf_pkl_get(w->reader, state, attribute, &value);

    if (status || !value) return status;
    if (value->kind != kind)
        return alf_pkl_fail(w->reader, ALF_ERR_FORMAT, "%s of '%s' is %s", attribute, w->name,
                            alf_pkl_kind_text(value));
    if (kind == ALF_PKL_TUPLE && value->as.items.count == 0) return ALF_OK;
    status = alf_pkl_json(w->reader, value, &text, &obstacle);
    if (status) return status;
    if (!text)
        return alf_pkl_fail(w->reader, ALF_ERR_UNSUPPORTED, "%s%s of '%s' is %s, which JSON cannot express", attribute,
                            obstacle.where, w->name, obstacle.what);
    status = set_meta(w, suffix, text);
    alf_mem_free(text);
    return status;
}

/* A value that JSON cannot express leaves a note of why it is not there. */
static alf_status set_omitted(walk *w, const alf_pkl_obstacle *obstacle)
{
    char      *text = alf_mem_printf(w->reader->ctx, "%s%s is %s, which JSON cannot express", w->name, obstacle->where,
                                     obstacle->what);
    alf_status status = text ? set_meta(w, ".omitted", text) : ALF_ERR_MEMORY;

    alf_mem_free(text);
    return status;
}

static alf_status add_plain(walk *w, const alf_pkl_value *value)
{
    alf_pkl_obstacle obstacle;
    char            *text;
    alf_status       status = alf_pkl_json(w->reader, value, &text, &obstacle);

    if (!status) status = text ? set_meta(w, "", text) : set_omitted(w, &obstacle);
    alf_mem_free(text);
    return status;
}

/* --- the top -------------------------------------------------------------------------------------------------------- */

/* The name stands at the network's key. */
static alf_status add_network(walk *w, const alf_pkl_value *network)
{
    const alf_pkl_value *state = network->as.object.state;
    alf_status           status = set_class(w, &network->as.object);

    if (!status && state) status = set_arguments(w, state, "_init_kwargs", ".init_kwargs", ALF_PKL_DICT);
    if (!status && state) status = set_arguments(w, state, "_init_args", ".init_args", ALF_PKL_TUPLE);
    return status ? status : walk_module(w, network, strlen(w->name), 0);
}

static alf_status add_top_level(walk *w, const alf_pkl_items *items)
{
    alf_status status = ALF_OK;

    for (int64_t i = 0; !status && i + 1 < items->count; i += 2) {
        const alf_pkl_value *value = items->at[i + 1];
        size_t               length;
        status = extend_name(w, 0, items->at[i], &length);
        if (status || value->kind == ALF_PKL_NONE) continue;
        status = value->kind == ALF_PKL_OBJECT ? add_network(w, value) : add_plain(w, value);
    }
    return status;
}

alf_status alf_network_walk(alf_pkl_reader *reader, const alf_pkl_value *top, alf_archive *archive)
{
    walk w = {.reader = reader, .archive = archive, .name = "network"};

    if (top->kind == ALF_PKL_OBJECT) return add_network(&w, top);
    if (top->kind == ALF_PKL_DICT) return add_top_level(&w, &top->as.items);
    return alf_pkl_fail(reader, ALF_ERR_FORMAT, "the pickle holds %s, expected a dict of networks",
                        alf_pkl_kind_text(top));
}
