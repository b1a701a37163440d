// SPDX-License-Identifier: MIT
#include "tests/bench/portal/signin.h"

#include "tests/bench/portal/clock.h"

const char *signin_end_name(enum signin_end end)
{
    static const char *const names[SIGNIN_ENDS] = {
        [SIGNIN_DONE] = "done",
        [SIGNIN_NOT_BEGUN] = "not begun",
        [SIGNIN_LOST_WAITING] = "lost while waiting",
        [SIGNIN_LOST_SCANNED] = "lost once scanned",
        [SIGNIN_LOST_APPROVED] = "lost once approved",
    };
    return names[end];
}

// The page does not wait for its device.
static void page_waits(void *userdata)
{
    struct signin *signin = userdata;
    page_come_back(&signin->page, &signin->reply);
}

static enum signin_end run(struct signin *signin, struct device *device)
{
    struct page *page = &signin->page;
    struct statement_receipt receipt;
    uint8_t context_hash[HASH_SIZE];
    if (!page_ask(page, false, &signin->reply))
        return SIGNIN_NOT_BEGUN;
    if (!page_listen(page, &signin->reply) && !page_hear(page, "waiting", &signin->reply))
        return SIGNIN_LOST_WAITING;

    if (!device_resolve(device, page->challenge, context_hash) ||
        !page_hear(page, "scanned", &signin->reply))
        return SIGNIN_LOST_WAITING;
    if (!device_approve(device, page->challenge, context_hash, &receipt))
        return SIGNIN_LOST_SCANNED;
    if (!page_hear(page, "approved", &signin->reply) ||
        !page_claim(page, receipt.pickup_code, &signin->reply))
        return SIGNIN_LOST_APPROVED;
    return SIGNIN_DONE;
}

enum signin_end signin_run(struct signin *signin, struct device *device, in_addr_t address)
{
    double begun = clock_now();
    page_init(&signin->page, device->stage, address);
    device->waits = page_waits;
    device->userdata = signin;
    enum signin_end end = run(signin, device);
    device->waits = NULL;
    signin->seconds = clock_now() - begun;
    device_rest(device);
    page_destroy(&signin->page);
    return end;
}
