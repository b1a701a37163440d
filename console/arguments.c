// SPDX-License-Identifier: MIT
#include "console/arguments.h"

#include <string.h>

bool argument_find(const struct argument_option *options, size_t count, unsigned reader,
                   const char *name, size_t size, size_t *out)
{
    for (size_t i = 0; i < count; i++) {
        if ((options[i].known_by & reader) && strlen(options[i].name) == size &&
            memcmp(options[i].name, name, size) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool find_letter(const struct arguments *arguments, char letter, size_t *out)
{
    for (size_t i = 0; i < arguments->option_count; i++) {
        const struct argument_option *option = &arguments->options[i];
        if ((option->known_by & arguments->reader) && option->letter == letter) {
            *out = i;
            return true;
        }
    }
    return false;
}

static char *take_word(struct arguments *arguments)
{
    arguments->count--;
    return *arguments->words++;
}

static bool is_known(const struct arguments *arguments, const struct argument *argument,
                     size_t *out)
{
    const char *word = argument->word;
    if (word[1] == '-')
        return argument_find(arguments->options, arguments->option_count, arguments->reader,
                             word + 2, argument->name_size - 2, out);
    return word[2] == '\0' && find_letter(arguments, word[1], out);
}

// The word begins with a dash and has more than that.
static void read_option(struct arguments *arguments, struct argument *argument)
{
    const char *word = argument->word;
    const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
    if (equals)
        argument->name_size = (size_t)(equals - word);
    if (!is_known(arguments, argument, &argument->option)) {
        argument->kind = ARGUMENT_UNKNOWN;
        return;
    }

    argument->kind = ARGUMENT_OPTION;
    if (!arguments->options[argument->option].value) {
        if (equals)
            argument->kind = ARGUMENT_NO_SWITCH;
    } else if (equals) {
        argument->value = equals + 1;
    } else if (arguments->count > 0) {
        argument->value = take_word(arguments);
    } else {
        argument->kind = ARGUMENT_NO_VALUE;
    }
}

bool arguments_next(struct arguments *arguments, struct argument *out)
{
    if (arguments->count > 0 && !arguments->only_operands &&
        strcmp(arguments->words[0], "--") == 0) {
        arguments->only_operands = true;
        take_word(arguments);
    }
    if (arguments->count == 0)
        return false;

    char *word = take_word(arguments);
    *out = (struct argument){ARGUMENT_OPERAND, .word = word, .name_size = strlen(word)};
    if (!arguments->only_operands && word[0] == '-' && word[1] != '\0')
        read_option(arguments, out);
    return true;
}
