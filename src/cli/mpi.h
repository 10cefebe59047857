/* The communicator of processes that mpirun started: the only place that knows MPI.
 *
 * Only `train` starts it, and it does something only below mpirun, so that no other command pays for MPI. */
#ifndef ALF_CLI_MPI_H
#define ALF_CLI_MPI_H

#include "cli.h"

/* Joins the other ranks; the one process of alf_comm_single() without mpirun. Unless --threads or $ALIASFREE_THREADS says otherwise,
 * the ranks of one machine share its processors, for which c->ctx is made anew: call this before anything else uses
 * it. Returns an exit code; after ALF_CLI_OK alf_cli_mpi_stop() is due. */
int alf_cli_mpi_start(alf_cli *c, alf_comm *out);

/* Leaves the others in good order when all went well; else ends them too, and this process with them, with
 * `exit_code`. Everything that this process has to say and to write must be done. Returns exit_code. */
int alf_cli_mpi_stop(int exit_code);

#endif
