/* The command line: what a command is, and what it may use.
 *
 * A command is a row: name, one table of options, a function. Parsing, defaults and help all come from the table. The
 * function gets an alf_cli with every option checked and a context made from the common options (--backend, --threads
 * and the like; of these a command has only those that make a difference to it), and returns an exit code. Help, manual
 * pages and completion come from the same tables.
 *
 * The program never calls setlocale(), so numbers are read and written in the C locale whatever the user's is. */
#ifndef ALF_CLI_CLI_H
#define ALF_CLI_CLI_H

#include <jansson.h>

#include "aliasfree/aliasfree.h"

/* Exit codes. */
enum { ALF_CLI_OK = 0, ALF_CLI_FAILED = 1, ALF_CLI_USAGE = 2 };

/* --- options -------------------------------------------------------------------------------------------------------- */

typedef enum {
    ALF_CLI_FLAG,   /* takes no value                                                      */
    ALF_CLI_BOOL,   /* true, false and their kin; true when no value is given              */
    ALF_CLI_INT,    /* whole number in [low, high]                                         */
    ALF_CLI_REAL,   /* finite number in [low, high]                                        */
    ALF_CLI_TEXT,   /* any text that is not empty: a path, a list that the command reads   */
    ALF_CLI_CHOICE, /* one of the words that `value` shows: "const|random|none"            */
    ALF_CLI_BYTES,  /* whole number of bytes with an optional suffix K, M, G               */
    ALF_CLI_SEEDS,  /* "0,2,5-9": 32-bit seeds                                             */
    ALF_CLI_PAIR,   /* two numbers, "0.25,-0.1", each in [low, high]                       */
    ALF_CLI_GRID,   /* columns and rows, "4x2", each in [low, high]                        */
    ALF_CLI_SIZE,   /* width and height, "64x48" or "64" for both, each in [low, high]     */
    ALF_CLI_LIST    /* texts: every word up to the next option, and the option repeated    */
} alf_cli_kind;

/* Which of the common options a command takes: those of its context that make a difference to it. Each takes what the
 * ones below it take. */
typedef enum {
    ALF_CLI_TAKES_ALL = 0, /* --conv: networks at work                                      */
    ALF_CLI_TAKES_NUMBERS, /* --backend, --precision: metrics, whose convolutions are direct */
    ALF_CLI_TAKES_THREADS, /* --threads, --isa: signal processing                           */
    ALF_CLI_TAKES_FILES,   /* --files: mapped or read                                       */
    ALF_CLI_TAKES_MEMORY,  /* --max-memory                                                  */
    ALF_CLI_TAKES_NOTHING  /* no context either                                             */
} alf_cli_takes;

/* What completion offers where a text is expected. */
typedef enum { ALF_CLI_NO_PATH = 0, ALF_CLI_FILE, ALF_CLI_FOLDER } alf_cli_path;

typedef struct {
    const char  *name; /* without dashes; NULL ends a table                          */
    alf_cli_kind kind;
    const char  *value;     /* how help shows the value: "N", "FILE"; of a choice: the words */
    const char  *fallback;  /* default, as the user would write it; NULL: none               */
    double       low, high; /* range of numbers; both 0: no range                            */
    bool         required;
    alf_cli_path path; /* of TEXT and LIST                                           */
    const char  *help;
} alf_cli_option;

#define ALF_CLI_MAX_NOTES 8
#define ALF_CLI_MAX_COMMANDS 32 /* of a group */

typedef struct alf_cli          alf_cli;
typedef struct alf_cli_progress alf_cli_progress;

typedef struct alf_cli_command alf_cli_command;

struct alf_cli_command {
    const char *name;    /* of a command of a group with the group's in front: "spectra calc" */
    const char *summary; /* one line                                                          */
    /* of a group of commands, which has no more below than notes: what the next word chooses from, ended by NULL */
    const alf_cli_command *const *group;

    const char           *arguments;      /* what stands without dashes: "SRC DST"; NULL: nothing may      */
    int                   argument_count; /* at least, and mostly exactly, so many                         */
    int                   argument_most;  /* at most so many, where that is more                            */
    alf_cli_path          argument_path;  /* what completion offers for them                                */
    const alf_cli_option *options;        /* of this command alone; may be NULL                            */
    const alf_cli_option *shared;         /* a table that has a file of its own; may be NULL               */
    const char           *shared_title;   /* of that table in the help                                     */
    /* paragraphs below the options in the help; those that begin with "aliasfree " are examples */
    const char   *notes[ALF_CLI_MAX_NOTES];
    alf_cli_takes takes;
    bool          polite;   /* asks alf_cli_stop_asked() itself: reports of progress do not cancel its work */
    int (*run)(alf_cli *c); /* returns an exit code                                          */
};

