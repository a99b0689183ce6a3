package index

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ErrLocked says that another crawl works on the same data folder.
var ErrLocked = errors.New("another crawl is running on this data folder")

// lock takes the data folder for one crawl. The kernel lets go of the lock when
// the process ends, however it ends.
func lock(data string) (unlock func(), err error) {
	path := filepath.Join(data, "crawl.lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return func() { _ = file.Close() }, nil
	}
	_ = file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%s: %w; wait until it is done, or choose another data folder", path, ErrLocked)
	}
	return nil, fmt.Errorf("lock %s: %w", path, err)
}
