package training

import "time"

// What the time of a step is spent on.
const (
	gemmTime = iota
	activationTime
	updateTime
	otherTime
	kindsOfTime
)

// A clock adds up the time that worker 0 spends on each kind of work; the
// workers have equal parts.
type clock struct {
	base  time.Time
	last  time.Duration
	spent [kindsOfTime]time.Duration
}

func (c *clock) reset() { *c = clock{base: time.Now()} }

// start begins a lap.
func (c *clock) start(worker int) {
	if worker == 0 {
		c.last = time.Since(c.base)
	}
}

// lap books the time since the last lap.
func (c *clock) lap(worker, kind int) {
	if worker != 0 {
		return
	}
	now := time.Since(c.base)
	c.spent[kind] += now - c.last
	c.last = now
}

// shares are what parts of the time went where; zeros before any has been spent.
func (c *clock) shares() Shares {
	var total float64
	for _, d := range c.spent {
		total += d.Seconds()
	}
	if total == 0 {
		return Shares{}
	}
	share := func(kind int) float64 { return c.spent[kind].Seconds() / total }
	return Shares{share(gemmTime), share(activationTime), share(updateTime), share(otherTime)}
}
