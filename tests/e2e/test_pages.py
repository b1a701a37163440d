# SPDX-License-Identifier: MIT
"""What the portal's pages tell, in a real browser."""
from datetime import datetime, timedelta, timezone

import pages
from scenario import NAME, PASSWORD, Scenario

ZONE, ZONE_NAME = timezone(timedelta(hours=5, minutes=30)), "Asia/Kolkata"


class Times(Scenario):
    def told_again(self, browser, when):
        """How the page's own script tells a time."""
        browser.driver.execute_script(
            "const time = document.createElement('time'), script = document.createElement('script');"
            "time.id = 'asked'; time.dateTime = arguments[0]; document.body.append(time);"
            "script.src = document.querySelector('script[src$=\"times.js\"]').src; document.body.append(script);",
            when.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%MZ"))
        browser.wait("the time is told", lambda: browser.find("#asked").text != "")
        text = browser.find("#asked").text
        browser.driver.execute_script("document.getElementById('asked').remove()")
        return text

    def told_of_noons(self, browser):
        """How it tells five past noon of today and of yesterday; anew where the day ended meanwhile."""
        while True:
            noon = datetime.now(ZONE).replace(hour=12, minute=5)
            told = [self.told_again(browser, noon - timedelta(days=days)) for days in (0, 1)]
            if datetime.now(ZONE).date() == noon.date():
                return told

    def test_times_are_told_in_the_zone_of_the_browser(self):
        portal = self.portal()
        portal.add_user(NAME, PASSWORD)
        browser = self.browser()
        browser.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ZONE_NAME})
        begun = datetime.now(ZONE)
        pages.sign_in_by_password(browser, portal, NAME, PASSWORD)
        pages.wait_signed_in(browser)
        since = browser.find("#signed-in-since").text
        minutes = {(begun + timedelta(minutes=m)).strftime("%H:%M") for m in range(3)}
        self.assertIn(since.split()[0], ("today", "yesterday"))
        self.assertIn(since.split()[1], minutes)

        self.assertEqual(self.told_of_noons(browser), ["today 12:05", "yesterday 12:05"])
        self.assertEqual(self.told_again(browser, datetime(2024, 2, 9, 0, 5, tzinfo=ZONE)),
                         "9 February 2024 00:05")
        browser.open(f"{portal.origin}/?lang=ru")
        self.assertEqual(self.told_of_noons(browser), ["сегодня 12:05", "вчера 12:05"])
        self.assertEqual(self.told_again(browser, datetime(2024, 2, 9, 0, 5, tzinfo=ZONE)),
                         "9 февраля 2024 г. 00:05")
