package recipe

import (
	"io/fs"

	"go.yaml.in/yaml/v4"
)

// ComposeFile is one compose.yml or compose.*.yml.
type ComposeFile struct {
	Path   string
	Data   []byte
	Root   *yaml.Node // the document's mapping; nil where the file is broken
	Faults []Fault
}

// AbraSh is what abra.sh declares; it is parsed, never executed.
type AbraSh struct {
	Path      string
	Exports   []Export
	Functions []Function
}

// Export is `export NAME=value`.
type Export struct {
	Name, Value string
	Span        Span
}

// Function is a shell function that `app cmd` can call.
type Function struct {
	Name string
	Span Span
}

// Note is a release note, release/<version>.
type Note struct {
	Version string // file name: a version or "next"
	Path    string
	Text    string
}

// Readme is README.md with the metadata block between
// `<!-- metadata -->` and `<!-- endmetadata -->`.
type Readme struct {
	Path        string
	Title       string // first heading
	Description string // first paragraph or quote after the title, as plain text
	Data        []byte
	HasMetadata bool
	Metadata    Metadata
}

// Metadata is the README's block, dirt cleaned off. Every field keeps the text
// it was read from.
type Metadata struct {
	Span                                   Span
	Category, Status, Healthcheck, Backups Field
	Email, Tests, SSO, Maintainer          Field
	Image                                  ImageField
}

// Field is one `* **Key**: value` line. Present says whether the line is there;
// Value may still be empty.
type Field struct {
	Present bool
	Value   string
	Span    Span
}

// ImageField is `* **Image**: [`name`](url), rating, source`.
type ImageField struct {
	Field
	Image, URL, Rating, Source string
}

// StatusNumber is the score before the first comma of Status, 0 when there is none;
// circled digits (❶) count.
func (m Metadata) StatusNumber() int { panic("contract") }

// Read reads the recipe in fsys. It fails only where the folder itself cannot be
// read; a broken file becomes a Fault.
func Read(fsys fs.FS, name string) (*Recipe, error) { panic("contract") }

// ReadFile reads one regular file of the recipe: at most MaxFileSize bytes, no
// symlink on the way, no path out of the tree.
func ReadFile(fsys fs.FS, path string) ([]byte, error) { panic("contract") }

// OpenDir opens a folder on disk as a recipe's file system (os.Root underneath: no
// symlink leads out of it). Close it with the returned function.
func OpenDir(dir string) (fs.FS, func() error, error) { panic("contract") }

// ValidName reports, as an error that says why, whether name is safe as a recipe's name: one path
// element, no control characters, not "." or "..", at most 100 bytes.
func ValidName(name string) error { panic("contract") }

// EnvFile is a .env.sample or an app's .env: every byte is kept.
type EnvFile struct {
	Path   string
	Faults []Fault
	lines  []string
}

// EnvVar is one assignment of an env file.
type EnvVar struct {
	Key       string
	Value     string            // unquoted, not yet expanded
	Quote     byte              // 0, '\'' or '"'; single quotes are not expanded
	Comment   string            // text after ` #`
	Modifiers map[string]string // length=, charset=, generate= … of the comment
	Commented bool              // the line is `#KEY=value`
	Span      Span              // KEY=value
	ValueSpan Span
}

// ParseEnv reads an env file; it never fails: a line that is no assignment
// becomes a Fault.
func ParseEnv(path string, data []byte) *EnvFile { panic("contract") }

// Vars returns the assignments in file order, repeated keys included.
func (f *EnvFile) Vars() []EnvVar { panic("contract") }

// Commented returns the assignments that are commented out, in file order.
func (f *EnvFile) Commented() []EnvVar { panic("contract") }

// Expand evaluates the file from top to bottom on top of base (not changed):
// $VAR, ${VAR}, ${VAR:-x}, ${VAR-x} refer to earlier keys and to base. Bounded: 64 KiB a value,
// 1 MiB together, nesting 16; what goes over is a Fault and leaves the raw
// text out.
func (f *EnvFile) Expand(base map[string]string) (map[string]string, []Fault) { panic("contract") }

// Set changes the last active assignment of key, or uncomments a commented one, or
// appends; every other byte stays.
func (f *EnvFile) Set(key, value string) { panic("contract") }

// Bytes returns the file as it is to be written.
func (f *EnvFile) Bytes() []byte { panic("contract") }

// Bounds of what is read.
const (
	MaxFileSize  = 1 << 20
	MaxValueSize = 64 << 10
	MaxEnvSize   = 1 << 20
	MaxNesting   = 16
)
