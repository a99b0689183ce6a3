package web

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// policy lets pages use their own style sheet, script and icon, and nothing
// else: what a recipe's author smuggles into a page can neither run nor call
// home.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}

func crossOrigin(c *gin.Context) {
	c.Header("Access-Control-Allow-Origin", "*")
	c.Header("Access-Control-Expose-Headers", "ETag")
}

// preflight allows the one header that a reader of other origin needs to ask
// for.
func preflight(c *gin.Context) {
	c.Header("Access-Control-Allow-Methods", "GET, HEAD")
	c.Header("Access-Control-Allow-Headers", "If-None-Match")
	c.Header("Access-Control-Max-Age", "86400")
	c.Status(http.StatusNoContent)
}
