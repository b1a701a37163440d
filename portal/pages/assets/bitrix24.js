// The QR sign-in window of the mode bitrix24: waits at its channel for the token that a device
// had published, and hands it in. The code lives as long as the page does.
'use strict';
(() => {
  const base = document.body.dataset.base;
  const $ = (id) => document.getElementById(id);
  const dialog = $('qr-dialog');
  // The newest page of a box has its tick before it knows, and tells of no failure; it offers no
  // choice whether to be remembered.
  const newest = 'newest' in dialog.dataset;
  const RETRY_MS = 2000;
  const RETRIES = 15;
  let last = 0; // number of the last message that was read
  let failures = 0;

  function show(state) { dialog.dataset.state = state; }

  // Only a path of this portal: never another site's page, whatever the message says.
  function ownPath(address) {
    if (typeof address !== 'string' || !/^\/(?![/\\])/.test(address)) return null;
    let url;
    try { url = new URL(address, location.origin); } catch (e) { return null; }
    return url.origin === location.origin ? url.pathname + url.search + url.hash : null;
  }

  function refuse(message) {
    if (newest) {
      console.error(message);
      return;
    }
    $('qr-denied-text').textContent = message;
    show('denied');
  }

  // A token is good until it was taken: a fault of the line is no reason to throw it away.
  function authenticate(params) {
    show(newest ? 'accepted' : 'claiming');
    const body = new URLSearchParams({
      token: params.token,
      remember: newest || $('remember-qr').checked ? '1' : '0',
      sessid: dialog.dataset.sessid,
    });
    fetch(base + '/bitrix/services/main/ajax.php?action=main.qrcodeauth.authenticate', {
      method: 'POST',
      headers: { 'X-Bitrix-Csrf-Token': dialog.dataset.sessid },
      credentials: 'same-origin',
      body,
    }).then((reply) => reply.json()).then((reply) => {
      if (reply.status !== 'success') {
        refuse(reply.errors.map((error) => error.message).join(' '));
        return;
      }
      const path = ownPath(params.redirectUrl);
      if (path) location.assign(path); else location.replace(location.pathname);
    }).catch((error) => {
      if (newest) refuse(error);
      else if (++failures > RETRIES) show('offline');
      else setTimeout(() => authenticate(params), RETRY_MS);
    });
  }

  // True if a message ended the waiting.
  function hear(messages) {
    for (const message of messages) {
      last = Math.max(last, message.mid);
      const text = message.text;
      if (text && text.module_id === 'main' && text.command === 'qrAuthorize' && text.params.token) {
        authenticate(text.params);
        return true;
      }
    }
    return false;
  }

  function wait() {
    const query = new URLSearchParams({ CHANNEL_ID: dialog.dataset.channel, mid: last });
    fetch(base + '/bitrix/sub/?' + query, { credentials: 'omit' })
      .then((reply) => reply.json())
      .then((reply) => {
        failures = 0;
        if (!hear(reply.messages)) wait();
      })
      .catch(() => {
        if (++failures > RETRIES) show('offline'); else setTimeout(wait, RETRY_MS);
      });
  }

  // Modules are no whole number of pixels here: on a box's page the pixel in which a module
  // begins is all its own, so columns of four and five pixels alternate.
  function draw(canvas) {
    const modules = Number(canvas.dataset.modules);
    const dark = canvas.dataset.dark;
    const edge = (module) => Math.floor(module * canvas.width / modules);
    const paint = canvas.getContext('2d');
    for (let i = 0; i < dark.length; i++) {
      const x = i % modules;
      const y = Math.floor(i / modules);
      paint.fillStyle = dark[i] === '1' ? '#000' : '#fff';
      paint.fillRect(edge(x), edge(y), edge(x + 1) - edge(x), edge(y + 1) - edge(y));
    }
  }

  draw($('qr-picture'));
  $('qr-open').addEventListener('click', () => dialog.showModal());
  $('qr-close').addEventListener('click', () => dialog.close());
  wait();
})();
