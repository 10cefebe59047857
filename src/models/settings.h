/* Tables of settings: from one table follow the checks, the reading and the writing of a network's init_kwargs. */
#ifndef ALF_MODELS_SETTINGS_H
#define ALF_MODELS_SETTINGS_H

#include "aliasfree/base.h"

typedef enum {
    ALF_SETTING_INT,
    ALF_SETTING_INT_OR_NULL, /* null is the lowest value of the range        */
    ALF_SETTING_I64,
    ALF_SETTING_REAL,
    ALF_SETTING_BOOL,
    ALF_SETTING_CLAMP,  /* a real, or null for none: INFINITY               */
    ALF_SETTING_CHOICE, /* one of some words: an enumeration from 0 on      */
    ALF_SETTING_TAPS,   /* 1 to 8 reals                                     */
    ALF_SETTING_LRELU,  /* must be "lrelu", the only activation there is    */
    ALF_SETTING_NULL,   /* must be null: what follows from the rest         */
    ALF_SETTING_HINT,   /* how the original should compute, not what: any   */
    ALF_SETTING_OBJECT  /* a group of settings of its own                   */
} alf_setting_kind;

typedef struct alf_setting {
    const char      *name; /* NULL: the end of the table                                   */
    alf_setting_kind kind;
    unsigned         families;  /* a bit for each family of networks that has it            */
    bool             always;    /* written even at its default                              */
    size_t           offset;    /* in the configuration                                     */
    double           low, high; /* the range; equal: not checked                           */
    const void      *detail;    /* of ALF_SETTING_OBJECT: the table of the group; of ALF_SETTING_CHOICE: the words, an
                                   array of texts as long as the range                      */
    size_t           count;     /* of ALF_SETTING_TAPS: offset of their number, an int     */
} alf_setting;

/* The settings of one family of networks. */
typedef struct {
    const alf_setting *table;
    unsigned           family;   /* its bit                                  */
    const char        *owner;    /* what messages call it, like "StyleGAN2"  */
    const void        *standard; /* a configuration with the defaults        */
} alf_settings;

/* The words of alf_architecture. */
extern const char *const alf_architecture_words[];

/* Checks every setting against its range; `origin` leads the message. */
alf_status alf_settings_check(alf_ctx *ctx, const alf_settings *settings, const void *config, const char *origin);
/* Sets what a JSON text names; unknown names and bad values are errors. */
alf_status alf_settings_read(alf_ctx *ctx, const alf_settings *settings, const char *kwargs, const char *origin,
                             void *config);
/* The JSON text; settings that are not written always are left out at their default. Free with alf_free_data(). */
alf_status alf_settings_write(alf_ctx *ctx, const alf_settings *settings, const void *config, char **out);

#endif
