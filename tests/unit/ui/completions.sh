#!/bin/sh
# Each shell completes the commands and the options that --help names, and no others.
# usage: completions.sh QRCONFIRM FOLDER-OF-COMPLETIONS
set -eu
program=$1 folder=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/qrconfirm"
PATH=$work/bin:$PATH
export PATH

by_bash() { # WORD...
    bash -c 'source "$1/qrconfirm.bash"; shift; COMP_WORDS=(qrconfirm "$@"); COMP_CWORD=$#
        _qrconfirm; printf "%s\n" "${COMPREPLY[@]}"' - "$folder" "$@"
}

by_fish() {
    # The last word is what is being typed; it may be empty.
    fish -c 'source $argv[1]/qrconfirm.fish; complete -C "qrconfirm $argv[2..]"' "$folder" "$@" | cut -f 1
}

# What zsh brings for completions is replaced by what prints.
by_zsh() {
    zsh -fc '_call_program() { shift; "$@"; }
        compadd() { shift; print -l -- "$@"; }
        _describe() { print -l -- "${(@)${(P)2}%%:*}"; }
        _files() { :; }
        complete_now() { source "$folder/qrconfirm.zsh"; }
        folder=$1; shift; words=(qrconfirm "$@"); CURRENT=$#words; PREFIX=$words[-1]; complete_now' \
        - "$folder" "$@"
}

qrconfirm --lang en --help >"$work/help"
sed -n 's/^  \([a-z][a-z]*\).*/\1/p' "$work/help" | sort >"$work/commands"
sed -n 's/^  \(--[a-z-]*\).*/\1/p' "$work/help" | sort >"$work/options"
qrconfirm --lang en pair --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | sort >"$work/pair"
printf '%s\n' contrast dark light system >"$work/themes"
printf '%s\n' - camera image: pipewire replay: | sort >"$work/sources"
printf '%s\n' change hash remove set >"$work/pin"
printf '%s\n' credential file keyring tpm >"$work/seal"
printf '%s\n' check >"$work/config"

result=0
is() { # FILE SHELL WORD...
    expected=$1 shell=$2
    shift 2
    by_"$shell" "$@" | sort >"$work/$shell" || true
    diff "$work/$expected" "$work/$shell" || { echo "$shell: qrconfirm $*: not the $expected"; result=1; }
}

# A device with two pairings, one of them begun; all else is the real program.
rm "$work/bin/qrconfirm"
cat >"$work/bin/qrconfirm" <<END
#!/bin/sh
[ "\$*" != 'portals --json' ] || exec cat "$work/portals"
exec "$program" "\$@"
END
chmod +x "$work/bin/qrconfirm"
cat >"$work/portals" <<END
{"event":"begun-pairing","id":"0c11","origin":"https://portal.example.com","portal":"Example","begun_at":1}
{"event":"portal","id":"5a1c","dialect":"qr-login","origin":"https://portal.example.com"}
END
printf '%s\n' 0c11 5a1c >"$work/pairings"

for shell in bash fish zsh; do
    command -v "$shell" >/dev/null || { echo "SKIPPED: completion for $shell: it is not installed"; continue; }
    is commands "$shell" ''
    is options "$shell" --
    is pair "$shell" pair --
    is themes "$shell" scan --theme ''
    is sources "$shell" scan --source ''
    is pin "$shell" pin ''
    is seal "$shell" seal ''
    is config "$shell" config ''
    is pairings "$shell" forget ''
done
exit $result
