package chart

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var unit = box{0, 0, 1, 1}

// anyPoint is inside the unit box, on its edge or outside.
func anyPoint(t *rapid.T, name string) point {
	coordinate := rapid.OneOf(rapid.Float64Range(-3, 4), rapid.SampledFrom([]float64{0, 0.5, 1, -farthest, farthest}))
	return point{coordinate.Draw(t, name+".x"), coordinate.Draw(t, name+".y")}
}

// A point of a segment is in the box if and only if it is on the clipped one.
func TestClippedSegment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := anyPoint(t, "p"), anyPoint(t, "q")
		from, to, any := unit.clipSegment(p, q)
		for i := range 101 {
			s := float64(i) / 100
			here := point{(1-s)*p.x + s*q.x, (1-s)*p.y + s*q.y}
			inside := 1e-9 < here.x && here.x < 1-1e-9 && 1e-9 < here.y && here.y < 1-1e-9
			if inside {
				require.True(t, any)
				detour := math.Hypot(here.x-from.x, here.y-from.y) + math.Hypot(here.x-to.x, here.y-to.y)
				require.InDelta(t, math.Hypot(to.x-from.x, to.y-from.y), detour, 1e-6)
			}
		}
		if any {
			require.True(t, unit.holds(from) && unit.holds(to), "%v %v", from, to)
		}
	})
}

// A line breaks where it leaves the box and where it is not a number.
func TestClippedLine(t *testing.T) {
	nan := math.NaN()
	require.Equal(t, [][]point{{{0, 0.5}, {0.5, 0.5}, {0.5, 1}}, {{0.2, 0.2}, {0.3, 0.3}}},
		unit.clipLine([]point{{-1, 0.5}, {0.5, 0.5}, {0.5, 2}, {nan, 0}, {0.2, 0.2}, {0.3, 0.3}, {0.4, nan}}))
	require.Equal(t, [][]point{{{0.5, 0.5}, {0.5, 1}}, {{0.6, 1}, {0.6, 0.5}}},
		unit.clipLine([]point{{0.5, 0.5}, {0.5, 3}, {0.6, 3}, {0.6, 0.5}}))
	require.Empty(t, unit.clipLine([]point{{-1, -1}, {2, -1}}))
	require.Empty(t, unit.clipLine([]point{{0.5, 0.5}}))
}

// The area of a clipped triangle is that of the points of it in the box.
func TestClippedArea(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Float64Range(-1, 2)
		var triangle []point
		for range 3 {
			triangle = append(triangle, point{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")})
		}
		clipped := unit.clipArea(triangle)
		for _, p := range clipped {
			require.True(t, unit.holds(p))
		}
		const n = 100
		hits := 0
		for i := range n {
			for j := range n {
				p := point{(float64(i) + 0.5) / n, (float64(j) + 0.5) / n}
				a, b, c := cross(triangle[0], triangle[1], p), cross(triangle[1], triangle[2], p), cross(triangle[2], triangle[0], p)
				if a > 0 == (b > 0) && b > 0 == (c > 0) {
					hits++
				}
			}
		}
		sum := 0.0
		for i, p := range clipped {
			sum += cross(point{}, p, clipped[(i+1)%len(clipped)]) / 2
		}
		require.InDelta(t, float64(hits)/(n*n), math.Abs(sum), 0.04)
	})
}

// cross is twice the signed area of the triangle a, b, c.
func cross(a, b, c point) float64 { return (b.x-a.x)*(c.y-a.y) - (b.y-a.y)*(c.x-a.x) }
