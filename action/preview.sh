#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the manifests here would change: problems at their lines, the plan as a comment and on the page of the run. Nothing is changed.
# Exits as `stigmer diff` does, but with 0 where there are differences.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

# Problems at their lines. `validate` takes some of the arguments, and does not know --all: then, and of what only a backend knows,
# `diff` tells below.
check() {
	told=
	all=false
	for each in "$@"; do
		shift
		case $told$each in
		--all) all=true ;;
		-f | --org | --target) told="$each " ;;
		-f* | --org* | --target* | --strict)
			[ -z "$told" ] || set -- "$@" "${told% }"
			told=
			set -- "$@" "$each"
			;;
		*) told= ;;
		esac
	done
	[ "$all" = true ] || stigmer validate -q -o github "$@"
}

# A store of its own, as it would be had the manifests of a commit been applied; from here on that is what is compared with.
as_of() {
	top=$(git rev-parse --show-toplevel) && inside=$(git rev-parse --show-prefix) || return 2
	STIGMER_HOME=$work/home
	export STIGMER_HOME
	clean() {
		git -C "$top" worktree remove --force "$work/base" 2>/dev/null
		rm -rf "$work"
	}
	git worktree add --quiet --detach -- "$work/base" "$1" || {
		echo "### No preview: there is no commit $1 here to compare with" | page_of_the_run
		echo "check out with fetch-depth: 0, or fetch it first" >&2
		return 2
	}
	shift
	cd -- "$work/base/$inside" 2>/dev/null || return 0      # it did not exist yet
	stigmer apply --quiet "$@" >"$work/applied" 2>"$work/why"
	failed=$?
	cat "$work/why" >&2
	[ "$failed" = 0 ] || {
		echo "### No preview: the manifests of $ACTION_BASE could not be applied, so there is nothing to compare with"
		echo
		sed 's/^/    /' "$work/why"
		echo
		echo "A secret that is not set can be set to anything here: it is the same on both sides."
	} | page_of_the_run
	return "$failed"
}

# Whether somebody turns annotations into something to look at.
annotates() { [ "${GITHUB_ACTIONS:-}" = true ]; }

# That there are differences is told by the outputs, and the exit code is needed to know.
for each in "$@"; do
	shift
	[ "$each" = --exit-zero ] || set -- "$@" "$each"
done

annotates && check "$@" >"$work/checked"
annotates && cat "$work/checked"
if [ -n "${ACTION_BASE:-}" ]; then
	set -- "$@" --backend local
	# Without a remote a set is known by its directory, and that is another one here.
	[ -n "$(git remote)" ] || set -- "$@" --adopt
	back=$PWD
	as_of "$ACTION_BASE" "$@" || {
		status=$?
		tell "$status" true
		exit "$status"
	}
	cd -- "$back" || exit 2
fi

stigmer diff "$@" -o markdown >"$work/page.md"
status=$?
case $status in
0) changes=false ;;
*) changes=true ;;
esac
[ "$status" != 1 ] || status=0
tell "$status" "$changes"
page_of_the_run <"$work/page.md"

if annotates && [ "$status" -gt 1 ]; then
	stigmer diff "$@" -q -o github 2>/dev/null | grep '^::error' | grep -vxFf "$work/checked"
fi
if [ -s "$work/page.md" ] && [ -n "${GITHUB_EVENT_PATH:-}" ] && [ "${ACTION_COMMENT:-true}" = true ]; then
	ACTION_CHANGES=$changes python3 "$here/comment.py" "$work/page.md"
fi
exit "$status"
