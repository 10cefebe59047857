/* Contexts, files and choices of fuzz targets. */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/context_internal.h"
#include "golden.h"

void fuzz_check(bool fact, const char *format, ...)
{
    va_list args;

    if (fact) return;
    va_start(args, format);
    fputs("fuzz: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}

void *fuzz_alloc(size_t count, size_t size)
{
    void *block = malloc(count * size + 1);

    fuzz_check(block != NULL, "no memory for %zu elements of %zu bytes", count, size);
    return block;
}

/* --- the context of a run ------------------------------------------------------------------------------------------- */

static alf_ctx *open_with(alf_ctx_options options)
{
    char     message[256];
    alf_ctx *ctx = NULL;

    options.threads = 1;
    fuzz_check(alf_ctx_create(&options, message, sizeof message, &ctx) == ALF_OK, "no context: %s", message);
    return ctx;
}

alf_ctx *fuzz_open_with(int64_t budget, alf_backend_kind backend, alf_isa isa)
{
    return open_with((alf_ctx_options){.max_memory = budget, .backend = backend, .isa = isa});
}

alf_ctx *fuzz_open(int64_t budget)
{
    return fuzz_open_with(budget, ALF_BACKEND_CPU, ALF_ISA_AUTO);
}

alf_ctx *fuzz_open_for(int64_t budget, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    unsigned       sum = 0;

    for (size_t i = 0; i < size; i++) sum += bytes[i];
    return open_with((alf_ctx_options){
        .max_memory = budget, .backend = ALF_BACKEND_CPU, .files = sum & 1 ? ALF_FILES_READ : ALF_FILES_MAP});
}

/* Texts of errors go to terminals. */
static void check_message(const alf_ctx *ctx)
{
    const char *text = alf_ctx_message(ctx);

    fuzz_check((alf_ctx_status(ctx) != ALF_OK) == (*text != '\0'), "status %d with the text '%s'",
               (int)alf_ctx_status(ctx), text);
    for (; *text; text++)
        fuzz_check((unsigned char)*text >= ' ' && *text != 0x7f, "a control character in '%s'", alf_ctx_message(ctx));
}

bool fuzz_took(alf_ctx *ctx, alf_status status, const void *result)
{
    void *pointer = NULL;

    check_message(ctx);
    fuzz_check(status == alf_ctx_status(ctx), "returned %d, the context has %d '%s'", (int)status,
               (int)alf_ctx_status(ctx), alf_ctx_message(ctx));
    if (result) {
        memcpy(&pointer, result, sizeof pointer);
        fuzz_check((status == ALF_OK) == (pointer != NULL), "status %d with %s result", (int)status,
                   pointer ? "a" : "no");
    }
    alf_ctx_clear_error(ctx);
    return status == ALF_OK;
}

/* What a context keeps for the next time. */
static void release_kept(alf_ctx *ctx)
{
    if (ctx->tensor.destroy) ctx->tensor.destroy(ctx->tensor.state);
    ctx->tensor = (alf_ctx_extension){.state = NULL};
    for (int i = 0; i < ctx->workers; i++) {
        alf_mem_free(ctx->scratch[i]);
        ctx->scratch[i] = NULL;
    }
    ctx->scratch_bytes = 0;
}

void fuzz_close(alf_ctx *ctx)
{
    check_message(ctx);
    release_kept(ctx);
    fuzz_check(alf_ctx_memory_used(ctx) == 0, "%lld bytes are not given back", (long long)alf_ctx_memory_used(ctx));
    alf_ctx_destroy(ctx);
}

/* --- bytes as files ------------------------------------------------------------------------------------------------- */

static char *folder; /* of the process */

static void remove_folder(void)
{
    test_remove_folder(folder);
}

static const char *working_folder(void)
{
    if (folder) return folder;
    folder = test_temp_folder();
    atexit(remove_folder);
    return folder;
}

const char *fuzz_path(const char *name)
{
    static char path[1024];

    fuzz_check(snprintf(path, sizeof path, "%s/%s", working_folder(), name) < (int)sizeof path, "a long path");
    return path;
}

void fuzz_make_folder(const char *name)
{
    fuzz_check(mkdir(fuzz_path(name), 0700) == 0 || errno == EEXIST, "no folder %s", name);
}

const char *fuzz_file(const char *name, const void *data, size_t size)
{
    const char *path = fuzz_path(name);
    int         file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    fuzz_check(file >= 0, "cannot write %s", path);
    fuzz_check(write(file, data, size) == (ssize_t)size, "cannot write %zu bytes to %s", size, path);
    close(file);
    return path;
}

/* --- bytes as choices ----------------------------------------------------------------------------------------------- */

void fuzz_take(fuzz_bytes *b, void *to, size_t size)
{
    size_t there = size < b->left ? size : b->left;

    if (there) memcpy(to, b->at, there);
    memset((char *)to + there, 0, size - there);
    b->at += there;
    b->left -= there;
}

uint64_t fuzz_bits(fuzz_bytes *b, int bytes)
{
    uint8_t  taken[8];
    uint64_t bits = 0;

    fuzz_take(b, taken, (size_t)bytes);
    for (int i = bytes - 1; i >= 0; i--) bits = bits << 8 | taken[i];
    return bits;
}

int64_t fuzz_int(fuzz_bytes *b, int64_t low, int64_t high)
{
    uint64_t span = (uint64_t)high - (uint64_t)low + 1; /* 0: all there are */
    int      bytes = 1;

    while (bytes < 8 && span - 1 >= (uint64_t)1 << 8 * bytes) bytes++;
    uint64_t bits = fuzz_bits(b, bytes);
    return (int64_t)((uint64_t)low + (span ? bits % span : bits));
}

bool fuzz_bool(fuzz_bytes *b)
{
    return fuzz_bits(b, 1) & 1;
}

bool fuzz_rare(fuzz_bytes *b)
{
    return (fuzz_bits(b, 1) & 15) == 15;
}

double fuzz_real(fuzz_bytes *b, double low, double high)
{
    return low + (high - low) * (double)fuzz_bits(b, 2) / 65535;
}

double fuzz_any_real(fuzz_bytes *b)
{
    static const double telling[] = {0,      -0.0, 1,   -1,     0.5,  2,    1e-300,   -1e-300, 1e300,     -1e300,
                                     5e-324, 1e9,  4e9, 9.3e18, 1e20, 1e39, INFINITY, NAN,     -INFINITY, 1e-9};
    const unsigned      choice = (unsigned)fuzz_bits(b, 1);
    double              any;

    if (choice < 0x60) return (double)fuzz_int(b, -256, 4096) / 16;
    if (choice < 0xe0) return telling[choice % (sizeof telling / sizeof telling[0])];
    fuzz_take(b, &any, sizeof any);
    return any;
}

int64_t fuzz_any_int(fuzz_bytes *b)
{
    const unsigned choice = (unsigned)fuzz_bits(b, 1);

    if (choice < 0x80) return (int64_t)choice - 4;
    if (choice < 0xe0) {
        int64_t power = (int64_t)1 << (choice & 31);
        return (choice & 0x20 ? power - 1 : power + (choice & 1)) * (choice & 0x40 ? -1 : 1);
    }
    return (int64_t)fuzz_bits(b, 8);
}

double *fuzz_reals(fuzz_bytes *b, int64_t count)
{
    double  *values = fuzz_alloc((size_t)count, sizeof *values);
    uint64_t state = fuzz_bits(b, 4);

    /* The first ones as the bytes say, the others follow from them. */
    for (int64_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u + (b->left ? fuzz_bits(b, 1) : 0);
        values[i] = (double)(state >> 40) / (1 << 23) - 1;
    }
    return values;
}

char *fuzz_text(fuzz_bytes *b, size_t most)
{
    size_t length = (size_t)fuzz_int(b, 0, (int64_t)most);
    char  *text;

    if (length > b->left) length = b->left;
    text = fuzz_alloc(length + 1, 1);
    fuzz_take(b, text, length);
    for (size_t i = 0; i < length; i++)
        if (!text[i]) text[i] = ' ';
    text[length] = '\0';
    return text;
}
