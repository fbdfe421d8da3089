package properties

import "bsnn/montecarlo"

// OutcomeOverWidths joins the outcomes of one claim at ascending widths. The statements
// are about n → ∞, so narrow networks may fail a true one: the claim is
// refuted if it is refuted at the widest width, confirmed if it is confirmed
// at the widest width that has an answer, and undecided otherwise. It also
// returns the index of the width where the answer was found, −1 if there is
// none.
func OutcomeOverWidths(outcomes []montecarlo.Outcome) (montecarlo.Outcome, int) {
	for i := len(outcomes) - 1; i >= 0; i-- {
		switch {
		case outcomes[i] == montecarlo.Confirmed:
			return montecarlo.Confirmed, i
		case outcomes[i] == montecarlo.Refuted && i == len(outcomes)-1:
			return montecarlo.Refuted, i
		case outcomes[i] == montecarlo.Refuted:
			return montecarlo.Undecided, -1
		}
	}
	return montecarlo.Undecided, -1
}

// JointOutcome is that of several claims together: refuted if one of them is,
// confirmed if all are and there is at least one, undecided otherwise.
func JointOutcome(outcomes []montecarlo.Outcome) montecarlo.Outcome {
	joint := montecarlo.Confirmed
	if len(outcomes) == 0 {
		joint = montecarlo.Undecided
	}
	for _, o := range outcomes {
		switch o {
		case montecarlo.Refuted:
			return montecarlo.Refuted
		case montecarlo.Undecided:
			joint = montecarlo.Undecided
		}
	}
	return joint
}
