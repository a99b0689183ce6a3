package lifecycle

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxCycles bounds what one product may list; real ones have up to 100.
const maxCycles = 1000

// cycle is one line of a product, as https://endoflife.date/docs/api/v0/ has it.
type cycle struct {
	Name     text   `json:"cycle"`
	Codename string `json:"codename"`
	End      end    `json:"eol"`
}

// text is a string that some documents write as a number.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var number json.Number
	if json.Unmarshal(data, &number) == nil {
		*t = text(number)
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

// end is a date, or whether the end has come.
type end struct {
	Date  string // YYYY-MM-DD; "" where none is set
	Ended bool   // said without a date
}

func (e *end) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &e.Ended) == nil {
		return nil
	}
	if err := json.Unmarshal(data, &e.Date); err != nil {
		return errors.New("eol is neither a date nor true nor false")
	}
	_, err := time.Parse(time.DateOnly, e.Date)
	return err
}

func parse(data []byte) ([]cycle, error) {
	var cycles []cycle
	if err := json.Unmarshal(data, &cycles); err != nil {
		return nil, fmt.Errorf("not in the format of endoflife.date: %w", err)
	}
	if len(cycles) > maxCycles {
		return nil, fmt.Errorf("it lists %d lines; more than %d are not read", len(cycles), maxCycles)
	}
	return cycles, nil
}

// versionForm is how a tag begins that is a release: 16, v2.11.3, 8.2-fpm. 16rc1 and
// 16-rc1 are none: what is not out yet has no end.
var versionForm = regexp.MustCompile(`^v?(\d+(?:\.\d+)*)(?:[-_+](.*))?$`)

var preRelease = regexp.MustCompile(`(?i)^(alpha|beta|rc|m|pre|dev|nightly|snapshot)[.-]?\d*($|[-_.+])`)

// match finds the line that a tag belongs to: the one with the most version parts that
// begin the tag's, or the one that is called by the tag's first word. A tag that names
// less than a line (redis:7, of 7.2 and 7.4) belongs to none.
func match(cycles []cycle, tag string) (cycle, bool) {
	var best cycle
	version := versionForm.FindStringSubmatch(tag)
	if version != nil && preRelease.MatchString(version[2]) {
		return best, false
	}
	word, _, _ := strings.Cut(strings.ToLower(tag), "-")
	most := 0
	for _, c := range cycles {
		codename, _, _ := strings.Cut(strings.ToLower(c.Codename), " ")
		if version == nil && codename != "" && codename == word {
			return c, true
		}
		if version != nil && begins(version[1], string(c.Name)) && strings.Count(string(c.Name), ".")+1 > most {
			best, most = c, strings.Count(string(c.Name), ".")+1
		}
	}
	return best, most > 0
}

// begins compares number by number: 22.4 is 22.04.
func begins(version, cycle string) bool {
	have, want := strings.Split(version, "."), strings.Split(cycle, ".")
	if len(want) > len(have) {
		return false
	}
	for i := range want {
		a, errA := strconv.ParseUint(have[i], 10, 32)
		b, errB := strconv.ParseUint(want[i], 10, 32)
		if errA != nil || errB != nil || a != b {
			return false
		}
	}
	return true
}
