package publish_test

import (
	"testing"

	"coopcloud.tech/catalogue/internal/index/publish"
	"coopcloud.tech/catalogue/internal/index/publish/publishtest"
)

func TestWrite(t *testing.T) {
	if err := publish.Write(t.Context(), publishtest.Sample(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
}
