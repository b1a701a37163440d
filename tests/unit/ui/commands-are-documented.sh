#!/bin/sh
# docs/commands.md names every command, option and exit code of --help, and no others.
# usage: commands-are-documented.sh QRCONFIRM COMMANDS.MD
set -eu
program=$1 document=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$program" --lang en --help >"$work/help"
sed -n 's/^  \(--[a-z-]*\).*/\1/p' "$work/help" | sort >"$work/options"
sed -n 's/^  \([a-z][a-z]*\).*/\1/p' "$work/help" | sort >"$work/commands"
sed -n 's/^  *\([0-9][0-9]*\)  .*/\1/p' "$work/help" >"$work/codes"

# The first cells of the tables; a cell may name several options.
sed -n 's/^| \(`--[^|]*\)|.*/\1/p' "$document" | grep -o '`--[a-z-]*' | tr -d '`' | sort >"$work/doc-options"
sed -n '/^| command /,/^$/p' "$document" | sed -n 's/^| `\([a-z]*\).*/\1/p' | sort >"$work/doc-commands"
sed -n '/^## Exit codes/,$p' "$document" | sed -n 's/^| \([0-9]*\) |.*/\1/p' >"$work/doc-codes"

result=0
for part in options commands codes; do
    [ -s "$work/$part" ] || { echo "no $part in --help"; result=1; }
    diff "$work/$part" "$work/doc-$part" || { echo "$part of --help and of $document differ"; result=1; }
done
# `COMMAND --help` tells of that command alone: no other command, no option that it does not know.
while read -r command; do
    "$program" --lang en "$command" --help >"$work/one"
    grep -q "^Usage: qrconfirm $command" "$work/one" || { echo "$command --help tells of another"; result=1; }
    if grep -q '^  [a-z]' "$work/one"; then
        echo "$command --help lists commands"
        result=1
    fi
done <"$work/commands"
"$program" --lang en scan --help | grep -q -- '--label' && { echo "scan --help tells of --label"; result=1; }
exit $result
