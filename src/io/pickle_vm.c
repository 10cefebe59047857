/* The machine itself: the loop over opcodes, the stack with its marks, the memo. */
#include "io/pickle_vm.h"

#include <string.h>

#include "core/core.h"
#include "io/pickle.h"

/* Doubles a list until `count` items fit; new ones are zero. */
static alf_status make_room(alf_pkl_machine *m, void **list, int64_t count, int64_t *capacity, size_t size)
{
    int64_t wanted = *capacity ? *capacity : 64;
    void   *grown;

    if (count <= *capacity) return ALF_OK;
    while (wanted < count) wanted *= 2;
    grown = alf_mem_realloc(m->reader->ctx, *list, (size_t)wanted, size);
    if (!grown) return m->reader->status = ALF_ERR_MEMORY;
    memset((char *)grown + (size_t)*capacity * size, 0, (size_t)(wanted - *capacity) * size);
    *list = grown;
    *capacity = wanted;
    return ALF_OK;
}

/* --- the stack ------------------------------------------------------------------------------------------------------ */

static alf_status too_deep(alf_pkl_machine *m, const char *what)
{
    return alf_pkl_fail(m->reader, ALF_ERR_FORMAT, "more than %d %s on the stack", ALF_PICKLE_MAX_STACK, what);
}

alf_status alf_pkl_push(alf_pkl_machine *m, alf_pkl_value *value)
{
    void      *list = m->stack;
    alf_status status;

    if (!value) return m->reader->status;
    if (m->depth >= ALF_PICKLE_MAX_STACK) return too_deep(m, "values");
    status = make_room(m, &list, m->depth + 1, &m->stack_capacity, sizeof *m->stack);
    m->stack = list;
    if (!status) m->stack[m->depth++] = value;
    return status;
}

alf_status alf_pkl_push_mark(alf_pkl_machine *m)
{
    void      *list = m->marks;
    alf_status status;

    if (m->mark_count >= ALF_PICKLE_MAX_STACK) return too_deep(m, "marks");
    status = make_room(m, &list, m->mark_count + 1, &m->mark_capacity, sizeof *m->marks);
    m->marks = list;
    if (!status) m->marks[m->mark_count++] = m->depth;
    return status;
}

alf_status alf_pkl_peek(alf_pkl_machine *m, int64_t count, alf_pkl_value ***out)
{
    int64_t floor = m->mark_count ? m->marks[m->mark_count - 1] : 0;

    if (m->depth - floor < count) {
        alf_pkl_fail(m->reader, ALF_ERR_FORMAT, "opcode 0x%02x needs %lld values, the stack has %lld",
                     m->reader->at ? *m->reader->at : 0, (long long)count, (long long)(m->depth - floor));
        return ALF_ERR_FORMAT;
    }
    *out = m->stack + (m->depth - count);
    return ALF_OK;
}

alf_status alf_pkl_pop(alf_pkl_machine *m, alf_pkl_value **out)
{
    alf_pkl_value **top;
    alf_status      status = alf_pkl_peek(m, 1, &top);

    if (status) return status;
    *out = *top;
    m->depth--;
    return ALF_OK;
}

alf_status alf_pkl_pop_mark(alf_pkl_machine *m, alf_pkl_value ***values, int64_t *count)
{
    if (!m->mark_count)
        return alf_pkl_fail(m->reader, ALF_ERR_FORMAT, "opcode 0x%02x needs a mark on the stack, there is none",
                            m->reader->at ? *m->reader->at : 0);
    *count = m->depth - m->marks[--m->mark_count];
    m->depth -= *count;
    *values = m->stack ? m->stack + m->depth : NULL; /* no stack yet: nothing was ever pushed */
    return ALF_OK;
}

/* --- the memo ------------------------------------------------------------------------------------------------------- */

alf_status alf_pkl_memo_put(alf_pkl_machine *m, uint64_t index)
{
    void           *list = m->memo;
    alf_pkl_value **top;
    alf_status      status = alf_pkl_peek(m, 1, &top);

    if (status) return status;
    if (index >= ALF_PICKLE_MAX_MEMO || index >= m->scan.size)
        return alf_pkl_fail(m->reader, ALF_ERR_FORMAT,
                            "memo slot %llu, expected less than the %llu bytes of the pickle and %d",
                            (unsigned long long)index, (unsigned long long)m->scan.size, ALF_PICKLE_MAX_MEMO);
    status = make_room(m, &list, (int64_t)index + 1, &m->memo_capacity, sizeof *m->memo);
    m->memo = list;
    if (status) return status;
    if (!m->memo[index]) m->memo_used++;
    m->memo[index] = *top;
    return ALF_OK;
}

alf_status alf_pkl_memo_get(alf_pkl_machine *m, uint64_t index)
{
    if (index >= (uint64_t)m->memo_capacity || !m->memo[index])
        return alf_pkl_fail(m->reader, ALF_ERR_FORMAT, "memo slot %llu is empty", (unsigned long long)index);
    return alf_pkl_push(m, m->memo[index]);
}

/* --- the loop ------------------------------------------------------------------------------------------------------- */

static alf_status step(alf_pkl_machine *m, bool *stopped)
{
    const uint8_t    *code;
    const alf_pkl_op *op;

    if (alf_pkl_charge(m->reader, 1)) return m->reader->status;
    m->reader->at = m->scan.data + m->scan.at;
    if (m->scan.at == m->scan.size)
        return alf_pkl_fail(m->reader, ALF_ERR_FORMAT, "the pickle ends without STOP after %llu bytes",
                            (unsigned long long)m->scan.size);
    if (alf_pkl_take(&m->scan, 1, &code)) return m->reader->status;
    *stopped = *code == ALF_PKL_STOP;
    if (*stopped) return ALF_OK;
    op = alf_pkl_op_of(*code);
    if (!op->run)
        return alf_pkl_fail(m->reader, ALF_ERR_UNSUPPORTED,
                            "0x%02x is no opcode that network files have; nothing was executed", *code);
    return op->run(m, op->width);
}

alf_status alf_pkl_run(alf_pkl_reader *reader, alf_pkl_realm realm, const uint8_t *data, size_t size, size_t *used,
                       alf_pkl_value **out)
{
    alf_pkl_machine m = {.reader = reader, .realm = realm, .scan = {reader, data, size, 0}};
    const uint8_t  *outer = reader->at;
    bool            stopped = false;
    alf_status      status = ALF_OK;

    while (!status && !stopped) status = step(&m, &stopped);
    if (!status) status = alf_pkl_pop(&m, out);
    if (!status) *used = m.scan.at;
    reader->at = outer;
    alf_mem_free(m.stack);
    alf_mem_free(m.marks);
    alf_mem_free(m.memo);
    return status;
}

alf_status alf_pkl_run_whole(alf_pkl_reader *reader, alf_pkl_realm realm, const uint8_t *data, size_t size,
                             alf_pkl_value **out)
{
    size_t     used;
    alf_status status = alf_pkl_run(reader, realm, data, size, &used, out);

    if (status || used == size) return status;
    return alf_pkl_fail(reader, ALF_ERR_FORMAT, "%llu bytes follow the pickle, expected none",
                        (unsigned long long)(size - used));
}
