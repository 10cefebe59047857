/* libpng's errors, warnings and memory, in our terms. */
#include "io/png_guard.h"

#include "core/core.h"

void alf_png_error(png_structp png, png_const_charp message)
{
    alf_png_guard *guard = png_get_error_ptr(png);

    alf_fail(guard->ctx, ALF_ERR_FORMAT, "cannot %s '%s' as PNG: %s", guard->action, guard->path, message);
    longjmp(guard->jump, 1);
}

void alf_png_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

png_voidp alf_png_malloc(png_structp png, png_alloc_size_t size)
{
    alf_png_guard *guard = png_get_mem_ptr(png);

    return alf_mem_alloc(guard->ctx, size, 1);
}

void alf_png_free(png_structp png, png_voidp block)
{
    (void)png;
    alf_mem_free(block);
}
