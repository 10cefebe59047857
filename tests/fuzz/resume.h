/* A run that files are held against. */
#ifndef FUZZ_RESUME_H
#define FUZZ_RESUME_H

/* Its options, without those of its place, and a position of its state. */
#define FUZZ_RUN_OPTIONS                                                                                               \
    "{\"training_set_kwargs\": {\"path\": \"a.zip\", \"digest\": \"0123\", \"max_size\": 8}, \"batch_size\": 8, "      \
    "\"total_kimg\": 0.5, \"metrics\": [\"swd8\"], \"resume_pkl\": null}"
#define FUZZ_RUN_POSITION                                                                                              \
    "{\"isa\": \"avx2\", \"options\": \"abc\", \"tick\": 1, \"tick_start\": 0, \"images\": 8, \"finished\": false, "   \
    "\"lengths\": {\"log.txt\": 3, \"stats.jsonl\": 0}}"

#endif
