# bash completion for qrportal                                     SPDX-License-Identifier: MIT
# Commands, options and settings are those that --help names.
_qrportal() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local program=${COMP_WORDS[0]} command=${COMP_WORDS[1]} second=${COMP_WORDS[2]} seconds help
    help=$("$program" --help 2>/dev/null)
    if ((COMP_CWORD == 1)) && [[ $word != -* ]]; then
        COMPREPLY=($(compgen -W "$(sed -n 's/^  \([a-z][a-z0-9]*\).*/\1/p' <<<"$help" | uniq)" -- "$word"))
        return
    fi
    case $before in
    --mode) COMPREPLY=($(compgen -W "qr-login bitrix24" -- "$word")) && return ;;
    --data) COMPREPLY=($(compgen -d -- "$word")) && return ;;
    --request-log) COMPREPLY=($(compgen -f -- "$word")) && return ;;
    esac

    seconds=$(sed -n "s/^  $command \[\{0,1\}\([a-z][a-z-]*\).*/\1/p" <<<"$help")
    if [[ $word == -* ]]; then
        ((COMP_CWORD == 1)) || help=$("$program" "$command" $(grep -x -- "$second" <<<"$seconds") --help 2>/dev/null)
        COMPREPLY=($(compgen -W "$(sed -n 's/^  \(--[a-z-]*\).*/\1/p' <<<"$help")" -- "$word"))
    elif ((COMP_CWORD == 2)) && [[ -n $seconds ]]; then
        COMPREPLY=($(compgen -W "$seconds" -- "$word"))
    elif [[ "$command $second" == config\ [gs]et ]]; then
        help=$("$program" config --help 2>/dev/null | grep -v '^  config ')
        ((COMP_CWORD == 3)) && help=$(sed -n 's/^  \([a-z][a-z0-9.-]*\).*/\1/p' <<<"$help") ||
            help=$(sed -n "s/^  $before \(on|off\)\( .*\)\{0,1\}$/\1/p" <<<"$help" | tr '|' ' ')
        COMPREPLY=($(compgen -W "$help" -- "$word"))
    elif [[ "$command $second" == 'bitrix24 app-password' ]]; then
        ((COMP_CWORD != 4)) || COMPREPLY=($(compgen -W "mobile desktop dav" -- "$word"))
    elif [[ $command == backup || $command == restore || $command == store ]]; then
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -F _qrportal qrportal
