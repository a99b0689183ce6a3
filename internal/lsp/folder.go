package lsp

import (
	"embed"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/config"
	"coopcloud.tech/catalogue/internal/overlay"
	"coopcloud.tech/catalogue/internal/recipe"
)

// folder is a recipe of which a file is open.
type folder struct {
	dir   string
	judge Judge
	stale bool // the judge has to be opened again
	dirty bool

	half     bool // a file is half typed
	findings []lint.Finding
	texts    map[string]*text  // that the findings stand in, by path below dir
	good     map[string]string // the last text of each file that could be read
	shown    map[string]bool   // paths for which the client has diagnostics
}

func (s *session) refreshAll() {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	for _, folder := range s.recipes {
		if folder.dirty {
			s.refresh(folder)
		}
	}
}

// refresh judges the recipe and shows what was found. Where the config is broken,
// or the folder cannot be read, the last findings stay.
func (s *session) refresh(f *folder) {
	f.dirty = false
	if f.stale {
		f.judge, f.stale = s.Open(f.dir), false
	}
	current, done, err := s.files(f)
	if err != nil {
		s.log(err)
		return
	}
	defer done()
	findings, broken, err := s.findings(f, current)
	var faults config.Faults
	if errors.As(err, &faults) {
		s.publish(f, faults)
		return
	}
	if err != nil {
		s.log(err)
		return
	}
	f.half = len(broken) > 0
	f.findings, f.texts = findings, textsOf(current, findings)
	s.publish(f, nil)
}

// files are those of the recipe as the editor shows them, until done.
func (s *session) files(f *folder) (files overlay.FS, done func() error, err error) {
	base, done, err := openDir(f.dir)
	return overlay.FS{Base: base, Files: s.buffers(f.dir)}, done, err
}

// openDir opens the folder. One that is not on disk yet is empty.
func openDir(dir string) (fs.FS, func() error, error) {
	files, done, err := recipe.OpenDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return embed.FS{}, func() error { return nil }, nil
	}
	return files, done, err
}

// buffers are the texts of the open files below the folder.
func (s *session) buffers(dir string) map[string][]byte {
	files := map[string][]byte{}
	for path, document := range s.open {
		if rel := within(dir, path); rel != "" {
			files[rel] = []byte(document.text.data)
		}
	}
	return files
}

// findings judges the recipe. While a file is half typed, everything is judged
// with its last good text, so that one open quote does not blank the rest; of the
// file as it is now comes what cannot be read.
func (s *session) findings(f *folder, current overlay.FS) ([]lint.Finding, map[string]bool, error) {
	now, err := f.judge(current, s.read)
	if err != nil {
		return nil, nil, err
	}
	last := overlay.FS{Base: current.Base, Files: map[string][]byte{}}
	broken := map[string]bool{}
	for file, data := range current.Files {
		last.Files[file] = data
		if readable(file, data) {
			f.good[file] = string(data)
		} else if good, known := f.good[file]; known {
			last.Files[file], broken[file] = []byte(good), true
		}
	}
	if len(broken) == 0 {
		return now.Findings, nil, nil
	}
	before, err := f.judge(last, s.read)
	if err != nil {
		return now.Findings, broken, nil // better than nothing
	}
	return merge(now.Findings, before.Findings, broken, current, last), broken, nil
}

// read reads a file as the editor shows it.
func (s *session) read(path string) ([]byte, error) {
	if document := s.open[filepath.Clean(path)]; document != nil {
		return []byte(document.text.data), nil
	}
	return config.ReadFile(path)
}

// readable says whether a file can be understood as a whole.
func readable(file string, data []byte) bool {
	switch base := path.Base(file); {
	case strings.HasSuffix(base, ".yml"), strings.HasSuffix(base, ".yaml"):
		return recipe.ParseCompose(file, data).Root != nil
	case file == ".env.sample":
		return len(recipe.ParseEnv(file, data).Faults) == 0
	case file == "abra.sh":
		return len(recipe.ParseAbraSh(file, data).Faults) == 0
	}
	return true
}

// textsOf reads the files that the findings and their repairs stand in.
func textsOf(files overlay.FS, findings []lint.Finding) map[string]*text {
	texts := map[string]*text{}
	add := func(file string) {
		if texts[file] != nil {
			return
		}
		texts[file] = newText("")
		if data, err := recipe.ReadFile(files, file); err == nil {
			texts[file] = newText(string(data))
		}
	}
	for _, f := range findings {
		add(f.Span.File)
		for _, r := range f.Related {
			add(r.Span.File)
		}
		for _, r := range f.Repairs {
			for _, e := range r.Edits {
				add(e.File)
			}
		}
	}
	return texts
}
