// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_SCENE_H
#define QRCONFIRM_UI_SCREENS_SCENE_H

// A screen as a list of nodes with places: what is drawn, what can be pressed, what has the
// focus. Screens build it (screens.c), the window draws it and asks it where a finger fell, and
// tests ask it whether anything is cut or lies over something else.
//
// Lengths are pixels; scene_u turns density-independent units into them.

#include "ui/drawing/fonts.h"
#include "ui/drawing/icons.h"
#include "ui/view/view.h"

#define SCENE_NODES_MAX 192u
#define SCENE_TEXT_MAX  32768u
#define TOUCH_MIN       48.0f // units a side of anything that can be pressed
#define KEY_WIDTH_MIN   24.0f // ... of a key among others of its row: WCAG 2.2, 2.5.8
#define KEY_GAP         6.0f  // units between the faces of two keys
#define SHOW_MARGIN     8.0f  // units around what is scrolled to
#define FIELD_PAD       14.0f // units between a field's edge and its text

enum node_kind {
    NODE_BOX,
    NODE_TEXT,
    NODE_DIGITS,
    NODE_ICON,
    NODE_PICTURE,
    NODE_IMAGE,   // a gray picture
    NODE_RING,    // `part` of a circle line
    NODE_SPINNER, // turned by the scene's `turn`
    NODE_BUTTON,
    NODE_KEY,    // of a keyboard: a smaller face, with a label or an icon
    NODE_FIELD,  // a text that is typed, with a caret while it has the focus
    NODE_SWITCH, // on or off
    NODE_FINDER  // a hole in what is beneath, with corners
};

struct text_style {
    float size; // units
    enum weight weight;
    enum role role;
    enum align align;
};

struct node {
    enum node_kind kind;
    struct area area;
    enum role fill, border, ink;
    float radius, line; // pixels
    struct text_style style;
    float text_size; // pixels
    const char *text;
    struct wrapped lines;
    enum icon icon;
    enum picture picture;
    const struct luma *image; // not owned
    float part;               // of a ring, or how ripe a button is; 0 to 1
    struct action action;     // of a press
    size_t caret;             // of a field: byte of the text
    bool enabled;
    bool on;      // of a switch
    bool scrolls; // moves with the body
};

struct scene {
    struct fonts *fonts;
    enum theme_choice theme;
    float width, height; // pixels
    struct area room;    // in which everything is that is read or touched
    float scale;         // pixels a unit
    float text_scale;    // 1 is normal
    struct node node[SCENE_NODES_MAX];
    size_t count;
    char texts[SCENE_TEXT_MAX];
    size_t texts_used;
    bool full;        // something did not fit in: a fault of the program
    struct area body; // what scrolls, scrolls inside it
    float scroll, scroll_max;
    int focus; // index of a node; -1: none
    bool show_focus;
    int pressed;       // node under a finger; -1: none
    bool over_picture; // the camera's picture is behind
    float turn;        // of spinners, 0 to 1
    bool moves;        // something is redrawn all the time
};

void scene_begin(struct scene *scene, struct fonts *fonts, enum theme_choice theme, int width,
                 int height, float scale, float text_scale);

// Makes the room smaller: nothing goes where the panel is covered.
void scene_keep_clear(struct scene *scene, const struct insets *safe_area);

static inline float scene_u(const struct scene *scene, float units)
{
    return units * scene->scale;
}

// Side of the icon before a button's text: it grows with letters that are large.
static inline float scene_icon(const struct scene *scene, float text_size)
{
    float side = scene_u(scene, 24), grown = text_size * 1.2f;
    return grown > side ? grown : side;
}

// Adds a node; never NULL.
struct node *scene_add(struct scene *scene, enum node_kind kind, struct area area);

// Copies a text that would not live as long as the scene.
const char *scene_keep(struct scene *scene, const char *text);

// Adds a text as wide as `width` at most and returns its height; 0 for an empty text.
float scene_text(struct scene *scene, struct text_style style, const char *text, float x,
                 float y, float width);

// Adds a field that shows `text`, which must live as long as the scene: it may be secret and
// is not copied. Returns its height.
float scene_field(struct scene *scene, const char *text, size_t caret, struct action action,
                  struct area area, float room_right);

// The same text's height without adding it.
float scene_text_height(struct scene *scene, struct text_style style, const char *text,
                        float width);

// Moves the nodes from `first` on.
void scene_shift(struct scene *scene, size_t first, float dx, float dy);

// Where a node is now that the body is scrolled.
struct area scene_place(const struct scene *scene, const struct node *node);

// What of the screen drawing a node may change.
struct area scene_reach(const struct scene *scene, const struct node *node);

// Draws what lies inside the canvas's limit.
void scene_draw(const struct scene *scene, struct canvas *canvas);

// The node that a finger or pointer at (x, y) presses; -1: none.
int scene_hit(const struct scene *scene, float x, float y);

// The byte of a field's text before which the caret goes when a finger falls there.
size_t scene_caret_at(const struct scene *scene, int index, struct dot at);

// The next node that can have the focus, forward or backward; -1: there is none. A button that
// cannot be pressed yet has its turn too, so that the order never changes under the fingers;
// the keys of the screen have none: whoever goes on by keys has others.
int scene_next_focus(const struct scene *scene, int from, bool forward);

// Where a field's caret stands, before the body is scrolled.
struct area scene_caret(const struct scene *scene, int index);

// Scrolls so that the node can be seen; of a field too high for that, its caret.
void scene_show(struct scene *scene, int index);

// Looks for texts that are cut, lie over others, for what leaves the room, and for touch
// targets that are too small. True if there is nothing; else `why` says the first.
bool scene_check(const struct scene *scene, char *why, size_t size);

#endif
