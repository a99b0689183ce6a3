package upstream

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// sessionLife bounds how long a login is used: credentials change. A token that expires
// before is renewed by the library.
const sessionLife = time.Hour

// session is the way to one repository, logged in: tokens are made for each.
type session struct {
	since  time.Time
	client *http.Client   // for what the library does not ask
	puller *remote.Puller // for what it does
}

// sessions logs in once for all requests to a repository.
type sessions struct {
	transport http.RoundTripper
	keys      *keychain
	now       func() time.Time
	flights   flights[*session]
	mu        sync.Mutex
	open      map[string]*session // by repository
}

func (s *sessions) to(ctx context.Context, repository name.Repository) (*session, error) {
	return s.flights.do(ctx, repository.Name(), func(ctx context.Context) (*session, error) {
		s.mu.Lock()
		found := s.open[repository.Name()]
		s.mu.Unlock()
		if found != nil && s.now().Sub(found.since).Abs() < sessionLife {
			return found, nil
		}
		return s.login(ctx, repository)
	})
}

func (s *sessions) login(ctx context.Context, repository name.Repository) (*session, error) {
	credentials, err := authn.Resolve(ctx, s.keys, repository)
	if err != nil {
		return nil, err
	}
	with, err := transport.NewWithContext(ctx, repository.Registry, credentials, s.transport, []string{repository.Scope(transport.PullScope)})
	if err != nil {
		return nil, err
	}
	// A transport of this kind is used as it is: no retries but our own.
	puller, err := remote.NewPuller(remote.WithTransport(with))
	if err != nil {
		return nil, err
	}
	begun := &session{since: s.now(), client: &http.Client{Transport: with}, puller: puller}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[repository.Name()] = begun
	return begun, nil
}
