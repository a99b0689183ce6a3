package catalogue

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Keys are the public keys that a reader accepts; any one of them is enough.
type Keys []note.Verifier

// maxKeys bounds a list of keys.
const maxKeys = 100

// IsKey reports whether text looks like a public key, NAME+HASH+KEY, rather
// than the name of a file.
func IsKey(text string) bool {
	parts := strings.SplitN(text, "+", 3)
	return strings.HasPrefix(text, privatePrefix) || len(parts) == 3 && len(parts[1]) == 8 && len(parts[2]) >= 40
}

// ParseKeys reads public keys, one a line; a line that begins with # is a
// comment.
func ParseKeys(text string) (Keys, error) {
	var keys Keys
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasPrefix(line, privatePrefix) {
			return nil, errPrivateKey
		}
		key, err := note.NewVerifier(line)
		if err != nil || len(keys) == maxKeys {
			return nil, fmt.Errorf("line %d: expected a public key, NAME+HASH+KEY, at most %d of them", i+1, maxKeys)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("it holds no public key, NAME+HASH+KEY")
	}
	return keys, nil
}

// Verifier finds a key; see note.Verifiers. A key that is listed twice is one key.
func (k Keys) Verifier(name string, hash uint32) (note.Verifier, error) {
	for _, key := range k {
		if key.Name() == name && key.KeyHash() == hash {
			return key, nil
		}
	}
	return nil, &note.UnknownVerifierError{Name: name, KeyHash: hash}
}

// ErrUntrusted means that none of the reader's keys vouches for a manifest.
var ErrUntrusted = errors.New("the catalogue's manifest is not to be trusted")

// Open reads a signed manifest. One of the keys must have signed it, and have
// the name that the manifest gives as its origin; else the error is ErrUntrusted.
func Open(data []byte, keys Keys) (Manifest, error) {
	signed, err := note.Open(data, keys)
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &unknown):
		return Manifest{}, fmt.Errorf("%w: it is signed by %s, and by none of the keys given (%s)", ErrUntrusted, signatures(unknown.Note.UnverifiedSigs), keys)
	case err != nil:
		return Manifest{}, fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	m, err := parseManifest(signed.Text)
	if err != nil {
		return Manifest{}, err
	}
	for _, by := range signed.Sigs {
		if by.Name == m.Origin {
			return m, nil
		}
	}
	return Manifest{}, fmt.Errorf("%w: it says that it is from %q, but is signed by %s", ErrUntrusted, m.Origin, signatures(signed.Sigs))
}

// Peek reads a manifest without asking who signed it.
func Peek(data []byte) (Manifest, error) {
	_, err := note.Open(data, Keys(nil))
	var unknown *note.UnverifiedNoteError
	if !errors.As(err, &unknown) {
		return Manifest{}, fmt.Errorf("%s: %w", ManifestPath, err)
	}
	return parseManifest(unknown.Note.Text)
}

// String names the keys as NAME+HASH, without the keys themselves.
func (k Keys) String() string {
	list := make([]note.Signature, 0, len(k))
	for _, key := range k {
		list = append(list, note.Signature{Name: key.Name(), Hash: key.KeyHash()})
	}
	return signatures(list)
}

// shownKeys is how many keys an error names.
const shownKeys = 5

func signatures(list []note.Signature) string {
	var names []string
	for i, s := range list {
		if i == shownKeys {
			names = append(names, "…")
			break
		}
		names = append(names, fmt.Sprintf("%.100s+%08x", s.Name, s.Hash))
	}
	return strings.Join(names, ", ")
}
