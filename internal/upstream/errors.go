package upstream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// ErrNotFound is the registry's own word that it has no such image. Every other
// error says that it could not be asked, which says nothing about the image.
var ErrNotFound = errors.New("the registry has no such image")

// Why a registry could not be asked, where that is known.
var (
	ErrDenied      = errors.New("access is refused")     // by the registry
	ErrLimited     = errors.New("too many requests")     // for now
	ErrRefused     = errors.New("not asked, for safety") // by this client
	ErrOffline     = errors.New("not asked, offline")
	ErrUnreachable = errors.New("could not be reached")
)

// explain names the registry and the cause, and no more: what a stranger's server
// wrote is cut short, and no URL is shown, since some carry signatures.
func (c *Client) explain(ctx context.Context, r ref, err error) error {
	host := r.remote.Context().RegistryStr()
	var answer *transport.Error
	var over beyond
	unsent := explainUnsent(ctx, host, err)
	switch {
	case ctx.Err() != nil:
		return unsent
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("%s: %w", r.full, err)
	case errors.Is(err, ErrPartial):
		return fmt.Errorf("%s: %w", r.repository, err)
	case errors.As(err, &over):
		return fmt.Errorf("%s: %w", r.repository, over)
	case errors.As(err, &answer):
		return c.explainAnswer(r, answer)
	case unsent != nil:
		return unsent
	}
	return fmt.Errorf("%s answers what is no image: %s", host, clip(err.Error()))
}

// explainUnsent is why there is no answer, of whichever kind; nil where there is one.
func explainUnsent(ctx context.Context, host string, err error) error {
	var halted *halt
	var failed *url.Error
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", host, context.Cause(ctx))
	case errors.As(err, &halted):
		return halted
	case errors.As(err, &failed):
		return fmt.Errorf("%s %w: %s", host, ErrUnreachable, clip(failed.Err.Error()))
	}
	return nil
}

// beyond is why an image's layers are not read to the end, where that lies in them:
// reading them again would not help.
type beyond string

func (b beyond) Error() string { return string(b) }

// halt is why the transport did not send a request. It is a type so that it can be
// found among the failures of all that the library tried.
type halt struct {
	kind error
	text string
}

func (h *halt) Error() string { return h.text }
func (h *halt) Unwrap() error { return h.kind }

func (c *Client) explainAnswer(r ref, answer *transport.Error) error {
	host := r.remote.Context().RegistryStr()
	switch answer.StatusCode {
	case http.StatusNotFound:
		if isUnknown(r, answer, "/manifests/"+r.remote.Identifier()) {
			return fmt.Errorf("%s: %w", r.full, ErrNotFound)
		}
		if isUnknown(r, answer, listPath) {
			return fmt.Errorf("%s: %w", r.repository, ErrNotFound)
		}
		return fmt.Errorf("%s answers 404 Not Found, but not as a registry does", host)
	case http.StatusUnauthorized, http.StatusForbidden:
		hint := "it is private, or there is no such repository; for a private one, log in with 'docker login " + host + "'"
		if failure := c.keys.failure(host); failure != nil {
			hint = "the credentials for it could not be read: " + clip(failure.Error())
		}
		return fmt.Errorf("%s: %w (%s)", r.repository, ErrDenied, hint)
	case http.StatusTooManyRequests:
		return fmt.Errorf("%s: %w", host, ErrLimited)
	}
	return fmt.Errorf("%s answers %d %s", host, answer.StatusCode, http.StatusText(answer.StatusCode))
}

// isUnknown tells the registry's word on what was asked for from any other 404: of a
// web server that is no registry, of a token server, of a redirect.
func isUnknown(r ref, answer *transport.Error, asked string) bool {
	return len(answer.Errors) > 0 && answer.Request != nil &&
		answer.Request.URL.Host == r.remote.Context().RegistryStr() &&
		strings.HasSuffix(answer.Request.URL.Path, asked)
}

const maxShown = 200 // runes of a stranger's text

// clip makes one short, printable line of a stranger's text.
func clip(text string) string {
	shown := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	if runes := []rune(shown); len(runes) > maxShown {
		shown = string(runes[:maxShown]) + "…"
	}
	return strings.Join(strings.Fields(shown), " ")
}
