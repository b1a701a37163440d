// SPDX-License-Identifier: MIT
#include "ui/places/places.h"

#include <stdio.h>

#include "scanner/source_spec.h"
#include "ui/text/language.h"

// ---- settings ----

static const unsigned text_sizes[] = {100, 125, 150, 175, 200};

// It does not where a recording was named.
static bool reads_camera(const struct options *options)
{
    return !options->source || source_spec_is_camera(options->source);
}

enum setting places_setting(const struct places_facts *facts, size_t index)
{
    for (enum setting s = SETTING_LANGUAGE; s < SETTINGS; s++) {
        bool missing = (s == SETTING_VIBRATION && !facts->can_vibrate) ||
                       (s == SETTING_SPEECH && !facts->can_speak) ||
                       (s == SETTING_NOTIFICATIONS && facts->options->loop) ||
                       (s == SETTING_CAMERA && !reads_camera(facts->options));
        if (missing)
            continue;

        if (index == 0)
            return s;
        index--;
    }
    return SETTINGS;
}

static const struct language *next_language(void)
{
    size_t now = 0;
    while (now + 1 < languages_count() && languages_at(now) != language_current())
        now++;
    return languages_at((now + 1) % languages_count());
}

static unsigned next_text_size(unsigned percent)
{
    for (size_t i = 0; i < sizeof(text_sizes) / sizeof(text_sizes[0]); i++) {
        if (text_sizes[i] > percent)
            return text_sizes[i];
    }
    return text_sizes[0];
}

// Only where the desktop says something is there a choice to follow it.
static const char *next_theme(const struct places_facts *facts)
{
    static const char *const themes[] = {"light", "dark", "contrast", "system"};
    bool told = facts->desktop != COLOUR_SCHEME_UNTOLD;
    enum theme_choice now =
        told ? facts->options->theme : theme_drawn(facts->options->theme, facts->desktop);
    return themes[((size_t)now + 1) % (told ? 4 : 3)];
}

static void next_value(enum setting setting, const struct places_facts *facts,
                       struct places_change *change)
{
    const struct options *options = facts->options;
    static const char *const names[SETTINGS] = {
        [SETTING_LANGUAGE] = "lang",          [SETTING_THEME] = "theme",
        [SETTING_TEXT] = "text-size",         [SETTING_SOUND] = "mute",
        [SETTING_VIBRATION] = "no-vibration", [SETTING_SPEECH] = "speak",
        [SETTING_MOTION] = "still",           [SETTING_NOTIFICATIONS] = "notifications",
    };
    static const char *const notifications[] = {
        [NOTIFICATIONS_CHOICE_NO] = "yes",
        [NOTIFICATIONS_CHOICE_YES] = "names",
        [NOTIFICATIONS_CHOICE_NAMES] = "no",
    };
    const char *value = "";
    change->name = names[setting];

    switch (setting) {
    case SETTING_LANGUAGE:
        value = next_language()->code;
        break;
    case SETTING_THEME:
        value = next_theme(facts);
        break;
    case SETTING_TEXT:
        snprintf(change->value, sizeof(change->value), "%u",
                 next_text_size(options->text_percent));
        return;
    case SETTING_SOUND:
        value = options->mute ? "no" : "yes";
        break;
    case SETTING_VIBRATION:
        value = options->no_vibration ? "no" : "yes";
        break;
    case SETTING_SPEECH:
        value = options->speak ? "no" : "yes";
        break;
    case SETTING_MOTION:
        value = options->still ? "no" : "yes";
        break;
    case SETTING_NOTIFICATIONS:
        value = notifications[options->notifications];
        break;
    case SETTING_CAMERA:
    case SETTING_PIN:
    case SETTINGS:
        break;
    }

    snprintf(change->value, sizeof(change->value), "%s", value);
}

// ---- cameras ----

bool places_camera_is_gone(const struct places_facts *facts)
{
    const char *source = facts->options->source;
    return facts->cameras.known && camera_source_id(source) &&
           !camera_offers_find(&facts->cameras, source);
}

const char *places_camera(const struct places_facts *facts, size_t index)
{
    const struct camera_offers *cameras = &facts->cameras;
    if (index == 0)
        return CAMERA_AUTOMATIC;
    index--;
    if (places_camera_is_gone(facts) && index-- == 0)
        return NULL;
    return index < cameras->count ? cameras->offer[index].source : NULL;
}

// ---- going from place to place ----

static enum place behind(enum place at)
{
    switch (at) {
    case PLACE_PORTALS:
    case PLACE_HISTORY:
    case PLACE_SETTINGS:
    case PLACE_ABOUT:
        return PLACE_MENU;
    case PLACE_PORTAL:
    case PLACE_REMOVED:
        return PLACE_PORTALS;
    case PLACE_REMOVE:
    case PLACE_REMOVE_PIN:
        return PLACE_PORTAL;
    case PLACE_CAMERAS:
    case PLACE_PIN:
    case PLACE_PIN_OLD:
    case PLACE_PIN_NEW:
    case PLACE_PIN_AGAIN:
    case PLACE_PIN_DONE:
        return PLACE_SETTINGS;
    case PLACE_PIN_WORKING: // must end first
        return PLACE_PIN_WORKING;
    case PLACE_REMOVING: // it goes on; what became of it shows in the list
        return PLACE_PORTALS;
    default:
        return PLACE_NONE;
    }
}

