// SPDX-License-Identifier: MIT
// What each place shows; places.c is the going from one to the other.
#include <stdio.h>

#include "net/pairings/pin.h"
#include "ui/places/places.h"
#include "ui/text/isolate.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"

static void set_title(struct view *view, const char *title)
{
    view_write(view->title, "%s", title);
}

static struct view_item *add_item(struct view *view, enum view_sign sign, const char *label,
                                  const char *value)
{
    struct view_item *item = &view->items[view->item_count++];
    *item = (struct view_item){.sign = sign};
    view_write(item->label, "%s", label);
    view_write(item->value, "%s", value);
    return item;
}

static void add_way(struct view *view, enum view_sign sign, const char *label,
                    const char *value)
{
    struct view_item *item = add_item(view, sign, label, value);
    item->mark = VIEW_MARK_MORE;
    item->can_press = true;
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
    add_way(view, VIEW_SIGN_ABOUT, _("About"), _("Version and licence"));
}

static void show_portals(const struct places_facts *facts, struct view *view)
{
    set_title(view, _("Portals"));
    for (size_t i = 0; i < facts->portal_count && i < VIEW_ITEMS_MAX; i++)
        add_way(view, VIEW_SIGN_PORTAL, shown_host(facts->portal[i].origin).text,
                facts->portal[i].account_name);
    if (facts->portal_count == 0)
        view_write(view->text, "%s", _("This device is not paired with any portal."));
    view->sign = VIEW_SIGN_PORTAL;

    view_add_quiet_button(view, ACTION_BY_ADDRESS, _("Pair with a Bitrix24 portal"));
    view_add_button(view, ACTION_PAIR, _("Pair with a portal"));
    view->focus = 1;
}

static void show_portal(const struct pairing_summary *portal, const char *trouble,
                        const struct wall_clock *clock, struct view *view)
{
    char day[WALL_CLOCK_MAX];
    view->form = VIEW_QUESTION;
    if (*trouble)
        view_add_warning(view, trouble);
    set_title(view, shown_host(portal->origin).text);

    view_add_row(view, _("Portal"), portal->portal_name);
    view_add_row(view, _("Account"), portal->account_name);
    wall_clock_day(clock, portal->paired_at, day);
    view_add_row(view, _("Paired"), day);
    wall_clock_day(clock, portal->key_ends_at, day);
    view_add_row(view, _("Valid until"), day);

    view_add_quiet_button(view, ACTION_REMOVE, _("Remove this pairing"));
    view_mark_danger(view);
    view_add_button(view, ACTION_BACK, _("Done"));
    view->focus = 1;
}

static void show_remove(const struct pairing_summary *portal, struct view *view)
{
    view->form = VIEW_QUESTION;
    view_write(view->title, _("Remove the pairing with %s?"), shown_host(portal->origin).text);
    view_write(view->text, "%s",
               _("This device can then no longer confirm sign-ins there. Its key is erased."));
    view_add_row(view, _("Account"), portal->account_name);
    view_add_button(view, ACTION_NO, _("Cancel"));
    view_add_button(view, ACTION_YES, _("Remove"));
    view_mark_danger(view);
}

static void show_removing(struct view *view)
{
    view->form = VIEW_STATEMENT;
    view->tone = VIEW_WORKING;
    set_title(view, _("Telling the portal"));
}

