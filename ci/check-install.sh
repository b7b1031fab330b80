#!/bin/sh
# Install a build to a folder of its own and use it from there, without the source tree's data.
# Usage: check-install.sh BUILD_DIR
set -eu
build=$1
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
unset PRESSCHECK_PROFILES PRESSCHECK_MASKS
fail() {
	echo "install: $*" >&2
	exit 1
}

cmake --install "$build" --prefix "$prefix" >"$prefix/log" || fail "$(cat "$prefix/log")"
p=$prefix/bin/presscheck
[ -x "$p" ] || fail "no bin/presscheck"
[ -s "$prefix/share/doc/presscheck/LICENSE" ] || fail "no licence"
[ -s "$prefix/share/presscheck/mibs/PRESSCHECK-SIM-MIB.txt" ] || fail "no MIB"

# A page for the program and for each command of its list, each of which man can read.
"$p" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p' |
	grep -v '^help' >"$prefix/commands"
[ -s "$prefix/commands" ] || fail "no commands in --help"
while read -r name; do
	page=$prefix/share/man/man1/presscheck-$(echo "$name" | tr ' ' '-').1
	[ -s "$page" ] || fail "no man page of '$name'"
	grep -q '^\.SH OPTIONS' "$page" || fail "$page is no man page"
done <"$prefix/commands"
grep -q '^\.TH PRESSCHECK 1' "$prefix/share/man/man1/presscheck.1" || fail "no presscheck.1"
pages=$(find "$prefix/share/man/man1" -name '*.1' | wc -l)
[ "$pages" -eq $(($(wc -l <"$prefix/commands") + 1)) ] || fail "$pages pages, other commands"

# The installed profiles are used, not those of the source tree: one is renamed and has to show.
cd "$prefix"
mv share/presscheck/profiles/epson-wf-c5890.yaml share/presscheck/profiles/moved-here.yaml
"$p" profile list | grep -q moved-here || fail "profiles are not taken from share/presscheck"
"$p" profile check "$prefix"/share/presscheck/profiles/moved-here.yaml >"$prefix/log" 2>&1 ||
	fail "$(cat "$prefix/log")"
# Without its data it says so instead of using another's.
mv share/presscheck/masks share/presscheck/elsewhere
mv share/presscheck/profiles share/presscheck/elsewhere2
PRESSCHECK_PROFILES=$prefix/none "$p" profile list >"$prefix/log" 2>&1 && fail "no folder, no error"
grep -q "$prefix/none" "$prefix/log" || fail "the message does not name the folder"
echo "install ok: $pages man pages"
