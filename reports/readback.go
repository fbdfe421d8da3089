package reports

import (
	"encoding/json"
	"fmt"

	"bsnn/internal/bounded"
	"bsnn/internal/words"
)

// Read reads a report.json.
func Read(path string) (*Report, error) {
	data, err := bounded.ReadJSON(path, bounded.Document)
	if err != nil {
		return nil, fmt.Errorf("%w; want the report.json of a report", err)
	}
	return decode(path, data)
}

// decode takes the content of a file, which may come from anyone.
func decode(path string, data []byte) (*Report, error) {
	var head struct {
		Format *int             `json:"format"`
		Spec   *json.RawMessage `json:"spec"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("%s is not JSON (%s); want the report.json of a report", path, words.Shorten(err.Error(), 120))
	}
	switch {
	case head.Spec == nil:
		return nil, fmt.Errorf("%s holds no specification; want the report.json of a report", path)
	case head.Format == nil || *head.Format != Format:
		why := ""
		if head.Format != nil && *head.Format < normFormat {
			why = " (its tolerances are about squared norms)"
		}
		return nil, fmt.Errorf("%s has another format than %d, that of this program%s; "+
			"want a report that the same version wrote, or make it again", path, Format, why)
	}
	var r Report
	if err := bounded.DecodeJSON(data, &r); err != nil {
		return nil, fmt.Errorf("%s: %w; want the report.json of a report", path, err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%w in %s", err, path)
	}
	return &r, nil
}
