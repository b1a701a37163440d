#!/bin/sh
# The units and the desktop file are what systemd and desktops take. What checks them may be
# missing: then that part is skipped, and said so.
# usage: data-is-valid.sh DATA UNITS
set -u

failed=0
if command -v desktop-file-validate >/dev/null; then
    desktop-file-validate "$1/qrconfirm.desktop" || failed=1
else
    echo "desktop-file-validate is not installed (desktop-file-utils): skipped"
fi
if ! command -v systemd-analyze >/dev/null; then
    echo "systemd-analyze is not installed (systemd): skipped"
    exit $failed
fi
for unit in "$2"/*.service; do
    # It tells every fault on its output, and not each by its exit code.
    told=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no --recursive-errors=no "$unit" 2>&1) || failed=1
    [ -z "$told" ] || { echo "$told"; failed=1; }
done
exit $failed
