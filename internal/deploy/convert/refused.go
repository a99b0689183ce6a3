package convert

import (
	"errors"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

// refused joins what package stack refuses. A stack with such faults is not
// converted: most of them would only show again.
func refused(s *stack.Stack, o Options) error {
	var errs []error
	for _, d := range s.Refused() {
		kind, key, setting := owner(s, d.Path)
		if o.permits(d, setting) {
			continue
		}
		message := d.Message
		if key != "" {
			message = kind + " " + key + ": " + message
		}
		errs = append(errs, &Error{d.Span, message})
	}
	if s.Name == "" {
		errs = append(errs, &Error{Message: "the stack has no name; set STACK_NAME"})
	}
	return errors.Join(errs...)
}

// engineOnly are the settings that Docker converts as they stand, so that only
// the engine refuses a bad one.
var engineOnly = []string{
	"deploy.endpoint_mode", "deploy.placement", "deploy.resources", "deploy.restart_policy",
	"deploy.rollback_config", "deploy.update_config", "healthcheck.", "ports.", "ipam",
}

// permits says that the options lift a refusal.
func (o Options) permits(d stack.Diagnostic, setting string) bool {
	switch d.Code {
	case stack.CodeRelativeBind:
		return o.Dir != ""
	case stack.CodeInvalidName, stack.CodeNameTooLong, stack.CodeObjectSize:
		return o.Preview
	case stack.CodeInvalidSetting, stack.CodeConflict:
		begins := func(with string) bool { return strings.HasPrefix(setting, with) }
		return o.Preview && d.Late && slices.ContainsFunc(engineOnly, begins)
	}
	return false
}

// owner splits a diagnostic's path into the kind and key of an object and the
// setting in it. Keys may hold dots, so it goes by those that exist.
func owner(s *stack.Stack, path string) (kind, key, setting string) {
	section, rest, _ := strings.Cut(path, ".")
	for _, k := range keys(s, section) {
		if (rest == k || strings.HasPrefix(rest, k+".")) && len(k) > len(key) {
			key = k
		}
	}
	return strings.TrimSuffix(section, "s"), key, strings.TrimPrefix(strings.TrimPrefix(rest, key), ".")
}

func keys(s *stack.Stack, section string) []string {
	switch section {
	case "services":
		return each(s.Services, func(o *stack.Service) string { return o.Key })
	case "networks":
		return each(s.Networks, func(o *stack.Network) string { return o.Key })
	case "volumes":
		return each(s.Volumes, func(o *stack.Volume) string { return o.Key })
	case "secrets":
		return each(s.Secrets, func(o *stack.Object) string { return o.Key })
	case "configs":
		return each(s.Configs, func(o *stack.Object) string { return o.Key })
	}
	return nil
}
