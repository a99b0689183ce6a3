package upstream

import (
	"context"
	"sync"
)

// flights let all who ask the same at once wait for one answer. A flight goes on while
// anybody waits for it, whoever began it.
type flights[T any] struct {
	mu  sync.Mutex
	all map[string]*flight[T]
}

type flight[T any] struct {
	done    chan struct{} // closed when the answer is there
	answer  T
	err     error
	cancel  context.CancelFunc
	waiting int
}

// do returns the answer of the work, or why the context ended before.
func (f *flights[T]) do(ctx context.Context, question string, work func(context.Context) (T, error)) (T, error) {
	joined := f.join(ctx, question, work)
	defer f.leave(question, joined)
	select {
	case <-joined.done:
		return joined.answer, joined.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

func (f *flights[T]) join(ctx context.Context, question string, work func(context.Context) (T, error)) *flight[T] {
	f.mu.Lock()
	defer f.mu.Unlock()
	if running := f.all[question]; running != nil {
		running.waiting++
		return running
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	begun := &flight[T]{done: make(chan struct{}), cancel: cancel, waiting: 1}
	if f.all == nil {
		f.all = map[string]*flight[T]{}
	}
	f.all[question] = begun
	go func() {
		begun.answer, begun.err = work(ctx)
		f.remove(question, begun)
		close(begun.done)
	}()
	return begun
}

// leave ends what nobody waits for any more.
func (f *flights[T]) leave(question string, left *flight[T]) {
	f.mu.Lock()
	left.waiting--
	last := left.waiting == 0
	f.mu.Unlock()
	if last {
		f.remove(question, left)
		left.cancel()
	}
}

func (f *flights[T]) remove(question string, ended *flight[T]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all[question] == ended {
		delete(f.all, question)
	}
}
