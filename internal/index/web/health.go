package web

import (
	"net/http"
	"sync"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"github.com/gin-gonic/gin"
)

// indexFile is what publish writes last.
const indexFile = "v2/index.json"

// healthReport is the answer of /healthz.
type healthReport struct {
	OK          bool      `json:"ok"`
	PublishedAt time.Time `json:"published_at,omitzero"`
	Recipes     int       `json:"recipes"`
	Error       string    `json:"error,omitempty"`
}

// health answers 200 once a catalogue is published, 503 before.
func (s *server) health(c *gin.Context) error {
	c.Header("Cache-Control", never)
	entry, err := s.files.get(indexFile)
	if err != nil {
		c.JSON(http.StatusServiceUnavailable, healthReport{Error: "nothing is published yet"})
		return nil
	}
	c.JSON(s.count.of(entry))
	return nil
}

func (s *server) published() bool {
	_, err := s.files.get(indexFile)
	return err == nil
}

// counter remembers what an index says, so that a probe costs nothing.
type counter struct {
	mu     sync.Mutex
	entry  *entry
	status int
	report healthReport
}

func (c *counter) of(e *entry) (int, healthReport) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entry != e {
		c.entry = e
		c.status, c.report = report(e)
	}
	return c.status, c.report
}

func report(e *entry) (int, healthReport) {
	index, err := catalogue.DecodeIndex(e.body)
	if err != nil {
		return http.StatusServiceUnavailable, healthReport{Error: err.Error()}
	}
	return http.StatusOK, healthReport{OK: true, PublishedAt: index.GeneratedAt, Recipes: len(index.Recipes)}
}
