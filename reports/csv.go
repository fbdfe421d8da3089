package reports

import (
	"strconv"
)

// A Column of data.csv.
type Column struct {
	Name    string
	Meaning string
	value   func(s SubjectResult, x Series, c Cell) string
}

// Columns are those of data.csv, in order. It has one row for each
// activation, statement and width; numbers are written with as many digits as
// it takes to read the same float64, and are empty where there is none.
func Columns() []Column {
	return []Column{
		{"subject", "key of the activation under test", func(s SubjectResult, _ Series, _ Cell) string { return s.Subject.Key }},
		{"activation", "name or formula of the function", func(s SubjectResult, _ Series, _ Cell) string { return s.Subject.Activation }},
		{"as_is", "true: not normalised", func(s SubjectResult, _ Series, _ Cell) string { return strconv.FormatBool(s.Subject.AsIs) }},
		{"other_root", "true: normalised with the root that the rule rejects", func(s SubjectResult, _ Series, _ Cell) string { return strconv.FormatBool(s.Subject.OtherRoot) }},
		{"statement", "which statement the statistic belongs to", func(_ SubjectResult, x Series, _ Cell) string { return x.Statement }},
		{"direction", "forward or backward", func(_ SubjectResult, x Series, _ Cell) string { return x.Direction }},
		{"depth", "number of layers L", func(_ SubjectResult, x Series, _ Cell) string { return strconv.Itoa(x.Depth) }},
		{"tolerance", "ε", func(_ SubjectResult, x Series, _ Cell) string { return exact(Number(x.Tolerance)) }},
		cell("width", "n", func(c Cell) string { return strconv.Itoa(c.Width) }),
		cell("trials", "number of networks", func(c Cell) string { return strconv.Itoa(c.Trials) }),
		number("mean", "measured mean of the statistic", func(c Cell) Number { return c.Mean }),
		number("sd", "measured standard deviation", func(c Cell) Number { return c.SD }),
		number("q05", "measured 5 % quantile", func(c Cell) Number { return c.Q05 }),
		number("q50", "measured median", func(c Cell) Number { return c.Q50 }),
		number("q95", "measured 95 % quantile", func(c Cell) Number { return c.Q95 }),
		number("outside", "measured fraction with |statistic − 1| ≥ ε", func(c Cell) Number { return c.Outside }),
		number("predicted_mean", "mean by the limit law (asymptotic); none over depth for κ > 1", func(c Cell) Number { return c.PredictedMean }),
		number("predicted_sd", "standard deviation by the limit law (asymptotic)", func(c Cell) Number { return c.PredictedSD }),
		number("predicted_q05", "5 % quantile by the limit law (asymptotic)", func(c Cell) Number { return c.PredictedQ05 }),
		number("predicted_q95", "95 % quantile by the limit law (asymptotic)", func(c Cell) Number { return c.PredictedQ95 }),
		number("predicted_outside", "P(|statistic − 1| ≥ ε) by the limit law (asymptotic)", func(c Cell) Number { return c.PredictedOutside }),
		number("exact_mean", "mean at this width, exact up to quadrature; one layer only", func(c Cell) Number { return c.ExactMean }),
		number("exact_sd", "standard deviation at this width, exact up to quadrature; one layer only", func(c Cell) Number { return c.ExactSD }),
		number("deviation_q05", "measured 5 % quantile of |statistic − 1|", func(c Cell) Number { return c.Deviation.Q05 }),
		number("deviation_q50", "measured median of |statistic − 1|", func(c Cell) Number { return c.Deviation.Q50 }),
		number("deviation_q95", "measured 95 % quantile of |statistic − 1|", func(c Cell) Number { return c.Deviation.Q95 }),
		number("deviation_rms", "measured root mean square of statistic − 1", func(c Cell) Number { return c.Deviation.RMS }),
		number("deviation_exact", "the same at this width, exact up to quadrature; one layer only", func(c Cell) Number { return c.Deviation.Exact }),
		number("deviation_law", "95 % quantile of |statistic − 1| by the limit law (asymptotic)", func(c Cell) Number { return c.Deviation.Law }),
		number("deviation_bound", "x with P(|statistic − 1| ≥ x) ≤ 5 %, proven; one layer only", func(c Cell) Number { return c.Deviation.Bound }),
		number("bound", "proven upper bound on P(|statistic − 1| ≥ ε)", func(c Cell) Number { return c.Bound }),
		cell("outcome", "confirmed, refuted or undecided: P(|statistic − 1| ≥ ε) ≤ limit", func(c Cell) string { return c.Verdict.Outcome.String() }),
		number("alpha", "error probability of this verdict", func(c Cell) Number { return Number(c.Verdict.Alpha) }),
		number("limit", "largest probability that is claimed", func(c Cell) Number { return Number(c.Verdict.Limit) }),
		number("resolution", "δ: a probability of limit + δ would be refuted", func(c Cell) Number { return Number(c.Verdict.Resolution) }),
		cell("verdict_trials", "networks that the verdict needed", func(c Cell) string { return strconv.Itoa(c.Verdict.Trials) }),
		cell("verdict_events", "how many of them had |statistic − 1| ≥ ε", func(c Cell) string { return strconv.Itoa(c.Verdict.Events) }),
		number("lo", "lower end of the confidence interval for that probability", func(c Cell) Number { return Number(c.Verdict.Lo) }),
		number("hi", "its upper end", func(c Cell) Number { return Number(c.Verdict.Hi) }),
	}
}

func cell(name, meaning string, get func(Cell) string) Column {
	return Column{name, meaning, func(_ SubjectResult, _ Series, c Cell) string { return get(c) }}
}

func number(name, meaning string, get func(Cell) Number) Column {
	return cell(name, meaning, func(c Cell) string { return exact(get(c)) })
}

// exact is the shortest decimal that reads back as the same number.
func exact(x Number) string {
	if !x.Finite() {
		return ""
	}
	return strconv.FormatFloat(float64(x), 'g', -1, 64)
}

// cellTable holds the cells of the series that want asks for.
func cellTable(r *Report, file string, want func(SubjectResult, Series) bool) table {
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
func allCells(r *Report) table {
	return cellTable(r, csvName, func(SubjectResult, Series) bool { return true })
}

// cellsOf are the cells of one statement.
func cellsOf(r *Report, statement string) table {
	return cellTable(r, statement+".csv", func(_ SubjectResult, x Series) bool { return x.Statement == statement })
}
