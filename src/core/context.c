/* Contexts: options resolved from arguments, environment and machine, and the first error. */
#include <stdlib.h>
#include <string.h>

#include "core/context_internal.h"
#include "core/environment.h"

const char *alf_version(void)
{
    return ALF_VERSION;
}

const char *alf_status_text(alf_status status)
{
    switch (status) {
    case ALF_OK: return "no error";
    case ALF_ERR_ARGUMENT: return "bad argument";
    case ALF_ERR_RANGE: return "out of range";
    case ALF_ERR_MEMORY: return "out of memory";
    case ALF_ERR_IO: return "input/output error";
    case ALF_ERR_FORMAT: return "malformed file";
    case ALF_ERR_UNSUPPORTED: return "not supported";
    case ALF_ERR_CANCELLED: return "cancelled";
    }
    return "unknown status";
}

bool alf_is_status(int64_t value)
{
    return value >= ALF_OK && value <= ALF_ERR_CANCELLED;
}

const char *alf_isa_name(alf_isa isa)
{
    switch (isa) {
    case ALF_ISA_AUTO: return "auto";
    case ALF_ISA_SCALAR: return "scalar";
    case ALF_ISA_AVX2: return "avx2";
    case ALF_ISA_AVX512: return "avx512";
    }
    return "unknown";
}

size_t alf_dtype_size(alf_dtype dtype)
{
    switch (dtype) {
    case ALF_F64:
    case ALF_I64: return 8;
    case ALF_F32:
    case ALF_I32: return 4;
    case ALF_F16:
    case ALF_BF16: return 2;
    case ALF_U8:
    case ALF_I8:
    case ALF_BOOL: return 1;
    }
    return 0;
}

alf_ctx_options alf_ctx_options_default(void)
{
    return (alf_ctx_options){.backend = ALF_BACKEND_CPU, .isa = ALF_ISA_AUTO};
}

/* Writes the reason why no context was made. */
static alf_status refuse(char *message, size_t size, alf_status status, const char *format, ...)
{
    if (message && size) {
        va_list args;
        va_start(args, format);
        alf_vformat(message, size, format, args);
        va_end(args);
    }
    return status;
}

static alf_status refuse_variable(char *message, size_t size, alf_status status, alf_env_id id)
{
    const alf_env_variable *variable = &alf_env_variables()[id];
    return refuse(message, size, status, "%s=%s: expected %s", variable->name, alf_env_text(id), variable->expected);
}

static alf_status resolve_threads(alf_ctx_options *o, char *message, size_t size)
{
    const char *text = alf_env_text(ALF_ENV_THREADS);
    if (o->threads == 0 && text) {
        int64_t value;
        if (!alf_parse_i64(text, &value) || value < 1 || value > ALF_MAX_THREADS)
            return refuse_variable(message, size, ALF_ERR_RANGE, ALF_ENV_THREADS);
        o->threads = (int)value;
    }
    if (o->threads == 0) {
        int processors = alf_cpu_count();
        o->threads = processors > ALF_MAX_THREADS ? ALF_MAX_THREADS : processors;
    }
    if (o->threads < 1 || o->threads > ALF_MAX_THREADS)
        return refuse(message, size, ALF_ERR_RANGE, "threads is %d: expected 1 to %d, or 0 for all processors",
                      o->threads, ALF_MAX_THREADS);
    return ALF_OK;
}

static alf_status resolve_memory(alf_ctx_options *o, char *message, size_t size)
{
    const char *text = alf_env_text(ALF_ENV_MAX_MEMORY);
    if (o->max_memory == 0 && text && (!alf_parse_bytes(text, &o->max_memory) || o->max_memory < 1))
        return refuse_variable(message, size, ALF_ERR_RANGE, ALF_ENV_MAX_MEMORY);
    if (o->max_memory < 0)
        return refuse(message, size, ALF_ERR_RANGE, "max_memory is %lld: expected 0 (no limit) or more",
                      (long long)o->max_memory);
    return ALF_OK;
}

