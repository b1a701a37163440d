// The newest page of a box asks for the characters of a picture in a step of their own, behind
// name and password. Without scripts both steps show.
'use strict';
(() => {
  const $ = (id) => document.getElementById(id);
  const button = $('sign-in');
  const word = $('captcha-word');
  const signIn = button.textContent;

  function show(second) {
    $('password-step').hidden = second;
    $('captcha-step').hidden = !second;
    word.disabled = !second;
    button.textContent = second ? signIn : button.dataset.continue;
  }

  $('login-form').addEventListener('submit', (event) => {
    if (!word.disabled) return;
    event.preventDefault();
    show(true);
    word.focus();
  });
  show(false);
})();
