package reports

import (
	"context"
	"fmt"

	"bsnn/theorem"
)

// A groundwork is what is known of an activation without any network: the card, the curves
// and the widths that theory asks for.
type groundwork struct {
	Result         SubjectResult // without measurements
	LimitLawWidths []int         // one for each claim
}

// groundwork is that of subject i: remembered, or computed and written down.
func (s *sweep) groundwork(ctx context.Context, i int) (groundwork, error) {
	subject := s.spec.Subjects[i]
	var known groundwork
	if s.opt.Journal != nil {
		found, err := s.opt.Journal.Get(subjectSection, subject.Key, &known)
		if err != nil {
			return known, &journalError{err}
		}
		if found {
			return known, s.checkGroundwork(known, subject)
		}
	}
	known, err := s.newGroundwork(ctx, i)
	if err == nil && s.opt.Journal != nil {
		if err := s.opt.Journal.Put(subjectSection, subject.Key, known); err != nil {
			return known, &journalError{err}
		}
	}
	return known, err
}

func (s *sweep) newGroundwork(ctx context.Context, i int) (groundwork, error) {
	subject := s.spec.Subjects[i]
	res, err := s.resolved(i)
	if err != nil {
		return groundwork{}, err
	}
	needs := background(func() ([]WidthNeed, error) { return s.spec.widthTheory(res) })
	out := groundwork{Result: SubjectResult{Subject: subject, Card: NewCard(res.judgement, theorem.NormalizedTolerance)}}
	card := &out.Result.Card
	if subject.AsIs {
		card.judgeAsIs(res)
	}
	for _, c := range s.spec.claims() {
		out.Result.Series = append(out.Result.Series, s.newSeries(c, res))
		width, err := c.LimitLawWidth(s.weights, res.profile)
		if err != nil {
			return out, fmt.Errorf("width by the limit law: %w", err)
		}
		out.LimitLawWidths = append(out.LimitLawWidths, width)
	}
	d, err := s.describe(ctx, subject, res)
	if err != nil {
		return out, err
	}
	out.Result.Curves, card.Maps, card.Warnings = d.curves, d.maps, append(card.Warnings, d.warnings...)
	if !subject.AsIs {
		if err := card.Answer(res.activation, res.profile, s.spec.Depth); err != nil {
			return out, fmt.Errorf("what theory answers: %w", err)
		}
	}
	if out.Result.Widths, err = needs(); err != nil {
		return out, fmt.Errorf("widths needed: %w", err)
	}
	return out, nil
}

// checkGroundwork says what is impossible in a groundwork that was read.
func (s *sweep) checkGroundwork(k groundwork, subject Subject) error {
	claims, depths := s.spec.claims(), s.spec.needDepths()
	if k.Result.Subject.Key != subject.Key || len(k.Result.Series) != len(claims) || len(k.LimitLawWidths) != len(claims) ||
		len(k.Result.Widths) != len(depths) {
		return fmt.Errorf("%s: what it has of %s is not of this sweep; want the file as bsnn report wrote it, or another folder",
			s.opt.Journal.Path(), subject.Key)
	}
	return nil
}
