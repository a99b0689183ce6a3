package secret

import (
	"bytes"
	"math"
	"regexp"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/stack"
)

func generated(t *testing.T, m Modifiers) []byte {
	t.Helper()
	v, err := Generate(Secret{Secret: stack.Secret{Short: "key"}, Modifiers: m})
	if err != nil {
		t.Fatal(err)
	}
	return v.Bytes()
}

func TestPasswordHasLengthAndCharset(t *testing.T) {
	for _, test := range []struct{ charset, allowed string }{
		{"", alnum},
		{"default", alnum},
		{"alphanumeric", alnum},
		{"alnum", alnum},
		{"special", special},
		{"safespecial", "!@#%^&*_-+="},
		{"hex", "0123456789abcdef"},
		{"numeric", digits},
		{"lower", lower},
		{"upper", upper},
		{"default,special", alnum + special},
		{"Hex, upper", "0123456789abcdef" + upper},
	} {
		m := Modifiers{Generate: true, Length: 200}
		if test.charset != "" {
			if err := m.set("charset", test.charset); err != nil {
				t.Fatal(err)
			}
		}
		p := generated(t, m)
		if len(p) != 200 || strings.Trim(string(p), test.allowed) != "" {
			t.Errorf("%s: %d characters, with others than %s", test.charset, len(p), test.allowed)
		}
	}
}

// An app that asks for a special character gets one, however short the
// password; where it is too short for that, it is still made.
func TestEverySetAppears(t *testing.T) {
	for range 500 {
		p := generated(t, Modifiers{Generate: true, Length: 3, Charset: []string{"numeric", "upper", "special"}})
		if !bytes.ContainsAny(p, digits) || !bytes.ContainsAny(p, upper) || !bytes.ContainsAny(p, special) {
			t.Fatalf("a set is missing")
		}
	}
	if p := generated(t, Modifiers{Generate: true, Length: 1, Charset: []string{"numeric", "upper"}}); len(p) != 1 {
		t.Errorf("%d characters", len(p))
	}
}

// Each character of the alphabet is as likely as any other: the chi-square
// statistic stays within six standard deviations. Taking remainders instead
// of throwing bytes away would be off by dozens.
func TestPasswordIsUnbiased(t *testing.T) {
	for _, set := range []string{alnum, special, digits, alnum + special} {
		const n = 200_000
		counts := map[byte]float64{}
		for _, b := range draw(n, union([]string{set})) {
			counts[b]++
		}
		expected, chi := float64(n)/float64(len(set)), 0.0
		for i := range len(set) {
			chi += math.Pow(counts[set[i]]-expected, 2) / expected
		}
		free := float64(len(set) - 1)
		if chi > free+6*math.Sqrt(2*free) {
			t.Errorf("%d characters: chi-square %.0f for %.0f degrees of freedom", len(set), chi, free)
		}
	}
}

func TestPassphrase(t *testing.T) {
	if PassphraseBits < 80 {
		t.Errorf("only %d bits", PassphraseBits)
	}
	shape := regexp.MustCompile(`^([bdfghjklmnprstvz][aiou]){3}(-([bdfghjklmnprstvz][aiou]){3}){4}$`)
	seen := map[string]bool{}
	for range 1000 {
		p := generated(t, Modifiers{Generate: true})
		if !shape.Match(p) || seen[string(p)] {
			t.Fatalf("not a new passphrase")
		}
		seen[string(p)] = true
	}
}

func TestInsertedSecretsAreNotGenerated(t *testing.T) {
	_, err := Generate(Secret{Secret: stack.Secret{Short: "smtp_password"}, Modifiers: Modifiers{Length: 10}})
	if err == nil || !strings.Contains(err.Error(), "smtp_password") {
		t.Errorf("got %v", err)
	}
}
