// SPDX-License-Identifier: MIT
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/shortage.h"
#include "net/protocol/badge.h"
#include "portal/base/qr_picture.h"
#include "portal/base/text.h"
#include "portal/base/typed_code.h"
#include "portal/commands/command.h"
#include "portal/commands/command_line.h"
#include "portal/commands/of_account.h"
#include "portal/commands/on_store.h"
#include "portal/commands/values.h"
#include "portal/core/badges.h"
#include "portal/core/config.h"
#include "portal/core/keys.h"
#include "portal/core/policy.h"

#define EXPIRES_WHEN "365d"
#define LABEL_WHEN   "badge"
#define NUMBER_MAX   INT64_C(1000000000)

// A badge that was made just now, with all that is printed of it.
struct made {
    struct user user;
    int64_t number;
    const char *label;
    char text[BADGE_TEXT_SIZE + 1];
    char expires[VALUE_TIME_SIZE];
    char portal[CONFIG_VALUE_MAX + 1];
};

// ---- printing --------------------------------------------------------------------------

static void print_csv(const struct made *made)
{
    char number[24];
    snprintf(number, sizeof(number), "%lld", (long long)made->number);
    printf("number,account,name,label,badge,expires\r\n");
    value_print_field(number, ',');
    value_print_field(made->user.name, ',');
    value_print_field(made->user.display_name, ',');
    value_print_field(made->label, ',');
    value_print_field(made->text, ',');
    printf("%s\r\n", made->expires);
}

// A page to be printed and cut out: the size of a bank card, in no language.
static bool print_page(const struct made *made)
{
    json_t *picture = qr_picture(made->text);
    if (!picture)
        return false;
    int size = (int)json_integer_value(json_object_get(picture, "size"));

    const unsigned shortages = shortage_count();
    struct text page = {0};
    text_add_string(&page, "<!doctype html>\n<meta charset=\"utf-8\">\n<title>");
    text_add_escaped(&page, made->user.display_name);
    text_add_string(&page, "</title>\n<style>\n"
                           "main{width:85.6mm;height:54mm;border:.2mm solid #888;display:flex;"
                           "font:3.5mm sans-serif;color:#000;background:#fff;overflow:hidden}\n"
                           "svg{width:46mm;height:46mm;margin:4mm 0 0 2mm;flex:none}\n"
                           "div{padding:6mm 3mm;overflow-wrap:anywhere}\n"
                           "strong{display:block;font-size:4.5mm;margin:3mm 0}\n"
                           "</style>\n<main>\n");
    text_format(&page,
                "<svg viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\"><path d=\"%s\"/>"
                "</svg>\n<div>",
                size, size, json_string_value(json_object_get(picture, "path")));
    text_add_escaped(&page, made->portal);
    text_add_string(&page, "<strong>");
    text_add_escaped(&page, made->user.display_name);
    text_add_string(&page, "</strong>");
    text_add_escaped(&page, made->label);
    text_format(&page, "<br>%lld<br>%.10s</div>\n</main>\n", (long long)made->number,
                made->expires);
    bool whole = shortage_count() == shortages;
    if (whole)
        fwrite(page.p, 1, page.n, stdout);

    text_free(&page);
    json_decref(picture);
    return whole;
}

static bool print_badge(const struct command_line *line, const struct made *made)
{
    bool made_page = true;
    if (line->given[OPTION_PAGE])
        made_page = print_page(made);
    else if (line->given[OPTION_CSV])
        print_csv(made);
    else
        printf("%lld\t%s\t%s\n", (long long)made->number, made->text, made->label);
    return made_page && fflush(stdout) == 0 && !ferror(stdout);
}

// ---- the commands ----------------------------------------------------------------------

static bool find_tag(const char *directory, uint8_t tag[static CHALLENGE_TAG_SIZE],
                     struct fault *fault)
{
    struct portal_keys keys;
    if (!keys_read(&keys, directory, fault))
        return false;
    bool present = keys.current.present;
    memcpy(tag, keys.current.portal_id, CHALLENGE_TAG_SIZE);
    keys_destroy(&keys);
    return present || fault_set(fault, FAILURE_USAGE,
                                "%s: was not served yet: start qrportal serve once", directory);
}

