package stack

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// settings checks the words and numbers that Docker passes on unread and that
// conversion or the engine then refuses.
func (c *checker) settings() {
	d := &c.service.Deploy
	c.word("deploy.mode", d.Mode, "replicated", "global", "replicated-job", "global-job")
	c.word("deploy.endpoint_mode", strings.ToLower(d.EndpointMode), "vip", "dnsrr")
	if strings.HasPrefix(d.Mode, "global") && d.Replicas != nil {
		c.invalid("deploy.replicas", "mode "+clip(d.Mode)+" runs one task on each node; remove replicas")
	}
	c.update("deploy.update_config", d.Update, "pause", "continue", "rollback")
	c.update("deploy.rollback_config", d.Rollback, "pause", "continue", "rollback")
	if d.Update != nil && strings.HasSuffix(d.Mode, "-job") {
		c.invalid("deploy.update_config", "the engine takes no update_config for a job; remove it")
	}
	c.restartPolicy(d.Restart)
	c.resources("deploy.resources.limits", d.Limits)
	c.resources("deploy.resources.reservations", d.Reservations)
	for i, constraint := range d.Constraints {
		if !isConstraint(constraint) {
			c.invalid(fmt.Sprintf("deploy.placement.constraints.%d", i), fmt.Sprintf(
				"constraint %q: expected KEY == VALUE or KEY != VALUE, such as node.role == manager", clip(constraint)))
		}
	}
	if fault := restartFault(c.service.Restart); fault != "" && d.Restart == nil {
		c.invalid("restart", fault)
	}
	if spec := c.service.CredentialSpec; spec != nil && oneMoreThan(1, spec.Config, spec.File, spec.Registry) {
		c.invalid("credential_spec", "config, file and registry exclude each other")
	}
}

// word checks a value that must be one of a few, or empty.
func (c *checker) word(name, value string, words ...string) {
	if value == "" || oneOf(value, words...) {
		return
	}
	short := name[strings.LastIndexByte(name, '.')+1:]
	c.invalid(name, fmt.Sprintf("%s: %q is none of %s", short, clip(value), strings.Join(words, ", ")))
}

func (c *checker) update(name string, u *UpdateConfig, actions ...string) {
	if u == nil {
		return
	}
	c.word(name+".failure_action", u.FailureAction, actions...)
	if u.MaxFailureRatio < 0 || u.MaxFailureRatio > 1 {
		c.invalid(name+".max_failure_ratio", "max_failure_ratio lies between 0 and 1")
	}
	c.notNegative(name, "delay", u.Delay)
}

func (c *checker) restartPolicy(r *RestartPolicy) {
	if r == nil {
		return
	}
	c.word("deploy.restart_policy.condition", r.Condition, "none", "on-failure", "any")
	c.notNegative("deploy.restart_policy", "delay", orZero(r.Delay))
	c.notNegative("deploy.restart_policy", "window", orZero(r.Window))
}

func (c *checker) notNegative(block, name string, d time.Duration) {
	if d < 0 {
		c.invalid(join(block, name), fmt.Sprintf("%s: %s %s: expected 0 or more", lastName(block), name, d))
	}
}

// resources checks the engine's minima, 0.001 CPUs and 4 MiB.
func (c *checker) resources(name string, r *Resources) {
	if r == nil {
		return
	}
	if r.NanoCPUs != 0 && r.NanoCPUs < 1e6 {
		c.invalid(name+".cpus", fmt.Sprintf("%s: cpus %g: expected at least 0.001", lastName(name), float64(r.NanoCPUs)/1e9))
	}
	if r.MemoryBytes != 0 && r.MemoryBytes < 4<<20 {
		c.invalid(name+".memory", fmt.Sprintf("%s: memory of %d bytes: expected at least 4 MiB", lastName(name), r.MemoryBytes))
	}
}

// The two sides of a constraint (swarmkit's manager/constraint).
var (
	constraintKey   = regexp.MustCompile(`^(?i)[a-z_][a-z0-9\-_.]+$`)
	constraintValue = regexp.MustCompile(`^(?i)[a-z0-9:\-_\s.*()?+\[\]\\^$|/]+$`)
)

func isConstraint(s string) bool {
	key, value, ok := strings.Cut(s, "==")
	if !ok {
		key, value, ok = strings.Cut(s, "!=")
	}
	return ok && constraintKey.MatchString(strings.TrimSpace(key)) && constraintValue.MatchString(strings.TrimSpace(value))
}

// restartFault says what is wrong with the old form no, always, unless-stopped,
// on-failure[:n].
func restartFault(restart string) string {
	name, times, counted := strings.Cut(restart, ":")
	if counted {
		if n, err := strconv.Atoi(times); err != nil || n < 0 {
			return "restart: the number behind on-failure: is no number of attempts"
		}
	}
	if name != "" && !oneOf(name, "no", "always", "unless-stopped", "on-failure") {
		return fmt.Sprintf("restart: %q is none of no, always, unless-stopped, on-failure", clip(name))
	}
	return ""
}

func oneMoreThan(most int, values ...string) bool {
	for _, value := range values {
		if value != "" {
			most--
		}
	}
	return most < 0
}

func (c *checker) health() {
	check := c.service.Healthcheck
	switch {
	case check == nil:
	case check.Disable && len(check.Test) > 0:
		c.invalid("healthcheck", "test and disable exclude each other; keep one of them")
	case len(check.Test) > 0 && !oneOf(check.Test[0], "NONE", "CMD", "CMD-SHELL"):
		c.diagnose(CodeInvalidSetting, c.at("healthcheck.test"), Ignore, Ignore, fmt.Sprintf(
			"the list starts with %q and the engine drops it; let it start with CMD or CMD-SHELL", clip(check.Test[0])))
	}
	if check == nil {
		return
	}
	c.pause("interval", check.Interval)
	c.pause("timeout", check.Timeout)
	c.pause("start_period", check.StartPeriod)
	c.pause("start_interval", check.StartInterval)
}

func (c *checker) pause(name string, length *time.Duration) {
	if d := orZero(length); d != 0 && d < time.Millisecond {
		c.invalid("healthcheck."+name, fmt.Sprintf("healthcheck: %s %s: expected at least 1ms, or 0 for the default", name, d))
	}
}
