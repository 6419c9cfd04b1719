#!/bin/bash
# A tenth of the cases and a hundredth of the stored duties, within the limits of all of them: a machine that is busy passes, a quadratic rule does not.
set -u
build=${builddir:-$PWD}
: "${IRGATE_DATADIR:=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)}"
export IRGATE_DATADIR
[ -x "$build/tests/bench/rules-bench" ] || { echo "skipped: rules-bench was not built"; exit 77; }
work=$(mktemp -d) || exit 1
"$build/tests/bench/rules-bench" -n 10000 -s 10000 -t "$work"
code=$?
rm -rf "$work"
exit $code
