package git

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"

	"coopcloud.tech/catalogue/internal/netguard"
)

// newHTTPSession talks git's smart HTTP through a guard. Credentials go into a header,
// never into the URL, so no error can show them.
func newHTTPSession(u *url.URL, remote Remote, budget *budget) (session, error) {
	auth, err := basicAuth(u, remote)
	if err != nil {
		return nil, err
	}
	bare := *u
	bare.User = nil
	endpoint, err := transport.NewEndpoint(bare.String())
	if err != nil {
		return nil, err
	}
	guard := newGuard(u, remote.Trusted)
	client := githttp.NewClientWithOptions(
		&http.Client{Transport: &meter{next: guard, budget: budget}},
		&githttp.ClientOptions{RedirectPolicy: githttp.FollowInitialRedirects},
	)
	s, err := client.NewUploadPackSession(endpoint, auth)
	if err != nil {
		return nil, err
	}
	return httpSession{s, guard}, nil
}

// basicAuth takes the credentials from the token, or from the URL. Any user name will
// do beside a token on Gitea and GitHub; GitLab wants this one (for OAuth tokens).
func basicAuth(u *url.URL, remote Remote) (transport.AuthMethod, error) {
	auth := &githttp.BasicAuth{Username: "oauth2", Password: remote.Token}
	if remote.Token == "" {
		auth.Username = u.User.Username()
		auth.Password, _ = u.User.Password()
	}
	if auth.Username == "" && auth.Password == "" || u.User == nil && remote.Token == "" {
		return nil, nil
	}
	if u.Scheme != "https" && !netguard.IsLoopback(u.Hostname()) {
		return nil, fmt.Errorf("%w: credentials are not sent over plain http; use https://", ErrRefused)
	}
	return auth, nil
}

// httpSession closes its connections when it ends.
type httpSession struct {
	session
	guard *netguard.Transport
}

func (s httpSession) Close() error {
	s.guard.CloseIdleConnections()
	return nil
}

// meter takes every answer out of the budget and turns failures into StatusErrors,
// whose bodies go-git would read to the end.
type meter struct {
	next   http.RoundTripper
	budget *budget
}

func (m *meter) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := m.next.RoundTrip(req)
	if err == nil && res.StatusCode >= http.StatusBadRequest {
		_ = res.Body.Close()
		err = newStatusError(res, time.Now())
	}
	if err != nil {
		m.budget.failure = err
		return nil, err
	}
	most := int64(math.MaxInt64)
	if req.Method == http.MethodGet {
		most = maxAdvert
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{m.budget.reader(res.Body, most), res.Body}
	return res, nil
}
