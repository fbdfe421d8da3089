package explore_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/reports/explore"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

func answer(t *testing.T, link string, stage explore.Stage) explore.Answer {
	t.Helper()
	q, err := explore.ParseQuery(link)
	require.NoError(t, err)
	a, err := explore.New(explore.PageLimits()).Answer(t.Context(), q, stage)
	require.NoError(t, err)
	return a
}

// The answer says what the network does, in the words and numbers of the packages that know.
func TestAnswer(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]string{
		"activation=tanh&depth=7":                                        "Signals and gradients survive 7 layers of tanh.",
		"activation=relu&as-is=true&weights=torch-default&depth=30":      "Signals and gradients vanish in 30 layers of relu as is.",
		"activation=x*tanh(x)&as-is=true&depth=99&weights=gaussian":      "Signals vanish in 99 layers of x*tanh(x) as is.",
		"activation=relu&norm=batch&depth=50":                            "Gradients explode in 50 layers of relu, though signals survive.",
		"net=input%3A+8%0Ablocks%3A+%5B%7Blinear%3A+%7Bto%3A+4%7D%7D%5D": "Signals and gradients survive this network.",
	} {
		a := answer(t, link, explore.Estimated)
		require.Nil(t, a.Problem, link)
		require.Equal(t, want, a.Headline)
		require.Contains(t, string(a.Parts["answer"]), want)
		require.False(t, a.Proven)
	}
}

// An estimate and a proof show the same numbers, and each says which it is.
func TestEstimateAndProof(t *testing.T) {
	t.Parallel()
	const link = "activation=tanh&depth=5"
	quick, proven := answer(t, link, explore.Estimated), answer(t, link, explore.Proven)
	require.InEpsilon(t, quick.Prediction.BackwardFactor, proven.Prediction.BackwardFactor, 1e-9)
	require.Nil(t, quick.Card)
	require.NotContains(t, string(quick.Parts["card"]), "proven")
	require.Contains(t, string(quick.Parts["answer"]), "estimated")
	require.Contains(t, string(proven.Parts["card"]), `<span class="proven">proven</span>`)
	for _, part := range []string{string(quick.Parts["card"]), string(proven.Parts["card"])} {
		require.Contains(t, part, "1.46741", "a of tanh")
	}
	require.InDelta(t, 1.46741, float64(proven.Card.A), 1e-5)
	require.True(t, proven.Card.Theorems.Forward.Applies)
}

// A mistake is shown at its place.
func TestProblems(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]explore.Problem{
		"activation=x*tnh(x)":                         {Field: "activation", Column: 3, Message: "tnh"},
		"activation=x*(x":                             {Field: "activation", Column: 5, Message: "parentheses"},
		"activation=1/x":                              {Field: "activation", Message: "1/x"},
		"activation=tanh&norm=bach":                   {Field: "norm", Message: "did you mean batch"},
		"activation=tanh&branch=1/3":                  {Field: "branch", Message: "rotated or plain"},
		"activation=tanh&gain=-1":                     {Field: "gain", Message: "above 0"},
		"net=input:+8%0Ablocks:+%0A+-+liner: {to: 4}": {Field: "net", Line: 3, Message: "did you mean linear"},
	} {
		got := answer(t, link, explore.Estimated)
		require.NotNil(t, got.Problem, link)
		require.Equal(t, [3]any{want.Field, want.Column, want.Line}, [3]any{got.Problem.Field, got.Problem.Column, got.Problem.Line},
			"%s: %+v", link, *got.Problem)
		require.Contains(t, got.Problem.Message, want.Message, link)
		require.Empty(t, got.Parts)
	}
}

// The better network that the page offers is the one of theory, and it keeps norms.
func TestMended(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"activation=gelu&as-is=true&weights=torch-default&bias=true&depth=12", "activation=relu&norm=batch&depth=50&shortcut=identity",
	} {
		q, err := explore.ParseQuery(link)
		require.NoError(t, err)
		a, err := q.Architecture()
		require.NoError(t, err)
		mended, err := explore.ParseQuery(answer(t, link, explore.Estimated).Mended)
		require.NoError(t, err)
		better, err := mended.Architecture()
		require.NoError(t, err)
		require.Equal(t, written(t, theorem.Mend(a)), written(t, better))
		require.Empty(t, mended.Net, "settings can say it")
		after := answer(t, mended.Link(), explore.Estimated)
		require.True(t, theorem.Survives(after.Prediction.BackwardFactor), after.Headline)
	}
}

func written(t *testing.T, a network.Architecture) string {
	t.Helper()
	var s strings.Builder
	require.NoError(t, network.WriteArchitecture(&s, a))
	return s.String()
}

