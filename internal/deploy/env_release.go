package deploy

import (
	"fmt"
	"strconv"

	"coopcloud.tech/catalogue/internal/deploy/release"
)

// EnvRelease is the release that an app's env can be taken from: the one with the
// number, or where that is "" the newest that the stack was left at. Records come
// newest first. Scales and changes by other tools carry no env.
func EnvRelease(app *App, records []release.Record, number string) (*release.Record, error) {
	for i := range records {
		record := &records[i]
		switch {
		case number == "" && record.Stands() && len(record.Env) > 0:
			return record, nil
		case number == strconv.Itoa(record.Number) && len(record.Env) > 0:
			return record, nil
		case number == strconv.Itoa(record.Number):
			return nil, refused(fmt.Errorf("release %d of %s (%s) was recorded without an env", record.Number, app.Domain, record.Kind))
		}
	}
	if number == "" {
		return nil, refused(fmt.Errorf("no release of %s was recorded with an env", app.Domain))
	}
	return nil, refused(fmt.Errorf("%s has no release %s; see: catalogue app history %[1]s", app.Domain, number))
}
