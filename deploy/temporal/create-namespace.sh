#!/bin/sh
# Makes the namespace if it is not there. The port of a server that has just started answers before its services do.
set -eu

tries=40
until temporal operator cluster health; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "the Temporal server at $TEMPORAL_ADDRESS did not become healthy" >&2; exit 1; }
  sleep 3
done

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  echo "namespace $TEMPORAL_NAMESPACE is there"
else
  # How long the histories of ended runs can be read; the sync's state is not in them.
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 7d
fi
