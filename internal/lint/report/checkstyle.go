package report

import (
	"encoding/xml"
	"io"
)

type checkstyleDocument struct {
	XMLName xml.Name          `xml:"checkstyle"`
	Version string            `xml:"version,attr"`
	Files   []*checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// Checkstyle writes Checkstyle's XML, one element for each file with findings.
func Checkstyle(w io.Writer, r Report, _ Options) error {
	doc := checkstyleDocument{Version: "4.3"}
	files := map[string]*checkstyleFile{}
	for _, recipe := range r {
		for _, f := range recipe.Result.Findings {
			path := Printable(recipe.rootPath(f))
			if files[path] == nil {
				files[path] = &checkstyleFile{Name: path}
				doc.Files = append(doc.Files, files[path])
			}
			span := place(f)
			files[path].Errors = append(files[path].Errors, checkstyleError{
				span.Line, span.Column, string(f.Severity), message(f), "recipe-lint." + f.Rule,
			})
		}
	}
	return encodeXML(w, doc)
}
