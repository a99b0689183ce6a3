package secret

import (
	"fmt"
)

// Generate makes a value: a password of Length characters, or a passphrase
// where no length is given. It refuses secrets that a person has to insert.
func Generate(s Secret) (Value, error) {
	if !s.Generate {
		return Value{}, fmt.Errorf("secret %s is not generated (generate=false): insert it with `secret insert`", s.Short)
	}
	if s.Length == 0 {
		return Value{passphrase()}, nil
	}
	return Value{password(s.Length, characters(s.Charset))}, nil
}
