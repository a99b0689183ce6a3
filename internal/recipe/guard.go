package recipe

import "fmt"

// guard runs a parser that is not ours and turns its panic into an error: the
// recipe is a stranger's, and one that trips a parser must not end the crawl of
// a thousand others.
func guard(parse func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	parse()
	return nil
}
