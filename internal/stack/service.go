package stack

import "time"

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
	DNS, DNSSearch, DNSOptions                        []string
	Groups                                            []string // of the user, besides those of the image
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
	Tmpfs                                             []string // short form; dropped by docker and, with a warning, by our engine
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