static void show_removed(const struct places *places, struct view *view)
{
    view->form = VIEW_STATEMENT;
    view->tone = VIEW_DONE;
    set_title(view, _("The pairing is removed"));
    view_write(view->text, "%s",
               places->portal_told
                   ? _("The portal no longer knows this device.")
                   : _("The portal could not be told. Remove this device in its list too."));
    view_add_button(view, ACTION_BACK, _("Done"));
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
        view_write(view->text, "%s",
                   _("Nothing has happened yet. Sign-ins that you answer are listed here."));
    view->sign = VIEW_SIGN_HISTORY;
    if (history->changed)
        view_add_warning(
            view, _("The journal has been changed from outside. Tell your administrator."));

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

static const char *theme_words(const struct places_facts *facts)
{
    static const char *const themes[] = {N_("Light"), N_("Dark"), N_("High contrast")};
    enum theme_choice chosen = facts->options->theme;
    enum theme_choice drawn = theme_drawn(chosen, facts->desktop);
    if (chosen != THEME_CHOICE_SYSTEM || facts->desktop == COLOUR_SCHEME_UNTOLD)
        return _(themes[drawn]);
    return drawn == THEME_CHOICE_DARK ? _("As the system: dark") : _("As the system: light");
}

// The camera that the setting means, in a person's words.
static const char *camera_words(const struct places_facts *facts)
{
    const char *source = facts->options->source, *id = camera_source_id(source);
    const struct camera_offer *offer = camera_offers_find(&facts->cameras, source);
    if (!id)
        return _("Automatic");
    if (offer)
        return offer->name;
    if (strcmp(id, camera_facing_name(CAMERA_FACING_FRONT)) == 0)
        return _("Front camera");
    return strcmp(id, camera_facing_name(CAMERA_FACING_BACK)) == 0 ? _("Back camera") : id;
}

static void add_camera_setting(struct view *view, const struct places_facts *facts)
{
    char value[VIEW_TEXT_MAX] = "";
    bool chosen = camera_source_id(facts->options->source) != NULL;
    append(value, sizeof(value), "", isolated(camera_words(facts)).text);
    if (places_camera_is_gone(facts))
        append(value, sizeof(value), "\n", _("Not connected"));
    else if (!chosen)
        append(value, sizeof(value), ": ", isolated(facts->used_camera).text);
    add_way(view, VIEW_SIGN_CAMERA, _("Camera"), value);
}

static const char *notifications_words(const struct options *options)
{
    static const char *const words[] = {
        [NOTIFICATIONS_CHOICE_NO] = N_("Off"),
        [NOTIFICATIONS_CHOICE_YES] = N_("On, without names"),
        [NOTIFICATIONS_CHOICE_NAMES] = N_("On, with portal and account"),
    };
    return _(words[options->notifications]);
}

static void add_setting(struct view *view, enum setting setting,
                        const struct places_facts *facts)
{
    const struct options *options = facts->options;
    if (setting == SETTING_CAMERA) {
        add_camera_setting(view, facts);
        return;
    }
    if (setting == SETTING_PIN) {
        add_way(view, VIEW_SIGN_LOCK, _("PIN"),
                facts->has_pin ? _("Set: asked before each sign-in")
                               : _("Not set: whoever has this device can approve"));
        return;
    }

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
        [SETTING_NOTIFICATIONS] = {VIEW_SIGN_NOTIFICATIONS, N_("Notifications")},
    };

    char percent[16];
    snprintf(percent, sizeof(percent), _("%u %%"), options->text_percent);
    const char *value = setting == SETTING_LANGUAGE        ? language_current()->name
                        : setting == SETTING_THEME         ? theme_words(facts)
                        : setting == SETTING_TEXT          ? percent
                        : setting == SETTING_NOTIFICATIONS ? notifications_words(options)
                                                           : "";

    struct view_item *item =
        add_item(view, settings[setting].sign, _(settings[setting].label), value);
    bool on = setting == SETTING_SOUND       ? !options->mute
              : setting == SETTING_VIBRATION ? !options->no_vibration
              : setting == SETTING_SPEECH    ? options->speak
                                             : !options->still;
    item->mark = *value ? VIEW_MARK_CHOOSE : on ? VIEW_MARK_ON : VIEW_MARK_OFF;
    item->can_press = true;
}

static void describe_camera(const struct camera_offer *offer, char value[static VIEW_TEXT_MAX])
{
    static const char *const facings[] = {[CAMERA_FACING_FRONT] = N_("Front: towards you"),
                                          [CAMERA_FACING_BACK] = N_("Back: away from you")};
    value[0] = '\0';
    if (offer->facing != CAMERA_FACING_UNKNOWN)
        append(value, VIEW_TEXT_MAX, "", _(facings[offer->facing]));
    if (offer->failure != FAILURE_NONE)
        append(value, VIEW_TEXT_MAX, "\n", _(failure_text(offer->failure)));
    if (offer->has_twin)
        append(value, VIEW_TEXT_MAX, "\n", isolated(offer->id).text);
}

