# fish completion for qrconfirm and qrconfirm-kiosk                SPDX-License-Identifier: MIT
# Commands and options are those that --help names. A kiosk's command has those of qrconfirm, and
# one of its own; qrconfirm is asked itself, as the kiosk's user may need a password.
function __qrconfirm_kiosk
    string match -q -- '*-kiosk' (commandline -opc)[1]
end

function __qrconfirm_commands
    qrconfirm --lang en --help 2>/dev/null | string replace -rf '^  ([a-z]+)\b.*' '$1'
    __qrconfirm_kiosk; and echo reset
end

function __qrconfirm_command
    for word in (commandline -opc)[2..]
        if contains -- $word (__qrconfirm_commands)
            echo $word
            return 0
        end
    end
    return 1
end

function __qrconfirm_options
    set -l command (__qrconfirm_command)
    if test "$command" = reset
        echo --yes
    else
        qrconfirm --lang en $command --help 2>/dev/null | string replace -rf '^  (--[a-z-]+).*' '$1'
    end
end

function __qrconfirm_values
    switch (commandline -opc)[-1]
        case --theme
            printf '%s\n' light dark contrast system
        case --notifications
            printf '%s\n' yes names no
        case --on-screen-keyboard
            printf '%s\n' auto yes no
        case --rotate
            printf '%s\n' 0 90 180 270
        case --source
            printf '%s\n' camera pipewire replay: image: -
        case --lang
            qrconfirm --help 2>/dev/null | string replace -rf '^  --lang LANGUAGE *' '' | string split ', '
    end
end

function __qrconfirm_pairings
    set -l program (commandline -opc)[1]
    if __qrconfirm_kiosk; and test (id -u) -ne 0
        return
    end
    $program portals --json 2>/dev/null | string replace -rf '.*"id":"([0-9a-f]+)".*' '$1'
end

for program in qrconfirm qrconfirm-kiosk
    complete -c $program -n 'not __qrconfirm_command' -f -a '(__qrconfirm_commands)'
    complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__qrconfirm_options)'
    complete -c $program -n 'contains -- pin (__qrconfirm_command)' -f -a 'set change remove hash'
    complete -c $program -n 'contains -- seal (__qrconfirm_command)' -f -a 'keyring credential tpm file'
    complete -c $program -n 'contains -- forget (__qrconfirm_command)' -f -a '(__qrconfirm_pairings)'
    complete -c $program -n 'contains -- reset (__qrconfirm_command)' -f
    complete -c $program -n 'string match -q -- config (commandline -opc)[-1]' -f -a check
    complete -c $program -n 'string match -qr -- "^--(theme|notifications|on-screen-keyboard|rotate|source|lang)\$" (commandline -opc)[-1]' -f -a '(__qrconfirm_values)'
end
