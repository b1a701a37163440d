#compdef qrconfirm qrconfirm-kiosk
# zsh completion for qrconfirm and qrconfirm-kiosk                 SPDX-License-Identifier: MIT
# Commands and options are those that --help names. A kiosk's command has those of qrconfirm, and
# one of its own; qrconfirm is asked itself, as the kiosk's user may need a password.
local help command= word program=${words[1]} asked=${words[1]%-kiosk}
local -a commands options
help=$(_call_program help $asked --lang en --help)
commands=(${(f)"$(sed -n 's/^  \([a-z][a-z]*\)[^ ]* *\([^ ].*\)*/\1:\2/p' <<<$help)"})
[[ $program == $asked ]] || commands+=("reset:leave all portals and erase all that the kiosk has")
for word in ${words[2,CURRENT-1]}; do
    [[ -z ${commands[(r)$word:*]} ]] || { command=$word; break; }
done

case ${words[CURRENT-1]} in
--lang) compadd -- ${=${"$(sed -n 's/^  --lang LANGUAGE *//p' <<<$help)"//,/}}; return ;;
--theme) compadd -- light dark contrast system; return ;;
--notifications) compadd -- yes names no; return ;;
--on-screen-keyboard) compadd -- auto yes no; return ;;
--rotate) compadd -- 0 90 180 270; return ;;
--source) compadd -- camera pipewire replay: image: -; return ;;
--config) _files; return ;;
esac

if [[ $command == reset ]]; then
    compadd -- --yes
elif [[ $PREFIX == -* ]]; then
    [[ -z $command ]] || help=$(_call_program help $asked --lang en $command --help)
    options=(${(f)"$(sed -n 's/^  \(--[a-z-]*\).*/\1/p' <<<$help)"})
    compadd -- $options
elif [[ -z $command ]]; then
    _describe command commands
elif [[ $command == pin ]]; then
    compadd -- set change remove hash
elif [[ $command == seal ]]; then
    compadd -- keyring credential tpm file
elif [[ $command == forget ]]; then
    [[ $program == $asked || $EUID -eq 0 ]] || return
    compadd -- ${(f)"$(_call_program portals $program portals --json | sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p')"}
elif [[ ${words[CURRENT-1]} == config ]]; then
    compadd -- check
else
    _files
fi
