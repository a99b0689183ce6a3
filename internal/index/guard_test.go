package index

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/index/source"
)

func TestPanicBecomesAnError(t *testing.T) {
	var log bytes.Buffer
	c := &crawl{opts: Options{Log: slog.New(slog.NewTextHandler(&log, nil))}}
	err := c.guarded(job{repo: source.Repo{Name: "blog"}}, func() error { panic("index out of range") })
	if err == nil || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(log.String(), "recipe=blog") || !strings.Contains(log.String(), "guard_test.go") {
		t.Errorf("the log has no name or stack: %s", log.String())
	}
}
