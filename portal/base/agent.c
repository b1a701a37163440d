// SPDX-License-Identifier: MIT
#include "portal/base/agent.h"

#include <stdio.h>
#include <string.h>

struct known {
    const char *mark, *name;
};

// The first mark found wins: most browsers also claim to be those below them.
static const struct known browsers[] = {
    {"Edg", "Edge"},           {"OPR/", "Opera"},
    {"YaBrowser/", "Yandex"},  {"SamsungBrowser/", "Samsung Internet"},
    {"Firefox/", "Firefox"},   {"FxiOS/", "Firefox"},
    {"Chromium/", "Chromium"}, {"HeadlessChrome/", "Chromium"},
    {"CriOS/", "Chrome"},      {"Chrome/", "Chrome"},
    {"Epiphany/", "Web"},      {"Safari/", "Safari"},
    {"curl/", "curl"},         {NULL, NULL},
};

static const struct known systems[] = {
    {"Android", "Android"}, {"iPhone", "iPhone"},   {"iPad", "iPad"},
    {"CrOS", "ChromeOS"},   {"Windows", "Windows"}, {"Mac OS X", "macOS"},
    {"Linux", "Linux"},     {"FreeBSD", "FreeBSD"}, {NULL, NULL},
};

static const char *find(const struct known *list, const char *header)
{
    for (; list->mark; list++) {
        if (strstr(header, list->mark))
            return list->name;
    }
    return NULL;
}

void agent_label(const char *header, char out[static AGENT_MAX + 1])
{
    const char *browser = header ? find(browsers, header) : NULL;
    const char *system = header ? find(systems, header) : NULL;
    if (browser && system)
        snprintf(out, AGENT_MAX + 1, "%s, %s", browser, system);
    else
        snprintf(out, AGENT_MAX + 1, "%s", browser ? browser : "");
}

const char *agent_words(const char *label, const struct language *language)
{
    return *label ? label : translate(language, N_("Unknown browser"));
}
