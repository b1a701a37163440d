#!/bin/sh
# The units let a program do no more than it needs: systemd's own measure of what is left, of ten,
# is at most two. No systemd has to run for that.
# usage: units.sh UNITS      exit code 77: there is nothing that measures
set -eu

most=20 # tenths
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
export LC_ALL=C.UTF-8 SYSTEMD_LOG_LEVEL=warning SYSTEMD_COLORS=0 SYSTEMD_EMOJI=0

fail() {
    echo "units: $*" >&2
    exit 1
}

# A proxy meets the portal at a socket in a folder that the unit makes: it may write no other.
socket=$(sed -n 's/.*server unix:\(.*\);$/\1/p' "${0%/*}/../../docs/examples/proxy/nginx.conf")
folder=${socket%/*}
grep -qx "RuntimeDirectory=${folder#/run/}" "$1/qrportal.service" ||
    fail "qrportal.service makes no folder for the socket $socket"

command -v systemd-analyze >/dev/null || { echo 'SKIPPED: systemd-analyze is not installed (systemd)'; exit 77; }
# Offline from systemd 250 on, as in Debian 12.
systemd-analyze --help | grep -q -e --offline || { echo 'SKIPPED: systemd-analyze knows no --offline'; exit 77; }

to_tpm=$(sed -n 's/^ *# \(\(DeviceAllow\|SupplementaryGroups\)=.*\)$/\1/p' "${0%/*}/../../docs/commands.md")
[ "$(echo "$to_tpm" | wc -l)" -eq 2 ] || fail "docs/commands.md does not say how a kiosk reaches a TPM"

measure() { # UNIT
    systemd-analyze security --no-pager --offline=true --threshold=$most "$1" >"$work/told" 2>&1
}

count=0
for unit in "$1"/*.service; do
    name=${unit##*/}
    measure "$unit" || { grep '^✗' "$work/told" >&2; fail "$name lets its program do too much"; }
    sed -n 's/^→ //p' "$work/told"

    # Half of it taken away, the measure must tell.
    grep -v -e '^SystemCallFilter=' -e '^CapabilityBoundingSet=' "$unit" >"$work/$name"
    ! measure "$work/$name" || fail "$name without its filter is measured as well as with it"

    # A kiosk reaches a TPM by the lines that the documents name, and by them alone.
    case $name in qrconfirm-kiosk-*) ;; *) count=$((count + 1)); continue ;; esac
    ! grep -qi tpm "$unit" || fail "$name lets a TPM in by itself"
    { cat "$unit"; echo '[Service]'; echo "$to_tpm"; } >"$work/$name"
    measure "$work/$name" || fail "$name lets its program do too much with a TPM"
    systemd-analyze security --offline=true --json=short "$work/$name" 2>/dev/null |
        grep -q '[ "]/dev/tpmrm0:rw[ "]' || fail "$name lets no TPM in with: $to_tpm"
    count=$((count + 1))
done
[ $count -eq 4 ] || fail "$count units are there, not 4"
