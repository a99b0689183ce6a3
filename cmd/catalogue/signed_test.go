package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/publish"
)

// A reader who comes while the catalogue is published waits, and takes nothing for
// tampered with.
func TestSignedReaderMeetsThePublisher(t *testing.T) {
	t.Parallel()
	private, public, err := catalogue.GenerateKey("catalogue.test")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := catalogue.ParseSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := catalogue.ParseKeys(public)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	edition := func(n int) error {
		c := catalogue.Catalogue{GeneratedAt: time.Now().Add(time.Duration(n-100) * time.Second)}
		for _, name := range []string{"a", "b", "c", "d"} {
			c.Recipes = append(c.Recipes, catalogue.Recipe{Name: name, Description: strings.Repeat("x", n)})
		}
		return publish.Write(context.Background(), c, dir, signer)
	}
	if err := edition(0); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		var err error
		for n := 1; n <= 15 && err == nil; n++ {
			err = edition(n)
		}
		done <- err
	}()
	c := &cli{getenv: func(string) string { return "" }, stderr: io.Discard, data: filepath.Join(dir, "data")}
	for read := 0; ; read++ {
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			if read == 0 {
				t.Error("nothing was read meanwhile")
			}
			return
		default:
		}
		if _, err := c.readSigned(t.Context(), dir, catalogue.RecipePath("a"), catalogue.MaxRecipeSize, keys); err != nil {
			t.Error(err)
		}
	}
}
