#!/bin/bash
# One mail in, one incident, one receipt out; the same run again finds nothing to do.
. "$(dirname "$0")/../lib.sh"

new_instance
mail a1@stttt.example "Tran Van A <a@stttt.example>" "Website bi tan cong" | drop 1772416800.M1.mx
once
is "left in incoming/new" 0 "$(files_in "$dir/incoming/new")"
is "taken mail" 1 "$(find "$dir/incoming/cur" -name '1772416800.M1.mx:2,S' | wc -l)"
is "incidents" 1 "$(count incident)"
is "receipts sent" 1 "$(sent)"
is "state of the dispatch" sent "$(field dispatch 0 state)"
reference=$(field incident 0 ref)
has "the receipt names the reference" "$reference" "$(find "$dir/outgoing/new" -type f)"

once
is "incidents after a second run" 1 "$(count incident)"
is "receipts after a second run" 1 "$(sent)"
