//go:build !linux

package swarm

import "syscall"

// ownSession keeps Ctrl-C from the tunnel, which a deploy needs for putting
// things back.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