/* The commands, each in its own file; commands.c lists them. */
extern const alf_cli_command alf_cli_plan, alf_cli_filter, alf_cli_init, alf_cli_info, alf_cli_convert,
    alf_cli_generate, alf_cli_metrics, alf_cli_dataset, alf_cli_train, alf_cli_bench, alf_cli_spectra, alf_cli_video,
    alf_cli_help;

/* --- one run of a command ------------------------------------------------------------------------------------------- */

#define ALF_CLI_MAX_OPTIONS 64
#define ALF_CLI_MAX_ARGUMENTS 16

struct alf_cli {
    const alf_cli_command *command;
    alf_ctx               *ctx;
    alf_cli_progress      *progress;
    const char            *arguments[ALF_CLI_MAX_ARGUMENTS];
    int                    argument_count;
    int                    word_count; /* the words that were parsed, which lists are read from */
    char *const           *words;

    /* by position in the joined table of own, shared and common options */
    const char *values[ALF_CLI_MAX_OPTIONS]; /* as given, else the default; NULL: neither */
    bool        given[ALF_CLI_MAX_OPTIONS];
};

/* Values by name (without dashes), already checked. A name that no table has is a mistake in the program: abort(). */
bool        alf_cli_given(const alf_cli *c, const char *name);  /* the user wrote it              */
bool        alf_cli_flag(const alf_cli *c, const char *name);   /* FLAG, BOOL                      */
const char *alf_cli_text(const alf_cli *c, const char *name);   /* TEXT, CHOICE; NULL: not there   */
int         alf_cli_choice(const alf_cli *c, const char *name); /* CHOICE: place of the word; must be there */
int64_t     alf_cli_int(const alf_cli *c, const char *name);    /* INT, BYTES; 0: not there        */
double      alf_cli_real(const alf_cli *c, const char *name);
void        alf_cli_pair(const alf_cli *c, const char *name, double out[2]);
void        alf_cli_grid_size(const alf_cli *c, const char *name, int64_t out[2]); /* GRID, SIZE; 0: not there */
/* The texts of a LIST in order, to be freed with free(); NULL when the option is not there (count 0) or without memory. */
const char **alf_cli_list(const alf_cli *c, const char *name, int *count);
/* The seeds in the order given, to be freed with free(); NULL when the option is not there (count 0) or without memory. */
uint32_t *alf_cli_seeds(const alf_cli *c, const char *name, int64_t *count);

/* --- saying things -------------------------------------------------------------------------------------------------- */

/* Print "aliasfree COMMAND: ..." on stderr and return the exit code. */
int  alf_cli_usage_error(const alf_cli *c, const char *format, ...) ALF_PRINTF(2, 3); /* ALF_CLI_USAGE  */
int  alf_cli_error(const alf_cli *c, const char *format, ...) ALF_PRINTF(2, 3);       /* ALF_CLI_FAILED */
void alf_cli_warn(const alf_cli *c, const char *format, ...) ALF_PRINTF(2, 3);
/* Prints the context's error. failure: ALF_CLI_FAILED. refusal: ALF_CLI_USAGE when the status says that an argument was
 * wrong; for library calls whose arguments all come from options. */
int alf_cli_failure(const alf_cli *c);
int alf_cli_refusal(const alf_cli *c);

/* A path's last part; and the rest of it, to be freed with free(): "a/b" gives "b" and "a", "/b" gives "b" and "/", "b"
 * gives "b" and "." (NULL: no memory). */
const char *alf_cli_name_in(const char *path);
char       *alf_cli_folder_of(const char *path);

/* Does the file's name end in `suffix`, with something before it? */
bool alf_cli_has_suffix(const char *path, const char *suffix);
/* A usage error unless it does; `what` names the option or argument.
 * Returns an exit code. */
int alf_cli_check_suffix(const alf_cli *c, const char *what, const char *path, const char *suffix);

/* Has a signal asked the program to stop? Only of interest for polite commands; a second signal ends the program. */
bool alf_cli_stop_asked(void);

/* What makes a noun a plural: "" for one, else "s". */
const char *alf_cli_plural(int64_t count);

/* The texts one after another (NULL stands for ""), to be freed with free(); NULL without memory. */
char *alf_cli_concat(const char *a, const char *b, const char *c, const char *d);

/* Prints the value on stdout, indented or (`line`) on one line, and releases it. Returns an exit code; NULL, which
 * jansson gives when memory is short, is a failure. */
int alf_cli_print_json(const alf_cli *c, json_t *json, bool line);
/* Numbers that JSON cannot say (infinite, NaN) become null. */
json_t *alf_cli_json_real(double value);

/* Progress of the command's own loops goes through alf_progress(c->ctx, ...) as the library's does: a bar with the time
 * left on a terminal, a line now and then elsewhere. It fails with ALF_ERR_CANCELLED after Ctrl-C. */

#endif
