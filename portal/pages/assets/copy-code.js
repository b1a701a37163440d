// "Copy code text": who cannot scan a code types or pastes its text. The text is shown too, for
// where a browser lets no page near the clipboard, and for a device of its own keyboard.
'use strict';
(() => {
  document.querySelectorAll('button[data-copies]').forEach((button) => {
    const source = document.getElementById(button.dataset.copies);
    const shown = document.getElementById(button.dataset.shows);
    const copied = document.getElementById(button.dataset.says);

    async function copy() {
      shown.value = source.dataset.text;
      shown.hidden = false;
      shown.focus();
      shown.select();
      try {
        await navigator.clipboard.writeText(shown.value);
        copied.hidden = false;
      } catch {
        copied.hidden = true;
      }
    }

    // The code is renewed while its text stands there; one that has gone is shown no longer.
    new MutationObserver(() => {
      if (shown.value === source.dataset.text) return;
      shown.value = source.dataset.text;
      shown.hidden = shown.hidden || !shown.value;
      copied.hidden = true;
    }).observe(source, { attributes: true, attributeFilter: ['data-text'] });
    button.addEventListener('click', copy);
  });
})();
