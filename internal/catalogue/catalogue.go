// Package catalogue is the published format: the recipes.json that existing
// clients read, and v2, which says more. publish writes it; deploy and web read
// it. It imports nothing of ours, so that any program could use it.
package catalogue

import "time"

// Status says how far a record can be trusted.
type Status string

const (
	OK      Status = "ok"      // checked, and valid until ValidUntil
	Stale   Status = "stale"   // the last check failed; this is the last good state
	Unknown Status = "unknown" // never read
)

// Catalogue is everything that is published. Recipes are sorted by name.
type Catalogue struct {
	GeneratedAt time.Time `json:"generated_at"`
	Recipes     []Recipe  `json:"recipes"`
}

// Recipe is one recipe with all its versions, oldest first.
type Recipe struct {
	Name          string    `json:"name"`
	Category      string    `json:"category"`
	Description   string    `json:"description"`
	Website       string    `json:"website"`
	Icon          string    `json:"icon"`
	Repository    string    `json:"repository"`
	SSHURL        string    `json:"ssh_url"`
	DefaultBranch string    `json:"default_branch"`
	Features      Features  `json:"features"`
	Readme        string    `json:"readme,omitempty"` // Markdown, hostile; in NAME.json only
	Versions      []Version `json:"versions"`
	Upstream      []Check   `json:"upstream,omitempty"` // of the latest version's images, by service; none where no registry was asked
	Lint          Lint      `json:"lint"`               // of the default branch
	Problems      []Problem `json:"problems,omitempty"` // what the crawl found wrong
	CheckedAt     time.Time `json:"checked_at"`
	ValidUntil    time.Time `json:"valid_until"`
	Status        Status    `json:"status"`
}

// Features is the README's metadata block as recipes.json has it.
type Features struct {
	Backups     string `json:"backups"`
	Email       string `json:"email"`
	Healthcheck string `json:"healthcheck"`
	Image       Image  `json:"image"`
	SSO         string `json:"sso"`
	Status      int    `json:"status"`
	Tests       string `json:"tests"`
}

type Image struct {
	Image  string `json:"image"`
	Rating string `json:"rating"`
	Source string `json:"source"`
	URL    string `json:"url"`
}

// Version is one tag of the recipe.
type Version struct {
	Version   string    `json:"version"`
	Legacy    bool      `json:"legacy,omitempty"` // old `v…` or other form that is no X.Y.Z+U
	Annotated bool      `json:"annotated"`
	Label     string    `json:"label"` // what the compose file's version label says
	Commit    string    `json:"commit"`
	Tree      string    `json:"tree"`
	TagObject string    `json:"tag_object,omitempty"`
	Date      time.Time `json:"date"`
	Moved     []string  `json:"moved,omitempty"` // commits that this tag named before
	Services  []Service `json:"services"`        // sorted by name
	Env       []EnvVar  `json:"env"`
	Secrets   []Secret  `json:"secrets"`
	Files     []string  `json:"compose_files"`
	Notes     string    `json:"notes,omitempty"`
	Lint      Lint      `json:"lint"`
	Problems  []Problem `json:"problems,omitempty"`
}

type Service struct {
	Name      string   `json:"name"`
	Image     string   `json:"image"`
	Tag       string   `json:"tag"`
	Digest    string   `json:"digest,omitempty"`    // that the recipe names, else what the tag named when the version was first checked
	Platforms []string `json:"platforms,omitempty"` // of that digest: linux/arm64; none where they are not known
}

// EnvVar is one variable of .env.sample.
type EnvVar struct {
	Name     string `json:"name"`
	Default  string `json:"default"`
	Optional bool   `json:"optional,omitempty"` // commented out in the sample
}

// Secret is one swarm secret that the app needs.
type Secret struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Length   int    `json:"length,omitempty"`
	Charset  string `json:"charset,omitempty"`
	Generate bool   `json:"generate"`
}

// Lint counts findings by severity and lists them, and says how far the recipe
// has come.
type Lint struct {
	Error    int       `json:"error"`
	Warning  int       `json:"warning"`
	Info     int       `json:"info"`
	Quality  *int      `json:"quality,omitempty"` // 0 to 9; nil where it was not judged
	Next     string    `json:"next,omitempty"`    // what the next level asks for; in NAME.json only
	Findings []Finding `json:"findings,omitempty"`
	Skipped  []Skipped `json:"skipped,omitempty"` // rules that could not judge, or not all; in NAME.json only
}

// Skipped is a rule that lacked what it judges by. It is neither passed nor failed.
type Skipped struct {
	Rule   string `json:"rule"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

type Finding struct {
	Rule     string `json:"rule"`
	Name     string `json:"name"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Path     string `json:"path"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
}

// Problem is something that could not be read or cannot be deployed, and where.
type Problem struct {
	Where   string `json:"where"`
	Message string `json:"message"`
}
