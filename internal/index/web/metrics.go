package web

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"github.com/gin-gonic/gin"
)

// metrics answers in Prometheus' text format: what the published index says, so that
// they cannot disagree.
func (s *server) metrics(c *gin.Context) error {
	c.Header("Cache-Control", never)
	entry, err := s.files.get(indexFile)
	if err != nil {
		return err
	}
	index, err := catalogue.DecodeIndex(entry.body)
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", exposition(index))
	return nil
}

// figures are those of one index.
type figures struct {
	recipes, checked map[catalogue.Status]int // by status
	verdicts         map[string]int
	versions         int
	ended, missing   int
	oldest           time.Time // check of images
}

func count(index catalogue.Index) figures {
	f := figures{recipes: map[catalogue.Status]int{}, checked: map[catalogue.Status]int{}, verdicts: map[string]int{}}
	for _, r := range index.Recipes {
		f.recipes[r.Status]++
		f.versions += len(r.Versions)
		if r.Upstream != nil {
			f.add(*r.Upstream)
		}
	}
	return f
}

func (f *figures) add(u catalogue.UpstreamSummary) {
	f.checked[u.Status]++
	f.ended += u.Ended
	f.missing += u.Missing
	for verdict, n := range u.Verdicts {
		f.verdicts[verdict] += n
	}
	if u.Status != catalogue.Unknown && (f.oldest.IsZero() || u.CheckedAt.Before(f.oldest)) {
		f.oldest = u.CheckedAt
	}
}

var statuses = []catalogue.Status{catalogue.OK, catalogue.Stale, catalogue.Unknown}

func exposition(index catalogue.Index) []byte {
	f := count(index)
	var out bytes.Buffer
	one := func(name, help string, value int64) {
		fmt.Fprintf(&out, "# HELP %[1]s %[2]s\n# TYPE %[1]s gauge\n%[1]s %[3]d\n", name, help, value)
	}
	byStatus := func(name, help string, values map[catalogue.Status]int) {
		fmt.Fprintf(&out, "# HELP %[1]s %[2]s\n# TYPE %[1]s gauge\n", name, help)
		for _, status := range statuses {
			fmt.Fprintf(&out, "%s{status=%q} %d\n", name, status, values[status])
		}
	}
	one("catalogue_published_timestamp_seconds", "When the index was written.", index.GeneratedAt.Unix())
	byStatus("catalogue_recipes", "Recipes by how far they can be trusted.", f.recipes)
	one("catalogue_versions", "Versions of all recipes.", int64(f.versions))
	byStatus("catalogue_image_checks", "Recipes whose images were checked, by the worst check.", f.checked)
	fmt.Fprint(&out, "# HELP catalogue_image_verdicts Services of newest versions by verdict.\n# TYPE catalogue_image_verdicts gauge\n")
	for _, verdict := range catalogue.Verdicts() {
		fmt.Fprintf(&out, "catalogue_image_verdicts{verdict=%q} %d\n", verdict, f.verdicts[verdict])
	}
	one("catalogue_images_ended", "Services whose image's line has reached its end of life.", int64(f.ended))
	one("catalogue_images_missing", "Services whose image the registry does not have.", int64(f.missing))
	if !f.oldest.IsZero() {
		one("catalogue_image_check_oldest_timestamp_seconds", "The oldest check of images that was answered.", f.oldest.Unix())
	}
	return out.Bytes()
}
