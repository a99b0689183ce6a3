package web

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/gin-gonic/gin"
)

// maxLogged is how much of a text from a client goes into the log, in bytes.
const maxLogged = 200

// logged writes the access log: what went well at debug, what the client got
// wrong at info, what we got wrong as an error.
func (s *server) logged(c *gin.Context) {
	start := time.Now()
	c.Next()
	status := c.Writer.Status()
	level := slog.LevelDebug
	switch {
	case status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable:
		level = slog.LevelError
	case status >= http.StatusBadRequest:
		level = slog.LevelInfo
	}
	if !s.log.Enabled(c.Request.Context(), level) {
		return
	}
	s.log.LogAttrs(c.Request.Context(), level, "request",
		slog.String("method", loggable(c.Request.Method)),
		slog.String("path", loggable(c.Request.URL.Path)),
		slog.Int("status", status),
		slog.Int("bytes", max(c.Writer.Size(), 0)),
		slog.Duration("took", time.Since(start)),
		slog.String("client", c.Request.RemoteAddr),
	)
}

// recovered keeps the server up where a handler panics.
func (s *server) recovered(c *gin.Context) {
	defer func() {
		if cause := recover(); cause != nil {
			s.log.Error("handler panicked", "path", loggable(c.Request.URL.Path), "cause", cause, "stack", string(debug.Stack()))
			if !c.Writer.Written() {
				s.say(c, http.StatusInternalServerError, "something went wrong here; it is in the server's log")
			}
		}
	}()
	c.Next()
}

// loggable makes text from a client safe in any log: no line of it can pretend
// to be another entry, no control character can reach a terminal.
func loggable(text string) string {
	if len(text) > maxLogged {
		text = text[:maxLogged] + "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\ufffd'
		}
		return r
	}, text)
}
