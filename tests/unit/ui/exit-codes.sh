#!/bin/sh
# What goes wrong before a portal is asked ends with the documented exit code and one clear line.
# usage: exit-codes.sh QRCONFIRM
set -u
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data" XDG_STATE_HOME="$work/state"
export XDG_RUNTIME_DIR="$work"
unset DISPLAY WAYLAND_DISPLAY
result=0

# expect CODE FAILURE ARGUMENT...: the failure's code stands on standard error, in one line.
expect() {
    code=$1 failure=$2
    shift 2
    timeout 60 "$program" "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    lines=$(wc -l <"$work/err")
    if [ "$got" -ne "$code" ] || [ "$lines" -ne 1 ] || ! grep -q "$failure" "$work/err"; then
        echo "qrconfirm $*: exit code $got, expected $code and one line with $failure:"
        cat "$work/err"
        result=1
    fi
}

# works ARGUMENT...: ends with 0. names FAILURE ARGUMENT...: ends with 2 and names the failure.
works() {
    timeout 60 "$program" "$@" >"$work/out" 2>"$work/err" </dev/null ||
        { echo "qrconfirm $*: exit code $?, expected 0"; cat "$work/err"; result=1; }
}

printf 'not a picture at all' >"$work/junk.png"
printf 'P5 4 4 255\n0123456789abcdef' >"$work/empty.pgm"
printf 'lang = xx\n' >"$work/bad.ini"
: >"$work/nothing"

expect 2 usage.argument fly
expect 2 usage.argument --approve
expect 2 usage.argument scan --yes
expect 2 usage.argument decode
expect 2 usage.argument conform
expect 2 usage.argument conform https://localhost:8443
expect 2 usage.argument conform "HTTPS://A.EXAMPLE/Q/P/$(printf 'A%.0s' $(seq 26))/$(printf 'A%.0s' $(seq 26))" \
    "HTTPS://B.EXAMPLE/Q/P/$(printf 'A%.0s' $(seq 26))/$(printf 'A%.0s' $(seq 26))"
expect 2 usage.config --config "$work/bad.ini" portals
expect 2 usage.config --config "$work/missing.ini" portals
expect 2 pairing.unknown forget 0000000000000000
expect 3 source.not-found scan --headless --source "replay:$work/missing.y4m"
expect 3 source.format scan --headless --source "image:$work/junk.png"
expect 3 source scan --headless --source "replay:$work/nothing"
expect 4 scan.no-code scan --headless --source "image:$work/empty.pgm"
SDL_VIDEODRIVER=none expect 1 internal.no-display scan

# What a person typed is answered in the language that was asked for, also where that stands on
# the same wrong line; the code stays what it is.
expect_russian() {
    text=$1
    shift
    expect 2 "usage\..*$text" "$@"
}
printf 'lang = ru\n' >"$work/russian.ini"
printf 'fly = yes\n' >"$work/wrong.ini"
expect_russian 'нет параметра «--fly»' --fly --lang ru
expect_russian 'нет команды «fly»' fly --config "$work/russian.ini"
expect_russian 'строка 1: нет настройки «fly»' --lang ru --config "$work/wrong.ini"
LANGUAGE=ru expect_russian 'для «decode» нужно FILE' decode
LANGUAGE=ru expect_russian '«fly»: set, change, remove или hash' pin fly
LANGUAGE=ru expect 4 'scan.no-code.*: 1 кадр)' decode "$work/empty.pgm"
LANGUAGE=ru expect 9 'pairing.none.*(обновлять нечего)' renew
LANGUAGE=ru expect 2 "usage.*there is no option" --fly --lang en

# Everything that is wrong in two files, each with its line, and no secret of them.
printf '\nlang = xx\nfly = yes\n' >"$work/two.ini"
printf '{"version": 1,\n"token": "QRT:1:NOTATOKENBUTASECRET"}\n' >"$work/kiosk.json"
"$program" config check "$work/kiosk.json" --config "$work/two.ini" --json >"$work/out"
[ $? -eq 2 ] || { echo "config check ends with another exit code"; result=1; }
for found in two.ini.*'"line":2,"key":"lang","code":"config.value"' 'two.ini.*"line":3,"key":"fly","code":"config.name"' \
    '"line":2,"key":"token","code":"provision.token"' '"key":"account","code":"provision.missing"'; do
    grep -q "$found" "$work/out" || { echo "config check --json does not tell $found:"; cat "$work/out"; result=1; }
done
if grep SECRET "$work/out"; then echo "config check prints a token"; result=1; fi
"$program" config check --config "$work/two.ini" | grep -q '^[^ ]*two.ini, line 3, fly: config.name$' ||
    { echo "config check does not name the line"; result=1; }
works config check
expect 2 usage.argument config
expect 2 usage.argument config mend

# An administrator PIN for a fleet: the hash alone, and nothing is stored.
hash=$(printf '246802\n' | "$program" pin hash)
case $hash in
'$argon2id$v=19$m=65536,t=3,p=1$'*) ;;
*) echo "pin hash prints '$hash'"; result=1 ;;
esac
[ ! -e "$work/data/qrconfirm/administrator.pin" ] || { echo "pin hash sets the PIN"; result=1; }
expect 2 pin.form pin hash

# A provisioning file that is none, and one that cannot be had.
printf '{"version":1}' >"$work/part.json"
expect 2 usage.argument provision
expect 2 provision.unreadable provision "$work/missing.json"
expect 2 provision.unreadable provision credential:kiosk
expect 2 provision.form provision "$work/junk.png"
expect 2 provision.form provision -
expect 2 'provision.missing.*portal' provision "$work/part.json"

