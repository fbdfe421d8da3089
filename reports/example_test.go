package reports_test

import (
	"context"
	"fmt"
	"log"

	"bsnn/reports"
)

// A small sweep: one activation, two widths, one layer and five.
func Example() {
	spec := reports.DefaultSpec()
	spec.Subjects = []reports.Subject{reports.NewSubject("tanh", nil, false)}
	spec.Widths, spec.Depth, spec.Trials = []int{64, 1024}, 5, 200
	report, err := reports.Run(context.Background(), spec, reports.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, series := range report.Subjects[0].Series {
		fmt.Println(series.Statement, series.Depth, series.Verdict.Outcome)
	}
	// Output:
	// theorem1 1 confirmed
	// theorem2 1 confirmed
	// definition1-forward 5 confirmed
	// definition1-backward 5 confirmed
}
