package training

import (
	"context"
	"errors"
	"time"
)

// Train runs to the end of the Spec, or until ctx is cancelled or something
// fails. The Summary is filled in as far as the run came even when an error is
// returned: ctx.Err() after a cancellation, *DivergenceError, *DeadSignalError,
// *CheckpointError or the error of Options.Epoch. Called again, it continues.
func (r *Run) Train(ctx context.Context, o Options) (Summary, error) {
	if err := r.claim(o.Checkpoint); err != nil {
		return Summary{}, err
	}
	dismiss, err := r.hire(o.Workers, o.Products)
	if err != nil {
		return Summary{}, err
	}
	defer dismiss()
	r.machine.resetClock()
	s := session{Run: r, o: o, began: time.Now(), saved: time.Now(), savedAt: -1}
	err = s.run(ctx)
	return s.summary(), err
}

// A session is one call of Train.
type session struct {
	*Run
	o       Options
	began   time.Time
	steps   int     // of this session
	seconds float64 // spent on them
	first   start
	last    EpochRecord
	test    *Score

	saved   time.Time
	savedAt int

	shown        time.Time
	shownStep    int
	shownSeconds float64
}

// rateEvery is after how many steps the rate of the products is measured again.
const rateEvery = 16

func (s *session) run(ctx context.Context) error {
	for {
		// First of all, because a run may have been cancelled between the last
		// step of an epoch and its record.
		if s.sums.Steps == s.perEpoch() {
			if err := s.endEpoch(ctx); err != nil {
				return errors.Join(err, s.save())
			}
		}
		if s.step >= s.total() {
			break
		}
		if err := ctx.Err(); err != nil {
			return errors.Join(err, s.save())
		}
		if s.steps%rateEvery == 0 {
			s.machine.measureRate()
		}
		loss, err := s.advance()
		if err != nil {
			return err
		}
		s.progress(loss)
		if s.due() {
			if err := s.save(); err != nil {
				return err
			}
		}
	}
	if s.sums.Steps > 0 { // Steps ends the run within an epoch
		if err := s.endEpoch(ctx); err != nil {
			return errors.Join(err, s.save())
		}
	}
	return s.save()
}

// advance takes one step and books it.
func (s *session) advance() (loss float64, err error) {
	from := time.Now()
	s.machine.load(s.train, s.batch(0))
	t, err := s.machine.train(s.learningRate(s.step), s.step+1)
	if err != nil {
		if d, ok := errors.AsType[*DivergenceError](err); ok {
			d.Step, d.Epoch, d.Cause = s.step+1, s.epoch(), s.spec.strongCause(s.step+1, s.first)
		}
		return 0, err
	}
	if s.steps == 0 {
		s.first = startOf(t)
	}
	if !s.o.IgnoreDead {
		if e := s.dead(t); e != nil && !(e.Gradient && s.o.IgnoreDeadGradient) {
			return 0, e
		}
	}
	spent := time.Since(from).Seconds()
	s.sums.add(t, s.spec.Batch, s.spec.Width, spent)
	s.sums.keepBatch(t, s.spec.Batch)
	s.step++
	s.steps++
	s.seconds += spent
	return t.loss / float64(s.spec.Batch), nil
}

// endEpoch evaluates, records and reports. The sums of an epoch that the run's
// end cuts short are kept, for a run that is resumed with more steps.
func (s *session) endEpoch(ctx context.Context) error {
	record := s.sums.record()
	record.Epoch = (s.step-1)/s.perEpoch() + 1
	record.Step = s.step
	record.LearningRate = s.learningRate(s.step - 1)
	s.machine.gramErrors(record.Layers)
	if s.Run.test != nil {
		score, err := evaluate(ctx, s.machine, s.Run.test, s.spec.Batch)
		if err != nil {
			return err
		}
		record.Test = &score
	}
	s.last, s.test = record, record.Test
	if s.sums.Steps == s.perEpoch() {
		s.records = append(s.records, record)
		s.sums.reset()
	}
	if s.o.Epoch != nil {
		if err := s.o.Epoch(record); err != nil {
			return err
		}
	}
	return s.save()
}

// progress reports when it is time.
func (s *session) progress(loss float64) {
	if s.o.Progress == nil {
		return
	}
	interval := s.o.ProgressInterval
	if interval <= 0 {
		interval = 200 * time.Millisecond
	}
	if s.steps > 1 && s.step < s.total() && time.Since(s.shown) < interval {
		return
	}
	rate := float64((s.steps-s.shownStep)*s.spec.Batch) / (s.seconds - s.shownSeconds)
	s.shown, s.shownStep, s.shownSeconds = time.Now(), s.steps, s.seconds
	left := time.Since(s.began).Seconds() / float64(s.steps) * float64(s.total()-s.step)
	s.o.Progress(Progress{
		Step: s.step, Steps: s.total(), Epoch: (s.step-1)/s.perEpoch() + 1, Epochs: s.spec.Epochs,
		Loss: loss, SamplesPerSecond: rate, Remaining: time.Duration(left * float64(time.Second)),
	})
}

// due is whether a checkpoint within an epoch is.
func (s *session) due() bool {
	return s.o.CheckpointSteps > 0 && s.steps%s.o.CheckpointSteps == 0 ||
		s.o.CheckpointInterval > 0 && time.Since(s.saved) >= s.o.CheckpointInterval
}

// save writes the checkpoint, unless it holds this step already.
func (s *session) save() error {
	if s.o.Checkpoint == "" || s.savedAt == s.step {
		return nil
	}
	if err := s.write(s.o.Checkpoint); err != nil {
		return err
	}
	s.saved, s.savedAt = time.Now(), s.step
	return nil
}

func (s *session) summary() Summary {
	out := Summary{Steps: s.step, Epochs: s.step / s.perEpoch(), Complete: s.step >= s.total()}
	last := s.last
	switch {
	case s.sums.Steps > 0:
		last = s.sums.record()
	case last.Steps == 0 && len(s.records) > 0:
		last = s.records[len(s.records)-1]
	}
	out.Train, out.GradientRatio, out.GradientRatioMax = last.Train, last.GradientRatio, last.GradientRatioMax
	out.Test = s.test
	if out.Test == nil && out.Complete {
		out.Test = last.Test
	}
	out.Speed = s.machine.speed()
	out.Speed.Steps, out.Speed.Seconds = s.steps, s.seconds
	if s.seconds > 0 {
		out.Speed.SamplesPerSecond = float64(s.steps*s.spec.Batch) / s.seconds
		out.Speed.StepRate *= float64(s.steps) / s.seconds
	} else {
		out.Speed.StepRate = 0
	}
	if out.Speed.GemmRate > 0 {
		out.Speed.Efficiency = out.Speed.StepRate / out.Speed.GemmRate
	}
	return out
}
