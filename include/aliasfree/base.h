/* Contexts, status codes, memory and progress: what every other header builds on.
 *
 * A context owns the error text, the thread pool, the memory budget and the choice of backend. It is used by one
 * thread at a time; two contexts may be used by two threads at once. Every object belongs to the context that made it
 * and is destroyed before it.
 *
 * Two things belong to the process. Matrix products set OpenBLAS to one thread (keep_blas_threads). FFTW plans for one
 * thread at a time, so planning happens under a lock that only this library knows: a program whose other threads use FFTW
 * too calls fftw_make_planner_thread_safe() of libfftw3_threads before them, and so does one that loads both
 * libaliasfree and libaliasfree_dsp, which have a lock each (the first contains the second, so one of them is enough).
 *
 * Errors are sticky: the first failure is recorded in the context with a text that names the file, the field, the value
 * and what was expected. Functions return its status; tensor operations return a failed tensor instead. Until
 * alf_ctx_clear_error() a context in error writes no file. */
#ifndef ALIASFREE_BASE_H
#define ALIASFREE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__GNUC__)
/* Declarations: offered by a shared library. */
#define ALF_API __attribute__((visibility("default")))
/* The compiler warns where a status is not looked at. */
#define ALF_NODISCARD __attribute__((warn_unused_result))
/* Arguments are checked as printf's are: number of the text, number of the first one behind it. */
#define ALF_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define ALF_API
#define ALF_NODISCARD
#define ALF_PRINTF(text, first)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the library as "major.minor.patch". */
ALF_API const char *alf_version(void);

/* What became of a call. */
typedef enum {
    ALF_OK = 0,          /* it did what it says                                                  */
    ALF_ERR_ARGUMENT,    /* an argument that makes no sense: NULL, wrong shape, unknown name     */
    ALF_ERR_RANGE,       /* a number outside its stated range                                    */
    ALF_ERR_MEMORY,      /* the system or the memory budget refused an allocation                */
    ALF_ERR_IO,          /* the operating system refused a read, write, rename                   */
    ALF_ERR_FORMAT,      /* a file that is not what it claims to be                              */
    ALF_ERR_UNSUPPORTED, /* valid, but not offered here: an unknown pickle global, an absent ISA */
    ALF_ERR_CANCELLED    /* the progress callback asked to stop                                  */
} alf_status;

/* A constant text such as "out of memory". */
ALF_API const char *alf_status_text(alf_status status);

/* What all calls share: the first error, memory, threads, the backend. */
typedef struct alf_ctx alf_ctx;

/* Where tensors live and what computes them. */
typedef enum {
    ALF_BACKEND_CPU = 0,  /* float32, vectorised, threaded                 */
    ALF_BACKEND_REFERENCE /* naive loops in double, the judge of the other */
} alf_backend_kind;

/* Instructions that kernels use. */
typedef enum {
    ALF_ISA_AUTO = 0, /* the best that processor and system support */
    ALF_ISA_SCALAR,   /* plain C                                    */
    ALF_ISA_AVX2,     /* AVX2 and FMA                               */
    ALF_ISA_AVX512    /* AVX-512 F, BW, DQ, VL                      */
} alf_isa;

/* How convolutions of the cpu backend are computed. What measures uses direct. Both ways keep a form of each weight for the
 * next call, as long as memory allows: of its own size for direct, four times that for fast. */
typedef enum {
    ALF_CONV_AUTO = 0, /* fast where the shape is worth it                */
    ALF_CONV_DIRECT,   /* as matrix products of the inputs under the taps */
    ALF_CONV_FAST      /* those of 3x3 taps and stride 1 by Winograd's algorithm, with a quarter of the multiplications
                          and about twice the rounding error; a NaN or infinity reaches all 4x4 outputs of its tiles */
} alf_conv_method;

/* Values that convolutions of the cpu backend multiply. */
typedef enum {
    ALF_PRECISION_AUTO = 0, /* float32                        */
    ALF_PRECISION_FLOAT32,  /* inputs and weights as they are */
    ALF_PRECISION_BF16      /* where nothing is recorded and the method is direct, inputs and weights are rounded to
                               bfloat16 (8 bits of precision), products are summed in float32: for images at twice the
                               speed where convolutions are 1x1, at about 50 dB. Needs avx512 on a processor with
                               AVX512_BF16; isa scalar computes the same anywhere, slowly */
} alf_precision;

/* How files are looked at. Data sets in zip archives are always read, picture by picture. */
typedef enum {
    ALF_FILES_AUTO = 0, /* map */
    ALF_FILES_MAP,      /* where they lie, so loading costs no memory and no copy; another process that shortens a file
                           meanwhile ends this one by SIGBUS, and one that writes into it changes what is read: a
                           network's or archive's file until it is destroyed, others until the call returns */
    ALF_FILES_READ      /* copied into memory (within the budget) by the call that opens them; a file that is shortened
                           during that call is ALF_ERR_IO, and what happens to it later changes nothing */
} alf_files_method;

