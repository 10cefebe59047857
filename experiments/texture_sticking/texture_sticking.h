/* The experiment on texture sticking: what its files share.
 *
 * Networks come from a list; rows are fresh networks that differ by one step of the ladder or one setting. Of each the
 * shares along a translation are measured; those of the list are also shown. */
#ifndef TEXTURE_STICKING_TEXTURE_STICKING_H
#define TEXTURE_STICKING_TEXTURE_STICKING_H

#include "common/moved_images.h"
#include "common/slices.h"
#include "common/subjects.h"
#include "report/study.h"

/* The first of the frequencies k_min is the one that tables have. */
enum { K_COUNT = 8, MOST_VELOCITIES = 8, PICTURE_SEEDS = 2, KEYFRAMES = 4 };

/* --- how much is measured ------------------------------------------------------------------------------------------- */

typedef struct {
    subjects_fresh fresh;
    double         velocity;                    /* pixels per frame                                               */
    double         velocities[MOST_VELOCITIES]; /* rising, ends with 0; the one above is among them               */
    int            seeds, row_seeds, sweep_seeds;
    int            slices;     /* of an image and axis                                           */
    int            eq_samples; /* images of EQ-T                                                 */
    int            neighbours, frames;
} budget;

const budget *budget_of(alf_scale scale);

/* --- rows ----------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *label;
    const char *rung;
    const char *settings; /* that differ, as init_kwargs (JSON); NULL: none                                       */
    double      noise;    /* what every noise_strength is set to, since fresh networks start with 0               */
    const char *base;     /* label of the row that it is held against; NULL: none                                 */
    const char *what;     /* differs, for people                                                                  */
    alf_scale   least;    /* the smallest scale that has it                                                       */
} row;

/* Rows of a scale: steps of the ladder alone or settings too. NULL beyond the last. */
const row *row_at(alf_scale scale, bool with_settings, int index);
alf_status row_open(alf_study_run *run, const row *r, subject *out);

/* --- what is known of a network ------------------------------------------------------------------------------------- */

typedef struct {
    subject             subject; /* borrowed */
    const row          *row;     /* NULL: of the list                                                             */
    bool                moves;   /* has an input transform; else only what is latent is there                     */
    alf_sticking_result shares[K_COUNT];
    int64_t             frames, frequencies;
    double              k_step;   /* distance of spatial frequencies                                              */
    double             *spectrum; /* [frames, frequencies]                                                        */
    double              eqt[4], eqt_frac[4]; /* decibels, low, high, relative                                     */
    int                 velocity_count;
    alf_sticking_result over_velocity[MOST_VELOCITIES];
    double             *centres, *means; /* [PICTURE_SEEDS, channels, size, size]                                 */
    double              kept;            /* the part of the detail's energy that the mean keeps                   */
    double             *walk, *shifted;  /* [channels, size, frames] pixel columns; shifted: NULL unless it moves */
    contrast            shown, fine;     /* of images, of their details */
} network;

/* Everything of a network, as far as it is not there yet. */
alf_status network_measure(alf_study_run *run, network *n);
void       network_close(network *n);
/* Neighbourhoods, the latent walk, the translation. */
alf_status measure_pictures(alf_study_run *run, network *n);

/* What the widths of a slice allow: half the image's width, at least 32 pixels. */
alf_sticking_options sticking_options(const alf_study_run *run, const network *n);

/* --- the report ----------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_study_run *run;
    int            count, listed; /* networks; the first `listed` are of the list, the others of rows */
    network       *networks;
} experiment;

alf_status report_networks(const experiment *e);
alf_status report_curves(const experiment *e);
alf_status report_spectra(const experiment *e);
alf_status report_pictures(const experiment *e);
alf_status report_rows(const experiment *e);

#endif
