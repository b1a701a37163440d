#!/bin/sh
# Tries scripts/release in a repository of its own that holds what it writes.
# usage: release.sh TOP
set -eu

command -v git >/dev/null || { echo 'SKIPPED: git is not installed'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com \
    GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com

cd "$1"
cp --parents CMakeLists.txt CHANGELOG.md debian/changelog data/packaging/*BUILD data/packaging/README.md \
    data/*.metainfo.xml scripts/release "$work"
cd "$work"
# What the first release takes out by hand.
sed -i '/No version has been released yet/d' CHANGELOG.md
git init -q
git add -A
git commit -qm 'before'

fail() {
    echo "release: $*"
    [ ! -e .git/said ] || cat .git/said
    exit 1
}
said() { "$@" >.git/said 2>&1; }
refused() { # WORDS COMMAND...
    words=$1
    shift
    before=$(git rev-parse HEAD; git status --porcelain; git tag)
    ! said "$@" || fail "'$*' is not refused"
    grep -q "$words" .git/said || fail "'$*' does not say '$words'"
    [ "$(git rev-parse HEAD; git status --porcelain; git tag)" = "$before" ] || fail "'$*' changes something"
}

said scripts/release --dry-run 90.1.2 || fail 'a dry run is refused'
grep -q '^+pkgver=90.1.2' .git/said || fail 'a dry run does not show what changes'
[ -z "$(git status --porcelain; git tag)" ] || fail 'a dry run changes something'

echo >>CMakeLists.txt
refused 'not committed' scripts/release 90.1.2
refused 'not committed' scripts/release --dry-run 90.1.2
git checkout -q CMakeLists.txt
refused 'is lower than' scripts/release 0.0.1
refused 'usage:' scripts/release 90.1.2-rc1
refused 'usage:' scripts/release

said scripts/release 90.1.2 || fail 'it is refused'
[ -z "$(git status --porcelain)" ] || fail 'it leaves something that is not committed'
[ "$(git rev-parse 'v90.1.2^{commit}')" = "$(git rev-parse HEAD)" ] || fail 'the tag is somewhere else'
for file in CMakeLists.txt CHANGELOG.md debian/changelog data/packaging/APKBUILD data/packaging/PKGBUILD \
    data/packaging/README.md data/*.metainfo.xml; do
    grep -qF 90.1.2 "$file" || fail "$file has another version"
done

refused 'is a tag v90.1.2' scripts/release 90.1.2
refused 'nothing under "Unreleased"' scripts/release 90.1.3
sed -i 's/^## \[Unreleased\]$/&\n- Something new./' CHANGELOG.md
git commit -qam 'something new'
said scripts/release 90.1.3 || fail 'the next one is refused'
[ "$(grep -c '<release version' data/*.metainfo.xml)" -eq 2 ] || fail 'the metainfo does not have both'
! command -v appstreamcli >/dev/null || said appstreamcli validate --no-net data/*.metainfo.xml ||
    fail 'the metainfo is not valid any more'

echo 'No release has been made.' >SAID.md
git add SAID.md
git commit -qm 'say so'
refused 'SAID.md:1' scripts/release 91.0.0
