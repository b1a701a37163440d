// SPDX-License-Identifier: MIT
#include "ui/app/introduction.h"

#include "ui/settings/config.h"
#include "ui/text/language.h"

void introduction_tell(struct net_worker *worker, const struct options *options,
                       const struct paths *paths)
{
    char configuration[CONFIG_HASH_HEX + 1] = "";
    struct fault ignored;
    config_hash(options->config ? options->config : paths->config, configuration, &ignored);
    introduction_tell_early(worker, configuration);
}

void introduction_tell_early(struct net_worker *worker, const char *configuration)
{
    char language[LANGUAGE_TAG_MAX + 1];
    language_tag(language_current(), language);
    net_worker_speak(worker, language);
    net_worker_introduce(worker, "qrconfirm/" QRCONFIRM_VERSION, configuration);
}
