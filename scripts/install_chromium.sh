#!/usr/bin/env bash
# A headless browser for pictures of the UI and for looking at the site, where the system has none yet.
set -euo pipefail

command -v chromium > /dev/null && exit 0
apt-get update
apt-get install --yes --no-install-recommends chromium fonts-dejavu-core
