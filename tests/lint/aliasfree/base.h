/* What clang-tidy reads in place of the header of the same name. It looks at one file at a time, so it has to be told that
 * alf_fail() never returns ALF_OK, and what is done only on success is not done after it. */
#include_next "aliasfree/base.h"
#ifndef ALF_LINT_BASE_H
#define ALF_LINT_BASE_H

static inline alf_status alf_lint_failed(alf_status status)
{
    if (status == ALF_OK) __builtin_unreachable();
    return status;
}
#define alf_fail(ctx, ...) alf_lint_failed(alf_fail(ctx, __VA_ARGS__))

#endif
