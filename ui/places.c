// SPDX-License-Identifier: MIT
#include "ui/places.h"

#include <stdio.h>

#include "net/pairings/pin.h"
#include "ui/isolate.h"
#include "ui/language.h"
#include "ui/shown_host.h"

// ---- settings ----

enum setting {
    SETTING_LANGUAGE,
    SETTING_THEME,
    SETTING_TEXT,
    SETTING_SOUND,
    SETTING_VIBRATION,
    SETTING_SPEECH,
    SETTING_MOTION,
    SETTING_PIN, // has places of its own
    SETTINGS
};

static const unsigned text_sizes[] = {100, 125, 150, 175, 200};

// What is not there to be switched is not shown; the item at `index` is this setting.
static enum setting setting_at(const struct places_facts *facts, size_t index)
{
    for (enum setting s = SETTING_LANGUAGE; s < SETTINGS; s++) {
        bool missing = (s == SETTING_VIBRATION && !facts->can_vibrate) ||
                       (s == SETTING_SPEECH && !facts->can_speak);
        if (missing)
            continue;
        if (index == 0)
            return s;
        index--;
    }
    return SETTINGS;
}

static size_t language_now(void)
{
    size_t now = 0;
    while (now + 1 < language_count() && strcmp(language_code(now), language_current()) != 0)
        now++;
    return now;
}

static unsigned next_text_size(unsigned percent)
{
    for (size_t i = 0; i < sizeof(text_sizes) / sizeof(text_sizes[0]); i++) {
        if (text_sizes[i] > percent)
            return text_sizes[i];
    }
    return text_sizes[0];
}

static void next_value(enum setting setting, const struct options *options,
                       struct places_change *change)
{
    static const char *const names[SETTINGS] = {
        [SETTING_LANGUAGE] = "lang",          [SETTING_THEME] = "theme",
        [SETTING_TEXT] = "text-size",         [SETTING_SOUND] = "mute",
        [SETTING_VIBRATION] = "no-vibration", [SETTING_SPEECH] = "speak",
        [SETTING_MOTION] = "still",
    };
    static const char *const themes[] = {"light", "dark", "contrast"};
    const char *value = "";
    change->name = names[setting];
    switch (setting) {
    case SETTING_LANGUAGE:
        value = language_code((language_now() + 1) % language_count());
        break;
    case SETTING_THEME:
        value = themes[((size_t)options->theme + 1) % 3];
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
    case SETTING_PIN:
    case SETTINGS:
        break;
    }
    snprintf(change->value, sizeof(change->value), "%s", value);
}

// ---- going from place to place ----

