// The QR sign-in window: makes a challenge, shows its code, follows its state by server-sent
// events, and takes the session. All texts are in the page; this only chooses which is seen.
'use strict';
(() => {
  const base = document.body.dataset.base;
  const api = base + '/qr-login/v1/';
  const $ = (id) => document.getElementById(id);
  const dialog = $('qr-dialog');
  const clocks = ['qr-time-left', 'qr-scanned-time-left', 'qr-approved-time-left'].map($);
  const RENEW_S = 5;
  const RETRY_MS = 2000;
  const PATIENCE_MS = 15000; // after which a request is taken for lost
  let events = null;
  let ends = 0; // performance.now() at which the present state is over
  let renewAt = 0; // seconds left at which a waiting code is renewed
  let ticking = null;
  let busy = false;
  let retry = null;
  let claimed = null; // the claim that was sent and had no answer
  let attended = 0; // performance.now() at which somebody last used the page
  let overlooked = false; // the code ran out while nobody saw the page

  function show(state, reason) {
    dialog.dataset.state = state;
    if (reason) dialog.dataset.reason = reason; else delete dialog.dataset.reason;
  }

  function patience() {
    return AbortSignal.timeout ? AbortSignal.timeout(PATIENCE_MS) : undefined;
  }

  function post(path, body) {
    return fetch(api + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      credentials: 'same-origin',
      signal: patience(),
      body: JSON.stringify(body),
    }).then(async (reply) => ({ ok: reply.ok, body: await reply.json() }));
  }

  function stop() {
    if (events) events.close();
    events = null;
    clearTimeout(retry);
    clearInterval(ticking);
    ticking = null;
  }

  function showProblem(code) {
    stop();
    if (code === 'qr-disabled') show('disabled');
    else if (code === 'rate-limited') show('limited');
    else if (code === 'challenge-expired' || code === 'unknown-challenge') show('expired');
    else goOffline();
  }

  function isLive(state) {
    return ['waiting', 'scanned', 'approved'].includes(state.state);
  }

  // A fault of the line ends nothing: what was approved waits at the portal, and the page asks
  // for it until it gets through.
  function goOffline() {
    stop();
    if (!dialog.open) return;
    show('offline');
    retry = setTimeout(resume, RETRY_MS);
  }

  // The state first, with whatever came of it meanwhile; another code only where there is none.
  function resume() {
    stop();
    busy = false;
    ask().then(({ ok, body }) => {
      if (!dialog.open) return;
      const sent = claimed;
      if (ok && isLive(body)) {
        follow(body);
        if (sent && body.code_required) claim(sent);
      } else if (ok && body.state === 'claimed' && sent) {
        claim(sent); // it got through, its answer did not
      } else if (ok && body.state === 'denied') {
        update(body);
      } else {
        begin(false);
      }
    }).catch(goOffline);
  }

  function tick() {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    const text = Math.floor(left / 60) + ':' + String(left % 60).padStart(2, '0');
    clocks.forEach((clock) => { clock.textContent = text; });
    // A page that nobody sees, or has used for a while, asks for no more codes.
    if (dialog.dataset.state !== 'waiting' || left > renewAt || document.hidden) return;
    if (performance.now() - attended < dialog.dataset.unattended * 1000) begin(true);
    else rest();
  }

  function rest() {
    stop();
    $('qr').dataset.text = '';
    show('unattended');
  }

  function attend() {
    attended = performance.now();
  }

  function draw(state) {
    $('qr').dataset.text = state.qr;
    const size = state.picture.size;
    $('qr-picture').setAttribute('viewBox', '0 0 ' + size + ' ' + size);
    $('qr-picture').firstElementChild.setAttribute('d', state.picture.path);
  }

  function enterApproved(state) {
    if (!state.code_required) {
      claim({});
      return;
    }
    if (dialog.dataset.state !== 'approved') {
      $('pickup-wrong').hidden = true;
      $('pickup-code').value = '';
      show('approved');
      $('pickup-code').focus();
    }
  }

  function update(state) {
    if (busy) return;
    if (state.state === 'expired' && events) { // another tab of this browser may have a new code
      lookAround(state);
      return;
    }
    const first = dialog.dataset.state !== state.state;
    ends = performance.now() + state.expires_in * 1000;
    if (state.state === 'waiting') {
      if (first) renewAt = Math.min(RENEW_S, Math.floor(state.expires_in / 2));
      draw(state);
      show('waiting');
    } else if (state.state === 'approved') {
      enterApproved(state);
    } else {
      if (state.state !== 'scanned') stop();
      $('qr').dataset.text = state.state === 'scanned' ? state.qr : '';
      show(state.state === 'claimed' ? 'expired' : state.state, state.reason);
    }
    tick();
  }

  function listen() {
    events = new EventSource(api + 'challenge');
    events.onmessage = (event) => update(JSON.parse(event.data));
    events.addEventListener('problem', (event) => showProblem(JSON.parse(event.data).code));
    events.onerror = () => {
      if (!events || events.readyState !== EventSource.CLOSED) return; // it comes back by itself
      events = null;
      look();
    };
  }

  function ask() {
    return fetch(api + 'challenge', {
      credentials: 'same-origin',
      headers: { Accept: 'application/json' },
      signal: patience(),
    }).then(async (reply) => ({ ok: reply.ok, body: await reply.json() }));
  }

  // The stream was refused: ask once in words.
  function look() {
    ask().then(({ ok, body }) => {
      if (!ok) { showProblem(body.code); return; }
      update(body);
      if (ticking) retry = setTimeout(listen, RETRY_MS);
    }).catch(goOffline);
  }

  function lookAround(expired) {
    stop();
    overlooked = document.hidden;
    ask().then(({ ok, body }) => {
      if (!dialog.open) return;
      if (ok && isLive(body)) follow(body);
      else update(expired);
    }).catch(goOffline);
  }

  // Shows a state that was asked for, and what comes after it.
  function follow(state) {
    dialog.dataset.state = 'loading';
    ticking = setInterval(tick, 250);
    update(state);
    if (ticking) listen();
  }

  function begin(another) {
    stop();
    busy = false;
    claimed = null;
    if (!another) show('loading');
    post('challenge', another ? { new: true } : {}).then((reply) => {
      if (!dialog.open) return;
      if (!reply.ok) { showProblem(reply.body.code); return; }
      follow(reply.body);
    }).catch(goOffline);
  }

  // Letters that only this page knows: by them the portal sees that it is the same attempt.
  function newAttempt() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)),
      (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  function claim(body) {
    if (busy) return;
    busy = true;
    claimed = body.attempt ? body : { ...body, attempt: newAttempt() };
    const code = $('pickup-code');
    post('claim', claimed).then((reply) => {
      claimed = null;
      if (reply.ok) {
        stop();
        show('claiming');
        location.assign(base + (reply.body.next === 'otp' ? '/two-step' : '/'));
        return;
      }
      busy = false;
      if (reply.body.code === 'wrong-code' && reply.body.tries_left > 0) {
        $('pickup-tries-left').textContent = reply.body.tries_left;
        $('pickup-wrong').hidden = false;
        code.value = '';
        code.focus();
      } else if (reply.body.code === 'wrong-code' && reply.body.tries_left === undefined) {
        stop();
        show('unknown-browser');
      } else if (reply.body.code === 'wrong-code' || reply.body.code === 'challenge-decided') {
        look();
      } else if (reply.body.code !== 'malformed') {
        showProblem(reply.body.code);
      }
    }).catch(() => { busy = false; goOffline(); });
  }

  ['pointerdown', 'pointermove', 'keydown', 'visibilitychange'].forEach((use) => {
    document.addEventListener(use, attend, { passive: true });
  });
  $('qr-open').addEventListener('click', () => { dialog.showModal(); begin(false); });
  $('qr-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', stop);
  // Another code, but what is live already is shown: another tab may have it. Only the page that
  // lost its mark needs a new one.
  document.querySelectorAll('.renew').forEach((button) => {
    button.addEventListener('click', () => {
      show('loading');
      if (button.id === 'qr-new-after-offline') resume();
      else begin(button.id === 'qr-new-after-unknown');
    });
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || !dialog.open) return;
    if (dialog.dataset.state === 'expired' && overlooked) begin(false);
  });
  $('pickup-form').addEventListener('submit', (event) => {
    event.preventDefault();
    claim({ code: $('pickup-code').value });
  });
})();
