package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/index/publish/publishtest"
)

func TestConditionalRequests(t *testing.T) {
	site := serve(t, published(t, publishtest.Sample()), nil).URL
	plain := get(t, site+"/recipes.json")
	etag, modified := plain.Header.Get("ETag"), plain.Header.Get("Last-Modified")
	packed := get(t, site+"/recipes.json", "Accept-Encoding: gzip").Header.Get("ETag")
	if !strings.HasPrefix(etag, `"`) || packed == etag {
		t.Fatalf("ETag %s, compressed %s: want two strong ones", etag, packed)
	}
	at, err := http.ParseTime(modified)
	if err != nil {
		t.Fatal(err)
	}
	later, earlier := at.Add(time.Hour).Format(http.TimeFormat), at.Add(-time.Hour).Format(http.TimeFormat)
	for headers, want := range map[string]int{
		"If-None-Match: " + etag:                                      304,
		"If-None-Match: W/" + etag:                                    304,
		"If-None-Match: *":                                            304,
		`If-None-Match: "other", W/"more" ,` + etag:                   304,
		"If-None-Match: \"a\"|If-None-Match: " + etag:                 304,
		`If-None-Match: "other"`:                                      200,
		"If-None-Match: " + packed:                                    200,
		"If-None-Match: " + packed + "|Accept-Encoding: gzip":         304,
		"If-None-Match: " + etag + "|Accept-Encoding: gzip":           200,
		"If-None-Match: ":                                             200,
		`If-None-Match: "other"|If-Modified-Since: ` + later:          200,
		"If-Modified-Since: " + modified:                              304,
		"If-Modified-Since: " + later:                                 304,
		"If-Modified-Since: " + earlier:                               200,
		"If-Modified-Since: yesterday":                                200,
		"If-None-Match: " + strings.Trim(etag, `"`):                   200,
		"If-None-Match: " + etag + "|If-Modified-Since: " + earlier:   304,
		"If-None-Match: " + strings.Repeat(`"x", `, 500) + " " + etag: 304,
	} {
		got := get(t, site+"/recipes.json", strings.Split(headers, "|")...)
		if got.StatusCode != want {
			t.Errorf("%.100s: %s, want %d", headers, got.Status, want)
		}
		if want != 304 {
			continue
		}
		if got.body != "" || got.Header.Get("ETag") == "" || got.Header.Get("Cache-Control") == "" || got.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%.100s: 304 with %d bytes and %v", headers, len(got.body), got.Header)
		}
		if kind := got.Header.Get("Content-Type") + got.Header.Get("Content-Encoding"); kind != "" {
			t.Errorf("%.100s: 304 describes a body: %s", headers, kind)
		}
	}
}

func TestCompression(t *testing.T) {
	site := serve(t, published(t, publishtest.Sample()), nil).URL
	plain := get(t, site+"/recipes.json")
	if plain.Header.Get("Content-Encoding") != "" || plain.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("plain: %v", plain.Header)
	}
	for accept, want := range map[string]bool{
		"gzip": true, "GZIP": true, "x-gzip": true, "br, gzip;q=0.5": true, "*": true, "identity;q=0, *;q=0.1": true, "deflate, gzip;q=1.0": true,
		"gzip;q=0": false, "gzip; q=0.000": false, "*;q=0": false, "gzip;q=0, *": false, "br": false, "": false, "identity": false, "gzip;q=x": false, "gzippy": false,
	} {
		got := get(t, site+"/recipes.json", "Accept-Encoding: "+accept)
		if packed := got.Header.Get("Content-Encoding") == "gzip"; packed != want {
			t.Errorf("%q: compressed is %v, want %v", accept, packed, want)
			continue
		}
		body := got.body
		if want {
			body = unpack(t, body)
			if len(got.body) >= len(plain.body)/2 || got.ContentLength != int64(len(got.body)) {
				t.Errorf("%q: %d of %d bytes, length %d", accept, len(got.body), len(plain.body), got.ContentLength)
			}
		}
		if body != plain.body {
			t.Errorf("%q: another body", accept)
		}
	}
}

func unpack(t *testing.T, packed string) string {
	t.Helper()
	reader, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
