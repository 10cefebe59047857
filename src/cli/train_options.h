/* The options of training, as the original's train.py has them, and what they say. */
#ifndef ALF_CLI_TRAIN_OPTIONS_H
#define ALF_CLI_TRAIN_OPTIONS_H

#include "cli.h"

#define ALF_CLI_MAX_RUN_METRICS 64

extern const alf_cli_option alf_cli_train_options[];

/* --data, --cond, --mirror, --max-images, --seed. */
alf_dataset_options alf_cli_train_data(const alf_cli *c);

/* What is trained, on this data set by so many ranks; mistakes are told only where `speaks`. Returns an exit code. */
int alf_cli_train_settings(const alf_cli *c, const alf_dataset *data, int ranks, bool speaks,
                           alf_training_options *out);

/* What a run of it is to do and to write; options->metrics points into `names`, which point into `list`: release that with
 * free(). Returns an exit code. */
typedef struct {
    char       *list;
    const char *names[ALF_CLI_MAX_RUN_METRICS];
} alf_cli_metric_names;
int alf_cli_train_run(const alf_cli *c, alf_cli_metric_names *metrics, alf_run_options *out);

#endif
