package swarm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// tunnel is one system ssh process that forwards a local socket to the
// server's engine. It honours the operator's ssh config, keys and known hosts,
// and needs no docker command on the server.
type tunnel struct {
	dir, socket string
	command     *exec.Cmd
	stderr      lockedBuffer
	done        chan struct{} // closed when ssh has ended
}

// openTunnel returns when the forwarded socket accepts connections.
func openTunnel(ctx context.Context, host string) (*tunnel, error) {
	args, err := sshArgs(host)
	if err != nil {
		return nil, err
	}
	// Mode 0700: whoever can write to the socket is root on the server. Not
	// os.TempDir(): socket paths end at 108 bytes.
	dir, err := os.MkdirTemp("/tmp", "catalogue-ssh-")
	if err != nil {
		return nil, err
	}
	t := &tunnel{dir: dir, socket: filepath.Join(dir, "docker.sock"), done: make(chan struct{})}
	t.command = exec.Command("ssh", args(t.socket)...)
	t.command.Stderr = &t.stderr
	t.command.SysProcAttr = ownSession()
	if err := t.start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := t.awaitSocket(ctx); err != nil {
		return nil, errors.Join(err, t.close())
	}
	return t, nil
}

// sshArgs returns the arguments of ssh for ssh://[USER@]HOST[:PORT][/SOCKET].
func sshArgs(host string) (func(socket string) []string, error) {
	u, err := url.Parse(host)
	if err != nil {
		return nil, err
	}
	if _, password := u.User.Password(); u.Hostname() == "" || password || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%s: expected ssh://[USER@]HOST[:PORT][/SOCKET], without a password", u.Redacted())
	}
	remote := u.Path
	if remote == "" || remote == "/" {
		remote = "/var/run/docker.sock"
	}
	return func(socket string) []string {
		args := []string{
			"-N", "-T",
			"-o", "ExitOnForwardFailure=yes",
			"-o", "ConnectTimeout=20",
			"-o", "ServerAliveInterval=15",
			"-L", socket + ":" + remote,
		}
		if user := u.User.Username(); user != "" {
			args = append(args, "-l", user)
		}
		if port := u.Port(); port != "" {
			args = append(args, "-p", port)
		}
		return append(args, "--", u.Hostname())
	}, nil
}

// start keeps its thread until ssh ends, because a parent death signal is sent
// when the starting thread ends.
func (t *tunnel) start() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer close(t.done)
		err := t.command.Start()
		started <- err
		if err == nil {
			_ = t.command.Wait()
		}
	}()
	return <-started
}

func (t *tunnel) awaitSocket(ctx context.Context) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		connection, err := net.Dial("unix", t.socket)
		if err == nil {
			return connection.Close()
		}
		select {
		case <-t.done:
			return fmt.Errorf("ssh: %s", t.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("ssh: %w: %s", ctx.Err(), t.lastWords())
		case <-tick.C:
		}
	}
}

// lastWords is what ssh said, without the carriage returns of its line ends.
func (t *tunnel) lastWords() string {
	return strings.TrimSpace(strings.ReplaceAll(t.stderr.String(), "\r", ""))
}

func (t *tunnel) close() error {
	_ = t.command.Process.Kill()
	<-t.done
	return os.RemoveAll(t.dir)
}

// lockedBuffer keeps the first 4 KiB written to it.
type lockedBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if room := 4096 - b.buffer.Len(); room > 0 {
		b.buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.String()
}
