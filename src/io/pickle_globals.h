/* The globals that network files name, and the plain values that stand for what Python would make of them. Adding a
 * row to the table in pickle_globals.c is the only way to make another one known. */
#ifndef ALF_IO_PICKLE_GLOBALS_H
#define ALF_IO_PICKLE_GLOBALS_H

#include "io/pickle_vm.h"

/* Called with a TUPLE of arguments; gives NULL with the error recorded. */
typedef alf_pkl_value *(*alf_pkl_make_fn)(alf_pkl_reader *reader, const alf_pkl_items *args);

struct alf_pkl_global {
    const char     *module, *name;
    alf_pkl_realm   realm;
    alf_pkl_make_fn reduce; /* what calling it gives; NULL: it is only named            */
    alf_pkl_make_fn newobj; /* what its __new__ gives; NULL: network files never do that */
    alf_dtype       dtype;  /* of a storage type                                         */
};

typedef enum { ALF_PKL_REDUCE, ALF_PKL_NEWOBJ } alf_pkl_how;

/* The GLOBAL of that name, or NULL with ALF_ERR_UNSUPPORTED, which names it. */
alf_pkl_value *alf_pkl_find_global(alf_pkl_reader *reader, alf_pkl_realm realm, const uint8_t *module,
                                   size_t module_size, const uint8_t *name, size_t name_size);

/* What REDUCE or NEWOBJ makes of a callable and its arguments. */
alf_pkl_value *alf_pkl_make(alf_pkl_reader *reader, alf_pkl_how how, const alf_pkl_value *callable,
                            const alf_pkl_value *args);

/* BUILD: gives the target its state, which only NumPy's types and arrays take. */
ALF_NODISCARD alf_status alf_pkl_build(alf_pkl_reader *reader, alf_pkl_value *target, const alf_pkl_value *state);

#endif
