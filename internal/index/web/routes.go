package web

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"
)

// server holds what the handlers share.
type server struct {
	dir   string
	log   *slog.Logger
	files *cache
	count counter
}

// How long a copy may be used without asking again.
const (
	forever = "public, max-age=31536000, immutable" // the name changes with the content
	recheck = "public, no-cache"                    // an ETag makes asking cheap
	brief   = "public, max-age=60"                  // data that many clients poll
	never   = "no-store"
)

// routes lists every address. Pages and data are files that publish wrote;
// nothing else of the folder can be reached.
func (s *server) routes(engine *gin.Engine) {
	engine.Use(s.logged, s.recovered, headers)

	// The catalogue for people: the list, and a page for each recipe.
	s.get(engine, "/", s.file(recheck, func(*gin.Context) string { return "index.html" }))
	s.get(engine, "/:recipe", s.file(recheck, page))
	s.get(engine, "/:recipe/", s.file(recheck, page))

	// What the pages use; names hold a hash of the content.
	s.get(engine, "/static/*path", s.file(forever, below("static")))

	// The catalogue for programs, from any origin: it is public.
	data := engine.Group("/", crossOrigin)
	s.get(data, "/recipes.json", s.file(brief, func(*gin.Context) string { return "recipes.json" }))
	s.get(data, "/v2/*path", s.file(brief, below("v2")))
	data.OPTIONS("/recipes.json", preflight)
	data.OPTIONS("/v2/*path", preflight)

	// For whoever watches over the server.
	s.get(engine, "/healthz", s.health)
	s.get(engine, "/metrics", s.metrics)

	engine.NoRoute(s.notFound)
	engine.NoMethod(s.badMethod)
}

// handler is a handler that leaves failing to its adapter.
type handler func(*gin.Context) error

// get registers h for GET and for HEAD, which is a GET without a body.
func (s *server) get(routes gin.IRoutes, path string, h handler) {
	routes.Match([]string{http.MethodGet, http.MethodHead}, path, func(c *gin.Context) {
		if err := h(c); err != nil {
			s.fail(c, err)
		}
	})
}

// page is the file of the page /NAME.
func page(c *gin.Context) string { return c.Param("recipe") + "/index.html" }

// below is the file that the rest of the path names in a folder.
func below(folder string) func(*gin.Context) string {
	return func(c *gin.Context) string { return folder + c.Param("path") }
}
