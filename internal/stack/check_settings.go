package stack

import (
	"fmt"
	"strconv"
	"strings"
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
	c.update("deploy.rollback_config", d.Rollback, "pause", "continue")
	if d.Restart != nil {
		c.word("deploy.restart_policy.condition", d.Restart.Condition, "none", "on-failure", "any")
	}
	if fault := restartFault(c.service.Restart); fault != "" && d.Restart == nil {
		c.invalid("restart", fault)
	}
	if spec := c.service.CredentialSpec; spec != nil && oneMoreThan(1, spec.Config, spec.File, spec.Registry) {
		c.invalid("credential_spec", "config, file and registry exclude each other")
	}
	c.word("isolation", c.service.Isolation, "default", "process", "hyperv")
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
	if u.Delay < 0 || u.Monitor < 0 {
		c.invalid(name, "a duration cannot be below zero")
	}
	if strings.HasSuffix(c.service.Deploy.Mode, "-job") {
		c.invalid(name, "the engine takes no update settings for a job; remove them")
	}
}

// restartFault says what is wrong with the old form no, always, unless-stopped,
// on-failure[:n].
func restartFault(restart string) string {
	name, times, counted := strings.Cut(restart, ":")
	if counted {
		if n, err := strconv.Atoi(times); err != nil || n < 0 {
			return "restart: the number behind on-failure: is no number of attempts"
		}
		if name != "on-failure" && times != "0" {
			return "restart: only on-failure takes a number of attempts"
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
}
