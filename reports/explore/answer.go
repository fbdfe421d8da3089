package explore

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/words"
	"bsnn/network"
	"bsnn/reports"
	"bsnn/reports/page"
	"bsnn/theorem"
)

// An Answer is what a page shows of a query: numbers, and the parts of the page in HTML.
type Answer struct {
	Link    string   `json:"link"`              // the query, as Query.Link writes it
	Problem *Problem `json:"problem,omitempty"` // what is wrong with the query; nothing else is there then
	Proven  bool     `json:"proven"`            // whether the functions are judged by proof; by quadrature otherwise

	Headline string `json:"headline,omitempty"` // the answer in one sentence

	// Card is what "bsnn activation --json" prints, once it is proven; Prediction what "bsnn predict --json" prints.
	Card       *reports.Card       `json:"card,omitempty"`
	Prediction *theorem.Prediction `json:"prediction,omitempty"`
	Mended     string              `json:"mended,omitempty"` // the link to a better network; "" where there is nothing to mend

	// Parts of the page, by the id of their place.
	Parts map[string]template.HTML `json:"parts,omitempty"`
}

// A Stage says how an answer is come by.
type Stage string

// Stages of an answer.
const (
	Estimated Stage = "estimated" // by quadrature, at once
	Proven    Stage = "proven"    // by enclosures, with all maps: tenths of a second for most functions, seconds for some
)

// Answer answers a query. It fails when ctx ends; what is wrong with a query is part of the answer.
func (e *Explorer) Answer(ctx context.Context, q Query, stage Stage) (Answer, error) {
	out := Answer{Link: q.Link(), Proven: stage == Proven}
	err := e.answer(ctx, q, &out)
	switch {
	case ctx.Err() != nil:
		return Answer{}, ctx.Err()
	case err != nil:
		p := problemOf(err)
		if q.Net != "" && p.Field == keyActivation { // a column of a function is none of the description
			p = &Problem{Field: keyNet, Message: err.Error()}
		}
		return Answer{Link: out.Link, Problem: p}, nil
	}
	return out, nil
}

// view is what the templates of the parts see.
type view struct {
	Query      Query
	Subject    string // what the answer is about
	Proven     bool
	Lost       *theorem.LengthError // where the signal leaves what float64 holds
	Prediction theorem.Prediction
	Card       cardView
	Mended     string
	Commands   []command
	YAML       string
	Curves     *page.Panels // nil for a network without functions
	Along      page.Panels
}

func (e *Explorer) answer(ctx context.Context, q Query, out *Answer) error {
	a, err := q.Architecture()
	if err != nil {
		return err
	}
	if err := theorem.Lawful(a); err != nil {
		return &Problem{Field: keyNet, Message: err.Error()}
	}
	v := view{Query: q, Proven: out.Proven, Subject: subjectOf(q, a)}
	judge := e.estimate
	if out.Proven {
		judge = func(f network.Activation) (gpnorm.Judgement, error) { return e.prove(ctx, f) }
	}
	if f, found := q.function(a); found {
		if err := v.judge(ctx, f, judge, out); err != nil {
			return err
		}
	}
	p, err := theorem.Predict(ctx, a, theorem.Question{Judge: judge})
	if err != nil && !errors.As(err, &v.Lost) {
		return err
	}
	if v.Lost == nil {
		answer := theorem.Prediction.AnswerAtOnce
		if out.Proven {
			answer = theorem.Prediction.Answer
		}
		answers, err := answer(p, a)
		if err != nil {
			return err
		}
		p.Answers = &answers
		out.Prediction, v.Prediction = &p, p
		if err := v.along(ctx, a, judge); err != nil {
			return err
		}
	}
	out.Headline = v.Headline()
	if v.Lost != nil || len(p.Causes) > 0 {
		if v.Mended, err = mendedLink(q, a); err != nil {
			return err
		}
		out.Mended = v.Mended
	}
	if v.YAML, err = described(a); err != nil {
		return err
	}
	v.Commands = commandsOf(q)
	out.Parts, err = v.parts()
	return err
}

// described is the description of an architecture.
func described(a network.Architecture) (string, error) {
	var s strings.Builder
	err := network.WriteArchitecture(&s, a)
	return s.String(), err
}

// subjectOf says in words what the answer is about.
func subjectOf(q Query, a network.Architecture) string {
	if q.Net != "" {
		return "this network"
	}
	layers := words.Count(q.Depth) + " layers of "
	if q.Depth == 1 {
		layers = "one layer of "
	}
	return layers + words.Shorten(q.Activation.String(), 60)
}

