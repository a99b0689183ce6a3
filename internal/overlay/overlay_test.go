package overlay_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/overlay"
)

func TestOverlay(t *testing.T) {
	base := fstest.MapFS{
		"compose.yml":     {Data: []byte("disk"), Mode: 0o644},
		"link":            {Data: []byte("compose.yml"), Mode: fs.ModeSymlink},
		"release/1.0.0+1": {Data: []byte("note"), Mode: 0o644},
	}
	files := overlay.FS{Base: base, Files: map[string][]byte{
		"compose.yml": []byte("buffer"), "compose.new.yml": []byte("new"), "release/next": []byte("next"),
	}}
	if err := fstest.TestFS(files, "compose.yml", "compose.new.yml", "link", "release/1.0.0+1", "release/next"); err != nil {
		t.Error(err)
	}
	if text, err := fs.ReadFile(files, "compose.yml"); err != nil || string(text) != "buffer" {
		t.Errorf("got %q, %v; want the text that lies over the file", text, err)
	}
}
