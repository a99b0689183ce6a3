package bump

import (
	"regexp"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

// twoParts are the databases whose major version has two numbers: their data folder
// has to be converted from 10.6 to 10.11, from 8.0 to 8.4, from 6.0 to 6.2.
var twoParts = []string{"mariadb", "mongo", "mongodb", "mongodb-community-server", "mysql", "mysql-server", "percona", "percona-server"}

var dotted = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)*`)

// newSeries reports whether a tag names another major version of the database than
// the image does.
func newSeries(image stack.Image, tag string) bool {
	return seriesOf(image, image.Tag) != seriesOf(image, tag)
}

func seriesOf(image stack.Image, tag string) string {
	numbers := strings.Split(dotted.FindString(tag), ".")
	length := 1
	if slices.Contains(twoParts, image.Base()) {
		length = 2
	}
	return strings.Join(numbers[:min(length, len(numbers))], ".")
}
