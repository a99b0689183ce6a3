// Command seed turns the sample recipes into git repos, for `make run`.
package main

import (
	"fmt"
	"os"

	"coopcloud.tech/catalogue/examples"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: seed DIR")
		os.Exit(2)
	}
	if err := examples.Build(os.Args[1], nil); err != nil {
		fmt.Fprintln(os.Stderr, "seed:", err)
		os.Exit(1)
	}
}
