package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// errNotFound means that there is nothing at this address.
var errNotFound = errors.New("there is nothing at this address")

// fail turns an error into an answer. What went wrong inside is logged, not
// told.
func (s *server) fail(c *gin.Context, err error) {
	switch {
	case !errors.Is(err, errNotFound):
		s.log.Error("request failed", "path", loggable(c.Request.URL.Path), "error", err)
		s.say(c, http.StatusInternalServerError, "something went wrong here; it is in the server's log")
	case !s.published():
		c.Header("Retry-After", "5")
		s.say(c, http.StatusServiceUnavailable, "the catalogue is still being built; try again in a moment")
	default:
		s.notFound(c)
	}
}

func (s *server) notFound(c *gin.Context) {
	page, err := s.files.get("404.html")
	if err != nil || !wantsPage(c) {
		s.say(c, http.StatusNotFound, errNotFound.Error())
		return
	}
	c.Header("Cache-Control", never)
	c.Data(http.StatusNotFound, page.contentType, page.body)
}

func (s *server) badMethod(c *gin.Context) {
	s.say(c, http.StatusMethodNotAllowed, "this address can only be read: use GET or HEAD")
}

// say answers people in text and programs in JSON.
func (s *server) say(c *gin.Context, status int, message string) {
	for _, header := range []string{"ETag", "Last-Modified", "Content-Encoding"} {
		c.Writer.Header().Del(header)
	}
	c.Header("Cache-Control", never)
	if wantsPage(c) {
		c.String(status, "%s\n", message)
		return
	}
	c.JSON(status, gin.H{"error": message})
}

// wantsPage reports whether a person is reading: the address is not data, and
// the client, as browsers do, asks for HTML.
func wantsPage(c *gin.Context) bool {
	path := c.Request.URL.Path
	if path == "/recipes.json" || path == "/healthz" || strings.HasPrefix(path, "/v2/") {
		return false
	}
	return strings.Contains(c.GetHeader("Accept"), "text/html")
}
