/* Ideal signals to judge pictures by. */
#ifndef TEST_SIGNALS_H
#define TEST_SIGNALS_H

/* The ideal interpolation of a signal of even period n: the sum of its values times this at their distances. */
double test_periodic_sinc(double x, int n);

#endif
