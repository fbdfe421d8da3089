package training

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// bits are the bytes of tensors.
func bits(t require.TestingT, state []tensor) []byte {
	var b bytes.Buffer
	require.NoError(t, writeTensors(&b, state))
	return b.Bytes()
}

// Interrupted anywhere, as often as it may be, and resumed, a run ends with the
// bits of one that was not interrupted: weights, momenta, statistics, records.
func TestResumingGivesTheSameBits(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t)
		s.DType = rapid.SampledFrom([]DType{Float64, Float32}).Draw(t, "dtype")
		if s.Weights == Haar && s.Optimizer.Method != Adam {
			s.Constraint = rapid.SampledFrom([]Constraint{Free, UnitRows, Polar}).Draw(t, "constraint")
		}
		s.Optimizer.Schedule = rapid.SampledFrom([]Schedule{
			{Kind: Constant}, {Kind: Cosine, Warmup: 2}, {Kind: StepDown, Every: 1, Factor: 0.5},
		}).Draw(t, "schedule")
		data := drawData(t, s)
		workers := rapid.IntRange(1, 2).Draw(t, "workers")
		products := rapid.SampledFrom([]Products{AutoProducts, BLASProducts}).Draw(t, "products")
		whole, err := New(s, data, data)
		require.NoError(t, err)
		summary, err := whole.Train(context.Background(), Options{Workers: workers, Products: products})
		var diverged *DivergenceError
		if errors.As(err, &diverged) {
			t.Skip("this network explodes")
		}
		require.NoError(t, err)

		path := filepath.Join(dir, "checkpoint")
		os.Remove(path)
		run, err := New(s, data, data)
		require.NoError(t, err)
		for {
			ctx, cancel := context.WithCancel(context.Background())
			left := rapid.IntRange(1, 6).Draw(t, "steps until the interruption")
			got, err := run.Train(ctx, Options{
				Checkpoint: path, Workers: workers, Products: products, ProgressInterval: 1,
				Progress: func(Progress) {
					if left--; left == 0 {
						cancel()
					}
				},
			})
			cancel()
			if err == nil {
				require.True(t, got.Complete)
				require.Equal(t, fmt.Sprint(*summary.Test), fmt.Sprint(*got.Test)) // also where a loss is NaN
				break
			}
			require.ErrorIs(t, err, context.Canceled)
			run, err = Resume(path, s, data, data)
			require.NoError(t, err)
		}
		require.Equal(t, bits(t, whole.state()[:len(whole.machine.tensors())]), bits(t, run.state()[:len(run.machine.tensors())]))
		require.Equal(t, untimed(t, whole.Records()), untimed(t, run.Records()))
		resumed, err := Resume(path, s, data, data)
		require.NoError(t, err)
		require.Equal(t, bits(t, run.state()), bits(t, resumed.state()))
	})
}

// untimed leaves out what depends on the clock.
func untimed(t require.TestingT, records []EpochRecord) string {
	for i := range records {
		records[i].Seconds, records[i].SamplesPerSecond = 0, 0
	}
	text, err := json.Marshal(records)
	require.NoError(t, err)
	return string(text)
}

const (
	victimVariable = "BSNN_TRAINING_VICTIM"
	victimSteps    = "BSNN_TRAINING_VICTIM_STEPS"
)

// victimSpec is a run of that many steps; of 0, one that does not end by itself
// in a test's time.
func victimSpec(steps int) (Spec, *teacher) {
	s, train, _ := small()
	s.Epochs, s.Steps = 1_000_000, steps
	return s, train
}

// victim trains until it is killed or done, from a checkpoint if there is one.
func victim() {
	path := os.Getenv(victimVariable)
	steps, err := strconv.Atoi(os.Getenv(victimSteps))
	var run *Run
	if err == nil {
		s, train := victimSpec(steps)
		if run, err = Resume(path, s, train, nil); os.IsNotExist(unwrapped(err)) {
			run, err = New(s, train, nil)
		}
	}
	if err == nil {
		_, err = run.Train(context.Background(), Options{Checkpoint: path, CheckpointSteps: 7, Workers: 2})
	}
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
}

