package git

import (
	"fmt"
	"io/fs"
	"os"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
)

// plainFiles opens no named pipe, socket or device: a repository that somebody
// unpacked may have one in place of any file, and to open it could wait for ever.
type plainFiles struct{ billy.Filesystem }

func filesOf(dir string) plainFiles { return plainFiles{osfs.New(dir)} }

func (p plainFiles) Open(name string) (billy.File, error) { return p.OpenFile(name, os.O_RDONLY, 0) }

func (p plainFiles) OpenFile(name string, flag int, mode os.FileMode) (billy.File, error) {
	const special = fs.ModeNamedPipe | fs.ModeSocket | fs.ModeDevice | fs.ModeIrregular
	if info, err := p.Stat(name); err == nil && info.Mode()&special != 0 {
		return nil, fmt.Errorf("%s: not a regular file", p.Join(p.Root(), name))
	}
	return p.Filesystem.OpenFile(name, flag, mode)
}

func (p plainFiles) Chroot(dir string) (billy.Filesystem, error) {
	below, err := p.Filesystem.Chroot(dir)
	return plainFiles{below}, err
}

// Capabilities passes on what go-git asks a file system for.
func (p plainFiles) Capabilities() billy.Capability { return billy.Capabilities(p.Filesystem) }
