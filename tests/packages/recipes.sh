#!/bin/bash
# Runs the package functions of a recipe as its system would, over what this project installs.
# usage: recipes.sh RECIPE INSTALLED FOLDER      (INSTALLED: the tree below /usr, with that name)
# Leaves what each package has in FOLDER/NAME and prints the names.
# The recipe sets what is not set here, and reads what is not read.
# shellcheck disable=SC2034,SC2154
set -eu

recipe=$1 installed=$2 folder=$3
cd "$(dirname "$recipe")/../.."
top=$PWD
mkdir "$folder/work"
cd "$folder/work"

# Called as `cmake --install build`, by both.
cmake() { cp -a "$installed/." "$DESTDIR/"; }

# abuild's: moves what matches from the package to the subpackage.
amove() {
    local path
    for path in "$@"; do
        # shellcheck disable=SC2086
        (cd "$pkgdir" && for found in $path; do
            mkdir -p "$subpkgdir/$(dirname "$found")"
            mv "$found" "$subpkgdir/$found"
        done)
    done
}

srcdir=$PWD
# shellcheck source=/dev/null
. "$recipe"
if declare -F package >/dev/null; then
    pkgdir=$folder/$pkgname
    mkdir "$pkgdir"
    package
    echo "$pkgname"
    for name in $subpackages; do
        declare -F "$name" >/dev/null || continue # those that abuild itself knows how to fill
        subpkgdir=$folder/$name
        mkdir "$subpkgdir"
        "$name"
        echo "$name"
    done
else
    ln -s "$top" "$pkgbase-$_version"
    for name in "${pkgname[@]}"; do
        pkgdir=$folder/$name
        mkdir "$pkgdir"
        "package_$name"
        echo "$name"
    done
fi
