#!/usr/bin/env bash
# ./dev demo: a campaign from the first message to the CRM, on this machine, in a minute. See demo.mjs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if ! command -v node >/dev/null; then
  echo "demo: node is missing; ./dev setup installs it" >&2
  exit 1
fi
exec node demo.mjs "$@"
