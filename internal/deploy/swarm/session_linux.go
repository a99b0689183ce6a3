package swarm

import "syscall"

// ownSession keeps Ctrl-C from the tunnel, which a deploy needs for putting
// things back, and ends the tunnel when we are killed.
func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGTERM}
}
