package web

import (
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// file serves the file that name finds for a request.
func (s *server) file(cacheControl string, name func(*gin.Context) string) handler {
	return func(c *gin.Context) error {
		name := name(c)
		if !servable(name) {
			return errNotFound
		}
		entry, err := s.files.get(name)
		if err != nil {
			return err
		}
		c.Header("Cache-Control", cacheControl)
		return entry.answer(c)
	}
}

// servable keeps requests to plain paths without hidden files, where the
// publisher's unfinished ones are.
func servable(name string) bool {
	return fs.ValidPath(name) && !strings.HasPrefix(name, ".") && !strings.Contains(name, "/.")
}

// answer sends the file, compressed where the client takes that, or says that
// the client's copy is still good.
func (e *entry) answer(c *gin.Context) error {
	body, etag := e.body, e.etag
	h := c.Writer.Header()
	if e.compressible {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(c.Request.Header.Values("Accept-Encoding")) {
			if packed := e.gzip(); packed != nil {
				body, etag = packed, e.gzipETag
				h.Set("Content-Encoding", "gzip")
			}
		}
	}
	h.Set("ETag", etag)
	h.Set("Last-Modified", e.modified)
	if fresh(c.Request.Header, etag, e.info.ModTime()) {
		h.Del("Content-Encoding")
		c.Status(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", e.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Status(http.StatusOK)
	if c.Request.Method == http.MethodHead {
		c.Writer.WriteHeaderNow()
		return nil
	}
	_, _ = c.Writer.Write(body) // the client may be gone
	return nil
}

// fresh reports whether the client's copy is still good: RFC 9110, section
// 13.2.2. If-None-Match decides alone where it is there.
func fresh(h http.Header, etag string, modified time.Time) bool {
	if tags := h.Values("If-None-Match"); len(tags) > 0 {
		return matchesETag(strings.Join(tags, ","), etag)
	}
	since, err := http.ParseTime(h.Get("If-Modified-Since"))
	return err == nil && !modified.Truncate(time.Second).After(since)
}
