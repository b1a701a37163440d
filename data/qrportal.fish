# fish completion for qrportal                                     SPDX-License-Identifier: MIT
# Commands, options and settings are those that --help names.
function __qrportal_help
    qrportal $argv --help 2>/dev/null
end

function __qrportal_commands
    __qrportal_help | string replace -rf '^  ([a-z][a-z0-9]*).*' '$1' | sort -u
end

function __qrportal_seconds
    set -l command (commandline -opc)[2]
    __qrportal_help | string replace -rf "^  $command \[?([a-z][a-z-]*).*" '$1'
end

function __qrportal_options
    set -l words (commandline -opc)[2..]
    set -l second
    if contains -- "$words[2]" (__qrportal_seconds)
        set second $words[2]
    end
    __qrportal_help $words[1] $second | string replace -rf '^  (--[a-z-]+).*' '$1'
end

function __qrportal_settings
    __qrportal_help config | string match -v '  config *' | string replace -rf '^  ([a-z][a-z0-9.-]*).*' '$1'
end

function __qrportal_setting_values
    set -l setting (string escape --style=regex -- (commandline -opc)[4])
    __qrportal_help config | string replace -rf "^  $setting (on\|off)( .*)?\$" '$1' | string split '|'
end

# So many words stand before the one that is typed, and these are the command.
function __qrportal_is
    set -l words (commandline -opc)
    test (count $words) -eq $argv[1]; and string match -qr -- "^$argv[2]\$" "$words[2..3]"
end

complete -c qrportal -f
complete -c qrportal -n 'test (count (commandline -opc)) -eq 1' -a '(__qrportal_commands)'
complete -c qrportal -n 'test (count (commandline -opc)) -eq 2' -a '(__qrportal_seconds)'
complete -c qrportal -n 'string match -q -- "-*" (commandline -ct)' -a '(__qrportal_options)'
complete -c qrportal -n '__qrportal_is 3 "config [gs]et"' -a '(__qrportal_settings)'
complete -c qrportal -n '__qrportal_is 4 "config set"' -a '(__qrportal_setting_values)'
complete -c qrportal -n '__qrportal_is 4 "bitrix24 app-password"' -a 'mobile desktop dav'
complete -c qrportal -n 'string match -q -- --mode (commandline -opc)[-1]' -a 'qr-login bitrix24'
complete -c qrportal -n 'string match -qr -- "^(backup|restore|copy|--request-log)\$" (commandline -opc)[-1]' -F
complete -c qrportal -n 'string match -q -- --data (commandline -opc)[-1]' -a '(__fish_complete_directories)'
