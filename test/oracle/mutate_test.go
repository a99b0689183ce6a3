package oracle

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode/utf16"

	"go.yaml.in/yaml/v4"
)

// mutant is a compose file with one change.
type mutant struct {
	kind        string // of the change: the class that disagreements are counted by
	change      string // as shown
	data        []byte
	first, last int // lines that the change stands on, from 1; 0: no one line
}

// mutate makes one change that rnd chooses; ok is false where it does not fit
// the file.
func mutate(rnd *rand.Rand, data []byte) (m mutant, ok bool) {
	text := string(data)
	if rnd.IntN(12) == 0 {
		kind := pick(rnd, fileChanges)
		return mutant{kind: "file", change: kind.name, data: []byte(kind.change(text))}, true
	}
	entries := entriesOf(data)
	if len(entries) == 0 {
		return m, false
	}
	e := pick(rnd, entries)
	lines := strings.SplitAfter(text, "\n")
	pad := strings.Repeat(" ", e.column)
	head, own, tail := lines[:e.first], strings.Join(lines[e.first:e.last], ""), lines[e.last:]
	if !strings.HasSuffix(own, "\n") {
		own += "\n"
	}
	lead := lines[e.first][:e.column] // holds the dash of a list's first key
	set := func(kind, change, with string) (mutant, bool) {
		out := strings.Join(head, "") + with + strings.Join(tail, "")
		return mutant{kind, change, []byte(out), e.first + 1, e.first + strings.Count(with, "\n")}, true
	}
	switch value := pick(rnd, values); rnd.IntN(8) {
	case 0:
		m, ok := set("remove", "remove "+e.key, "")
		m.first, m.last = 0, 0
		return m, ok
	case 1:
		key := nearMiss(rnd, e.key)
		return set("rename", e.key+" → "+key, lead+key+strings.TrimPrefix(own[e.column:], e.key))
	case 2:
		key := pick(rnd, keys)
		return set("key", e.key+" → "+key, lead+key+strings.TrimPrefix(own[e.column:], e.key))
	case 3:
		return set("duplicate", "twice "+e.key, own+pad+own[e.column:])
	case 4:
		more := pick(rnd, siblings)
		return set("insert", "beside "+e.key+": "+more, lead+strings.ReplaceAll(more, "\n", "\n"+pad)+"\n"+pad+own[e.column:])
	default:
		return set("value", e.key+": "+value, lead+e.key+": "+strings.ReplaceAll(value, "\n", "\n"+pad)+"\n")
	}
}

// entry is a key with its value, in block style.
type entry struct {
	key         string
	column      int // in bytes, from 0
	first, last int // lines, from 0, the last excluded
}

// entriesOf lists the entries of every block mapping.
func entriesOf(data []byte) []entry {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil {
		return nil
	}
	lines := strings.Split(string(data), "\n")
	var found []entry
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle == 0 && i%2 == 0 {
				line := lines[child.Line-1]
				if at := child.Column - 1; at < len(line) && strings.HasPrefix(line[at:], child.Value+":") && child.Value != "" && strings.Trim(line[:at], " -") == "" {
					found = append(found, entry{child.Value, at, child.Line - 1, end(lines, child.Line-1, at)})
				}
			}
			walk(child)
		}
	}
	walk(&doc)
	return found
}

// end is the line behind the entry that starts at the column of the line.
func end(lines []string, first, column int) int {
	for i := first + 1; i < len(lines); i++ {
		plain := strings.TrimLeft(lines[i], " ")
		indent := len(lines[i]) - len(plain)
		dash := strings.HasPrefix(plain, "- ") || plain == "-"
		if plain != "" && (indent < column || indent == column && !dash) {
			return i
		}
	}
	return len(lines)
}

func pick[T any](rnd *rand.Rand, from []T) T { return from[rnd.IntN(len(from))] }

// nearMiss misspells a key.
func nearMiss(rnd *rand.Rand, key string) string {
	i := rnd.IntN(len(key))
	return pick(rnd, []string{
		key[:i] + key[i+1:] + "x", key[:i] + key[i:i+1] + key[i:], strings.ToUpper(key), strings.ReplaceAll(key, "_", "-"),
		key + "s", key + " ", " " + key, `"` + key + `"`, "'" + key + "'", key + "é", "😀" + key, "? " + key, "&k " + key, "!!str " + key,
	})
}

