# SPDX-License-Identifier: MIT
"""What a person does on the portal's pages, by the element ids that docs/portal.md promises."""
from parts import PATIENCE

CODE_LIVES = 120  # seconds; the page asks for another one when 5 are left


def sign_in_by_password(browser, portal, name, password):
    browser.open(portal.origin + "/")
    browser.type("#name", name)
    browser.type("#password", password)
    browser.click("#sign-in")


def open_qr_window(browser, portal):
    """Presses the button; returns the text of the code."""
    browser.open(portal.origin + "/")
    browser.click("#qr-open")
    wait_qr_state(browser, "waiting")
    return browser.find("#qr").get_attribute("data-text")


def copy_code_text(browser, button):
    """Presses "Copy code text"; returns what can be pasted once the page says so, and what it shows."""
    browser.click(button)
    shown = browser.wait_shown(button + "-text").get_attribute("value")
    browser.wait_shown(button.replace("copy", "copied"))  # no page may copy that was left before
    return browser.pasted(), shown


def wait_qr_state(browser, state, patience=PATIENCE):
    browser.wait(f"the state '{state}' of the QR window",
                 lambda: browser.find("#qr-dialog").get_attribute("data-state") == state, patience)


def let_code_run_out(browser):
    """Until the page asks for another one, which it does if somebody is there."""
    let_time_pass(browser, CODE_LIVES - 4)


def let_time_pass(browser, seconds):
    """The clock of the page that is open goes on so far at once; those of all others do not."""
    browser.driver.execute_script(
        "const now = performance.now.bind(performance), ahead = 1000 * arguments[0];"
        "performance.now = () => now() + ahead;", seconds)


def type_pickup_code(browser, code):
    browser.type("#pickup-code", code)
    browser.click("#pickup-submit")


def pickup_tries_left(browser):
    """What the page says after a wrong code; None before."""
    return browser.find("#pickup-tries-left").text if browser.shown("#pickup-wrong") else None


def type_one_time_code(browser, code):
    browser.type("#otp-code", code)
    browser.click("#otp-submit")


def mark_this_browser(browser):
    """Ticks "Remember this browser as mine" after a sign-in with pickup code."""
    browser.click("#mark-browser")
    browser.click("#mark-save")
    browser.wait("the offer to be gone", lambda: not browser.shown("#mark-offer"))


def wait_signed_in(browser, patience=PATIENCE):
    """The name of the account that this browser is signed in as."""
    return browser.wait_shown("#signed-in-as", patience).text


def log_out(browser, portal):
    browser.open(portal.origin + "/")
    browser.leave("#log-out")
    browser.wait_shown("#sign-in")


def is_signed_in(browser, portal):
    """Asks the portal anew, as a person who reloads the page."""
    browser.open(portal.origin + "/")
    browser.wait("a page of the portal",
                 lambda: browser.shown("#signed-in-as") or browser.shown("#sign-in")
                 or browser.shown("#otp-code"))
    return browser.shown("#signed-in-as") is not None


def add_device(browser, portal, password):
    """Opens the pairing page; returns the text of the code."""
    browser.open(portal.origin + "/devices")
    browser.wait_shown("#add-device")
    if browser.shown("#again-password"):
        browser.type("#again-password", password)
    browser.click("#add-device")
    return browser.wait_shown("#pairing-qr").get_attribute("data-text")


def type_pairing_digits(browser, digits):
    browser.type("#pairing-code", digits)
    browser.click("#pairing-submit")
    browser.wait_shown("#pairing-done")


def revoke_only_device(browser, portal):
    browser.open(portal.origin + "/devices")
    browser.leave(".device-revoke")
    browser.wait_shown('[data-revoked="yes"]')
