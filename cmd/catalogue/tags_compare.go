package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/upstream"
)

// tagsCompare is the verb's command line.
type tagsCompare struct {
	*cli
	file, image, minAge string
	partial, json, all  bool
}

func newTagsCompareCommand(c *cli) *cobra.Command {
	v := &tagsCompare{cli: c}
	cmd := &cobra.Command{
		Use:   "compare CURRENT --from-file FILE",
		Short: "Judge a tag by a list of tags, asking nobody",
		Long: `compare says which tags of a list are newer than CURRENT, and why each other one is
not. The list has one tag a line, optionally followed by a tab and the date of its
push (RFC 3339), and a tab and its digest; FILE may be - for standard input.
docs/upstream.md explains verdicts and reasons.

Exit status: 0 whatever the verdict, 1 the list cannot be read, 2 wrong usage.`,
		Example: `  catalogue tags compare 1.2.3-alpine --from-file tags.txt
  crane ls nginx | catalogue tags compare 1.27-alpine --from-file - --json
  catalogue tags compare 22 --image node --from-file tags.txt --min-age 7d`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return v.run(args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&v.file, "from-file", "", "the list of tags; - is standard input")
	flags.StringVar(&v.image, "image", "", "the image whose tags these are: some have rules of their own")
	flags.StringVar(&v.minAge, "min-age", "", "leave out tags that were pushed later than this ago, such as 7d or 36h")
	flags.BoolVar(&v.partial, "partial", false, "the list is not whole: then the verdict is unknown")
	flags.BoolVar(&v.json, "json", false, "print JSON")
	flags.BoolVar(&v.all, "all", false, "print all candidates, not only the first 10")
	_ = cmd.MarkFlagFilename("from-file")
	return cmd
}

func (v *tagsCompare) run(current string) error {
	q, err := v.question(current)
	if err != nil {
		return err
	}
	if q.Tags, err = v.readList(); err != nil {
		return err
	}
	verdict := upstream.Judge(q)
	if v.json {
		return json.NewEncoder(v.stdout).Encode(verdict)
	}
	v.print(verdict)
	return nil
}

func (v *tagsCompare) question(current string) (q upstream.Question, err error) {
	if v.file == "" {
		return q, usagef("--from-file is missing: the list of tags, or - for standard input")
	}
	q = upstream.Question{Current: current, Partial: v.partial, Now: time.Now()}
	if q.MinAge, err = parseAge(v.minAge); err != nil {
		return q, usagef("--min-age %q: %w", v.minAge, err)
	}
	if v.image != "" {
		if q.Image, err = upstream.Repository(v.image); err != nil {
			return q, usagef("--image: %w", err)
		}
	}
	return q, nil
}

func (v *tagsCompare) readList() ([]upstream.Tag, error) {
	if v.file == "-" {
		return upstream.ReadTags(v.stdin, "standard input")
	}
	file, err := os.Open(v.file)
	if err != nil {
		return nil, fmt.Errorf("--from-file: %w", err)
	}
	defer file.Close()
	return upstream.ReadTags(file, v.file)
}

const shownCandidates = 10

// print says the verdict to people.
func (v *tagsCompare) print(verdict upstream.Verdict) {
	headline := verdict.Current + ": " + string(verdict.Step)
	if verdict.Newest != "" {
		headline += ", " + verdict.Newest
	}
	if verdict.Base {
		headline += ", with another base image"
	}
	fmt.Fprintln(v.stdout, safeText(headline))
	if notes := verdictNotes(verdict); len(notes) > 0 {
		fmt.Fprintln(v.stdout, "  "+safeText(strings.Join(notes, "; ")))
	}
	shown := verdict.Candidates
	if !v.all {
		shown = shown[:min(len(shown), shownCandidates)]
	}
	printCandidates(v.stdout, shown)
	if left := len(verdict.Candidates) - len(shown); left > 0 {
		fmt.Fprintf(v.stdout, "and %d more; --all prints them\n", left)
	}
}

func printCandidates(out io.Writer, candidates []upstream.Candidate) {
	if len(candidates) == 0 {
		return
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CANDIDATE\tREASON")
	for _, c := range candidates {
		row(table, c.Tag, c.Reason)
	}
	_ = table.Flush()
}
