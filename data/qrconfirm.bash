# bash completion for qrconfirm                                    SPDX-License-Identifier: MIT
_qrconfirm() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    case $before in
    --lang) COMPREPLY=($(compgen -W "$(qrconfirm --help |
        sed -n 's/^  --lang LANGUAGE *//p' | tr -d ,)" -- "$word")) && return ;;
    --theme) COMPREPLY=($(compgen -W "light dark contrast" -- "$word")) && return ;;
    --rotate) COMPREPLY=($(compgen -W "0 90 180 270" -- "$word")) && return ;;
    --source) COMPREPLY=($(compgen -W "camera replay: image: -" -- "$word")) && return ;;
    --config) COMPREPLY=($(compgen -f -- "$word")) && return ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "--source --headless --json --lang --timeout --loop --fullscreen
            --theme --text-size --rotate --safe-area --mute --no-vibration --speak --still --label --url --pin --seconds --all --every-frame --show-secrets --administrator --yes --config
            --allow-plain-http --verbose --help --version" -- "$word"))
    elif [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W "scan pair portals forget cameras record decode doctor log
            pin renew" -- "$word"))
    elif [[ ${COMP_WORDS[1]} == pin ]]; then
        COMPREPLY=($(compgen -W "set change remove" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -F _qrconfirm qrconfirm
