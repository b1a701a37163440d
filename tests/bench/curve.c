// SPDX-License-Identifier: MIT
#include "tests/bench/curve.h"

#include <math.h>
#include <stdio.h>

#define WIDTH    720.0
#define HEIGHT   400.0
#define LEFT     76.0
#define TOP      76.0
#define RIGHT    24.0
#define BOTTOM   64.0
#define APART    34.0 // numbers on the axis, at least
#define SPAN     4.0  // between the ends of a straight axis
#define LEGEND_X 200.0

static const struct {
    const char *colour, *dashes, *mark; // the mark as a path about 0, 0
    bool filled;
} looks[PEERS_MAX] = {
    {"#0072b2", "none", "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z", true},
    {"#333333", "7 5", "M-6 -6l12 12m0 -12l-12 12", false},
    {"#009e73", "2 4", "M0 -7l6.5 12h-13z", false},
};

// Values that span several times their least one lie by their logarithms.
static bool is_logarithmic(const struct curve *curve)
{
    double first = curve->values[0], last = curve->values[curve->count - 1];
    return first > 0 && last > 0 && (first > SPAN * last || last > SPAN * first);
}

static double x_of(const struct curve *curve, double value)
{
    double first = curve->values[0], last = curve->values[curve->count - 1];
    double share = is_logarithmic(curve) ? log(value / first) / log(last / first)
                                         : (value - first) / (last - first);
    return LEFT + (WIDTH - LEFT - RIGHT) * share;
}

static double y_of(double share)
{
    return TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - share);
}

static void draw_shares(FILE *file)
{
    for (int i = 0; i <= 4; i++) {
        double y = y_of(0.25 * i);
        fprintf(file,
                "<path d=\"M%g %gH%g\" stroke=\"#d8d8d8\"/>"
                "<text x=\"%g\" y=\"%g\" text-anchor=\"end\">%d %%</text>\n",
                LEFT, y, WIDTH - RIGHT, LEFT - 14, y + 5, 25 * i);
    }
}

// A stroke for each value that was tried, and a number where there is room for one.
static void draw_values(FILE *file, const struct curve *curve)
{
    double bottom = y_of(0), end = x_of(curve, curve->values[curve->count - 1]), last = -APART;
    for (size_t i = 0; i < curve->count; i++) {
        double x = x_of(curve, curve->values[i]);
        fprintf(file, "<path d=\"M%.1f %gv6\" stroke=\"#555\"/>\n", x, bottom);
        if (x - last < APART || (x != end && end - x < APART))
            continue;
        fprintf(file, "<text x=\"%.1f\" y=\"%g\" text-anchor=\"middle\">%g</text>\n", x,
                bottom + 22, curve->values[i]);
        last = x;
    }

    fprintf(file, "<text x=\"%g\" y=\"%g\">%s%s</text>\n", LEFT, HEIGHT - 14, curve->axis,
            is_logarithmic(curve) ? " (logarithmic)" : "");
}

static void draw_mark(FILE *file, size_t line, double x, double y)
{
    fprintf(file,
            "<path transform=\"translate(%.1f %.1f)\" d=\"%s\" fill=\"%s\" stroke=\"%s\" "
            "stroke-width=\"2\"/>\n",
            x, y, looks[line].mark, looks[line].filled ? looks[line].colour : "none",
            looks[line].colour);
}

static void draw_line(FILE *file, const struct curve *curve, size_t line)
{
    fprintf(file,
            "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2.5\" "
            "stroke-dasharray=\"%s\" points=\"",
            looks[line].colour, looks[line].dashes);

    for (size_t i = 0; i < curve->count; i++)
        fprintf(file, "%.1f,%.1f ", x_of(curve, curve->values[i]), y_of(curve->share[line][i]));
    fprintf(file, "\"/>\n");

    for (size_t i = 0; i < curve->count; i++)
        draw_mark(file, line, x_of(curve, curve->values[i]), y_of(curve->share[line][i]));
}

static void draw_legend(FILE *file, const struct curve *curve)
{
    for (size_t line = 0; line < curve->lines; line++) {
        double x = LEFT + LEGEND_X * (double)line;
        fprintf(file,
                "<path d=\"M%g 52h32\" stroke=\"%s\" stroke-width=\"2.5\" "
                "stroke-dasharray=\"%s\"/>",
                x, looks[line].colour, looks[line].dashes);
        draw_mark(file, line, x + 16, 52);
        fprintf(file, "<text x=\"%g\" y=\"57\">%s</text>\n", x + 42, curve->name[line]);
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
            "height=\"%g\" font-family=\"sans-serif\" font-size=\"15\" fill=\"#222\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
            "<text x=\"%g\" y=\"26\" font-size=\"18\" font-weight=\"bold\">%s: share read of "
            "%zu codes at each value</text>\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT, LEFT, curve->title, curve->codes);

    draw_shares(file);
    draw_values(file, curve);
    for (size_t line = curve->lines; line-- > 0;) // the first lies over the others
        draw_line(file, curve, line);
    draw_legend(file, curve);

    fprintf(file, "</svg>\n");
    return fclose(file) == 0;
}
