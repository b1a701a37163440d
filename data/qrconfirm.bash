# bash completion for qrconfirm and qrconfirm-kiosk                SPDX-License-Identifier: MIT
# Commands and options are those that --help names. A kiosk's command has those of qrconfirm, and
# one of its own; qrconfirm is asked itself, as the kiosk's user may need a password.
_qrconfirm() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local program=${COMP_WORDS[0]} asked=${COMP_WORDS[0]%-kiosk} help commands command= i
    help=$("$asked" --lang en --help 2>/dev/null)
    commands=$(sed -n 's/^  \([a-z][a-z]*\).*/\1/p' <<<"$help")
    [[ $program == "$asked" ]] || commands+=$'\nreset'
    for ((i = 1; i < COMP_CWORD; i++)); do
        if grep -qx -- "${COMP_WORDS[i]}" <<<"$commands"; then
            command=${COMP_WORDS[i]}
            break
        fi
    done
    case $before in
    --lang) COMPREPLY=($(compgen -W "$(sed -n 's/^  --lang LANGUAGE *//p' <<<"$help" |
        tr -d ,)" -- "$word")) && return ;;
    --theme) COMPREPLY=($(compgen -W "light dark contrast system" -- "$word")) && return ;;
    --notifications) COMPREPLY=($(compgen -W "yes names no" -- "$word")) && return ;;
    --on-screen-keyboard) COMPREPLY=($(compgen -W "auto yes no" -- "$word")) && return ;;
    --rotate) COMPREPLY=($(compgen -W "0 90 180 270" -- "$word")) && return ;;
    --source) COMPREPLY=($(compgen -W "camera pipewire replay: image: -" -- "$word")) && return ;;
    --config) COMPREPLY=($(compgen -f -- "$word")) && return ;;
    esac
    if [[ $command == reset ]]; then
        COMPREPLY=($(compgen -W "--yes" -- "$word"))
    elif [[ $word == -* ]]; then
        [[ -z $command ]] || help=$("$asked" --lang en "$command" --help 2>/dev/null)
        COMPREPLY=($(compgen -W "$(sed -n 's/^  \(--[a-z-]*\).*/\1/p' <<<"$help")" -- "$word"))
    elif [[ -z $command ]]; then
        COMPREPLY=($(compgen -W "$commands" -- "$word"))
    elif [[ $command == pin ]]; then
        COMPREPLY=($(compgen -W "set change remove hash" -- "$word"))
    elif [[ $command == seal ]]; then
        COMPREPLY=($(compgen -W "keyring credential tpm file" -- "$word"))
    elif [[ $command == forget ]]; then
        [[ $program == "$asked" || $EUID -eq 0 ]] || return
        COMPREPLY=($(compgen -W "$("$program" portals --json 2>/dev/null |
            sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p')" -- "$word"))
    elif [[ $before == config ]]; then
        COMPREPLY=($(compgen -W "check" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -F _qrconfirm qrconfirm qrconfirm-kiosk
