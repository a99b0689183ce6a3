package secret

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// Nothing that prints, logs or encodes shows a value, wherever it is nested.
func TestValueNeverShows(t *testing.T) {
	v, err := NewValue([]byte("hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	nested := struct{ V Value }{v}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb, v, &v, nested)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v, "n", nested)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v, "n", nested)
	_ = json.NewEncoder(&out).Encode([]any{v, &v, nested})
	fmt.Fprintln(&out, fmt.Errorf("with %w and %v", fmt.Errorf("%v", v), nested))
	for _, leak := range []string{"hunter2", fmt.Sprintf("%x", "hunter2"), "104 117", "aHVudGVyMg"} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q shows in\n%s", leak, out.String())
		}
	}
	if string(v.Bytes()) != "hunter2" {
		t.Error("the value was lost")
	}
}

func TestNewValueRefusesWhatSwarmRefuses(t *testing.T) {
	for size, ok := range map[int]bool{0: false, 1: true, MaxSize - 1: true, MaxSize: false} {
		if _, err := NewValue(make([]byte, size)); (err == nil) != ok {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}
