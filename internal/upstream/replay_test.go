package upstream

import (
	"bufio"
	"flag"
	"math/rand"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	listVerdicts = flag.Int("verdicts", 0, "list that many verdicts of the replay, for reading")
	replaySeed   = flag.Int64("seed", 1, "of the replay")
)

// Real tags with the days on which they were pushed stand in for registries: what a
// registry had on a day is judged from a tag that an app may have used that day. Every
// image has a few days here, and all its days with CATALOGUE_SOAK=1.
func TestReplay(t *testing.T) {
	images, names := readTags(t)
	random := rand.New(rand.NewSource(*replaySeed))
	listed := 0
	for _, i := range random.Perm(len(names)) {
		tags := images[names[i]]
		for n, had := range daysOf(tags, random) {
			current := tags[had-1-random.Intn(min(had, 40))]
			q := Question{Image: names[i], Current: current.Name, Tags: tags[:had]}
			v := Judge(q)
			judgeProposal(t, q, v)
			judgeAliases(t, q, v)
			judgeStable(t, q, v, random)
			if n == 0 && listed < *listVerdicts {
				listed++
				logVerdict(t, q, v)
			}
		}
	}
}

// daysOf are days on which something was pushed, in order: how many tags there were in
// the evening.
func daysOf(tags []Tag, random *rand.Rand) (had []int) {
	for i := range tags {
		if i+1 == len(tags) || !tags[i+1].Pushed.Equal(tags[i].Pushed) {
			had = append(had, i+1)
		}
	}
	if os.Getenv("CATALOGUE_SOAK") == "" {
		random.Shuffle(len(had), func(i, j int) { had[i], had[j] = had[j], had[i] })
		had = slices.Sorted(slices.Values(had[:min(len(had), 4)]))
	}
	return had
}

func readTags(t *testing.T) (images map[string][]Tag, names []string) {
	t.Helper()
	file, err := os.Open("../../../shared/data/image-tags.tsv")
	if err != nil {
		t.Skip("no data: ", err)
	}
	defer file.Close()
	images = map[string][]Tag{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		cells := strings.Split(lines.Text(), "\t")
		day, err := time.Parse(time.DateOnly, cells[2])
		if err != nil {
			t.Fatal(err)
		}
		name, err := Repository(cells[0])
		if err != nil {
			t.Fatal(err)
		}
		images[name] = append(images[name], Tag{Name: cells[1], Pushed: day})
	}
	for name, tags := range images {
		names = append(names, name)
		slices.SortStableFunc(tags, func(a, b Tag) int { return a.Pushed.Compare(b.Pushed) })
	}
	slices.Sort(names)
	return images, names
}

// preRelease knows nothing of the parser.
var preRelease = regexp.MustCompile(`(?i)(^|[^a-z])(rc|alpha|beta|dev|nightly|snapshot|canary|preview|ea|milestone|m\d|cr\d|pre)([^a-z]|$)|\d(a|b|rc|alpha|beta)\d`)

var commits = regexp.MustCompile(`-g?[0-9a-f]{7,40}\b`)

// variantWords are what is left of a tag without its version: no word may come or go but
// those of a pre-release, of a release of Debian or Ubuntu, and of a commit.
var variantWords = regexp.MustCompile(`(?i)[a-z]{2,}`)

func judgeProposal(t *testing.T, q Question, v Verdict) {
	t.Helper()
	early := func(tag string) bool { return preRelease.MatchString(commits.ReplaceAllString(tag, "")) }
	for _, proposed := range []string{v.Newest, v.Steps.Patch, v.Steps.Minor, v.Steps.Major} {
		switch {
		case proposed == "":
		case early(proposed) && !early(q.Current):
			t.Errorf("%s:%s: %s is a pre-release", q.Image, q.Current, proposed)
		case !slices.Equal(words(q.Current), words(proposed)) && !early(q.Current):
			t.Errorf("%s:%s: %s is another variant", q.Image, q.Current, proposed)
		}
	}
}

