package main

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

// rawTerminal hands our terminal over to a command elsewhere: every key goes
// there, Ctrl-C included, and its size follows ours.
func (v *runVerb) rawTerminal(e *swarm.Exec) (restore func(), err error) {
	fd, _ := v.keyboard()
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, err
	}
	sizes := make(chan swarm.Size, 1)
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	if width, height, err := term.GetSize(fd); err == nil {
		e.Size = swarm.Size{Height: uint(height), Width: uint(width)}
	}
	go func() {
		defer close(sizes)
		for range changed {
			if width, height, err := term.GetSize(fd); err == nil {
				offer(sizes, swarm.Size{Height: uint(height), Width: uint(width)})
			}
		}
	}()
	e.Sizes = sizes
	return func() {
		signal.Stop(changed)
		close(changed)
		_ = term.Restore(fd, before)
	}, nil
}

// offer puts a size in place of one that nobody has taken yet.
func offer(sizes chan swarm.Size, size swarm.Size) {
	select {
	case <-sizes:
	default:
	}
	sizes <- size
}
