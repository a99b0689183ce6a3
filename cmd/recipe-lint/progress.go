package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"coopcloud.tech/catalogue/internal/lint/report"
)

const patience = time.Second

// progress is a line on a terminal that says how far the asking is, once it has taken
// longer than people like to wait in silence. Elsewhere it is silent.
type progress struct {
	mu          sync.Mutex
	w           io.Writer // nil: silent
	timer       *time.Timer
	visible     bool
	done, total int
	last        string
}

func newProgress(c *cli, total int) *progress {
	p := &progress{total: total}
	if isTerminal(c.stderr) && c.getenv("TERM") != "dumb" {
		p.start(c.stderr, patience)
	}
	return p
}

func (p *progress) start(w io.Writer, after time.Duration) {
	p.w = w
	p.timer = time.AfterFunc(after, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.w != nil {
			p.visible = true
			p.draw()
		}
	})
}

// step says that an answer came.
func (p *progress) step(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.show(name)
}

// begin says what takes longer.
func (p *progress) begin(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.show(name)
}

func (p *progress) show(name string) {
	p.last = name
	if p.visible {
		p.draw()
	}
}

func (p *progress) draw() {
	fmt.Fprintf(p.w, "\r\x1b[Kasking online: %d of %d %s", p.done, p.total, report.Printable(p.last))
}

// clear removes the line, so that what is printed next starts clean.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.visible {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	if p.timer != nil {
		p.timer.Stop()
	}
	p.w, p.visible = nil, false
}
