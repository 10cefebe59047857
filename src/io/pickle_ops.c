/* What each opcode does. Their meaning is that of Python's pickletools; those that network files never have are absent. */
#include <string.h>

#include "io/pickle_globals.h"
#include "io/pickle_vm.h"

/* --- framing and the stack ------------------------------------------------------------------------------------------ */

static alf_status op_proto(alf_pkl_machine *m, int width)
{
    uint64_t   version;
    alf_status status = alf_pkl_take_unsigned(&m->scan, width, &version);

    if (!status && (version < 2 || version > 5))
        status = alf_pkl_fail(m->reader, ALF_ERR_UNSUPPORTED, "pickle protocol %d, expected 2 to 5", (int)version);
    return status;
}

static alf_status op_frame(alf_pkl_machine *m, int width)
{
    uint64_t   length;
    alf_status status = alf_pkl_take_unsigned(&m->scan, width, &length);
    size_t     left = m->scan.size - m->scan.at;

    if (!status && length > left)
        status = alf_pkl_fail(m->reader, ALF_ERR_FORMAT, "a frame of %llu bytes where %llu are left",
                              (unsigned long long)length, (unsigned long long)left);
    return status;
}

static alf_status op_mark(alf_pkl_machine *m, int width)
{
    (void)width;
    return alf_pkl_push_mark(m);
}

static alf_status op_pop(alf_pkl_machine *m, int width)
{
    alf_pkl_value *dropped;

    (void)width;
    if (m->mark_count && m->marks[m->mark_count - 1] == m->depth) { /* a mark counts as an item here */
        m->mark_count--;
        return ALF_OK;
    }
    return alf_pkl_pop(m, &dropped);
}

static alf_status op_pop_mark(alf_pkl_machine *m, int width)
{
    alf_pkl_value **values;
    int64_t         count;

    (void)width;
    return alf_pkl_pop_mark(m, &values, &count);
}

static alf_status op_dup(alf_pkl_machine *m, int width)
{
    alf_pkl_value **top;
    alf_status      status = alf_pkl_peek(m, 1, &top);

    (void)width;
    return status ? status : alf_pkl_push(m, *top);
}

/* --- numbers -------------------------------------------------------------------------------------------------------- */

static alf_status op_none(alf_pkl_machine *m, int width)
{
    (void)width;
    return alf_pkl_push(m, alf_pkl_new(m->reader, ALF_PKL_NONE));
}

static alf_status op_bool(alf_pkl_machine *m, int value)
{
    return alf_pkl_push(m, alf_pkl_new_bool(m->reader, value != 0));
}

/* "00" and "01" are how protocol 0 writes False and True. */
static alf_status op_int_line(alf_pkl_machine *m, int width)
{
    const uint8_t *text = m->scan.data + m->scan.at;
    bool           is_bool =
        m->scan.size - m->scan.at >= 3 && text[0] == '0' && (text[1] == '0' || text[1] == '1') && text[2] == '\n';
    int64_t    value;
    alf_status status = alf_pkl_take_int_line(&m->scan, &value);

    (void)width;
    if (status) return status;
    return alf_pkl_push(m, is_bool ? alf_pkl_new_bool(m->reader, value != 0) : alf_pkl_new_int(m->reader, value));
}

/* Four bytes are signed, fewer are not. */
static alf_status op_int(alf_pkl_machine *m, int width)
{
    const uint8_t *bytes;
    alf_status     status = alf_pkl_take(&m->scan, (uint64_t)width, &bytes);

    if (status) return status;
    if (width == 4) return alf_pkl_push(m, alf_pkl_new_long(m->reader, bytes, 4));
    return alf_pkl_push(m, alf_pkl_new_int(m->reader, (int64_t)alf_pkl_unsigned(bytes, (size_t)width)));
}

static alf_status op_long(alf_pkl_machine *m, int width)
{
    const uint8_t *bytes;
    size_t         size;
    alf_status     status = alf_pkl_take_counted(&m->scan, width, &bytes, &size);

    return status ? status : alf_pkl_push(m, alf_pkl_new_long(m->reader, bytes, size));
}

