package upstream

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"
)

// Within a family the order is total: antisymmetric, transitive, and no two tags that it
// cannot tell apart differ in what is compared.
func TestOrderIsTotal(t *testing.T) {
	images, names := readTags(t)
	random := rand.New(rand.NewSource(1))
	for _, name := range names {
		families := map[string][]version{}
		for _, tag := range images[name] {
			if v := parseTag(tag.Name); v.kind == numbered {
				key := strings.Join([]string{v.prefix, v.shape, v.suffix}, "\x00")
				families[key] = append(families[key], v)
			}
		}
		for _, family := range families {
			for range min(len(family), 200) {
				a, b, c := family[random.Intn(len(family))], family[random.Intn(len(family))], family[random.Intn(len(family))]
				inOrder(t, a, b, c)
			}
		}
	}
}

func inOrder(t *testing.T, a, b, c version) {
	t.Helper()
	if sign(compare(a, b)) != -sign(compare(b, a)) || compare(a, a) != 0 {
		t.Errorf("%s and %s: %d, and %d the other way", a.text, b.text, compare(a, b), compare(b, a))
	}
	if compare(a, b) <= 0 && compare(b, c) <= 0 && compare(a, c) > 0 {
		t.Errorf("%s ≤ %s ≤ %s, but not the first and the last", a.text, b.text, c.text)
	}
	if compare(a, b) == 0 && stepTo(a, b) != Rebuild {
		t.Errorf("%s and %s are equal, and a step of %s apart", a.text, b.text, stepTo(a, b))
	}
}

func sign(n int) int { return min(max(n, -1), 1) }

// FuzzJudge gives it tags of any bytes.
func FuzzJudge(f *testing.F) {
	for _, seed := range []string{
		"1.2.3-alpine\n1.3.0\n1.3.0-alpine", "v8.9.0-ls99\nv8.9.0-ls101", "RELEASE.2024-10-13T13-34-11Z\nRELEASE.2024-10-29T16-01-48Z",
		"21-ea-32\n22-ea-7", "3.8.0b1-alpine3.10\n3.8.0-bookworm\n3.8.0-trixie", "01de4f42\nsha-1e916aa9\nlatest", "1.0-\xff\n-.-_\n\n999999999999999999999999",
		"8u312-jdk\n8u402-jdk", "20230101\n230901\n20260705123000\n7", "1.0-rc.1-2-gabcdef0\n1.0-cf.2024.6.1",
	} {
		f.Add(seed, int64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed int64) {
		random := rand.New(rand.NewSource(seed))
		q := Question{Image: "docker.io/library/node"}
		for i, name := range strings.Split(text, "\n") {
			tag := Tag{Name: name}
			if random.Intn(2) == 0 {
				tag.Pushed = time.Unix(random.Int63n(1e9), 0)
			}
			if random.Intn(3) == 0 {
				tag.Digest = fmt.Sprint("sha256:", random.Intn(3))
			}
			if i == 0 {
				q.Current = name
			}
			q.Tags = append(q.Tags, tag)
		}
		holds(t, q, Judge(q))
		for i := range q.Tags { // dates and digests of chance contradict each other
			q.Tags[i] = Tag{Name: q.Tags[i].Name}
		}
		judgeStable(t, q, Judge(q), random)
	})
}

// holds is what is true of any verdict.
func holds(t *testing.T, q Question, v Verdict) {
	t.Helper()
	current := parseTag(q.Current)
	for _, proposed := range []string{v.Newest, v.Steps.Patch, v.Steps.Minor, v.Steps.Major} {
		if proposed == "" {
			continue
		}
		to := parseTag(proposed)
		if why := stranger(current, to); why != "" || compare(to, current) <= 0 {
			t.Errorf("%q leads to %q: %s, %d", q.Current, proposed, why, compare(to, current))
		}
		inOrder(t, current, to, current)
	}
	switch v.Step {
	case NoStep, Hold, Unordered, Unknown:
		if v.Newest != "" {
			t.Errorf("%q is %s, with a newest %q", q.Current, v.Step, v.Newest)
		}
	default:
		if v.Newest == "" {
			t.Errorf("%q is %s, without a newest", q.Current, v.Step)
		}
	}
	if v.Step == Hold && len(v.Held) == 0 {
		t.Errorf("%q is held by nothing", q.Current)
	}
}

// A list may name a tag twice: the order in which it does says nothing.
func TestListedTwice(t *testing.T) {
	day := func(n int) time.Time { return began.AddDate(0, 0, n) }
	tags := []Tag{
		{Name: "1.0.0", Pushed: day(0)},
		{Name: "1.0.0", Pushed: day(400)},
		{Name: "1.9.0", Pushed: day(100)},
		{Name: "1.9.0", Pushed: day(390)},
	}
	q := Question{Current: "1.0.0", Tags: tags}
	there := Judge(q)
	slices.Reverse(q.Tags)
	if back := Judge(q); there.Newest != "1.9.0" || back.Newest != there.Newest {
		t.Errorf("%q, and the other way round %q", there.Newest, back.Newest)
	}
}

// A registry may serve anything; the time that it takes grows with the bytes.
func TestHostileTags(t *testing.T) {
	tags := []Tag{{Name: ""}, {Name: strings.Repeat("9", 1<<20)}, {Name: strings.Repeat("1.", 1<<19)}, {Name: strings.Repeat("a1-", 1<<18)}, {Name: "\xff\x00"}}
	for i := range 100_000 {
		tags = append(tags, Tag{Name: fmt.Sprintf("v1.%d.%d-alpine3.%d-ls%d", i%300, i%77, i%21, i)})
	}
	began := time.Now()
	v := Judge(Question{Current: "v1.0.0-alpine3.0-ls0", Tags: tags})
	if took := time.Since(began); v.Newest == "" || took > patience {
		t.Errorf("%s after %s", v.Newest, took)
	}
}

// Each tag is there once, in the forms that registries are full of.
func BenchmarkJudge(b *testing.B) {
	forms := []string{
		"%[2]d.%[3]d.%[1]d", "v%[2]d.%[3]d.%[4]d-ls%[1]d", "%[2]d.%[3]d.%[1]d-alpine3.%[4]d", "RELEASE.20%[4]d-%02[2]d-%02[3]dT13-34-11Z", "%[2]d.%[1]d-slim-bookworm",
		"sha-%07[1]x%07[1]x", "%[2]d.%[3]d.%[1]d-rc.%[4]d", "version-%[2]d.%[3]d.%[4]d.%[1]d-07dfddaeb",
	}
	tags := make([]Tag, 100_000)
	for i := range tags {
		name := fmt.Sprintf(forms[i%len(forms)], i, 1+i%12, 1+i/12%28, 10+i/336%90)
		tags[i] = Tag{Name: name, Pushed: began.Add(time.Duration(i) * time.Minute)}
	}
	for b.Loop() {
		Judge(Question{Current: tags[0].Name, Tags: tags})
	}
}

var began = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
