package catalogue_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"golang.org/x/mod/sumdb/note"
)

type pair struct {
	signer          catalogue.Signer
	private, public string
}

func newPair(t testing.TB, name string) pair {
	t.Helper()
	private, public, err := catalogue.GenerateKey(name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := catalogue.ParseSigner(private + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return pair{signer, private, public}
}

func trust(t testing.TB, pairs ...pair) catalogue.Keys {
	t.Helper()
	text := "# keys\n\n"
	for _, p := range pairs {
		text += p.public + "\r\n"
	}
	keys, err := catalogue.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func sampleManifest() catalogue.Manifest {
	return catalogue.Manifest{Generated: checked, Files: []catalogue.File{
		catalogue.NewFile("v2/recipes/Ü b.json", []byte("b")), catalogue.NewFile("v2/index.json", nil), catalogue.NewFile("recipes.json", []byte("{}")),
	}}
}

func sign(t testing.TB, pairs ...pair) []byte {
	t.Helper()
	var signers []catalogue.Signer
	for _, p := range pairs {
		signers = append(signers, p.signer)
	}
	data, err := catalogue.Sign(sampleManifest(), signers)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSignedManifest(t *testing.T) {
	old, next, other := newPair(t, "catalogue.test"), newPair(t, "catalogue.test"), newPair(t, "other.test")
	for name, test := range map[string]struct {
		data []byte
		keys catalogue.Keys
		good bool
	}{
		"one key":                     {sign(t, old), trust(t, old), true},
		"both, the reader has one":    {sign(t, old, next), trust(t, next), true},
		"one, the reader has both":    {sign(t, next), trust(t, old, next, next), true},
		"another key of that name":    {sign(t, old), trust(t, next), false},
		"another name":                {sign(t, old), trust(t, other), false},
		"a signature that is wrong":   {swap(sign(t, old), sign(t, next)), trust(t, next), false},
		"a signature of another name": {relabel(t, other), trust(t, other), false},
	} {
		m, err := catalogue.Open(test.data, test.keys)
		if (err == nil) != test.good || err != nil && !errors.Is(err, catalogue.ErrUntrusted) {
			t.Errorf("%s: %v", name, err)
		}
		if file, ok := m.File("v2/recipes/Ü b.json"); ok != test.good || ok && file.Verify([]byte("b")) != nil {
			t.Errorf("%s: %+v", name, m)
		}
		if test.good && (m.Origin != "catalogue.test" || !m.Generated.Equal(checked.Truncate(time.Second)) || len(m.Files) != 3) {
			t.Errorf("%s: %+v", name, m)
		}
		if peeked, err := catalogue.Peek(test.data); err != nil || len(peeked.Files) != 3 {
			t.Errorf("%s: unverified: %v", name, err)
		}
	}
	if _, err := catalogue.Sign(sampleManifest(), []catalogue.Signer{old.signer, other.signer}); err == nil {
		t.Error("keys of two names signed one manifest")
	}
	if _, err := catalogue.Sign(sampleManifest(), nil); err == nil {
		t.Error("no key signed")
	}
}

// swap puts the signature line of another note of the same length below a text
// that is slightly another one.
func swap(from, to []byte) []byte {
	text, _, _ := strings.Cut(string(from), "\n\n")
	_, signature, _ := strings.Cut(string(to), "\n\n")
	return []byte(strings.Replace(text, "T11:", "T10:", 1) + "\n\n" + signature)
}

// relabel signs a manifest that says that it is from catalogue.test with a key of
// another name.
func relabel(t *testing.T, by pair) []byte {
	t.Helper()
	text, _, _ := strings.Cut(string(sign(t, newPair(t, "catalogue.test"))), "\n\n")
	key, err := note.NewSigner(by.private)
	if err != nil {
		t.Fatal(err)
	}
	data, err := note.Sign(&note.Note{Text: text + "\n"}, key)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestManifestsThatAreRefused(t *testing.T) {
	private, public, err := catalogue.GenerateKey("catalogue.test")
	if err != nil {
		t.Fatal(err)
	}
	key, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := catalogue.ParseKeys(public)
	if err != nil {
		t.Fatal(err)
	}
	const head = "coopcloud.tech/catalogue manifest v1\norigin catalogue.test\ngenerated 2026-03-01T11:30:15Z\n"
	sum := strings.Repeat("0a", 32)
	for name, text := range map[string]string{
		"nothing":              "\n",
		"another format":       strings.Replace(head, "v1", "v2", 1),
		"no origin":            "coopcloud.tech/catalogue manifest v1\ngenerated 2026-03-01T11:30:15Z\nx\n",
		"no time":              strings.Replace(head, "2026", "soon", 1),
		"a time with a zone":   strings.Replace(head, "15Z", "15+00:00", 1),
		"out of the catalogue": head + sum + " 1 ../x\n",
		"deep out of it":       head + sum + " 1 v2/../../x.json\n",
		"an absolute path":     head + sum + " 1 /etc/x.json\n",
		"an empty path":        head + sum + " 1 \n",
		"a backslash":          head + sum + " 1 v2/..\\x.json\n",
		"a path of another":    head + sum + " 1 index.html\n",
		"a turned direction":   head + sum + " 1 v2/\u202e.json\n",
		"a negative size":      head + sum + " -1 recipes.json\n",
		"a size with a plus":   head + sum + " +1 recipes.json\n",
		"a huge size":          head + sum + " 99999999999999999999 recipes.json\n",
		"a short hash":         head + sum[2:] + " 1 recipes.json\n",
		"an upper-case hash":   head + strings.ToUpper(sum) + " 1 recipes.json\n",
		"twice":                head + sum + " 1 recipes.json\n" + sum + " 2 recipes.json\n",
		"unsorted":             head + sum + " 1 v2/a.json\n" + sum + " 2 recipes.json\n",
		"a blank line":         head + "\n" + sum + " 1 recipes.json\n",
		"too many files":       head + strings.Repeat("x\n", 100_001),
	} {
		data, err := note.Sign(&note.Note{Text: text}, key)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if m, err := catalogue.Open(data, keys); err == nil || strings.ContainsRune(err.Error(), '\u202e') {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
		if _, err := catalogue.Peek(data); err == nil {
			t.Errorf("%s: read without a key", name)
		}
	}
	good, err := note.Sign(&note.Note{Text: head + sum + " 1 recipes.json\n"}, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := catalogue.Open(good, keys); err != nil {
		t.Error(err)
	}
	for cut := range good {
		if _, err := catalogue.Open(good[:cut], keys); err == nil {
			t.Errorf("read a manifest that ends after %d bytes", cut)
		}
	}
	if _, err := catalogue.Open(append([]byte("\xff"), good...), keys); !errors.Is(err, catalogue.ErrUntrusted) {
		t.Errorf("not UTF-8: %v", err)
	}
}

func TestKeys(t *testing.T) {
	private, public, err := catalogue.GenerateKey("catalogue.test")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"":                         "holds no public key",
		"# only a comment\n":       "holds no public key",
		private:                    "private key",
		public + "\n" + private:    "private key",
		public[:len(public)-3]:     "line 1",
		public + "\nnonsense":      "line 2",
		"catalogue.test+" + public: "line 1",
	} {
		if _, err := catalogue.ParseKeys(text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), private) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for text, want := range map[string]bool{public: true, private: true, "keys.pub": false, "./a+b": false, "a+12345678+b": false} {
		if got := catalogue.IsKey(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	for _, name := range []string{"", "a b", "a+b", "a\nb", "\xff", "\u202e", strings.Repeat("x", 101)} {
		if _, _, err := catalogue.GenerateKey(name); err == nil {
			t.Errorf("made a key named %q", name)
		}
	}
	for _, text := range []string{"", public, private[:len(private)-5]} {
		if _, err := catalogue.ParseSigner(text); err == nil || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzManifest(f *testing.F) {
	key := newPair(f, "catalogue.test")
	f.Add(sign(f, key))
	f.Add([]byte("coopcloud.tech/catalogue manifest v1\norigin a\ngenerated 2026-03-01T11:30:15Z\n\n— a AAAAAAA=\n"))
	keys := trust(f, key)
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = catalogue.Open(data, keys)
		m, err := catalogue.Peek(data)
		if err != nil {
			return
		}
		// There is one way to write a manifest: what was read is written the same.
		named := newPair(t, m.Origin)
		again, err := catalogue.Sign(m, []catalogue.Signer{named.signer})
		if err != nil {
			t.Fatal(err)
		}
		text := string(data[:strings.LastIndex(string(data), "\n\n")+1])
		if !strings.HasPrefix(string(again), text+"\n") {
			t.Errorf("%q\nwas written as\n%q", text, again)
		}
	})
}