// values replace a value of any kind.
var values = []string{
	``, `~`, `null`, `Null`, `""`, `word`, `"1"`, `1`, `-1`, `0`, `1.5`, `2.0`, `true`, `True`, `yes`, `On`, `n`,
	`0777`, `0o17`, `0x1F`, `0b11`, `1e3`, `1_000`, `+1`, `.inf`, `-.inf`, `.nan`, `08`, `1.`, `.5`, `99999999999999999999`, `9223372036854775808`, `-9223372036854775809`,
	`2024-01-01`, `2024-01-01T10:00:00Z`, `12:30:45`, `22:22`, `=`, `<<`,
	`[]`, `[a]`, `[a, a]`, `[1]`, `[1, 1]`, `[1, 1.0]`, `[1, "1"]`, `[null]`, `[{}]`, `[[a]]`, `[true]`, `[2024-01-01]`, `["${STACK_NAME}", stack]`, `[{a: b}, {a: b}]`,
	`{}`, `{a: b}`, `{a: 1}`, `{1: a}`, `{a: true}`, `{a: null}`, `{a: [b]}`, `{true: a}`, `{null: a}`, `{a: b, a: c}`, `{a, b}`, `{? a : b}`, `{x-a: b}`, `{1.5: a}`, `{2024-01-01: a}`, `{"": a}`, `{[a]: b}`, `{{a: b}: c}`, `{<<: {a: b}}`, `{<<: a}`, `{<<: [{a: b}, {c: d}]}`, `{<<: null}`, `{<<: []}`, `{<<: [a]}`, `{"<<": {a: b}}`, `{external: true, name: x}`, `{external: {name: x}, name: y}`, `{external: true, driver: x}`, `{name: x}`,
	`"${STACK_NAME}"`, `"${UNSET}"`, `${UNSET:?x}`, `${UNSET?}`, `"${UNSET:-d}"`, `"${UNSET-}"`, `"${HOME:-${B:-c}}"`, `"${UNSET:-${HOME}}"`, `"${"`, `$`, `$$`, `a$$b`, `$1`, `${1}`, `${HOME:+b}`, `$(x)`, `${}`, `"${HOME"`, `"$HOME}"`, `${HOME HOME}`, `"${HOME:?a}${"`, `"${ $HOME"`, `"$HOME:-x"`, `${UNSET:?a} ${HOME}`, `${STACK_NAME:?${X}}`, `"${ſ}"`, `${K}`,
	`1s`, `1d`, `5m`, `1h30m`, `1.5s`, `10`, `-5s`, `1us`, `1µs`, `""`, `1S`, `10mb`, `1.5G`, `1KiB`, `10 MB`, `1kk`, `-1m`, `1e3m`, `.5g`, `1,5g`, `1P`, `1E`, `1b`,
	`80:80`, `["80:80"]`, `["80-82:80-82"]`, `["80-82:80-81"]`, `["80:80/sctp"]`, `["80:80/foo"]`, `["99999:80"]`, `["[::1]:80:80"]`, `["127.0.0.1::80"]`, `["localhost:80:80"]`, `["a:b"]`, `[":80"]`, `["80:"]`, `[""]`, `["80/TCP"]`, `["80:80:80:80"]`, `[80]`, `[80.5]`, `["0"]`, `[{target: 80}]`, `[{target: "80"}]`, `[{published: 80}]`, `[{target: 80, published: 80-82}]`, `[{target: 80, mode: foo}]`, `["82-80:82-80"]`, `["80 :80"]`, `["1-65535"]`,
	`["/a"]`, `["a:/b"]`, `["a:/b:ro"]`, `["a:/b:foo"]`, `[":/b"]`, `["a:"]`, `["::"]`, `["a:/b:ro:x"]`, `["a:/b:ro,z,nocopy"]`, `["c:/b"]`, `['c:\a:/b']`, `["~/a:/b"]`, `["./a:/b"]`, `["a:/b:,"]`, `[{type: bind}]`, `[{type: foo, target: /a}]`, `[{type: volume, source: a, target: /b, bind: {}}]`, `[{type: tmpfs, target: /a, tmpfs: {size: 10m}}]`, `[{type: tmpfs, target: /a, tmpfs: {size: -1}}]`,
	`!reset null`, `!override [a]`, `!!str 1`, `!!int "1"`, `!!int a`, `!!bool "yes"`, `!!bool x`, `!!null ""`, `!!null x`, `!!binary aGVsbG8=`, `!!binary "%"`, `!!binary /w==`, `!!timestamp 2024-01-01`, `!!set {a, b}`, `!!omap [a: b]`, `!!map []`, `!!seq {}`, `!!str [a]`, `!custom x`, `!<tag:yaml.org,2002:str> 1`, `!!merge a`, `!e!x y`,
	"|\n  block", ">-\n  block\n  text", "|9\n  x", "|+\n  a\n\n", `|`, `é`, `😀`, `"\u0000"`, `"\x01"`, `"\ud800"`, `"a\tb"`, `"\q"`, `"unterminated`, `'`, `@x`, "`x`", `%x`, `- x`, `: x`, `? x`, `{`, `[`, `]`, `a: b`, `a #b`, `a#b`, `*undefined`, `&a x`, `&a [*a]`, `[&b x, *b]`, `&`, `*`, "a\tb", "\tx", "a\u0085b", "a\u2028b", "\u00a0x", "\ufeffx",
	strings.Repeat("long", 80), `[{test: 1}]`, `/absolute`, `../up`, `{disable: true}`, `{test: x, disable: true}`, `[CMD]`, `[CMD, a]`, `[a, 1]`, `"NONE"`, `[NONE, x]`,
}

