# SPDX-License-Identifier: MIT
"""What can be measured of how a page looks: width, contrast, size of what is pressed, focus."""
import re

SCHEMES = "light", "dark"
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}
TARGET = 44  # CSS pixels, at least, of what is pressed
TEXT, LARGE_TEXT, EDGE = 4.5, 3.0, 3.0  # WCAG 2.1: 1.4.3 and 1.4.11, AA

# What the measures below share: the elements that are on the screen, and the colours behind them.
SHARED = r"""
const [TARGET, TEXT, LARGE_TEXT, EDGE] = arguments;
const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
const top_layer = document.querySelector('dialog[open]');
const all = [...(top_layer || document.body).querySelectorAll('*')].filter(shown);
const says = (element) => {
  const name = element.id ? '#' + element.id : element.tagName.toLowerCase()
      + (element.className && element.className.baseVal === undefined ? '.' + element.className : '');
  return name + ' "' + (element.textContent || element.value || '').trim().replace(/\s+/g, ' ').slice(0, 40) + '"';
};
const parts = (colour) => {
  const found = colour.match(/[\d.]+/g).map(Number);
  return { rgb: found.slice(0, 3), alpha: found.length > 3 ? found[3] : 1 };
};
const over = (front, back) => front.rgb.map((value, i) => value * front.alpha + back[i] * (1 - front.alpha));
const behind = (element) => {
  if (!element) return [255, 255, 255];
  const own = parts(getComputedStyle(element).backgroundColor);
  return own.alpha === 1 ? own.rgb : over(own, behind(element.parentElement));
};
const light = (rgb) => {
  const [r, g, b] = rgb.map((value) => value / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
};
const faults = [];
"""

NOTHING_HANGS_OVER = r"""
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width)
  faults.push('the page is ' + document.documentElement.scrollWidth + ' wide, its window ' + width);
for (const element of all) {
  const box = element.getBoundingClientRect();
  if (box.width && (box.left < -0.5 || box.right > width + 0.5)) faults.push(says(element) + ' reaches out of the window');
  if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth
      && getComputedStyle(element).overflowX !== 'visible' && element.tagName !== 'INPUT')
    faults.push(says(element) + ' is cut');
}
"""

CONTRAST = r"""
for (const element of all) {
  if (element.closest('[disabled], .qr, #qr')) continue;
  const style = getComputedStyle(element);
  const written = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
      || (element.matches('input, select') && element.value && !element.matches('[type=checkbox]'));
  if (written) {
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? LARGE_TEXT : TEXT;
    const back = behind(element);
    const found = contrast(over(parts(style.color), back), back);
    if (found < wanted) faults.push(says(element) + ': its text has a contrast of ' + found.toFixed(2));
  }
  if (element.matches('input:not([type=checkbox], [type=hidden]), select, button, .button')) {
    const back = behind(element.parentElement);
    const line = over(parts(style.borderTopColor), back);
    const found = Math.max(contrast(behind(element), back), parseFloat(style.borderTopWidth) ? contrast(line, back) : 1);
    if (found < EDGE && !element.matches('.close'))
      faults.push(says(element) + ': its edge has a contrast of ' + found.toFixed(2));
  }
}
"""

TARGETS = r"""
for (const element of all) {
  if (!element.matches('a[href], button, input:not([type=hidden]), select, summary')) continue;
  const label = element.matches('[type=checkbox]') ? element.closest('label') : null;
  const box = (label || element).getBoundingClientRect();
  if (box.height < TARGET - 0.5 || box.width < TARGET - 0.5)
    faults.push(says(label || element) + ' is ' + box.width.toFixed(0) + ' by ' + box.height.toFixed(0));
}
"""

# Once Tab was pressed, what a script focuses has the ring that Tab gives it.
RINGS = r"""
for (const element of all) {
  if (element.tabIndex < 0 || !element.matches('a[href], button, input, select, summary')) continue;
  element.focus();
  if (document.activeElement !== element) continue;
  const style = getComputedStyle(element);
  const back = behind(element.parentElement);
  const found = style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2
    ? 1 : contrast(over(parts(style.outlineColor), back), back);
  if (found < EDGE) faults.push(says(element) + ': its focus ring has a contrast of ' + found.toFixed(2));
}
if (document.activeElement) document.activeElement.blur();
"""

NAMES = r"""
const heads = [...document.querySelectorAll('h1')].filter((element) => element.checkVisibility());
return {
  title: document.title,
  heads: heads.map((element) => element.textContent.trim()),
  here: [...document.querySelectorAll('nav [aria-current=page]')].map((element) => element.id),
  links: document.querySelectorAll('nav a').length,
};
"""


MEASURES = SHARED + "".join(f"{{{each}}}" for each in (NOTHING_HANGS_OVER, CONTRAST, TARGETS, RINGS)) + "return faults;"


def wear(driver, scheme, width):
    """The page as in a window of that width, on a desktop of that colour."""
    columns, rows = WIDTHS[width]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                           {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": columns, "height": rows, "deviceScaleFactor": 1, "mobile": False})


def measure(driver):
    """What is wrong with the page as it is now worn."""
    return driver.execute_script(MEASURES, TARGET, TEXT, LARGE_TEXT, EDGE)


def names_of(driver):
    return driver.execute_script(NAMES)


def file_name(*words):
    return "-".join(re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words) + ".png"