static alf_status op_float_line(alf_pkl_machine *m, int width)
{
    double     value;
    alf_status status = alf_pkl_take_float_line(&m->scan, &value);

    (void)width;
    return status ? status : alf_pkl_push(m, alf_pkl_new_float(m->reader, value));
}

/* The one number that is big-endian. */
static alf_status op_float(alf_pkl_machine *m, int width)
{
    const uint8_t *bytes;
    uint64_t       bits = 0;
    double         value;
    alf_status     status = alf_pkl_take(&m->scan, (uint64_t)width, &bytes);

    if (status) return status;
    for (int i = 0; i < width; i++) bits = bits << 8 | bytes[i];
    memcpy(&value, &bits, sizeof value);
    return alf_pkl_push(m, alf_pkl_new_float(m->reader, value));
}

/* --- texts and bytes ------------------------------------------------------------------------------------------------ */

static alf_status op_string_line(alf_pkl_machine *m, int width)
{
    (void)width;
    return alf_pkl_push(m, alf_pkl_take_string_line(&m->scan));
}

static alf_status op_unicode_line(alf_pkl_machine *m, int width)
{
    (void)width;
    return alf_pkl_push(m, alf_pkl_take_unicode_line(&m->scan));
}

static alf_status push_counted(alf_pkl_machine *m, int width, alf_pkl_kind kind)
{
    const uint8_t *bytes;
    size_t         size;
    alf_status     status = alf_pkl_take_counted(&m->scan, width, &bytes, &size);

    return status ? status : alf_pkl_push(m, alf_pkl_new_text(m->reader, kind, bytes, size));
}

static alf_status op_text(alf_pkl_machine *m, int width)
{
    return push_counted(m, width, ALF_PKL_STRING);
}

static alf_status op_bytes(alf_pkl_machine *m, int width)
{
    return push_counted(m, width, ALF_PKL_BYTES);
}

/* --- containers ----------------------------------------------------------------------------------------------------- */

static alf_status push_container(alf_pkl_machine *m, alf_pkl_kind kind, alf_pkl_value *const values[], int64_t count)
{
    alf_pkl_value *container = alf_pkl_new(m->reader, kind);

    if (container && alf_pkl_append(m->reader, container, values, count)) container = NULL;
    return alf_pkl_push(m, container);
}

static alf_status op_empty(alf_pkl_machine *m, int kind)
{
    return push_container(m, (alf_pkl_kind)kind, NULL, 0);
}

static alf_status odd_dict(alf_pkl_machine *m)
{
    return alf_pkl_fail(m->reader, ALF_ERR_FORMAT, "a dict has a key without a value");
}

/* A container of all values above the mark. */
static alf_status op_marked(alf_pkl_machine *m, int kind)
{
    alf_pkl_value **values;
    int64_t         count;
    alf_status      status = alf_pkl_pop_mark(m, &values, &count);

    if (status) return status;
    if (kind == ALF_PKL_DICT && count % 2) return odd_dict(m);
    return push_container(m, (alf_pkl_kind)kind, values, count);
}

static alf_status op_tuple(alf_pkl_machine *m, int width)
{
    alf_pkl_value **values;
    alf_status      status = alf_pkl_peek(m, width, &values);

    if (status) return status;
    m->depth -= width;
    return push_container(m, ALF_PKL_TUPLE, values, width);
}

/* Adds values, already taken from the stack, to the container on top of it. */
static alf_status add_to_top(alf_pkl_machine *m, int kind, alf_pkl_value *const values[], int64_t count)
{
    alf_pkl_value **top;
    alf_status      status = alf_pkl_peek(m, 1, &top);

    if (status) return status;
    if ((*top)->kind != (alf_pkl_kind)kind)
        return alf_pkl_fail(m->reader, ALF_ERR_UNSUPPORTED,
                            "opcode 0x%02x would add items to %s, which is not done; nothing was executed",
                            *m->reader->at, alf_pkl_kind_text(*top));
    if (kind == ALF_PKL_DICT && count % 2) return odd_dict(m);
    return alf_pkl_append(m->reader, *top, values, count);
}

