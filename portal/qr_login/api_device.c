// SPDX-License-Identifier: MIT
// The endpoints that devices call: metadata, and one for each statement (qr-login v1, section
// 4).
#include "portal/qr_login/api.h"
#include "portal/qr_login/verifier.h"

static void serve_metadata(struct portal *portal, const struct request *request,
                           struct reply *reply)
{
    (void)request;
    reply->status = 200;
    reply->type = "application/json";
    text_add(&reply->body, portal->metadata.text, portal->metadata.size);
}

static bool is_printable(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    return *text == '\0';
}

// What is not of the form that the protocol gives (section 4) says nothing.
static void read_contact(const struct request *request, struct device_contact *out)
{
    const char *program = request_header(request, "User-Agent");
    const char *configuration = request_header(request, "QR-Login-Configuration");
    *out = (struct device_contact){0};

    memcpy(out->address, request->address, sizeof(out->address));
    if (program && strlen(program) <= DEVICE_PROGRAM_MAX && is_printable(program))
        memcpy(out->program, program, strlen(program) + 1);
    if (configuration && strlen(configuration) == DEVICE_CONFIGURATION_MAX &&
        strspn(configuration, "0123456789abcdef") == DEVICE_CONFIGURATION_MAX)
        memcpy(out->configuration, configuration, DEVICE_CONFIGURATION_MAX + 1);
}

static void serve_call(struct portal *portal, const struct request *request,
                       struct reply *reply, verifier_call *call)
{
    struct answer answer = {.outcome = OUTCOME_MALFORMED};
    struct caller caller = {.language = request->language};

    read_contact(request, &caller.contact);
    if (!request->body_too_long)
        call(portal, request->body, &caller, &answer);

    if (answer.outcome == OUTCOME_OK) {
        reply->status = answer.status;
        reply->type = "application/json";
        text_add_string(&reply->body, answer.envelope);
        return;
    }

    if (answer.outcome != OUTCOME_DEVICE_REVOKED || !answer.has_envelope) {
        reply_problem(portal, reply, answer.outcome);
        return;
    }

    struct problem problem;
    problem_init(&problem, PROBLEM_DEVICE_REVOKED);
    problem.envelope.size = strlen(answer.envelope);
    memcpy(problem.envelope.text, answer.envelope, problem.envelope.size + 1);

    reply_problem_with(portal, reply, &problem);
}

#define CALL(name)                                                                             \
    static void serve_##name(struct portal *portal, const struct request *request,             \
                             struct reply *reply)                                              \
    {                                                                                          \
        serve_call(portal, request, reply, verifier_##name);                                   \
    }
CALL(enrol)
CALL(resolve)
CALL(decision)
CALL(rotate)
CALL(endsession)
CALL(unpair)

const struct route ROUTES_DEVICE[] = {
    {HTTP_GET, "/.well-known/qr-login", ROUTE_AT_ROOT, serve_metadata},
    {HTTP_POST, "/qr-login/v1/enrol", ROUTE_EXACT, serve_enrol},
    {HTTP_POST, "/qr-login/v1/resolve", ROUTE_EXACT, serve_resolve},
    {HTTP_POST, "/qr-login/v1/decision", ROUTE_EXACT, serve_decision},
    {HTTP_POST, "/qr-login/v1/rotate", ROUTE_EXACT, serve_rotate},
    {HTTP_POST, "/qr-login/v1/endsession", ROUTE_EXACT, serve_endsession},
    {HTTP_POST, "/qr-login/v1/unpair", ROUTE_EXACT, serve_unpair},
    {HTTP_OTHER, NULL, ROUTE_EXACT, NULL},
};
