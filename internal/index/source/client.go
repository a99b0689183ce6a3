package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

const (
	maxBody    = 8 << 20 // bytes of one page
	maxTries   = 4       // of one page, when the server asks to wait
	maxWait    = time.Minute
	apiTimeout = time.Minute
)

var errNotFound = errors.New("not found")

// client asks one server, with a token that goes to no other.
type client struct {
	http     *http.Client
	root     *url.URL
	token    string
	tokenEnv string
	scheme   string
}

type answer struct {
	body   []byte
	header http.Header
}

func (f forge) client(base *http.Client) (client, error) {
	if base == nil {
		base = &http.Client{Timeout: apiTimeout}
	}
	own := *base
	own.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) > 5 || !sameOrigin(via[0].URL, req.URL) {
			return fmt.Errorf("refused a redirect to %s; name that server as the source if it is right", req.URL.Host)
		}
		return nil
	}
	c := client{http: &own, root: f.base, token: os.Getenv(f.tokenEnv), tokenEnv: f.tokenEnv, scheme: f.scheme}
	if c.token != "" && !mayCarryToken(f.base) {
		return client{}, fmt.Errorf("the token in %s is not sent over plain http; use https://", f.tokenEnv)
	}
	return c, nil
}

// identity says as whom the server is asked.
func (c client) identity() string {
	if c.token == "" {
		return "without a token (" + c.tokenEnv + " is not set)"
	}
	return "with the token in " + c.tokenEnv
}

// get reads one page. Where the server asks to wait, it waits up to a minute, a few times.
func (c client) get(ctx context.Context, address string) (answer, error) {
	for try := 1; ; try++ {
		found, wait, err := c.try(ctx, address)
		if err == nil || wait < 0 {
			return found, err
		}
		if wait > maxWait || try == maxTries {
			return answer{}, fmt.Errorf("%w; try again in %s", err, max(wait, time.Minute))
		}
		if err := sleep(ctx, wait); err != nil {
			return answer{}, err
		}
	}
}

// try asks once. A wait that is not negative says that asking again may help, and when.
func (c client) try(ctx context.Context, address string) (answer, time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, -1, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "coopcloud-catalogue")
	if c.token != "" {
		req.Header.Set("Authorization", c.scheme+" "+c.token)
	}
	res, err := c.http.Do(req)
	if ctx.Err() != nil {
		return answer{}, -1, context.Cause(ctx)
	}
	if err != nil {
		return answer{}, -1, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return answer{}, waitFor(res, time.Now()), c.failure(res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = fmt.Errorf("%s sent more than %d bytes for one page", c.root.Host, maxBody)
	}
	return answer{body, res.Header}, -1, err
}

func (c client) failure(res *http.Response) error {
	status := fmt.Sprintf("%s answered %d %s", c.root.Host, res.StatusCode, http.StatusText(res.StatusCode))
	switch {
	case res.StatusCode == http.StatusNotFound:
		return fmt.Errorf("%s: %w", status, errNotFound)
	case isLimited(res):
		return fmt.Errorf("%s: its rate limit is reached, asked %s", status, c.identity())
	case res.StatusCode == http.StatusUnauthorized, res.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%s: access is refused, asked %s", status, c.identity())
	default:
		return errors.New(status)
	}
}

// isLimited spots GitHub's 403 for an exhausted quota too.
func isLimited(res *http.Response) bool {
	return res.StatusCode == http.StatusTooManyRequests ||
		res.StatusCode == http.StatusForbidden && (res.Header.Get("X-Ratelimit-Remaining") == "0" || res.Header.Get("Retry-After") != "")
}

// waitFor reads when to ask again: Retry-After in seconds or as a date (RFC 9110,
// 10.2.3), else GitHub's and Gitea's reset time; -1 where asking again will not help.
func waitFor(res *http.Response, now time.Time) time.Duration {
	if !isLimited(res) && res.StatusCode != http.StatusServiceUnavailable {
		return -1
	}
	after := res.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(after); err == nil {
		return time.Duration(min(max(seconds, 0), 24*60*60)) * time.Second
	}
	if date, err := http.ParseTime(after); err == nil {
		return max(date.Sub(now), 0)
	}
	if reset, err := strconv.ParseInt(res.Header.Get("X-Ratelimit-Reset"), 10, 64); err == nil {
		return max(time.Unix(reset, 0).Sub(now), 0)
	}
	return -1
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// sameOrigin reports whether to is on the server that from names. Plain http may
// become https on the same host, never the other way.
func sameOrigin(from, to *url.URL) bool {
	if from.Hostname() != to.Hostname() {
		return false
	}
	return from.Scheme == to.Scheme && port(from) == port(to) || from.Scheme == "http" && to.Scheme == "https" && port(from) == "80" && port(to) == "443"
}

func port(u *url.URL) string {
	if u.Port() == "" {
		return map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Port()
}

// mayCarryToken allows https, and plain http that never leaves the machine.
func mayCarryToken(u *url.URL) bool {
	addr := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || addr != nil && addr.IsLoopback()
}
