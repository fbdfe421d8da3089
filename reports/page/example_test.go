package page_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"bsnn/reports"
	"bsnn/reports/page"
)

// A small sweep, measured and written as a page.
func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	spec := reports.DefaultSpec()
	spec.Subjects = []reports.Subject{reports.NewSubject("tanh", nil, false)}
	spec.Widths, spec.Depth, spec.Trials = []int{64, 256}, 5, 40
	report, err := reports.Run(context.Background(), spec, reports.Options{})
	if err != nil {
		log.Fatal(err)
	}
	folder := filepath.Join(dir, "report")
	if err := page.Write(folder, report); err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"index.html", "report.json", "data.csv"} {
		_, err := os.Stat(filepath.Join(folder, name))
		fmt.Println(name, err == nil)
	}
	// Output:
	// index.html true
	// report.json true
	// data.csv true
}
