package git

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

var (
	// ErrNoCommit says that HEAD names no commit: an empty repo, or a branch that is not there.
	ErrNoCommit = errors.New("HEAD names no commit")
	// ErrNoRepo says that a folder is no git repository.
	ErrNoRepo = errors.New("not a git repository")
	// ErrNoRevision says that a name stands for no commit of the repo.
	ErrNoRevision = errors.New("no such revision")
	// ErrRefused says that a remote, or what it redirects to, may not be asked: its scheme or address is not allowed.
	ErrRefused = errors.New("refused")
	// ErrTooLarge says that a remote or an object exceeds a bound.
	ErrTooLarge = errors.New("too large")
	// ErrNotFound says that the server has no such repository, or hides it from us.
	ErrNotFound = errors.New("no such repository")
)

// StatusError is an HTTP answer that is no success.
type StatusError struct {
	Code       int
	RetryAfter time.Duration // what the server asked for, at most a day; 0 where it said nothing
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("the server answered %d %s", e.Code, http.StatusText(e.Code))
	switch {
	case e.Code == http.StatusUnauthorized, e.Code == http.StatusForbidden:
		text += ": it wants credentials, or other ones"
	case e.RetryAfter > 0:
		text += fmt.Sprintf(": it asks to wait %s", e.RetryAfter)
	}
	return text
}

// Is makes 404 and 410 answers match ErrNotFound.
func (e *StatusError) Is(target error) bool {
	return target == ErrNotFound && (e.Code == http.StatusNotFound || e.Code == http.StatusGone)
}

func newStatusError(res *http.Response, now time.Time) *StatusError {
	return &StatusError{Code: res.StatusCode, RetryAfter: retryAfter(res.Header.Get("Retry-After"), now)}
}

// retryAfter reads the header's two forms, seconds and an HTTP date (RFC 9110, 10.2.3).
func retryAfter(value string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(max(seconds, 0), 24*60*60)) * time.Second
	} else if date, err := http.ParseTime(value); err == nil {
		wait = date.Sub(now).Round(time.Second)
	}
	return min(max(wait, 0), 24*time.Hour)
}

// redact is the URL as errors show it. A user name over HTTP may be a token, so it goes too.
func redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "the given URL"
	}
	if u.User != nil && u.Scheme == "ssh" {
		u.User = url.User(u.User.Username())
	} else {
		u.User = nil
	}
	return u.String()
}

// remoteError bounds and cleans a text that a stranger's server may have written.
type remoteError struct{ error }

func (e remoteError) Unwrap() error { return e.error }

func (e remoteError) Error() string {
	const most = 500
	text := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, e.error.Error())
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
