/* The Python literal at the head of a .npy file: a dict of three known keys, read by recursive descent. */
#include <string.h>

#include "core/core.h"
#include "io/npy_internal.h"

/* Once something is wrong `expected` says what should have stood at `at`, and nothing moves any more. */
typedef struct {
    const char *begin, *at, *end;
    const char *expected;
} cursor;

static void skip_space(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r')) c->at++;
}

static void reject(cursor *c, const char *expected)
{
    if (!c->expected) c->expected = expected;
}

/* Takes `text` when it comes next. */
static bool accept(cursor *c, const char *text)
{
    size_t size = strlen(text);

    skip_space(c);
    if (c->expected || (size_t)(c->end - c->at) < size || memcmp(c->at, text, size) != 0) return false;
    c->at += size;
    return true;
}

static void expect(cursor *c, const char *text)
{
    if (!accept(c, text)) reject(c, text);
}

/* A quoted text without escapes. */
static void take_text(cursor *c, char *out, size_t room)
{
    char   quote = accept(c, "'") ? '\'' : '"';
    size_t size = 0;

    out[0] = '\0';
    if (quote == '"' && !accept(c, "\"")) {
        reject(c, "a quoted text");
        return;
    }
    while (c->at + size < c->end && c->at[size] != quote && c->at[size] != '\\' && size + 1 < room) size++;
    memcpy(out, c->at, size);
    out[size] = '\0';
    c->at += size;
    if (c->at >= c->end || *c->at != quote)
        reject(c, "the end of a short text");
    else
        c->at++;
}

static int64_t take_size(cursor *c)
{
    int64_t value = 0;
    bool    fits = true;

    skip_space(c);
    if (c->at >= c->end || *c->at < '0' || *c->at > '9') {
        reject(c, "a whole number");
        return 0;
    }
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        fits = fits && alf_mul_i64(value, 10, &value) && alf_add_i64(value, *c->at - '0', &value);
    if (!fits) reject(c, "a number below 2^63");
    return value;
}

static void take_shape(cursor *c, alf_npy_literal *out)
{
    expect(c, "(");
    out->ndim = 0;
    while (!c->expected && !accept(c, ")")) {
        int64_t size = take_size(c);
        if (out->ndim == ALF_MAX_DIMS) {
            reject(c, "at most 5 dimensions");
            return;
        }
        out->shape[out->ndim++] = size;
        if (!accept(c, ",")) {
            expect(c, ")");
            return;
        }
    }
}

enum { HAS_DESCR = 1, HAS_ORDER = 2, HAS_SHAPE = 4, HAS_ALL = 7 };

static int take_entry(cursor *c, alf_npy_literal *out)
{
    char key[16];

    take_text(c, key, sizeof key);
    expect(c, ":");
    if (strcmp(key, "descr") == 0) {
        take_text(c, out->descr, sizeof out->descr);
        return HAS_DESCR;
    }
    if (strcmp(key, "fortran_order") == 0) {
        out->fortran = accept(c, "True");
        if (!out->fortran) expect(c, "False");
        return HAS_ORDER;
    }
    if (strcmp(key, "shape") == 0) {
        take_shape(c, out);
        return HAS_SHAPE;
    }
    reject(c, "the keys descr, fortran_order and shape");
    return 0;
}

static void take_dict(cursor *c, alf_npy_literal *out)
{
    int seen = 0;

    expect(c, "{");
    while (!c->expected && !accept(c, "}")) {
        int entry = take_entry(c, out);
        if (seen & entry) reject(c, "each key once");
        seen |= entry;
        if (!accept(c, ",")) {
            expect(c, "}");
            break;
        }
    }
    if (seen != HAS_ALL) reject(c, "the keys descr, fortran_order and shape");
    skip_space(c);
    if (c->at != c->end) reject(c, "nothing after the closing brace");
}

_Static_assert(ALF_MAX_DIMS == 5, "the text of take_shape() names the limit");

alf_status alf_npy_parse(alf_ctx *ctx, const char *path, const char *text, size_t size, alf_npy_literal *out)
{
    cursor c = {text, text, text + size, NULL};

    memset(out, 0, sizeof *out);
    take_dict(&c, out);
    if (!c.expected) return ALF_OK;
    return alf_fail(ctx, ALF_ERR_FORMAT, "'%s': byte %lld of the .npy header: expected %s", path,
                    (long long)(c.at - c.begin), c.expected);
}
