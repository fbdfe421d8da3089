package page

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"bsnn/internal/bounded"
	"bsnn/internal/fserror"
	"bsnn/internal/parts"
)

// An inventory holds the entries of an output folder.
type inventory struct {
	own    []string // files of a former report, as it wrote them
	others []string // whatever else is there
}

// entries are those of the folder, but for journals of reports and parts of runs.
func (o *Output) entries() ([]fs.DirEntry, error) {
	all, err := o.claim.Entries()
	if err != nil {
		return nil, o.refuse(fmt.Errorf("%w; want a folder that can be read", fserror.Cause(err)))
	}
	return slices.DeleteFunc(all, func(e fs.DirEntry) bool {
		return e.Type().IsRegular() && (journalName.MatchString(e.Name()) || parts.IsFile(e.Name()))
	}), nil
}

var journalName = regexp.MustCompile(`^report\.[0-9a-f]{12}\.journal$`)

// recognise says whether a report may be written to the folder.
func (o *Output) recognise() error {
	entries, err := o.entries()
	if err != nil || len(entries) == 0 {
		return err
	}
	for _, name := range []string{jsonName, architectureJSON, auditJSON} {
		if formerReport(o.claim.Path(name)) || formerReport(o.claim.Waiting(name)) {
			return nil
		}
	}
	return &OutputError{Dir: o.dir, Want: want,
		Problem: fmt.Sprintf("holds files but no former report (%s is missing or something else)", jsonName)}
}

// inspect tells the files of a former report from the others. A file that was
// changed is no longer the report's, and its name is not free.
func (o *Output) inspect() (inventory, error) {
	var c inventory
	entries, err := o.entries()
	if err != nil || len(entries) == 0 {
		return c, err
	}
	list, err := readFileList(o.claim.Dir())
	if err != nil {
		return c, o.refuse(err)
	}
	for _, e := range entries {
		name := e.Name()
		want, listed := list[name]
		switch {
		case list == nil && e.Type().IsRegular() && unlisted.MatchString(name), name == listName && e.Type().IsRegular():
			c.own = append(c.own, name)
		case !listed:
			c.others = append(c.others, name)
		default:
			if err := unchanged(o.claim.Path(name), e, want); err != nil {
				return c, o.refuse(err)
			}
			c.own = append(c.own, name)
		}
	}
	return c, nil
}

// unlisted are the names of files of reports that have no list: those before
// version 0.2.
var unlisted = regexp.MustCompile(`^(index\.html|report\.json|data\.csv|` +
	`(concentration|widths|layers-(forward|backward|weights)|histogram-\d+|` +
	`training-\d+|(deviation|sd|outside)-(theorem[12]|definition1-(forward|backward))|card-[a-z0-9.-]+)\.svg)$`)

// unchanged says whether a file is as the report wrote it.
func unchanged(path string, e fs.DirEntry, want string) error {
	if e.Type().IsRegular() {
		data, err := bounded.Read(path, bounded.Document)
		if err != nil {
			return fmt.Errorf("%s: %w; want a file that can be read", e.Name(), fserror.Cause(err))
		}
		if digest(data) == want {
			return nil
		}
	}
	return fmt.Errorf("holds %s, which was changed since the report was written; give it another name and it stays", e.Name())
}

// formerReport recognises report.json by its specification, network.json by its
// description, and audit.json by its verdict.
func formerReport(path string) bool {
	data, err := bounded.ReadJSON(path, bounded.Document)
	if err != nil {
		return false
	}
	var r struct {
		Spec *struct {
			Seed *uint64 `json:"seed"`
		} `json:"spec"`
		Description *string `json:"description"`
		Result      *struct {
			Seed *uint64 `json:"seed"`
		} `json:"result"`
		Audit *struct {
			Verdict *struct {
				Alpha *float64 `json:"alpha"`
			} `json:"verdict"`
		} `json:"audit"`
	}
	if json.Unmarshal(data, &r) != nil {
		return false
	}
	return r.Spec != nil && r.Spec.Seed != nil || r.Description != nil && r.Result != nil && r.Result.Seed != nil ||
		r.Audit != nil && r.Audit.Verdict != nil && r.Audit.Verdict.Alpha != nil
}
