package upstream

import (
	"context"
	"errors"
	"testing"
)

// Who asked first and has no patience left does not end it for the others; when the last
// one leaves, it ends.
func TestFlightOutlivesTheFirst(t *testing.T) {
	var f flights[int]
	began, finish, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	work := func(ctx context.Context) (int, error) {
		close(began)
		select {
		case <-finish:
		case <-ctx.Done():
		}
		ended <- ctx.Err()
		return 7, ctx.Err()
	}
	ask := func(ctx context.Context) chan error {
		answered := make(chan error, 1)
		go func() { _, err := f.do(ctx, "q", work); answered <- err }()
		return answered
	}
	impatient, leave := context.WithCancel(t.Context())
	first := ask(impatient)
	<-began
	second := f.join(t.Context(), "q", work)
	leave()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the first: %v", err)
	}
	close(finish)
	if <-second.done; second.err != nil || second.answer != 7 || <-ended != nil {
		t.Errorf("the second: %d, %v", second.answer, second.err)
	}
	f.leave("q", second)

	began, finish = make(chan struct{}), make(chan struct{})
	impatient, leave = context.WithCancel(t.Context())
	alone := ask(impatient)
	<-began
	leave()
	if err := <-alone; !errors.Is(err, context.Canceled) || !errors.Is(<-ended, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
	if len(f.all) > 0 {
		t.Errorf("%d questions are left behind", len(f.all))
	}
}
