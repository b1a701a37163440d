#!/bin/sh
# Each shell completes the commands, the options and the settings that --help names, and no others.
# usage: completions.sh QRCONFIRM QRPORTAL FOLDER-OF-COMPLETIONS
set -eu
program=$1 portal=$2 folder=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/qrconfirm"
ln -s "$portal" "$work/bin/qrportal"
PATH=$work/bin:$PATH
export PATH

# Each is given the whole line: COMMAND WORD...
by_bash() {
    bash -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); command=_${1%-kiosk}
        $command; printf "%s\n" "${COMPREPLY[@]}"' - "$folder/${1%-kiosk}.bash" "$@"
}

by_fish() {
    # The last word is what is being typed; it may be empty.
    fish -c 'source $argv[1]; complete -C "$argv[2..]"' "$folder/${1%-kiosk}.fish" "$@" | cut -f 1
}

# What zsh brings for completions is replaced by what prints.
by_zsh() {
    zsh -fc '_call_program() { shift; "$@"; }
        compadd() { shift; print -l -- "$@"; }
        _describe() { print -l -- "${(@)${(P)2}%%:*}"; }
        _files() { :; }
        complete_now() { source "$file"; }
        file=$1; shift; words=("$@"); CURRENT=$#words; PREFIX=$words[-1]; complete_now' \
        - "$folder/${1%-kiosk}.zsh" "$@"
}

options() { # COMMAND WORD...
    "$@" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | sort
}

qrconfirm --lang en --help | sed -n 's/^  \([a-z][a-z]*\).*/\1/p' | sort >"$work/commands"
{ cat "$work/commands"; echo reset; } | sort >"$work/kiosk-commands"
options qrconfirm --lang en >"$work/options"
options qrconfirm --lang en pair >"$work/pair"
printf '%s\n' contrast dark light system >"$work/themes"
printf '%s\n' - camera image: pipewire replay: | sort >"$work/sources"
printf '%s\n' change hash remove set >"$work/pin"
printf '%s\n' credential file keyring tpm >"$work/seal"
printf '%s\n' check >"$work/config"
printf '%s\n' --yes >"$work/reset"

qrportal --help | sed -n 's/^  \([a-z][a-z0-9]*\).*/\1/p' | sort -u >"$work/portal-commands"
printf '%s\n' add disable enable list password >"$work/user"
options qrportal serve >"$work/serve"
options qrportal user add >"$work/user-add"
sed -n 's/^X([A-Z0-9_]*, "\([^"]*\)".*/\1/p' "$folder/../portal/core/config.def" | sort >"$work/settings"
printf '%s\n' off on >"$work/switch"
: >"$work/none"
printf '%s\n' bitrix24 qr-login >"$work/modes"
printf '%s\n' dav desktop mobile >"$work/kinds"

result=0
is() { # FILE SHELL COMMAND WORD...
    expected=$1 shell=$2
    shift 2
    by_"$shell" "$@" | sed '/^$/d' | sort >"$work/$shell" || true
    diff "$work/$expected" "$work/$shell" || { echo "$shell: $*: not the $expected"; result=1; }
}

# A device and a kiosk with two pairings, one of them begun; all else is the real program.
rm "$work/bin/qrconfirm"
cat >"$work/bin/qrconfirm" <<END
#!/bin/sh
[ "\$*" != 'portals --json' ] || exec cat "$work/portals"
exec "$program" "\$@"
END
chmod +x "$work/bin/qrconfirm"
cp "$work/bin/qrconfirm" "$work/bin/qrconfirm-kiosk"
cat >"$work/portals" <<END
{"event":"begun-pairing","id":"0c11","origin":"https://portal.example.com","portal":"Example","begun_at":1}
{"event":"portal","id":"5a1c","dialect":"qr-login","origin":"https://portal.example.com"}
END
printf '%s\n' 0c11 5a1c >"$work/pairings"
# A person who is not root would be asked for a password.
if [ "$(id -u)" -eq 0 ]; then kiosk_pairings=pairings; else kiosk_pairings=none; fi

for shell in bash fish zsh; do
    command -v "$shell" >/dev/null || { echo "SKIPPED: completion for $shell: it is not installed"; continue; }
    is commands "$shell" qrconfirm ''
    is options "$shell" qrconfirm --
    is pair "$shell" qrconfirm pair --
    is themes "$shell" qrconfirm scan --theme ''
    is sources "$shell" qrconfirm scan --source ''
    is pin "$shell" qrconfirm pin ''
    is seal "$shell" qrconfirm seal ''
    is config "$shell" qrconfirm config ''
    is pairings "$shell" qrconfirm forget ''

    is kiosk-commands "$shell" qrconfirm-kiosk ''
    is pair "$shell" qrconfirm-kiosk pair --
    is reset "$shell" qrconfirm-kiosk reset --
    is "$kiosk_pairings" "$shell" qrconfirm-kiosk forget ''

    is portal-commands "$shell" qrportal ''
    is user "$shell" qrportal user ''
    is serve "$shell" qrportal serve --
    is user-add "$shell" qrportal user add anna --
    is modes "$shell" qrportal serve --mode ''
    is settings "$shell" qrportal config set ''
    is switch "$shell" qrportal config set policy.frames ''
    is none "$shell" qrportal config set limit.idle ''
    is kinds "$shell" qrportal bitrix24 app-password anna ''
done
exit $result