/* Element types of stored arrays. */
typedef enum {
    ALF_F32 = 0, /* float                     */
    ALF_F64,     /* double                    */
    ALF_F16,     /* IEEE half                 */
    ALF_BF16,    /* the upper half of a float */
    ALF_U8,      /* uint8_t                   */
    ALF_I8,      /* int8_t                    */
    ALF_I32,     /* int32_t                   */
    ALF_I64,     /* int64_t                   */
    ALF_BOOL     /* a byte, 0 or 1            */
} alf_dtype;

/* Bytes of one element. */
ALF_API size_t alf_dtype_size(alf_dtype dtype);

/* Called from the thread that uses the context, between pieces of work: `done` of `total` units of `what` are finished.
 * Work nests: layers of "synthesis" are reported between images of "equivariance". Returning false cancels the work
 * with ALF_ERR_CANCELLED. */
typedef bool (*alf_progress_fn)(void *user, const char *what, int64_t done, int64_t total);

/* What a context is made with; 0, NULL and AUTO are the defaults. */
typedef struct {
    alf_backend_kind backend;           /* default cpu                                                                */
    int              threads;           /* 0: ALIASFREE_THREADS, else one per processor allowed; <= 256               */
    int64_t          max_memory;        /* bytes; 0: ALIASFREE_MAX_MEMORY (suffixes K, M, G), else no limit           */
    alf_isa          isa;               /* AUTO: ALIASFREE_ISA, else the best that processor and system support       */
    alf_conv_method  conv;              /* AUTO: ALIASFREE_CONV (direct or fast), else by each shape                  */
    alf_precision    precision;         /* AUTO: ALIASFREE_PRECISION (float32 or bf16), else float32                  */
    alf_files_method files;             /* AUTO: ALIASFREE_FILES (map or read), else mapped                           */
    bool             keep_blas_threads; /* false: OpenBLAS is told to use one thread, since work is threaded in tiles */
    alf_progress_fn  progress;          /* NULL: silent                                                               */
    void            *progress_user;     /* handed to progress                                                         */
} alf_ctx_options;

/* All of the defaults. */
ALF_API alf_ctx_options alf_ctx_options_default(void);

/* Makes a context. `options` may be NULL for the defaults. On failure `message` (size bytes, may be NULL) gets the
 * reason. Matrix products of the cpu backend set OpenBLAS, which is global to the process, to one thread. Contexts and
 * objects that functions take must not be NULL unless they say so. */
ALF_API ALF_NODISCARD alf_status alf_ctx_create(const alf_ctx_options *options, char *message, size_t size,
                                                alf_ctx **out);
ALF_API void                     alf_ctx_destroy(alf_ctx *ctx); /* releases it; NULL is allowed */

/* The environment variables that stand for options left at 0 or AUTO, for programs that document them. */
typedef struct {
    const char *name;     /* "ALIASFREE_THREADS"; NULL ends the table         */
    const char *expected; /* what it may be set to: "a number from 1 to 256"  */
    const char *meaning;  /* what it decides, and what holds unless it is set */
} alf_env_variable;

/* The table of them. */
ALF_API const alf_env_variable *alf_env_variables(void);

/* The first failure since creation or the last clear, ALF_OK if none; and its text, "" if none. */
ALF_API alf_status  alf_ctx_status(const alf_ctx *ctx);
ALF_API const char *alf_ctx_message(const alf_ctx *ctx);
ALF_API void        alf_ctx_clear_error(alf_ctx *ctx);

/* Records a failure with a printf-style text (numbers in the C locale) unless one is recorded already; returns
 * `status`. For code that extends the library. Safe from worker threads. */
ALF_API alf_status alf_fail(alf_ctx *ctx, alf_status status, const char *format, ...) ALF_PRINTF(3, 4);

/* What the context came to use. */
ALF_API alf_backend_kind alf_ctx_backend(const alf_ctx *ctx);
ALF_API alf_isa          alf_ctx_isa(const alf_ctx *ctx);       /* never AUTO                 */
ALF_API int              alf_ctx_threads(const alf_ctx *ctx);   /* at least 1                 */
ALF_API alf_conv_method  alf_ctx_conv(const alf_ctx *ctx);      /* AUTO: by each shape        */
ALF_API alf_precision    alf_ctx_precision(const alf_ctx *ctx); /* never AUTO                 */
ALF_API alf_files_method alf_ctx_files(const alf_ctx *ctx);     /* never AUTO                 */
ALF_API const char      *alf_isa_name(alf_isa isa);             /* "scalar", "avx2", "avx512" */

/* Bytes in use by the context's objects now, and the most there were. */
ALF_API int64_t alf_ctx_memory_used(const alf_ctx *ctx);
ALF_API int64_t alf_ctx_memory_peak(const alf_ctx *ctx);

/* Reports progress to the callback; ALF_ERR_CANCELLED when it said stop. */
ALF_API ALF_NODISCARD alf_status alf_progress(alf_ctx *ctx, const char *what, int64_t done, int64_t total);

#ifdef __cplusplus
}
#endif
#endif
