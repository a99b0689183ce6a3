package lifecycle

import (
	"github.com/distribution/reference"
)

// products are the images whose tags are the versions of a product of endoflife.date,
// by familiar name. An image that only contains a product, as most do, is none.
var products = map[string]string{
	"almalinux":                "almalinux",
	"alpine":                   "alpine-linux",
	"bitnami/mariadb":          "mariadb",
	"bitnami/mongodb":          "mongodb",
	"bitnami/postgresql":       "postgresql",
	"bitnami/redis":            "redis",
	"bitnamilegacy/mariadb":    "mariadb",
	"bitnamilegacy/mongodb":    "mongodb",
	"bitnamilegacy/postgresql": "postgresql",
	"bitnamilegacy/redis":      "redis",
	"cassandra":                "apache-cassandra",
	"couchdb":                  "couchdb",
	"debian":                   "debian",
	"docker.elastic.co/elasticsearch/elasticsearch": "elasticsearch",
	"docker.elastic.co/kibana/kibana":               "kibana",
	"drupal":                                        "drupal",
	"elasticsearch":                                 "elasticsearch",
	"fedora":                                        "fedora",
	"gitlab/gitlab-ce":                              "gitlab",
	"gitlab/gitlab-ee":                              "gitlab",
	"golang":                                        "go",
	"grafana/grafana":                               "grafana",
	"grafana/grafana-oss":                           "grafana",
	"haproxy":                                       "haproxy",
	"httpd":                                         "apache-http-server",
	"influxdb":                                      "influxdb",
	"joomla":                                        "joomla",
	"kibana":                                        "kibana",
	"lscr.io/linuxserver/mariadb":                   "mariadb",
	"lscr.io/linuxserver/nextcloud":                 "nextcloud",
	"mariadb":                                       "mariadb",
	"mattermost/mattermost-team-edition":            "mattermost",
	"mediawiki":                                     "mediawiki",
	"mongo":                                         "mongodb",
	"mysql":                                         "mysql",
	"neo4j":                                         "neo4j",
	"nextcloud":                                     "nextcloud",
	"nginx":                                         "nginx",
	"nginxinc/nginx-unprivileged":                   "nginx",
	"node":                                          "nodejs",
	"opensearchproject/opensearch":                  "opensearch",
	"perl":                                          "perl",
	"php":                                           "php",
	"postgis/postgis":                               "postgresql",
	"postgres":                                      "postgresql",
	"prom/prometheus":                               "prometheus",
	"python":                                        "python",
	"quay.io/keycloak/keycloak":                     "keycloak",
	"rabbitmq":                                      "rabbitmq",
	"redis":                                         "redis",
	"rockylinux":                                    "rocky-linux",
	"ruby":                                          "ruby",
	"tomcat":                                        "tomcat",
	"traefik":                                       "traefik",
	"ubuntu":                                        "ubuntu",
	"valkey/valkey":                                 "valkey",
	"varnish":                                       "varnish",
	"wordpress":                                     "wordpress",
}

// productOf is the product that a repository's tags are versions of; "" where there is
// none.
func productOf(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	return products[reference.FamiliarName(named)]
}
