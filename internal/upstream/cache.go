package upstream

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Cache keeps answers as files, each with the question and the time. It is only a
// cache: what cannot be read, written or understood is as if it were not there.
// It may be shared by processes, since every file is replaced at once, and removed by
// Put when nobody needed it for long, or there are too many.
type Cache struct {
	Dir string           // "" keeps nothing
	Now func() time.Time // nil is time.Now
}

// Forever is how long an answer about content holds that its digest names.
const Forever = time.Duration(1<<63 - 1)

const maxEntry = 4 << 20 // bytes; the longest are lists of tags

type entry struct {
	Question string          `json:"question"`
	At       time.Time       `json:"at"`
	Answer   json.RawMessage `json:"answer"`
}

// Get fills in the answer if one is there, and says when it was given. One from
// the future is none: the clock was wrong then, or is now.
func (c Cache) Get(question string, answer any) (at time.Time, ok bool) {
	if c.Dir == "" {
		return at, false
	}
	path := c.path(question)
	data, err := c.readEntry(path)
	var e entry
	if err != nil || json.Unmarshal(data, &e) != nil || e.Question != question || e.At.After(c.now()) {
		return at, false
	}
	return e.At, json.Unmarshal(e.Answer, answer) == nil
}

// Fresh is Get for an answer that is not older than age.
func (c Cache) Fresh(question string, age time.Duration, answer any) bool {
	at, ok := c.Get(question, answer)
	return ok && c.now().Sub(at) < age
}

// Put keeps the answer, as given now. It reports whether it could: else the next run
// asks again.
func (c Cache) Put(question string, answer any) bool {
	if c.Dir == "" {
		return false
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return false
	}
	data, err := json.Marshal(entry{question, c.now(), raw})
	if err != nil || len(data) > maxEntry {
		return false
	}
	c.prune()
	return replaceFile(c.path(question), data) == nil
}

func (c Cache) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// path hides the question, which a stranger wrote, from the file system.
func (c Cache) path(question string) string {
	sum := sha256.Sum256([]byte(question))
	name := hex.EncodeToString(sum[:])
	return filepath.Join(c.Dir, name[:2], name[2:]+".json")
}

func (c Cache) readEntry(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxEntry { // a pipe would block
		return nil, fs.ErrInvalid
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if now := c.now(); now.Sub(info.ModTime()) > pruneEvery {
		_ = os.Chtimes(path, now, now) // what is used stays; else it goes one day and is asked again
	}
	return io.ReadAll(io.LimitReader(file, maxEntry))
}

func replaceFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}
