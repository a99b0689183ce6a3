package lint

import (
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

// databases are the images whose data folder takes one process at a time, by the
// last part of their names.
var databases = []string{
	"cassandra", "clickhouse", "clickhouse-server", "cockroach", "couchdb", "elasticsearch", "etcd", "influxdb",
	"mariadb", "meilisearch", "mongo", "mongodb", "mongodb-community-server", "mysql", "mysql-server", "neo4j",
	"opensearch", "percona", "percona-server", "pgvector", "postgis", "postgres", "postgresql", "rabbitmq",
	"timescaledb", "timescaledb-ha", "typesense",
}

// memoryStores keep what they hold in memory, and write it to disk now and then.
var memoryStores = []string{"dragonfly", "keydb", "memcached", "redis", "redis-stack", "redis-stack-server", "valkey"}

// imageNamed reports whether the last part of the service's image is one of the names.
func imageNamed(s *stack.Service, names []string) bool {
	image, ok := parseImage(s)
	if !ok {
		return false
	}
	last := image.Name[strings.LastIndexByte(image.Name, '/')+1:]
	for _, name := range names {
		if last == name {
			return true
		}
	}
	return false
}

// dataVolume is the first volume with a name that the service may write to.
func dataVolume(s *stack.Service) (stack.Mount, bool) {
	for _, m := range s.Volumes {
		if m.Type == "volume" && m.Source != "" && !m.ReadOnly {
			return m, true
		}
	}
	return stack.Mount{}, false
}

// keepsData reports whether the service writes to a volume or a folder of the node.
func keepsData(s *stack.Service) bool {
	for _, m := range s.Volumes {
		if (m.Type == "volume" || m.Type == "bind") && m.Source != "" && !m.ReadOnly {
			return true
		}
	}
	return false
}
