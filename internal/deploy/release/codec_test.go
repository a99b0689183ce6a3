package release

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/swarm"
)

func example() Record {
	return Record{
		Number: 7, Kind: Upgrade, App: "a.test", Stack: "a_test", Version: "1.0.0+1", Env: []byte("A=1\r\n# b\n"),
		Plan: json.RawMessage(`{"app":"a.test"}`),
		Specs: Specs{
			Services: []swarm.ServiceSpec{{
				Annotations:  swarm.Annotations{Name: "a_test_app"},
				TaskTemplate: swarm.TaskSpec{ContainerSpec: &swarm.ContainerSpec{Image: "tiny:1"}},
			}},
			Configs: []swarm.ConfigSpec{{Annotations: swarm.Annotations{Name: "a_test_conf"}, Data: []byte("conf")}},
		},
	}
}

func TestRecordSurvives(t *testing.T) {
	want := example()
	data, err := encode(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if !bytes.Equal(a, b) {
		t.Errorf("got  %s\nwant %s", b, a)
	}
}

// Swarm takes no config above its limit: what a rollback can do without goes
// first, and what is left says whether it fits.
func TestBigRecordsGoWithoutWhatIsNotNeeded(t *testing.T) {
	noise := func(n int) []byte { data := make([]byte, n); _, _ = rand.Read(data); return data }
	r := example()
	r.Plan, _ = json.Marshal(noise(maxStored))
	r.Specs.Configs[0].Data = noise(maxStored)
	data, err := encode(r)
	if err != nil || len(data) > maxStored {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	got, err := decode(data)
	if err != nil || got.Plan != nil || got.Specs.Configs != nil || len(got.Specs.Services) != 1 {
		t.Errorf("%+v %v", got, err)
	}
	r.Env = noise(maxStored)
	if _, err := encode(r); err == nil || !strings.Contains(err.Error(), "release 7 of stack a_test") {
		t.Errorf("%v, want a refusal that names the release", err)
	}
}

func TestBombsAndOtherFormatsAreRefused(t *testing.T) {
	zip := func(write func(*gzip.Writer)) []byte {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		write(z)
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return packed.Bytes()
	}
	bomb := zip(func(z *gzip.Writer) {
		zeros := make([]byte, 1<<20)
		for range maxDecoded>>20 + 1 {
			_, _ = z.Write(zeros)
		}
	})
	text := func(s string) []byte { return zip(func(z *gzip.Writer) { _, _ = z.Write([]byte(s)) }) }
	for want, data := range map[string][]byte{
		"unpacks to more than":             bomb,
		"has format 2":                     text(`{"format":2}`),
		"no name or no container":          text(`{"format":1,"specs":{"services":[{"Name":"a"}]}}`),
		"refers to no secret":              text(`{"format":1,"specs":{"services":[{"Name":"a","TaskTemplate":{"ContainerSpec":{"Secrets":[null]}}}]}}`),
		"unexpected end of JSON":           text(`{"format":`),
		"gzip: invalid header":             []byte("not gzip at all"),
		"cannot unmarshal string into Go ": text(`{"format":"1"}`),
	} {
		if _, err := decode(data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	whole, err := encode(example())
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"format":1,"specs":{"services":[{"Name":"a","TaskTemplate":{"ContainerSpec":{"Configs":[{"ConfigName":"c"}]}}}]}}`))
	f.Add(whole)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, packed := range [][]byte{data, repack(t, data)} {
			r, err := decode(packed)
			if err != nil {
				continue
			}
			r.Specs.Wanted(r.Stack)
			if _, err := pack(r); err != nil {
				t.Errorf("what was read cannot be written: %v", err)
			}
		}
	})
}

func repack(t *testing.T, text []byte) []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(text)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestNamesFitAndStayApart(t *testing.T) {
	long := strings.Repeat("a-very-long-stack-name_", 3)
	seen := map[string]bool{}
	for _, name := range []string{lockName("a_test"), lockName(long), lockName(long + "x"), recordName(long, 1), recordName(long, 1234567), recordName(long+"x", 1)} {
		if len(name) > maxName || seen[name] {
			t.Errorf("%s has %d characters, or is there twice", name, len(name))
		}
		seen[name] = true
	}
}
