/* FFTW plans, made and destroyed under a process-wide lock. */
#include "fft.h"

#include <pthread.h>

static pthread_mutex_t planner_lock = PTHREAD_MUTEX_INITIALIZER;

static fftw_plan checked(alf_ctx *ctx, fftw_plan plan, int n)
{
    if (!plan) alf_fail(ctx, ALF_ERR_MEMORY, "FFTW made no plan for %d points", n);
    return plan;
}

fftw_plan alf_fft_plan_r2c(alf_ctx *ctx, int rank, const int n[], double *in, fftw_complex *out)
{
    pthread_mutex_lock(&planner_lock);
    fftw_plan plan = fftw_plan_dft_r2c(rank, n, in, out, FFTW_ESTIMATE);
    pthread_mutex_unlock(&planner_lock);
    return checked(ctx, plan, n[rank - 1]);
}

fftw_plan alf_fft_plan_c2r(alf_ctx *ctx, int rank, const int n[], fftw_complex *in, double *out)
{
    pthread_mutex_lock(&planner_lock);
    fftw_plan plan = fftw_plan_dft_c2r(rank, n, in, out, FFTW_ESTIMATE);
    pthread_mutex_unlock(&planner_lock);
    return checked(ctx, plan, n[rank - 1]);
}

fftw_plan alf_fft_plan_c2c(alf_ctx *ctx, int n, fftw_complex *inout)
{
    pthread_mutex_lock(&planner_lock);
    fftw_plan plan = fftw_plan_dft_1d(n, inout, inout, FFTW_FORWARD, FFTW_ESTIMATE);
    pthread_mutex_unlock(&planner_lock);
    return checked(ctx, plan, n);
}

void alf_fft_destroy(fftw_plan plan)
{
    if (!plan) return;
    pthread_mutex_lock(&planner_lock);
    fftw_destroy_plan(plan);
    pthread_mutex_unlock(&planner_lock);
}

const char *alf_fft_version(void)
{
    return fftw_version;
}
