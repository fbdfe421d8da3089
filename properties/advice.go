package properties

import (
	"fmt"

	"bsnn/internal/words"
	"bsnn/montecarlo"
)

// WidthAdvice says which width the limit law asks for, where the widest networks of
// a sweep did not confirm a claim: "refuted at width 256: the limit law asks for 2,300
// for this tolerance". asked is [Claim.LimitLawWidth]; there is nothing to say where
// it is 0 or the claim is confirmed.
func WidthAdvice(outcome montecarlo.Outcome, widest, asked int) string {
	if asked == 0 || outcome == montecarlo.Confirmed {
		return ""
	}
	where := fmt.Sprintf("%s at width %s: the limit law asks for %s", outcome, words.Count(widest), words.Count(asked))
	if asked <= widest {
		return where + " only"
	}
	return where + " for this tolerance"
}
