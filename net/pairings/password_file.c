// SPDX-License-Identifier: MIT
#include "net/pairings/password_file.h"

#include <sodium.h>

#define KIND "QRCP"

struct app_password *app_password_new(void)
{
    struct app_password *password = sodium_malloc(sizeof(*password));
    if (password)
        memset(password, 0, sizeof(*password));
    return password;
}

void app_password_free(struct app_password *password)
{
    sodium_free(password);
}

static bool is_password(const struct sealed_content *content)
{
    return memcmp(content->kind, KIND, SEALED_KIND_SIZE) == 0 && content->secret_size > 0 &&
           content->secret_size <= APP_PASSWORD_MAX &&
           !memchr(content->secret, 0, content->secret_size);
}

struct app_password *password_file_read(int folder, const char *name, const struct seal *seal,
                                        struct fault *fault)
{
    struct app_password *password = NULL;
    struct sealed_content *content = sealed_file_read(folder, name, seal, fault);
    if (!content)
        return NULL;
    if (!is_password(content))
        fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: not a password file", name);
    else if (!(password = app_password_new()))
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
    else
        memcpy(password->text, content->secret, content->secret_size);
    sealed_content_free(content);
    return password;
}

bool password_file_write(int folder, const char *name, const struct app_password *password,
                         const struct seal *seal, struct fault *fault)
{
    struct sealed_content *content = sealed_content_new();
    if (!content)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    memcpy(content->kind, KIND, SEALED_KIND_SIZE);
    content->secret_size = strlen(password->text);
    memcpy(content->secret, password->text, content->secret_size);
    bool ok = sealed_file_write(folder, name, content, seal, fault);
    sealed_content_free(content);
    return ok;
}
