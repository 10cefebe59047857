/* The assembler of pickles. */
#include "pickle_bytes.h"

#include <stdlib.h>
#include <string.h>

#include "golden.h"

/* --- bytes ---------------------------------------------------------------------------------------------------------- */

pkl_bytes pkl_start(int protocol)
{
    pkl_bytes p = {.protocol = protocol};

    if (protocol) {
        pkl_unsigned(&p, 0x80, 1);
        pkl_unsigned(&p, (uint64_t)protocol, 1);
    }
    return p;
}

void pkl_free(pkl_bytes *p)
{
    free(p->at);
    *p = (pkl_bytes){.at = NULL};
}

void pkl_raw(pkl_bytes *p, const void *bytes, size_t size)
{
    if (p->size + size > p->capacity) {
        p->capacity = 2 * (p->size + size);
        p->at = realloc(p->at, p->capacity);
        assert_non_null(p->at);
    }
    if (size) memcpy(p->at + p->size, bytes, size);
    p->size += size;
}

void pkl_ops(pkl_bytes *p, const char *opcodes)
{
    pkl_raw(p, opcodes, strlen(opcodes));
}

void pkl_unsigned(pkl_bytes *p, uint64_t value, int width)
{
    for (int i = 0; i < width; i++) {
        uint8_t byte = (uint8_t)(value >> (8 * i));
        pkl_raw(p, &byte, 1);
    }
}

/* --- values --------------------------------------------------------------------------------------------------------- */

static void counted(pkl_bytes *p, char opcode, int width, const void *bytes, size_t size)
{
    pkl_raw(p, &opcode, 1);
    pkl_unsigned(p, size, width);
    pkl_raw(p, bytes, size);
}

void pkl_text(pkl_bytes *p, const char *text)
{
    if (p->protocol >= 4 && strlen(text) < 256)
        counted(p, '\x8c', 1, text, strlen(text));
    else
        counted(p, 'X', 4, text, strlen(text));
}

void pkl_data(pkl_bytes *p, const void *bytes, size_t size)
{
    counted(p, p->protocol >= 3 ? 'B' : 'T', 4, bytes, size);
}

void pkl_int(pkl_bytes *p, int64_t value)
{
    pkl_ops(p, "\x8a\x08");
    pkl_unsigned(p, (uint64_t)value, 8);
}

void pkl_float(pkl_bytes *p, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    pkl_ops(p, "G");
    for (int i = 7; i >= 0; i--) pkl_unsigned(p, bits >> (8 * i), 1);
}

void pkl_ints(pkl_bytes *p, int count, const int64_t values[])
{
    pkl_ops(p, "(");
    for (int i = 0; i < count; i++) pkl_int(p, values[i]);
    pkl_ops(p, "t");
}

void pkl_global(pkl_bytes *p, const char *module, const char *name)
{
    if (p->protocol >= 4) {
        pkl_text(p, module);
        pkl_text(p, name);
        pkl_ops(p, "\x93");
        return;
    }
    pkl_ops(p, "c");
    pkl_ops(p, module);
    pkl_ops(p, "\n");
    pkl_ops(p, name);
    pkl_ops(p, "\n");
}

/* --- networks ------------------------------------------------------------------------------------------------------- */

void pkl_object_begin(pkl_bytes *p, const char *class_name)
{
    pkl_global(p, "torch_utils.persistence", "_reconstruct_persistent_obj");
    pkl_ops(p, "}(");
    pkl_text(p, "type");
    pkl_text(p, "class");
    pkl_text(p, "version");
    pkl_int(p, 6);
    pkl_text(p, "module_src");
    pkl_text(p, "raise SystemExit('source code is not run')");
    pkl_text(p, "class_name");
    pkl_text(p, class_name);
    pkl_text(p, "state");
    pkl_ops(p, "}(");
}

void pkl_object_end(pkl_bytes *p)
{
    pkl_ops(p, "uu\x85R");
}

void pkl_network_begin(pkl_bytes *p)
{
    pkl_ops(p, "}(");
    pkl_text(p, "G_ema");
    pkl_object_begin(p, "Generator");
    pkl_text(p, "_init_kwargs");
    pkl_ops(p, "}");
    pkl_text(p, "_parameters");
    pkl_ops(p, "}(");
    pkl_text(p, "weight");
}

void pkl_network_end(pkl_bytes *p)
{
    pkl_ops(p, "u");
    pkl_object_end(p);
    pkl_ops(p, "u.");
}

/* --- torch ---------------------------------------------------------------------------------------------------------- */

pkl_bytes pkl_storage_id(const char *type, int64_t numel)
{
    pkl_bytes p = pkl_start(2);

    pkl_ops(&p, "(");
    pkl_text(&p, "storage");
    pkl_global(&p, "torch", type);
    pkl_text(&p, "0");
    pkl_text(&p, "cpu");
    pkl_int(&p, numel);
    pkl_ops(&p, "NtQ.");
    return p;
}

pkl_bytes pkl_stream(const pkl_storage *storage)
{
    static const char magic[] = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
    pkl_bytes         p = pkl_start(0), id = pkl_storage_id(storage->type, storage->numel);

    p.protocol = 2;
    pkl_raw(&p, magic, sizeof magic - 1);
    pkl_ops(&p, "\x80\x02M\xe9\x03."); /* 1001 */
    pkl_ops(&p, "\x80\x02}");
    pkl_text(&p, "little_endian");
    pkl_ops(&p, storage->little_endian ? "\x88s." : "\x89s.");
    pkl_raw(&p, id.at, id.size);
    pkl_ops(&p, "\x80\x02]");
    pkl_text(&p, "0");
    pkl_ops(&p, "a.");
    pkl_unsigned(&p, storage->count, 8);
    pkl_raw(&p, storage->data, storage->bytes);
    pkl_free(&id);
    return p;
}

void pkl_storage_call(pkl_bytes *p, const pkl_bytes *payload)
{
    pkl_global(p, "torch.storage", "_load_from_bytes");
    pkl_data(p, payload->at, payload->size);
    pkl_ops(p, "\x85R");
}

/* The storage is on the stack already, the callable and a mark below it. */
void pkl_tensor_view(pkl_bytes *p, int64_t offset, int ndim, const int64_t size[], const int64_t stride[])
{
    pkl_int(p, offset);
    pkl_ints(p, ndim, size);
    pkl_ints(p, ndim, stride);
    pkl_ops(p, "\x89");
    pkl_global(p, "collections", "OrderedDict");
    pkl_ops(p, ")RtR");
}

void pkl_tensor(pkl_bytes *p, const pkl_bytes *payload, int64_t offset, int ndim, const int64_t size[],
                const int64_t stride[])
{
    pkl_global(p, "torch._utils", "_rebuild_tensor_v2");
    pkl_ops(p, "(");
    pkl_storage_call(p, payload);
    pkl_tensor_view(p, offset, ndim, size, stride);
}
