// SPDX-License-Identifier: MIT
#include "tests/camera/film.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "film:"

static bool draw(struct film *film, const char *text, unsigned width, unsigned height)
{
    film->luma[0] = malloc((size_t)width * height);
    film->count = 1;
    if (film->luma[0] && picture_draw(film->luma[0], width, height, text))
        return true;
    fprintf(stderr, "usbcam: cannot draw %s\n", text);
    return false;
}

static bool is_right(const char *header, unsigned width, unsigned height)
{
    char size[64];
    snprintf(size, sizeof(size), "YUV4MPEG2 W%u H%u ", width, height);
    return strncmp(header, size, strlen(size)) == 0 && strstr(header, " Cmono");
}

static bool load(struct film *film, const char *path, unsigned width, unsigned height)
{
    char line[256];
    const size_t size = (size_t)width * height;

    FILE *file = fopen(path, "re");
    if (!file || !fgets(line, sizeof(line), file) || !is_right(line, width, height)) {
        fprintf(stderr, "usbcam: %s: %s\n", path,
                file ? "no gray recording of this size" : strerror(errno));
        goto end;
    }

    while (film->count < FILM_FRAMES_MAX && fgets(line, sizeof(line), file)) {
        uint8_t *luma = malloc(size);
        if (!luma || fread(luma, 1, size, file) != size) {
            free(luma);
            break;
        }
        film->luma[film->count++] = luma;
    }

end:
    if (file)
        fclose(file);
    return film->count > 0;
}

bool film_make(struct film *film, const char *what, unsigned width, unsigned height)
{
    struct film made = {0};
    bool is_file = strncmp(what, PREFIX, strlen(PREFIX)) == 0;
    bool done = is_file ? load(&made, what + strlen(PREFIX), width, height)
                        : draw(&made, what, width, height);
    if (!done) {
        film_destroy(&made);
        return false;
    }
    film_destroy(film);
    *film = made;
    return true;
}

void film_destroy(struct film *film)
{
    for (size_t i = 0; i < film->count; i++)
        free(film->luma[i]);
    *film = (struct film){0};
}
