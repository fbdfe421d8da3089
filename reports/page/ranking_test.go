package page

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

// crowd is a report of many activations, some with names that would do something on a page.
func crowd(n int) *reports.Report {
	r := sample.Report()
	few := r.Subjects
	r.Subjects = nil
	for i := range n {
		s := few[i%len(few)]
		s.Subject.Key = fmt.Sprintf("%s-%d", s.Subject.Key, i)
		s.Subject.Title = fmt.Sprintf("%s %d <b>&", s.Subject.Title, i)
		r.Subjects = append(r.Subjects, s)
	}
	return r
}

func TestManyActivationsAreARanking(t *testing.T) {
	r := crowd(mostWithPictures + 10)
	files, err := render(r)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{pageName, jsonName, csvName, rankingName, listName}, slices.Collect(maps.Keys(files)))
	page := files[pageName]
	require.Equal(t, []string{
		"link to data.csv leaves the page", "link to report.json leaves the page", // too large to be in it
		"script on the page", "script on the page", "script on the page", // they sort, copy and filter
	}, problems(page))

	rows, err := csv.NewReader(strings.NewReader(string(files[rankingName]))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+len(r.Subjects))
	order := reports.Ranking(r)
	text := string(page)
	at := 0
	for i, row := range rows[1:] {
		subject := r.Subjects[order[i].Subject]
		require.Equal(t, fmt.Sprint(i+1), row[0])
		require.Equal(t, subject.Subject.Key, row[1])
		require.Equal(t, subject.Outcome().String(), row[4])
		next := strings.Index(text[at:], `id="card-`+subject.Subject.Key+`"`)
		require.Positive(t, next, "the page has the order of the file")
		at += next
	}

	answer := Answer(r)
	require.Less(t, len(answer), 1500, "not all titles")
	require.Contains(t, answer, "Confirmed of 20 activations: both norms are kept through 50 layers")
	require.Contains(t, answer, "in at least one direction; by theory too")
	require.Contains(t, answer, "and 15 more")

	few, err := render(crowd(mostWithPictures))
	require.NoError(t, err)
	require.NotContains(t, few, rankingName)
}

// Pages of rankings grow by what one activation takes, and no faster.
// A long report has the JSON of a short one, with a line for each activation.
func TestLongReportsAreTheSameJSON(t *testing.T) {
	r := crowd(mostWithPictures + 1)
	indented, err := jsonFile(jsonName, r)
	require.NoError(t, err)
	long, err := longReportFile(r)
	require.NoError(t, err)
	var want bytes.Buffer
	require.NoError(t, json.Compact(&want, indented))
	require.Equal(t, want.String(), strings.ReplaceAll(string(long), "\n", ""))
	require.Equal(t, len(r.Subjects)+2, strings.Count(string(long), "\n"))
}

func TestRankingIsSmall(t *testing.T) {
	size := func(n int) int {
		files := map[string][]byte{}
		require.NoError(t, renderRanking(crowd(n), files))
		return len(files[pageName])
	}
	each := (size(80) - size(40)) / 40
	t.Logf("%d bytes an activation at %d widths", each, len(sample.Report().Spec.Widths))
	require.Less(t, 1000*each, 8_000_000)
}
