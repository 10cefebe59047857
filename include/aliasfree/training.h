/* Training a generator against a discriminator.
 *
 * A trainer holds everything that training changes: generator, its moving average, discriminator, the optimisers'
 * moments, the averages of the losses, counters. One call of alf_trainer_iterate() shows the networks one batch. What
 * it draws (latents, labels, augmentations, noise, the order of the data) depends on the seed and on the number of
 * images seen so far alone, so a trainer that was stored and restored goes on as if nothing had happened.
 *
 * The micro-batch (batch_gpu images) is the unit of mathematics: minibatch statistics, style normalisation and moving
 * averages are taken over it, and gradients of the batch are those of the micro-batches, summed in their order and
 * divided by their number. Ranks and threads only own micro-batches, so any number of them gives the same bits. */
#ifndef ALIASFREE_TRAINING_H
#define ALIASFREE_TRAINING_H

#include "aliasfree/augment.h"
#include "aliasfree/dataset.h"
#include "aliasfree/discriminator.h"
#include "aliasfree/generator.h"
#include "aliasfree/metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- settings ---------------------------------------------------------------------------------------------------------- */

/* Everything that decides what a training becomes. */
typedef struct {
    alf_config               generator;     /* the network that is trained */
    alf_discriminator_config discriminator; /* and its opponent            */

    int batch;     /* images per iteration, over all ranks                                               */
    int batch_gpu; /* images per micro-batch; divides batch, is a multiple of the minibatch-stddev group */

    /* loss */
    double r1_gamma;          /* >= 0                                                             */
    int    d_reg_interval;    /* iterations between R1 phases; default 16                         */
    int    g_reg_interval;    /* between path-length phases; 0: no such phase (D to R); default 4 */
    double pl_weight;         /* default 2 (StyleGAN2), 0 (StyleGAN3)                             */
    int    pl_batch_shrink;   /* default 2                                                        */
    double pl_decay;          /* default 0.01                                                     */
    double style_mixing_prob; /* default 0.9 (StyleGAN2), 0 (StyleGAN3)                           */
    double blur_init_sigma;   /* in pixels, of what the discriminator sees; default 10 (R), 0     */
    double blur_fade_kimg;    /* default batch * 200 / 32 (R)                                     */

    /* optimisers */
    double g_lr, d_lr, beta1, beta2, eps; /* Adam's, as in the original; step sizes of both networks */

    /* moving average of the generator */
    double ema_kimg;   /* half-life; default batch * 10 / 32 */
    double ema_rampup; /* 0: none; default 0.05              */

    /* augmentation */
    alf_augment_config augment;
    double             augment_p;    /* to start with, or for good; 0 to 1, where it also stays: the original
                                        lets an adaptive p grow beyond 1, which changes next to nothing */
    double             ada_target;   /* 0: p stays as it is; default 0.6                                    */
    int                ada_interval; /* iterations between adjustments; default 4                           */
    double             ada_kimg;     /* kimg in which p can grow from 0 to 1; default 500, 100 after resume */

    uint64_t seed; /* of all that is drawn */
} alf_training_options;

/* The original's defaults for a step of the ladder ("stylegan2" or "A", "B", ... see plan.h): channel settings as on its command
 * line. Style mixing and path length are those of A to C, the blur is R's. gamma is the
 * heuristic 0.0002 * resolution^2 / batch; augmentation is bgc, adaptive, mirrored data is the data set's matter. */
ALF_API ALF_NODISCARD alf_status alf_training_options_named(alf_ctx *ctx, const char *cfg, int resolution, int batch,
                                                            int64_t channel_base, int64_t channel_max,
                                                            alf_training_options *out);

/* --- ranks ------------------------------------------------------------------------------------------------------------- */

/* How processes that train together talk. Each function blocks until it is done and returns a status; on a failure
 * (a lost rank) it records the error in the context. All ranks call in the same order.
 *
 * A rank that fails by itself (a damaged picture, no memory) returns its error to its own caller and says nothing to the
 * others, which wait in `receive` or `broadcast` for what it will not send. So the caller of a rank that failed must end
 * the others, as MPI_Abort() does, or their functions must find out that it is gone and fail. Only what rank 0 meets
 * between two iterations of alf_run() reaches the others by itself, as their error too. */
typedef struct alf_comm {
    int   rank, size; /* which process this is, 0 on; how many there are */
    void *user;       /* handed to each function                         */
    /* Gives `bytes` of data to rank `to`. */
    alf_status (*send)(void *user, alf_ctx *ctx, int to, const void *data, size_t bytes);
    /* Waits for as many of rank `from`. */
    alf_status (*receive)(void *user, alf_ctx *ctx, int from, void *data, size_t bytes);
    /* Data of rank `from` for all the others. */
    alf_status (*broadcast)(void *user, alf_ctx *ctx, int from, void *data, size_t bytes);
} alf_comm;

ALF_API alf_comm alf_comm_single(void); /* one process; nothing is ever sent */

/* --- the trainer --------------------------------------------------------------------------------------------------------- */

/* Networks in training. */
typedef struct alf_trainer alf_trainer;

/* Fresh networks. The data set and the communicator (NULL: one process) must outlive the trainer. Resolution, channels
 * and label size of the networks must be those of the data set. */
ALF_API ALF_NODISCARD alf_status alf_trainer_create(alf_ctx *ctx, const alf_training_options *options,
                                                    alf_dataset *data, const alf_comm *comm, alf_trainer **out);
