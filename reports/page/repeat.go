package page

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bsnn/reports"
)

// A command repeats verdicts of an activation.
type command struct{ Of, Line string }

// commandsOf are the commands that repeat the verdicts of an activation, each once, as people read them:
// report.json has them with every digit.
func commandsOf(s reports.SubjectResult) []command {
	var out []command
	for _, x := range s.Series {
		line := shortAlpha(x.Verdict.Replay)
		if line == "" {
			continue
		}
		i := slices.IndexFunc(out, func(c command) bool { return c.Line == line })
		if i < 0 {
			out = append(out, command{networksOf(x), line})
			continue
		}
		out[i].Of += " and " + strings.TrimPrefix(networksOf(x), layersWord(x.Depth)+", ")
	}
	return out
}

var alphaFlag = regexp.MustCompile(` --alpha [-+.0-9e]+`)

// shortAlpha writes the α of a command with two digits.
func shortAlpha(line string) string {
	return alphaFlag.ReplaceAllStringFunc(line, func(flag string) string {
		alpha, err := strconv.ParseFloat(strings.TrimPrefix(flag, " --alpha "), 64)
		if err != nil {
			return flag
		}
		return " --alpha " + twoDigitsUp(alpha)
	})
}

// twoDigitsUp rounds an error probability up to two significant digits. A test that has an answer for one α has
// it for every larger one, after as many networks or fewer.
func twoDigitsUp(alpha float64) string {
	text := strconv.FormatFloat(alpha, 'e', 1, 64)
	if v, err := strconv.ParseFloat(text, 64); err == nil && v < alpha {
		text = strconv.FormatFloat(v+math.Pow(10, math.Floor(math.Log10(v))-1), 'e', 1, 64)
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
