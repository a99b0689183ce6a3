package stack

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/docker/go-units"
)

func (d *decoder) deploy(v *value, path string) Deploy {
	at := func(name string) (*value, string) { return v.get(name), join(path, name) }
	placement, under := at("placement")
	replicas, _ := whole(placement.get("max_replicas_per_node"))
	return Deploy{
		Labels:       d.mapping(at("labels")),
		Mode:         v.get("mode").str(),
		Replicas:     count(v.get("replicas")),
		EndpointMode: v.get("endpoint_mode").str(),
		Update:       updateConfig(v.get("update_config")),
		Rollback:     updateConfig(v.get("rollback_config")),
		Restart:      restartPolicy(v.get("restart_policy")),
		Limits:       d.resources(v.get("resources").get("limits"), join(path, "resources.limits")),
		Reservations: d.resources(v.get("resources").get("reservations"), join(path, "resources.reservations")),
		Constraints:  d.texts(placement.get("constraints"), join(under, "constraints")),
		Preferences:  preferences(placement.get("preferences")),
		MaxReplicas:  uint64(max(replicas, 0)),
	}
}

func updateConfig(v *value) *UpdateConfig {
	if v == nil {
		return nil
	}
	return &UpdateConfig{
		Parallelism:     count(v.get("parallelism")),
		Delay:           orZero(lapse(v.get("delay"))),
		Monitor:         orZero(lapse(v.get("monitor"))),
		FailureAction:   v.get("failure_action").str(),
		Order:           v.get("order").str(),
		MaxFailureRatio: ratio(v.get("max_failure_ratio")),
	}
}

func orZero(d *time.Duration) time.Duration {
	if d == nil {
		return 0
	}
	return *d
}

func ratio(v *value) float32 {
	if v == nil {
		return 0
	}
	if f, ok := v.data.(float64); ok {
		return float32(f)
	}
	n, _ := whole(v)
	return float32(n)
}

func restartPolicy(v *value) *RestartPolicy {
	if v == nil {
		return nil
	}
	return &RestartPolicy{
		Condition:   v.get("condition").str(),
		Delay:       lapse(v.get("delay")),
		Window:      lapse(v.get("window")),
		MaxAttempts: count(v.get("max_attempts")),
	}
}

func (d *decoder) resources(v *value, path string) *Resources {
	if v == nil {
		return nil
	}
	r := &Resources{}
	if cpus := v.get("cpus"); cpus.str() != "" {
		nano, ok := nanoCPUs(cpus.str())
		if !ok {
			d.report(Diagnostic{
				Code: CodeInvalidSetting, Span: cpus.span, Via: cpus.via, Path: join(path, "cpus"), Docker: Refuse, Engine: Refuse, Late: true,
				Message: fmt.Sprintf("%q is no number of CPUs; write it as in \"0.5\"", cpus.shown()),
			})
		}
		r.NanoCPUs = nano
	}
	if memory := v.get("memory"); memory != nil {
		r.MemoryBytes, _ = units.RAMInBytes(memory.str()) // checked by the dialect
	}
	r.Pids, _ = whole(v.get("pids"))
	for _, item := range v.get("generic_resources").items() {
		spec := item.get("discrete_resource_spec")
		amount, _ := whole(spec.get("value"))
		r.Generic = append(r.Generic, GenericResource{Kind: spec.get("kind").str(), Value: amount})
	}
	return r
}

// nanoCPUs reads a number of CPUs exactly; a billionth is the smallest part.
func nanoCPUs(s string) (int64, bool) {
	if len(s) > 32 || strings.ContainsAny(s, "eEpP") { // 1e999999999 takes gigabytes
		return 0, false
	}
	cpus, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, false
	}
	nano := cpus.Mul(cpus, big.NewRat(1e9, 1))
	if !nano.IsInt() || !nano.Num().IsInt64() {
		return 0, false
	}
	return nano.Num().Int64(), true
}

func preferences(v *value) []string {
	if v == nil {
		return nil
	}
	spreads := make([]string, 0, len(v.list))
	for _, item := range v.list {
		spreads = append(spreads, item.get("spread").str())
	}
	return spreads
}
