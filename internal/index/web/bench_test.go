package web_test

import (
	"io"
	"net/http"
	"testing"

	"coopcloud.tech/catalogue/internal/index/publish/publishtest"
)

// BenchmarkServeRecipesJSON asks over loopback for the recipes.json of 200
// recipes, on as many connections as there are cores. `make bench` compares
// the server with nginx.
func BenchmarkServeRecipesJSON(b *testing.B) {
	site := serve(b, published(b, publishtest.Many(200)), nil).URL
	for name, headers := range map[string]http.Header{
		"plain":       {"Accept-Encoding": {"identity"}},
		"gzip":        {"Accept-Encoding": {"gzip"}},
		"notmodified": {"Accept-Encoding": {"identity"}, "If-None-Match": {get(b, site+"/recipes.json").Header.Get("ETag")}},
	} {
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					load(b, site+"/recipes.json", headers)
				}
			})
		})
	}
}

func load(b *testing.B, url string, headers http.Header) {
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	request.Header = headers
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		b.Fatal(err)
	}
}
