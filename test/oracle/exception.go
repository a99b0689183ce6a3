package oracle

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/docker/cli/cli/compose/types"
)

// Exception is a difference that we want: a behaviour of Docker that the
// project fixes or leaves on purpose.
type Exception struct {
	Item int // number in the checklist of docs
	Why  string
	is   func(Difference, *types.Config) bool
}

// Exceptions lists every wanted difference of a spec.
var Exceptions = []Exception{
	{2, "nested defaults are expanded; Docker leaves ${Y:-z} in place", nestedDefault},
	{11, "`restart: no` means none; Docker drops it, and the engine restarts always", restartNo},
	{15, "healthcheck.test of an overlay replaces; Docker appends it", appendedTest},
	{16, "ports merge by number, protocol and target; Docker keeps one of each number", droppedPort},
	{17, "a secret or config mounted twice stays twice; Docker keeps one", droppedReference},
	{19, "a volume with a one-letter name is a volume; Docker takes d:/data for a Windows path", oneLetterVolume},
	{46, "oom_score_adj reaches the container; Docker's loader loses it", oomScoreAdj},
}

// Acceptance is what Docker refuses and our engine runs on purpose.
type Acceptance struct {
	Item    int
	Why     string
	message *regexp.Regexp // Docker's
}

// Accepted lists every such refusal.
var Accepted = []Acceptance{
	{2, "$(…) and a lone $ are text", regexp.MustCompile(`^invalid interpolation format`)},
	{7, "depends_on may be a mapping", regexp.MustCompile(`depends_on: must be a list`)},
	{7, "group_add and pull_policy are keys of compose-spec", regexp.MustCompile(`additional property '(group_add|pull_policy)'`)},
	{7, "a boolean is a value for the environment", regexp.MustCompile(`\.environment\.\S+: must be null or a number or a string`)},
	{7, "an entry may stand twice", regexp.MustCompile(`items at \d+ and \d+ are equal`)},
}

func (a Acceptance) String() string {
	return fmt.Sprintf("Docker alone refuses, item %d: %s", a.Item, a.Why)
}

// Explain returns the exception that a difference falls under, or nil.
func Explain(d Difference, config *types.Config) *Exception {
	for i := range Exceptions {
		if Exceptions[i].is(d, config) {
			return &Exceptions[i]
		}
	}
	return nil
}

func nestedDefault(d Difference, _ *types.Config) bool {
	docker, ours := d.Unique()
	literal := strings.Contains(fmt.Sprint(docker), "${")
	return literal && !strings.Contains(fmt.Sprint(ours), "${")
}

func restartNo(d Difference, config *types.Config) bool {
	svc := serviceOf(d, config)
	return svc != nil && svc.Restart == "no" && svc.Deploy.RestartPolicy == nil &&
		at(d, "TaskTemplate", "RestartPolicy") && d.Docker == nil &&
		reflect.DeepEqual(d.Ours, map[string]any{"Condition": "none"})
}

func appendedTest(d Difference, _ *types.Config) bool {
	docker, ok := d.Docker.([]any)
	ours, ok2 := d.Ours.([]any)
	return ok && ok2 && at(d, "TaskTemplate", "ContainerSpec", "Healthcheck", "Test") &&
		len(docker) > len(ours) && reflect.DeepEqual(docker[len(docker)-len(ours):], ours)
}

func droppedPort(d Difference, _ *types.Config) bool {
	return at(d, "EndpointSpec", "Ports") && d.Docker == nil
}

func droppedReference(d Difference, _ *types.Config) bool {
	secret, config := at(d, "TaskTemplate", "ContainerSpec", "Secrets"), at(d, "TaskTemplate", "ContainerSpec", "Configs")
	return (secret || config) && d.Docker == nil
}

func oneLetterVolume(d Difference, config *types.Config) bool {
	svc := serviceOf(d, config)
	return svc != nil && at(d, "TaskTemplate", "ContainerSpec", "Mounts") &&
		slices.ContainsFunc(svc.Volumes, func(v types.ServiceVolumeConfig) bool {
			return v.Source == "" && len(v.Target) > 2 && v.Target[1] == ':'
		})
}

func oomScoreAdj(d Difference, _ *types.Config) bool {
	return at(d, "TaskTemplate", "ContainerSpec", "OomScoreAdj") && d.Docker == nil
}

// at reports whether the difference is inside a field of a service.
func at(d Difference, field ...string) bool {
	return len(d.Path) >= 2+len(field) && d.Path[0] == "services" && slices.Equal(d.Path[2:2+len(field)], field)
}

func serviceOf(d Difference, config *types.Config) *types.ServiceConfig {
	for i, svc := range config.Services {
		if len(d.Path) > 1 && d.Path[0] == "services" && strings.HasSuffix(d.Path[1], "_"+svc.Name) {
			return &config.Services[i]
		}
	}
	return nil
}

func (e Exception) String() string { return fmt.Sprintf("item %d: %s", e.Item, e.Why) }
