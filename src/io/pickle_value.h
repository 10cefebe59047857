/* The values a pickle is made of, and the reader that owns them: an arena that counts what a file asks for. */
#ifndef ALF_IO_PICKLE_VALUE_H
#define ALF_IO_PICKLE_VALUE_H

#include "aliasfree/archive.h"
#include "io/file_map.h"

/* --- the reader ----------------------------------------------------------------------------------------------------- */

typedef struct alf_pkl_chunk alf_pkl_chunk;

/* One file while it is read. `status` is its first failure; functions that return a pointer return NULL then. */
typedef struct {
    alf_ctx       *ctx;
    const char    *path;
    alf_file_map   map;
    alf_status     status;
    alf_pkl_chunk *chunks; /* of the arena                                         */
    const uint8_t *at;     /* the opcode being run, for error texts; NULL: none    */
    int64_t        values; /* counters against the limits of pickle.h              */
    int64_t        steps;
    int64_t        json;
    int64_t        expanded;
} alf_pkl_reader;

void alf_pkl_release(alf_pkl_reader *reader); /* the arena with all values; the map is the caller's */

/* Records "'<path>' at byte <n>: <text>" and returns status. */
alf_status alf_pkl_fail(alf_pkl_reader *reader, alf_status status, const char *format, ...) ALF_PRINTF(3, 4);

/* Does this byte stand in the mapped file, not in the arena? */
bool alf_pkl_is_mapped(const alf_pkl_reader *reader, const uint8_t *byte);

/* Uninitialised memory of the arena. */
void *alf_pkl_alloc(alf_pkl_reader *reader, int64_t count, size_t size);

/* Counts work, or bytes unpacked or shown as an array, against its limit. */
ALF_NODISCARD alf_status alf_pkl_charge(alf_pkl_reader *reader, int64_t steps);
ALF_NODISCARD alf_status alf_pkl_charge_bytes(alf_pkl_reader *reader, int64_t bytes);

/* --- values --------------------------------------------------------------------------------------------------------- */

typedef enum {
    ALF_PKL_NONE,
    ALF_PKL_BOOL,
    ALF_PKL_INT,
    ALF_PKL_BIG_INT, /* beyond 64 bits: text holds its bytes, little-endian, two's complement */
    ALF_PKL_FLOAT,
    ALF_PKL_STRING, /* text, meant to be UTF-8 but not checked; or bytes of a Python 2 string */
    ALF_PKL_BYTES,
    ALF_PKL_LIST,
    ALF_PKL_TUPLE,
    ALF_PKL_SET,
    ALF_PKL_DICT, /* items are key, value, key, value; with equal keys the last one counts    */
    ALF_PKL_GLOBAL,
    ALF_PKL_OBJECT, /* a persistent object: a network or a module of one                      */
    ALF_PKL_STORAGE,
    ALF_PKL_TENSOR,
    ALF_PKL_DTYPE, /* of NumPy                                                                */
    ALF_PKL_NDARRAY
} alf_pkl_kind;

typedef struct alf_pkl_value  alf_pkl_value;
typedef struct alf_pkl_global alf_pkl_global; /* pickle_globals.h */

/* Elements of a tensor in the file (mapped) or unpacked. */
typedef struct {
    alf_dtype      dtype;
    int64_t        count;
    const uint8_t *data;
    bool           mapped;
} alf_pkl_storage;

/* A checked view: every element lies within the storage. Strides are in elements, not negative. */
typedef struct {
    const alf_pkl_storage *storage;
    int                    ndim;
    int64_t                offset, count;
    int64_t                shape[ALF_MAX_DIMS], stride[ALF_MAX_DIMS];
} alf_pkl_tensor;

typedef struct {
    const uint8_t         *at;
    size_t                 size;
    const alf_pkl_storage *storage; /* what these bytes were read as, when they were; NULL: not yet */
} alf_pkl_text;

typedef struct {
    alf_pkl_value **at;
    int64_t         count, capacity;
} alf_pkl_items;

typedef struct {
    char kind; /* 'b' bool, 'i', 'u', 'f' */
    int  size; /* bytes: 1, 2, 4, 8       */
} alf_pkl_dtype;

typedef struct {
    const alf_pkl_value *class_name, *state; /* a STRING; a DICT or NULL */
} alf_pkl_object;

struct alf_pkl_value {
    alf_pkl_kind kind;
    union {
        bool                   boolean;
        int64_t                integer;
        double                 real;
        alf_pkl_text           text;  /* STRING, BYTES, BIG_INT  */
        alf_pkl_items          items; /* LIST, TUPLE, SET, DICT  */
        const alf_pkl_global  *global;
        alf_pkl_object         object;
        const alf_pkl_storage *storage;
        const alf_pkl_tensor  *tensor;
        alf_pkl_dtype          dtype;
    } as;
};

alf_pkl_value *alf_pkl_new(alf_pkl_reader *reader, alf_pkl_kind kind); /* zeroed */
alf_pkl_value *alf_pkl_new_bool(alf_pkl_reader *reader, bool boolean);
alf_pkl_value *alf_pkl_new_int(alf_pkl_reader *reader, int64_t integer);
alf_pkl_value *alf_pkl_new_float(alf_pkl_reader *reader, double real);
alf_pkl_value *alf_pkl_new_text(alf_pkl_reader *reader, alf_pkl_kind kind, const uint8_t *at, size_t size);

/* Puts `count` values at the end of a container; they are counted as values are. */
ALF_NODISCARD alf_status alf_pkl_append(alf_pkl_reader *reader, alf_pkl_value *container, alf_pkl_value *const values[],
                                        int64_t count);

/* The value under a text key of a DICT; *out is NULL when there is none. Costs as many steps as the dict is long. */
ALF_NODISCARD alf_status alf_pkl_get(alf_pkl_reader *reader, const alf_pkl_value *dict, const char *key,
                                     const alf_pkl_value **out);

/* "a list", "a tensor", ... */
const char *alf_pkl_kind_text(const alf_pkl_value *value);

/* Is it a STRING (or BYTES) with exactly this text? */
bool alf_pkl_is_text(const alf_pkl_value *value, const char *text);

/* BYTES, or the STRING that protocol 2 and Python 2 have in their place. */
bool alf_pkl_is_bytes(const alf_pkl_value *value);

/* Text for a message: printable ASCII, at most 80 characters, others as '?'. */
typedef struct {
    char text[84];
} alf_pkl_label;
alf_pkl_label alf_pkl_printable(const uint8_t *at, size_t size);

/* Reads a TUPLE (or LIST) of at most `limit` ints; `what` names it in the error. */
ALF_NODISCARD alf_status alf_pkl_read_ints(alf_pkl_reader *reader, const alf_pkl_value *tuple, const char *what,
                                           int limit, int64_t out[], int *count);

#endif
