package recipe

import (
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	if err := guard(func() {}); err != nil {
		t.Errorf("got %v", err)
	}
	err := guard(func() { panic("please report") })
	if err == nil || !strings.Contains(err.Error(), "please report") {
		t.Errorf("got %v", err)
	}
}
