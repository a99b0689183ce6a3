package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"
)

// response is what a web server said.
type response struct {
	status int
	isJSON bool
	body   []byte
}

const webTimeout = 30 * time.Second

// webClient asks servers that the operator named. It never falls back to plain http.
var webClient = &http.Client{
	Timeout: webTimeout,
	CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return errors.New("it redirects more than five times")
		}
		if req.URL.Scheme != "https" && via[0].URL.Scheme == "https" {
			return fmt.Errorf("it redirects to %s without TLS", req.URL.Host)
		}
		return nil
	},
}

// get reads at most limit bytes. Its errors name the host, not the URL, which may
// hold a password.
func get(ctx context.Context, u *url.URL, limit int64) (response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return response{}, err
	}
	req.Header.Set("User-Agent", "recipe-lint/"+version)
	req.Header.Set("Accept", "application/json")
	res, err := webClient.Do(req)
	if err != nil {
		return response{}, fmt.Errorf("%s could not be reached: %w", u.Host, cause(ctx, err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return response{}, fmt.Errorf("%s broke off: %w", u.Host, cause(ctx, err))
	}
	if int64(len(body)) > limit {
		return response{}, fmt.Errorf("%s sent more than %d bytes", u.Host, limit)
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return response{res.StatusCode, kind == "application/json", body}, nil
}

func cause(ctx context.Context, err error) error {
	var failed *url.Error
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &failed) && failed.Timeout():
		return fmt.Errorf("no answer in %s", webTimeout)
	case errors.As(err, &failed):
		return failed.Err
	}
	return err
}

func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("expected https://HOST/PATH")
	}
	return u, nil
}

func statusText(status int) string { return fmt.Sprintf("%d %s", status, http.StatusText(status)) }
