package bump

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// use is an image that a compose file gives to a service, in one env.
type use struct {
	service string
	span    recipe.Span // of the value of image
	ref     string      // as it expands
	image   stack.Image // as far as ref can be read
	parts   []part      // ref, cut at the tag and at the digest
	fault   string      // why it cannot be raised, whatever the registry says
}

// uses lists the images of all compose files, each overlay on top of compose.yml
// alone: what one overlay writes must not hide what another does.
func uses(scopes []*scope) []use {
	var found []use
	for i, s := range scopes {
		for _, file := range s.recipe.Compose {
			for _, u := range s.uses(file) {
				if i > 0 && (u.fault != "" || slices.ContainsFunc(found, u.same)) {
					continue // without its variables an image need not make sense
				}
				if found = append(found, u); len(found) > maxUses {
					return found
				}
			}
		}
	}
	return found
}

func (u use) same(other use) bool {
	return u.service == other.service && u.span == other.span && u.ref == other.ref && slices.Equal(u.parts, other.parts)
}

func (s *scope) uses(file *recipe.ComposeFile) []use {
	files := []string{s.recipe.Compose[0].Path}
	if file.Path != files[0] {
		files = append(files, file.Path)
	}
	loaded := s.cache.Load(s.env, files)
	var found []use
	for _, service := range loaded.Services {
		span := loaded.Span("services", service.Key, "image")
		if service.Image != "" && span.File == file.Path && len(found) <= maxUses {
			found = append(found, s.use(service, span))
		}
		if u, ok := dropped(loaded, service); ok && u.span.File == file.Path {
			found = append(found, u)
		}
	}
	slices.SortStableFunc(found, func(a, b use) int { return cmp.Compare(a.span.Line, b.span.Line) })
	return found
}

// dropped is the use of a service whose image has a value that nobody can expand.
func dropped(loaded *stack.Stack, service *stack.Service) (use, bool) {
	i := slices.IndexFunc(loaded.Diagnostics, func(d stack.Diagnostic) bool {
		unexpanded := d.Code == stack.CodeInterpolation || d.Code == stack.CodeRequiredVariable
		return unexpanded && d.Engine == stack.Refuse && d.Path == "services."+service.Key+".image"
	})
	if service.Image != "" || i < 0 {
		return use{}, false
	}
	d := loaded.Diagnostics[i]
	return use{service: service.Key, span: d.Span, fault: d.Message}, true
}

func (s *scope) use(service *stack.Service, span recipe.Span) use {
	u := use{service: service.Key, span: span, ref: service.Image}
	image, err := stack.ParseImage(service.Image)
	u.image = image
	switch {
	case err != nil:
		u.fault = err.Error()
		if start, end := s.texts[span.File].Place(span); strings.Contains(s.texts[span.File].String[start:end], "$") {
			u.fault += " (set its variables in .env.sample, or give them a default)"
		}
		return u
	case image.Tag == "":
		u.fault = "it names no tag that could be raised"
		return u
	}
	parts, err := s.partsAt(span)
	switch {
	case err != nil:
		u.fault = "where its tag is written cannot be told: " + err.Error()
	case textOf(parts) != u.ref:
		u.fault = "where its tag is written cannot be told"
	default:
		u.parts = slices.Concat(u.regions(parts)...)
	}
	return u
}

// partsAt takes apart the scalar at the span.
func (s *scope) partsAt(span recipe.Span) ([]part, error) {
	text := s.texts[span.File]
	start, end := text.Place(span)
	raw := text.String[start:end]
	if strings.HasPrefix(raw, ">") || strings.HasPrefix(raw, "|") {
		header := strings.IndexByte(raw, '\n') + 1
		inner := strings.TrimSpace(raw[header:])
		start += header + strings.Index(raw[header:], inner)
		raw = inner
	}
	inner, at := unquote(raw)
	return s.split(span.File, inner, start+at, 0, "")
}

// regions are the parts of name, colon, tag, at sign and digest.
func (u use) regions(parts []part) [][]part {
	name, _, _ := strings.Cut(u.ref, "@")
	tag := len(name) - len(u.image.Tag)
	return cut(parts, tag-1, tag, len(name), min(len(name)+1, len(u.ref)))
}

// becomes says what each of the parts is for the reference with another tag and
// digest.
func (u use) becomes(to Target) ([]string, error) {
	regions := u.regions(u.parts)
	texts := []string{textOf(regions[0]), ":", to.Tag, textOf(regions[3]), to.Digest}
	var values []string
	for i, region := range regions {
		now, ok := rewrite(region, texts[i])
		if !ok {
			return nil, fmt.Errorf("its tag is put together from several places, and how %s is to be spread over them cannot be told", to.Tag)
		}
		values = append(values, now...)
	}
	return values, nil
}

// with is the reference with another tag and digest.
func (u use) with(to Target) string {
	regions := u.regions(u.parts)
	return textOf(regions[0]) + ":" + to.Tag + textOf(regions[3]) + to.Digest
}

// repository is the name as the file writes it.
func (u use) repository() string { return textOf(u.regions(u.parts)[0]) }

// untagged says that the reference is fine, and has no tag.
func (u use) untagged() bool { return u.image.Name != "" && u.image.Tag == "" }
