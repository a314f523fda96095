#include "CHost.h"

#include <string.h>

// One pass, however many are sought: a bit for each pair of first bytes rules out most places.
void chost_find(
    const void *memory, size_t byte_count, const uint8_t *sought, const uint32_t *ends,
    size_t sought_count, uint8_t *found) {
    const uint8_t *bytes = memory;
    uint8_t begins[8192] = {0};
    uint32_t start = 0;
    for (size_t i = 0; i < sought_count; start = ends[i++]) {
        uint16_t pair = sought[start] | sought[start + 1] << 8;
        begins[pair >> 3] |= 1 << (pair & 7);
    }
    for (size_t place = 0; place + 1 < byte_count; place++) {
        uint16_t pair = bytes[place] | bytes[place + 1] << 8;
        if (!(begins[pair >> 3] & 1 << (pair & 7))) continue;
        start = 0;
        for (size_t i = 0; i < sought_count; start = ends[i++]) {
            size_t length = ends[i] - start;
            if (!found[i] && length <= byte_count - place &&
                memcmp(bytes + place, sought + start, length) == 0)
                found[i] = 1;
        }
    }
}

void chost_differences(const void *bytes, size_t byte_count, uint8_t *differences) {
    const uint8_t *from = bytes;
    for (size_t place = 0; place + 4 < byte_count; place++)
        differences[place] = from[place] ^ from[place + 4];
}
