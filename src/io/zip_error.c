/* Errors of libzip. */
#include "io/zip_error.h"

#include <errno.h>

alf_status alf_zip_status(const zip_error_t *error)
{
    const bool system = zip_error_system_type(error) == ZIP_ET_SYS;

    if (zip_error_code_zip(error) == ZIP_ER_MEMORY) return ALF_ERR_MEMORY;
    if (system && zip_error_code_system(error) == ENOMEM) return ALF_ERR_MEMORY;
    return system ? ALF_ERR_IO : ALF_ERR_FORMAT;
}
