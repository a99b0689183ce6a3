//go:build unix

package edit

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner matters where root repairs the files of others, as in a container. Who
// may not give a file away may still keep its group.
func keepOwner(f *os.File, was fs.FileInfo) {
	stat, ok := was.Sys().(*syscall.Stat_t)
	if ok && f.Chown(int(stat.Uid), int(stat.Gid)) != nil {
		_ = f.Chown(-1, int(stat.Gid))
	}
}
