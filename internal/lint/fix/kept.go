package fix

import (
	"io/fs"
	"sync"

	"coopcloud.tech/catalogue/internal/overlay"
	"coopcloud.tech/catalogue/internal/recipe"
)

// kept is a folder whose files stay as they were first read. Else a repair would be
// made by the places of a text that somebody has replaced meanwhile.
type kept struct {
	base  fs.FS
	mu    sync.Mutex // variants are read side by side
	texts map[string][]byte
}

var _ interface {
	fs.ReadDirFS
	fs.ReadLinkFS
	fs.StatFS
} = (*kept)(nil)

func keep(base fs.FS) *kept { return &kept{base: base, texts: map[string][]byte{}} }

// Open keeps what can be read as a part of a recipe.
func (k *kept) Open(name string) (fs.File, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	text, known := k.texts[name]
	if !known {
		var err error
		if text, err = recipe.ReadFile(k.base, name); err != nil {
			return k.base.Open(name)
		}
		k.texts[name] = text
	}
	return overlay.FS{Files: map[string][]byte{name: text}}.Open(name)
}

func (k *kept) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(k.base, name) }
func (k *kept) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(k.base, name) }
func (k *kept) Lstat(name string) (fs.FileInfo, error)     { return fs.Lstat(k.base, name) }
func (k *kept) ReadLink(name string) (string, error)       { return fs.ReadLink(k.base, name) }