static enum places_do choose(struct places *places, const struct places_facts *facts,
                             size_t index, struct places_change *change)
{
    static const enum place of_menu[] = {PLACE_PORTALS, PLACE_HISTORY, PLACE_SETTINGS,
                                         PLACE_ABOUT};
    if (places->at == PLACE_MENU && index < sizeof(of_menu) / sizeof(of_menu[0])) {
        places->at = of_menu[index];
        return PLACES_DO_LOOK;
    }

    if (places->at == PLACE_PORTALS && index < facts->portal_count) {
        places->at = PLACE_PORTAL;
        places->portal = index;
        return PLACES_DO_NOTHING;
    }

    if (places->at == PLACE_SETTINGS && places_setting(facts, index) == SETTING_PIN) {
        places->at = facts->has_pin ? PLACE_PIN : PLACE_PIN_NEW;
        places->pin_goes = false;
        return PLACES_DO_LOOK;
    }

    if (places->at == PLACE_SETTINGS && places_setting(facts, index) == SETTING_CAMERA) {
        places->at = PLACE_CAMERAS;
        return PLACES_DO_LOOK;
    }

    if (places->at == PLACE_CAMERAS && places_camera(facts, index)) {
        places->at = PLACE_SETTINGS;
        change->name = "source";
        snprintf(change->value, sizeof(change->value), "%s", places_camera(facts, index));
        return PLACES_DO_SET;
    }

    if (places->at == PLACE_PIN && index < 2) {
        places->at = PLACE_PIN_OLD;
        places->pin_goes = index == 1;
        return PLACES_DO_LOOK;
    }

    if (places->at == PLACE_SETTINGS && places_setting(facts, index) != SETTINGS) {
        next_value(places_setting(facts, index), facts, change);
        return PLACES_DO_SET;
    }

    return PLACES_DO_NOTHING;
}

// True if the press leads into the places, from wherever it comes.
static bool enters(struct places *places, const struct places_facts *facts,
                   enum action_kind kind)
{
    switch (kind) {
    case ACTION_MENU:
        places->at = PLACE_MENU;
        return true;
    case ACTION_PORTALS:
        places->at = PLACE_PORTALS;
        return true;
    case ACTION_SET_PIN:
        places->at = facts->has_pin ? PLACE_PIN : PLACE_PIN_NEW;
        places->pin_goes = false;
        return true;
    default:
        return false;
    }
}

bool places_press(struct places *places, const struct places_facts *facts, struct action action,
                  enum places_do *todo, struct places_change *change)
{
    *todo = PLACES_DO_NOTHING;
    if (enters(places, facts, action.kind)) {
        *todo = PLACES_DO_LOOK;
        return true;
    }

    if (places->at == PLACE_NONE)
        return false;

    if (action.kind == ACTION_CHOOSE) {
        *todo = choose(places, facts, action.index, change);
        return true;
    }

    switch (action.kind) {
    case ACTION_BACK:
    case ACTION_NO:
        places->at = behind(places->at);
        *todo = PLACES_DO_LOOK;
        return true;
    case ACTION_PAIR:
    case ACTION_BY_ADDRESS:
        places->at = PLACE_NONE;
        *todo = action.kind == ACTION_PAIR ? PLACES_DO_PAIR : PLACES_DO_PAIR_BY_ADDRESS;
        return true;
    case ACTION_REMOVE:
        places->at = PLACE_REMOVE;
        return true;
    case ACTION_YES:
        if (places->at != PLACE_REMOVE)
            return true;
        places->at = facts->has_pin ? PLACE_REMOVE_PIN : PLACE_REMOVING;
        *todo = facts->has_pin ? PLACES_DO_LOOK : PLACES_DO_REMOVE;
        return true;
    case ACTION_SUBMIT:
        *todo = PLACES_DO_PIN;
        return true;
    default:
        return false;
    }
}

void places_removed(struct places *places, bool removed, bool portal_told)
{
    if (places->at != PLACE_REMOVING)
        return;
    places->at = removed ? PLACE_REMOVED : PLACE_PORTAL;
    places->portal_told = portal_told;
}

void places_pin(struct places *places, bool good)
{
    switch (places->at) {
    case PLACE_REMOVE_PIN:
        places->at = good ? PLACE_REMOVING : PLACE_REMOVE_PIN;
        break;
    case PLACE_PIN_OLD:
        if (good)
            places->at = places->pin_goes ? PLACE_PIN_WORKING : PLACE_PIN_NEW;
        break;
    case PLACE_PIN_NEW:
        places->at = good ? PLACE_PIN_AGAIN : PLACE_PIN_NEW;
        break;
    case PLACE_PIN_AGAIN:
        places->at = good ? PLACE_PIN_WORKING : PLACE_PIN_NEW;
        break;
    case PLACE_PIN_WORKING:
        places->at = good ? PLACE_PIN_DONE : PLACE_SETTINGS;
        break;
    default:
        break;
    }
}
