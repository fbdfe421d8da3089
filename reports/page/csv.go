package page

import (
	"strconv"

	"bsnn/reports"
)

// A Column of data.csv.
type Column struct {
	Name    string
	Meaning string
	value   func(s reports.SubjectResult, x reports.Series, c reports.Cell) string
}

// Columns are those of data.csv, in order. It has one row for each
// activation, statement and width; numbers are written with as many digits as
// it takes to read the same float64, and are empty where there is none.
func Columns() []Column {
	return []Column{
		{"subject", "key of the activation under test",
			func(s reports.SubjectResult, _ reports.Series, _ reports.Cell) string { return s.Subject.Key }},
		{"activation", "name or formula of the function",
			func(s reports.SubjectResult, _ reports.Series, _ reports.Cell) string { return s.Subject.Activation }},
		{"as_is", "true: not normalised", func(s reports.SubjectResult, _ reports.Series, _ reports.Cell) string {
			return strconv.FormatBool(s.Subject.AsIs)
		}},
		{"other_root", "true: normalised with the root that the rule rejects",
			func(s reports.SubjectResult, _ reports.Series, _ reports.Cell) string {
				return strconv.FormatBool(s.Subject.OtherRoot)
			}},
		{"statement", "which statement the statistic belongs to",
			func(_ reports.SubjectResult, x reports.Series, _ reports.Cell) string { return x.Statement }},
		{"direction", "forward or backward", func(_ reports.SubjectResult, x reports.Series, _ reports.Cell) string { return x.Direction }},
		{"depth", "number of layers L",
			func(_ reports.SubjectResult, x reports.Series, _ reports.Cell) string { return strconv.Itoa(x.Depth) }},
		{"tolerance", "ε, of norms: of √statistic", func(_ reports.SubjectResult, x reports.Series, _ reports.Cell) string {
			return exact(reports.Number(x.Tolerance))
		}},
		cell("width", "n", func(c reports.Cell) string { return strconv.Itoa(c.Width) }),
		cell("trials", "number of networks", func(c reports.Cell) string { return strconv.Itoa(c.Trials) }),
		number("mean", "measured mean of the statistic, a ratio of squared norms", func(c reports.Cell) reports.Number { return c.Mean }),
		number("sd", "measured standard deviation", func(c reports.Cell) reports.Number { return c.SD }),
		number("q05", "measured 5 % quantile", func(c reports.Cell) reports.Number { return c.Q05 }),
		number("q50", "measured median", func(c reports.Cell) reports.Number { return c.Q50 }),
		number("q95", "measured 95 % quantile", func(c reports.Cell) reports.Number { return c.Q95 }),
		number("outside", "measured fraction with |√statistic − 1| ≥ ε", func(c reports.Cell) reports.Number { return c.Outside }),
		number("predicted_mean", "mean by the limit law (asymptotic); none over depth for κ > 1",
			func(c reports.Cell) reports.Number { return c.PredictedMean }),
		number("predicted_sd", "standard deviation by the limit law (asymptotic)",
			func(c reports.Cell) reports.Number { return c.PredictedSD }),
		number("predicted_q05", "5 % quantile by the limit law (asymptotic)",
			func(c reports.Cell) reports.Number { return c.PredictedQ05 }),
		number("predicted_q95", "95 % quantile by the limit law (asymptotic)",
			func(c reports.Cell) reports.Number { return c.PredictedQ95 }),
		number("predicted_outside", "P(|√statistic − 1| ≥ ε) by the limit law (asymptotic)",
			func(c reports.Cell) reports.Number { return c.PredictedOutside }),
		number("exact_mean", "mean at this width, exact up to quadrature; one layer only",
			func(c reports.Cell) reports.Number { return c.ExactMean }),
		number("exact_sd", "standard deviation at this width, exact up to quadrature; one layer only",
			func(c reports.Cell) reports.Number { return c.ExactSD }),
		number("deviation_q05", "measured 5 % quantile of |statistic − 1|", func(c reports.Cell) reports.Number { return c.Deviation.Q05 }),
		number("deviation_q50", "measured median of |statistic − 1|", func(c reports.Cell) reports.Number { return c.Deviation.Q50 }),
		number("deviation_q95", "measured 95 % quantile of |statistic − 1|",
			func(c reports.Cell) reports.Number { return c.Deviation.Q95 }),
		number("deviation_rms", "measured root mean square of statistic − 1",
			func(c reports.Cell) reports.Number { return c.Deviation.RMS }),
		number("deviation_exact", "the same at this width, exact up to quadrature; one layer only",
			func(c reports.Cell) reports.Number { return c.Deviation.Exact }),
		number("deviation_law", "95 % quantile of |statistic − 1| by the limit law (asymptotic)",
			func(c reports.Cell) reports.Number { return c.Deviation.Law }),
		number("deviation_bound", "x with P(|statistic − 1| ≥ x) ≤ 5 %, proven; one layer only",
			func(c reports.Cell) reports.Number { return c.Deviation.Bound }),
		number("bound", "proven upper bound on P(|√statistic − 1| ≥ ε)", func(c reports.Cell) reports.Number { return c.Bound }),
		cell("outcome", "confirmed, refuted or undecided: P(|√statistic − 1| ≥ ε) ≤ limit",
			func(c reports.Cell) string { return c.Verdict.Outcome.String() }),
		number("alpha", "error probability of this verdict",
			func(c reports.Cell) reports.Number { return reports.Number(c.Verdict.Alpha) }),
		number("limit", "largest probability that is claimed",
			func(c reports.Cell) reports.Number { return reports.Number(c.Verdict.Limit) }),
		number("resolution", "δ: a probability of limit + δ would be refuted",
			func(c reports.Cell) reports.Number { return reports.Number(c.Verdict.Resolution) }),
		cell("verdict_trials", "networks that the verdict needed", func(c reports.Cell) string { return strconv.Itoa(c.Verdict.Trials) }),
		cell("verdict_events", "how many of them had |√statistic − 1| ≥ ε",
			func(c reports.Cell) string { return strconv.Itoa(c.Verdict.Events) }),
		number("lo", "lower end of the confidence interval for that probability",
			func(c reports.Cell) reports.Number { return reports.Number(c.Verdict.Lo) }),
		number("hi", "its upper end", func(c reports.Cell) reports.Number { return reports.Number(c.Verdict.Hi) }),
	}
}

