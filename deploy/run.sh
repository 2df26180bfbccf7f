#!/bin/sh
# The image's door: one image, one role per container.
set -eu
role=${1:-}
[ $# -eq 0 ] || shift
case $role in
  api) file=api/server.js ;;
  worker) file=worker.js ;;
  sandbox) file=sandbox/server.js ;;
  migrate | namespace | secrets | key | show) file=scripts/$role.js ;;
  *)
    echo 'Roles: api, worker, sandbox, migrate, namespace, secrets, key, show' >&2
    exit 64
    ;;
esac
# exec, so that Node itself gets the signals and can drain.
exec node --enable-source-maps "$(dirname "$0")/../dist/$file" "$@"
