package release

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

const (
	// format is the version of the records' layout.
	format = 1
	// maxStored is what engines before 27 take as one config.
	maxStored = 500<<10 - 1
	// maxDecoded bounds what a record may unpack to: anybody who may write to the
	// swarm can make one.
	maxDecoded = 32 << 20
)

// stored is a record as it lies in a config.
type stored struct {
	Format int `json:"format"`
	Record
}

// encode packs a record. What is too big goes without what a rollback can do
// without: the plan, then the configs' bytes, which the swarm holds as well.
func encode(r Record) ([]byte, error) {
	data, err := pack(r)
	if err == nil && len(data) > maxStored {
		r.Plan = nil
		data, err = pack(r)
	}
	if err == nil && len(data) > maxStored {
		r.Specs.Configs = nil
		data, err = pack(r)
	}
	if err == nil && len(data) > maxStored {
		err = fmt.Errorf("the record of release %d of stack %s would have %d bytes, and Swarm stores at most %d", r.Number, r.Stack, len(data), maxStored)
	}
	return data, err
}

func pack(r Record) ([]byte, error) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	err := errors.Join(json.NewEncoder(zip).Encode(stored{format, r}), zip.Close())
	return packed.Bytes(), err
}

func decode(data []byte) (Record, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return Record{}, err
	}
	text, err := io.ReadAll(io.LimitReader(zip, maxDecoded+1))
	if err != nil {
		return Record{}, err
	}
	if len(text) > maxDecoded {
		return Record{}, fmt.Errorf("it unpacks to more than %d bytes", maxDecoded)
	}
	var s stored
	if err := json.Unmarshal(text, &s); err != nil {
		return Record{}, err
	}
	if s.Format != format {
		return Record{}, fmt.Errorf("it has format %d, and this program reads %d; use a newer one", s.Format, format)
	}
	return s.Record, s.check()
}

// check refuses what a deploy could trip over: a service without a container
// cannot be compared.
func (r Record) check() error {
	for _, service := range r.Specs.Services {
		if service.TaskTemplate.ContainerSpec == nil || service.Name == "" {
			return errors.New("a service in it has no name or no container")
		}
		for _, ref := range service.TaskTemplate.ContainerSpec.Secrets {
			if ref == nil {
				return fmt.Errorf("service %s in it refers to no secret", service.Name)
			}
		}
		for _, ref := range service.TaskTemplate.ContainerSpec.Configs {
			if ref == nil {
				return fmt.Errorf("service %s in it refers to no config", service.Name)
			}
		}
	}
	return nil
}
