#!/bin/sh
# Makes the secrets that docker-compose.yml hands to the containers, in deploy/secrets; those that are there stay.
# Keep a copy of master.key elsewhere: without it nothing personal can ever be read again.
set -eu

cd "$(dirname "$0")"
umask 077
mkdir -p secrets

for name in \
    postgres.password ledger.password ledger_keys.password assessment.password assessment_keys.password \
    intake.password intake_keys.password complaints.password complaints_keys.password \
    notifications.password notifications_keys.password \
    relay.password master.key services.key keycloak.password
do
    [ -s "secrets/$name" ] && continue
    od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n' >"secrets/.$name.new"
    echo >>"secrets/.$name.new"
    # The user of a container is not ours. The folder is closed to everybody else on this machine.
    chmod 0444 "secrets/.$name.new"
    mv "secrets/.$name.new" "secrets/$name"
    echo "✓ deploy/secrets/$name"
done