static void add_camera(struct view *view, const char *name, const char *value, bool chosen)
{
    struct view_item *item =
        add_item(view, chosen ? VIEW_SIGN_DONE : VIEW_SIGN_CAMERA, name, value);
    item->can_press = true;
}

static void show_looking_for_cameras(struct view *view)
{
    view->form = VIEW_STATEMENT;
    view->tone = VIEW_WORKING;
    set_title(view, _("Looking for cameras"));
}

static void show_cameras(const struct places_facts *facts, struct view *view)
{
    const struct camera_offers *cameras = &facts->cameras;
    const char *source = facts->options->source;
    const struct camera_offer *chosen = camera_offers_find(cameras, source);
    char value[VIEW_TEXT_MAX];
    set_title(view, _("Camera"));
    if (cameras->count == 0 && cameras->failure != FAILURE_NONE)
        view_add_warning(view, _(failure_text(cameras->failure)));

    view_write(value, "%s", _("The best camera there is"));
    for (size_t i = 0; i < cameras->count; i++) {
        if (cameras->offer[i].used)
            view_write(value, _("Now: %s"), isolated(cameras->offer[i].name).text);
    }
    add_camera(view, _("Automatic"), value, camera_source_id(source) == NULL);

    if (places_camera_is_gone(facts)) {
        add_camera(view, isolated(camera_words(facts)).text,
                   _("Not connected. It stays chosen, and is used when it is back."), false);
        view->items[view->item_count - 1].sign = VIEW_SIGN_LOOK;
        view->items[view->item_count - 1].can_press = false;
    }

    for (size_t i = 0; i < cameras->count; i++) {
        const struct camera_offer *offer = &cameras->offer[i];
        describe_camera(offer, value);
        add_camera(view, isolated(offer->name).text, value, offer == chosen);
    }
}

static void show_about(struct view *view)
{
    view->form = VIEW_QUESTION;
    set_title(view, "qrconfirm");
    view_write(view->text, "%s", _("Confirms sign-ins by scanning a QR code."));
    view_add_row(view, _("Version"), QRCONFIRM_VERSION);
    view_add_row(view, _("Licence"), "MIT");
    view_add_button(view, ACTION_BACK, _("Done"));
}

static void show_keypad(const struct places_facts *facts, const char *title, const char *text,
                        struct view *view)
{
    view->form = VIEW_KEYPAD;
    view->keys_on = true;
    set_title(view, title);
    view_write(view->text, "%s", *facts->trouble ? facts->trouble : text);
    if (*facts->trouble)
        view->tone = VIEW_LOOK;

    view->fields[view->field_count++] =
        (struct view_field){_("PIN"), ENTRY_PIN, PIN_DIGITS_MAX};
    view_add_button(view, ACTION_SUBMIT, _("Continue"));
}

static void show_pin(const struct places *places, const struct places_facts *facts,
                     struct view *view)
{
    switch (places->at) {
    case PLACE_PIN:
        set_title(view, _("PIN"));
        add_way(view, VIEW_SIGN_LOCK, _("Change the PIN"), "");
        add_way(view, VIEW_SIGN_STOP, _("Remove the PIN"),
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
            view_write(view->text, "%s",
                       _("It is asked before each sign-in. Nobody can tell it to you again."));
        view_add_button(view, ACTION_BACK, _("Done"));
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
    view_write(out->hint, "%s", facts->trouble);

    switch (places->at) {
    case PLACE_NONE:
    case PLACES:
        break;
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
        show_removing(out);
        break;
    case PLACE_REMOVED:
        show_removed(places, out);
        break;
    case PLACE_HISTORY:
        show_history(facts, clock, out);
        break;
    case PLACE_SETTINGS:
        set_title(out, _("Settings"));
        for (size_t i = 0; places_setting(facts, i) != SETTINGS; i++)
            add_setting(out, places_setting(facts, i), facts);
        break;
    case PLACE_CAMERAS:
        if (facts->looks_for_cameras)
            show_looking_for_cameras(out);
        else
            show_cameras(facts, out);
        break;
    case PLACE_ABOUT:
        show_about(out);
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
    }
}
