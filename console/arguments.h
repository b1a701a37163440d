// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_CONSOLE_ARGUMENTS_H
#define QRCONFIRM_CONSOLE_ARGUMENTS_H

// The words of a command line, one after another: options by the caller's table, and operands.
// "--name", "--name value", "--name=value", "-n" where the table has that letter. Everything
// behind "--" is an operand, and so is a lone "-". What is wrong is told, not printed: each
// program has its own words for it. No state but the caller's; any thread.

#include <stdbool.h>
#include <stddef.h>

struct argument_option {
    const char *name;  // without its dashes
    const char *value; // how a text calls its value; NULL: a switch
    unsigned known_by; // bits of the caller's choice: its commands, a configuration file
    const char *text;  // for the help; may be NULL
    char letter;       // 'h' of "-h"; 0: none
};

// Set by the caller: the table and the words without the program's name. All are borrowed.
struct arguments {
    const struct argument_option *options;
    size_t option_count;
    unsigned reader; // the options that one of these bits knows are options here
    char **words;    // those that are left
    size_t count;
    bool only_operands; // "--" was among them
};

enum argument_kind {
    ARGUMENT_OPERAND,
    ARGUMENT_OPTION,
    ARGUMENT_UNKNOWN,  // looks like an option, but is none here
    ARGUMENT_NO_VALUE, // an option without the value that it needs
    ARGUMENT_NO_SWITCH // a switch that was given a value
};

struct argument {
    enum argument_kind kind;
    size_t option;     // its row; not with operands and unknown options
    char *word;        // as it was typed
    size_t name_size;  // bytes of the word before the "=" of a long option
    const char *value; // of an option that takes one, else NULL
};

// The next one. False: no word is left.
bool arguments_next(struct arguments *arguments, struct argument *out);

// The row of the option with this name of `size` bytes. False: the table has none that one of
// the bits of `reader` knows.
bool argument_find(const struct argument_option *options, size_t count, unsigned reader,
                   const char *name, size_t size, size_t *out);

#endif
