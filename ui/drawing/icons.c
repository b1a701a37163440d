// SPDX-License-Identifier: MIT
#include "ui/drawing/icons.h"

#define GRID_ICON    24.0f
#define GRID_PICTURE 64.0f
#define DOTS_MAX     8

// Where a drawing on a grid lies in the canvas.
struct easel {
    struct canvas *canvas;
    float x, y, scale, stroke;
    struct colour colour;
};

static struct easel put(struct canvas *canvas, struct area area, float grid, float stroke,
                        struct colour colour)
{
    float side = area.w < area.h ? area.w : area.h;
    return (struct easel){
        canvas,      area.x + (area.w - side) / 2, area.y + (area.h - side) / 2,
        side / grid, side / grid * stroke,         colour};
}

static void line(const struct easel *easel, size_t count, const struct dot *dots)
{
    struct dot placed[DOTS_MAX];
    for (size_t i = 0; i < count && i < DOTS_MAX; i++) {
        placed[i].x = easel->x + dots[i].x * easel->scale;
        placed[i].y = easel->y + dots[i].y * easel->scale;
    }
    canvas_stroke(easel->canvas, placed, count, easel->stroke, easel->colour);
}
#define LINE(easel, ...)                                                                       \
    line(easel, sizeof((struct dot[]){__VA_ARGS__}) / sizeof(struct dot),                      \
         (const struct dot[]){__VA_ARGS__})

static void circle(const struct easel *easel, float x, float y, float radius, float from,
                   float part)
{
    struct dot centre = {easel->x + x * easel->scale, easel->y + y * easel->scale};
    canvas_arc(easel->canvas, centre, radius * easel->scale, easel->stroke, from, part,
               easel->colour);
}

static struct area place(const struct easel *easel, float x, float y, float w, float h)
{
    return (struct area){easel->x + x * easel->scale, easel->y + y * easel->scale,
                         w * easel->scale, h * easel->scale};
}

static void frame(const struct easel *easel, float x, float y, float w, float h, float radius)
{
    canvas_border(easel->canvas, place(easel, x, y, w, h), radius * easel->scale, easel->stroke,
                  easel->colour);
}

static void block(const struct easel *easel, float x, float y, float w, float h, float radius)
{
    canvas_fill(easel->canvas, place(easel, x, y, w, h), radius * easel->scale, easel->colour);
}

static void draw_qr(const struct easel *easel, float x, float y, float unit)
{
    static const struct {
        float x, y, w, h;
    } modules[] = {{5, 0, 1, 1}, {5, 2, 1, 2}, {7, 4, 2, 1}, {5, 5, 1, 1},
                   {6, 6, 1, 1}, {8, 6, 1, 1}, {5, 8, 1, 1}, {7, 8, 2, 1},
                   {0, 5, 2, 1}, {3, 5, 1, 1}, {7, 5, 1, 1}, {4, 7, 1, 1}};
    static const struct dot eyes[] = {{0, 0}, {6, 0}, {0, 6}};

    for (size_t i = 0; i < sizeof(eyes) / sizeof(eyes[0]); i++) {
        struct area eye =
            place(easel, x + eyes[i].x * unit, y + eyes[i].y * unit, 4 * unit, 4 * unit);
        canvas_border(easel->canvas, eye, unit * 0.6f * easel->scale, unit * easel->scale,
                      easel->colour);
        block(easel, x + (eyes[i].x + 1.6f) * unit, y + (eyes[i].y + 1.6f) * unit, 0.8f * unit,
              0.8f * unit, 0.1f * unit);
    }

    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
        block(easel, x + modules[i].x * unit, y + modules[i].y * unit, modules[i].w * unit,
              modules[i].h * unit, 0.15f * unit);
}