# What a provisioning has left stops every command that would run without its settings.
mkdir -p "$work/data/qrconfirm"
printf '{}' >"$work/data/qrconfirm/provision.next"
expect 9 provision.damaged portals
works --help
rm "$work/data/qrconfirm/provision.next"

# How the device fares is told also where it is not paired; metrics need their folder.
works status --json
grep -q '"pairings":\[\]' "$work/out" || { echo "status of a bare device:"; cat "$work/out"; result=1; }
works status --textfile "$work/q.prom"
grep -q '^qrconfirm_pairings 0$' "$work/q.prom" || { echo "metrics of a bare device"; result=1; }
expect 1 internal.output status --textfile "$work/none/q.prom"
expect 2 usage.argument scan --textfile "$work/q.prom"
expect 2 journal.record log --compare "$work/none"

# What cannot be written or read is told; no file takes the place of a closed stream.
full() {
    "$program" "$@" >/dev/full 2>"$work/err" </dev/null
    got=$?
    [ "$got" -eq 1 ] && grep -q internal.output "$work/err" ||
        { echo "$* on a full disk: exit code $got, expected 1:"; cat "$work/err"; result=1; }
}
full --help
full --version
full portals
timeout 60 "$program" decode - <&- 2>"$work/err"
got=$?
[ "$got" -eq 3 ] || { echo "closed standard input: exit code $got, expected 3"; result=1; }
timeout 60 "$program" portals >&- 2>"$work/err"
got=$?
[ "$got" -eq 1 ] || { echo "closed standard output: exit code $got, expected 1"; result=1; }
(unset SDL_VIDEODRIVER && expect 1 internal.no-display scan; exit $result) || result=1
(unset SDL_VIDEODRIVER XDG_RUNTIME_DIR && expect 1 internal.no-display scan; exit $result) || result=1

# Help and version are wanted where something is wrong; a recording needs no home.
names() {
    failure=$1
    shift
    timeout 60 "$program" "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    if [ "$got" -ne 2 ] || ! cat "$work/out" "$work/err" | grep -q "$failure"; then
        echo "qrconfirm $*: exit code $got, expected 2 and $failure:"
        cat "$work/out" "$work/err"
        result=1
    fi
}
without_settings() {
    works --help
    works --version
    works --version --json
    works help
    works help scan
    works scan --help
    works pair --help
    expect 3 source.format decode "$work/junk.png"
    names "$1" portals
    names "$1" pin set
    names "$1" doctor --json
    grep -q '"name":"configuration","ok":false' "$work/out" ||
        { echo "doctor has no check of the configuration"; result=1; }
    grep -q '"name":"camera"' "$work/out" || { echo "doctor ends too early"; result=1; }
}
(
    unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME HOME
    without_settings usage.argument
    export HOME=
    without_settings usage.argument
    HOME=relative
    without_settings usage.argument
    exit $result
) || result=1
mkdir -p "$work/config/qrconfirm"
printf 'lang = en\nvolume = 11\n' >"$work/config/qrconfirm/config.ini"
without_settings usage.config
"$program" doctor --json | grep -q 'config.ini, line 2' || { echo "doctor names no line"; result=1; }
expect 2 usage.config --config "$work/bad.ini" decode "$work/junk.png"
rm "$work/config/qrconfirm/config.ini"
mkdir "$work/config/qrconfirm/config.ini"
without_settings usage.config
rmdir "$work/config/qrconfirm/config.ini"
ln -s config.ini "$work/config/qrconfirm/config.ini"
without_settings usage.config
rm -r "$work/config"
# A home that is a file: help works, and what would be written there says so.
(
    unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
    export HOME="$work/nothing"
    works --help
    works --version
    expect 3 source.format decode "$work/junk.png"
    expect 9 pairing.store portals
    exit $result
) || result=1

# doctor writes where a sign-in will: a full disk and one that can only be read show.
mkdir "$work/disk"
if mount -t tmpfs -o size=64k tmpfs "$work/disk" 2>/dev/null; then
    check_disk() {
        HOME="$work/disk" XDG_DATA_HOME='' XDG_STATE_HOME='' "$program" doctor --json >"$work/out" 2>&1
        grep '"name":"storage"' "$work/out" | grep -q "$1" ||
            { echo "doctor on such a disk says no $1:"; cat "$work/out"; result=1; }
    }
    check_disk '"ok":true'
    dd if=/dev/zero of="$work/disk/fill" bs=4k 2>/dev/null
    check_disk store.full
    mount -o remount,ro "$work/disk"
    check_disk store.read-only
    umount "$work/disk"
else
    echo "SKIPPED: no disk can be mounted here, so none was full"
fi

# A signal while looking for a code: nothing was sent.
mkfifo "$work/pipe"
sleep 100 >"$work/pipe" &
holder=$!
"$program" scan --headless --source - <"$work/pipe" >"$work/out" 2>&1 &
device=$!
# Until the program keeps it, as it does first of all, it would be lost: a shell has what it puts
# into the background ignore it.
for _ in $(seq 600); do
    case $(sed -n 's/^SigBlk:.*\(.\)$/\1/p' "/proc/$device/status") in
    [2367abef]) break ;;
    esac
    sleep 0.1
done
sleep 1
kill -INT "$device"
wait "$device"
got=$?
kill "$holder"
[ "$got" -eq 130 ] || { echo "interrupted: exit code $got, expected 130"; result=1; }
exit $result
