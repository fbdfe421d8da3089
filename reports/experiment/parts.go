package experiment

import (
	"context"
	"fmt"
	"strings"
	"time"

	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/network/training"
)

// failureSection is where parts of a grid have cells that failed.
const failureSection = "failure"

// share gives the grid to those who divide it, if that is asked for. An error is ErrShared
// where that was all.
func share[R any](f *folder, jobs []job[R], o Options) error {
	if o.Share == nil {
		return nil
	}
	sweep := parts.Sweep{Run: f.asked}
	var keys []string
	for _, j := range jobs {
		keys = append(keys, j.key)
		sweep.Units = append(sweep.Units, j.unit(f))
	}
	sweep.Run.Asked = struct {
		Spec  any      `json:"spec"`
		Cells []string `json:"cells"` // a grid may get more of them
	}{f.asked.Asked, keys}
	done, err := o.Share(sweep)
	switch {
	case err != nil:
		return err
	case done:
		return ErrShared
	}
	f.addSeconds(o.Parts)
	return f.prepare()
}

// unit is the cell as what parts of the grid share.
func (j job[R]) unit(f *folder) parts.Unit {
	return parts.Unit{Name: j.key, Cost: j.cost, Trials: j.trials,
		Measure: func(ctx context.Context, in *journal.Journal, p parts.Piece, progress func(float64)) error {
			return j.measure(ctx, &folder{dir: f.dir, journal: in}, p, progress)
		}}
}

// measure keeps the cell, or some of its trials, in a part.
func (j job[R]) measure(ctx context.Context, in *folder, p parts.Piece, progress func(float64)) error {
	var there Cell[R]
	if found, err := in.journal.Get(cellSection, j.key, &there); found || err != nil {
		return err
	}
	var err error
	begun := time.Now()
	cell := Cell[R]{Key: j.key}
	if j.trials > 0 {
		err = j.record(ctx, in, p, progress)
	} else {
		var result R
		if result, err = j.work(ctx, in, progress); err == nil {
			cell.Result = &result
		}
	}
	spent := timing{time.Since(begun).Seconds(), 0}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return in.journal.Put(failureSection, j.key, err.Error())
	}
	if cell.Result != nil {
		if t, ok := any(cell.Result).(timed); ok {
			spent.Speed, *t.speed() = *t.speed(), 0
		}
		if err := in.journal.Put(cellSection, j.key, cell); err != nil {
			return err
		}
	}
	return in.journal.Put(parts.Timing, fmt.Sprintf("%s %d", j.key, p.First), spent)
}

// timing is what differs from one computation of a cell to another.
type timing struct {
	Seconds float64 `json:"seconds"`
	Speed   float64 `json:"speed,omitempty"`
}

// timed is a result that says how fast it was found.
type timed interface{ speed() *float64 }

// addSeconds finds out how long the cells took.
func (f *folder) addSeconds(all *parts.Parts) {
	f.seconds = map[string]float64{}
	for _, name := range all.Names(parts.Timing) {
		var t timing
		if found, err := all.Get(parts.Timing, name, &t); found && err == nil {
			key := name[:max(0, strings.LastIndexByte(name, ' '))]
			f.seconds[key] += t.Seconds
		}
	}
}

// restore adds the seconds that parts have spent on a cell, and says how fast a result was found.
func (f *folder) restore(seconds *float64, key string, result any) {
	*seconds += f.seconds[key]
	var t timing
	if r, ok := result.(timed); ok && f.seconds != nil {
		if found, err := f.journal.Get(parts.Timing, key+" 0", &t); found && err == nil {
			*r.speed() = t.Speed
		}
	}
}

// failed says whether a part has tried the cell in vain, and why.
func (f *folder) failed(key string, why *string) bool {
	if f.seconds == nil {
		return false
	}
	found, err := f.journal.Get(failureSection, key, why)
	return found && err == nil
}

// remembered is a vector that the journal has, or finds it and keeps it there.
func (f *folder) remembered(section string, index, size int, of func() ([]float64, error)) ([]float64, error) {
	if v, ok := f.journal.Lookup(section, index); ok {
		if len(v) != size {
			return nil, &ContentError{f.journal.Path(), section, fmt.Sprintf("it has %d numbers of a network, not %d", len(v), size)}
		}
		return v, nil
	}
	v, err := of()
	if err == nil {
		f.journal.Record(section, index, v)
	}
	return v, err
}

// seconds is about how long so many steps of a training take one processor: three products of matrices
// for each layer, and the draw of its weights.
func seconds(s training.Spec, steps int) float64 {
	n, layers := float64(s.Width), float64(s.Depth)
	return layers * n * n * (1e-9 + 1.5e-10*n + 3e-10*float64(s.Batch)*float64(steps))
}
