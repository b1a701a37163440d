#compdef qrportal
# zsh completion for qrportal                                      SPDX-License-Identifier: MIT
# Commands, options and settings are those that --help names.
local help program=${words[1]} command=${words[2]} second=${words[3]}
local -a seconds
help=$(_call_program help $program --help)
if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then
    compadd -- ${(fu)"$(sed -n 's/^  \([a-z][a-z0-9]*\).*/\1/p' <<<$help)"}
    return
fi
case ${words[CURRENT-1]} in
--mode) compadd -- qr-login bitrix24; return ;;
--data) _files -/; return ;;
--request-log) _files; return ;;
esac

seconds=(${(f)"$(sed -n "s/^  $command \[\{0,1\}\([a-z][a-z-]*\).*/\1/p" <<<$help)"})
if [[ $PREFIX == -* ]]; then
    (( CURRENT == 2 )) || help=$(_call_program help $program $command ${(M)seconds:#$second} --help)
    compadd -- ${(f)"$(sed -n 's/^  \(--[a-z-]*\).*/\1/p' <<<$help)"}
elif (( CURRENT == 3 && $#seconds )); then
    compadd -- $seconds
elif [[ "$command $second" == config\ [gs]et ]]; then
    help=$(_call_program help $program config --help | grep -v '^  config ')
    if (( CURRENT == 4 )); then
        compadd -- ${(f)"$(sed -n 's/^  \([a-z][a-z0-9.-]*\).*/\1/p' <<<$help)"}
    else
        compadd -- ${(s:|:)"$(sed -n "s/^  ${words[4]} \(on|off\)\( .*\)\{0,1\}$/\1/p" <<<$help)"}
    fi
elif [[ "$command $second" == 'bitrix24 app-password' ]]; then
    (( CURRENT != 5 )) || compadd -- mobile desktop dav
elif [[ $command == (backup|restore|store) ]]; then
    _files
fi
