// SPDX-License-Identifier: MIT
#include "ui/drawing/text_order.h"

#include <fribidi.h>
#include <hb.h>

#define JOINER_FIRST 0x200cu // ZWNJ
#define JOINER_LAST  0x200du // ZWJ

bool text_order_is_mark(uint32_t code)
{
    return (code >= JOINER_FIRST && code <= JOINER_LAST) ||
           fribidi_get_bidi_type(code) == FRIBIDI_TYPE_NSM;
}

// Latin, Greek, Cyrillic, Armenian, punctuation, symbols and emoji are set one after another.
bool text_order_matters(uint32_t code)
{
    bool isolate = code >= TEXT_ORDER_LEFT && code <= TEXT_ORDER_ISOLATE_END;
    bool plain = code < 0x0590 || (code >= 0x1e00 && code < 0x2c00) ||
                 (code >= 0x1f000 && code < 0x20000);
    return isolate || !plain;
}

bool text_order_is_private(uint32_t code)
{
    return (code >= 0xe000 && code < 0xf900) || (code >= 0xf0000 && code < 0x110000);
}

bool text_order_add(struct text_order *order, uint32_t code, size_t source, uint8_t face)
{
    if (order->count == TEXT_ORDER_CODES_MAX)
        return false;
    order->code[order->count] = code;
    order->source[order->count] = source;
    order->face[order->count] = face;
    order->count++;
    return true;
}

static bool has_script(hb_script_t script)
{
    return script != HB_SCRIPT_COMMON && script != HB_SCRIPT_INHERITED &&
           script != HB_SCRIPT_UNKNOWN;
}

// What has no script of its own takes that of what stands before it in the same direction, else
// of what follows.
static void find_scripts(struct text_order *order)
{
    hb_unicode_funcs_t *unicode = hb_unicode_funcs_get_default();
    for (size_t i = 0; i < order->count; i++) {
        hb_script_t own = hb_unicode_script(unicode, order->code[i]);
        order->script[i] = has_script(own) ? own : HB_SCRIPT_COMMON;
        if (!has_script(own) && i > 0 && order->level[i - 1] == order->level[i])
            order->script[i] = order->script[i - 1];
    }
    for (size_t i = order->count; i-- > 1;) {
        if (order->script[i - 1] == HB_SCRIPT_COMMON && order->level[i - 1] == order->level[i])
            order->script[i - 1] = order->script[i];
    }
}

bool text_order_resolve(struct text_order *order)
{
    FriBidiBracketType bracket[TEXT_ORDER_CODES_MAX];
    FriBidiStrIndex count = (FriBidiStrIndex)order->count;
    order->base = FRIBIDI_PAR_ON;
    if (order->count == 0)
        return true;

    fribidi_get_bidi_types(order->code, count, order->type);
    fribidi_get_bracket_types(order->code, count, order->type, bracket);
    if (fribidi_get_par_embedding_levels_ex(order->type, bracket, count, &order->base,
                                            order->level) == 0)
        return false;
    find_scripts(order);
    return true;
}

static bool is_control(uint32_t code)
{
    return code >= TEXT_ORDER_LEFT && code <= TEXT_ORDER_ISOLATE_END;
}

// Whether the code at `at` goes on the run, to its right.
static bool continues(const struct text_order *order, const int8_t *level,
                      const struct text_run *run, size_t at, uint32_t script)
{
    bool right_to_left = level[at] & 1;
    size_t next = right_to_left ? run->first - 1 : run->first + run->count;
    return at == next && right_to_left == run->right_to_left && order->face[at] == run->face &&
           order->script[at] == script;
}

static struct text_run begin_run(const struct text_order *order, const int8_t *level, size_t at)
{
    struct text_run run = {
        .first = at, .count = 1, .right_to_left = level[at] & 1, .face = order->face[at]};
    hb_tag_to_string(hb_script_to_iso15924_tag(order->script[at]), run.script);
    run.script[4] = '\0';
    return run;
}

size_t text_order_runs(const struct text_order *order, size_t begin, size_t end,
                       struct text_run runs[static TEXT_ORDER_RUNS_MAX])
{
    size_t first = 0, behind, count = 0;
    while (first < order->count && order->source[first] < begin)
        first++;
    behind = first;
    while (behind < order->count && order->source[behind] < end)
        behind++;

    // A line's own levels: spaces at its end go back to the direction of the paragraph.
    int8_t level[TEXT_ORDER_CODES_MAX];
    FriBidiStrIndex place[TEXT_ORDER_CODES_MAX];
    for (size_t i = 0; i < order->count; i++) {
        level[i] = order->level[i];
        place[i] = (FriBidiStrIndex)i;
    }
    if (behind == first ||
        fribidi_reorder_line(FRIBIDI_FLAGS_DEFAULT & ~FRIBIDI_FLAG_REORDER_NSM, order->type,
                             (FriBidiStrIndex)(behind - first), (FriBidiStrIndex)first,
                             order->base, level, NULL, place) == 0)
        return 0;

    uint32_t script = 0;
    for (size_t i = first; i < behind; i++) {
        size_t at = (size_t)place[i];
        if (is_control(order->code[at]))
            continue;
        if (count > 0 && continues(order, level, &runs[count - 1], at, script)) {
            runs[count - 1].first -= runs[count - 1].right_to_left;
            runs[count - 1].count++;
            continue;
        }
        if (count == TEXT_ORDER_RUNS_MAX)
            break;
        runs[count++] = begin_run(order, level, at);
        script = order->script[at];
    }
    return count;
}
