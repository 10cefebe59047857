/* The insides of a context, seen by the files of the core only. */
#ifndef ALF_CORE_CONTEXT_INTERNAL_H
#define ALF_CORE_CONTEXT_INTERNAL_H

#include <locale.h>
#include <pthread.h>
#include <pthreadpool.h>
#include <stdatomic.h>

#include "core/core.h"
#include "core/heap.h"

#define ALF_MESSAGE_SIZE 2048
#define ALF_MAX_THREADS 256

struct alf_ctx {
    alf_ctx_options options;

    pthread_mutex_t error_lock; /* workers may fail too */
    alf_status      status;
    char            message[ALF_MESSAGE_SIZE];

    atomic_int_least64_t memory_used, memory_peak;
    alf_heap             heap; /* of the large blocks */

    pthreadpool_t pool;     /* NULL with one thread */
    bool          in_tiles; /* alf_parallel runs */
    int           workers;
    void         *scratch[ALF_MAX_THREADS];
    size_t        scratch_bytes;

    alf_ctx_extension tensor;
};

#endif
