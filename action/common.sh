# SPDX-License-Identifier: Apache-2.0
# What both scripts begin with: a place for files, the directory, the arguments, and where results go. Without the variables of a
# runner everything goes to standard output.

work=$(TMPDIR=${RUNNER_TEMP:-${TMPDIR:-}} mktemp -d) || exit 70
clean() { rm -rf "$work"; }
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd -- "${ACTION_DIRECTORY:-.}" || exit 2

set -f                                        # a star in an argument stays a star
# shellcheck disable=SC2086                   # arguments are separated by spaces
set -- ${ACTION_ARGUMENTS:-}
set +f
[ -z "${ACTION_TARGET:-}" ] || set -- "$@" --target "$ACTION_TARGET"
[ -z "${ACTION_BACKEND:-}" ] || set -- "$@" --backend "$ACTION_BACKEND"

# Says how it ended, for the steps that follow: the exit code, and whether there is something to apply.
tell() {
	[ -z "${GITHUB_OUTPUT:-}" ] || printf 'exit-code=%s\nchanges=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# Puts standard input on the page of the run; where there is none, on standard output.
page_of_the_run() {
	if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat >>"$GITHUB_STEP_SUMMARY"; else cat; fi
}
