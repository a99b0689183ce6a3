package secret

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

// MaxSize is the size, in bytes, that a value has to stay below (swarmkit).
const MaxSize = 500 << 10

const redacted = "[secret]"

// Value is the content of a secret. However it is printed, logged or encoded,
// it shows only that it is one.
type Value struct{ bytes []byte }

// NewValue takes a value that a person gave. It refuses what Swarm refuses.
func NewValue(data []byte) (Value, error) {
	switch {
	case len(data) == 0:
		return Value{}, errors.New("the secret's value is empty; Swarm wants at least one byte")
	case len(data) >= MaxSize:
		return Value{}, fmt.Errorf("the secret's value has %d bytes; Swarm allows less than %d", len(data), MaxSize)
	}
	return Value{slices.Clone(data)}, nil
}

// Bytes returns the content, to be handed to the swarm or to be shown once.
func (v Value) Bytes() []byte { return slices.Clone(v.bytes) }

// String hides the content.
func (v Value) String() string { return redacted }

// Format hides the content from every verb of fmt, %#v and %x too.
func (v Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText hides the content from encoders.
func (v Value) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue hides the content from slog.
func (v Value) LogValue() slog.Value { return slog.StringValue(redacted) }
