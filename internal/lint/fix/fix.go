package fix

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/overlay"
	"coopcloud.tech/catalogue/internal/recipe"
)

// maxTries bounds how often a recipe is judged with repairs made, on top of each other
// or without those that do harm. A stranger's may offer thousands that do.
const maxTries = 300

// Job is what is to be repaired.
type Job struct {
	FS     fs.FS                               // the files as they stand
	Judge  func(fs.FS) (lint.Result, error)    // every rule, so that no harm is missed
	Wanted func([]lint.Finding) []lint.Finding // those that may be repaired
	Unsafe bool                                // unsafe repairs too
}

// Undone is a repair that was taken back, and why.
type Undone struct {
	Finding lint.Finding
	Title   string
	Why     string
}

// Outcome is what a job came to. Nothing is written yet.
type Outcome struct {
	Before map[string][]byte // the files that change, as they stand
	After  map[string][]byte
	Fixed  []lint.Finding
	Undone []Undone
	Result lint.Result // of the repaired files
}

// Changes lists what changes, sorted by file.
func (o Outcome) Changes() []edit.Change {
	var changes []edit.Change
	for _, file := range o.Changed() {
		changes = append(changes, edit.Change{File: file, Before: o.Before[file], After: o.After[file]})
	}
	return changes
}

// Changed lists the files that change, sorted.
func (o Outcome) Changed() []string { return slices.Sorted(maps.Keys(o.After)) }

// Run repairs in memory what can be repaired. Of repairs that overlap the first
// is made; the others have their turn in the next pass. The files are judged
// again after every pass: a repair that leads to a new finding as grave as its
// own, or graver, is taken back. Where findings are hidden that cannot be told, and
// nothing is repaired.
func Run(job Job) (Outcome, error) {
	job.FS = keep(job.FS)
	result, err := job.Judge(job.FS)
	if err != nil {
		return Outcome{}, err
	}
	w := &work{Job: job, files: map[string][]byte{}, result: result, barred: map[string]bool{}}
	for w.tries < maxTries && !w.result.Hides() {
		chosen := w.choose(w.Wanted(w.result.Findings))
		if len(chosen) == 0 {
			break
		}
		if err := w.pass(chosen); err != nil {
			return Outcome{}, err
		}
	}
	return w.outcome()
}

// candidate is a finding with the repair that is tried.
type candidate struct {
	finding lint.Finding
	repair  lint.Repair
}

func (c candidate) key() string { return c.finding.Fingerprint + "\x00" + c.repair.Title }

type work struct {
	Job
	files  map[string][]byte // changed so far
	result lint.Result
	fixed  []lint.Finding
	undone []Undone
	barred map[string]bool // what was tried and taken back
	tries  int
}

// choose takes the best repair of each finding that goes together with those
// before it.
func (w *work) choose(findings []lint.Finding) []candidate {
	var chosen []candidate
	for _, f := range findings {
		for _, r := range f.Repairs {
			c := candidate{f, r}
			if len(r.Edits) == 0 || !r.Safe && !w.Unsafe || w.barred[c.key()] {
				continue
			}
			if !slices.ContainsFunc(chosen, func(other candidate) bool { return collide(other.repair, r) }) {
				chosen = append(chosen, c)
			}
			break
		}
	}
	return chosen
}

// pass makes the repairs all together. Where that does harm it makes one half of them,
// then the other, so that only those that do it are taken back.
func (w *work) pass(chosen []candidate) error {
	if len(chosen) == 0 || w.tries == maxTries {
		return nil
	}
	harm, err := w.try(chosen)
	switch {
	case harm == "" || err != nil:
		return err
	case len(chosen) == 1:
		w.bar(chosen[0], harm)
		return nil
	}
	half := len(chosen) / 2
	if err := w.pass(chosen[:half]); err != nil {
		return err
	}
	return w.pass(w.current(chosen[half:]))
}

func (w *work) bar(c candidate, why string) {
	w.barred[c.key()] = true
	w.undone = append(w.undone, Undone{c.finding, c.repair.Title, why})
}

// current are the candidates with the edits that fit the files as they are now,
// without those whose finding other repairs have removed.
func (w *work) current(candidates []candidate) []candidate {
	offered := map[string]candidate{}
	for _, f := range w.result.Findings {
		for _, r := range f.Repairs {
			c := candidate{f, r}
			offered[c.key()] = c
		}
	}
	var now []candidate
	for _, c := range candidates {
		if c, ok := offered[c.key()]; ok {
			now = append(now, c)
		}
	}
	return now
}

// maxLed bounds the repairs that a repair leads to: a rollback wants a monitor.
const maxLed = 3

// try makes the repairs and judges again. Where they lead to findings that can be
// repaired in turn, that is a part of them. It keeps all of it unless it does
// harm, and then says which.
func (w *work) try(chosen []candidate) (harm string, err error) {
	w.tries++
	files, step := w.files, chosen
	for range maxLed {
		files, err = w.edited(files, step)
		if err != nil {
			return err.Error(), nil
		}
		result, err := w.Judge(overlay.FS{Base: w.FS, Files: files})
		if err != nil {
			return "", err
		}
		var led []lint.Finding
		if harm, led = worse(w.result, result, chosen); harm == "" {
			for _, c := range chosen {
				w.fixed = append(w.fixed, c.finding)
			}
			w.files, w.result = files, result
			return "", nil
		}
		if step = w.choose(led); len(step) == 0 || len(step) < len(led) {
			break
		}
	}
	return harm, nil
}

// edited are the files with the repairs made.
func (w *work) edited(files map[string][]byte, chosen []candidate) (map[string][]byte, error) {
	repairs := make([]lint.Repair, len(chosen))
	for i, c := range chosen {
		repairs[i] = c.repair
	}
	next := maps.Clone(files)
	for file, edits := range byFile(repairs) {
		data, known := files[file]
		if !known {
			var err error
			if data, err = w.read(file); err != nil {
				return nil, err
			}
		}
		var err error
		if next[file], err = edit.Apply(data, edits); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// read is the file as it stands. One that is not there yet is empty.
func (w *work) read(file string) ([]byte, error) {
	data, err := recipe.ReadFile(w.FS, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

func (w *work) outcome() (Outcome, error) {
	o := Outcome{Before: map[string][]byte{}, After: map[string][]byte{}, Fixed: w.fixed, Undone: w.undone, Result: w.result}
	for file, after := range w.files {
		before, err := w.read(file)
		if err != nil {
			return Outcome{}, fmt.Errorf("read again: %w", err)
		}
		if string(before) != string(after) {
			o.Before[file], o.After[file] = before, after
		}
	}
	return o, nil
}
