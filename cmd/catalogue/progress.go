package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// progress is one line that counts work on a terminal. Elsewhere it is silent.
type progress struct {
	mu    sync.Mutex
	w     io.Writer // nil: silent
	title string
}

func newProgress(c *cli, title string) *progress {
	if tty, _ := c.terminal(c.stderr); !tty {
		return &progress{}
	}
	return &progress{w: c.stderr, title: title}
}

const barWidth = 24

// step shows that done of total are finished, name last.
func (p *progress) step(done, total int, name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w == nil || total == 0 {
		return
	}
	full := barWidth * done / total
	fmt.Fprintf(p.w, "\r\x1b[K%s [%s%s] %d/%d %s", p.title,
		strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), done, total, safeText(name))
}

// clear removes the line, so that what is printed next starts clean.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
