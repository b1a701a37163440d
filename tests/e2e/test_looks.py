# SPDX-License-Identifier: MIT
"""Every page of the portal in both colours, both languages, and in a window of a phone and of a desk.

QRCONFIRM_PICTURES=FOLDER keeps a picture of each, to be looked at.
"""
import os
import sqlite3
import sys
from pathlib import Path

import looks
import pages
from by_http import PATIENCE
from parts import BUILD, TOP, Device, run
from played_kiosk import KIOSK, PIN_ENTERED, Keyholder, unbase32
from scenario import NAME, PASSWORD, Scenario
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

LONG_PORTAL = "Portal of the Department-of-Thermodynamics-and-Hydraulics, Perm"
LONG_NAME = "Konstantin Konstantinopolsky-Preobrazhensky (electrical workshop, third shift)"
LONG_GROUP = "Gatehouses-and-lifts-of-the-northern-and-the-eastern-yards"
LONG_LABEL = "Samsung-Galaxy-Tab-Active-of-the-northern-gatehouse"
PICTURES = os.environ.get("QRCONFIRM_PICTURES")
LANGUAGES = "en", "ru"
WINDOW_STATES = ("loading", "scanned", "approved", "claiming", "expired", "unknown-browser", "disabled",
                 "limited", "offline", "unattended")
DENIED = "refused", "two-devices", "wrong-code", "ended"
PAIRING_STATES = "taken", "paired", "refused", "expired"


