/* Takes files, and the files of folders, through a fuzz target, without libFuzzer. */
#include "replay.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

static int replay_file(const fuzz_target *target, const char *path)
{
    size_t size;
    char  *bytes = test_read_file(path, &size);
    /* A block of exactly that size, so that the address sanitizer sees what is read beyond. */
    uint8_t *exact = malloc(size ? size : 1);

    if (!exact) return 0;
    memcpy(exact, bytes, size);
    free(bytes);
    target->run(exact, size);
    free(exact);
    return 1;
}

/* Files of a folder in order of their names, or one file; returns how many. */
static int replay(const fuzz_target *target, const char *path)
{
    struct dirent **names;
    int             count = scandir(path, &names, NULL, alphasort), done = 0;

    if (count < 0) return replay_file(target, path);
    for (int i = 0; i < count; i++) {
        char *file = test_path(path, names[i]->d_name);
        if (names[i]->d_name[0] != '.') done += replay_file(target, file);
        free(file);
        free(names[i]);
    }
    free(names);
    return done;
}

int main(int argc, char *argv[])
{
    const fuzz_target *target = fuzz_targets;
    int                done = 0;

    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (; target->name; target++) puts(target->name);
        return 0;
    }
    while (argc > 1 && target->name && strcmp(target->name, argv[1]) != 0) target++;
    if (argc < 3 || !target->name) {
        fprintf(stderr, "usage: fuzz_replay TARGET FILE|FOLDER... or fuzz_replay --list\n");
        return 2;
    }
    for (int i = 2; i < argc; i++) done += replay(target, argv[i]);
    printf("%s: %d inputs\n", target->name, done);
    return done == 0;
}
