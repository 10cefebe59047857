/* Limits that pictures share. */
#ifndef ALF_IO_PICTURE_INTERNAL_H
#define ALF_IO_PICTURE_INTERNAL_H

#define ALF_PICTURE_MAX_SIDE 65500

#endif