// keys replace a key.
var keys = []string{
	`1`, `1.5`, `true`, `yes`, `null`, `~`, `""`, `2024-01-01`, `0x10`, `[a]`, `{a: b}`, `x-foo`, `x-`, `X-foo`, `X`, `<<`, `"<<"`, `é`, `e.f`, `a b`, `a/b`, `-a`, `.a`, `"a\nb"`, `*a`, `&a`,
	strings.Repeat("k", 70), `${HOME}`, `"${"`, `!!int 1`, `!!str 1`, `!!binary YQ==`, `.inf`, `1_0`, `"1"`, `=`, `😀`,
}

// siblings are entries put beside another.
var siblings = []string{
	`extends: x`, `profiles: [a]`, `x-foo: 1`, `x-foo: ${UNSET:?x}`, `restart: no`, `restart: on-failure:x`, `1: a`, `null: x`, `true: x`, `<<: {a: b}`, `<<: {image: a}`, `<<: [{x-a: b}, {x-a: c}]`,
	`name: x`, `version: "3.8"`, `version: 3.8`, `version: "3"`, `version: "2"`, `version: "3.0"`, `version: "3.1"`, `version: "3.4"`, `version: "3.6"`, `version: "3.10"`, `version: "3.99"`, `version: ""`, `include: [a.yml]`, `services: {}`, `services: null`, `networks: null`, `networks: [a]`, `networks: {default: null}`,
	`configs: {a: null}`, `secrets: {a: {file: /nope}}`, `secrets: {a: {external: true, file: x}}`, `secrets: {a: {external: {name: b}, name: c}}`, `volumes: {a: {external: true, driver: b}}`, `volumes: {"a b": null}`, `volumes: {a: {external: {name: b}, name: c}}`,
	`deploy: null`, `deploy: {}`, `deploy: {replicas: "${ONE}"}`, `deploy: {mode: foo}`, `deploy: {resources: {limits: {cpus: 1}}}`, `deploy: {resources: {limits: {cpus: "x", memory: 5x}}}`, `env_file: nope.env`, `env_file: []`, `env_file: [{path: a}]`, `environment: [A, A]`, `environment: [A=1, A=1]`, `environment: {A: true}`, `environment: {A: [1]}`, `environment: {"A=B": c}`,
	`ulimits: {nofile: 1}`, `ulimits: {nofile: {soft: 1}}`, `ulimits: {NOFILE: 1}`, `extra_hosts: [a]`, `extra_hosts: {a: 1}`, `extra_hosts: ["a:1", "a:1"]`, `logging: null`, `logging: {driver: x, options: {a: true}}`, `healthcheck: {interval: 1}`, `healthcheck: {retries: 1.5}`, `healthcheck: null`,
	`mem_limit: 1g`, `cpu_shares: 1`, `build: .`, `build: {foo: bar}`, `credential_spec: {}`, `credential_spec: {file: a, registry: b}`, `init: "true"`, `tty: "${HOME}"`, `command: "a 'b"`, `command: 'a \'`, `entrypoint: [1]`, `sysctls: [a]`, `labels: [a, a]`, `labels: {a: true}`, `labels: {1: a}`, `expose: [1, "1"]`, `expose: [1, 1.0]`, `dns: [a, a]`, `stop_grace_period: 1d`, `isolation: 1`,
	"x-a: &x {image: b}\nx-b: {<<: *x}", "x-a: &x [1]\nx-b: {<<: *x}", `x-deep: {a: {b: {1: c}}}`, `x-deep: [{1: c}]`, `x-dup: {a: 1, a: 2}`, `x-bad: "${"`, `x-time: {2024-01-01: a}`,
}