/* APPEND takes one value, SETITEM two. */
static alf_status op_add_one(alf_pkl_machine *m, int kind)
{
    alf_pkl_value **values;
    int             count = kind == ALF_PKL_DICT ? 2 : 1;
    alf_status      status = alf_pkl_peek(m, count, &values);

    if (status) return status;
    m->depth -= count;
    return add_to_top(m, kind, values, count);
}

static alf_status op_add_marked(alf_pkl_machine *m, int kind)
{
    alf_pkl_value **values;
    int64_t         count;
    alf_status      status = alf_pkl_pop_mark(m, &values, &count);

    return status ? status : add_to_top(m, kind, values, count);
}

/* --- the memo ------------------------------------------------------------------------------------------------------- */

/* The slot's number, in `width` bytes or, for width 0, in a line of text. */
static alf_status take_slot(alf_pkl_machine *m, int width, uint64_t *slot)
{
    int64_t    number;
    alf_status status;

    if (width) return alf_pkl_take_unsigned(&m->scan, width, slot);
    status = alf_pkl_take_int_line(&m->scan, &number);
    if (status) return status;
    if (number < 0) return alf_pkl_fail(m->reader, ALF_ERR_FORMAT, "memo slot %lld is negative", (long long)number);
    *slot = (uint64_t)number;
    return ALF_OK;
}

static alf_status op_get(alf_pkl_machine *m, int width)
{
    uint64_t   slot = 0;
    alf_status status = take_slot(m, width, &slot);

    return status ? status : alf_pkl_memo_get(m, slot);
}

static alf_status op_put(alf_pkl_machine *m, int width)
{
    uint64_t   slot = 0;
    alf_status status = take_slot(m, width, &slot);

    return status ? status : alf_pkl_memo_put(m, slot);
}

static alf_status op_memoize(alf_pkl_machine *m, int width)
{
    (void)width;
    return alf_pkl_memo_put(m, (uint64_t)m->memo_used);
}

/* --- globals and what is called ------------------------------------------------------------------------------------- */

static alf_status op_global_lines(alf_pkl_machine *m, int width)
{
    const uint8_t *module, *name;
    size_t         module_size, name_size;
    alf_status     status = alf_pkl_take_line(&m->scan, &module, &module_size);

    (void)width;
    if (!status) status = alf_pkl_take_line(&m->scan, &name, &name_size);
    if (status) return status;
    return alf_pkl_push(m, alf_pkl_find_global(m->reader, m->realm, module, module_size, name, name_size));
}

static alf_status op_stack_global(alf_pkl_machine *m, int width)
{
    alf_pkl_value **pair;
    alf_status      status = alf_pkl_peek(m, 2, &pair);

    (void)width;
    if (status) return status;
    if (pair[0]->kind != ALF_PKL_STRING || pair[1]->kind != ALF_PKL_STRING)
        return alf_pkl_fail(m->reader, ALF_ERR_FORMAT, "a global is named by %s and %s, expected two texts",
                            alf_pkl_kind_text(pair[0]), alf_pkl_kind_text(pair[1]));
    m->depth -= 2;
    return alf_pkl_push(m, alf_pkl_find_global(m->reader, m->realm, pair[0]->as.text.at, pair[0]->as.text.size,
                                               pair[1]->as.text.at, pair[1]->as.text.size));
}

/* REDUCE and NEWOBJ: what a known global makes of its arguments. */
static alf_status op_make(alf_pkl_machine *m, int how)
{
    alf_pkl_value **pair;
    alf_status      status = alf_pkl_peek(m, 2, &pair);

    if (status) return status;
    m->depth -= 2;
    return alf_pkl_push(m, alf_pkl_make(m->reader, (alf_pkl_how)how, pair[0], pair[1]));
}

