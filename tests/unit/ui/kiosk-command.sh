#!/bin/sh
# qrconfirm-kiosk for real: root calls it, and another user's folders change, nobody else's.
# usage: kiosk-command.sh QRCONFIRM SCRIPT UNITS     as root; elsewhere skipped (77)
set -u
[ "$(id -u)" -eq 0 ] || { echo "not root: skipped"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 711 "$work"
cp "$1" "$work/qrconfirm"
chmod 755 "$work/qrconfirm"

# The installed script, but for another user, folder and program.
sed "s|^user=.*|user=nobody|; s|^folder=.*|folder=$work/kiosk|; s|^program=.*|program=$work/qrconfirm|" \
    "$2" >"$work/qrconfirm-kiosk"
sed "s|^user=.*|user=nobody-of-that-name|" "$2" >"$work/without-user"
chmod 755 "$work/qrconfirm-kiosk" "$work/without-user"
mkdir "$work/root"
export HOME="$work/root" XDG_CONFIG_HOME="$work/root/c" XDG_DATA_HOME="$work/root/d" XDG_STATE_HOME="$work/root/s"
export LC_ALL=C.UTF-8 DISPLAY=:99
result=0

wrong() {
    echo "$*:"
    cat "$work/out" "$work/err"
    result=1
}

# expect CODE WHAT COMMAND...: the exit code, and WHAT in what it says.
expect() {
    code=$1 what=$2
    shift 2
    timeout 60 "$@" >"$work/out" 2>"$work/err"
    got=$?
    [ "$got" -eq "$code" ] || wrong "$*: exit code $got, expected $code"
    cat "$work/out" "$work/err" | grep -qe "$what" || wrong "$*: no word of $what"
}

expect 0 'qrconfirm-kiosk COMMAND' "$work/qrconfirm-kiosk" </dev/null
expect 0 'qrconfirm-kiosk COMMAND' "$work/qrconfirm-kiosk" --help </dev/null
expect 1 'systemd-sysusers' "$work/without-user" doctor </dev/null

# It says the same as the units.
for unit in "$3"/qrconfirm-kiosk-*.service; do
    grep -qx "User=$(sed -n 's/^user=//p' "$2")" "$unit" || wrong "$unit is of another user"
    for kind in CONFIG_HOME=%S/qrconfirm/config DATA_HOME=%S/qrconfirm/data STATE_HOME=%S/qrconfirm/state; do
        grep -q "XDG_$kind" "$unit" && grep -q "XDG_${kind%%%*}\"*\$folder/${kind##*/}" "$2" ||
            wrong "$unit has another XDG_${kind%%=*}"
    done
done
grep -qx 'folder=/var/lib/qrconfirm' "$2" || wrong "another folder than the units'"

# The administrator PIN is the kiosk's own, and its user's.
printf '123456\n123456\n' >"$work/pin"
expect 0 'paired and set up' "$work/qrconfirm-kiosk" pin set --administrator <"$work/pin"
file="$work/kiosk/data/qrconfirm/administrator.pin"
[ "$(stat -c '%U %a' "$file")" = 'nobody 600' ] || wrong "$file is not nobody's alone"
[ "$(stat -c '%U %a' "$work/kiosk")" = 'nobody 700' ] || wrong "the kiosk's folder is not nobody's alone"
expect 2 'administrator.is-set' "$work/qrconfirm-kiosk" pin set --administrator <"$work/pin"

# Every argument arrives as it was, and every exit code comes back.
expect 3 'no such file' "$work/qrconfirm-kiosk" decode "$work/no such file.png" </dev/null
expect 2 'usage.argument' "$work/qrconfirm-kiosk" portals --no-such-option </dev/null
expect 3 'source.not-found' "$work/qrconfirm-kiosk" pair --source image:/nowhere.png </dev/null
expect 3 '"event":"end"' "$work/qrconfirm-kiosk" pair --json --source image:/nowhere.png </dev/null
"$work/qrconfirm-kiosk" doctor >"$work/out" 2>"$work/err" </dev/null
grep -q "$work/kiosk" "$work/out" || wrong "doctor does not look at the kiosk's folders"

# As it was installed: an empty folder. Nobody can be asked here, and a slip erases nothing.
expect 1 'nobody can be asked' "$work/qrconfirm-kiosk" reset </dev/null
expect 1 "reset knows no '--yess'" "$work/qrconfirm-kiosk" reset --yess </dev/null
[ -e "$file" ] || wrong "a reset that was refused has erased the PIN"

# The kiosk that is shown is stopped meanwhile, and runs again, however it ends: a disk that fails,
# and then works.
mkdir "$work/in-place"
cat >"$work/in-place/systemctl" <<EOF
#!/bin/sh
case \$1 in
list-units) echo 'qrconfirm-kiosk-kms.service loaded active running QR sign-in kiosk' ;;
*) echo "\$*" >>"$work/told" ;;
esac
EOF
printf '#!/bin/sh\necho the disk fails >&2\nexit 1\n' >"$work/in-place/rm"
chmod 755 "$work/in-place"/*
told() { # the units were told WHAT, by the last reset
    [ "$(cat "$work/told")" = "$1" ] || wrong "the units were told: $(cat "$work/told")"
    rm "$work/told"
}
stopped_and_started='stop qrconfirm-kiosk-kms.service
start qrconfirm-kiosk-kms.service'
expect 1 'the disk fails' env PATH="$work/in-place:$PATH" "$work/qrconfirm-kiosk" reset --yes </dev/null
told "$stopped_and_started"
rm "$work/in-place/rm"
expect 0 'as it was installed' env PATH="$work/in-place:$PATH" "$work/qrconfirm-kiosk" reset --yes </dev/null
told "$stopped_and_started"
[ "$(stat -c '%U %a' "$work/kiosk")$(ls -A "$work/kiosk")" = 'nobody 700' ] || wrong "a reset leaves something behind"

[ -z "$(ls -A "$work/root")" ] || wrong "something was written to the caller's own folders: $(ls -A "$work/root")"

# Who is not root, and has no sudo, is told so; the kiosk's own user needs neither.
mkdir "$work/bin"
for tool in sh id sed env install setpriv; do
    ln -s "$(command -v $tool)" "$work/bin/$tool"
done
as() { setpriv --reuid="$1" --regid="$1" --clear-groups env PATH="$work/bin" "$work/qrconfirm-kiosk" portals; }
as 1 >"$work/out" 2>"$work/err" </dev/null && wrong "another user may use it"
grep -q 'as root' "$work/err" || wrong "another user is not told to be root"
as "$(id -u nobody)" >"$work/out" 2>"$work/err" </dev/null || wrong "the kiosk's own user may not use it"
exit $result