class Looks(Scenario):
    def setUp(self):
        super().setUp()
        self.faults, self.titles = [], {}
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)

    def begin(self, **options):
        self.site = self.portal(config={"portal.name": LONG_PORTAL}, **options)
        self.desk = self.browser("desk")

    def take_the_keyboard(self):
        """Rings are shown to who has pressed Tab; behind the last element it leads out of the page."""
        for _ in range(3):
            ActionChains(self.desk.driver).send_keys(Keys.TAB).perform()
            if self.desk.driver.execute_script("return document.activeElement.matches(':focus-visible');"):
                return
        self.fail("Tab leads nowhere")

    def look(self, name, widths=tuple(looks.WIDTHS)):
        """The page that is open, worn in each way."""
        driver = self.desk.driver
        self.take_the_keyboard()
        for width in widths:
            for scheme in looks.SCHEMES:
                looks.wear(driver, scheme, width)
                where = f"{name}, {width}, {scheme}"
                found = looks.measure(driver)
                self.faults += [f"{where}: {fault}" for fault in found]
                if PICTURES:
                    self.keep(looks.file_name(name, width, scheme))
        names = looks.names_of(driver)
        if len(names["heads"]) != 1:
            self.faults.append(f"{name}: its headings of the first order are {names['heads']}")
        if names["links"] and len(names["here"]) > 1:
            self.faults.append(f"{name}: {names['here']} are all marked as this page")

    def keep(self, file):
        height = self.desk.driver.execute_script("return document.documentElement.scrollHeight")
        metrics = self.desk.driver.execute_script("return [innerWidth, innerHeight]")
        self.desk.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": metrics[0], "height": max(height, metrics[1]), "deviceScaleFactor": 1, "mobile": False})
        self.desk.photograph(Path(PICTURES) / file)

    def in_each_language(self, name, address, shown):
        for language in LANGUAGES:
            self.desk.open(f"{self.site.origin}{address}?lang={language}")
            self.desk.wait_shown(shown)
            # Russian texts are the longest: what fits in a phone's window does so in a desk's.
            self.look(f"{name}, {language}", looks.WIDTHS if language == "en" else ("phone",))
            self.titles.setdefault(self.desk.driver.title, set()).add(address)

    def at_home(self, link):
        """That navigation marks this page, and only it."""
        self.assertEqual(looks.names_of(self.desk.driver)["here"], [link])

    def judge(self):
        shared = {title: where for title, where in self.titles.items() if len(where) > 1}
        self.faults += [f"{sorted(where)} have one title: {title}" for title, where in shared.items()]
        self.assertEqual([], self.faults, "\n" + "\n".join(self.faults))

    # What can be seen before anybody has signed in.

    def look_at_login(self):
        self.in_each_language("login", "/login", "#qr-open")
        self.desk.type("#name", NAME)
        self.desk.type("#password", "wrong")
        self.desk.leave("#sign-in")
        self.assertEqual(self.desk.wait_shown("#name").get_attribute("value"), NAME)
        self.look("login refused")

    def look_at_window(self):
        for language in LANGUAGES:
            self.desk.open(f"{self.site.origin}/login?lang={language}")
            self.desk.click("#qr-open")
            pages.wait_qr_state(self.desk, "waiting")
            self.look(f"window waiting, {language}")
            self.desk.click("#qr-copy")
            self.look(f"window copied, {language}")
            for state in WINDOW_STATES:
                self.show_window(language, state)
            for reason in DENIED:
                self.show_window(language, "denied", reason)

    def show_window(self, language, state, reason=None):
        """All steps stand in the page; the script shows one of them."""
        self.desk.driver.execute_script(
            "const dialog = document.getElementById('qr-dialog');"
            "dialog.dataset.state = arguments[0];"
            "if (arguments[1]) dialog.dataset.reason = arguments[1]; else delete dialog.dataset.reason;"
            "document.getElementById('pickup-wrong').hidden = false;"
            "document.getElementById('pickup-tries-left').textContent = '2';", state, reason)
        self.look(f"window {state}{' ' + reason if reason else ''}, {language}", ("phone",))

    def look_at_strangers_pages(self):
        self.in_each_language("scanned sign-in code", "/Q/1/A4DA66FC4NM7I/XN4F72WU7ECENS3I3WJPYWJONA", "#scanned-page")
        self.in_each_language("scanned pairing code", "/Q/P/A4DA66FC4NM7I/XN4F72WU7ECENS3I3WJPYWJONA", "#scanned-page")
        self.in_each_language("missing", "/nothing-here", "#message")

    # What a person sees who is signed in.

    def pair_several(self, count):
        """Devices with the longest names, without a camera."""
        table = run(BUILD / "qrportal", "tokens", "add", NAME, "--count", str(count), "--label", LONG_LABEL, "--csv",
                    "--group", LONG_GROUP, "--data", self.site.data).stdout
        run(sys.executable, TOP / "docs/examples/fleet/provisioning_files.py", self.folder / "files", input=table)
        for path in sorted((self.folder / "files").iterdir()):
            Device(self.folder / path.stem).run("provision", path, check=True)
        with sqlite3.connect(self.site.data / "portal.db", timeout=PATIENCE) as store:
            # An answer that came twice: rare, and made here where it is kept.
            store.execute("UPDATE devices SET copy_suspected = created, last_use = created, last_address = "
                          "'2001:0db8:85a3:08d3:1319:8a2e:0370:7344' WHERE rowid = (SELECT min(rowid) FROM devices)")

    def sign_in_by_qr(self):
        device = self.device("phone")
        self.pair_again(device, self.site, self.desk)
        pages.log_out(self.desk, self.site)
        code = self.approve_scan(device, self.desk, self.site)
        pages.type_pickup_code(self.desk, code)
        pages.wait_signed_in(self.desk)
        return device

    def report(self, device):
        _, film = self.film_of_qr(self.browser("stranger"), self.site)
        scan = device.scan(f"replay:{film}")
        scan.wait_asked()
        scan.answer("report")
        scan.wait()

    def look_at_home(self):
        self.in_each_language("home", "/", "#mark-offer")
        self.at_home("nav-home")
        pages.mark_this_browser(self.desk)

    def look_at_devices(self):
        self.in_each_language("devices", "/devices", "#devices")
        self.at_home("nav-devices")
        pages.revoke_only_device(self.desk, self.site)
        self.look("devices revoked")

    def look_at_badges(self):
        kiosk = Keyholder(self.site.origin)
        token = run(BUILD / "qrportal", "tokens", "add", NAME, "--data", self.site.data).stdout.split("\t")[1]
        kiosk.enrol(unbase32(token.split(":")[2]), KIOSK, LONG_LABEL)
        badge = run(BUILD / "qrportal", "badges", "add", NAME, "--label", LONG_LABEL,
                    "--data", self.site.data).stdout.split("\t")[1]
        Keyholder(self.site.origin, kiosk).enrol(unbase32(badge.split(":")[3]), KIOSK | PIN_ENTERED, LONG_LABEL)
        self.in_each_language("devices while a kiosk waits", "/devices", "#devices-waits")
        self.in_each_language("badges", "/badges", "#first-use")
        self.at_home("nav-devices")

    def look_at_pairing(self):
        pages.add_device(self.desk, self.site, PASSWORD)
        for language in LANGUAGES:
            self.desk.open(f"{self.site.origin}/devices/add?lang={language}")
            self.desk.wait_shown("#pairing-qr")
            self.look(f"pairing open, {language}")
            for state in PAIRING_STATES:
                self.desk.driver.execute_script(
                    "document.getElementById('pairing').dataset.state = arguments[0];", state)
                self.look(f"pairing {state}, {language}")
        self.at_home("nav-devices")

    def look_at_administration(self):
        self.in_each_language("administration", "/admin", "#reports")
        self.at_home("nav-admin")
        self.look_at_fleet()
        self.site.config("policy.pickup-code", "off")
        self.site.config("module.pull", "absent")
        self.in_each_language("administration falling short", "/admin", "#gate-falls-short")

    def look_at_fleet(self):
        self.in_each_language("devices of all accounts", "/admin/devices", "#fleet")
        self.at_home("nav-admin")
        for language in LANGUAGES:
            self.desk.open(f"{self.site.origin}/admin/devices?group={LONG_GROUP}&lang={language}")
            self.desk.click("#fleet-sure")
            self.look(f"devices of a group, {language}")
        self.desk.leave("#fleet-renew")
        self.desk.wait_shown("#fleet-notice")
        self.look("devices asked for a new key")

    def add_administrator(self):
        run(BUILD / "qrportal", "user", "--data", self.site.data, "add", NAME, "--admin", "--display-name", LONG_NAME,
            input=PASSWORD + "\n")

    def test_pages_before_a_sign_in_can_be_read_pressed_and_found(self):
        self.begin()
        self.site.add_user(NAME, PASSWORD)
        self.look_at_login()
        self.look_at_window()
        self.look_at_strangers_pages()
        self.judge()

    def test_pages_after_a_sign_in_can_be_too(self):
        self.begin()
        self.add_administrator()
        pages.sign_in_by_password(self.desk, self.site, NAME, PASSWORD)
        pages.wait_signed_in(self.desk)
        self.in_each_language("no devices", "/devices", "#no-devices")
        device = self.sign_in_by_qr()
        self.report(device)
        self.pair_several(2)
        self.look_at_home()
        self.look_at_devices()
        self.look_at_badges()
        self.look_at_pairing()
        self.look_at_administration()
        self.judge()

    def test_pages_of_two_step_login_can_be_too(self):
        self.begin()
        self.site.add_user(NAME, PASSWORD, otp=True)
        pages.sign_in_by_password(self.desk, self.site, NAME, PASSWORD)
        self.in_each_language("two-step", "/two-step", "#otp-form")
        self.desk.type("#otp-code", "000000")
        self.desk.leave("#otp-submit")
        self.look("two-step refused")
        self.judge()

    def test_pages_of_a_box_can_be_too(self):
        self.begin(mode="bitrix24")
        self.site.add_user(NAME, PASSWORD, admin=True)
        self.in_each_language("login of a box", "/", "#qr-open")
        for _ in range(3):
            self.desk.type("#name", NAME)
            self.desk.type("#password", "wrong")
            self.desk.leave("#sign-in")
        self.desk.type("#name", NAME)
        self.desk.type("#password", PASSWORD)
        self.look("before the captcha")
        self.desk.click("#sign-in")
        self.desk.wait_shown("#captcha-picture")
        self.look("captcha")
        for language in LANGUAGES:
            self.desk.open(f"{self.site.origin}/?lang={language}")
            self.desk.click("#qr-open")
            self.look(f"window of a box, {language}")
        self.site.config("bitrix24.captcha-after", "0")
        pages.sign_in_by_password(self.desk, self.site, NAME, PASSWORD)
        pages.wait_signed_in(self.desk)
        self.in_each_language("home of a box", "/", "#signed-in-as")
        self.in_each_language("no passwords", "/personal/passwords", "#no-app-passwords")
        self.at_home("nav-passwords")
        self.desk.type("#app-password-name", LONG_LABEL)
        self.desk.leave("#app-password-add")
        self.look("password made")
        self.in_each_language("passwords", "/personal/passwords", "#app-passwords")
        self.in_each_language("administration of a box", "/admin", "#gate")
        self.judge()
