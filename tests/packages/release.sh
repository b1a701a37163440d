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
cp --parents CMakeLists.txt CHANGELOG.md debian/changelog data/packaging/*BUILD data/*.metainfo.xml \
    scripts/release "$work"
cd "$work"
echo build >.gitignore
sed -i 's/^## \[Unreleased\]$/&\n- Something new./' CHANGELOG.md
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
for no_version in 90.1 90.1.2-beta 90.1.2-rc 90.1.2.3 ''; do
    refused 'usage:' scripts/release "$no_version"
done
refused 'usage:' scripts/release

# A candidate, and then what it was a candidate for.
said scripts/release 90.1.2-rc1 || fail 'a candidate is refused'
[ -z "$(git status --porcelain)" ] || fail 'it leaves something that is not committed'
[ "$(git rev-parse 'v90.1.2-rc1^{commit}')" = "$(git rev-parse HEAD)" ] || fail 'the tag is somewhere else'
said scripts/release --check || fail 'versions differ after a candidate'
for spelling in CMakeLists.txt:'"rc1"' CHANGELOG.md:'[90.1.2-rc1]' debian/changelog:'(90.1.2~rc1-1)' \
    data/packaging/APKBUILD:90.1.2_rc1 data/packaging/PKGBUILD:90.1.2rc1; do
    grep -qF "${spelling#*:}" "${spelling%%:*}" || fail "$spelling is not there"
done
grep -q 'version="90.1.2~rc1" type="development"' data/*.metainfo.xml || fail 'the metainfo has no candidate'
refused 'is a tag v90.1.2-rc1' scripts/release 90.1.2-rc1
refused 'nothing under "Unreleased"' scripts/release 90.1.2
git tag -d v90.1.2-rc1 >.git/said
refused 'has 90.1.2-rc1 already' scripts/release 90.1.2-rc1

new() {
    sed -i 's/^## \[Unreleased\]$/&\n- Something new./' CHANGELOG.md
    git commit -qam 'something new'
}
new
said scripts/release 90.1.2 || fail 'the release is refused'
said scripts/release --check || fail 'versions differ after a release'
! grep -q '90.1.2-rc1\|"rc1"' CMakeLists.txt data/packaging/*BUILD || fail 'the candidate stays'
new
refused 'is lower than' scripts/release 90.1.2-rc2
[ "$(grep -c '<release version="90' data/*.metainfo.xml)" -eq 2 ] || fail 'the metainfo does not have both'
! command -v appstreamcli >/dev/null || said appstreamcli validate --no-net data/*.metainfo.xml ||
    fail 'the metainfo is not valid any more'
! command -v dpkg-parsechangelog >/dev/null || [ "$(dpkg-parsechangelog --show-field Version)" = 90.1.2-1 ] ||
    fail "Debian's changelog cannot be read"

# Each place is seen, when another version stands there.
for file in debian/changelog data/packaging/APKBUILD data/packaging/PKGBUILD data/*.metainfo.xml CHANGELOG.md; do
    sed -i 's/90\.1\.2/90.1.7/' "$file"
    ! said scripts/release --check || fail "nobody sees another version in $file"
    grep -q "$file" .git/said || fail "it is not said that $file differs"
    ! said scripts/release --archive || fail 'an archive is made of a tree that was changed'
    git checkout -q "$file"
done

# One archive, whoever makes it, and when.
said scripts/release --archive || fail 'there is no archive'
git clone -q . .git/again
git -C .git/again config tar.umask 0077
said env -C .git/again scripts/release --archive || fail 'there is no second archive'
cmp build/archive/qrconfirm-90.1.2.tar.gz .git/again/build/archive/qrconfirm-90.1.2.tar.gz ||
    fail 'two archives of one commit differ'
(cd build/archive && sha256sum --check --quiet ./*.sha256) || fail 'the sum is that of something else'
tar -tzf build/archive/qrconfirm-90.1.2.tar.gz | grep -qx qrconfirm-90.1.2/CMakeLists.txt || fail 'the archive is empty'

echo 'No release has been made.' >SAID.md
git add SAID.md
git commit -qm 'say so'
refused 'SAID.md:1' scripts/release 91.0.0