static void draw_signs(const struct easel *e, enum icon icon)
{
    switch (icon) {
    case ICON_BACK:
        LINE(e, {14.5f, 5}, {7.5f, 12}, {14.5f, 19});
        break;
    case ICON_CLOSE:
        LINE(e, {6, 6}, {18, 18});
        LINE(e, {18, 6}, {6, 18});
        break;
    case ICON_CHECK:
        circle(e, 12, 12, 10, 0, 1);
        LINE(e, {7.5f, 12.5f}, {10.7f, 15.7f}, {16.5f, 8.8f});
        break;
    case ICON_CROSS:
        circle(e, 12, 12, 10, 0, 1);
        LINE(e, {8.7f, 8.7f}, {15.3f, 15.3f});
        LINE(e, {15.3f, 8.7f}, {8.7f, 15.3f});
        break;
    case ICON_WARNING:
        LINE(e, {12, 3.5f}, {22, 20.5f}, {2, 20.5f}, {12, 3.5f});
        LINE(e, {12, 10}, {12, 14.2f});
        LINE(e, {12, 17.3f}, {12, 17.4f});
        break;
    case ICON_STOP:
        LINE(e, {8.2f, 2.5f}, {15.8f, 2.5f}, {21.5f, 8.2f}, {21.5f, 15.8f}, {15.8f, 21.5f},
             {8.2f, 21.5f}, {2.5f, 15.8f}, {2.5f, 8.2f});
        LINE(e, {2.5f, 8.2f}, {8.2f, 2.5f});
        LINE(e, {12, 7.5f}, {12, 12.8f});
        LINE(e, {12, 16.2f}, {12, 16.3f});
        break;
    case ICON_TORCH:
        LINE(e, {13.5f, 2.5f}, {5, 13.5f}, {11, 13.5f}, {10, 21.5f}, {19, 10}, {12.7f, 10},
             {13.5f, 2.5f});
        break;
    default:
        break;
    }
}

static void draw_things(const struct easel *e, enum icon icon)
{
    switch (icon) {
    case ICON_PERSON:
        circle(e, 12, 7.8f, 4.3f, 0, 1);
        circle(e, 12, 22, 8.5f, 0.75f, 0.5f);
        break;
    case ICON_BROWSER:
        frame(e, 2, 4, 20, 16, 3);
        LINE(e, {3, 9.3f}, {21, 9.3f});
        LINE(e, {6, 6.7f}, {6.1f, 6.7f});
        break;
    case ICON_PLACE:
        circle(e, 12, 9.5f, 7, 0.667f, 0.667f);
        LINE(e, {5.9f, 13}, {12, 22}, {18.1f, 13});
        circle(e, 12, 9.5f, 1.8f, 0, 1);
        break;
    case ICON_NETWORK:
        circle(e, 12, 12, 9.5f, 0, 1);
        LINE(e, {2.5f, 12}, {21.5f, 12});
        circle(e, 4.8f, 12, 12, 0.145f, 0.21f);
        circle(e, 19.2f, 12, 12, 0.645f, 0.21f);
        break;
    case ICON_CLOCK:
        circle(e, 12, 12, 9.5f, 0, 1);
        LINE(e, {12, 6.5f}, {12, 12}, {15.8f, 14.3f});
        break;
    case ICON_HISTORY:
        circle(e, 12, 12, 9, 0.8f, 0.9f);
        LINE(e, {3.2f, 3.8f}, {3.6f, 8.6f}, {8.4f, 8.2f});
        LINE(e, {12, 7.2f}, {12, 12}, {15, 14});
        break;
    case ICON_PORTAL:
        frame(e, 3, 3, 18, 18, 4);
        LINE(e, {8, 12}, {16, 12});
        LINE(e, {12.7f, 8.7f}, {16, 12}, {12.7f, 15.3f});
        break;
    default:
        break;
    }
}

static void draw_tools(const struct easel *e, enum icon icon)
{
    switch (icon) {
    case ICON_MENU:
        LINE(e, {4, 6.5f}, {20, 6.5f});
        LINE(e, {4, 12}, {20, 12});
        LINE(e, {4, 17.5f}, {20, 17.5f});
        break;
    case ICON_MORE:
        LINE(e, {9.5f, 5.5f}, {16, 12}, {9.5f, 18.5f});
        break;
    case ICON_CHOOSE:
        LINE(e, {7, 9}, {12, 4}, {17, 9});
        LINE(e, {7, 15}, {12, 20}, {17, 15});
        break;
    case ICON_ADD:
        LINE(e, {12, 5}, {12, 19});
        LINE(e, {5, 12}, {19, 12});
        break;
    case ICON_CAMERA: // two arrows around a lens
        circle(e, 12, 12, 3, 0, 1);
        circle(e, 12, 12, 9, 0.56f, 0.36f);
        circle(e, 12, 12, 9, 0.06f, 0.36f);
        LINE(e, {3.2f, 4.6f}, {5.3f, 6}, {7.5f, 3.8f});
        LINE(e, {20.8f, 19.4f}, {18.7f, 18}, {16.5f, 20.2f});
        break;
    case ICON_A_CAMERA:
    case ICON_NO_CAMERA: // crossed out
        LINE(e, {8.3f, 6}, {9.8f, 3.8f}, {14.2f, 3.8f}, {15.7f, 6});
        frame(e, 2, 6, 20, 13.5f, 3);
        circle(e, 12, 12.7f, 3.6f, 0, 1);
        if (icon == ICON_NO_CAMERA)
            LINE(e, {3.2f, 22.2f}, {20.8f, 2.2f});
        break;
    case ICON_KEYBOARD:
        frame(e, 2, 5, 20, 14, 3);
        LINE(e, {6.5f, 9.5f}, {6.6f, 9.5f});
        LINE(e, {10.2f, 9.5f}, {10.3f, 9.5f});
        LINE(e, {13.8f, 9.5f}, {13.9f, 9.5f});
        LINE(e, {17.4f, 9.5f}, {17.5f, 9.5f});
        LINE(e, {8, 14.5f}, {16, 14.5f});
        break;
    case ICON_EYE:
    case ICON_EYE_CLOSED:
        circle(e, 12, 17.5f, 11.5f, 0.845f, 0.31f);
        circle(e, 12, 6.5f, 11.5f, 0.345f, 0.31f);
        circle(e, 12, 12, 2.8f, 0, 1);
        if (icon == ICON_EYE_CLOSED)
            LINE(e, {4.5f, 20}, {19.5f, 4});
        break;
    case ICON_ERASE:
        LINE(e, {8.5f, 5}, {21.5f, 5}, {21.5f, 19}, {8.5f, 19}, {2.5f, 12}, {8.5f, 5});
        LINE(e, {12, 9.2f}, {17.5f, 14.8f});
        LINE(e, {17.5f, 9.2f}, {12, 14.8f});
        break;
    case ICON_LOCK:
        frame(e, 4, 10.5f, 16, 11, 2.5f);
        circle(e, 12, 8, 4.5f, 0.75f, 0.5f);
        LINE(e, {7.5f, 8}, {7.5f, 10.5f});
        LINE(e, {16.5f, 8}, {16.5f, 10.5f});
        LINE(e, {12, 15}, {12, 17});
        break;
    default:
        break;
    }
}

