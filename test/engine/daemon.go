package engine

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// daemon is a running dockerd.
type daemon struct {
	command *exec.Cmd
	log     *tail
	done    chan struct{} // closed when dockerd has ended
}

// launch runs inside new network, mount, process and hostname namespaces: what dockerd
// mounts and starts there ends with it, even when it is killed. /run/docker
// holds network sandboxes and must not be shared between engines.
const launch = `mount --make-rprivate / &&
mount -t proc proc /proc &&
mkdir -p /run/docker && mount -t tmpfs tmpfs /run/docker &&
ip link set lo up &&
if [ -n "$3" ]; then echo "$3" >/proc/sys/kernel/hostname; fi &&
exec dockerd --bridge=none --iptables=false --containerd-namespace "$2" --containerd-plugins-namespace "$2-plugins" \
	--data-root "$1/data" --exec-root "$1/exec" -p "$1/pid" -H "unix://$1/sock"`

func startDaemon(dir, hostname string) (*daemon, error) {
	if runtime.GOOS != "linux" {
		return nil, errors.New("starting dockerd needs Linux")
	}
	if os.Geteuid() != 0 {
		return nil, errors.New("starting dockerd needs root")
	}
	for _, program := range []string{"dockerd", "containerd", "ip", "mount"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, fmt.Errorf("%w; apt-get install docker.io iptables iproute2", err)
		}
	}
	sweep()
	d := &daemon{log: &tail{}, done: make(chan struct{})}
	d.command = exec.Command("sh", "-c", launch, "sh", dir, filepath.Base(dir), hostname)
	d.command.Stdout, d.command.Stderr = d.log, d.log
	d.command.SysProcAttr = namespaces()
	return d, d.start()
}

// start keeps its thread until dockerd ends: the parent death signal is sent
// when the starting thread ends, not the process.
func (d *daemon) start() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer close(d.done)
		err := d.command.Start()
		started <- err
		if err == nil {
			_ = d.command.Wait()
		}
	}()
	return <-started
}

// stop ends dockerd in order, then by force.
func (d *daemon) stop() {
	_ = d.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-d.done:
	case <-time.After(20 * time.Second):
		_ = d.command.Process.Kill()
		<-d.done
	}
}

func (d *daemon) lastWords() string { return d.log.String() }

// tail keeps the last 4 KiB that were written to it.
type tail struct {
	mutex sync.Mutex
	text  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - 4096; over > 0 {
		t.text = bytes.Clone(t.text[over:])
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return string(t.text)
}

// dirPrefix names the folder of an engine after the process that it serves.
func dirPrefix() string { return fmt.Sprintf("cte-%d-", os.Getpid()) }

// sweep removes what engines of killed test processes left behind.
func sweep() {
	dirs, _ := filepath.Glob("/tmp/cte-*-*")
	for _, dir := range dirs {
		pid, err := strconv.Atoi(strings.Split(filepath.Base(dir), "-")[1])
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			os.RemoveAll(dir)
		}
	}
}
