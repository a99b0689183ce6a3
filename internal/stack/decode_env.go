package stack

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"coopcloud.tech/catalogue/internal/recipe"
)

// environment is what the service's env files and environment say together.
// A key without a value, or with an empty one, takes its value from the app's env.
func (d *decoder) environment(service *value, path string) map[string]*string {
	files, explicit := service.get("env_file"), service.get("environment")
	if files == nil && explicit == nil {
		return nil
	}
	merged := map[string]*string{}
	if files != nil {
		d.fill(merged, d.envFiles(files, join(path, "env_file")))
	}
	d.fill(merged, d.pairs(explicit, join(path, "environment")))
	return merged
}

func (d *decoder) fill(into, pairs map[string]*string) {
	for key, val := range pairs {
		into[key] = val
		if val != nil && *val != "" {
			continue
		}
		if fromEnv, ok := d.lookup(key); ok {
			into[key] = &fromEnv
		}
	}
}

func (d *decoder) envFiles(v *value, path string) map[string]*string {
	all := map[string]*string{}
	items := v.list
	if v.kind != list {
		items = []*value{v}
	}
	for i, item := range items {
		name, optional := item, false
		if item.kind == mapping { // compose-spec's long form
			name = item.get("path")
			required := item.get("required")
			optional = required != nil && !flag(required)
		}
		d.envFile(all, name, item, optional, join(path, strconv.Itoa(i)))
	}
	return all
}

// envFile adds the assignments of one file.
func (d *decoder) envFile(into map[string]*string, name, item *value, optional bool, path string) {
	fail := func(code string, docker Effect, message string) {
		d.report(Diagnostic{
			Code: code, Span: item.span, Via: item.via, Path: path, Docker: docker, Engine: Refuse, Message: message,
		})
	}
	inside, ok := d.insideTree(name.str())
	if !ok {
		fail(CodeOutsideTree, Accept, "an env file must be a file of the recipe, named by a relative path")
		return
	}
	data, err := d.contentOf(inside)
	switch {
	case errors.Is(err, fs.ErrNotExist) && optional:
	case errors.Is(err, fs.ErrNotExist):
		fail(CodeFileMissing, Refuse, fmt.Sprintf("the env file %q is not in the recipe; add it, or set the values under environment", inside))
	case errors.Is(err, recipe.ErrNotRegular):
		fail(CodeUnreadable, Refuse, err.Error())
	case err != nil:
		fail(CodeUnreadable, Accept, err.Error())
	case !d.left.parsed.take(len(data)):
		fail(CodeUnreadable, Accept, fmt.Sprintf("the services name env files of more than %d bytes together", maxParsed))
	default:
		if err := d.parseEnvFile(into, data); err != nil {
			fail(CodeEnvFile, Refuse, fmt.Sprintf("%s: %s", inside, err))
		}
	}
}

// parseEnvFile reads KEY=value lines as docker/cli's kvfile does: no quotes, no
// interpolation, no comments behind a value. A bare KEY counts only if the app's
// env has it. Errors do not show values.
func (d *decoder) parseEnvFile(into map[string]*string, data []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimLeftFunc(lines.Text(), unicode.IsSpace)
		if !utf8.ValidString(line) {
			return fmt.Errorf("line %d is not UTF-8", number)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		key, val, ok := strings.Cut(line, "=")
		switch {
		case key == "":
			return fmt.Errorf("line %d has no name before the equals sign", number)
		case strings.ContainsAny(key, " \t"):
			return fmt.Errorf("line %d has a blank in the name before the equals sign", number)
		case ok:
			into[key] = &val
		default:
			if fromEnv, set := d.lookup(key); set {
				into[key] = &fromEnv
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("a line is longer than %d bytes", bufio.MaxScanTokenSize)
	}
	return nil
}
