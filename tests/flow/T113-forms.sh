#!/bin/bash
# The circular's forms in every format that people send, filled in as they do: all fields are found, each with its place and rule.
. "$(dirname "$0")/../lib.sh"

[ -x "$build/irgate-pages" ] || skip "irgate-pages was not built"
python3 "$src/tests/pages/forms.py" "$build" "${FORMS:-3}" >"$work/forms.log" 2>&1 || fail "forms: $(cat "$work/forms.log")"
cat "$work/forms.log"