// judge makes the card and the curves.
func (v *view) judge(ctx context.Context, f network.Activation, judge theorem.Judge, out *Answer) error {
	j, err := judge(f)
	if err != nil {
		p := problemOf(err)
		if p.Field == "" && v.Query.Net == "" {
			p.Field = keyActivation
		}
		return p
	}
	curves := page.ActivationPanels(j.Normalized, f.AsIs, out.Proven)
	v.Curves = &curves
	if !out.Proven {
		v.Card = estimatedCard(j)
		return nil
	}
	card := reports.NewCard(j, theorem.NormalizedTolerance)
	const uncorrelated, merged = 0, 0.01
	if card.Maps, err = reports.NewMaps(j.Normalized, uncorrelated, merged); err != nil {
		card.Maps = nil
		card.Warnings = append(card.Warnings, "the maps Q and C are unknown: "+words.Line(err.Error()))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := card.Answer(j.Activation, j.Roots[j.Chosen].Profile, v.Query.Depth); err != nil {
		return err
	}
	out.Card, v.Card = &card, provenCard(card)
	return nil
}

// shownBlocks are as many as a picture shows one by one.
const shownBlocks = 400

// along makes the picture of what is predicted along the blocks.
func (v *view) along(ctx context.Context, a network.Architecture, judge theorem.Judge) error {
	p, err := theorem.Predict(ctx, a.Unrolled(shownBlocks), theorem.Question{Judge: judge})
	if err != nil {
		return err
	}
	v.Along = page.AlongPanels(v.Subject, reports.PredictedAlong(p), false)
	return nil
}

// Tone is the class of the headline.
func (v view) Tone() string {
	switch {
	case v.Lost != nil, !theorem.Survives(v.Prediction.ForwardFactor), !theorem.Survives(v.Prediction.BackwardFactor):
		return "bad"
	case v.Narrow():
		return "open"
	}
	return "good"
}

// Narrow says whether norms are kept in wider layers alone.
func (v view) Narrow() bool {
	a := v.Prediction.Answers
	return a != nil && a.Scale > 1
}

// Headline is the answer in one sentence.
func (v view) Headline() string {
	if v.Lost != nil {
		return fmt.Sprintf("Signals %s in %s.", fate(v.Lost.Square), v.Subject)
	}
	forward, backward := fate(v.Prediction.ForwardFactor), fate(v.Prediction.BackwardFactor)
	if forward == backward {
		return fmt.Sprintf("Signals and gradients %s %s.", forward+preposition(forward), v.Subject)
	}
	if forward == survive {
		return fmt.Sprintf("Gradients %s in %s, though signals survive.", backward, v.Subject)
	}
	if backward == survive {
		return fmt.Sprintf("Signals %s in %s, though gradients survive.", forward, v.Subject)
	}
	return fmt.Sprintf("Signals %s and gradients %s in %s.", forward, backward, v.Subject)
}

const survive = "survive"

// fate is what becomes of a factor of squared norms, in a word.
func fate(factor float64) string {
	switch {
	case theorem.Survives(factor):
		return survive
	case factor < 1:
		return "vanish"
	}
	return "explode"
}

func preposition(fate string) string {
	if fate == survive {
		return ""
	}
	return " in"
}

// mendedLink leads to the network of theorem.Mend: by settings where they can say it, else by its description; "" where that changes
// nothing.
func mendedLink(q Query, a network.Architecture) (string, error) {
	want, err := described(theorem.Mend(a))
	if err != nil {
		return "", err
	}
	if given, err := described(a); err != nil || given == want {
		return "", err
	}
	if q.Net == "" {
		better := q
		better.Activation.AsIs = false
		better.Weights, better.Gain, better.Bias, better.Branch = network.Haar.String(), 1, false, ""
		if better.Norm == network.Layer.String() || better.Norm == network.Batch.String() {
			better.Norm = network.RMS.String()
		}
		for _, shortcut := range network.ShortcutNames() {
			better.Shortcut = shortcut
			b, err := better.Architecture()
			if err != nil {
				continue
			}
			if got, err := described(b); err == nil && got == want {
				return better.Link(), nil
			}
		}
	}
	return Query{Settings: network.DefaultSettings(), Net: want, Seed: q.Seed}.Link(), nil
}

// A command answers at a terminal what the page answers.
type command struct{ What, Line string }

func commandsOf(q Query) []command {
	out := []command{{"this page", "bsnn explore --at " + quoted(q.Link())}}
	if q.Net == "" {
		line := "bsnn activation " + quoted(q.Activation.Spec)
		names := make([]string, 0, len(q.Activation.Parameters))
		for name, value := range q.Activation.Parameters {
			names = append(names, " --set "+quoted(name+"="+value))
		}
		slices.Sort(names)
		out = append(out, command{"the function", line + strings.Join(names, "")})
	}
	return append(out, command{"the network", "bsnn predict net.yaml"},
		command{"a verdict", fmt.Sprintf("bsnn verify --net net.yaml --seed %d", q.Seed)})
}

// quoted is an argument for a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Range is what 90 % of the networks have, or "".
func (v view) Range(l theorem.LogLaw) string {
	if math.IsNaN(l.SD) {
		return ""
	}
	return fmt.Sprintf("%s … %s", words.Number(l.Quantile(0.05), 3), words.Number(l.Quantile(0.95), 3))
}
