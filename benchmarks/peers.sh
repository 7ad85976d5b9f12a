#!/bin/sh
# Makes an environment of its own for each peer (or those named): benchmarks/.venvs/<peer>, from benchmarks/peers/<peer>.txt.
set -eu
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- breaching pfl pyhessian curvlinops
mkdir -p .venvs
echo '*' > .venvs/.gitignore # gigabytes that no commit should hold
for peer; do
  done=.venvs/$peer/.ready
  [ "$done" -nt "peers/$peer.txt" ] && continue
  echo "$peer: making benchmarks/.venvs/$peer"
  "${PYTHON:-python3}" -m venv --clear ".venvs/$peer"
  ".venvs/$peer/bin/python" -m pip install --quiet --requirement "peers/$peer.txt"
  touch "$done"
done
