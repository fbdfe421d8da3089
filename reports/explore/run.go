package explore

import (
	"context"
	"errors"
	"html/template"
	"time"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"
	"bsnn/reports/page"
	"bsnn/theorem"
)

const (
	runAlpha  = 1e-6 // of all verdicts of a live run, as "bsnn verify" has it
	firstLook = 16   // networks that are drawn along the blocks before any verdict
	lastLook  = 200  // and behind it
)

// An Event is news of a live run.
type Event struct {
	Done  int `json:"done"`  // networks that are measured
	Total int `json:"total"` // at most

	// Outcomes of the verdicts so far: that signals and gradients are kept, and that theory describes the networks.
	Forward  string `json:"forward,omitempty"`
	Backward string `json:"backward,omitempty"`
	Theory   string `json:"theory,omitempty"`

	Reduced string  `json:"reduced,omitempty"` // how the networks are smaller than those that were asked for
	End     bool    `json:"end,omitempty"`     // this was all
	Seconds float64 `json:"seconds,omitempty"` // that it took

	Problem *Problem `json:"problem,omitempty"` // why there is no run

	// Parts of the page, by the id of their place.
	Parts map[string]template.HTML `json:"parts,omitempty"`
}

// A runView is what the templates of a run see.
type runView struct {
	Result  properties.ArchitectureResult
	End     bool
	Reduced string
	Seconds float64
	Along   page.Panels
	Total   int
}

// Run simulates networks of a query, until the verdicts are decided or as many are drawn as the limits allow, and tells news to tell,
// which is called by one goroutine at a time. It ends early with the error of tell or of ctx, and with a *BusyError where
// too many are under way; what is wrong with a query is news.
func (e *Explorer) Run(ctx context.Context, q Query, tell func(Event) error) error {
	leave, err := e.enter()
	if err != nil {
		return err
	}
	defer leave()
	v, reduced, err := e.verification(q)
	if err != nil {
		return tell(Event{Problem: problemOf(err), End: true})
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &live{verification: v, reduced: reduced, start: time.Now(), subject: subjectOf(q, v.Architecture), tell: func(event Event) {
		if ctx.Err() == nil {
			if err := tell(event); err != nil {
				cancel(err)
			}
		}
	}}
	err = r.run(ctx)
	var beyond *theorem.LengthError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &beyond):
		return tell(Event{Problem: &Problem{Message: "there is nothing to measure: " + beyond.Error()}, End: true})
	case err != nil:
		return tell(Event{Problem: problemOf(err), End: true})
	}
	return nil
}

// live is a run that is under way.
type live struct {
	verification properties.ArchitectureVerification
	subject      string
	reduced      string
	start        time.Time
	tell         func(Event)
	last         time.Time // of what was told of progress
}

const progressPause = 100 * time.Millisecond

func (r *live) run(ctx context.Context) error {
	total := r.verification.Budget.Trials
	r.tell(Event{Total: total, Reduced: r.reduced})
	if err := r.look(ctx, min(firstLook, total), 0); err != nil {
		return err
	}
	v := r.verification
	v.Budget.Progress = func(done, total int) { // called by several goroutines, one at a time
		if now := time.Now(); now.Sub(r.last) >= progressPause {
			r.last = now
			r.tell(Event{Done: done, Total: total})
		}
	}
	v.Watch = func(result properties.ArchitectureResult) { r.tell(r.verdicts(result, false)) }
	result, err := v.Run(ctx)
	if err != nil {
		return err
	}
	if err := r.look(ctx, min(lastLook, result.Networks), result.Networks); err != nil {
		return err
	}
	r.tell(r.verdicts(result, true))
	return nil
}

// look draws the first networks along the blocks, when so many are measured.
func (r *live) look(ctx context.Context, networks, done int) error {
	v := r.verification
	bands, err := reports.Along{
		Architecture: v.Architecture.Unrolled(shownBlocks), Inputs: v.Inputs, Seed: v.Budget.Seed,
		Plan: montecarlo.Plan{Trials: networks, Workers: v.Budget.Workers},
	}.Measure(ctx)
	if err != nil {
		return err
	}
	view := runView{Along: page.AlongPanels(r.subject, bands, true)}
	html, err := render("along", view)
	if err != nil {
		return err
	}
	r.tell(Event{Done: done, Total: v.Budget.Trials, Parts: map[string]template.HTML{"along": html}})
	return nil
}

// verdicts are the news of a result.
func (r *live) verdicts(result properties.ArchitectureResult, end bool) Event {
	out := Event{Done: result.Networks, Total: r.verification.Budget.Trials, Theory: result.Theory.String(), End: end, Reduced: r.reduced}
	if end {
		out.Seconds = time.Since(r.start).Seconds()
	}
	for _, k := range result.Kept {
		if k.Direction == theorem.Forward.String() {
			out.Forward = k.Kept.Outcome.String()
		} else {
			out.Backward = k.Kept.Outcome.String()
		}
	}
	html, err := render("verdicts", runView{Result: result, End: end, Reduced: r.reduced, Seconds: out.Seconds, Total: out.Total})
	if err != nil {
		out.Problem = problemOf(err)
	}
	out.Parts = map[string]template.HTML{"verdicts": html}
	return out
}

// verification is what a live run asks, of networks within the limits; reduced says in words how they are smaller.
func (e *Explorer) verification(q Query) (v properties.ArchitectureVerification, reduced string, err error) {
	a, err := q.Architecture()
	if err != nil {
		return v, "", err
	}
	if err := theorem.Lawful(a); err != nil {
		return v, "", &Problem{Field: keyNet, Message: err.Error()}
	}
	asked := q.Width
	for drawn(a) > e.limits.Entries {
		if q.Net != "" || q.Width <= narrowest {
			return v, "", &Problem{Message: "the networks are too large for a live run on this page; \"bsnn verify --net net.yaml\" takes them"}
		}
		q.Width = max(q.Width/2, narrowest)
		if a, err = q.Architecture(); err != nil {
			return v, "", err
		}
	}
	if q.Width < asked {
		reduced = "of width " + wordsOf(q.Width) + " in the place of " + wordsOf(asked)
	}
	v = properties.ArchitectureVerification{
		Architecture: a, Tolerance: properties.ArchitectureTolerance, Limit: properties.ArchitectureLimit,
		Budget: properties.Budget{Seed: q.Seed, Trials: e.limits.Trials, Alpha: runAlpha, Workers: e.limits.Workers},
	}
	if a.Formed() {
		v.Budget.Trials = min(v.Budget.Trials, properties.ArchitectureFormed)
	}
	if properties.UsesBatches(a) {
		v.Inputs = properties.ArchitectureBatch
	}
	return v, reduced, nil
}

// narrowest is the width down to which networks are reduced.
const narrowest = 64

// drawn is how many numbers are drawn, or multiplied, for one network.
func drawn(a network.Architecture) float64 {
	total, _ := drawnIn(a.Blocks, a.Input, a.Formed())
	if properties.UsesBatches(a) {
		total *= properties.ArchitectureBatch
	}
	return total
}

func drawnIn(blocks []network.Block, in int, formed bool) (total float64, out int) {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			if formed {
				total += float64(in) * float64(b.To)
			}
			in = b.To
		case network.Shortcut:
			inside, _ := drawnIn(b.Blocks, in, formed)
			total += inside
		case network.Repeat:
			inside, out := drawnIn(b.Blocks, in, formed)
			total, in = total+float64(b.Times)*inside, out
		}
		total += float64(in)
	}
	return total, in
}
