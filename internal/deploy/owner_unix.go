//go:build unix

package deploy

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives the file the owner it had: root may be editing another
// user's file. Without the right to do so, the file is one's own anyway.
func keepOwner(path string, info fs.FileInfo) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		_ = os.Chown(path, int(stat.Uid), int(stat.Gid))
	}
}
