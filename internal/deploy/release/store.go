package release

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	engine "coopcloud.tech/catalogue/internal/deploy/swarm"
)

// Store reads the records and the lock of one stack. Whoever writes takes the
// lock first: see Lock.
type Store struct {
	swarm *engine.Client
	stack string
	last  int // the highest number that List saw, of what cannot be read as well
}

// Open returns the store of a stack. It asks nothing.
func Open(client *engine.Client, stack string) *Store { return &Store{swarm: client, stack: stack} }

// List returns the records, newest first, and a warning for each that cannot be
// read: whoever may write to the swarm may have written it.
func (s *Store) List(ctx context.Context) (records []Record, warnings []string, err error) {
	configs, err := s.swarm.LabeledConfigs(ctx, LabelStack, s.stack)
	if err != nil {
		return nil, nil, err
	}
	for _, config := range configs {
		if config.Spec.Labels[labelRelease] == "" || foreign(config) {
			continue
		}
		if number, err := strconv.Atoi(config.Spec.Labels[labelRelease]); err == nil && number <= maxNumber {
			s.last = max(s.last, number)
		}
		record, err := s.read(config)
		if err != nil {
			warnings = append(warnings, fmt.Sprintf("config %s is no release record that can be read, and is left out: %v", config.Spec.Name, err))
			continue
		}
		records = append(records, record)
	}
	slices.SortFunc(records, func(a, b Record) int { return cmp.Compare(b.Number, a.Number) })
	return records, warnings, nil
}

// maxNumber keeps a number that somebody made up from ending all numbers.
const maxNumber = 1_000_000_000

// foreign reports whether a config belongs to a stack. Then a recipe may have
// said what is in it, labels and all.
func foreign(config swarm.Config) bool { return config.Spec.Labels[convert.LabelNamespace] != "" }

func (s *Store) read(config swarm.Config) (Record, error) {
	record, err := decode(config.Spec.Data)
	if err != nil {
		return record, err
	}
	labels := config.Spec.Labels
	if record.Stack != s.stack || labels[labelRelease] != strconv.Itoa(record.Number) || config.Spec.Name != recordName(s.stack, record.Number) {
		return record, fmt.Errorf("it is that of release %d of stack %q", record.Number, record.Stack)
	}
	record.Result, record.Error, record.id = Result(labels[labelResult]), labels[labelError], config.ID
	// Of a record that is under way there is none.
	record.Finished, _ = time.Parse(time.RFC3339, labels[labelFinished])
	return record, nil
}

func (s *Store) labels(more map[string]string) map[string]string {
	more[LabelStack] = s.stack
	return more
}
