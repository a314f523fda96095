#include "CHost.h"

#include <string.h>

static uint16_t place_of(const uint8_t *bytes) {
    uint32_t first;
    memcpy(&first, bytes, sizeof first);
    return first * 2654435761u >> 16;
}

// One pass, however many are sought: a bit for each hash of four first bytes rules out most places.
void chost_find(
    const void *memory, size_t byte_count, const uint8_t *sought, const uint32_t *ends,
    size_t sought_count, uint8_t *found) {
    const uint8_t *bytes = memory;
    uint8_t begins[8192] = {0};
    uint32_t start = 0;
    for (size_t i = 0; i < sought_count; start = ends[i++]) {
        uint16_t place = place_of(sought + start);
        begins[place >> 3] |= 1 << (place & 7);
    }
    for (size_t at = 0; at + 4 <= byte_count; at++) {
        uint16_t place = place_of(bytes + at);
        if (!(begins[place >> 3] & 1 << (place & 7))) continue;
        start = 0;
        for (size_t i = 0; i < sought_count; start = ends[i++]) {
            size_t length = ends[i] - start;
            if (!found[i] && length <= byte_count - at &&
                memcmp(bytes + at, sought + start, length) == 0)
                found[i] = 1;
        }
    }
}

void chost_differences(const void *bytes, size_t byte_count, uint8_t *differences) {
    const uint8_t *from = bytes;
    for (size_t place = 0; place + 4 < byte_count; place++)
        differences[place] = from[place] ^ from[place + 4];
}
