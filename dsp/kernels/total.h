/* Sums of rows. Part of template.h. */

/* In double, so that a gradient summed over a million pixels is as good as its terms. */
static double K(sum)(int64_t count, const T *x)
{
    double  lane[8] = {0}, rest = 0;
    int64_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (int k = 0; k < 8; k++) lane[k] += (double)x[i + k];
    for (; i < count; i++) rest += (double)x[i];
    for (int k = 0; k < 8; k++) rest += lane[k];
    return rest;
}
