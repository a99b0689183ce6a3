package deploy

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Masterminds/semver/v3"
	"github.com/docker/docker/api/types/swarm"
	"golang.org/x/sync/errgroup"

	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// Options of one deploy.
type Options struct {
	Choices
	Offline bool          // ask no registry for digests
	NoWait  bool          // do not wait for convergence, and remove nothing
	Pinned  bool          // the version is the app's pin, not one that the operator named
	Timeout time.Duration // 0: the recipe's, the app's, or 300 s

	LockWait  time.Duration // how long to wait while someone else is at work on the stack
	Keep      bool          // leave a first deploy that failed as it is
	AcceptEnv bool          // deploy the app's env even where it lacks changes that others deployed

	Lint          []LintError // what the linter holds against the recipe; any refuses
	SkipDomain    bool        // do not look up the app's domains
	RequireDigest bool        // refuse images without a digest

	// Images is what the registry said when a saved plan was made, by familiar
	// reference: then no registry is asked. nil: ask.
	Images map[string]engine.Image
}

// LintError is a finding of the linter that refuses a deploy.
type LintError struct {
	Rule    string // R009
	Where   string // compose.yml:12
	Message string
}

func (e LintError) String() string { return fmt.Sprintf("%s: %s [%s]", e.Where, e.Message, e.Rule) }

// Deployer deploys to one swarm.
type Deployer struct {
	Swarm    *engine.Client
	Progress func(Event)   // called from one goroutine at a time; may be nil
	Resolver *net.Resolver // of the app's domains; nil: the machine's

	Who     string        // who is at work, as user@host; stands in locks and records
	Client  string        // version of this program; stands in records
	LockTTL time.Duration // how long a lock outlives its holder; 0: release.DefaultTTL
}

// parallel bounds requests in flight; an ssh server has one connection.
const parallel = 8

// Plan decides what a deploy would do. It writes nothing. An error wraps
// ErrRefused where something has to be done first.
func (d *Deployer) Plan(ctx context.Context, want *Desired, o Options) (*Plan, error) {
	found, err := d.gather(ctx, want, o)
	if err != nil {
		return nil, refused(err)
	}
	plan := Decide(found.have, want.Specs, found.images.found, o.Choices)
	plan.describe(want, found.have)
	plan.records = found.records
	plan.auths, plan.images = found.images.auths, found.images.found
	plan.Warnings = slices.Concat(want.Warnings, found.images.warnings, plan.Warnings)
	plan.Refused = slices.Concat(want.missing(found.have), plan.Refused)
	for _, reason := range []string{olderPin(plan, o), lostChanges(plan, d.who(), o)} {
		if reason != "" {
			plan.Refused = append(plan.Refused, reason)
		}
	}
	plan.unstick(found.around.Nodes)
	plan.preflight(found, o, want.locate)
	plan.review()
	return plan, nil
}

func (p *Plan) describe(want *Desired, have *swarmState) {
	p.App, p.Server = want.App.Domain, want.App.Server
	p.Recipe, p.Version, p.Commit, p.Chaos = want.Source.Recipe, want.Source.Version, want.Source.Commit, want.Source.Chaos
	p.Voucher = want.Source.Voucher
	p.Running = RunningVersion(have.Services, want.Specs.Stack)
	p.timeout, p.env = want.Timeout, want.App.Env.Bytes()
}

// olderPin tells why a deploy of the pinned version would silently undo an
// upgrade that another operator made.
func olderPin(p *Plan, o Options) string {
	if !o.Pinned || o.Force || p.Chaos {
		return ""
	}
	pinned, err := semver.NewVersion(p.Version)
	running, err2 := semver.NewVersion(p.Running)
	if err != nil || err2 != nil || !pinned.LessThan(running) {
		return ""
	}
	return fmt.Sprintf("version %s runs, but the app's env pins the older %s: someone else has upgraded it. "+
		"Get their env file, or name the version that you want: catalogue app deploy %s VERSION", p.Running, p.Version, p.App)
}

// images lists what the services run, each once.
func images(want *Desired) []string {
	var refs []string
	for _, service := range want.Specs.Services {
		refs = append(refs, familiar(service.TaskTemplate.ContainerSpec.Image))
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// lookup asks the manager's registry about images, side by side.
type lookup struct {
	swarm    *engine.Client
	mutex    sync.Mutex
	found    map[string]imageFacts
	auths    map[string]string // repository → encoded credential; never printed
	warnings []string
}

func newLookup(client *engine.Client) *lookup {
	return &lookup{swarm: client, found: map[string]imageFacts{}, auths: map[string]string{}}
}

// all asks about every image. A failure is no more than a warning: the nodes
// may have the image, or reach a registry that the manager does not.
func (l *lookup) all(ctx context.Context, refs []string, offline bool) {
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, ref := range refs {
		group.Go(func() error { l.one(ctx, ref, offline); return nil })
	}
	_ = group.Wait()
	slices.SortFunc(l.warnings, cmp.Compare)
	l.warnings = slices.Compact(l.warnings)
}

func (l *lookup) one(ctx context.Context, ref string, offline bool) {
	auth, err := l.swarm.Credential(ctx, ref)
	l.note(func() { l.auths[repository(ref)] = auth }, err)
	if offline {
		return
	}
	image, err := l.swarm.ResolveImage(ctx, ref, auth)
	if err != nil {
		image = imageFacts{Problem: err.Error()}
	}
	l.note(func() { l.found[ref] = image }, nil)
}

func (l *lookup) note(keep func(), err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	keep()
	if err != nil {
		l.warnings = append(l.warnings, err.Error())
	}
}

// RunningVersion is what the version label of the stack's services says, by
// exact key; "" where none has it.
func RunningVersion(services []swarm.Service, stack string) string {
	for _, service := range services {
		if version := service.Spec.Labels["coop-cloud."+stack+".version"]; version != "" {
			return strings.TrimSpace(version)
		}
	}
	return ""
}
