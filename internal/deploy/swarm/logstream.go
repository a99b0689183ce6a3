package swarm

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/swarm"
	"github.com/docker/docker/pkg/stdcopy"
)

// ErrLog: the engine has no log of a task to give. The text says why.
var ErrLog = errors.New("no log")

// MaxLogLine bounds one line of a log, in bytes; the rest of it is dropped.
const MaxLogLine = 64 << 10

// LogOptions choose what of a log is read.
type LogOptions struct {
	Follow         bool
	Since          time.Time // zero: from the beginning
	Tail           int       // lines of each task; below 0: all
	Stdout, Stderr bool
}

// LogLine is one line that a task wrote.
type LogLine struct {
	Time   time.Time // by the clock of the node
	Stderr bool
	Text   []byte // without the line's end
	Cut    bool   // it was longer than MaxLogLine
}

// TaskLogs hands the lines of a task to each, oldest first, until they end; with
// Follow, until the task does. What the engine says about the log itself, such as
// that its driver cannot be read, is the error, an ErrLog.
func (c *Client) TaskLogs(ctx context.Context, task swarm.Task, o LogOptions, each func(LogLine) error) error {
	options := container.LogsOptions{ShowStdout: o.Stdout, ShowStderr: o.Stderr, Follow: o.Follow, Timestamps: true, Tail: "all"}
	if o.Tail >= 0 {
		options.Tail = strconv.Itoa(o.Tail)
	}
	if !o.Since.IsZero() {
		options.Since = o.Since.Format(time.RFC3339Nano)
	}
	stream, err := c.api.TaskLogs(ctx, task.ID, options)
	if err != nil {
		return classify(err)
	}
	defer stream.Close()
	reader := logReader{in: bufio.NewReaderSize(stream, 32<<10), each: each}
	if container := task.Spec.ContainerSpec; container != nil && container.TTY {
		err = reader.raw()
	} else {
		err = reader.frames()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// logReader takes an engine's stream of log messages apart.
type logReader struct {
	in   *bufio.Reader
	each func(LogLine) error
	open [2]*LogLine // of stdout and stderr: lines whose end is yet to come
}

// frames reads the form that tells stdout from stderr: a header of 8 bytes, of
// which the first names the stream and the last four the size.
func (r *logReader) frames() error {
	var header [8]byte
	for {
		if _, err := io.ReadFull(r.in, header[:]); errors.Is(err, io.EOF) {
			return r.flush()
		} else if err != nil {
			return err
		}
		size := int64(binary.BigEndian.Uint32(header[4:]))
		message, err := r.take(size)
		if err != nil {
			return err
		}
		switch stdcopy.StdType(header[0]) {
		case stdcopy.Stdout, stdcopy.Stderr:
			err = r.message(message, stdcopy.StdType(header[0]) == stdcopy.Stderr, size > int64(len(message)))
		case stdcopy.Systemerr:
			err = &kindError{ErrLog, errors.New(string(bytes.TrimSpace(message)))}
		default:
			err = errors.New("the engine sent a log that is none")
		}
		if err != nil {
			return errors.Join(r.flush(), err)
		}
	}
}

// take reads size bytes and keeps no more than a line may have.
func (r *logReader) take(size int64) ([]byte, error) {
	kept := make([]byte, min(size, MaxLogLine))
	if _, err := io.ReadFull(r.in, kept); err != nil {
		return nil, err
	}
	_, err := io.CopyN(io.Discard, r.in, size-int64(len(kept)))
	return kept, err
}

// raw reads what a task with a terminal wrote: plain lines.
func (r *logReader) raw() error {
	for {
		text, err := r.in.ReadSlice('\n')
		if len(text) > 0 {
			if err := r.message(text, false, false); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return r.flush()
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}

// message is a line, or a piece of one: log drivers split lines at 16 KiB, and
// the engine puts the time before each piece.
func (r *logReader) message(text []byte, stderr, cut bool) error {
	at, rest, stamped := bytes.Cut(text, []byte(" "))
	written, err := time.Parse(time.RFC3339Nano, string(at))
	if !stamped || err != nil {
		rest = text
	}
	which := &r.open[0]
	if stderr {
		which = &r.open[1]
	}
	if *which == nil {
		*which = &LogLine{Time: written, Stderr: stderr}
	}
	whole, ends := bytes.CutSuffix(rest, []byte("\n"))
	(*which).add(whole, cut)
	if !ends && !cut {
		return nil
	}
	line := **which
	*which = nil
	return r.each(line)
}

func (l *LogLine) add(text []byte, cut bool) {
	room := MaxLogLine - len(l.Text)
	l.Cut = l.Cut || cut || len(text) > room
	l.Text = append(l.Text, text[:min(len(text), room)]...)
}

// flush hands over lines without an end.
func (r *logReader) flush() error {
	for i, line := range r.open {
		if line == nil {
			continue
		}
		r.open[i] = nil
		if err := r.each(*line); err != nil {
			return err
		}
	}
	return nil
}