static enum place behind(enum place at)
{
    switch (at) {
    case PLACE_PORTALS:
    case PLACE_HISTORY:
    case PLACE_SETTINGS:
        return PLACE_MENU;
    case PLACE_PORTAL:
    case PLACE_REMOVED:
        return PLACE_PORTALS;
    case PLACE_REMOVE:
    case PLACE_REMOVE_PIN:
        return PLACE_PORTAL;
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
    static const enum place of_menu[] = {PLACE_PORTALS, PLACE_HISTORY, PLACE_SETTINGS};
    if (places->at == PLACE_MENU && index < sizeof(of_menu) / sizeof(of_menu[0])) {
        places->at = of_menu[index];
        return PLACES_DO_LOOK;
    }
    if (places->at == PLACE_PORTALS && index < facts->portal_count) {
        places->at = PLACE_PORTAL;
        places->portal = index;
        return PLACES_DO_NOTHING;
    }
    if (places->at == PLACE_SETTINGS && setting_at(facts, index) == SETTING_PIN) {
        places->at = facts->has_pin ? PLACE_PIN : PLACE_PIN_NEW;
        places->pin_goes = false;
        return PLACES_DO_LOOK;
    }
    if (places->at == PLACE_PIN && index < 2) {
        places->at = PLACE_PIN_OLD;
        places->pin_goes = index == 1;
        return PLACES_DO_LOOK;
    }
    if (places->at == PLACE_SETTINGS && setting_at(facts, index) != SETTINGS) {
        next_value(setting_at(facts, index), facts->options, change);
        return PLACES_DO_SET;
    }
    return PLACES_DO_NOTHING;
}

bool places_press(struct places *places, const struct places_facts *facts, struct action action,
                  enum places_do *todo, struct places_change *change)
{
    *todo = PLACES_DO_NOTHING;
    if (action.kind == ACTION_MENU) {
        places->at = PLACE_MENU;
        return true;
    }
    if (action.kind == ACTION_SET_PIN || action.kind == ACTION_PORTALS) {
        places->at = action.kind == ACTION_PORTALS ? PLACE_PORTALS
                     : facts->has_pin              ? PLACE_PIN
                                                   : PLACE_PIN_NEW;
        places->pin_goes = false;
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

// ---- what each place shows ----

static void set_title(struct view *view, const char *title)
{
    snprintf(view->title, sizeof(view->title), "%s", title);
}

static struct view_item *add_item(struct view *view, enum view_sign sign, const char *label,
                                  const char *value)
{
    struct view_item *item = &view->items[view->item_count++];
    *item = (struct view_item){.sign = sign};
    snprintf(item->label, sizeof(item->label), "%s", label);
    snprintf(item->value, sizeof(item->value), "%s", value);
    return item;
}

static void add_way(struct view *view, enum view_sign sign, const char *label,
                    const char *value)
{
    struct view_item *item = add_item(view, sign, label, value);
    item->mark = VIEW_MARK_MORE;
    item->can_press = true;
}

static void add_button(struct view *view, enum action_kind action, const char *label,
                       bool quiet)
{
    view->buttons[view->button_count++] =
        (struct view_button){.action = action, .label = label, .enabled = true, .quiet = quiet};
}

static void show_menu(const struct places_facts *facts, struct view *view)
{
    char count[VIEW_LABEL_MAX];
    set_title(view, _("Menu"));
    snprintf(count, sizeof(count),
             ngettext("%lu pairing", "%lu pairings", (unsigned long)facts->portal_count),
             (unsigned long)facts->portal_count);
    add_way(view, VIEW_SIGN_PORTAL, _("Portals"), count);
    add_way(view, VIEW_SIGN_HISTORY, _("History"), _("What this device has answered"));
    add_way(view, VIEW_SIGN_SETTINGS, _("Settings"), _("Language, colours, size of texts"));
}

static void show_portals(const struct places_facts *facts, struct view *view)
{
    set_title(view, _("Portals"));
    for (size_t i = 0; i < facts->portal_count && i < VIEW_ITEMS_MAX; i++)
        add_way(view, VIEW_SIGN_PORTAL, shown_host(facts->portal[i].origin).text,
                facts->portal[i].account_name);
    if (facts->portal_count == 0)
        snprintf(view->text, sizeof(view->text), "%s",
                 _("This device is not paired with any portal."));
    add_button(view, ACTION_BY_ADDRESS, _("Pair with a Bitrix24 portal"), true);
    add_button(view, ACTION_PAIR, _("Pair with a portal"), false);
    view->focus = 1;
}

static void add_row(struct view *view, const char *label, const char *value)
{
    if (!*value)
        return;
    struct view_row *row = &view->rows[view->row_count++];
    row->label = label;
    snprintf(row->value, sizeof(row->value), "%s", value);
}

static void show_portal(const struct pairing_summary *portal, const char *trouble,
                        const struct wall_clock *clock, struct view *view)
{
    char day[WALL_CLOCK_MAX];
    view->form = VIEW_QUESTION;
    if (*trouble)
        snprintf(view->warnings[view->warning_count++], VIEW_TEXT_MAX, "%s", trouble);
    set_title(view, shown_host(portal->origin).text);
    add_row(view, _("Portal"), portal->portal_name);
    add_row(view, _("Account"), portal->account_name);
    wall_clock_day(clock, portal->paired_at, day);
    add_row(view, _("Paired"), day);
    wall_clock_day(clock, portal->key_ends_at, day);
    add_row(view, _("Valid until"), day);
    add_button(view, ACTION_REMOVE, _("Remove this pairing"), true);
    add_button(view, ACTION_BACK, _("Done"), false);
    view->focus = 1;
}

static void show_remove(const struct pairing_summary *portal, struct view *view)
{
    view->form = VIEW_QUESTION;
    snprintf(view->title, sizeof(view->title), _("Remove the pairing with %s?"),
             shown_host(portal->origin).text);
    snprintf(view->text, sizeof(view->text), "%s",
             _("This device can then no longer confirm sign-ins there. Its key is erased."));
    add_row(view, _("Account"), portal->account_name);
    add_button(view, ACTION_NO, _("Cancel"), false);
    add_button(view, ACTION_YES, _("Remove"), false);
}

static void show_removed(const struct places *places, struct view *view)
{
    view->form = VIEW_STATEMENT;
    view->tone = VIEW_DONE;
    set_title(view, _("The pairing is removed"));
    snprintf(view->text, sizeof(view->text), "%s",
             places->portal_told
                 ? _("The portal no longer knows this device.")
                 : _("The portal could not be told. Remove this device in its list too."));
    add_button(view, ACTION_BACK, _("Done"), false);
}

static const char *history_label(const struct history_entry *entry, enum view_sign *sign)
{
    static const struct {
        enum view_sign sign;
        const char *label;
    } kinds[] = {
        [HISTORY_APPROVED] = {VIEW_SIGN_DONE, N_("Sign-in approved")},
        [HISTORY_DENIED] = {VIEW_SIGN_STOP, N_("Sign-in denied")},
        [HISTORY_REPORTED] = {VIEW_SIGN_STOP, N_("Sign-in denied and reported")},
        [HISTORY_PAIRED] = {VIEW_SIGN_PORTAL, N_("Paired")},
        [HISTORY_NOT_KEPT] = {VIEW_SIGN_PORTAL, N_("Pairing not kept")},
        [HISTORY_REPLACED] = {VIEW_SIGN_PORTAL, N_("Pairing replaced by a new one")},
        [HISTORY_REMOVED] = {VIEW_SIGN_PORTAL, N_("Pairing removed")},
        [HISTORY_REVOKED] = {VIEW_SIGN_LOOK, N_("Pairing ended by the portal")},
        [HISTORY_CERTIFICATE] = {VIEW_SIGN_LOOK, N_("The portal's certificate has changed")},
        [HISTORY_OTHER] = {VIEW_SIGN_HISTORY, NULL},
    };
    *sign = kinds[entry->kind].sign;
    return kinds[entry->kind].label ? _(kinds[entry->kind].label) : entry->event;
}

// What does not fit is left out whole.
static void append(char *out, size_t size, const char *between, const char *text)
{
    size_t used = strlen(out);
    if (!*text || used >= size)
        return;
    int put = snprintf(out + used, size - used, "%s%s", used > 0 ? between : "", text);
    if (put < 0 || (size_t)put >= size - used)
        out[used] = 0;
}

static void show_history(const struct places_facts *facts, const struct wall_clock *clock,
                         struct view *view)
{
    const struct history *history = &facts->history;
    set_title(view, _("History"));
    if (history->count == 0)
        snprintf(view->text, sizeof(view->text), "%s", _("Nothing has happened yet."));
    if (history->faulty > 0)
        snprintf(view->warnings[view->warning_count++], VIEW_TEXT_MAX, "%s",
                 _("The journal has been changed from outside. Tell your administrator."));
    for (size_t i = 0; i < history->count && i < VIEW_ITEMS_MAX; i++) {
        const struct history_entry *entry = &history->entry[i];
        enum view_sign sign;
        const char *label = history_label(entry, &sign);
        char value[VIEW_TEXT_MAX], when[WALL_CLOCK_MAX];
        wall_clock_time(clock, entry->time, when);
        snprintf(value, sizeof(value), "%s", when);
        append(value, sizeof(value), "\n", shown_host(entry->portal).text);
        append(value, sizeof(value), "\n", isolated(entry->account).text);
        append(value, sizeof(value), ", ", isolated(entry->browser).text);
        append(value, sizeof(value), ", ", isolated(entry->place).text);
        add_item(view, sign, label, value);
    }
}

static void add_setting(struct view *view, enum setting setting,
                        const struct places_facts *facts)
{
    const struct options *options = facts->options;
    if (setting == SETTING_PIN) {
        add_way(view, VIEW_SIGN_LOCK, _("PIN"),
                facts->has_pin ? _("Set: asked before each sign-in")
                               : _("Not set: whoever has this device can approve"));
        return;
    }
    static const char *const themes[] = {N_("Light"), N_("Dark"), N_("High contrast")};
    static const struct {
        enum view_sign sign;
        const char *label;
    } settings[SETTINGS] = {
        [SETTING_LANGUAGE] = {VIEW_SIGN_LANGUAGE, N_("Language")},
        [SETTING_THEME] = {VIEW_SIGN_THEME, N_("Colours")},
        [SETTING_TEXT] = {VIEW_SIGN_TEXT, N_("Size of texts")},
        [SETTING_SOUND] = {VIEW_SIGN_SOUND, N_("Sounds")},
        [SETTING_VIBRATION] = {VIEW_SIGN_VIBRATION, N_("Vibration")},
        [SETTING_SPEECH] = {VIEW_SIGN_SPEECH, N_("Spoken prompts")},
        [SETTING_MOTION] = {VIEW_SIGN_MOTION, N_("Motion on the screen")},
    };
    char percent[16];
    snprintf(percent, sizeof(percent), _("%u %%"), options->text_percent);
    const char *value = setting == SETTING_LANGUAGE ? language_name(language_now())
                        : setting == SETTING_THEME  ? _(themes[options->theme])
                        : setting == SETTING_TEXT   ? percent
                                                    : "";
    struct view_item *item =
        add_item(view, settings[setting].sign, _(settings[setting].label), value);
    bool on = setting == SETTING_SOUND       ? !options->mute
              : setting == SETTING_VIBRATION ? !options->no_vibration
              : setting == SETTING_SPEECH    ? options->speak
                                             : !options->still;
    item->mark = *value ? VIEW_MARK_NONE : on ? VIEW_MARK_ON : VIEW_MARK_OFF;
    item->can_press = true;
}

static void show_keypad(const struct places_facts *facts, const char *title, const char *text,
                        struct view *view)
{
    view->form = VIEW_KEYPAD;
    view->keys_on = true;
    set_title(view, title);
    snprintf(view->text, sizeof(view->text), "%s", *facts->trouble ? facts->trouble : text);
    view->fields[view->field_count++] =
        (struct view_field){_("PIN"), ENTRY_PIN, PIN_DIGITS_MAX};
    add_button(view, ACTION_SUBMIT, _("Continue"), false);
}

static void show_pin(const struct places *places, const struct places_facts *facts,
                     struct view *view)
{
    switch (places->at) {
    case PLACE_PIN:
        set_title(view, _("PIN"));
        add_way(view, VIEW_SIGN_LOCK, _("Change the PIN"), "");
        add_way(view, VIEW_SIGN_LOCK, _("Remove the PIN"),
                _("Whoever has this device can then approve"));
        break;
    case PLACE_PIN_OLD:
    case PLACE_REMOVE_PIN:
        show_keypad(facts, _("Enter your PIN"), "", view);
        break;
    case PLACE_PIN_NEW:
        show_keypad(facts, _("Choose a PIN"), _("6 to 32 digits"), view);
        break;
    case PLACE_PIN_AGAIN:
        show_keypad(facts, _("The same PIN again"), "", view);
        break;
    case PLACE_PIN_WORKING:
        view->form = VIEW_STATEMENT;
        view->tone = VIEW_WORKING;
        view->can_go_back = false;
        set_title(view, _("Changing the PIN"));
        break;
    default:
        view->form = VIEW_STATEMENT;
        view->tone = VIEW_DONE;
        set_title(view, facts->has_pin ? _("The PIN is set") : _("The PIN is removed"));
        if (facts->has_pin)
            snprintf(view->text, sizeof(view->text), "%s",
                     _("It is asked before each sign-in. Nobody can tell it to you again."));
        add_button(view, ACTION_BACK, _("Done"), false);
        break;
    }
}

void places_view(const struct places *places, const struct places_facts *facts,
                 const struct wall_clock *clock, struct view *out)
{
    *out = (struct view){.state = FLOW_INSTRUCTIONS,
                         .screen = (int)FLOW_STATES + (int)places->at,
                         .form = VIEW_LIST,
                         .can_go_back = true,
                         .seconds_left = -1,
                         .ripe = 100};
    const struct pairing_summary *portal = &facts->portal[places->portal];
    snprintf(out->hint, sizeof(out->hint), "%s", facts->trouble);
    switch (places->at) {
    case PLACE_MENU:
        show_menu(facts, out);
        break;
    case PLACE_PORTALS:
        show_portals(facts, out);
        break;
    case PLACE_PORTAL:
        show_portal(portal, facts->trouble, clock, out);
        break;
    case PLACE_REMOVE:
        show_remove(portal, out);
        break;
    case PLACE_REMOVING:
        out->form = VIEW_STATEMENT;
        out->tone = VIEW_WORKING;
        set_title(out, _("Telling the portal"));
        break;
    case PLACE_REMOVED:
        show_removed(places, out);
        break;
    case PLACE_HISTORY:
        show_history(facts, clock, out);
        break;
    case PLACE_SETTINGS:
        set_title(out, _("Settings"));
        for (size_t i = 0; setting_at(facts, i) != SETTINGS; i++)
            add_setting(out, setting_at(facts, i), facts);
        break;
    case PLACE_REMOVE_PIN:
    case PLACE_PIN:
    case PLACE_PIN_OLD:
    case PLACE_PIN_NEW:
    case PLACE_PIN_AGAIN:
    case PLACE_PIN_WORKING:
    case PLACE_PIN_DONE:
        show_pin(places, facts, out);
        break;
    case PLACE_NONE:
    case PLACES:
        break;
    }
}
