/* What a file looks like from its first bytes. */
#include "io/sniff.h"

#include <string.h>

typedef struct {
    const char *bytes;
    size_t      size;
    const char *text;
} signature;

#define SIGNATURE(bytes, text)                                                                                         \
    {                                                                                                                  \
        bytes, sizeof(bytes) - 1, text                                                                                 \
    }

static const signature signatures[] = {
    SIGNATURE("PK\003\004", "a zip archive"),
    SIGNATURE("PK\005\006", "an empty zip archive"),
    SIGNATURE("\037\213", "gzip data"),
    SIGNATURE("\211PNG\r\n\032\n", "a PNG picture"),
    SIGNATURE("\377\330\377", "a JPEG picture"),
    SIGNATURE("\223NUMPY", "a NumPy .npy array"),
    SIGNATURE("\211HDF\r\n\032\n", "an HDF5 file"),
    SIGNATURE("GGUF", "a GGUF file"),
    SIGNATURE("\177ELF", "a program"),
    SIGNATURE("%PDF", "a PDF document"),
    SIGNATURE("version https://git-lfs", "a Git LFS pointer, not the file it points to"),
    SIGNATURE("<!DOCTYPE", "an HTML page (did a download fail?)"),
    SIGNATURE("<!doctype", "an HTML page (did a download fail?)"),
    SIGNATURE("<html", "an HTML page (did a download fail?)"),
    SIGNATURE("<HTML", "an HTML page (did a download fail?)"),
    SIGNATURE("<?xml", "an XML text"),
};

/* No control character but those of lines and columns, and nothing that UTF-8 never has. */
static bool may_be_text(uint8_t byte)
{
    return (byte >= 0x20 && byte < 0xf8) || byte == '\n' || byte == '\r' || byte == '\t';
}

bool alf_sniff_text(const uint8_t *data, size_t size)
{
    size_t looked = size < 256 ? size : 256;

    for (size_t i = 0; i < looked; i++)
        if (!may_be_text(data[i])) return false;
    return true;
}

static bool is_zero(const uint8_t *data, size_t size)
{
    size_t looked = size < 256 ? size : 256;

    for (size_t i = 0; i < looked; i++)
        if (data[i]) return false;
    return true;
}

const char *alf_sniff(const uint8_t *data, size_t size)
{
    if (size == 0) return "empty";
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
        if (size >= signatures[i].size && memcmp(data, signatures[i].bytes, signatures[i].size) == 0)
            return signatures[i].text;
    if (size >= 12 && memcmp(data, "RIFF", 4) == 0 && memcmp(data + 8, "WEBP", 4) == 0) return "a WebP picture";
    if (size >= 2 && data[0] == 0x80 && data[1] >= 2 && data[1] <= 5) return "a pickle";
    if (alf_sniff_text(data, size)) return "text";
    if (size >= 9 && data[8] == '{') return "a safetensors file";
    if (is_zero(data, size)) return "filled with zeros";
    return "of an unknown kind";
}
