package lifecycle

import "testing"

// Whatever a server sends and a recipe names, a match is a line of the document.
func FuzzMatch(f *testing.F) {
	f.Add([]byte(`[{"cycle":"17","eol":"2029-11-08","lts":false},{"cycle":9.6,"codename":"Jammy Jellyfish","eol":true}]`), "17.2-alpine")
	f.Add([]byte(`[{"cycle":"","eol":null},{"cycle":"1..2","eol":false}]`), "jammy-2024")
	f.Add([]byte(`{"cycle":[]}`), "v1.2_3")
	f.Fuzz(func(t *testing.T, document []byte, tag string) {
		cycles, err := parse(document)
		if err != nil {
			return
		}
		found, ok := match(cycles, tag)
		for _, c := range cycles {
			if c == found {
				return
			}
		}
		if ok {
			t.Errorf("%q is of %+v, which is none of %+v", tag, found, cycles)
		}
	})
}
