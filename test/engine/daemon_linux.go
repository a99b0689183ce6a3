package engine

import "syscall"

// namespaces has dockerd start in its own.
func namespaces() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS,
		Pdeathsig:  syscall.SIGKILL, // of PID 1 in its namespace: nothing of it survives
		Setpgid:    true,            // Ctrl-C goes to the tests, which stop it in order
	}
}
