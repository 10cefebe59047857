/* The communicator of the processes that mpirun started: the only place that knows MPI.
 *
 * Only `train` starts it, and it does something only below mpirun, so that nothing else pays for MPI. */
#ifndef ALF_CLI_MPI_H
#define ALF_CLI_MPI_H

#include "cli.h"

/* Joins the other ranks; without mpirun `out` is alf_comm_single(). Ranks that share processors share them out, unless
 * --threads or $ALIASFREE_THREADS says otherwise: c->ctx is then made anew, so this comes before anything that uses it.
 * Returns an exit code; after ALF_CLI_OK alf_cli_mpi_stop() is due. */
int alf_cli_mpi_start(alf_cli *c, alf_comm *out);

/* Leaves the other ranks in good order where all of them come here; a rank that failed alone ends them, and itself.
 * Whatever this process has to write or to say must be done. Returns exit_code. */
int alf_cli_mpi_stop(int exit_code);

#endif
