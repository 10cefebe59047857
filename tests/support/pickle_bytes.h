/* A small assembler of pickles for tests: opcodes by hand, and the pieces that official network files are made of. */
#ifndef TEST_PICKLE_BYTES_H
#define TEST_PICKLE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t *at;
    size_t   size, capacity;
    int      protocol; /* 2: GLOBAL, strings for bytes; 3: GLOBAL; 4: STACK_GLOBAL, short texts */
} pkl_bytes;

pkl_bytes pkl_start(int protocol); /* with PROTO; 0: nothing, for bytes that are no pickle */
void      pkl_free(pkl_bytes *p);

void pkl_raw(pkl_bytes *p, const void *bytes, size_t size);
void pkl_ops(pkl_bytes *p, const char *opcodes); /* one byte each, none of them zero */
void pkl_unsigned(pkl_bytes *p, uint64_t value, int width);

/* What pushes one value. */
void pkl_text(pkl_bytes *p, const char *text);
void pkl_data(pkl_bytes *p, const void *bytes, size_t size);
void pkl_int(pkl_bytes *p, int64_t value);
void pkl_float(pkl_bytes *p, double value);
void pkl_ints(pkl_bytes *p, int count, const int64_t values[]); /* a tuple */
void pkl_global(pkl_bytes *p, const char *module, const char *name);

/* A file with the network G_ema, whose parameter "weight" is what is pushed between the two. Inside an object stands
 * between them what ends its state: pkl_object_begin() leaves the stack within the state dict, where keys and values
 * alternate. */
void pkl_network_begin(pkl_bytes *p);
void pkl_network_end(pkl_bytes *p);
void pkl_object_begin(pkl_bytes *p, const char *class_name);
void pkl_object_end(pkl_bytes *p);

/* A storage as a legacy torch stream. */
typedef struct {
    const char *type;
    bool        little_endian;
    int64_t     numel; /* in the persistent id  */
    uint64_t    count; /* in front of the data  */
    const void *data;
    size_t      bytes;
} pkl_storage;

pkl_bytes pkl_stream(const pkl_storage *storage);
/* The persistent id alone, as a pickle. */
pkl_bytes pkl_storage_id(const char *type, int64_t numel);

/* Pushes the tensor of a storage given by its stream or zip archive. */
void pkl_tensor(pkl_bytes *p, const pkl_bytes *payload, int64_t offset, int ndim, const int64_t size[],
                const int64_t stride[]);
void pkl_storage_call(pkl_bytes *p, const pkl_bytes *payload);
void pkl_tensor_view(pkl_bytes *p, int64_t offset, int ndim, const int64_t size[], const int64_t stride[]);

#endif