// Whoever cannot read it has none.
static int take_back(struct portal *portal, int64_t number)
{
    struct fault fault;
    portal_begin(portal);
    badges_withdraw(portal, number, 0, REVOKED_BY_ADMIN);
    portal_end(portal, true);
    fault_set(&fault, FAILURE_OUTPUT, "the output cannot be written: the badge is withdrawn");
    return command_failed(&fault);
}

static int make(struct portal *portal, const struct command_line *line, int64_t life_s,
                struct badge *badge, struct made *made)
{
    struct fault fault;
    const char *name = line->words[1];

    portal_begin(portal);
    bool found = users_by_name(&portal->store, name, &made->user);
    if (found)
        made->number = badges_add(portal, made->user.id, made->label, life_s, badge->bytes);
    config_text(&portal->store, CONFIG_PORTAL_NAME, made->portal);
    value_time(portal_wall_s(portal) + life_s, made->expires);
    bool ok = portal_end(portal, true);

    if (ok && !found)
        return of_account_missing(name);
    if (ok && made->number == 0) {
        fault_set(&fault, FAILURE_USAGE, "%s has %d badges: withdraw one first", name,
                  BADGES_OF_USER);
        return command_failed(&fault);
    }
    return ok ? EXIT_CODE_OK : command_not_written();
}

static int add(struct portal *portal, const struct command_line *line)
{
    struct fault fault;
    struct badge badge;
    int64_t life_s;
    struct made made = {.label = line->given[OPTION_LABEL] ? line->values[OPTION_LABEL]
                                                           : LABEL_WHEN};
    const char *expires =
        line->given[OPTION_EXPIRES] ? line->values[OPTION_EXPIRES] : EXPIRES_WHEN;
    if (!value_life(expires, BADGE_LIFE_MIN_S, BADGE_LIFE_MAX_S, &life_s))
        return command_usage("badges add --expires: such as 12h or 365d, at most 400d");
    if (!value_label(made.label, STATEMENT_LABEL_MAX))
        return command_usage("badges add --label: 1 to 64 bytes that can be seen");
    if (!find_tag(line->values[OPTION_DATA], badge.tag, &fault))
        return command_failed(&fault);

    int code = make(portal, line, life_s, &badge, &made);
    if (code == EXIT_CODE_OK) {
        badge_write(&badge, made.text);
        if (!print_badge(line, &made))
            code = take_back(portal, made.number);
    }

    sodium_memzero(&badge, sizeof(badge));
    sodium_memzero(made.text, sizeof(made.text));
    return code;
}

struct printing {
    struct portal *portal;
    FILE *out;
};

static void print_row(void *userdata, const struct badge_record *badge)
{
    const struct printing *printing = userdata;
    char expires[VALUE_TIME_SIZE];
    struct user user = {0};
    users_by_id(&printing->portal->store, badge->user, &user);
    value_time(badge->expires, expires);
    fprintf(printing->out, "%lld\t%s\t%s\t%s\t%lld\t%s\n", (long long)badge->number, user.name,
            badge_state_name(badge->state), expires, (long long)badge->kiosks, badge->label);
}

static void list(struct portal *portal, int64_t user, struct listing *listing)
{
    struct printing printing = {portal, listing->out};
    badges_list(portal, user, print_row, &printing);
}

static int revoke(struct portal *portal, const char *word)
{
    struct fault fault;
    int64_t number;
    if (!value_number(word, NUMBER_MAX, &number, NULL))
        return command_usage("badges revoke: the number that badges list shows");

    portal_begin(portal);
    bool withdrawn = badges_withdraw(portal, number, 0, REVOKED_BY_ADMIN);
    if (!portal_end(portal, true))
        return command_not_written();
    if (withdrawn)
        return EXIT_CODE_OK;
    fault_set(&fault, FAILURE_USAGE, "there is no badge of that number that lives");
    return command_failed(&fault);
}