ALF_API void                     alf_trainer_destroy(alf_trainer *t); /* releases it; NULL is allowed */

/* Takes the networks' tensors from a network file (official pickle or ours) where the names are the same: G, D, G_ema as
 * far as they are there; a file with one of G and G_ema gives it to both. Another shape under the same name is an error.
 * `copied` (may be NULL) counts the tensors. */
ALF_API ALF_NODISCARD alf_status alf_trainer_transfer(alf_trainer *t, const char *path, int *copied);

/* One iteration: all phases that are due, then the moving average, then the augmentation's p. A loss that is not finite
 * is an error (ALF_ERR_RANGE) that names the phase and the iteration; the trainer is then of no further use. */
ALF_API ALF_NODISCARD alf_status alf_trainer_iterate(alf_trainer *t);

/* Where it stands, and the networks themselves. */
ALF_API int64_t            alf_trainer_images(const alf_trainer *t);        /* shown so far                  */
ALF_API int64_t            alf_trainer_iterations(const alf_trainer *t);    /* done so far                   */
ALF_API double             alf_trainer_augment_p(const alf_trainer *t);     /* as adapted by now             */
ALF_API alf_generator     *alf_trainer_generator(alf_trainer *t, bool ema); /* the trainer's own, for a look */
ALF_API alf_discriminator *alf_trainer_discriminator(alf_trainer *t);       /* the trainer's own, alike      */

/* Statistics of the losses since the last alf_trainer_clear_statistics(), under the original's names such as
 * "Loss/G/loss", and of seconds per phase ("Timing/Gmain"). */
typedef struct {
    const char *name;      /* valid as long as the trainer */
    int64_t     num;       /* of values                    */
    double      mean, std; /* of the values                */
} alf_statistic;

ALF_API int           alf_trainer_num_statistics(const alf_trainer *t);       /* how many there are                 */
ALF_API alf_statistic alf_trainer_statistic(const alf_trainer *t, int index); /* one of them; empty beyond the last */
ALF_API void          alf_trainer_clear_statistics(alf_trainer *t);           /* lets them begin anew               */

/* Adds the networks to an archive as G, D and G_ema: the network file of a snapshot. */
ALF_API ALF_NODISCARD alf_status alf_trainer_networks_to_archive(const alf_trainer *t, alf_archive *archive);
/* Adds everything, networks included, under names that start with "state.", and takes it back. Restoring needs a trainer made with the same
 * options; anything missing, additional or misshapen is an error by name. */
ALF_API ALF_NODISCARD alf_status alf_trainer_state_to_archive(const alf_trainer *t, alf_archive *archive);
ALF_API ALF_NODISCARD alf_status alf_trainer_restore(alf_trainer *t, const alf_archive *archive);

/* --- a run: a folder that training fills ------------------------------------------------------------------------------- */

/* What a run does beside training. */
typedef struct {
    const char         *outdir;       /* runs are folders in it: 00000-stylegan3-t-NAME-gpus1-batch32-gamma6.6 */
    const char         *cfg;          /* name of the configuration, for the folder and the options file        */
    const char         *desc;         /* ends the folder's name; NULL: nothing                                 */
    const char         *resume;       /* network file to start from; NULL: none                                */
    alf_dataset_options data_options; /* that the data set was opened with, for the options file               */
    double              kimg;         /* to train, in thousands of images, over all; default 25000             */
    double              tick;         /* kimg between lines and states; default 4                              */
    int                 snap;         /* ticks between snapshots; 0: only at the end; default 50               */
    int64_t             grid[2];      /* columns, rows of fakes; 0: the original's rule; negative: no pictures */
    int                 num_metrics;  /* taken at each snapshot                                                */
    const char *const  *metrics;      /* [num_metrics] names, see alf_metric_parse()                           */
    bool                fresh; /* a new folder, even where an unfinished run with the same options is              */

    void (*log)(void *user, const char *line);  /* what log.txt gets, rank 0 only; NULL: nobody listens       */
    void (*live)(void *user, const char *line); /* a line that replaces the one before, now and then          */
    bool (*stop)(void *user);                   /* asked after each iteration: true ends the run with a state */
    void *user;                                 /* handed to log, live and stop                               */
} alf_run_options;

/* 25000 kimg, a tick every 4, snapshots every 50 ticks, no metrics; outdir and cfg are NULL and have to be set. */
ALF_API alf_run_options alf_run_options_default(void);

/* What a run came to. */
typedef struct {
    char   folder[4096];                     /* of the run                                                     */
    bool   resumed, finished;                /* it went on with an earlier one; all kimg are done, not stopped */
    double kimg, seconds, images_per_second; /* thousands of images in all; of this call, both                 */
} alf_run_summary;

/* Trains in a run folder with the original's files (training_options.json, log.txt, stats.jsonl, metric-*.jsonl,
 * reals.png, fakes_init.png, fakes000012.png, network-snapshot-000012.safetensors) and one of ours,
 * training-state.safetensors, from which a run goes on: the newest unfinished run in outdir that has the same options is
 * continued, and ends with the same files, to the bit, as if it had never been interrupted. Other data under the same path
 * (see alf_dataset_digest) is another option. Kernels for another instruction set than before are warned of in the log. */
ALF_API ALF_NODISCARD alf_status alf_run(alf_ctx *ctx, const alf_training_options *training, alf_dataset *data,
                                         const alf_comm *comm, const alf_run_options *options, alf_run_summary *out);

#ifdef __cplusplus
}
#endif
#endif
