#!/usr/bin/env bash
# PostgreSQL and Redis for the tests of a night over workers, where the system has none yet. Their programs are all that is
# needed: the tests start their own, on loopback, and Debian's are not left running.
set -euo pipefail

installed() {
    command -v redis-server > /dev/null && compgen -G "/usr/lib/postgresql/*/bin/initdb" > /dev/null
}

installed && exit 0
apt-get update
# a cluster of Debian's own would be started by its installation
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
apt-get install --yes --no-install-recommends postgresql redis-server
service redis-server stop || true