static alf_status resolve_isa(alf_ctx_options *o, char *message, size_t size)
{
    const char *text = alf_env_text(ALF_ENV_ISA);
    alf_isa     best = alf_cpu_best_isa();
    if (o->isa == ALF_ISA_AUTO && text) {
        while (o->isa <= ALF_ISA_AVX512 && strcmp(text, alf_isa_name(o->isa)) != 0) o->isa++;
        if (o->isa > ALF_ISA_AVX512) return refuse_variable(message, size, ALF_ERR_ARGUMENT, ALF_ENV_ISA);
    }
    if (o->isa == ALF_ISA_AUTO) o->isa = best;
    if (o->isa < ALF_ISA_SCALAR || o->isa > ALF_ISA_AVX512)
        return refuse(message, size, ALF_ERR_ARGUMENT, "isa is %d: not an instruction set", (int)o->isa);
    if (o->isa > best)
        return refuse(message, size, ALF_ERR_UNSUPPORTED, "instruction set %s: this machine has %s at best",
                      alf_isa_name(o->isa), alf_isa_name(best));
    return ALF_OK;
}

/* An option that is auto (0) or one of two words (1, 2): auto is what the variable says, if that is set. */
static alf_status resolve_words(int *value, alf_env_id id, const char *option, const char *one, const char *two,
                                char *message, size_t size)
{
    const char *text = alf_env_text(id);
    if (*value == 0 && text) {
        *value = strcmp(text, one) == 0 ? 1 : strcmp(text, two) == 0 ? 2 : 0;
        if (*value == 0) return refuse_variable(message, size, ALF_ERR_ARGUMENT, id);
    }
    if (*value < 0 || *value > 2)
        return refuse(message, size, ALF_ERR_ARGUMENT, "%s is %d: expected auto, %s or %s", option, *value, one, two);
    return ALF_OK;
}

static alf_status resolve_conv(alf_ctx_options *o, char *message, size_t size)
{
    int              value = (int)o->conv;
    const alf_status status = resolve_words(&value, ALF_ENV_CONV, "conv", "direct", "fast", message, size);
    o->conv = (alf_conv_method)value;
    return status;
}

static alf_status resolve_files(alf_ctx_options *o, char *message, size_t size)
{
    int              value = (int)o->files;
    const alf_status status = resolve_words(&value, ALF_ENV_FILES, "files", "map", "read", message, size);
    o->files = value == 0 ? ALF_FILES_MAP : (alf_files_method)value;
    return status;
}

static alf_status resolve_precision(alf_ctx_options *o, char *message, size_t size)
{
    int              value = (int)o->precision;
    const alf_status status = resolve_words(&value, ALF_ENV_PRECISION, "precision", "float32", "bf16", message, size);
    if (status != ALF_OK) return status;
    o->precision = value == 0 ? ALF_PRECISION_FLOAT32 : (alf_precision)value;
    if (o->precision == ALF_PRECISION_FLOAT32) return ALF_OK;
    if (o->backend != ALF_BACKEND_CPU)
        return refuse(message, size, ALF_ERR_UNSUPPORTED, "precision bf16: the reference backend computes in double");
    if (o->isa == ALF_ISA_SCALAR) return ALF_OK;
    if (!alf_cpu_has_bf16())
        return refuse(message, size, ALF_ERR_UNSUPPORTED,
                      "precision bf16: this machine has no AVX512_BF16; isa scalar computes the same, slowly");
    if (o->isa != ALF_ISA_AVX512)
        return refuse(message, size, ALF_ERR_UNSUPPORTED, "precision bf16: expected isa avx512 or scalar, not %s",
                      alf_isa_name(o->isa));
    return ALF_OK;
}

