package upstream

import (
	"net/http"
	"net/url"
	"testing"
)

// Behind a proxy, some registries do not know that they are asked over TLS.
func TestNextPageOverTLS(t *testing.T) {
	here := &url.URL{Scheme: "https", Host: "registry.example.org", Path: "/v2/app/tags/list"}
	header := http.Header{"Link": {`<http://registry.example.org/v2/app/tags/list?2>; rel="next"`}}
	next, err := nextPage(&http.Response{Header: header, Request: &http.Request{URL: here}})
	if err != nil || next.String() != "https://registry.example.org/v2/app/tags/list?2" {
		t.Errorf("%s, %v", next, err)
	}
}
