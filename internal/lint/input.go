// Package lint judges a recipe. A rule is a metadata literal and a pure
// function from Input to findings; the list of rules is explicit.
package lint

import (
	"io/fs"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// Facts are what a rule cannot read from the recipe's files. A nil fact is
// absent: the rules that need it are skipped, with the reason.
type Facts struct {
	Tags       *[]Tag    // the repo's tags; nil where there is no repo or no tag
	Versions   *[]string // versions that the catalogue lists
	RepoExists *bool     // the recipe's repo exists on its forge

	Released []string             // the tags of these very files, oldest first, where they are judged as a release
	Previous *Release             // the last release before these files; at them where they are judged as a work tree
	Shallow  bool                 // the clone lacks older commits: what is not there may be hidden
	Images   map[string]ImageFact // by image as interpolated; nil where no registry was asked
	Unknown  map[Need]string      // why a fact is absent or not whole, where whoever asked can say
}

// Input is everything that a rule may look at.
type Input struct {
	Recipe   *recipe.Recipe // nil where a single file is judged
	Env      stack.Env
	Variants []Variant // base, the sample's set, that set plus each optional overlay, all
	Facts    Facts
	Settings Settings

	stacks  *stack.Cache
	set     []string                       // the files that .env.sample enables
	offered map[string]bool                // variables that .env.sample has commented out
	files   map[string]*recipe.ComposeFile // by path
	sources map[string]*source             // of each compose file
	alone   []text                         // the single file that is judged

	all        []*Rule                      // every rule, whichever apply
	checked    map[string][]Finding         // by rule
	suppressed []suppression                // nil until read
	crlf       map[string]bool              // by file, as far as asked for
	others     map[string]*source           // of files that are no compose files, as far as asked for
	diagnosed  map[*Variant]byRule          // nil until asked for
	refused    map[*Variant]map[string]bool // the paths of what the engine refuses
	released   *stack.Stack                 // nil until asked for
}

// placeholderDomain stands for the domain that an operator will choose.
const placeholderDomain = "app.example.com"

// NewInput loads the variants of the recipe.
func NewInput(r *recipe.Recipe, facts Facts) *Input { return NewInputAfter(nil, r, facts) }

// NewInputAfter is NewInput for a later state of the recipe of before, which may be
// nil: what that has read of compose files that r holds unchanged, as
// recipe.ReadAgain does, is not read again.
func NewInputAfter(before *Input, r *recipe.Recipe, facts Facts) *Input {
	env := stack.NewEnv(r, r.EnvSample, stack.Name(placeholderDomain))
	in := &Input{Recipe: r, Env: env, Facts: facts, set: fileSet(env)}
	var known *stack.Cache
	if before != nil {
		known = before.stacks
	}
	in.stacks = stack.NewCache(r, known)
	in.index(r.Compose)
	in.offered = map[string]bool{}
	if r.EnvSample != nil {
		for _, v := range r.EnvSample.Commented() {
			in.offered[v.Key] = true
		}
	}
	in.Variants = variants(r, in.stacks, env, in.set)
	return in
}

// NewFileInput loads one compose file with no recipe around it.
func NewFileInput(fsys fs.FS, path string, env stack.Env) *Input {
	in := &Input{Env: env}
	around := &recipe.Recipe{FS: fsys}
	if data, err := recipe.ReadFile(fsys, path); err == nil { // else the stack says so
		around.Compose = []*recipe.ComposeFile{recipe.ParseCompose(path, data)}
		in.alone = []text{{path, data}}
	}
	in.index(around.Compose)
	in.Variants = []Variant{{Name: path, Files: []string{path}, Stack: stack.Load(around, env, []string{path})}}
	return in
}

func (in *Input) index(files []*recipe.ComposeFile) {
	in.files = make(map[string]*recipe.ComposeFile, len(files))
	in.sources = make(map[string]*source, len(files))
	for _, file := range files {
		in.files[file.Path] = file
		in.sources[file.Path] = newSource(file.Root, file.Data)
	}
}

// samples reports whether .env.sample assigns the key.
func (in *Input) samples(key string) bool {
	if in.Recipe.EnvSample == nil {
		return false
	}
	for _, v := range in.Recipe.EnvSample.Vars() {
		if v.Key == key {
			return true
		}
	}
	return false
}