static void draw_settings(const struct easel *e, enum icon icon)
{
    switch (icon) {
    case ICON_SETTINGS: // three sliders
        LINE(e, {3, 6}, {21, 6});
        LINE(e, {3, 12}, {21, 12});
        LINE(e, {3, 18}, {21, 18});
        block(e, 6, 3.5f, 5, 5, 2.5f);
        block(e, 14, 9.5f, 5, 5, 2.5f);
        block(e, 7, 15.5f, 5, 5, 2.5f);
        break;
    case ICON_LANGUAGE: // a letter of each script
        LINE(e, {2.5f, 17}, {7, 6}, {11.5f, 17});
        LINE(e, {4.2f, 13}, {9.8f, 13});
        LINE(e, {15.5f, 17}, {15.5f, 8}, {20.5f, 17}, {20.5f, 8});
        break;
    case ICON_THEME:
        circle(e, 12, 12, 9, 0, 1);
        for (int i = 0; i < 4; i++)
            circle(e, 12, 12, 7 - 1.8f * (float)i, 0, 0.5f);
        break;
    case ICON_TEXT:
        LINE(e, {4, 6}, {20, 6});
        LINE(e, {12, 6}, {12, 20});
        break;
    case ICON_SOUND:
        LINE(e, {3, 9}, {7, 9}, {12, 4.5f}, {12, 19.5f}, {7, 15}, {3, 15}, {3, 9});
        circle(e, 12, 12, 4.5f, 0.12f, 0.26f);
        circle(e, 12, 12, 8.7f, 0.12f, 0.26f);
        break;
    case ICON_VIBRATION:
        frame(e, 7, 3, 10, 18, 2.5f);
        LINE(e, {3, 8}, {3, 16});
        LINE(e, {21, 8}, {21, 16});
        break;
    case ICON_SPEECH:
        LINE(e, {5, 17}, {3.5f, 21}, {9, 18.5f}, {19, 18.5f});
        frame(e, 2.5f, 3.5f, 19, 15, 4);
        LINE(e, {8, 11}, {8.1f, 11});
        LINE(e, {12, 11}, {12.1f, 11});
        LINE(e, {16, 11}, {16.1f, 11});
        break;
    case ICON_MOTION:
        LINE(e, {3, 7}, {13, 7});
        LINE(e, {6, 12}, {20, 12}, {15.5f, 7.5f});
        LINE(e, {20, 12}, {15.5f, 16.5f});
        LINE(e, {3, 17}, {12, 17});
        break;
    case ICON_BELL:
        LINE(e, {5.5f, 17}, {7, 14.5f}, {7, 9.5f});
        LINE(e, {18.5f, 17}, {17, 14.5f}, {17, 9.5f});
        circle(e, 12, 9.5f, 5, 0.75f, 0.5f);
        LINE(e, {4.5f, 17.5f}, {19.5f, 17.5f});
        LINE(e, {12, 2.5f}, {12, 4});
        LINE(e, {10.5f, 21}, {13.5f, 21});
        break;
    case ICON_INFO:
        circle(e, 12, 12, 10, 0, 1);
        LINE(e, {12, 11}, {12, 16.5f});
        LINE(e, {12, 7.5f}, {12, 7.6f});
        break;
    default:
        break;
    }
}

