export APP_ENTRYPOINT_VERSION=v1

pg_backup() {
  pg_dump -U hedgedoc hedgedoc > /var/lib/postgresql/data/dump.sql
}

create_user() {
  bin/manage_users --add "$1"
}
