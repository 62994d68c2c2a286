#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A company's manifests are checked, compared and applied to a SQLite file in a throw-away home. `make demo` runs it.
set -eu
cd "$(dirname "$0")"

SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
trap 'exit 130' INT TERM
export STIGMER_HOME="$SCRATCH/home" STIGMER_BACKEND=local
cp -R manifests "$SCRATCH/manifests"
cd "$SCRATCH/manifests"

# Where the manifests say `value_from: {env: ...}`, this is the environment. Both are made up.
export SHOP_STRIPE_KEY=demo-stripe-key
export SHOP_SUPPORT_TOKEN=demo-support-token

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' dim='' plain=''
fi

say() {
    printf '\n%s# %s%s\n' "$dim" "$1" "$plain"
}

run() {
    printf '%s$' "$bold"
    for word; do
        case $word in
            *' '*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '%s\n' "$plain"
    "$@"
}

say 'A company keeps its agents, tools, skills, workflows and environments here, in a copy of examples/manifests:'
run ls

say 'Are they right? This asks no backend.'
run stigmer validate

say 'What would change? The store is empty, so everything is new; the end of the plan will do.'
printf '%s$ stigmer diff --exit-zero | tail -n 18%s\n' "$bold" "$plain"
stigmer diff --exit-zero | tail -n 18

say 'Make it so, in one transaction.'
printf '%s$ stigmer apply --quiet | tail -n 6%s\n' "$bold" "$plain"
stigmer apply --quiet | tail -n 6

say 'What is there now?'
run stigmer get agents --quiet

say 'Somebody edits an agent, and rotates a key.'
printf '%s$ echo "Answer in the language of the customer." >> agents/support-bot/instructions.md%s\n' "$bold" "$plain"
echo "Answer in the language of the customer." >>agents/support-bot/instructions.md
printf '%s$ export SHOP_STRIPE_KEY=%s%s\n' "$bold" '...' "$plain"
export SHOP_STRIPE_KEY=demo-stripe-key-rotated
run stigmer diff --quiet --exit-zero
run stigmer apply --quiet -m 'answer in their language, rotate the key'
run stigmer history agent/support-bot --quiet

say 'And what would change now? Nothing: exit code 0 says so too.'
run stigmer diff --quiet