// A live run tells the verdicts as they come, those that properties have for the same seed, and ends.
func TestRun(t *testing.T) {
	t.Parallel()
	q, err := explore.ParseQuery("activation=tanh&depth=4&width=256")
	require.NoError(t, err)
	limits := explore.ServerLimits()
	var events []explore.Event
	require.NoError(t, explore.New(limits).Run(t.Context(), q, func(e explore.Event) error { events = append(events, e); return nil }))
	last := events[len(events)-1]
	require.True(t, last.End)
	require.Nil(t, last.Problem)
	require.Equal(t, []string{"confirmed", "confirmed"}, []string{last.Forward, last.Backward})
	require.Contains(t, string(last.Parts["verdicts"]), "✓ confirmed")
	early := false
	for _, e := range events[:len(events)-1] {
		early = early || e.Forward != "" && !e.End
		require.False(t, e.End)
	}
	require.True(t, early, "verdicts are told before the end")
}

// A run that is cancelled ends at once, and gives its place to another.
func TestRunIsCancelled(t *testing.T) {
	t.Parallel()
	q, err := explore.ParseQuery("activation=gelu&depth=2000&width=8192")
	require.NoError(t, err)
	e := explore.New(explore.Limits{Entries: 1 << 28, Trials: 1000, Runs: 1})
	ctx, cancel := context.WithCancel(t.Context())
	start := time.Now()
	err = e.Run(ctx, q, func(explore.Event) error {
		require.ErrorAs(t, e.Run(t.Context(), q, nil), new(*explore.BusyError))
		cancel()
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, time.Since(start), 30*time.Second)
	q.Depth, q.Width = 1, 16
	require.NoError(t, e.Run(t.Context(), q, func(explore.Event) error { return nil }))
}

// Networks that are too large for the page are made narrower, and the page says so; others are refused in words.
func TestReduced(t *testing.T) {
	t.Parallel()
	last := func(link string) (out explore.Event) {
		q, err := explore.ParseQuery(link)
		require.NoError(t, err)
		require.NoError(t, explore.New(explore.Limits{Entries: 1 << 14, Trials: 64, Runs: 1}).Run(t.Context(), q, func(e explore.Event) error {
			out = e
			return nil
		}))
		return out
	}
	require.Equal(t, "of width 512 in the place of 8,192", last("activation=relu&depth=10&width=8192").Reduced)
	require.Contains(t, last("activation=relu&depth=9999").Problem.Message, "too large")
	require.Contains(t, last("activation=x*(").Problem.Message, "")
}

// The report is the page of the same networks.
func TestReport(t *testing.T) {
	t.Parallel()
	q, err := explore.ParseQuery("activation=relu&depth=3&width=64&seed=7")
	require.NoError(t, err)
	html, err := explore.New(explore.Limits{Entries: 1 << 20, Trials: 64, Runs: 1}).Report(t.Context(), q)
	require.NoError(t, err)
	for _, words := range []string{"<!DOCTYPE html>", "3 layers of relu of width 64", "bsnn explore --at", "seed=7"} {
		require.Contains(t, string(html), words)
	}
	q.Activation.Spec = "nonsense"
	_, err = explore.New(explore.PageLimits()).Report(t.Context(), q)
	require.Error(t, err)
}

// FuzzQuery: no link breaks the page, and a link that is read says the same when it is written.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{
		"", "activation=gelu", "activation=x*%28&set=a=1,b=2", "net=input:+3", "width=1e9", "depth=-1", "%zz", "seed=18446744073709551616",
		"a=b&a=c", "activation=&norm=rms", "gain=NaN", "gain=Inf&shortcut=rotated&branch=1/0", "set==,=", strings.Repeat("x", 20_000),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, link string) {
		q, err := explore.ParseQuery(link)
		if err != nil {
			require.ErrorAs(t, err, new(*explore.Problem))
			require.Less(t, len(err.Error()), 2000)
			return
		}
		again, err := explore.ParseQuery(q.Link())
		require.NoError(t, err)
		require.Equal(t, again.Link(), q.Link())
		if q.Net == "" && q.Gain == q.Gain {
			require.Equal(t, q, again)
		}
		_, err = q.Architecture()
		if err != nil {
			require.ErrorAs(t, err, new(*explore.Problem))
		}
	})
}

// What a page sends is what the template escapes: a function that is no function brings no elements.
func TestHostileWords(t *testing.T) {
	t.Parallel()
	const evil = "<script>alert(1)</script>"
	q := explore.DefaultQuery()
	q.Activation = network.Activation{Spec: "a*x", Parameters: map[string]string{"a": "2"}}
	a, err := explore.New(explore.PageLimits()).Answer(t.Context(), q, explore.Estimated)
	require.NoError(t, err)
	require.Nil(t, a.Problem)
	q.Activation.Spec = evil
	a, err = explore.New(explore.PageLimits()).Answer(t.Context(), q, explore.Estimated)
	require.NoError(t, err)
	require.NotNil(t, a.Problem)
	text, err := json.Marshal(a.Parts)
	require.NoError(t, err)
	require.NotContains(t, string(text), "<script")
	require.Contains(t, gpnorm.Names(), "gelu")
}
