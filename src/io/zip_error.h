/* What went wrong in libzip, as a status: damage, the system, and want of memory are three things. */
#ifndef ALF_IO_ZIP_ERROR_H
#define ALF_IO_ZIP_ERROR_H

#include <zip.h>

#include "aliasfree/base.h"

/* ALF_ERR_MEMORY, ALF_ERR_IO for what the system says, else ALF_ERR_FORMAT. */
alf_status alf_zip_status(const zip_error_t *error);

#endif
