// The pairing page: follows whether a device took the code, and sends the six digits.
'use strict';
(() => {
  const base = document.body.dataset.base;
  const $ = (id) => document.getElementById(id);
  const page = $('pairing');
  const code = $('pairing-code');
  let ends = performance.now() + page.dataset.expiresIn * 1000;

  function show(state) {
    if (page.dataset.state === state) return;
    page.dataset.state = state;
    if (state === 'taken') code.focus();
  }

  // Loaded again, the page shows this pairing, and does not ask for another.
  history.replaceState(null, '', location.href);

  const events = new EventSource(base + '/devices/pairing');
  if (page.dataset.state === 'taken') code.focus();
  events.onmessage = (event) => {
    const news = JSON.parse(event.data);
    ends = performance.now() + news.expires_in * 1000;
    show(news.state);
    if (news.state !== 'open' && news.state !== 'taken') events.close();
  };

  setInterval(() => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    $('pairing-time-left').textContent = Math.floor(left / 60) + ':' + String(left % 60).padStart(2, '0');
  }, 250);

  function send(body) {
    fetch(base + '/devices/confirm', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify(body),
    }).then(async (reply) => {
      const answer = await reply.json();
      if (reply.ok) {
        show('paired');
      } else if (answer.code === 'wrong-code') {
        $('pairing-tries-left').textContent = answer.tries_left;
        $('pairing-wrong').hidden = false;
        code.value = '';
        code.focus();
      } else {
        show(answer.code === 'enrolment-refused' ? 'refused' : 'expired');
      }
    }).catch(() => { $('pairing-wrong').hidden = false; });
  }

  $('pairing-form').addEventListener('submit', (event) => {
    event.preventDefault();
    send({ code: code.value });
  });
  $('pairing-refuse').addEventListener('click', () => send({ refuse: true }));
})();
