// SPDX-License-Identifier: MIT
// Says texts in a language, for tests/unit/ui/languages.py: what it reads and writes are
// records that end with a NUL.
//     in: L CODE | T ENGLISH | P COUNT ONE MANY        out: what the program would show
// Before the first L it is the language of the environment.

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/text/language.h"

struct record {
    char *text;
    size_t capacity; // bytes
};

static bool next(struct record *record)
{
    return getdelim(&record->text, &record->capacity, '\0', stdin) > 0;
}

static void say(const char *text)
{
    fwrite(text, 1, strlen(text) + 1, stdout);
}

static bool answer(struct record field[static 4])
{
    bool counts = strcmp(field[0].text, "P") == 0;
    for (size_t i = 1; i < (counts ? 4 : 2); i++) {
        if (!next(&field[i]))
            return false;
    }

    if (counts)
        say(language_plural(field[2].text, field[3].text, strtoull(field[1].text, NULL, 10)));
    else if (strcmp(field[0].text, "T") == 0)
        say(language_text(field[1].text));
    else
        language_switch(field[1].text);
    return true;
}

int main(void)
{
    language_init(NULL);
    say(language_current()->code);
    say(setlocale(LC_ALL, NULL));
    struct record field[4] = {0};
    bool good = true;
    while (good && next(&field[0]))
        good = answer(field);

    for (size_t i = 0; i < 4; i++)
        free(field[i].text);
    return !good;
}
