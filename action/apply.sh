#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the backend as the manifests declare, all of it or nothing, and tells it on the page of the run. Exits as `stigmer apply` does.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
most=1000                                     # lines on the page, which takes no more than a mebibyte

subject=$(git log -1 --format=%s 2>/dev/null)
[ -z "$subject" ] || set -- "--message=$subject" "$@"

stigmer apply "$@" >"$work/out" 2>"$work/err"
status=$?
cat "$work/out"
cat "$work/err" >&2

# Of several projects some may be as declared.
if [ "$status" = 0 ] && ! grep -Eq '^Done: |^ *"action": "' "$work/out"; then changes=false; else changes=true; fi
tell "$status" "$changes"

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
	case $status in
	0) echo "### stigmer applied" ;;
	*) echo "### stigmer did not apply (exit $status)" ;;
	esac >"$work/page.md"
	{
		echo
		cat "$work/out" "$work/err" | head -n "$most" | sed 's/^/    /'
	} >>"$work/page.md"
	page_of_the_run <"$work/page.md"
fi
exit "$status"
