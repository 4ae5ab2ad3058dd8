#!/usr/bin/env bash
# A picture of the asset graph as the running UI draws it: scripts/lineage_picture.sh OUT.png [BASE_URL] [GROUP ...]
# The groups named are drawn open; without any, the graph is its stages. Needs chromium: scripts/install_chromium.sh.
set -euo pipefail

out=${1:?usage: lineage_picture.sh OUT.png [BASE_URL] [GROUP ...]}
base=${2:-http://127.0.0.1:3000}
shift $(($# < 2 ? $# : 2))

open=""
for group in "$@"; do open+="global@global:$group,"; done

# the layout is computed in a worker, which virtual time does not wait for: leave it plenty
exec chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=2400,1000 \
    --virtual-time-budget=60000 --screenshot="$out" "$base/asset-groups${open:+?expanded=${open%,}}"
