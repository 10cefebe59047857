/* Official network pickles, read without executing anything.
 *
 * A pickle is a program for a stack machine that may call any Python function it names. This reader runs the machine
 * but knows only the globals of pickle_globals.c and builds plain values for them; any other global is
 * ALF_ERR_UNSUPPORTED with a text that names it. What a file may ask for is bounded by the limits below and by the
 * memory budget of the context. Data of tensors is not copied where the mapped file has it in order. */
#ifndef ALF_IO_PICKLE_H
#define ALF_IO_PICKLE_H

#include "aliasfree/archive.h"

/* Each limit is at least ten times what the largest published network needs. */
#define ALF_PICKLE_MAX_STACK (1 << 18)   /* values on the stack, marks in it                                     */
#define ALF_PICKLE_MAX_MEMO (1 << 20)    /* memo slots; also at most one per byte of the stream                  */
#define ALF_PICKLE_MAX_VALUES (1 << 20)  /* values made, plus items put into containers, torch streams included  */
#define ALF_PICKLE_MAX_STEPS (1 << 26)   /* opcodes, plus items looked at when searching and walking             */
#define ALF_PICKLE_MAX_DEPTH 64          /* levels of modules, or of lists and dicts that become JSON            */
#define ALF_PICKLE_MAX_NAME 512          /* characters of an array's full name                                   */
#define ALF_PICKLE_MAX_JSON (4 << 20)    /* bytes of JSON per file, estimated: 64 per value, and the texts       */
#define ALF_PICKLE_MAX_EXPANSION 4       /* bytes of arrays and of what is unpacked, in sizes of the file, ...   */
#define ALF_PICKLE_SPARE_BYTES (4 << 20) /* ... plus this                                                       */

/* Reads the mapped file into an empty archive, which owns the map: a pickle of protocol 2 to 5, and nothing behind it,
 * that holds a dict of networks and plain values (or one network, which then gets the key "network"), as the archive
 * that aliasfree/archive.h describes. Buffers that are not persistent are included, parameters and buffers that are
 * None are not; values that JSON cannot express leave a note, and are an error among the arguments of a network. Every
 * error names the file, and the byte where that helps. */
ALF_NODISCARD alf_status alf_pickle_read(alf_archive *archive);

#endif
