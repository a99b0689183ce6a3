//go:build !linux

package engine

import "syscall"

// namespaces exist on Linux alone; startDaemon refuses before it comes here.
func namespaces() *syscall.SysProcAttr { return nil }
