// Package stack turns a recipe, a choice of overlays and an env into the stack
// that Docker Swarm will see: merged, interpolated, typed.
//
// It is the one place that knows the swarm dialect of compose (schema v3.13 of
// `docker stack deploy`, not compose-spec). Linter, catalogue and deploy engine
// all stand on it, so that they cannot disagree. It never stops at the first
// fault: each becomes a Diagnostic that says what Docker does and what our
// engine does.
package stack

import (
	"io/fs"
	"time"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Effect is what becomes of a part of a compose file.
type Effect string

const (
	Accept Effect = "accept" // works as written
	Ignore Effect = "ignore" // silently or loudly dropped
	Mangle Effect = "mangle" // used, but not as written
	Refuse Effect = "refuse" // the whole deploy fails
)

// Diagnostic is one fault of a stack.
type Diagnostic struct {
	Code    string // stable slug: "unknown-key", "forbidden-key", "ignored-key", "interpolation", "required-variable", …
	Span    recipe.Span
	Path    string // canonical, dotted: services.app.ports.0
	Message string // what was found, what was expected, what to do
	Docker  Effect // what docker stack deploy does
	Engine  Effect // what our engine does
}

// Env is what `${…}` sees: abra.sh exports over the app's env, plus STACK_NAME.
type Env struct {
	Vars   map[string]string
	Faults []recipe.Fault
}

// NewEnv combines base-level values for one app. abra.sh exports win over the app's env, as in
// abra; STACK_NAME is stackName unless the app's env sets it. app may be nil (then .env.sample is
// not consulted either: callers that lint pass r.EnvSample).
func NewEnv(r *recipe.Recipe, app *recipe.EnvFile, stackName string) Env { panic("contract") }

// Files lists the compose files that COMPOSE_FILE names, in order; compose.yml where it is unset.
func (e Env) Files() []string { panic("contract") }

// Name turns a domain into a stack name: dots become underscores, at most 45 characters.
func Name(domain string) string { panic("contract") }

// Load merges the named files of the recipe (all paths must be files of r.FS) and types the result. Faults
// become diagnostics; the stack holds whatever could be understood.
func Load(r *recipe.Recipe, env Env, files []string) *Stack { panic("contract") }

// LoadFile judges a single compose file (no recipe around it) by the same rules.
func LoadFile(fsys fs.FS, path string, env Env) *Stack { panic("contract") }

// Stack is the app as Swarm will see it. Slices are sorted by Key.
type Stack struct {
	Name        string // STACK_NAME
	Files       []string
	Services    []*Service
	Networks    []*Network
	Volumes     []*Volume
	Secrets     []*Object
	Configs     []*Object
	Diagnostics []Diagnostic
}

// Service returns the service named key, or nil.
func (s *Stack) Service(key string) *Service { panic("contract") }

// Refused returns the diagnostics whose Engine effect is Refuse.
func (s *Stack) Refused() []Diagnostic { panic("contract") }

// Span returns where the value at the canonical dotted path was last written; a path with no
// position of its own takes its nearest parent's.
func (s *Stack) Span(path ...string) recipe.Span { panic("contract") }

// Version is the value of service app's deploy label coop-cloud.<STACK_NAME>.version, by exact
// key, and where it stands; "" where there is none.
func (s *Stack) Version() (string, recipe.Span) { panic("contract") }

// Image is a parsed image reference.
type Image struct {
	Raw    string // as interpolated
	Name   string // familiar: no docker.io/, no library/
	Tag    string // "" where there is none
	Digest string
}

// ParseImage parses an interpolated image reference.
func ParseImage(ref string) (Image, error) { panic("contract") }

// Service is one service. A nil pointer or nil slice means "not said"; an empty non-nil slice was
// written empty.
type Service struct {
	Key                                               string
	Image                                             string
	Entrypoint                                        []string           // → ContainerSpec.Command
	Command                                           []string           // → ContainerSpec.Args
	Environment                                       map[string]*string // nil value: bare KEY that nothing sets. env_file already merged below it
	Labels                                            map[string]string  // container labels
	Hostname, User, WorkingDir, StopSignal, Isolation string
	DNS, DNSSearch                                    []string
	ExtraHosts                                        []string // "host:ip" as written
	CapAdd, CapDrop                                   []string
	Sysctls                                           map[string]string
	Ulimits                                           []Ulimit // sorted by name
	Init                                              *bool
	TTY, StdinOpen, ReadOnly                          bool
	OomScoreAdj                                       int64
	StopGracePeriod                                   *time.Duration
	Healthcheck                                       *Healthcheck
	Logging                                           *Logging
	CredentialSpec                                    *CredentialSpec
	DependsOn                                         []string // list form, or the keys of a map; Swarm ignores it
	Tmpfs                                             []string // short form; dropped by docker, kept for the engine
	Restart                                           string
	Networks                                          []ServiceNetwork // sorted by Key; empty means the implicit default
	Ports                                             []Port
	Volumes                                           []Mount
	Secrets, Configs                                  []FileRef
	Deploy                                            Deploy
}

type Ulimit struct {
	Name       string
	Soft, Hard int64
}

type Healthcheck struct {
	Test                       []string // CMD…, CMD-SHELL… or NONE; nil: the image's
	Interval, Timeout          *time.Duration
	StartPeriod, StartInterval *time.Duration
	Retries                    *uint64
	Disable                    bool
}

type Logging struct {
	Driver  string
	Options map[string]string
}

type CredentialSpec struct{ Config, File, Registry string }

// ServiceNetwork is a service's attachment to a network.
type ServiceNetwork struct {
	Key        string
	Aliases    []string
	IPv4, IPv6 string
	DriverOpts map[string]string
}

// Port is one published port; ranges are expanded.
type Port struct {
	Target, Published uint32 // Published 0: Swarm chooses
	Protocol, Mode    string // "tcp" "ingress" filled in
	HostIP            string // ignored by Swarm
}

// Mount is one entry of volumes, long form.
type Mount struct {
	Type, Source, Target, Consistency string // Type: bind, volume, tmpfs, npipe, cluster
	ReadOnly                          bool
	Propagation                       string
	NoCopy                            bool
	Subpath                           string
	TmpfsSize                         int64
	TmpfsMode                         uint32
}

// FileRef is a service's use of a secret or config.
type FileRef struct {
	Source, Target, UID, GID string // Target "" : the default for its kind
	Mode                     *uint32
}

// Deploy is the deploy block.
type Deploy struct {
	Labels               map[string]string // service labels
	Mode                 string            // replicated, global, replicated-job, global-job; "" replicated
	Replicas             *uint64
	EndpointMode         string
	Update, Rollback     *UpdateConfig
	Restart              *RestartPolicy
	Limits, Reservations *Resources
	Constraints          []string
	Preferences          []string // spread expressions
	MaxReplicas          uint64
}

type UpdateConfig struct {
	Parallelism          *uint64
	Delay, Monitor       time.Duration
	FailureAction, Order string
	MaxFailureRatio      float32
}

type RestartPolicy struct {
	Condition     string
	Delay, Window *time.Duration
	MaxAttempts   *uint64
}

type Resources struct {
	NanoCPUs    int64
	MemoryBytes int64
	Pids        int64
	Generic     []GenericResource
}

type GenericResource struct {
	Kind  string
	Value int64
}

// Network is a top-level network. Name is verbatim where `name:` says so, else "" (scoped by
// convert as <stack>_<key>); an external network's Name is filled in.
type Network struct {
	Key, Name, Driver    string
	External             bool
	Attachable, Internal bool
	EnableIPv6           *bool
	DriverOpts, Labels   map[string]string
	IPAM                 *IPAM
	Implicit             bool // `default`, not written in any file
}

type IPAM struct {
	Driver  string
	Subnets []string
}

type Volume struct {
	Key, Name, Driver  string
	External           bool
	DriverOpts, Labels map[string]string
}

// Object is a top-level secret or config.
type Object struct {
	Key, Name              string
	External               bool
	File                   string // path inside the recipe, cleaned; "" where there is none
	Content                []byte // File's bytes, read through the recipe's FS
	Driver, TemplateDriver string
	DriverOpts, Labels     map[string]string
}