func words(tag string) (found []string) {
	for _, word := range variantWords.FindAllString(commits.ReplaceAllString(strings.ToLower(tag), ""), -1) {
		named := slices.ContainsFunc(codenames, func(c codename) bool { return slices.Contains(c.words, word) })
		if !named {
			found = append(found, word)
		}
	}
	return found
}

// stageWord is a pre-release's word with its number; without it stands the name of its
// release, which knows nothing of the parser either.
var stageWord = regexp.MustCompile(`(?i)[-.]?(alpha|beta|rc|preview|m|ea)[-.]?\d*(-|$)`)

// onePart finds the last part of a version.
var onePart = regexp.MustCompile(`^(v?[0-9]+(?:\.[0-9]+)*)\.[0-9]+(.*)$`)

// judgeAliases has no release proposed that came with a pre-release of it: then it names the
// pre-release. What was there on the first day came at any time.
func judgeAliases(t *testing.T, q Question, v Verdict) {
	t.Helper()
	if v.Newest == "" || preRelease.MatchString(q.Current) {
		return
	}
	i := slices.IndexFunc(q.Tags, func(tag Tag) bool { return tag.Name == v.Newest })
	if slices.ContainsFunc(q.Tags, func(tag Tag) bool {
		return !preRelease.MatchString(tag.Name) && onePart.ReplaceAllString(tag.Name, "$1$2") == v.Newest
	}) {
		return // since then it moved to a release
	}
	for _, tag := range q.Tags {
		name := strings.TrimSuffix(stageWord.ReplaceAllString(tag.Name, "-"), "-")
		if name == v.Newest && name != tag.Name && tag.Pushed.Equal(q.Tags[i].Pushed) && tag.Pushed.After(q.Tags[0].Pushed) {
			t.Errorf("%s:%s: %s came with %s", q.Image, q.Current, v.Newest, tag.Name)
		}
	}
}

// judgeStable asks again: in another order the answer is the same, and from where it leads to
// nothing newer is left.
func judgeStable(t *testing.T, q Question, v Verdict, random *rand.Rand) {
	t.Helper()
	again := q
	again.Tags = slices.Clone(q.Tags)
	random.Shuffle(len(again.Tags), func(i, j int) { again.Tags[i], again.Tags[j] = again.Tags[j], again.Tags[i] })
	if w := Judge(again); w.Newest != v.Newest || w.Step != v.Step || w.Steps != v.Steps {
		t.Errorf("%s:%s: %s %s, and in another order %s %s", q.Image, q.Current, v.Step, v.Newest, w.Step, w.Newest)
	}
	if v.Newest == "" {
		return
	}
	again.Current = v.Newest
	if w := Judge(again); w.Newest != "" {
		t.Errorf("%s:%s leads to %s, and that to %s", q.Image, q.Current, v.Newest, w.Newest)
	}
}

// logVerdict writes a verdict for a person to judge.
func logVerdict(t *testing.T, q Question, v Verdict) {
	t.Helper()
	var family, strangers []string
	for _, c := range v.Candidates {
		switch {
		case c.Reason == reasonOlder:
		case c.Family && len(family) < 8:
			family = append(family, c.Tag+"="+c.Reason)
		case !c.Family && len(strangers) < 6:
			strangers = append(strangers, c.Tag+"="+c.Reason)
		}
	}
	recent := q.Tags[max(0, len(q.Tags)-12):]
	var last []string
	for _, tag := range recent {
		last = append(last, tag.Name)
	}
	t.Logf("%s:%s on %s: %s %s %+v held %v base %v %s\n  family %v\n  others %v\n  last %v", q.Image, q.Current, q.Tags[len(q.Tags)-1].Pushed.Format(time.DateOnly),
		v.Step, v.Newest, v.Steps, v.Held, v.Base, v.Reason, family, strangers, last)
}
