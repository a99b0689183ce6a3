package catalogue_test

import (
	"slices"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

func TestSumUpstream(t *testing.T) {
	if sum := catalogue.SumUpstream(nil); sum != nil {
		t.Errorf("of nothing: %+v", sum)
	}
	sum := catalogue.SumUpstream(full().Upstream)
	if sum.Verdict != "hold" || sum.Status != catalogue.Stale || sum.Ended != 1 || sum.Missing != 1 ||
		sum.Verdicts["minor"] != 1 || sum.Verdicts["hold"] != 1 || !sum.CheckedAt.Equal(checked.Add(-time.Hour).Truncate(time.Second)) {
		t.Errorf("%+v", sum)
	}
	if want := []string{"linux/amd64", "linux/arm64"}; !slices.Equal(sum.Platforms, want) {
		t.Errorf("platforms %q, want %q", sum.Platforms, want)
	}
	// Where nobody answered for one service, nothing is said of all of them.
	unknown := catalogue.NewSummary(catalogue.Recipe{Upstream: append(full().Upstream, catalogue.Check{Service: "new"})}, nil).Upstream
	if unknown.Verdict != catalogue.UnknownVerdict || unknown.Status != catalogue.Unknown || len(unknown.Platforms) != 0 {
		t.Errorf("%+v", unknown)
	}
}