func unwrapped(err error) error {
	if e, ok := err.(*CheckpointError); ok {
		return e.Err
	}
	return err
}

// A process that is killed at random moments and started again gets on from
// checkpoint to checkpoint, and ends with the bits of one that was left alone.
func TestKilledProcessLosesNothingButTime(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	path := filepath.Join(t.TempDir(), "checkpoint")
	var said bytes.Buffer
	start := func(steps int) *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), victimVariable+"="+path, victimSteps+"="+strconv.Itoa(steps))
		cmd.Stderr = &said
		require.NoError(t, cmd.Start())
		return cmd
	}
	reached := func() int {
		s, train := victimSpec(0)
		run, err := Resume(path, s, train, nil)
		require.NoError(t, err)
		return run.Step()
	}
	steps := 0
	for range 4 {
		cmd := start(0)
		awaitChange(t, path)
		time.Sleep(time.Duration(r.Int64N(int64(100 * time.Millisecond))))
		require.NoError(t, cmd.Process.Kill())
		require.Error(t, cmd.Wait())
		require.False(t, cmd.ProcessState.Exited(), "it was to be killed, and said: %s", said.String())
		now := reached()
		require.Greater(t, now, steps)
		steps = now
	}
	steps += 1 + r.IntN(20)
	require.NoError(t, start(steps).Wait(), said.String())
	require.Empty(t, said.String())

	s, train := victimSpec(steps)
	got, err := Resume(path, s, train, nil)
	require.NoError(t, err)
	require.Equal(t, steps, got.Step())
	whole, err := New(s, train, nil)
	require.NoError(t, err)
	_, err = whole.Train(context.Background(), Options{Workers: 2})
	require.NoError(t, err)
	require.Equal(t, bits(t, whole.machine.tensors()), bits(t, got.machine.tensors()))
	t.Logf("killed on the way to step %d", steps)
}

// awaitChange waits until a file is there, or another one than it was.
func awaitChange(t *testing.T, path string) {
	t.Helper()
	before, _ := os.Stat(path)
	require.Eventually(t, func() bool {
		now, err := os.Stat(path)
		return err == nil && (before == nil || !os.SameFile(before, now) || !now.ModTime().Equal(before.ModTime()))
	}, time.Minute, time.Millisecond)
}

func written(t testing.TB) (path string, s Spec, train *teacher) {
	s, train, _ = small()
	s.Depth, s.Epochs = 3, 1
	run, err := New(s, train, nil)
	require.NoError(t, err)
	path = filepath.Join(t.TempDir(), "checkpoint")
	_, err = run.Train(context.Background(), Options{Checkpoint: path})
	require.NoError(t, err)
	return path, s, train
}

// A file that is cut or changed in any place is refused with a line that names
// it.
func TestDamagedCheckpointsAreRefused(t *testing.T) {
	path, s, train := written(t)
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	damaged := filepath.Join(t.TempDir(), "damaged")
	header := len(checkpointMagic) + 8 + int(binary.LittleEndian.Uint64(good[len(checkpointMagic):]))
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.OneOf(rapid.IntRange(0, header), rapid.IntRange(0, len(good)-1)).Draw(t, "place")
		bad := bytes.Clone(good)
		switch rapid.IntRange(0, 2).Draw(t, "damage") {
		case 0:
			bad = bad[:at]
		case 1:
			bad[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		case 2:
			bad = append(bad, 0)
		}
		require.NoError(t, os.WriteFile(damaged, bad, 0o600))
		_, err := Resume(damaged, s, train, nil)
		var c *CheckpointError
		require.ErrorAs(t, err, &c)
		require.Equal(t, damaged, c.Path)
		require.NotContains(t, err.Error(), "\n")
	})
	_, err = Resume(path, s, train, nil)
	require.NoError(t, err)
}

