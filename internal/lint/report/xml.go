package report

import (
	"encoding/xml"
	"io"
)

// encodeXML writes v as a document. What XML 1.0 cannot hold is escaped by
// Printable, or else becomes U+FFFD.
func encodeXML(w io.Writer, v any) error {
	data, err := xml.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(data)+"\n")
	return err
}
