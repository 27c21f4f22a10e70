package main

import (
	"container/heap"
	"time"
)

// An alarm is a deadline with what to do about it.
type alarm struct {
	at   time.Time
	turn int // order of setting, among alarms of one instant
	ring func(now time.Time)
}

// alarmQueue orders alarms by instant, then by turn.
type alarmQueue []alarm

func (q alarmQueue) Len() int      { return len(q) }
func (q alarmQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q alarmQueue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].turn < q[j].turn
	}
	return q[i].at.Before(q[j].at)
}

// Push is for package heap.
func (q *alarmQueue) Push(x any) { *q = append(*q, x.(alarm)) }

// Pop is for package heap.
func (q *alarmQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// An alarmClock is an in-process timer over simulated time. The library hands out
// deadlines as data; this, a job queue or a durable-timer engine turns them into
// wake-ups. A wake-up that comes late, twice or never changes no verdict.
type alarmClock struct {
	queue alarmQueue
	turn  int
	now   time.Time
	// second is how much simulated time passes in a second of real time; zero:
	// nobody waits.
	second time.Duration
}

// set asks for a wake-up. An instant that has passed rings at once.
func (c *alarmClock) set(at time.Time, ring func(now time.Time)) {
	c.turn++
	heap.Push(&c.queue, alarm{at: at, turn: c.turn, ring: ring})
}

// run rings every alarm in order until none is left or the end is reached.
func (c *alarmClock) run(end time.Time) {
	for len(c.queue) > 0 && c.queue[0].at.Before(end) {
		next := heap.Pop(&c.queue).(alarm)
		if next.at.After(c.now) {
			c.wait(next.at.Sub(c.now))
			c.now = next.at
		}
		next.ring(c.now)
	}
	c.now = end
}

func (c *alarmClock) wait(d time.Duration) {
	if c.second <= 0 {
		return
	}
	timer := time.NewTimer(time.Duration(float64(d) / c.second.Seconds()))
	defer timer.Stop()
	<-timer.C
}
