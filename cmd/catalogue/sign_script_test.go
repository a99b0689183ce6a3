package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/mod/sumdb/note"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// resign DIR AGO KEY… signs the files of a catalogue as they are, as if that long
// ago: what only a publisher, or who has stolen his key, can do.
func resign(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: resign DIR AGO KEY…")
	}
	ago, err := time.ParseDuration(args[1])
	ts.Check(err)
	m := catalogue.Manifest{Generated: time.Now().Add(-ago)}
	root := os.DirFS(ts.MkAbs(args[0]))
	ts.Check(fs.WalkDir(root, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" || strings.HasPrefix(path, "static/") {
			return err
		}
		data, err := fs.ReadFile(root, path)
		m.Files = append(m.Files, catalogue.NewFile(path, data))
		return err
	}))
	var signers []catalogue.Signer
	for _, key := range args[2:] {
		signer, err := catalogue.ParseSigner(ts.ReadFile(key))
		ts.Check(err)
		signers = append(signers, signer)
	}
	data, err := catalogue.Sign(m, signers)
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(args[0]), catalogue.ManifestPath), data, 0o600))
}

// signtext FILE KEY OUT signs any text, as a manifest or not.
func signtext(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: signtext FILE KEY OUT")
	}
	key, err := note.NewSigner(strings.TrimSpace(ts.ReadFile(args[1])))
	ts.Check(err)
	data, err := note.Sign(&note.Note{Text: ts.ReadFile(args[0])}, key)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), data, 0o600))
}