static size_t withdraw_all(struct portal *portal, int64_t user)
{
    return badges_withdraw_all(portal, user, REVOKED_BY_ADMIN);
}

// The first use of a badge that was found, and the kiosk at which it is.
struct first_use {
    struct user user, owner;
    struct enrolment waiting;
    struct device kiosk;
    enum confirm_result result;
    bool found, qr; // the account; QR sign-in is on
};

static int told(const struct first_use *use)
{
    struct fault fault;
    const char *kiosk = use->kiosk.label, *owner = use->owner.name;
    switch (use->result) {
    case CONFIRM_PAIRED:
        printf("qrportal: %s may sign in at the kiosk \"%s\" of %s\n", use->user.name, kiosk,
               owner);
        return EXIT_CODE_OK;
    case CONFIRM_WRONG:
        fault_set(&fault, FAILURE_USAGE,
                  "other digits than the kiosk \"%s\" of %s shows: %lld tries left", kiosk,
                  owner, (long long)use->waiting.tries_left);
        break;
    case CONFIRM_REFUSED:
        fault_set(&fault, FAILURE_USAGE,
                  "other digits than the kiosk \"%s\" of %s shows, for the third time: the "
                  "first use is over",
                  kiosk, owner);
        break;
    case CONFIRM_GONE:
        fault_set(&fault, FAILURE_USAGE,
                  "no first use of a badge of this account waits at a kiosk");
        break;
    }
    return command_failed(&fault);
}

// In a transaction. Wrong digits count, so nobody may type them for a kiosk that is not there.
static void type_digits(struct portal *portal, const char *name, const char *code,
                        struct first_use *out)
{
    *out = (struct first_use){.result = CONFIRM_GONE};
    out->qr = policy_qr_enabled(&portal->store);
    out->found = users_by_name(&portal->store, name, &out->user);
    if (out->qr && out->found &&
        enrolments_waiting_of_user(portal, out->user.id, &out->waiting) &&
        devices_find(&portal->store, out->waiting.kiosk, &out->kiosk) &&
        users_by_id(&portal->store, out->kiosk.user, &out->owner))
        out->result = enrolments_confirm(portal, &out->waiting, code);
}

// The administrator types what the kiosk shows, with the person before him.
static int confirm(struct portal *portal, const char *name, const char *digits)
{
    struct first_use use;
    struct fault fault;
    char code[TYPED_CODE_MAX + 1];
    typed_code(digits, code);

    portal_begin(portal);
    type_digits(portal, name, code, &use);
    if (!portal_end(portal, true))
        return command_not_written();

    if (!use.found)
        return of_account_missing(name);
    if (use.qr)
        return told(&use);
    fault_set(&fault, FAILURE_USAGE,
              "QR sign-in is off (allow-qr), so nobody begins by a badge");
    return command_failed(&fault);
}

static int run(struct portal *portal, const struct command_line *line)
{
    const char *verb = line->words[0], *word = line->words[1];
    if (strcmp(verb, "list") == 0)
        return of_account_list(portal, word, list);
    if (!word)
        return command_usage("badges: a name or a number is missing");
    if (strcmp(verb, "add") == 0)
        return add(portal, line);
    if (strcmp(verb, "revoke") == 0)
        return revoke(portal, word);
    if (strcmp(verb, "revoke-all") == 0)
        return of_account_withdraw_all(portal, word, "badges", withdraw_all);
    if (strcmp(verb, "confirm") == 0 && line->words[2])
        return confirm(portal, word, line->words[2]);
    return command_usage("badges: add, list, revoke, revoke-all or confirm NAME DIGITS");
}

int command_badges(int count, char **arguments)
{
    struct command_line line;
    if (command_line_read(READER_BADGES, count, arguments, 3, &line) != COMMAND_LINE_READ ||
        !line.words[0])
        return command_usage("badges: an argument is missing or not known");
    return command_on_store(&line, run);
}
