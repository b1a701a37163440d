// SPDX-License-Identifier: MIT
#include "tests/bench/curve.h"

#include <stdio.h>

#define WIDTH  420.0
#define HEIGHT 220.0
#define LEFT   40.0
#define TOP    28.0
#define RIGHT  12.0
#define BOTTOM 46.0

static const char *const colours[PEERS_MAX] = {"#0b6e4f", "#c44536", "#7a7a7a"};

static double x_of(const struct curve *curve, size_t i)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (double)i / (double)(curve->count - 1);
}

static double y_of(double share)
{
    return TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - share);
}

static void draw_axes(FILE *file, const struct curve *curve)
{
    fprintf(file, "<text x=\"%g\" y=\"16\" font-weight=\"bold\">%s</text>\n", LEFT,
            curve->title);
    for (int i = 0; i <= 4; i++) {
        double y = y_of(0.25 * i);
        fprintf(file,
                "<line x1=\"%g\" y1=\"%g\" x2=\"%g\" y2=\"%g\" stroke=\"#ddd\"/>"
                "<text x=\"%g\" y=\"%g\" text-anchor=\"end\">%d%%</text>\n",
                LEFT, y, WIDTH - RIGHT, y, LEFT - 4, y + 4, 25 * i);
    }
    for (size_t i = 0; i < curve->count; i++)
        fprintf(file, "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\">%g</text>\n",
                x_of(curve, i), HEIGHT - BOTTOM + 14, curve->values[i]);
    fprintf(file, "<text x=\"%g\" y=\"%g\" fill=\"#555\">%s</text>\n", LEFT,
            HEIGHT - BOTTOM + 28, curve->axis);
}

static void draw_lines(FILE *file, const struct curve *curve)
{
    for (size_t k = curve->lines; k-- > 0;) {
        fprintf(file, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"",
                colours[k]);
        for (size_t i = 0; i < curve->count; i++)
            fprintf(file, "%.1f,%.1f ", x_of(curve, i), y_of(curve->share[k][i]));
        fprintf(file, "\"/>\n<text x=\"%g\" y=\"%g\" fill=\"%s\">%s</text>\n",
                LEFT + 120.0 * (double)k, HEIGHT - 4, colours[k], curve->name[k]);
    }
}

bool curve_write(const struct curve *curve, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s.svg", folder, curve->title);

    FILE *file = fopen(path, "w");
    if (file == NULL) {
        fprintf(stderr, "bench: cannot write %s\n", path);
        return false;
    }

    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" width=\"%g\" "
            "height=\"%g\" font-family=\"sans-serif\" font-size=\"11\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT);

    draw_axes(file, curve);
    draw_lines(file, curve);

    fprintf(file, "</svg>\n");
    return fclose(file) == 0;
}
