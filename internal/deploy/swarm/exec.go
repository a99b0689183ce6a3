package swarm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"
)

// Exec is a command to run in a container.
type Exec struct {
	Command []string
	Env     []string // KEY=value, on top of the container's own
	User    string   // "": the container's
	Dir     string   // "": the container's
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	TTY     bool
	Size    Size        // of the terminal; zero: unknown
	Sizes   <-chan Size // later ones; nil without
}

// Size of a terminal in characters.
type Size struct{ Height, Width uint }

// Exec runs a command in a container of this engine and returns its exit code.
// When the context ends, it lets go of the command, which may run on: the
// engine has no call that stops it.
func (c *Client) Exec(ctx context.Context, containerID string, e Exec) (code int, err error) {
	created, err := c.createExec(ctx, containerID, e)
	if err != nil {
		return 0, err
	}
	stream, err := c.api.ContainerExecAttach(ctx, created, container.ExecAttachOptions{Tty: e.TTY})
	if err != nil {
		return 0, classify(err)
	}
	defer stream.Close()
	defer context.AfterFunc(ctx, stream.Close)()
	running, ended := context.WithCancel(ctx)
	defer ended()
	go c.resize(running, created, e)
	if e.Stdin != nil {
		// Nothing ends a read of stdin, so nobody waits for this.
		go feed(stream, e)
	}
	if err := drain(stream, e); err != nil && ctx.Err() == nil {
		return 0, fmt.Errorf("the connection to the command broke: %w", err)
	}
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return c.exitCode(ctx, created)
}

func (c *Client) createExec(ctx context.Context, containerID string, e Exec) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var size *[2]uint
	if e.Size != (Size{}) {
		size = &[2]uint{e.Size.Height, e.Size.Width}
	}
	created, err := c.api.ContainerExecCreate(ctx, containerID, container.ExecOptions{
		ConsoleSize: size, // from API 1.42; the client drops it for older ones
		Cmd:         e.Command, Env: e.Env, User: e.User, WorkingDir: e.Dir, Tty: e.TTY,
		AttachStdin: e.Stdin != nil, AttachStdout: true, AttachStderr: true,
	})
	return created.ID, classify(err)
}

// resize keeps the terminal as large as ours. A wrong size is no reason to stop.
func (c *Client) resize(ctx context.Context, exec string, e Exec) {
	if e.Size != (Size{}) {
		c.setSize(ctx, exec, e.Size)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case size, open := <-e.Sizes:
			if !open {
				return
			}
			c.setSize(ctx, exec, size)
		}
	}
}

// setSize tries again for a moment: the engine answers before the command is
// there.
func (c *Client) setSize(ctx context.Context, exec string, size Size) {
	for range 10 {
		err := c.api.ContainerExecResize(ctx, exec, container.ResizeOptions{Height: size.Height, Width: size.Width})
		if err == nil || ctx.Err() != nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func feed(stream types.HijackedResponse, e Exec) {
	_, _ = io.Copy(stream.Conn, e.Stdin)
	if e.TTY {
		// Closing its input ends a terminal, with what it has yet to say.
		_, _ = stream.Conn.Write([]byte{endOfTransmission})
		return
	}
	_ = stream.CloseWrite()
}

// endOfTransmission is what Ctrl-D sends: the end of a terminal's input.
const endOfTransmission = 4

func drain(stream types.HijackedResponse, e Exec) error {
	if e.TTY {
		_, err := io.Copy(e.Stdout, stream.Reader)
		return err
	}
	_, err := stdcopy.StdCopy(e.Stdout, e.Stderr, stream.Reader)
	return err
}

// exitCode asks until the engine has noticed the end: the output ends earlier.
func (c *Client) exitCode(ctx context.Context, exec string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for {
		state, err := c.api.ContainerExecInspect(ctx, exec)
		switch {
		case err != nil:
			return 0, classify(err)
		case !state.Running:
			return state.ExitCode, nil
		}
		select {
		case <-ctx.Done():
			return 0, errors.New("the command closed its output and runs on")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ContainerEnv is the environment that a container of this engine was made with.
func (c *Client) ContainerEnv(ctx context.Context, containerID string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := c.api.ContainerInspect(ctx, containerID)
	if err != nil || found.Config == nil {
		return nil, classify(err)
	}
	return found.Config.Env, nil
}
