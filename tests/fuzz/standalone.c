// SPDX-License-Identifier: MIT
// Runs a fuzz target over files and folders of files, once each, without libFuzzer.
// usage: fuzz_X FILE-OR-FOLDER...
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MAX (1u << 20)
#define PATH_SIZE 4096u

static size_t runs;

static void die(const char *path)
{
    perror(path);
    exit(2);
}

static void run_file(const char *path)
{
    static uint8_t buffer[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    if (!file)
        die(path);
    size_t size = fread(buffer, 1, sizeof(buffer), file);
    if (ferror(file))
        die(path);
    fclose(file);

    // A copy of exactly this size, so that the address sanitizer sees a step beyond its end.
    uint8_t *input = malloc(size > 0 ? size : 1);
    if (!input)
        die(path);
    memcpy(input, buffer, size);
    LLVMFuzzerTestOneInput(input, size);
    free(input);
    runs++;
}

static void run_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        die(path);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char name[PATH_SIZE];
        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(name, sizeof(name), "%s/%s", path, entry->d_name) < (int)sizeof(name))
            run_file(name);
    }
    closedir(folder);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct stat status;
        if (stat(argv[i], &status) != 0)
            die(argv[i]);
        if (S_ISDIR(status.st_mode))
            run_folder(argv[i]);
        else
            run_file(argv[i]);
    }
    printf("%zu inputs\n", runs);
    return runs > 0 ? 0 : 2;
}
