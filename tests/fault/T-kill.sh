# The whole tree killed at 200 points: nothing accepted is lost or counted twice. Long form: make check-fault.
set -eu
build=${builddir:-$PWD} src=$(cd "$(dirname "$0")/../.." && pwd)
command -v python3 >/dev/null || { echo "skipped: python3 is not there"; exit 77; }
exec python3 "$src/tests/fault/fault.py" --bin "$build" --shim "$build/tests/fault/libfault.so" kill --points "${FAULT_POINTS:-200}"
