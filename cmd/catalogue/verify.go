package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// verification is one run of verify.
type verification struct {
	*cli
	where   string
	local   bool // the catalogue is on this machine, and its repos may be too
	from    shelf
	keys    catalogue.Keys
	offline bool

	read    map[catalogue.File]contents // files that are what they should be
	index   catalogue.Index
	recipes []catalogue.Recipe // cut down to what the checks look at, sorted by name

	mutex  sync.Mutex
	report verifyReport
}

// verifyReport is what verify prints with --json.
type verifyReport struct {
	Catalogue   string          `json:"catalogue"`
	SignedBy    string          `json:"signed_by,omitempty"` // empty: no signature was verified
	GeneratedAt time.Time       `json:"generated_at,omitzero"`
	Files       int             `json:"files"`
	Recipes     int             `json:"recipes"`
	Versions    int             `json:"versions"`
	Findings    []verifyFinding `json:"findings"`
	Unchecked   []unchecked     `json:"unchecked"`
}

// unchecked is what could not be looked at. It is neither right nor wrong.
type unchecked struct {
	What   string `json:"what"`
	Reason string `json:"reason"`
	asked  bool   // the operator wanted it left out
}

func newVerifyCommand(c *cli) *cobra.Command {
	v := &verification{cli: c, read: map[catalogue.File]contents{}}
	asJSON := false
	cmd := &cobra.Command{
		Use:   "verify [DIR|URL]",
		Short: "Check a catalogue's signature, hashes, age and moved tags",
		Long: `verify reads a whole catalogue (default: as --catalogue says) and checks

  signature   one of the keys given signed its manifest, which is not older than
              one that was seen before; without a key that is left out, and said
  hashes      every file is the one that the manifest, or else the index, means
  age         no entry is past its valid_until
  moved tags  each version's tag still names the commit that the catalogue says;
              the recipes' repos are asked for it, unless with --offline

Exit status: 0 nothing is wrong, 1 something is, 2 wrong usage, 3 the catalogue,
or some of the repos, could not be read.`,
		Example: `  catalogue verify ./site --catalogue-key catalogue.pub
  catalogue verify https://catalogue.example.org --catalogue-key catalogue.pub --json
  catalogue verify ./site --offline`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				c.catalogue = args[0]
			}
			return v.run(cmd.Context(), asJSON)
		},
	}
	c.catalogueFlags(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	cmd.Flags().BoolVarP(&v.offline, "offline", "o", false, "do not ask the recipes' repos for their tags")
	return cmd
}

func (v *verification) run(ctx context.Context, asJSON bool) error {
	var err error
	if v.keys, err = v.trusted(); err != nil {
		return err
	}
	if v.where, v.local, err = v.catalogueAt(); err != nil {
		return err
	}
	if strings.HasSuffix(v.where, ".json") {
		return usagef("catalogue %s: only a whole catalogue can be verified: name its folder or address, not that of one file", v.where)
	}
	if v.local {
		v.where = filepath.Clean(v.where)
	}
	v.from = shelfAt(v.where)
	if err := v.all(ctx); err != nil {
		return refusedf("catalogue %s: %w", v.where, err)
	}
	if err := v.print(asJSON); err != nil {
		return err
	}
	return v.verdict()
}

func (v *verification) all(ctx context.Context) error {
	if err := v.files(ctx); err != nil {
		return err
	}
	v.checkIndex()
	v.checkAges(time.Now())
	v.report.Catalogue, v.report.Recipes = v.where, len(v.recipes)
	for _, r := range v.recipes {
		v.report.Versions += len(r.Versions)
	}
	if err := v.checkTags(ctx); err != nil {
		return err
	}
	slices.SortStableFunc(v.report.Findings, compareFindings)
	return nil
}

// verdict is how verify ends.
func (v *verification) verdict() error {
	wrong, missing := 0, 0
	for _, f := range v.report.Findings {
		if f.Severity == severityError {
			wrong++
		}
	}
	for _, u := range v.report.Unchecked {
		if !u.asked {
			missing++
		}
	}
	switch {
	case wrong > 0:
		return fmt.Errorf("catalogue %s: errors: %d", v.where, wrong)
	case missing > 0:
		return refusedf("catalogue %s: nothing wrong was found, but %d things could not be checked", v.where, missing)
	}
	return nil
}

func (v *verification) print(asJSON bool) error {
	r := &v.report
	if asJSON {
		r.Findings, r.Unchecked = append([]verifyFinding{}, r.Findings...), append([]unchecked{}, r.Unchecked...)
		return json.NewEncoder(v.stdout).Encode(r)
	}
	for _, f := range r.Findings {
		fmt.Fprintln(v.stdout, safeText(f.String()))
	}
	for _, u := range r.Unchecked {
		fmt.Fprintln(v.stdout, safeText(fmt.Sprintf("not checked: %s: %s", u.What, u.Reason)))
	}
	_, err := fmt.Fprintln(v.stdout, safeText(fmt.Sprintf("%s: %s; %s, %s, %s, %s", r.Catalogue, r.signature(),
		counted(r.Files, "file"), counted(r.Recipes, "recipe"), counted(r.Versions, "version"), counted(len(r.Findings), "finding"))))
	return err
}

func (r *verifyReport) signature() string {
	age := ""
	if !r.GeneratedAt.IsZero() {
		age = ", generated " + strings.ToLower(units.HumanDuration(max(0, time.Since(r.GeneratedAt)))) + " ago"
	}
	if r.SignedBy == "" {
		return "no signature verified" + age
	}
	return "signed by " + r.SignedBy + age
}
