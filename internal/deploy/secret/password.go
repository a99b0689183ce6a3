package secret

import (
	"bytes"
	"crypto/rand"
	"slices"
	"strings"
)

// password draws length characters from all sets together, each as likely as
// any other. Where the length allows, every set appears: an app that asks for
// a special character then gets one. Passwords that lack one are drawn anew,
// so that those left stay equally likely.
func password(length int, sets []string) []byte {
	alphabet := union(sets)
	for {
		p := draw(length, alphabet)
		if length < len(sets) || hasAll(p, sets) {
			return p
		}
	}
}

func union(sets []string) []byte {
	all := []byte(strings.Join(sets, ""))
	slices.Sort(all)
	return slices.Compact(all)
}

func hasAll(p []byte, sets []string) bool {
	return !slices.ContainsFunc(sets, func(set string) bool { return !bytes.ContainsAny(p, set) })
}

// draw throws away random bytes above the largest multiple of the alphabet's
// size; taking the remainder of all of them would favour its first characters.
func draw(length int, alphabet []byte) []byte {
	limit := 256 - 256%len(alphabet)
	out := make([]byte, 0, length)
	pool := make([]byte, 2*length)
	for len(out) < length {
		rand.Read(pool) // never fails; it ends the program where the system has no randomness
		for _, b := range pool {
			if int(b) < limit && len(out) < length {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	clear(pool)
	return out
}
