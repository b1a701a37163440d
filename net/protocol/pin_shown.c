// SPDX-License-Identifier: MIT
#include "net/protocol/pin_shown.h"

#include <stdio.h>
#include <string.h>

#define PREFIX      "sha256//"
#define PREFIX_SIZE (sizeof(PREFIX) - 1)
#define GROUP       4u  // characters
#define PIN_SIZE    52u // all of it

struct pin_shown pin_shown(const char *pin)
{
    struct pin_shown out;
    if (strncmp(pin, PREFIX, PREFIX_SIZE) != 0 || strlen(pin) != PIN_SIZE) {
        snprintf(out.text, sizeof(out.text), "%s", pin);
        return out;
    }

    size_t used = PREFIX_SIZE;
    memcpy(out.text, pin, PREFIX_SIZE);
    for (size_t i = PREFIX_SIZE; i < PIN_SIZE; i++) {
        if ((i - PREFIX_SIZE) % GROUP == 0)
            out.text[used++] = ' ';
        out.text[used++] = pin[i];
    }
    out.text[used] = '\0';
    return out;
}

bool pin_typed(const char *pin, char *out, size_t room)
{
    size_t used = 0;
    for (; *pin; pin++) {
        if (*pin == ' ')
            continue;
        if (used + 1 >= room)
            return false;
        out[used++] = *pin;
    }
    out[used] = '\0';
    return true;
}
