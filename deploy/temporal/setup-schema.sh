#!/bin/sh
# Makes or updates Temporal's two databases. Safe to run at every start: a database that has a schema is only updated, as setting it up a
# second time would put its version back to 0.0. The tool reads the password from SQL_PASSWORD.
set -eu

tool() {
  database=$1
  shift
  temporal-sql-tool --plugin "$SQL_PLUGIN" --ep "$SQL_HOST" --port "$SQL_PORT" --user "$SQL_USER" --db "$database" "$@"
}

prepare() {
  database=$1
  versions=$2
  if tool "$database" update-schema --schema-dir "$versions"; then
    echo "$database: schema is up to date"
    return
  fi
  echo "$database: no schema yet, making it"
  tool "$database" create || echo "$database: is there already"
  tool "$database" setup-schema --version 0.0
  tool "$database" update-schema --schema-dir "$versions"
}

schemas=/etc/temporal/schema/postgresql/v12
prepare temporal "$schemas/temporal/versioned"
prepare temporal_visibility "$schemas/visibility/versioned"
