#include <stdlib.h>
#include <string.h>

#include "mpi.h"
#include "session.h"

/* Did mpirun, or a batch system in its place, start this process? */
static bool started_by_mpirun(void)
{
    static const char *const signs[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (getenv(signs[i])) return true;
    return false;
}

#ifndef ALF_HAVE_MPI

/* Each process would train on its own, into the same folder. */
int alf_cli_mpi_start(alf_cli *c, alf_comm *out)
{
    if (started_by_mpirun()) return alf_cli_error(c, "this program was built without MPI: start it without mpirun");
    *out = alf_comm_single();
    return ALF_CLI_OK;
}

int alf_cli_mpi_stop(int exit_code)
{
    return exit_code;
}

#else

#include <errno.h>
#include <mpi.h> /* NOLINT(readability-duplicate-include): that of MPI, not ours */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "aliasfree/machine.h"

enum { CHUNK = 8 << 20 }; /* bytes in a message: a count of MPI is an int, and short ones are waited for awake */

/* Seconds: how long a wait stays awake, sleeps, and looks after the others; how long after a request to stop silence
 * means loss; how long ranks that end with an error wait for each other. */
static const double AWAKE = 2e-3, SHORTEST = 2e-6, LONGEST = 5e-4, EACH_LOOK = 0.05, LAST_WORDS = 0.5, GOODBYE = 0.5;

/* Who a rank is, as it tells the others. */
typedef struct {
    long pid;
    char host[MPI_MAX_PROCESSOR_NAME];
    char processors[256]; /* that it may run on; "" where the system does not tell */
} identity;

/* All ranks, while MPI runs. */
static struct {
    int       rank, size;
    identity *ranks;
    bool     *watched; /* its process can be looked for from here */
    bool      broken;  /* messages may be under way for ever      */
} world;

/* --- waiting -------------------------------------------------------------------------------------------------------------- */

static void pause_for(double seconds)
{
    const struct timespec span = {.tv_nsec = (long)(seconds * 1e9)};
    nanosleep(&span, NULL);
}

static bool is_lost(int rank)
{
    return world.watched[rank] && kill((pid_t)world.ranks[rank].pid, 0) != 0 && errno == ESRCH;
}

/* -1: none that we know of. */
static int lost_rank(void)
{
    for (int rank = 0; rank < world.size; rank++)
        if (is_lost(rank)) return rank;
    return -1;
}

static alf_status say_lost(alf_ctx *ctx, int rank)
{
    world.broken = true;
    return alf_fail(ctx, ALF_ERR_IO, "rank %d was lost: its process has ended", rank);
}

static alf_status say_error(alf_ctx *ctx, int error)
{
    char text[MPI_MAX_ERROR_STRING] = "";
    int  length = 0;
    world.broken = true;
    MPI_Error_string(error, text, &length);
    return alf_fail(ctx, ALF_ERR_IO, "a rank was lost: %.*s", length, text);
}

/* mpirun tells the others to stop when a rank is lost, and kills them a moment later. */
static alf_status say_silent(alf_ctx *ctx, int rank)
{
    world.broken = true;
    return alf_fail(ctx, ALF_ERR_IO, "rank %d was lost: this process was told to stop, and nothing comes from there",
                    rank);
}

/* Whose process cannot be looked for, among those waited for: `peer`, or all when it is negative; -1: nobody. */
static int unseen_rank(int peer)
{
    for (int rank = 0; rank < world.size; rank++)
        if ((peer < 0 || rank == peer) && rank != world.rank && !world.watched[rank]) return rank;
    return -1;
}

/* What keeps a message from ever arriving. `stopping`: seconds since this process was told to stop. */
static alf_status look_after_others(alf_ctx *ctx, int peer, double stopping)
{
    const int lost = lost_rank(), unseen = unseen_rank(peer);
    if (lost >= 0) return say_lost(ctx, lost);
    return stopping > LAST_WORDS && unseen >= 0 ? say_silent(ctx, unseen) : ALF_OK;
}

/* Waits without blocking in the library: awake at first, then in naps, since the other may compute for long. */
static alf_status wait_for(alf_ctx *ctx, MPI_Request *request, int peer)
{
    const double start = alf_machine_seconds();
    double       looked = start, told = 0, nap = SHORTEST;
    for (;;) {
        int          done = 0;
        const int    error = MPI_Test(request, &done, MPI_STATUS_IGNORE);
        const double now = alf_machine_seconds();
        if (error != MPI_SUCCESS) return say_error(ctx, error);
        if (done) return ALF_OK;
        if (told == 0 && alf_cli_stop_asked()) told = now;
        if (now - looked > EACH_LOOK) {
            const alf_status status = look_after_others(ctx, peer, told > 0 ? now - told : 0);
            if (status != ALF_OK) return status;
            looked = now;
        }
        if (now - start < AWAKE) continue;
        pause_for(nap);
        nap = nap * 1.5 < LONGEST ? nap * 1.5 : LONGEST;
    }
}

/* --- the communicator ----------------------------------------------------------------------------------------------------- */

typedef enum { SEND, RECEIVE, BROADCAST } direction;

static int post(direction what, int peer, void *data, int bytes, MPI_Request *request)
{
    switch (what) {
    case SEND: return MPI_Isend(data, bytes, MPI_BYTE, peer, 0, MPI_COMM_WORLD, request);
    case RECEIVE: return MPI_Irecv(data, bytes, MPI_BYTE, peer, 0, MPI_COMM_WORLD, request);
    default: return MPI_Ibcast(data, bytes, MPI_BYTE, peer, MPI_COMM_WORLD, request);
    }
}

static alf_status transfer(alf_ctx *ctx, direction what, int peer, unsigned char *data, size_t bytes)
{
    alf_status status = ALF_OK;
    if (peer < 0 || peer >= world.size || (what != BROADCAST && peer == world.rank))
        return alf_fail(ctx, ALF_ERR_ARGUMENT, "rank %d: there are ranks 0 to %d, and this is %d", peer, world.size - 1,
                        world.rank);
    if (world.broken) return alf_fail(ctx, ALF_ERR_IO, "a rank was lost before");
    while (bytes > 0 && status == ALF_OK) {
        const int   part = bytes < CHUNK ? (int)bytes : CHUNK;
        MPI_Request request = MPI_REQUEST_NULL;
        const int   error = post(what, peer, data, part, &request);
        status = error == MPI_SUCCESS ? wait_for(ctx, &request, what == BROADCAST ? -1 : peer) : say_error(ctx, error);
        data += part;
        bytes -= (size_t)part;
    }
    return status;
}

/* MPI takes what it only reads as a pointer to const; the three operations here share one that is not. */
static alf_status send_to(void *user, alf_ctx *ctx, int to, const void *data, size_t bytes)
{
    union {
        const void    *given;
        unsigned char *bytes;
    } pointer = {.given = data};
    (void)user;
    return transfer(ctx, SEND, to, pointer.bytes, bytes);
}

static alf_status receive_from(void *user, alf_ctx *ctx, int from, void *data, size_t bytes)
{
    (void)user;
    return transfer(ctx, RECEIVE, from, data, bytes);
}

static alf_status broadcast_from(void *user, alf_ctx *ctx, int from, void *data, size_t bytes)
{
    (void)user;
    return transfer(ctx, BROADCAST, from, data, bytes);
}

/* --- starting ------------------------------------------------------------------------------------------------------------- */

/* The line of the system's account of this process that lists its processors; "" where there is none. */
static void find_processors(char *line, int size)
{
    static const char label[] = "Cpus_allowed_list:";
    FILE             *status = fopen("/proc/self/status", "r");
    bool              found = false;
    while (status && !found && fgets(line, size, status)) found = strncmp(line, label, sizeof label - 1) == 0;
    if (!found) line[0] = '\0';
    if (status) fclose(status);
}

static bool same_machine(int a, int b)
{
    return strcmp(world.ranks[a].host, world.ranks[b].host) == 0;
}

/* How many ranks run on this rank's processors. mpirun may have given each its own, or all of them all. */
static int sharing_ranks(void)
{
    int count = 0;
    for (int rank = 0; rank < world.size; rank++)
        count += same_machine(rank, world.rank) &&
                 strcmp(world.ranks[rank].processors, world.ranks[world.rank].processors) == 0;
    return count;
}

/* Tells the others who this is. A process can be looked for when it has a number here that leads to it now: not on
 * another machine, nor in another container. */
static bool meet(void)
{
    identity me = {.pid = (long)getpid()};
    int      length = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &world.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &world.size);
    MPI_Get_processor_name(me.host, &length);
    find_processors(me.processors, (int)sizeof me.processors);
    world.ranks = calloc((size_t)world.size, sizeof *world.ranks);
    world.watched = calloc((size_t)world.size, sizeof *world.watched);
    if (!world.ranks || !world.watched) return false;
    if (MPI_Allgather(&me, (int)sizeof me, MPI_BYTE, world.ranks, (int)sizeof me, MPI_BYTE, MPI_COMM_WORLD) !=
        MPI_SUCCESS)
        return false;
    for (int rank = 0; rank < world.size; rank++)
        world.watched[rank] =
            rank != world.rank && same_machine(rank, world.rank) && kill((pid_t)world.ranks[rank].pid, 0) == 0;
    return true;
}

