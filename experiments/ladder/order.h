/* Whether two neighbouring rungs come in the order that the paper found. */
#ifndef LADDER_ORDER_H
#define LADDER_ORDER_H

typedef struct {
    double db, low, high; /* with its 95% interval; NaN: not measured, no interval */
} bounded;

typedef enum { ORDER_AS_PAPER = 0, ORDER_WITHIN, ORDER_CONTRARY, ORDERS } order;

/* From one rung to the next. */
typedef struct {
    double change, low, high; /* with the interval of a difference of independent figures */
    order  verdict;           /* an interval that holds 0 decides nothing                  */
} order_step;

/* `paper`: how much the paper's figure rises. */
order_step order_judge(double paper, const bounded *before, const bounded *after);

#endif
