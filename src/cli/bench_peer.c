/* Synthesis here against the same layers in PyTorch's public operations: a Python script, which is part of the program,
 * reads the plan as `aliasfree plan --json` prints it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "plan_json.h"

extern const char alf_cli_peer_script[]; /* peer.py, made into C when the program is built */

static const double NO_MORE = 1e-9; /* seconds: both sides are the best of equally many, after one to warm up */
enum { PEER_REPEATS = 3, NO_TORCH = 3, NOT_STARTED = 127 };

/* --- running Python ----------------------------------------------------------------------------------------------- */

/* Runs the script from `in` to `out`; its messages go to our stderr. Returns its exit code. */
static int run_python(FILE *in, FILE *out, int threads, int repeats)
{
    char arguments[2][32];
    int  state = -1;
    snprintf(arguments[0], sizeof arguments[0], "--threads=%d", threads);
    snprintf(arguments[1], sizeof arguments[1], "--repeats=%d", repeats);
    const pid_t child = fork();
    if (child == 0) {
        if (dup2(fileno(in), STDIN_FILENO) >= 0 && dup2(fileno(out), STDOUT_FILENO) >= 0)
            execlp("python3", "python3", "-c", alf_cli_peer_script, arguments[0], arguments[1], (char *)NULL);
        _exit(NOT_STARTED);
    }
    while (child > 0 && waitpid(child, &state, 0) < 0 && errno == EINTR) continue;
    return child > 0 && WIFEXITED(state) ? WEXITSTATUS(state) : NOT_STARTED;
}

static alf_status say(alf_ctx *ctx, int code)
{
    switch (code) {
    case 0: return ALF_OK;
    case NO_TORCH:
        return alf_fail(
            ctx, ALF_ERR_UNSUPPORTED,
            "--peer: python3 has no module torch: install python3-torch, or have a python3 with it first in "
            "PATH");
    case NOT_STARTED: return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "--peer: python3 could not be run");
    default: return alf_fail(ctx, ALF_ERR_UNSUPPORTED, "--peer: python3 failed with exit code %d", code);
    }
}

/* Sorts the milliseconds that the script printed into times. */
static alf_status read_times(alf_ctx *ctx, FILE *from, alf_bench_times *out, char version[32])
{
    double      seconds[PEER_REPEATS];
    const char *torch;
    json_t     *ms;
    rewind(from);
    json_t *json = json_loadf(from, 0, NULL);
    bool    fits =
        json && json_unpack(json, "{s:s, s:o}", "torch", &torch, "ms", &ms) == 0 && json_array_size(ms) == PEER_REPEATS;
    for (size_t i = 0; fits && i < PEER_REPEATS; i++) {
        const json_t *each = json_array_get(ms, i);
        seconds[i] = json_number_value(each) * 1e-3;
        fits = json_is_number(each) && seconds[i] > 0;
    }
    if (fits) {
        *out = alf_bench_times_of(PEER_REPEATS, seconds);
        snprintf(version, 32, "%s", torch);
    }
    json_decref(json);
    return fits ? ALF_OK : alf_fail(ctx, ALF_ERR_FORMAT, "--peer: what python3 printed is not a result");
}

static alf_status measure_peer(alf_bench *b, const char *config, const alf_plan *plan, alf_bench_times *out,
                               char version[32])
{
    json_t    *json = alf_cli_plan_json(b->ctx, config, plan);
    FILE      *in = tmpfile(), *printed = tmpfile();
    alf_status status = ALF_OK;
    if (!json)
        status = alf_fail(b->ctx, ALF_ERR_MEMORY, "--peer: out of memory for the plan");
    else if (!in || !printed || json_dumpf(json, in, 0) != 0 || fflush(in) != 0 || fseek(in, 0, SEEK_SET) != 0)
        status = alf_fail(b->ctx, ALF_ERR_IO, "--peer: cannot write a temporary file: %s", strerror(errno));
    if (status == ALF_OK) status = say(b->ctx, run_python(in, printed, alf_ctx_threads(b->ctx), PEER_REPEATS));
    if (status == ALF_OK) status = read_times(b->ctx, printed, out, version);
    if (in) fclose(in);
    if (printed) fclose(printed);
    json_decref(json);
    return status;
}

/* --- the same here ------------------------------------------------------------------------------------------------ */

typedef struct {
    alf_generator *g;
    alf_tensor    *ws;
} synthesis;

static void synthesize(alf_ctx *ctx, void *arg)
{
    synthesis *s = arg;
    alf_scope *scope = alf_scope_open(ctx);
    alf_generator_synthesize(s->g, s->ws, NULL);
    alf_scope_close(scope, NULL);
}

static alf_bench_result *measure_ours(alf_bench *b, const char *name, const char *shape, const alf_plan *plan)
{
    synthesis         s;
    alf_bench_result *row = NULL;
    alf_ctx          *ctx = alf_bench_open_context(b, 0, ALF_CONV_AUTO);
    if (ctx && alf_generator_create(ctx, &plan->config, 0, &s.g) == ALF_OK) {
        alf_scope  *scope = alf_scope_open(ctx);
        alf_tensor *z = alf_generator_latents(s.g, 1, (const uint32_t[]){0});
        s.ws = alf_generator_map(s.g, z, NULL, 1, -1);
        synthesize(ctx, &s);
        row = alf_bench_row(b, &(alf_bench_task){.name = name,
                                                 .shape = shape,
                                                 .cost = alf_cost_image(plan),
                                                 .call = {ctx, synthesize, &s},
                                                 .seconds = NO_MORE,
                                                 .fewest = PEER_REPEATS});
        if (row) row->memory = alf_ctx_memory_peak(ctx);
        alf_scope_close(scope, NULL);
        alf_generator_destroy(s.g);
    }
    alf_bench_close_context(b, ctx);
    return row;
}

/* Python first: without PyTorch nothing else needs to be measured. */
void alf_bench_peer(alf_bench *b, const char *config, const alf_plan *plan)
{
    char            name[96], shape[96], version[32];
    alf_bench_times theirs;
    snprintf(name, sizeof name, "%s synthesis", config);
    if (!alf_bench_wants(b, name) || measure_peer(b, config, plan, &theirs, version) != ALF_OK) return;
    snprintf(shape, sizeof shape, "%dx%d, batch 1, PyTorch %s", plan->config.img_resolution,
             plan->config.img_resolution, version);
    alf_bench_result *row = measure_ours(b, name, shape, plan);
    if (!row) return;
    row->against = ALF_AGAINST_PEER;
    row->other = theirs;
}
