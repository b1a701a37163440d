// SPDX-License-Identifier: MIT
// The browser's side of qr-login v1: docs/protocol/qr-login-v1.md, section 4.
"use strict";

const $ = (id) => document.getElementById(id);
const base = document.currentScript.dataset.base;

async function call(method, path, body) {
    const reply = await fetch(path, {
        method,
        headers: body ? { "Content-Type": "application/json" } : {},
        body: body && JSON.stringify(body),
    });
    return { ok: reply.ok, ...(await reply.json()) };
}

const says = {
    waiting: "Scan this code with your device.",
    scanned: "Scanned. Answer on the device.",
    approved: "Type the six digits that the device shows.",
    denied: "Not signed in.",
    expired: "The code has expired.",
    claimed: "Signed in.",
};

function show(state) {
    $("qr-dialog").dataset.state = state.state;
    $("qr-says").textContent = says[state.state];
    const waits = state.state === "waiting";
    $("qr").hidden = !waits || !state.picture;
    $("qr").src = (waits && state.picture) || "data:,";
    $("qr").dataset.text = $("qr-text").textContent = waits ? state.qr : "";
    $("pickup-form").hidden = state.state !== "approved";
}

async function follow() {
    let state = await call("POST", `${base}/qr-login/v1/challenge`, {});
    while (state.ok && !["denied", "expired", "claimed"].includes(state.state)) {
        show(state);
        state = state.state === "waiting" && state.expires_in <= 5
            ? await call("POST", `${base}/qr-login/v1/challenge`, { new: true })
            : await call("GET", `${base}/qr-login/v1/challenge?seen=${state.state}`);
    }
    if (state.ok)
        show(state);
    else
        $("qr-says").textContent = `This did not work: ${state.code}.`;
}

if ($("qr-open")) {
    $("qr-open").onclick = follow;
    $("pickup-form").onsubmit = async (event) => {
        event.preventDefault();
        const reply = await call("POST", `${base}/qr-login/v1/claim`, { code: $("pickup-code").value });
        if (reply.ok)
            location = "/";
        else if (reply.tries_left)
            $("qr-says").textContent = `These are not the digits. Tries left: ${reply.tries_left}.`;
    };
}

if ($("pairing-form")) {
    const confirm = async (body) => {
        const reply = await call("POST", "/devices/confirm", body);
        $("pairing-says").textContent = reply.ok ? "Paired. Look at the device."
            : reply.tries_left ? `These are not the digits. Tries left: ${reply.tries_left}.`
                : `Not paired: ${reply.code}.`;
    };
    $("pairing-form").onsubmit = (event) => {
        event.preventDefault();
        confirm({ code: $("pairing-code").value });
    };
    $("pairing-refuse").onclick = () => confirm({ refuse: true });
}
