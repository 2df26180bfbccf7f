#!/bin/sh
# Runs once, on an empty volume: Longhaul and Temporal each get databases that the other can't enter.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set longhaul="$LONGHAUL_DB_PASSWORD" --set temporal="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role longhaul login password :'longhaul';
create role temporal login password :'temporal';
create database longhaul owner longhaul;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database longhaul, temporal, temporal_visibility from public;
SQL
