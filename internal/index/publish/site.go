package publish

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/public"
)

// site renders pages.
type site struct {
	pages  map[string]*template.Template // by template file
	assets map[string][]byte             // by published name
	names  map[string]string             // asset → published name
	readme readme
}

func newSite() (*site, error) {
	s := &site{
		pages: map[string]*template.Template{}, assets: map[string][]byte{}, names: map[string]string{},
		readme: newReadme(),
	}
	if err := s.loadAssets(); err != nil {
		return nil, err
	}
	for _, name := range []string{"home.html", "recipe.html", "404.html"} {
		page, err := template.New("layout.html").Funcs(s.funcs()).
			ParseFS(public.Files, "templates/layout.html", "templates/parts.html", "templates/"+name)
		if err != nil {
			return nil, err
		}
		s.pages[name] = page
	}
	return s, nil
}

// loadAssets puts a hash of the content into every asset's name, so that a
// browser may keep it for ever. Assets of older releases stay in the folder,
// for pages that are still in some cache.
func (s *site) loadAssets() error {
	files, err := fs.ReadDir(public.Files, "static")
	if err != nil {
		return err
	}
	for _, file := range files {
		data, err := public.Files.ReadFile("static/" + file.Name())
		if err != nil {
			return err
		}
		ext := path.Ext(file.Name())
		name := fmt.Sprintf("%s.%.6x%s", strings.TrimSuffix(file.Name(), ext), sha256.Sum256(data), ext)
		s.names[file.Name()], s.assets[name] = name, data
	}
	return nil
}

func (s *site) asset(name string) (string, error) {
	published, ok := s.names[name]
	if !ok {
		return "", fmt.Errorf("no asset %q in public/static", name)
	}
	return "static/" + published, nil
}

// page is what the layout shows around a page's own content.
type page struct {
	Root        string // leads from the page to the site's root: "" or "../"
	Title       string
	Description string
	Content     any
}

func (s *site) homePage(c catalogue.Catalogue) ([]byte, error) {
	home := newHome(c)
	return s.render("home.html", page{
		Title: "Co-op Cloud recipes", Description: "Free software that you can host yourselves, with Co-op Cloud", Content: home,
	})
}

// recipePage renders the recipe that is encoded in data.
func (s *site) recipePage(data []byte) ([]byte, error) {
	r, err := catalogue.DecodeRecipe(data)
	if err != nil {
		return nil, err
	}
	view := s.newRecipeView(r)
	return s.render("recipe.html", page{
		Root: "../", Title: view.Name + " · Co-op Cloud recipes", Description: view.Description, Content: view,
	})
}

// notFoundPage may stand in for any address, so its links start at the
// site's root.
func (s *site) notFoundPage() ([]byte, error) {
	return s.render("404.html", page{Root: "/", Title: "Not found · Co-op Cloud recipes"})
}

func (s *site) render(name string, p page) ([]byte, error) {
	var out bytes.Buffer
	if err := s.pages[name].Execute(&out, p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
