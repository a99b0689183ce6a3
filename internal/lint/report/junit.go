package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"coopcloud.tech/catalogue/internal/lint"
)

type junitDocument struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	Failure   *junitFailure `xml:"failure"`
	Skipped   *junitSkipped `xml:"skipped"`
	Output    string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

// JUnit writes a suite for each recipe, and in it a case for each finding and
// for each rule that was skipped. What makes the run fail is a failure; lesser
// findings pass with their text as output, so that the CI system's verdict is
// the exit code's. A recipe without findings has one case, which passes. The place
// stands in the name: Jenkins' schema (xunit-plugin, junit-10.xsd) knows no file or line.
func JUnit(w io.Writer, r Report, o Options) error {
	doc := junitDocument{Name: "recipe-lint"}
	for _, recipe := range r {
		suite := junitRecipe(recipe, o)
		doc.Tests += suite.Tests
		doc.Failures += suite.Failures
		doc.Suites = append(doc.Suites, suite)
	}
	return encodeXML(w, doc)
}

func junitRecipe(r Recipe, o Options) junitSuite {
	suite := junitSuite{Name: Printable(r.Root), Skipped: len(r.Result.Skipped)}
	for _, f := range r.Result.Findings {
		tested := junitFinding(r, f, o.fails(f.Severity))
		if tested.Failure != nil {
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, tested)
	}
	if len(suite.Cases) == 0 {
		suite.Cases = append(suite.Cases, junitCase{Name: "no findings", ClassName: suite.Name})
	}
	for _, s := range r.Result.Skipped {
		suite.Cases = append(suite.Cases, junitCase{
			Name: s.Rule + " " + s.Name, ClassName: suite.Name, Skipped: &junitSkipped{Printable(s.Reason)},
		})
	}
	suite.Tests = len(suite.Cases)
	return suite
}

func junitFinding(r Recipe, f lint.Finding, fails bool) junitCase {
	span, path := place(f), Printable(r.rootPath(f))
	where := fmt.Sprintf("%s:%d:%d", path, span.Line, span.Column)
	text := fmt.Sprintf("%s: %s: %s\n%s", where, f.Severity, message(f), Printable(f.Fix))
	tested := junitCase{Name: fmt.Sprintf("%s %s %s", f.Rule, f.Name, where), ClassName: Printable(r.Root)}
	if fails {
		tested.Failure = &junitFailure{f.Rule, message(f), text}
	} else {
		tested.Output = text
	}
	return tested
}

// fails says whether a finding of the severity makes the run fail.
func (o Options) fails(s lint.Severity) bool {
	switch o.FailLevel {
	case "":
		return s == lint.Error
	case "never":
		return false
	}
	return s.AtLeast(o.FailLevel)
}
