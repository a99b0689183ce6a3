package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
)

// writeReports prints the report and writes every --output file. One that cannot be
// written keeps nobody from seeing what was found.
func (c *cli) writeReports(found report.Report, o options) error {
	shown := o.report()
	shown.Colour = c.colour(c.stdout)
	return errors.Join(c.writeFiles(found, o), o.format.Write(c.stdout, found, shown))
}

func (o options) report() report.Options {
	return report.Options{Version: version, FailLevel: lint.Severity(o.failLevel)}
}

// writeFiles writes every --output file that can be written.
func (c *cli) writeFiles(found report.Report, o options) error {
	var faults []error
	for _, out := range o.outputs {
		var buffer bytes.Buffer
		err := out.format.Write(&buffer, found, o.report())
		if err == nil {
			err = writeFile(out.file, buffer.Bytes())
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("--output %s: %w", out.file, err))
		}
	}
	return errors.Join(faults...)
}

// writeFile replaces the file at once, so that no reader sees half a report. A
// pipe, a device or a link, such as /dev/stdout, must stay and is written to.
func writeFile(path string, data []byte) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, data, 0o644)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".recipe-lint-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // gone after the rename
	_, err = temp.Write(data)
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(temp.Name(), 0o644)
	}
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
