package stack

import (
	"slices"
	"strings"
)

// databases are the images whose data folder takes one process at a time, and one
// major version of the program, by the last part of their names.
var databases = []string{
	"cassandra", "clickhouse", "clickhouse-server", "cockroach", "couchdb", "elasticsearch", "etcd", "influxdb",
	"mariadb", "meilisearch", "mongo", "mongodb", "mongodb-community-server", "mysql", "mysql-server", "neo4j",
	"opensearch", "percona", "percona-server", "pgvector", "postgis", "postgres", "postgresql", "rabbitmq",
	"timescaledb", "timescaledb-ha", "typesense",
}

// Base is the last part of the name: postgis of ghcr.io/baosystems/postgis.
func (i Image) Base() string { return i.Name[strings.LastIndexByte(i.Name, '/')+1:] }

// IsDatabase reports whether the image is a database, by its name.
func (i Image) IsDatabase() bool { return slices.Contains(databases, i.Base()) }
