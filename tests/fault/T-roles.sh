# One role killed, EIO, ENOSPC and short writes: 5 points for each role. Long form: make check-fault.
set -eu
build=${builddir:-$PWD} src=$(cd "$(dirname "$0")/../.." && pwd)
command -v python3 >/dev/null || { echo "skipped: python3 is not there"; exit 77; }
exec python3 "$src/tests/fault/fault.py" --bin "$build" --shim "$build/tests/fault/libfault.so" roles --points "${FAULT_ROLE_POINTS:-5}" --messages 20
