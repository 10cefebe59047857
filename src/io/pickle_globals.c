/* The table of known globals. */
#include "io/pickle_globals.h"

#include <string.h>

#include "io/pickle_numpy.h"
#include "io/torch_storage.h"
#include "io/torch_tensor.h"

/* --- what is made here ---------------------------------------------------------------------------------------------- */

/* collections.OrderedDict() and dnnlib.util.EasyDict(): items follow by SETITEMS. */
static alf_pkl_value *make_dict(alf_pkl_reader *reader, const alf_pkl_items *args)
{
    if (args->count == 0) return alf_pkl_new(reader, ALF_PKL_DICT);
    alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED, "a dict made with %lld arguments, expected none", (long long)args->count);
    return NULL;
}

static alf_status check_meta_type(alf_pkl_reader *reader, const alf_pkl_value *meta)
{
    const alf_pkl_value *type, *version;

    if (alf_pkl_get(reader, meta, "type", &type) || alf_pkl_get(reader, meta, "version", &version))
        return reader->status;
    if (!type || !alf_pkl_is_text(type, "class"))
        return alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED, "a persistent object whose 'type' is not 'class'");
    if (!version || version->kind != ALF_PKL_INT)
        return alf_pkl_fail(reader, ALF_ERR_FORMAT, "a persistent object whose 'version' is %s, expected an int",
                            version ? alf_pkl_kind_text(version) : "missing");
    return ALF_OK;
}

/* A network or module: one dict with 'type', 'version', 'module_src' (source code, ignored), 'class_name', 'state'. */
static alf_pkl_value *make_persistent(alf_pkl_reader *reader, const alf_pkl_items *args)
{
    const alf_pkl_value *meta = args->count == 1 ? args->at[0] : NULL, *class_name, *state;
    alf_pkl_value       *object;

    if (!meta || meta->kind != ALF_PKL_DICT) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "a persistent object made of anything but one dict");
        return NULL;
    }
    if (check_meta_type(reader, meta) || alf_pkl_get(reader, meta, "class_name", &class_name) ||
        alf_pkl_get(reader, meta, "state", &state))
        return NULL;
    if (!class_name || class_name->kind != ALF_PKL_STRING) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "a persistent object whose 'class_name' is %s, expected a text",
                     class_name ? alf_pkl_kind_text(class_name) : "missing");
        return NULL;
    }
    if (!state || (state->kind != ALF_PKL_DICT && state->kind != ALF_PKL_NONE)) {
        alf_pkl_fail(reader, ALF_ERR_FORMAT, "a persistent object whose 'state' is %s, expected a dict",
                     state ? alf_pkl_kind_text(state) : "missing");
        return NULL;
    }
    object = alf_pkl_new(reader, ALF_PKL_OBJECT);
    if (object) object->as.object = (alf_pkl_object){class_name, state->kind == ALF_PKL_DICT ? state : NULL};
    return object;
}

/* --- the table ------------------------------------------------------------------------------------------------------ */

#define IN_NETWORK(module, name, reduce, newobj)                                                                       \
    {                                                                                                                  \
        module, name, ALF_PKL_IN_NETWORK, reduce, newobj, ALF_F32                                                      \
    }
#define STORAGE(name, dtype)                                                                                           \
    {                                                                                                                  \
        "torch", name, ALF_PKL_IN_TORCH, NULL, NULL, dtype                                                             \
    }

static const alf_pkl_global known[] = {
    IN_NETWORK("torch_utils.persistence", "_reconstruct_persistent_obj", make_persistent, NULL),
    IN_NETWORK("collections", "OrderedDict", make_dict, make_dict),
    IN_NETWORK("dnnlib.util", "EasyDict", make_dict, make_dict),
    IN_NETWORK("torch._utils", "_rebuild_parameter", alf_torch_parameter, NULL),
    IN_NETWORK("torch._utils", "_rebuild_tensor_v2", alf_torch_tensor, NULL),
    IN_NETWORK("torch.storage", "_load_from_bytes", alf_torch_storage, NULL),
    IN_NETWORK("numpy.core.multiarray", "scalar", alf_numpy_scalar, NULL),
    IN_NETWORK("numpy.core.multiarray", "_reconstruct", alf_numpy_reconstruct, NULL),
    IN_NETWORK("numpy", "ndarray", NULL, NULL),
    IN_NETWORK("numpy", "dtype", alf_numpy_dtype, NULL),

    STORAGE("FloatStorage", ALF_F32),
    STORAGE("DoubleStorage", ALF_F64),
    STORAGE("HalfStorage", ALF_F16),
    STORAGE("BFloat16Storage", ALF_BF16),
    STORAGE("LongStorage", ALF_I64),
    STORAGE("IntStorage", ALF_I32),
    STORAGE("CharStorage", ALF_I8),
    STORAGE("ByteStorage", ALF_U8),
    STORAGE("BoolStorage", ALF_BOOL),
};

static bool equals(const char *text, const uint8_t *at, size_t size)
{
    return strlen(text) == size && memcmp(text, at, size) == 0;
}

alf_pkl_value *alf_pkl_find_global(alf_pkl_reader *reader, alf_pkl_realm realm, const uint8_t *module,
                                   size_t module_size, const uint8_t *name, size_t name_size)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].realm == realm && equals(known[i].module, module, module_size) &&
            equals(known[i].name, name, name_size)) {
            alf_pkl_value *value = alf_pkl_new(reader, ALF_PKL_GLOBAL);
            if (value) value->as.global = &known[i];
            return value;
        }
    }
    alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED,
                 "the pickle names the global %s.%s, which is not one that %s; nothing was executed",
                 alf_pkl_printable(module, module_size).text, alf_pkl_printable(name, name_size).text,
                 realm == ALF_PKL_IN_TORCH ? "torch streams have" : "network files have");
    return NULL;
}

/* --- calls ---------------------------------------------------------------------------------------------------------- */

alf_pkl_value *alf_pkl_make(alf_pkl_reader *reader, alf_pkl_how how, const alf_pkl_value *callable,
                            const alf_pkl_value *args)
{
    const char     *what = how == ALF_PKL_REDUCE ? "REDUCE" : "NEWOBJ";
    alf_pkl_make_fn make;

    if (callable->kind != ALF_PKL_GLOBAL || args->kind != ALF_PKL_TUPLE) {
        alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED,
                     "%s of %s with %s, expected a known global with a tuple; nothing was executed", what,
                     alf_pkl_kind_text(callable), alf_pkl_kind_text(args));
        return NULL;
    }
    make = how == ALF_PKL_REDUCE ? callable->as.global->reduce : callable->as.global->newobj;
    if (make) return make(reader, &args->as.items);
    alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED, "%s of %s.%s, which network files never do; nothing was executed", what,
                 callable->as.global->module, callable->as.global->name);
    return NULL;
}

alf_status alf_pkl_build(alf_pkl_reader *reader, alf_pkl_value *target, const alf_pkl_value *state)
{
    if (target->kind == ALF_PKL_DTYPE) return alf_numpy_dtype_state(reader, target, state);
    if (target->kind == ALF_PKL_NDARRAY) return alf_numpy_array_state(reader, target, state);
    return alf_pkl_fail(reader, ALF_ERR_UNSUPPORTED,
                        "BUILD would set the state of %s, which network files never do; nothing was executed",
                        alf_pkl_kind_text(target));
}
