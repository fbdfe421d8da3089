package training

import (
	"bsnn/internal/openblas"
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"testing"
)

type rnd struct{ n, m int }

func (t rnd) Len() int     { return t.n }
func (t rnd) Inputs() int  { return t.m }
func (t rnd) Classes() int { return 10 }
func (t rnd) Row(d []float64, i int) {
	r := rand.New(rand.NewSource(int64(i)))
	for j := range d {
		d[j] = r.NormFloat64()
	}
}
func (t rnd) Label(i int) int { return i % 10 }
func TestSpeed(t *testing.T) {
	b, _ := openblas.Use(os.Getenv("BSNN_BLAS"))
	fmt.Println(b.Status())
	for _, dt := range []DType{Float64, Float32} {
		s := Default()
		s.Inputs, s.Classes = 100, 10
		s.DType = dt
		s.Steps = 12
		if a := os.Getenv("ACT"); a != "" {
			s.Activation = a
		}
		s.Width = 500
		r, err := New(s, rnd{2000, 100}, nil)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := r.Train(context.Background(), Options{})
		b, _ := json.Marshal(sum.Speed)
		fmt.Println(string(b), err)
	}
}