/* Threads are a matter of the context, which was made before anybody knew of other ranks. */
static int share_processors(alf_cli *c)
{
    const int ranks = sharing_ranks();
    if (ranks <= 1 || alf_cli_int(c, "threads") > 0 || getenv("ALIASFREE_THREADS")) return ALF_CLI_OK;
    const int threads = alf_ctx_threads(c->ctx) / ranks;
    alf_ctx_destroy(c->ctx);
    return alf_cli_open_context(c, threads > 0 ? threads : 1);
}

int alf_cli_mpi_start(alf_cli *c, alf_comm *out)
{
    int level, exit_code;
    *out = alf_comm_single();
    if (!started_by_mpirun()) return ALF_CLI_OK;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS)
        return alf_cli_error(c, "MPI does not start");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    exit_code = meet() ? share_processors(c) : alf_cli_error(c, "the ranks do not find each other");
    if (exit_code != ALF_CLI_OK) return alf_cli_mpi_stop(exit_code);
    *out = (alf_comm){
        .rank = world.rank, .size = world.size, .send = send_to, .receive = receive_from, .broadcast = broadcast_from};
    return ALF_CLI_OK;
}

/* --- leaving -------------------------------------------------------------------------------------------------------------- */

/* Are all ranks here, or soon? Those that refuse the same options are; those that wait for one that failed are not. */
static bool all_are_leaving(void)
{
    const double start = alf_machine_seconds();
    MPI_Request  request;
    int          done = 0;
    if (world.broken || MPI_Ibarrier(MPI_COMM_WORLD, &request) != MPI_SUCCESS) return false;
    while (!done && alf_machine_seconds() - start < GOODBYE) {
        if (MPI_Test(&request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return false;
        pause_for(LONGEST);
    }
    return done != 0;
}

int alf_cli_mpi_stop(int exit_code)
{
    int started = 0;
    MPI_Initialized(&started);
    if (!started) return exit_code;
    if (exit_code != ALF_CLI_OK && !all_are_leaving()) {
        fflush(stdout);
        MPI_Abort(MPI_COMM_WORLD, exit_code);
    }
    MPI_Finalize();
    free(world.ranks);
    free(world.watched);
    return exit_code;
}

#endif
