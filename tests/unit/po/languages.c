// SPDX-License-Identifier: MIT
// The languages that were built, and texts in them. That each text of a catalogue is really
// shown is text.every-language-is-shown.

#include "po/languages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void english_is_the_first_and_russian_is_there(void **state)
{
    (void)state;
    assert_true(languages_count() >= 2);
    assert_string_equal(languages_at(0)->code, "en");
    const struct language *russian = languages_find("ru");
    assert_non_null(russian);
    assert_string_equal(russian->name, "Русский");
    for (size_t i = 0; i < languages_count(); i++)
        assert_ptr_equal(languages_find(languages_at(i)->code), languages_at(i));
    assert_null(languages_find("xx"));
    assert_null(languages_find(""));
}

static void a_tag_has_a_hyphen(void **state)
{
    (void)state;
    char tag[LANGUAGE_TAG_MAX + 1];
    language_tag(&(struct language){.code = "pt_BR"}, tag);
    assert_string_equal(tag, "pt-BR");
    language_tag(languages_at(0), tag);
    assert_string_equal(tag, "en");
}

static void two_languages_are_spoken_at_once(void **state)
{
    (void)state;
    const struct language *english = languages_at(0), *russian = languages_find("ru");
    for (int i = 0; i < 2; i++) {
        assert_string_equal(translate(english, "Cancel"), "Cancel");
        assert_string_equal(translate(russian, "Cancel"), "Отмена");
    }
}

static void what_has_no_translation_is_english_without_its_context(void **state)
{
    (void)state;
    for (size_t i = 0; i < languages_count(); i++) {
        const struct language *language = languages_at(i);
        assert_string_equal(translate(language, ""), "");
        assert_string_equal(translate(language, "no such text"), "no such text");
        assert_string_equal(translate(language, NC_("no such", "text")), "text");
        assert_string_equal(translate_plural(language, "no such", "texts", 1), "no such");
        assert_string_equal(translate_plural(language, "no such", "texts", 2), "texts");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_is_the_first_and_russian_is_there),
        cmocka_unit_test(a_tag_has_a_hyphen),
        cmocka_unit_test(two_languages_are_spoken_at_once),
        cmocka_unit_test(what_has_no_translation_is_english_without_its_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
