/* The order of neighbouring rungs, here and in the paper. */
#include "order.h"

#include <math.h>
#include <stdbool.h>

order_step order_judge(double paper, const bounded *before, const bounded *after)
{
    order_step   s = {.change = after->db - before->db};
    const double down = hypot(after->db - after->low, before->high - before->db);
    const double up = hypot(after->high - after->db, before->db - before->low);
    s.low = s.change - down;
    s.high = s.change + up;
    const bool decided = s.low > 0 || s.high < 0; /* not of NaN */
    s.verdict = !decided ? ORDER_WITHIN : (s.change > 0) == (paper > 0) ? ORDER_AS_PAPER : ORDER_CONTRARY;
    return s;
}
