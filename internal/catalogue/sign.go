package catalogue

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

// Signer is a private key. Manifests are signed notes (the format of
// golang.org/x/mod/sumdb/note) with Ed25519.
type Signer struct{ key note.Signer }

// Name is the name of the key, the origin of what it signs.
func (s Signer) Name() string { return s.key.Name() }

// privatePrefix is how a private key begins.
const privatePrefix = "PRIVATE+KEY+"

// errPrivateKey is returned in place of anything that could show the key.
var errPrivateKey = errors.New("that is a private key, which signs; expected the public one, which 'catalogue key generate' prints")

// GenerateKey makes a pair of keys of that name, each one line of text.
func GenerateKey(name string) (private, public string, err error) {
	if err := CheckKeyName(name); err != nil {
		return "", "", err
	}
	return note.GenerateKey(rand.Reader, name)
}

// CheckKeyName reports, as an error that says why, whether a key can have that
// name: it stands in lines that blanks divide, and in keys that pluses divide.
func CheckKeyName(name string) error {
	bad := func(r rune) bool { return r == '+' || unicode.IsSpace(r) || !unicode.IsPrint(r) }
	if name == "" || len(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, bad) {
		return fmt.Errorf("key name %.100q: expected up to %d bytes without blanks and pluses, such as catalogue.example.org", name, maxName)
	}
	return nil
}

// ParseSigner reads a private key. Its errors never show it.
func ParseSigner(text string) (Signer, error) {
	key, err := note.NewSigner(strings.TrimSpace(text))
	if err != nil || CheckKeyName(key.Name()) != nil {
		return Signer{}, errors.New("it holds no private key as 'catalogue key generate' writes them: PRIVATE+KEY+NAME+HASH+KEY")
	}
	return Signer{key}, nil
}

// Sign writes the manifest as a note that all the signers have signed. They
// must have the same name, which becomes the manifest's origin.
func Sign(m Manifest, signers []Signer) ([]byte, error) {
	if len(signers) == 0 {
		return nil, errors.New("no key to sign the catalogue with")
	}
	m.Origin = signers[0].Name()
	keys := make([]note.Signer, 0, len(signers))
	for _, s := range signers {
		if s.Name() != m.Origin {
			return nil, fmt.Errorf("keys named %q and %q: all keys that sign one catalogue need the same name, which is its origin", m.Origin, s.Name())
		}
		keys = append(keys, s.key)
	}
	text, err := m.text()
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: text}, keys...)
}