static alf_status op_build(alf_pkl_machine *m, int width)
{
    alf_pkl_value **pair;
    alf_status      status = alf_pkl_peek(m, 2, &pair);

    (void)width;
    if (status) return status;
    m->depth--;
    return alf_pkl_build(m->reader, pair[0], pair[1]);
}

static alf_status op_persistent_id(alf_pkl_machine *m, int width)
{
    alf_pkl_value *id;
    alf_status     status = alf_pkl_pop(m, &id);

    (void)width;
    if (status) return status;
    if (m->realm != ALF_PKL_IN_TORCH)
        return alf_pkl_fail(m->reader, ALF_ERR_UNSUPPORTED,
                            "a persistent id outside a torch stream; nothing was executed");
    return alf_pkl_push(m, id); /* torch_storage.c reads the tuple */
}

/* --- the table ------------------------------------------------------------------------------------------------------ */

const alf_pkl_op *alf_pkl_op_of(uint8_t code)
{
    static const alf_pkl_op table[256] = {
        [0x80] = {op_proto, 1},
        [0x95] = {op_frame, 8},
        ['('] = {op_mark, 0},
        ['0'] = {op_pop, 0},
        ['1'] = {op_pop_mark, 0},
        ['2'] = {op_dup, 0},

        ['N'] = {op_none, 0},
        [0x88] = {op_bool, 1},
        [0x89] = {op_bool, 0},
        ['I'] = {op_int_line, 0},
        ['L'] = {op_int_line, 0},
        ['K'] = {op_int, 1},
        ['M'] = {op_int, 2},
        ['J'] = {op_int, 4},
        [0x8a] = {op_long, 1},
        [0x8b] = {op_long, 4},
        ['F'] = {op_float_line, 0},
        ['G'] = {op_float, 8},

        ['S'] = {op_string_line, 0},
        ['V'] = {op_unicode_line, 0},
        ['U'] = {op_text, 1},
        ['T'] = {op_text, 4},
        [0x8c] = {op_text, 1},
        ['X'] = {op_text, 4},
        [0x8d] = {op_text, 8},
        ['C'] = {op_bytes, 1},
        ['B'] = {op_bytes, 4},
        [0x8e] = {op_bytes, 8},

        [']'] = {op_empty, ALF_PKL_LIST},
        ['l'] = {op_marked, ALF_PKL_LIST},
        ['a'] = {op_add_one, ALF_PKL_LIST},
        ['e'] = {op_add_marked, ALF_PKL_LIST},
        [')'] = {op_empty, ALF_PKL_TUPLE},
        ['t'] = {op_marked, ALF_PKL_TUPLE},
        [0x85] = {op_tuple, 1},
        [0x86] = {op_tuple, 2},
        [0x87] = {op_tuple, 3},
        ['}'] = {op_empty, ALF_PKL_DICT},
        ['d'] = {op_marked, ALF_PKL_DICT},
        ['s'] = {op_add_one, ALF_PKL_DICT},
        ['u'] = {op_add_marked, ALF_PKL_DICT},
        [0x8f] = {op_empty, ALF_PKL_SET},
        [0x90] = {op_add_marked, ALF_PKL_SET},
        [0x91] = {op_marked, ALF_PKL_SET},

        ['g'] = {op_get, 0},
        ['h'] = {op_get, 1},
        ['j'] = {op_get, 4},
        ['p'] = {op_put, 0},
        ['q'] = {op_put, 1},
        ['r'] = {op_put, 4},
        [0x94] = {op_memoize, 0},

        ['c'] = {op_global_lines, 0},
        [0x93] = {op_stack_global, 0},
        ['R'] = {op_make, ALF_PKL_REDUCE},
        [0x81] = {op_make, ALF_PKL_NEWOBJ},
        ['b'] = {op_build, 0},
        ['Q'] = {op_persistent_id, 0},
    };

    return &table[code];
}