type fileChange struct {
	name   string
	change func(string) string
}

// fileChanges are of the whole file.
var fileChanges = []fileChange{
	{"BOM", func(s string) string { return "\ufeff" + s }},
	{"CRLF", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
	{"CR", func(s string) string { return strings.ReplaceAll(s, "\n", "\r") }},
	{"tabs", func(s string) string { return strings.ReplaceAll(s, "\n    ", "\n\t") }},
	{"trailing tab", func(s string) string { return strings.ReplaceAll(s, ":\n", ":\t\n") }},
	{"tab behind colon", func(s string) string { return strings.ReplaceAll(s, ": ", ":\t") }},
	{"second document", func(s string) string { return s + "\n---\nservices: {}\n" }},
	{"second document broken", func(s string) string { return s + "\n---\n{\n" }},
	{"empty first document", func(s string) string { return "---\n---\n" + s }},
	{"document start", func(s string) string { return "---\n" + s }},
	{"document end", func(s string) string { return s + "\n...\n" }},
	{"text behind the end", func(s string) string { return s + "\n...\nfoo\n" }},
	{"YAML 1.1", func(s string) string { return "%YAML 1.1\n---\n" + s }},
	{"YAML 1.2", func(s string) string { return "%YAML 1.2\n---\n" + s }},
	{"YAML 2.0", func(s string) string { return "%YAML 2.0\n---\n" + s }},
	{"TAG", func(s string) string { return "%TAG !e! tag:e,2000:\n---\n" + s }},
	{"NUL", func(s string) string { return s + "\x00" }},
	{"NUL inside", func(s string) string { return strings.Replace(s, ":", ":\x00", 1) }},
	{"invalid UTF-8", func(s string) string { return s + "# \xff\n" }},
	{"control character", func(s string) string { return s + "# \x01\n" }},
	{"C1 control", func(s string) string { return s + "# \u0081\n" }},
	{"DEL", func(s string) string { return s + "# \x7f\n" }},
	{"U+FFFE", func(s string) string { return s + "# \ufffe\n" }},
	{"BOM inside", func(s string) string { return s + "\ufeff# x\n" }},
	{"NEL", func(s string) string { return strings.Replace(s, "\n", "\u0085", 1) }},
	{"U+2028", func(s string) string { return strings.Replace(s, "\n", "\u2028", 2) }},
	{"UTF-16", func(s string) string {
		data, _ := binary.Append([]byte("\xff\xfe"), binary.LittleEndian, utf16.Encode([]rune(s)))
		return string(data)
	}},
	{"empty", func(string) string { return "" }},
	{"comment only", func(string) string { return "# x\n" }},
	{"null", func(string) string { return "null\n" }},
	{"list", func(string) string { return "- a\n" }},
	{"word", func(string) string { return "word\n" }},
	{"empty mapping", func(string) string { return "{}\n" }},
	{"no last line end", func(s string) string { return strings.TrimRight(s, "\n") }},
	{"cut", func(s string) string { return s[:len(s)*2/3] }},
	{"indented", func(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }},
	{"services quoted", func(s string) string { return strings.Replace(s, "services:", `"services":`, 1) }},
	{"services null", func(string) string { return "services:\n" }},
	{"service null", func(string) string { return "services:\n  a:\n" }},
	{"unused anchor", func(s string) string { return "x-a: &a [1]\n" + s }},
	{"cyclic", func(s string) string { return "x-a: &a {b: *a}\n" + s }},
	{"anchor of merge", func(s string) string {
		return "x-a: &a {mem_limit: 1}\n" + strings.Replace(s, "\n    image:", "\n    <<: *a\n    image:", 1)
	}},
	{"merge of list", func(s string) string {
		return "x-a: &a [1]\n" + strings.Replace(s, "\n    image:", "\n    <<: *a\n    image:", 1)
	}},
	{"two merges", func(s string) string {
		return "x-a: &a {tty: true}\n" + strings.Replace(s, "\n    image:", "\n    <<: *a\n    <<: *a\n    image:", 1)
	}},
	{"anchor redefined", func(s string) string { return "x-a: &a 1\nx-b: &a 2\nx-c: *a\n" + s }},
	{"alias before anchor", func(s string) string { return "x-c: *a\nx-a: &a 1\n" + s }},
}

func (m mutant) String() string { return fmt.Sprintf("%s (%s)", m.kind, m.change) }