func TestCheckpointOfAnotherRunIsRefused(t *testing.T) {
	path, s, train := written(t)
	refused := func(change func(*Spec), want ...string) {
		t.Helper()
		other := s
		change(&other)
		_, err := Resume(path, other, train, nil)
		var c *CheckpointError
		require.ErrorAs(t, err, &c)
		for _, w := range want {
			require.ErrorContains(t, err, w)
		}
	}
	refused(func(s *Spec) { s.Width = 50 }, "width is 48, here it is 50")
	refused(func(s *Spec) { s.DType = Float64 }, "dtype", "float32")
	refused(func(s *Spec) { s.Optimizer.Momentum = 0.5 }, "optimizer.momentum is 0.9", "0.5")
	refused(func(s *Spec) { s.Optimizer.Schedule.Warmup = 3 }, "optimizer.schedule.warmup")
	refused(func(s *Spec) { s.Seed++ }, "seed is 0, here it is 1")
	_, err := Resume(path, s, newTeacher(9, 1000, 20, 3), nil)
	require.ErrorContains(t, err, "other data")
	_, err = Resume(filepath.Join(t.TempDir(), "none"), s, train, nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	more := s
	more.Epochs = 5
	_, err = Resume(path, more, train, nil)
	require.NoError(t, err, "more epochs are no other run")
}

// spoilt is data with one number changed.
type spoilt struct {
	Targets
	row, at, label, target int // which, −1 for none
}

func (s spoilt) Row(dst []float64, i int) {
	s.Targets.Row(dst, i)
	if i == s.row {
		dst[s.at] = math.Nextafter(dst[s.at], 9)
	}
}

func (s spoilt) Label(i int) int {
	if i == s.label {
		return (s.Targets.Label(i) + 1) % s.Classes()
	}
	return s.Targets.Label(i)
}

func (s spoilt) Target(dst []float64, i int) {
	s.Targets.Target(dst, i)
	if i == s.target {
		dst[0]++
	}
}

// regression is data with targets.
type regression struct{ Data }

func (r regression) Target(dst []float64, i int) {
	for j := range dst {
		dst[j] = float64(i + j)
	}
}

// One number changed anywhere makes other data.
func TestChecksumCoversAllData(t *testing.T) {
	data := regression{newTeacher(1, 40, 5, 3)}
	require.Equal(t, Checksum(data), Checksum(spoilt{data, -1, 0, -1, -1}))
	require.NotEqual(t, Checksum(data), Checksum(data.Data), "targets count")
	seen := map[string]bool{Checksum(data): true}
	for i := range data.Len() {
		for _, s := range []spoilt{{data, i, i % 5, -1, -1}, {data, -1, 0, i, -1}, {data, -1, 0, -1, i}} {
			sum := Checksum(s)
			require.False(t, seen[sum], "%+v", s)
			seen[sum] = true
		}
	}
}

// A file that is there is not replaced, but by the run that was resumed from
// it.
func TestNothingIsOverwritten(t *testing.T) {
	path, s, train := written(t)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	run, err := New(s, train, nil)
	require.NoError(t, err)
	_, err = run.Train(context.Background(), Options{Checkpoint: path})
	require.ErrorIs(t, err, os.ErrExist)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Zero(t, run.Step())

	s.Epochs = 2
	run, err = Resume(path, s, train, nil)
	require.NoError(t, err)
	_, err = run.Train(context.Background(), Options{Checkpoint: path})
	require.NoError(t, err)
	after, err = os.ReadFile(path)
	require.NoError(t, err)
	require.NotEqual(t, before, after)
}

func TestCheckpointThatCannotBeWritten(t *testing.T) {
	s, train, _ := small()
	s.Depth, s.Epochs = 2, 1
	run, err := New(s, train, nil)
	require.NoError(t, err)
	_, err = run.Train(context.Background(), Options{Checkpoint: filepath.Join(t.TempDir(), "no", "such", "folder")})
	var c *CheckpointError
	require.ErrorAs(t, err, &c)
}

func TestInfiniteNumbersAreNullInJSON(t *testing.T) {
	record := (&sums{counts: counts{Steps: 1}, totals: make([]float64, totals), x: []float64{1, 1, 1}, d: []float64{1, 0},
		grad: []float64{1, 0}}).record()
	text, err := json.Marshal(record)
	require.NoError(t, err)
	require.Contains(t, string(text), `"gradient_ratio":null`)
	var back EpochRecord
	require.NoError(t, json.Unmarshal(text, &back))
	require.True(t, back.GradientRatio != back.GradientRatio)
}
