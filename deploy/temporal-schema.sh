#!/bin/sh
# Brings Temporal's two databases to the schema of this admin-tools image. Run again, it changes nothing.
set -eu
for database in temporal temporal_visibility; do
  tool() { temporal-sql-tool --plugin postgres12 --database "$database" "$@"; }
  tool setup-schema --version 0.0
  tool update-schema --schema-name "postgresql/v12/${database#temporal_}"
done
