package index_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/index"
	"coopcloud.tech/catalogue/internal/index/store"
)

// twoHundred is 200 small recipes of two services and five versions each.
func twoHundred() string {
	var archive strings.Builder
	for i := range 200 {
		for v := range 5 {
			fmt.Fprintf(&archive, `-- recipe%d/1.%d.0+2.%d/compose.yml --
version: "3.8"
services:
  app:
    image: nginx:1.2%d.0
    networks: [proxy]
    secrets: [db_password]
    healthcheck: {test: ["CMD", "true"]}
    deploy:
      labels:
        - "traefik.enable=true"
        - "coop-cloud.${STACK_NAME}.version=1.%d.0+2.%d"
  db:
    image: mariadb:10.%d
    healthcheck: {test: ["CMD", "true"]}
networks: {proxy: {external: true}}
secrets:
  db_password: {name: "${STACK_NAME}_db_password_${SECRET_DB_PASSWORD_VERSION}", external: true}
-- recipe%d/1.%d.0+2.%d/.env.sample --
TYPE=recipe%d
DOMAIN=recipe%d.example.com
SECRET_DB_PASSWORD_VERSION=v1 # length=32
`, i, v, v, v, v, v, v, i, v, v, i, i)
		}
	}
	return archive.String()
}

func BenchmarkCrawl200x5First(b *testing.B) {
	l := newLab(b, twoHundred())
	for b.Loop() {
		b.StopTimer()
		l.options.Data = b.TempDir()
		db, err := store.Open(b.Context(), filepath.Join(l.options.Data, "catalogue.db"))
		l.must(err)
		b.StartTimer()
		report, err := index.Crawl(b.Context(), db, l.options)
		l.must(err)
		b.StopTimer()
		l.must(db.Close())
		if report.Read != 200 {
			b.Fatalf("report %+v", report)
		}
		b.StartTimer()
	}
}

func BenchmarkCrawl200x5Unchanged(b *testing.B) {
	l := newLab(b, twoHundred())
	l.crawl()
	for b.Loop() {
		if report := l.crawl(); report.Unchanged != 200 {
			b.Fatalf("report %+v", report)
		}
	}
}

func BenchmarkLoad200x5(b *testing.B) {
	l := newLab(b, twoHundred())
	l.crawl()
	for b.Loop() {
		if loaded := l.load(); len(loaded.Recipes) != 200 {
			b.Fatal(len(loaded.Recipes))
		}
	}
}
