#!/bin/sh
# The units, the desktop file, the metainfo and the manual pages are what systemd, desktops,
# software centres and man take. What checks them may be missing: that part is then skipped, and
# said to be.
# usage: data-is-valid.sh DATA UNITS MANUAL
set -u

failed=0
there() { # TOOL PACKAGE
    command -v "$1" >/dev/null || { echo "$1 is not installed ($2): skipped"; return 1; }
}

# groff and systemd-analyze tell every fault on their output, and not each by their exit code.
silent() {
    told=$("$@" 2>&1) || failed=1
    [ -z "$told" ] || { echo "$told"; failed=1; }
}

if there desktop-file-validate desktop-file-utils; then
    desktop-file-validate "$1"/*.desktop || failed=1
fi
if there appstreamcli appstream; then
    appstreamcli validate --no-net --no-color "$1"/*.metainfo.xml || failed=1
fi
if [ ! -e "$3/qrconfirm.1" ]; then
    echo "there are no manual pages: help2man makes them, in a build without a sanitizer; skipped"
elif there groff groff-base; then
    # As man --warnings asks it.
    for page in "$3"/*.1; do
        silent groff -K utf8 -Tutf8 -man -wmac -z "$page"
    done
fi
if there systemd-analyze systemd; then
    for unit in "$2"/*.service; do
        silent env SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no --recursive-errors=no "$unit"
    done
fi
exit $failed
