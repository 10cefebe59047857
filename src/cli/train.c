/* aliasfree train: a run, or the rest of one that was interrupted. */
#include <stdlib.h>

#include "config.h"
#include "mpi.h"
#include "progress.h"
#include "report/printable.h"
#include "train_options.h"

/* --- what the run tells --------------------------------------------------------------------------------------------------- */

static void print_line(void *user, const char *line)
{
    const alf_cli *c = user;
    alf_cli_progress_clear(c->progress);
    alf_put_text(stdout, line);
    putchar('\n');
    fflush(stdout);
}

static void show_live(void *user, const char *line)
{
    const alf_cli *c = user;
    alf_cli_progress_text(c->progress, line);
}

static bool wants_to_stop(void *user)
{
    (void)user;
    return alf_cli_stop_asked();
}

/* --- running ---------------------------------------------------------------------------------------------------------------- */

static void note_gamma(const alf_cli *c, const alf_training_options *o)
{
    if (alf_cli_given(c, "gamma")) return;
    printf("gamma %g: 0.0002 x %d^2 / %d, a rule of thumb, since --gamma is not given\n", o->r1_gamma,
           o->generator.img_resolution, o->batch);
    fflush(stdout);
}

/* A run that was stopped is not done, so this is no success. */
static int finish(const alf_cli *c, const alf_comm *comm, const alf_run_summary *summary)
{
    if (summary->finished) return ALF_CLI_OK;
    return comm->rank == 0 ? alf_cli_error(c, "stopped by a signal") : ALF_CLI_FAILED;
}

static int run_on(alf_cli *c, alf_dataset *data, const alf_comm *comm)
{
    alf_training_options training;
    alf_cli_metric_names metrics = {.list = NULL};
    alf_run_options      options;
    alf_run_summary      summary;
    int                  exit_code = alf_cli_train_settings(c, data, comm->size, comm->rank == 0, &training);
    if (exit_code == ALF_CLI_OK) exit_code = alf_cli_train_run(c, &metrics, &options);
    if (exit_code == ALF_CLI_OK) {
        options.log = print_line;
        options.live = show_live;
        options.stop = wants_to_stop;
        options.user = c;
        if (comm->rank == 0) note_gamma(c, &training);
        exit_code = alf_run(c->ctx, &training, data, comm, &options, &summary) == ALF_OK ? finish(c, comm, &summary)
                                                                                         : alf_cli_failure(c);
    }
    free(metrics.list);
    return exit_code;
}

static int train(alf_cli *c, const alf_comm *comm)
{
    const alf_dataset_options options = alf_cli_train_data(c);
    alf_dataset              *data = NULL;
    if (alf_dataset_open(c->ctx, alf_cli_text(c, "data"), &options, &data) != ALF_OK) return alf_cli_failure(c);
    int exit_code = run_on(c, data, comm);
    alf_dataset_destroy(data);
    return exit_code;
}

static int run(alf_cli *c)
{
    alf_comm comm;
    int      exit_code = alf_cli_mpi_start(c, &comm);
    return exit_code == ALF_CLI_OK ? alf_cli_mpi_stop(train(c, &comm)) : exit_code;
}

const alf_cli_command alf_cli_train = {
    .name = "train",
    .summary = "train a network, or go on with a run that was interrupted",
    .options = alf_cli_train_options,
    .shared = alf_cli_network_options,
    .shared_title = ALF_CLI_NETWORK_TITLE,
    .notes =
        {"The same command started again goes on with the newest run in --outdir that has the same options and is not "
         "finished, from its last tick, and ends with the same files as if it had never been interrupted.",
         "Ctrl-C, SIGTERM and SIGHUP end the run after the iteration (or snapshot) in progress, with a state to go on "
         "from and exit code 1; a second one ends it at once, and costs the work since the last tick.",
         "With mpirun -np N, N processes share the work; where --batch-gpu is given, their number has no influence on "
         "the result."},
    .polite = true,
    .run = run,
};
