// SPDX-License-Identifier: MIT
#include "ui/window/typing.h"

void typing_wipe(struct typing *typing)
{
    for (size_t i = 0; i < VIEW_FIELDS_MAX; i++)
        entry_wipe(&typing->entry[i]);
    typing->count = 0;
}

static bool fits(const struct typing *typing, const struct view *view)
{
    bool same = typing->count == view->field_count;
    for (size_t i = 0; same && i < view->field_count; i++)
        same = typing->entry[i].kind == view->fields[i].kind &&
               typing->entry[i].limit == view->fields[i].limit;
    return same && typing->screen == view->screen;
}

void typing_follow(struct typing *typing, const struct view *view)
{
    if (fits(typing, view))
        return;
    typing_wipe(typing);
    typing->screen = view->screen;
    typing->count = view->field_count;
    for (size_t i = 0; i < view->field_count; i++)
        entry_begin(&typing->entry[i], view->fields[i].kind, view->fields[i].limit);
}

// The entry that a node shows; NULL: none.
static struct entry *entry_of(struct typing *typing, const struct scene *scene, int index)
{
    if (index < 0 || scene->node[index].kind != NODE_FIELD)
        return NULL;
    size_t field = scene->node[index].action.index;
    return field < typing->count ? &typing->entry[field] : NULL;
}

struct entry *typing_focused(struct typing *typing, const struct scene *scene)
{
    return entry_of(typing, scene, scene->focus);
}

void typing_point(struct typing *typing, const struct scene *scene, int index, struct dot at)
{
    struct entry *entry = entry_of(typing, scene, index);
    if (!entry || entry->kind == ENTRY_PIN)
        return;
    size_t caret = scene_caret_at(scene, index, at);
    if (scene->node[index].text == entry->text)
        entry_move_to(entry, caret);
    else // dots, one a character
        entry_move_behind(entry, caret / (sizeof(ENTRY_DOT) - 1));
}

bool typing_field(const struct typing *typing, const struct scene *scene, struct area *out)
{
    bool in_field = scene->focus >= 0 && scene->node[scene->focus].kind == NODE_FIELD;
    bool has_keypad = typing->count > 0 && typing->entry[0].kind == ENTRY_PIN;
    if (!in_field || has_keypad)
        return false;
    *out = scene_place(scene, &scene->node[scene->focus]);
    return true;
}

void typing_listen(const SDL_Rect *place)
{
    if (!place) {
        if (SDL_IsTextInputActive())
            SDL_StopTextInput();
        return;
    }
    SDL_SetTextInputRect(place);
    if (!SDL_IsTextInputActive())
        SDL_StartTextInput();
}

bool typing_paste(struct entry *entry)
{
    char *text = SDL_GetClipboardText();
    if (!text)
        return false;
    bool taken = *text && entry_insert(entry, text);
    SDL_memset(text, 0, SDL_strlen(text));
    SDL_free(text);
    return taken;
}

// The digit of a key, or -1. A PIN is not taken as text: no input method shall see it.
static int digit_of(SDL_Keycode key)
{
    if (key >= SDLK_0 && key <= SDLK_9)
        return key - SDLK_0;
    if (key >= SDLK_KP_1 && key <= SDLK_KP_9)
        return key - SDLK_KP_1 + 1;
    return key == SDLK_KP_0 ? 0 : -1;
}

void typing_digit(struct entry *entry, int digit)
{
    char text[] = {(char)('0' + digit), '\0'};
    entry_insert(entry, text);
    text[0] = '\0';
}

bool typing_text(struct entry *entry, const char *text)
{
    return entry->kind != ENTRY_PIN && entry_insert(entry, text);
}

static bool pin_key(struct entry *entry, SDL_Keycode key)
{
    if (digit_of(key) >= 0)
        typing_digit(entry, digit_of(key));
    else if (key == SDLK_BACKSPACE)
        entry_erase_before(entry);
    else
        return false;
    return true;
}

bool typing_key(struct entry *entry, const SDL_KeyboardEvent *key)
{
    if (entry->kind == ENTRY_PIN)
        return pin_key(entry, key->keysym.sym);

    bool control = (key->keysym.mod & KMOD_CTRL) != 0;
    switch (key->keysym.sym) {
    case SDLK_BACKSPACE:
        entry_erase_before(entry);
        return true;
    case SDLK_DELETE:
        entry_erase_after(entry);
        return true;
    case SDLK_LEFT:
    case SDLK_RIGHT:
        entry_move(entry, key->keysym.sym == SDLK_RIGHT);
        return true;
    case SDLK_HOME:
        entry_move_to(entry, 0);
        return true;
    case SDLK_END:
        entry_move_to(entry, entry->size);
        return true;
    case SDLK_INSERT:
        if (key->keysym.mod & KMOD_SHIFT)
            typing_paste(entry);
        return true;
    case SDLK_v:
        if (control)
            typing_paste(entry);
        return true;
    case SDLK_u:
        if (control)
            entry_wipe(entry);
        return true;
    default: // a letter comes as text too; it presses nothing
        return key->keysym.sym >= SDLK_SPACE && key->keysym.sym < SDLK_DELETE;
    }
}
