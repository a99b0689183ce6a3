package publishtest

import (
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// Script is the attack that every text of Hostile holds.
const Script = `"'><script>window.pwned=1</script><img src=x onerror="window.pwned=1">`

// HostileNames are names that can be published but that a careless page or
// shell would trip over.
func HostileNames() []string {
	return []string{
		"v2", "static", "healthz", "metrics", "recipes.json", "index.html", "404.html", // ours
		"javascript:alert(1)", "a b?c#d%2e", "$(reboot);`id`'", "<script>alert(1)<", "ünïcödé",
		strings.Repeat("long", 25),
	}
}

// Refused are names that must never become a file.
func Refused() []string {
	return []string{"", ".", "..", "../up", "a/b", `a\b`, ".hidden", "-rf", " ", "bell\a", strings.Repeat("x", 101), "\xff"}
}

// Hostile returns a catalogue in which every text attacks its reader.
func Hostile() catalogue.Catalogue {
	c := catalogue.Catalogue{GeneratedAt: Now}
	for _, name := range HostileNames() {
		c.Recipes = append(c.Recipes, hostile(name))
	}
	return c
}

func hostile(name string) catalogue.Recipe {
	text := Script + "\x1b[31m\x00\u202e" + strings.Repeat("W", 300)
	quality := -1 << 40
	l := catalogue.Lint{Error: 1 << 30, Warning: 1, Quality: &quality, Next: text, Findings: []catalogue.Finding{{
		Rule: text, Name: text, Severity: text, Message: text, Path: text, Line: -1, Column: -1,
	}}}
	return catalogue.Recipe{
		Name: name, Category: text, Description: strings.Repeat(text, 1<<20/len(text)), Website: "javascript:window.pwned=1",
		Icon: "https://tracker.example/pixel.png", Repository: "javascript:window.pwned=1", SSHURL: text, DefaultBranch: text,
		Features: catalogue.Features{
			Backups: text, Email: text, Healthcheck: text, SSO: text, Status: 1 << 40, Tests: text,
			Image: catalogue.Image{Image: text, Rating: text, Source: text, URL: "data:text/html," + text},
		},
		Readme: hostileReadme(), Lint: l, Problems: []catalogue.Problem{{Where: text, Message: text}},
		Versions: []catalogue.Version{{
			Version: text, Label: text, Commit: text, Tree: text, TagObject: text, Moved: []string{text}, Notes: text, Lint: l,
			Date: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), Files: []string{text}, Problems: []catalogue.Problem{{Where: text, Message: text}},
			Services: []catalogue.Service{{Name: text, Image: text, Tag: text, Digest: text}},
			Env:      []catalogue.EnvVar{{Name: text, Default: text}}, Secrets: []catalogue.Secret{{Name: text, Version: text, Charset: text, Length: -1}},
		}},
		Upstream: []catalogue.Check{{
			Service: text, Image: text, Verdict: text, Newest: text, Steps: catalogue.Steps{Patch: text, Minor: text, Major: text}, Base: true,
			Held: []string{text}, Reason: text, Missing: true, Digest: text, Platforms: []string{text, "linux/arm64"}, Status: catalogue.Stale, Error: text + ".",
			EndOfLife: &catalogue.EndOfLife{Product: text, Cycle: text, Date: text, Ended: true},
		}, {Service: text, Status: catalogue.Status(text), Error: text}},
		CheckedAt: Now, ValidUntil: Now, Status: catalogue.Status(text),
	}
}

func hostileReadme() string {
	return Script + "\n\n# " + Script + `

<script>window.pwned=1</script>
<iframe src="https://tracker.example"></iframe>

[js](javascript:window.pwned=1) [JS](JaVaScRiPt&#58;window.pwned=1) [data](data:text/html;base64,PHNjcmlwdD4=)
[file](file:///etc/passwd) [rel](../../etc/passwd) [proto](//tracker.example/x) [ok](https://example.org/?a=1&b="2")
![pixel](https://tracker.example/pixel.png "t") ![js](javascript:window.pwned=1) <javascript:window.pwned=1>
<a href="javascript:window.pwned=1" onclick="window.pwned=1">raw</a> [ref][r] [mail](mailto:a@example.org)

[r]: javascript:window.pwned=1 "` + Script + `"

| a | b |
|:-:|--:|
| ` + "`" + Script + "`" + ` | x |

` + "```" + Script + "\n" + Script + "\n```\n" +
		"####### seven\n\x1b]0;title\x07\n" + strings.Repeat("W", 5000) + "\n"
}
