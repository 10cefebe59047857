/* Preloaded into a program: takes over the user's locale, as a library that it is linked with might. */
#include <locale.h>

__attribute__((constructor)) static void take_over(void)
{
    (void)setlocale(LC_ALL, "");
}
