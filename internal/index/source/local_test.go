package source_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/git/gittest"
	"coopcloud.tech/catalogue/internal/index/source"
)

func TestDir(t *testing.T) {
	root := t.TempDir()
	gittest.Git(t, root, "init", "-q", "app")
	gittest.Git(t, root, "init", "-q", "--bare", "bare.git")
	gittest.Git(t, root, "init", "-q", "--bare", "app.git")
	gittest.Git(t, root, "init", "-q", ".hidden")
	gittest.Write(t, root, map[string]string{"notes.txt": "x", "plain/compose.yml": "services: {}\n"})
	elsewhere := t.TempDir()
	gittest.Git(t, elsewhere, "init", "-q")
	if err := os.Symlink(elsewhere, filepath.Join(root, "linked")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(root, "dangling")); err != nil {
		t.Fatal(err)
	}
	repos, problems := list(t, "dir:"+root)
	if !slices.Equal(names(repos), []string{"app", "bare", "linked"}) {
		t.Errorf("got %v", names(repos))
	}
	if len(problems) != 3 { // app.git (name taken), dangling, plain
		t.Errorf("problems %v", problems)
	}
	for _, repo := range repos {
		if !filepath.IsAbs(repo.Dir) || repo.URL != "" {
			t.Errorf("%+v", repo)
		}
	}
}

func TestDirFails(t *testing.T) {
	root := t.TempDir()
	gittest.Git(t, root, "init", "-q")
	for spec, want := range map[string]string{
		"dir:" + root:                        "is itself a git repository",
		"dir:" + filepath.Join(root, "gone"): "no such file",
		"list:" + filepath.Join(root, "no"):  "no such file",
	} {
		if _, _, err := parse(t, spec).List(t.Context(), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", spec, err)
		}
	}
}

func TestListFile(t *testing.T) {
	root := t.TempDir()
	gittest.Write(t, root, map[string]string{"repos.txt": "\ufeff# our recipes\n" +
		"\n" +
		"../recipes/wiki/          # beside this folder\n" +
		"/srv/git/blog.git weblog\n" +
		"https://git.example.org/coop/gitea.git\n" +
		"ssh://git@git.example.org:2222/coop/private.git\r\n" +
		"http://git.lan/coop/lan\n" +
		// From here on each line is a problem.
		"https://git.example.org/other/gitea.git\n" +
		"https://ada:hunter2@git.example.org/coop/x.git\n" +
		"https://hunter2@git.example.org/coop/x.git\n" +
		"git@git.example.org:coop/x.git\n" +
		"git://git.example.org/coop/x.git\n" +
		"file:///etc\n" +
		"https://git.example.org\n" +
		"https://git.example.org/x ../x\n" +
		"a b c\n" +
		"..\n"})
	repos, problems := list(t, "list:"+filepath.Join(root, "repos.txt"))
	want := []source.Repo{
		{Name: "wiki", Dir: filepath.Join(filepath.Dir(root), "recipes/wiki"), Trusted: true},
		{Name: "weblog", Dir: "/srv/git/blog.git", Trusted: true},
		{Name: "gitea", URL: "https://git.example.org/coop/gitea.git", Trusted: true},
		{Name: "private", URL: "ssh://git@git.example.org:2222/coop/private.git", SSHURL: "ssh://git@git.example.org:2222/coop/private.git", Trusted: true},
		{Name: "lan", URL: "http://git.lan/coop/lan", Trusted: true},
	}
	if !slices.Equal(repos, want) {
		t.Errorf("got\n%+v\nwant\n%+v", repos, want)
	}
	if len(problems) != 10 {
		t.Errorf("%d problems", len(problems))
	}
	for i, problem := range problems {
		if want := fmt.Sprintf("%s:%d", filepath.Join(root, "repos.txt"), 8+i); problem.Where != want {
			t.Errorf("problem at %q, want %q", problem.Where, want)
		}
		if strings.Contains(problem.Message, "hunter2") {
			t.Errorf("a password is shown: %q", problem.Message)
		}
	}
}

func TestListFileBounds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "big.txt")
	if err := os.WriteFile(file, []byte(strings.Repeat("# a comment\n", 500_000)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := parse(t, "list:"+file).List(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Fatalf("got %v", err)
	}
}

func TestParse(t *testing.T) {
	for _, good := range []string{
		"dir:/srv/recipes", "list:repos.txt", "gitea:https://git.coopcloud.tech/coop-cloud", "gitea:http://localhost:3000/sub/coop/",
		"github:bonfire-networks", "github:https://ghe.example.org/coop", "gitlab:coop/recipes", "gitlab:https://gitlab.example.org/coop/recipes",
	} {
		if s, err := source.Parse(good); err != nil || s.String() != good {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "dir", "dir:", "list: ", "ftp:x", "https://git.coopcloud.tech/coop-cloud", "gitea:coop-cloud", "gitea:https://git.coopcloud.tech",
		"gitea:https://git.coopcloud.tech/", "gitea:ssh://git.coopcloud.tech/coop", "gitea:https://ada:hunter2@git.coopcloud.tech/coop",
		"gitea:https://git.coopcloud.tech/..", "github:https://github.com", "gitlab:coop//recipes", "gitlab:a/../b", "gitea:https://h/o?q=1", "gitea:https://h:x/o",
	} {
		if _, err := source.Parse(bad); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	var none source.Source
	if _, _, err := none.List(t.Context(), nil); err == nil {
		t.Error("the zero Source lists something")
	}
}
