package deploy_test

import (
	"slices"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/deploy"
)

func TestVoucherSaysWhoAndWhen(t *testing.T) {
	for want, voucher := range map[string]deploy.Voucher{
		"catalogue entry: signed by a.test, generated 3 hours ago":            {SignedBy: "a.test", GeneratedAt: time.Now().Add(-3*time.Hour - time.Minute)},
		"catalogue entry: signed by a.test, generated less than a second ago": {SignedBy: "a.test", GeneratedAt: time.Now().Add(time.Minute)},
		"catalogue entry: not verified, as no --catalogue-key is given":       {},
	} {
		if got := voucher.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAVersionWhoseTagWasMovedWarns(t *testing.T) {
	source := at("1.0.0+1", map[string]string{"compose.yml": "services:\n  app: {image: tiny}\n"})
	source.Commit, source.Moved = "aaaaaaaaaaaaaaaaaaaa", []string{"cccccccccccccccccccc", "bbbbbbbbbbbbbbbbbbbb"}
	want, err := prepare(t, "TYPE=tiny\nDOMAIN=a.test\n", source)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(want.Warnings, "the tag of version 1.0.0+1 was moved: it names commit aaaaaaaaaaaa, and before named bbbbbbbbbbbb") {
		t.Errorf("%q", want.Warnings)
	}
}
