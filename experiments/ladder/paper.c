/* The paper's own ablation: FFHQ-U at 256x256. */
#include <math.h>

#include "ladder.h"

const paper_row *paper_of(int place)
{
    static const paper_row rows[RUNGS] = {
        {"StyleGAN2", 5.14, {NAN, NAN, NAN}},
        {"Fourier features as input", 4.79, {16.23, 16.28, 10.81}},
        {"no noise inputs", 4.54, {15.81, 15.84, 10.84}},
        {"simplified generator", 5.21, {19.47, 19.57, 10.41}},
        {"margins and sinc upsampling", 6.02, {24.62, 24.70, 10.97}},
        {"filtered nonlinearities", 6.35, {30.60, 30.68, 10.81}},
        {"non-critical sampling", 4.78, {43.90, 42.24, 10.84}},
        {"transformed Fourier features", 4.64, {45.20, 42.78, 10.61}},
        {"flexible layers", 4.62, {63.01, 46.40, 13.12}},
        {"rotation equivariance", 4.50, {66.65, 45.92, 40.48}},
    };
    return &rows[place];
}
