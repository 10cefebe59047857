/* What all parts of a run use: the log and paths in the folder. */
#include "training/run_job.h"

#include "core/core.h"
#include "training/run_journal.h"

alf_status alf_run_note(const alf_run_job *job, const char *line)
{
    return alf_run_journal_line(job->ctx, job->folder, ALF_RUN_LOG, line);
}

void alf_run_tell(const alf_run_job *job, const char *line)
{
    if (job->options->log) job->options->log(job->options->user, line);
}

alf_status alf_run_say(const alf_run_job *job, const char *format, ...)
{
    char       line[8192];
    va_list    args;
    alf_status status;

    va_start(args, format);
    alf_vformat(line, sizeof line, format, args);
    va_end(args);
    for (char *p = line; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f) *p = '?'; /* names of files may hold anything */
    status = alf_run_note(job, line);
    if (!status) alf_run_tell(job, line);
    return status;
}

char *alf_run_path(const alf_run_job *job, const char *name)
{
    return alf_mem_printf(job->ctx, "%s/%s", job->folder, name);
}
