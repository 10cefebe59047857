/* The stack machine of pickles, protocols 2 to 5. */
#ifndef ALF_IO_PICKLE_VM_H
#define ALF_IO_PICKLE_VM_H

#include "io/pickle_scan.h"

/* Where a pickle stands decides what it may name: networks name modules, tensors and NumPy values; the small pickles
 * inside a torch stream name storage types and refer to storages by persistent ids. */
typedef enum { ALF_PKL_IN_NETWORK, ALF_PKL_IN_TORCH } alf_pkl_realm;

/* Runs one pickle, from its first opcode to STOP; *used bytes were read. The value lives as long as the reader. */
ALF_NODISCARD alf_status alf_pkl_run(alf_pkl_reader *reader, alf_pkl_realm realm, const uint8_t *data, size_t size,
                                     size_t *used, alf_pkl_value **out);
/* The same, where nothing may follow STOP. */
ALF_NODISCARD alf_status alf_pkl_run_whole(alf_pkl_reader *reader, alf_pkl_realm realm, const uint8_t *data,
                                           size_t size, alf_pkl_value **out);

/* --- for the opcodes ------------------------------------------------------------------------------------------------ */

typedef struct {
    alf_pkl_reader *reader;
    alf_pkl_realm   realm;
    alf_pkl_scan    scan;
    alf_pkl_value **stack;
    int64_t         depth, stack_capacity;
    int64_t        *marks; /* depths of the stack; what lies below the last one is out of reach */
    int64_t         mark_count, mark_capacity;
    alf_pkl_value **memo; /* NULL where nothing was stored */
    int64_t         memo_used, memo_capacity;
} alf_pkl_machine;

/* NULL, which a failed constructor gives, is passed on as the reader's status. */
ALF_NODISCARD alf_status alf_pkl_push(alf_pkl_machine *m, alf_pkl_value *value);
ALF_NODISCARD alf_status alf_pkl_pop(alf_pkl_machine *m, alf_pkl_value **out);
/* The top `count` values without taking them; valid until the next push. */
ALF_NODISCARD alf_status alf_pkl_peek(alf_pkl_machine *m, int64_t count, alf_pkl_value ***out);
ALF_NODISCARD alf_status alf_pkl_push_mark(alf_pkl_machine *m);
/* Takes the last mark and all above it; the values are valid until the next push. */
ALF_NODISCARD alf_status alf_pkl_pop_mark(alf_pkl_machine *m, alf_pkl_value ***values, int64_t *count);
ALF_NODISCARD alf_status alf_pkl_memo_put(alf_pkl_machine *m, uint64_t index);
ALF_NODISCARD alf_status alf_pkl_memo_get(alf_pkl_machine *m, uint64_t index);

/* Runs an opcode; `width` is its variant, mostly the number of bytes of its argument. */
typedef alf_status (*alf_pkl_op_fn)(alf_pkl_machine *m, int width);

typedef struct {
    alf_pkl_op_fn run; /* NULL: not an opcode that network files have */
    int           width;
} alf_pkl_op;

#define ALF_PKL_STOP '.'
const alf_pkl_op *alf_pkl_op_of(uint8_t code);

#endif
