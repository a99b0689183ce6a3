package index

import (
	"context"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/index/store"
)

// images is what the store knows of images.
type images struct {
	checks  map[store.ImageKey]store.Image
	records map[store.Use]store.Record
}

func loadImages(ctx context.Context, db *store.Store) (images, error) {
	var known images
	var err error
	if known.checks, err = db.Images(ctx); err == nil {
		known.records, err = db.Records(ctx)
	}
	return known, err
}

// referenceOf is a service's image as it is asked about.
func referenceOf(name, tag, digest string) string {
	if tag != "" {
		name += ":" + tag
	}
	if digest != "" {
		name += "@" + digest
	}
	return name
}

// newestOf is the version of a state whose images are checked: what a new app gets,
// else the last one.
func newestOf(state store.State) (tag store.Tag, reading store.Reading, ok bool) {
	if !state.Listed || len(state.Tags) == 0 {
		return tag, reading, false
	}
	var r catalogue.Recipe
	for _, tag := range state.Tags {
		r.Versions = append(r.Versions, catalogue.Version{Version: tag.Name, Legacy: tag.Legacy})
	}
	tag = state.Tags[len(state.Tags)-1]
	if latest, isThere := r.Latest(); isThere {
		for _, t := range state.Tags {
			if t.Name == latest.Version {
				tag = t
			}
		}
	}
	return tag, state.Readings[tag.Reading], true
}

// key is what a use of an image is checked as: against the digest that was recorded for
// it.
func (i images) key(use store.Use, service catalogue.Service) store.ImageKey {
	key := store.ImageKey{Reference: use.Reference}
	if service.Digest == "" {
		key.Known = i.records[use].Digest
	}
	return key
}

// targets are the images of the newest versions.
func (i images) targets(states []store.State) map[store.ImageKey]*target {
	found, answers := map[store.ImageKey]*target{}, i.answers()
	for _, state := range states {
		tag, reading, _ := newestOf(state)
		for _, s := range reading.Services[:min(len(reading.Services), maxTargets)] {
			use := store.Use{Recipe: state.Name, Version: tag.Name, Reference: referenceOf(s.Image, s.Tag, s.Digest)}
			key := i.key(use, s)
			if found[key] == nil {
				before, ok := i.checks[key]
				if !ok {
					before.Answer = answers[key.Reference]
				}
				found[key] = &target{key: key, image: s.Image, tag: s.Tag, pinned: s.Digest != "", before: before}
			}
			found[key].uses = append(found[key].uses, use)
		}
	}
	return found
}

// answers are the newest about each reference, whichever digest it was known by: to a
// version that was not checked before, they are the older ones.
func (i images) answers() map[string]catalogue.Check {
	newest := map[string]catalogue.Check{}
	for key, image := range i.checks {
		if image.Answer.CheckedAt.After(newest[key.Reference].CheckedAt) {
			newest[key.Reference] = image.Answer
		}
	}
	return newest
}

// unused are the checks of images that are no target any more.
func (i images) unused(wanted map[store.ImageKey]*target) []store.ImageKey {
	var keys []store.ImageKey
	for key := range i.checks {
		if wanted[key] == nil {
			keys = append(keys, key)
		}
	}
	return keys
}

// publish adds to a recipe what is known of its images, at the time now.
func (i images) publish(r *catalogue.Recipe, state store.State, now time.Time) {
	i.addRecords(r)
	tag, reading, _ := newestOf(state)
	var checks []catalogue.Check
	asked := false
	for _, s := range reading.Services {
		use := store.Use{Recipe: r.Name, Version: tag.Name, Reference: referenceOf(s.Image, s.Tag, s.Digest)}
		image, ok := i.checks[i.key(use, s)]
		asked = asked || ok
		checks = append(checks, checked(image, ok, s.Name, use.Reference, now))
	}
	if asked {
		r.Upstream = checks
	}
}

// addRecords says what the images of each version were, where the recipe does not.
func (i images) addRecords(r *catalogue.Recipe) {
	if len(i.records) == 0 {
		return
	}
	for n, v := range r.Versions {
		services := append([]catalogue.Service(nil), v.Services...)
		for k, s := range services {
			record, ok := i.records[store.Use{Recipe: r.Name, Version: v.Version, Reference: referenceOf(s.Image, s.Tag, s.Digest)}]
			if ok && s.Digest == "" {
				services[k].Digest, services[k].Platforms = record.Digest, record.Platforms
			}
		}
		r.Versions[n].Services = services
	}
}

// checked says how far an answer can be trusted. What was never answered is unknown,
// which is not up to date.
func checked(image store.Image, isAsked bool, service, reference string, now time.Time) catalogue.Check {
	check := image.Answer
	check.Service, check.Image = service, reference
	switch {
	case !image.Answered():
		check.Verdict, check.Status, check.Error = catalogue.UnknownVerdict, catalogue.Unknown, image.Failure
		if !isAsked {
			check.Error = "not checked yet"
		}
	case image.Failure != "":
		check.Status, check.Error = catalogue.Stale, image.Failure
	case now.After(check.ValidUntil):
		check.Status, check.Error = catalogue.Stale, "not checked again in time"
	case check.Verdict == catalogue.UnknownVerdict:
		check.Status, check.Error = catalogue.Unknown, check.Reason
	default:
		check.Status = catalogue.OK
	}
	if end := check.EndOfLife; end != nil && end.Date != "" {
		dated := *end
		dated.Ended = now.UTC().Format(time.DateOnly) >= end.Date
		check.EndOfLife = &dated
	}
	return check
}
