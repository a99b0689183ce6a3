package stack_test

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	"coopcloud.tech/catalogue/internal/stack"
)

// dump writes a stack as sorted lines, one a value that is said, so that two
// stacks can be compared and shown.
func dump(s *stack.Stack) string {
	lines := dumpValue(nil, "", reflect.ValueOf(*s))
	sort.Strings(lines)
	return strings.Join(lines, "\n") + "\n"
}

func dumpValue(lines []string, path string, v reflect.Value) []string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return lines
		}
		return dumpValue(lines, path, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() || field.Name == "Diagnostics" || field.Name == "Files" {
				continue
			}
			inner := v.Field(i)
			if inner.Kind() != reflect.Pointer && inner.IsZero() {
				continue
			}
			lines = dumpValue(lines, strings.TrimPrefix(path+"."+field.Name, "."), inner)
		}
		return lines
	case reflect.Map:
		for _, key := range v.MapKeys() {
			entry := v.MapIndex(key)
			at := fmt.Sprintf("%s.%s", path, key)
			if entry.Kind() == reflect.Pointer && entry.IsNil() {
				lines = append(lines, at)
				continue
			}
			lines = dumpValue(lines, at, entry)
		}
		return lines
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return append(lines, fmt.Sprintf("%s: %d bytes %.20q", path, v.Len(), v.Bytes()))
		}
		for i := range v.Len() {
			lines = dumpValue(lines, path+"."+entryName(v.Index(i), i), v.Index(i))
		}
		return lines
	case reflect.String:
		return append(lines, fmt.Sprintf("%s: %q", path, v.String()))
	default:
		return append(lines, fmt.Sprintf("%s: %v", path, v.Interface()))
	}
}

// entryName is an entry's Key, or its number.
func entryName(v reflect.Value, i int) string {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() == reflect.Struct {
		if key := v.FieldByName("Key"); key.IsValid() {
			return key.String()
		}
	}
	return fmt.Sprintf("%02d", i)
}

// difference lists the lines that only one of two dumps has.
func difference(want, got string) string {
	count := map[string]int{}
	for line := range strings.Lines(want) {
		count[line]--
	}
	for line := range strings.Lines(got) {
		count[line]++
	}
	var all []string
	for line, n := range count {
		switch {
		case n < 0:
			all = append(all, "- "+line)
		case n > 0:
			all = append(all, "+ "+line)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i][2:]+all[i] < all[j][2:]+all[j] })
	return strings.Join(all, "")
}