static void draw_keys(const struct easel *e, enum icon icon)
{
    switch (icon) {
    case ICON_SHIFT:
    case ICON_SHIFT_LOCKED:
        if (icon == ICON_SHIFT_LOCKED)
            LINE(e, {8, 21}, {16, 21});
        LINE(e, {12, 3}, {20.5f, 11.5f}, {16, 11.5f}, {16, 17.5f}, {8, 17.5f}, {8, 11.5f},
             {3.5f, 11.5f}, {12, 3});
        break;
    case ICON_NEXT:
        LINE(e, {3, 12}, {16.5f, 12});
        LINE(e, {11, 6}, {17, 12}, {11, 18});
        LINE(e, {21, 5}, {21, 19});
        break;
    case ICON_ENTER:
        LINE(e, {20.5f, 5}, {20.5f, 13}, {4, 13});
        LINE(e, {9.5f, 7.5f}, {4, 13}, {9.5f, 18.5f});
        break;
    case ICON_HIDE:
        frame(e, 2, 3, 20, 12, 3);
        LINE(e, {7, 7}, {7.1f, 7});
        LINE(e, {12, 7}, {12.1f, 7});
        LINE(e, {17, 7}, {17.1f, 7});
        LINE(e, {8.5f, 11}, {15.5f, 11});
        LINE(e, {8, 18.5f}, {12, 22}, {16, 18.5f});
        break;
    default:
        break;
    }
}

void icon_draw(struct canvas *canvas, enum icon icon, struct area area, struct colour colour)
{
    struct easel easel = put(canvas, area, GRID_ICON, 2, colour);
    if (icon == ICON_QR)
        draw_qr(&easel, 3, 3, 1.8f);
    else if (icon < ICON_PERSON)
        draw_signs(&easel, icon);
    else if (icon < ICON_MENU)
        draw_things(&easel, icon);
    else if (icon < ICON_SETTINGS)
        draw_tools(&easel, icon);
    else if (icon < ICON_SHIFT)
        draw_settings(&easel, icon);
    else
        draw_keys(&easel, icon);
}

static void draw_screen(const struct easel *line_easel)
{
    frame(line_easel, 4, 8, 56, 38, 4);
    LINE(line_easel, {32, 46}, {32, 55});
    LINE(line_easel, {20, 56}, {44, 56});
}

void picture_draw(struct canvas *canvas, enum picture picture, struct area area,
                  struct colour line_colour, struct colour accent)
{
    struct easel e = put(canvas, area, GRID_PICTURE, 2.4f, line_colour);
    struct easel a = put(canvas, area, GRID_PICTURE, 3, accent);

    switch (picture) {
    case PICTURE_OPEN: // a screen with an address in it
        draw_screen(&e);
        LINE(&e, {5, 19}, {59, 19});
        block(&a, 11, 12, 30, 3.4f, 1.7f);
        LINE(&e, {13, 27}, {40, 27});
        LINE(&e, {13, 34}, {30, 34});
        break;
    case PICTURE_PRESS: // a screen with a button in it
        draw_screen(&e);
        block(&a, 14, 26, 36, 12, 4);
        LINE(&e, {19, 18}, {45, 18});
        break;
    case PICTURE_SCAN: // a phone in front of the code
        frame(&e, 18, 3, 28, 58, 6);
        LINE(&e, {29, 55}, {35, 55});
        draw_qr(&a, 24, 18, 1.6f);
        LINE(&e, {22, 37}, {42, 37});
        break;
    case PICTURE_AIM: // a code within the frame of a camera
        LINE(&e, {10, 22}, {10, 10}, {22, 10});
        LINE(&e, {42, 10}, {54, 10}, {54, 22});
        LINE(&e, {54, 42}, {54, 54}, {42, 54});
        LINE(&e, {22, 54}, {10, 54}, {10, 42});
        draw_qr(&a, 18.5f, 18.5f, 2.7f);
        break;
    case PICTURE_DEVICES: // a list of devices with a plus
        draw_screen(&e);
        LINE(&e, {13, 19}, {34, 19});
        LINE(&e, {13, 27}, {34, 27});
        LINE(&e, {13, 35}, {28, 35});
        LINE(&a, {46, 20}, {46, 34});
        LINE(&a, {39, 27}, {53, 27});
        break;
    case PICTURES:
        break;
    }
}
