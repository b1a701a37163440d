// SPDX-License-Identifier: MIT
// The picture of a captcha, at its address and at that of the mobile module.
#include "portal/bitrix24/captcha_picture.h"
#include "portal/bitrix24/request.h"
#include "portal/pages/page.h"

void bitrix24_captcha_picture(struct portal *portal, const struct request *request,
                              struct reply *reply)
{
    char word[CAPTCHA_WORD + 1];
    const char *sid = request_query(request, "captcha_sid");
    reply->action = "captcha";
    portal_begin(portal);
    bool found = sid && captcha_word(portal, sid, word);
    portal_end(portal, false);
    if (!found) {
        page_missing(portal, request, reply, 404);
    } else if (captcha_picture(&portal->environment, word, &reply->body)) {
        reply->status = 200;
        reply->type = CAPTCHA_PICTURE_TYPE;
    }
}