alf_status alf_ctx_create(const alf_ctx_options *options, char *message, size_t size, alf_ctx **out)
{
    alf_ctx_options o = options ? *options : alf_ctx_options_default();
    alf_status      status;
    if (!out) return refuse(message, size, ALF_ERR_ARGUMENT, "alf_ctx_create: out is NULL");
    if (o.backend != ALF_BACKEND_CPU && o.backend != ALF_BACKEND_REFERENCE)
        return refuse(message, size, ALF_ERR_ARGUMENT, "backend is %d: expected cpu or reference", (int)o.backend);
    if ((status = resolve_threads(&o, message, size)) != ALF_OK) return status;
    if ((status = resolve_memory(&o, message, size)) != ALF_OK) return status;
    if ((status = resolve_isa(&o, message, size)) != ALF_OK) return status;
    if ((status = resolve_conv(&o, message, size)) != ALF_OK) return status;
    if ((status = resolve_precision(&o, message, size)) != ALF_OK) return status;
    if ((status = resolve_files(&o, message, size)) != ALF_OK) return status;

    alf_ctx *ctx = calloc(1, sizeof *ctx);
    if (!ctx) return refuse(message, size, ALF_ERR_MEMORY, "no memory for a context");
    ctx->options = o;
    if (pthread_mutex_init(&ctx->error_lock, NULL) != 0) {
        free(ctx);
        return refuse(message, size, ALF_ERR_MEMORY, "no lock for a context");
    }
    if (!alf_heap_init(&ctx->heap, (size_t)o.max_memory)) {
        pthread_mutex_destroy(&ctx->error_lock);
        free(ctx);
        return refuse(message, size, ALF_ERR_MEMORY, "no lock for a context's memory");
    }
    if (o.threads > 1 && !(ctx->pool = pthreadpool_create((size_t)o.threads))) {
        alf_heap_destroy(&ctx->heap);
        pthread_mutex_destroy(&ctx->error_lock);
        free(ctx);
        return refuse(message, size, ALF_ERR_MEMORY, "no thread pool of %d threads", o.threads);
    }
    ctx->workers = o.threads;
    *out = ctx;
    return ALF_OK;
}

void alf_ctx_destroy(alf_ctx *ctx)
{
    if (!ctx) return;
    if (ctx->tensor.destroy) ctx->tensor.destroy(ctx->tensor.state);
    for (int i = 0; i < ctx->workers; i++) alf_mem_free(ctx->scratch[i]);
    if (ctx->pool) pthreadpool_destroy(ctx->pool);
    alf_heap_destroy(&ctx->heap);
    pthread_mutex_destroy(&ctx->error_lock);
    free(ctx);
}

alf_status alf_fail(alf_ctx *ctx, alf_status status, const char *format, ...)
{
    pthread_mutex_lock(&ctx->error_lock);
    if (ctx->status == ALF_OK) { /* what fails first explains what fails later */
        va_list args;
        va_start(args, format);
        alf_vformat(ctx->message, sizeof ctx->message, format, args);
        va_end(args);
        ctx->status = status;
    }
    pthread_mutex_unlock(&ctx->error_lock);
    return status;
}

alf_status alf_callback_status(alf_ctx *ctx, const char *name, alf_status status)
{
    if (alf_is_status((int64_t)status)) return status;
    (void)alf_fail(ctx, ALF_ERR_ARGUMENT, "%s returned %d, expected a status", name, (int)status);
    return alf_ctx_status(ctx); /* it may have recorded something itself */
}

alf_status alf_ctx_status(const alf_ctx *ctx)
{
    return ctx->status;
}

const char *alf_ctx_message(const alf_ctx *ctx)
{
    return ctx->message;
}

void alf_ctx_clear_error(alf_ctx *ctx)
{
    ctx->status = ALF_OK;
    ctx->message[0] = '\0';
}

alf_backend_kind alf_ctx_backend(const alf_ctx *ctx)
{
    return ctx->options.backend;
}

alf_isa alf_ctx_isa(const alf_ctx *ctx)
{
    return ctx->options.isa;
}

alf_conv_method alf_ctx_conv(const alf_ctx *ctx)
{
    return ctx->options.conv;
}

alf_conv_method alf_ctx_use_conv(alf_ctx *ctx, alf_conv_method method)
{
    const alf_conv_method before = ctx->options.conv;
    ctx->options.conv = method;
    return before;
}

alf_precision alf_ctx_precision(const alf_ctx *ctx)
{
    return ctx->options.precision;
}

alf_files_method alf_ctx_files(const alf_ctx *ctx)
{
    return ctx->options.files;
}

int alf_ctx_threads(const alf_ctx *ctx)
{
    return ctx->workers;
}

bool alf_ctx_keeps_blas_threads(const alf_ctx *ctx)
{
    return ctx->options.keep_blas_threads;
}

alf_ctx_extension *alf_ctx_tensor_extension(alf_ctx *ctx)
{
    return &ctx->tensor;
}

alf_status alf_progress(alf_ctx *ctx, const char *what, int64_t done, int64_t total)
{
    if (ctx->options.progress && !ctx->options.progress(ctx->options.progress_user, what, done, total))
        return alf_fail(ctx, ALF_ERR_CANCELLED, "%s: cancelled after %lld of %lld", what, (long long)done,
                        (long long)total);
    return ALF_OK;
}
