package stack_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// TestGoldenMerge holds our merges of real recipes against those of
// `docker stack config`. Docker's output is a compose file itself: it is loaded
// too, and the two stacks must be the same.
func TestGoldenMerge(t *testing.T) {
	dir := corpus(t)
	goldens, _ := filepath.Glob(filepath.Join(dir, "golden/merge/*/*.yml"))
	if len(goldens) < 30 {
		t.Fatalf("only %d goldens", len(goldens))
	}
	for _, golden := range goldens {
		name := filepath.Base(filepath.Dir(golden))
		t.Run(name+"/"+filepath.Base(golden), func(t *testing.T) {
			r, err := recipe.Read(os.DirFS(filepath.Join(dir, "recipes", name)), name)
			if err != nil {
				t.Fatal(err)
			}
			got := stack.Load(r, corpusEnv(), mergeFiles(r, filepath.Base(golden)))
			compareGolden(t, golden, path.Join("recipes", name), got, r.FS)
		})
	}
}

// mergeFiles tells the files of compose+NAME.yml and compose+ALL.yml.
func mergeFiles(r *recipe.Recipe, golden string) []string {
	overlay := strings.TrimSuffix(strings.TrimPrefix(golden, "compose+"), ".yml")
	files := []string{"compose.yml"}
	for _, f := range r.Compose {
		if f.Path != "compose.yml" && overlay == "ALL" ||
			path.Base(f.Path) == "compose."+overlay+".yml" {
			files = append(files, f.Path)
		}
	}
	return files
}

func TestGoldenSingle(t *testing.T) {
	dir := corpus(t)
	root := filepath.Join(dir, "golden/single")
	count := 0
	err := filepath.WalkDir(root, func(golden string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(golden, ".yml") {
			return err
		}
		count++
		name := strings.TrimSuffix(strings.TrimPrefix(golden, root+"/"), ".yml")
		t.Run(name, func(t *testing.T) {
			folder := path.Join("stacks", path.Dir(name))
			fsys := os.DirFS(filepath.Join(dir, folder))
			compareGolden(t, golden, folder, stack.LoadFile(fsys, path.Base(name), corpusEnv()), fsys)
		})
		return nil
	})
	if err != nil || count < 400 {
		t.Fatalf("%d goldens: %v", count, err)
	}
}

// compareGolden loads Docker's output, whose paths start at /corpus, and
// compares.
func compareGolden(t *testing.T, golden, folder string, got *stack.Stack, fsys fs.FS) {
	t.Helper()
	data, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := againstGolden(t, string(data), "/corpus/"+folder, got, corpusEnv(), fsys); diff != "" {
		t.Errorf("docker (-) and we (+) differ:\n%s", diff)
	}
}

// againstGolden compares with what Docker printed; dir is the folder that it ran in.
func againstGolden(t *testing.T, golden, dir string, got *stack.Stack, env stack.Env, fsys fs.FS) string {
	t.Helper()
	_, text, _ := strings.Cut(golden, "\n") // the version; the rest is of 3.13, whatever it says
	text = strings.ReplaceAll(text, "$", "$$")
	text = strings.ReplaceAll(text, "file: "+dir+"/", "file: ")
	want := stack.LoadFile(overlaid{fsys, fstest.MapFS{"golden.yml": {Data: []byte(text)}}}, "golden.yml", env)
	if d := refusal(want); d != nil {
		return "docker's output is refused: " + describe(*d)
	}
	absolute(got, dir)
	return difference(dump(want), dump(got))
}

// overlaid is a file system with one file more.
type overlaid struct {
	fs.FS
	more fs.FS
}

func (o overlaid) Open(name string) (fs.File, error) {
	if f, err := o.more.Open(name); err == nil && name != "." {
		return f, nil
	}
	return o.FS.Open(name)
}

// absolute writes bind sources as Docker prints them, joined to the folder of
// the first file. We leave them as written, and refuse to deploy relative ones.
// Docker does not print the addresses of ports that it drops.
func absolute(s *stack.Stack, folder string) {
	for _, service := range s.Services {
		for i := range service.Ports {
			service.Ports[i].HostIP = ""
		}
		for i, mount := range service.Volumes {
			if mount.Type == "bind" && !path.IsAbs(mount.Source) {
				service.Volumes[i].Source = path.Join(folder, mount.Source)
			}
		}
	}
}
