package explore

import (
	"context"
	"errors"
	"fmt"

	"bsnn/reports"
	"bsnn/reports/page"
	"bsnn/theorem"
)

// ReportName is what a page that is kept is called.
const ReportName = "bsnn-report.html"

// Report measures the networks of a query, those of its live run, and makes the page of a report that needs nothing but itself. It fails
// with a *Problem where the query is wrong, and with a *BusyError where too much is under way.
func (e *Explorer) Report(ctx context.Context, q Query) ([]byte, error) {
	leave, err := e.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	v, reduced, err := e.verification(q)
	if err != nil {
		return nil, err
	}
	name := subjectOf(q, v.Architecture)
	if q.Net == "" {
		name += fmt.Sprintf(" of width %d", v.Architecture.Input)
	}
	if reduced != "" {
		name += ", " + reduced
	}
	r, err := reports.RunArchitecture(ctx, name, "none", v)
	var beyond *theorem.LengthError
	switch {
	case errors.As(err, &beyond):
		return nil, &Problem{Message: "there is nothing to measure: " + beyond.Error()}
	case err != nil:
		return nil, err
	}
	r.Command = "bsnn explore --at " + quoted(q.Link())
	return page.ArchitecturePage(r)
}
