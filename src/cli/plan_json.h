/* A layer plan as JSON. */
#ifndef ALF_CLI_PLAN_JSON_H
#define ALF_CLI_PLAN_JSON_H

#include "cli.h"

/* The plan of the configuration of this name. NULL: with the error in the context, or without memory. */
json_t *alf_cli_plan_json(alf_ctx *ctx, const char *name, const alf_plan *plan);

#endif
