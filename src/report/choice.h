/* Options whose value is one of a few words. */
#ifndef ALF_REPORT_CHOICE_H
#define ALF_REPORT_CHOICE_H

/* The place of `text` among the words of "one|two|three", from 0; -1: it is none of them. */
int alf_choice_place(const char *words, const char *text);

#endif
