/* The experiment on equivariance: what its files share.
 *
 * Networks are moved by lists of moves; what one move does to one image is a row of pooled errors. Four such parts are
 * measured of each network: over shifts, over angles, per layer, per frequency band. */
#ifndef EQUIVARIANCE_EQUIVARIANCE_H
#define EQUIVARIANCE_EQUIVARIANCE_H

#include "common/moved_images.h"
#include "common/subjects.h"
#include "report/study.h"

enum { MOST_MOVES = 96, BANDS = 13 };

/* --- moves ---------------------------------------------------------------------------------------------------------- */

typedef struct {
    bool   turns;
    char   label[24]; /* "0.25 px", "45 deg"                                              */
    char   file[24];  /* the same as part of a file's name                                */
    double shift;     /* in canvas widths, along a direction that the image's seed decides */
    double degrees;
    double x; /* where it stands in a plot: pixels or degrees                    */
    bool   whole;
} move;

typedef struct {
    int  count;
    move items[MOST_MOVES];
} move_list;

/* How much is measured. */
typedef struct {
    subjects_fresh fresh;
    int            groups, layer_groups, band_groups; /* images per move                                  */
    int            shift_stride;                      /* every how many of all shifts is taken            */
    int            angle_step;                        /* degrees                                          */
} budget;

const budget *budget_of(alf_scale scale);
void          moves_of_shifts(const budget *b, int64_t width, move_list *out);
void          moves_of_angles(const budget *b, move_list *out);
void          moves_of_layers(int64_t width, move_list *out);
void          moves_of_bands(int64_t width, move_list *out);
void          moves_of_pictures(int64_t width, move_list *out);
/* The movement of the image of this seed. Shifts go along one of the axes, so that whole pixels are whole. */
movement move_by(const move *m, uint64_t seed);
movement move_along_x(const move *m);

/* --- measurements --------------------------------------------------------------------------------------------------- */

/* Pooled errors: those of image g at point p are sums[p * groups + g]; a move has one or several points. */
typedef struct {
    int               points, groups;
    alf_pooled_error *sums;
} measurement;

/* Decibels with 95% intervals over images: for a range of 2, and relative to the variance of the image (or map). */
typedef struct {
    double db, low, high, relative, relative_low, relative_high;
} figure;

/* Of `count` points taken together. NaN where there is nothing. */
figure figure_of(const measurement *m, int count, const int points[], uint64_t seed);

typedef struct {
    const subject *subject;
    move_list      shifts, angles, layer_moves, band_moves;
    int            layers; /* points of a move in layer_errors: the input, the plan's layers, the image */
    measurement    translation, rotation, layer_errors, bands;
} network;

void network_open(const alf_study_run *run, const subject *s, network *out);
/* All four parts, as far as they are not there yet. */
alf_status network_measure(alf_study_run *run, network *n);
void       network_close(network *n);

/* One move of one image, and the points that come of it. */
typedef struct {
    const network      *network;
    alf_tensor         *ws;
    movement            movement;
    const alf_rotation *rotation; /* of the movement; NULL: it is a shift                       */
    const double       *still;    /* the unmoved image, where points are made of images       */
} shot;

/* The image [channels, size, size] of a network whose input is moved. */
alf_status moved_image(const subject *s, alf_tensor *ws, const movement *m, double out[]);

alf_status sweep_point(const shot *s, alf_pooled_error points[1]);
alf_status layer_points(const shot *s, alf_pooled_error points[]);
alf_status band_points(const shot *s, alf_pooled_error points[BANDS]);

/* --- what is known of points ---------------------------------------------------------------------------------------- */

const char *layer_name(const network *n, int layer);
int64_t     layer_size(const network *n, int layer);
double      layer_rate(const network *n, int layer);
/* False for what only adds to an image that goes past the layers. */
bool layer_is_on_the_way(const network *n, int layer);

/* Cycles per pixel at the middle of a band; the last is that of the corners, beyond half a cycle along an axis. */
double band_frequency(int band);

/* --- the report ----------------------------------------------------------------------------------------------------- */

typedef struct {
    alf_study_run *run;
    int            count;
    network       *networks;
} experiment;

/* One line of a plot for each network. */
typedef struct {
    const char *name, *title, *x_label, *y_label;
    bool        log_x, points;
    int         move;     /* which of those the part has; what fill() makes of it */
    bool        relative; /* the same                                             */
    /* Coordinates of the points, at most `most`, and an interval around y; returns their number. */
    int (*fill)(const experiment *e, const network *n, int move, bool relative, double x[], double y[], double low[],
                double high[]);
    int most;
} curves;

alf_status report_curves(const experiment *e, const curves *c, const char *caption);
alf_status report_sweeps(const experiment *e);
alf_status report_layers(const experiment *e);
alf_status report_bands(const experiment *e);
alf_status report_pictures(const experiment *e);
/* Sums as OUTDIR/<network>_<part>.npy: [points, images, 4]. */
alf_status report_arrays(const experiment *e);

#endif
