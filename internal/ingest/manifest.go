package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// Manifest tells the batch and the publication date of files, so that one run
// loads many batches. It is a CSV file with a header line that names its
// columns: path (a file or a folder, relative to the argument) or id (the
// publisher's), batch, and optionally published (2006-01-02).
type Manifest struct {
	paths map[string]ManifestLine
	ids   map[string]ManifestLine
}

// ManifestLine is what a manifest says of a file.
type ManifestLine struct{ Batch, Published string }

// ReadManifest reads the manifest at name. Errors name the line.
func ReadManifest(name string) (*Manifest, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	defer f.Close()
	m, err := parseManifest(f)
	if err != nil {
		return nil, fmt.Errorf("manifest %s: %w", name, err)
	}
	return m, nil
}

func parseManifest(r io.Reader) (*Manifest, error) {
	lines := csv.NewReader(r)
	lines.TrimLeadingSpace = true
	header, err := lines.Read()
	if err != nil {
		return nil, fmt.Errorf("line 1: no header (want path or id, batch, published): %w", err)
	}
	column := func(name string) int {
		return slices.IndexFunc(header, func(h string) bool {
			return strings.EqualFold(strings.Trim(h, "\ufeff \t"), name)
		})
	}
	pathAt, idAt, batchAt, dateAt := column("path"), column("id"), column("batch"), column("published")
	if batchAt < 0 || pathAt < 0 && idAt < 0 {
		return nil, fmt.Errorf("line 1: columns are %q, want batch, and path or id", strings.Join(header, ","))
	}
	m := &Manifest{paths: map[string]ManifestLine{}, ids: map[string]ManifestLine{}}
	for {
		row, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return nil, err
		}
		number, _ := lines.FieldPos(0)
		if err := m.add(row, pathAt, idAt, batchAt, dateAt); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
}

func (m *Manifest) add(row []string, pathAt, idAt, batchAt, dateAt int) error {
	cell := func(at int) string {
		if at < 0 || at >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[at])
	}
	line := ManifestLine{Batch: cell(batchAt), Published: cell(dateAt)}
	if line.Batch == "" {
		return errors.New("the batch is empty")
	}
	if line.Published != "" {
		if _, err := time.Parse(time.DateOnly, line.Published); err != nil {
			return fmt.Errorf("published is %q, want a date such as 2016-10-07", line.Published)
		}
	}
	if id := cell(idAt); id != "" {
		m.ids[id] = line
	}
	if p := cell(pathAt); p != "" {
		m.paths[path.Clean(p)] = line
	}
	return nil
}

// batches names every batch of the manifest once.
func (m *Manifest) batches() []string {
	names := map[string]bool{}
	for _, lines := range []map[string]ManifestLine{m.paths, m.ids} {
		for _, line := range lines {
			names[line.Batch] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// find returns the line of a path, of the publisher's id, or of the nearest
// folder above the path.
func (m *Manifest) find(file, id string) (ManifestLine, bool) {
	if line, ok := m.paths[path.Clean(file)]; ok {
		return line, true
	}
	if line, ok := m.ids[id]; ok && id != "" {
		return line, true
	}
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if line, ok := m.paths[dir]; ok {
			return line, true
		}
		if dir == "." || dir == "/" {
			return ManifestLine{}, false
		}
	}
}
