// SPDX-License-Identifier: MIT
#include "ui/terminal/approve_word.h"

// A power of two of them, so that each is as likely.
static const char *const words[] = {"banana", "domino", "kiosk", "lemon", "mango", "metro",
                                    "opera",  "panda",  "piano", "polka", "radio", "robot",
                                    "safari", "tango",  "tempo", "zebra"};
_Static_assert(256 % (sizeof(words) / sizeof(words[0])) == 0, "each word is as likely");

const char *approve_word(const struct net_environment *environment)
{
    uint8_t random;
    environment->random(environment->userdata, &random, 1);
    return words[random % (sizeof(words) / sizeof(words[0]))];
}
