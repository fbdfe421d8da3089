package reports

import (
	"fmt"
	"math/rand/v2"

	"bsnn/montecarlo"
	"bsnn/network/dataset"
	"bsnn/properties"
)

// inputImages is how many different images a report sends through networks;
// they share one embedding, whose memory grows with their number.
const inputImages = 32

// DescribeInput says what the input is and how it meets assumption (1). A nil
// set means synthetic input.
func DescribeInput(set *dataset.Set) (Input, error) {
	if set == nil {
		return Input{
			Source:    "synthetic",
			Statement: "x⁽¹⁾ is uniformly distributed on the sphere ‖x‖² = n, so assumption (1) holds exactly.",
		}, nil
	}
	summary, err := dataset.ThinShell(set.Train)
	if err != nil {
		return Input{}, fmt.Errorf("%s: %w", set.Name, err)
	}
	used := min(inputImages, set.Train.Len()-summary.Blank)
	if used < 1 {
		return Input{}, fmt.Errorf("%s: every training image is blank; want at least one with a direction", set.Name)
	}
	return Input{Source: set.Name, Statement: summary.Statement(), Used: used, Images: &summary, SHA256: set.Checksum()}, nil
}

// Vectors is the source of x⁽¹⁾ at one width. Images of set, which the input
// describes, are drawn without regard to their class, mapped into the width by
// one semi-orthogonal map and scaled onto the shell; trials use them in turn.
func (in Input) Vectors(seed uint64, set *dataset.Set, width int) (properties.Vector, error) {
	if set == nil {
		return properties.OnShell, nil
	}
	address := montecarlo.NewExperiment(seed, fmt.Sprintf("images n=%d", width)).Trial(0)
	choice, mapping := address.Layer(0), address.Layer(1)
	images, err := embedImages(in.Used, set.Train, width, &choice, &mapping)
	if err != nil {
		return nil, fmt.Errorf("%s at width %d: %w", set.Name, width, err)
	}
	return func(trial int, _ montecarlo.Stream, dst []float64) error {
		copy(dst, images[trial%len(images)])
		return nil
	}, nil
}

// embedImages embeds count different images that are not blank.
func embedImages(count int, from dataset.Images, width int, choice, mapping rand.Source) ([][]float64, error) {
	e, err := dataset.NewEmbedding(from.Dim, width, mapping)
	if err != nil {
		return nil, err
	}
	var out [][]float64
	for _, i := range rand.New(choice).Perm(from.Len()) {
		if len(out) == count {
			break
		}
		if blank(from.At(i)) {
			continue
		}
		x := make([]float64, width)
		if err := e.EmbedImage(x, from, i, dataset.UnitInterval()); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func blank(pixels []uint8) bool {
	for _, p := range pixels {
		if p != 0 {
			return false
		}
	}
	return true
}
