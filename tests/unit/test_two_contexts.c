/* Two contexts at work at once, on threads of their own: each gives the bits that it gives alone. The thread sanitizer
 * runs this too. It is told by alf_parallel() what the pool orders; the other libraries, which it does not see either,
 * share nothing between calls but what they lock by themselves. One of these locks it would miss: libzip asks for the
 * local time, and the C library then frees and reads again what it knows of the zone, unless TZ names it. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/sanitizers.h"
#include "files.h"
#include "stages.h"

/* Threads of each context, and how many times the stages are gone through. */
enum { THREADS = 2, ROUNDS = 2, CONTEXTS = 2, MOST = 32 };

typedef struct {
    const char *folder;
    int         number;
    char        message[512]; /* the first failure */
    uint64_t    digest[ROUNDS][MOST];
} user;

/* Sanitizers slow the others down too much; the filters and the networks are in these. */
static bool is_wanted(const stage *s)
{
#if defined(ALF_TSAN) || defined(ALF_ASAN)
    static const char *const quick[] = {"filtered leaky ReLU", "generator, StyleGAN2", "discriminator", "data set",
                                        "sliced Wasserstein distance"};
    for (size_t i = 0; i < sizeof quick / sizeof quick[0]; i++)
        if (!strcmp(s->name, quick[i])) return true;
    return false;
#else
    return s->run != stage_sticking; /* generates what equivariance does */
#endif
}

static void run_stage(user *u, int round, int i)
{
    stage_result result;
    char         name[64];
    snprintf(name, sizeof name, "%d-%d-%d", u->number, round, i);
    alf_status status = stage_run(&STAGES[i], ALF_ISA_AUTO, THREADS, u->folder, name, u->message, &result);
    if (!status) u->digest[round][i] = alf_digest_value(&result.bytes);
    stage_release(&result);
}

/* The second user begins at the other end. */
static void *use(void *argument)
{
    user *u = argument;
    for (int round = 0; round < ROUNDS && !u->message[0]; round++)
        for (int k = 0; k < STAGE_COUNT && !u->message[0]; k++) {
            const int i = u->number ? STAGE_COUNT - 1 - k : k;
            if (is_wanted(&STAGES[i])) run_stage(u, round, i);
        }
    return NULL;
}

static void two_contexts_at_once_give_what_each_gives_alone(void **state)
{
    (void)state;
    char     *folder = test_temp_folder();
    user      users[CONTEXTS];
    pthread_t threads[CONTEXTS];
    uint64_t  alone[MOST] = {0};
    assert_in_range(STAGE_COUNT, 1, MOST);
    setenv("TZ", "UTC0", 1); /* see above */
    tzset();
    for (int i = 0; i < CONTEXTS; i++) users[i] = (user){.folder = folder, .number = i};
    for (int i = 0; i < CONTEXTS; i++) assert_int_equal(pthread_create(&threads[i], NULL, use, &users[i]), 0);
    for (int i = 0; i < CONTEXTS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < CONTEXTS; i++)
        if (users[i].message[0]) fail_msg("%s", users[i].message);
    for (int k = 0; k < STAGE_COUNT; k++) {
        user single = {.folder = folder, .number = CONTEXTS};
        if (!is_wanted(&STAGES[k])) continue;
        run_stage(&single, 0, k);
        if (single.message[0]) fail_msg("%s", single.message);
        alone[k] = single.digest[0][k];
        for (int i = 0; i < CONTEXTS; i++)
            for (int round = 0; round < ROUNDS; round++)
                if (users[i].digest[round][k] != alone[k])
                    fail_msg("%s: context %d, round %d differs from one alone", STAGES[k].name, i, round);
    }
    test_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_contexts_at_once_give_what_each_gives_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