func cell(name, meaning string, get func(reports.Cell) string) Column {
	return Column{name, meaning, func(_ reports.SubjectResult, _ reports.Series, c reports.Cell) string { return get(c) }}
}

func number(name, meaning string, get func(reports.Cell) reports.Number) Column {
	return cell(name, meaning, func(c reports.Cell) string { return exact(get(c)) })
}

// exact is the shortest decimal that reads back as the same number.
func exact(x reports.Number) string {
	if !x.Finite() {
		return ""
	}
	return strconv.FormatFloat(float64(x), 'g', -1, 64)
}

// cellTable holds the cells of the series that want asks for.
func cellTable(r *reports.Report, file string, want func(reports.SubjectResult, reports.Series) bool) table {
	t := table{file: file}
	columns := Columns()
	for _, c := range columns {
		t.header = append(t.header, c.Name)
	}
	for _, s := range r.Subjects {
		for _, x := range s.Series {
			if !want(s, x) {
				continue
			}
			for _, c := range x.Cells {
				row := make([]string, len(columns))
				for i, column := range columns {
					row[i] = column.value(s, x, c)
				}
				t.add(row...)
			}
		}
	}
	return t
}

// allCells is data.csv.
func allCells(r *reports.Report) table {
	return cellTable(r, csvName, func(reports.SubjectResult, reports.Series) bool { return true })
}

// cellsOf are the cells of one statement.
func cellsOf(r *reports.Report, statement string) table {
	of := func(_ reports.SubjectResult, x reports.Series) bool { return x.Statement == statement }
	return cellTable(r, reports.PathKey(statement)+".csv", of)
}
