// SPDX-License-Identifier: MIT
// The on-screen keyboard of the window: when it is there, and what its keys do to the fields.
#include "ui/window/key_devices.h"
#include "ui/window/window_parts.h"

bool window_has_keyboard(const struct window *window)
{
    return window->view.form == VIEW_ENTRY && window->view.field_count > 0 &&
           window->keyboard_wanted && !window->keyboard.hidden;
}

// A keyboard may have been plugged in since the last screen with a field.
static void look_for_keys(struct window *window)
{
    window->keyboard_wanted = keyboard_is_wanted(window->options.keyboard, window->options.loop,
                                                 key_devices_type(KEY_DEVICES_FOLDER),
                                                 SDL_HasScreenKeyboardSupport() == SDL_TRUE);
}

void window_follow_keyboard(struct window *window)
{
    const struct view *view = &window->view;
    bool in_field = view->screen == window->built && window->focus_action.kind == ACTION_FIELD;
    size_t index = in_field ? window->focus_action.index : window->keyboard.field.index;
    if (view->field_count == 0) {
        keyboard_init(&window->keyboard);
        return;
    }

    bool another = view->screen != window->keyboard.field.screen;
    if (another)
        look_for_keys(window);
    if (another || index >= view->field_count)
        index = 0;
    keyboard_follow(&window->keyboard, (struct keyboard_field){
                                           .screen = view->screen,
                                           .index = index,
                                           .last = index + 1 == view->field_count,
                                           .kind = view->fields[index].kind,
                                       });
}

void window_go_to_field(struct window *window, size_t index)
{
    window->focus_action = (struct action){ACTION_FIELD, index};
    window->to_field = window->dirty = true;
}

// True if the key leaves the field.
static bool do_key(struct window *window, const struct key *key)
{
    size_t index = window->keyboard.field.index;
    struct entry *entry = &window->typing.entry[index];
    enum keyboard_do todo = keyboard_press(&window->keyboard, key, app_now_ms());
    if (index >= window->typing.count || todo == KEYBOARD_DO_NOTHING)
        return false;

    window_go_to_field(window, index);
    if (todo == KEYBOARD_DO_TYPE)
        typing_text(entry, key->text);
    else if (todo == KEYBOARD_DO_ERASE)
        entry_erase_before(entry);
    else
        return true;
    return false;
}

bool window_press_key(struct window *window, size_t number)
{
    struct key key;
    return keyboard_key(&window->keyboard, number, &key) && do_key(window, &key);
}

// The key under a node of the scene; false: none.
static bool key_of(const struct window *window, int node, struct key *out)
{
    const struct scene *scene = &window->scene;
    return node >= 0 && node < (int)scene->count && scene->node[node].kind == NODE_KEY &&
           keyboard_key(&window->keyboard, scene->node[node].action.index, out);
}

void window_hold_key(struct window *window)
{
    struct key key;
    if (key_of(window, window->pointer.pressed, &key))
        keyboard_hold(&window->keyboard, &key, app_now_ms());
}

void window_roll_over(struct window *window, int64_t finger, struct dot at)
{
    struct pointer *pointer = &window->pointer;
    struct key first, second;
    if (!pointer->is_down || pointer->finger == finger ||
        !key_of(window, pointer->pressed, &first) || first.kind != KEY_TEXT ||
        !key_of(window, scene_hit(&window->scene, at.x, at.y), &second))
        return;
    pointer_init(pointer);
    do_key(window, &first);
}

void window_repeat_key(struct window *window)
{
    struct key key;
    if (keyboard_repeat_at(&window->keyboard) == KEYBOARD_NEVER)
        return;
    if (!window->pointer.is_down || !key_of(window, window->pointer.pressed, &key) ||
        key.kind != KEY_ERASE) {
        keyboard_let_go(&window->keyboard);
        return;
    }
    if (!keyboard_repeats(&window->keyboard, app_now_ms()))
        return;

    window->touched = true;
    do_key(window, &key);
}
