package loyalty

import (
	"slices"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// goalPurchase marks progress that comes from an order.
const goalPurchase = "purchase"

// event is the custom event that a challenge counts.
func (c *ChallengeSpec) event() string {
	switch c.Goal {
	case GoalEvents:
		return c.Event
	case GoalVisits:
		return "visit"
	}
	return ""
}

// step is what a command counts for a challenge.
func (c *ChallengeSpec) step(what, event string, count, spend int64, earned Points) int64 {
	switch c.Goal {
	case GoalPurchases:
		if what == goalPurchase {
			return 1
		}
	case GoalVisits:
		if what == goalPurchase {
			return 1
		}
		if event == "visit" {
			return count
		}
	case GoalSpend:
		if what == goalPurchase {
			return spend
		}
	case GoalEvents:
		if event == c.Event && event != "" {
			return count
		}
	case GoalPoints:
		return int64(earned)
	}
	return 0
}

// progress moves the challenges on that a command counts for. A challenge is
// completed in a period that reaches its target; with a streak, in so many periods
// in a row, where a period that is missed starts it anew.
func (s *session) progress(what, event string, count, spend int64, at Instant) {
	on := s.p.date(at)
	for i := range s.p.spec.Challenges {
		c := &s.p.spec.Challenges[i]
		n := c.step(what, event, count, spend, s.res.Earned)
		if n == 0 || (!c.From.IsZero() && on.before(c.From)) || (!c.Until.IsZero() && !on.before(c.Until)) {
			continue
		}
		s.advance(c, n, at)
	}
}

func (s *session) advance(c *ChallengeSpec, n int64, at Instant) {
	a := s.state()
	st := a.challenge(c.ID)
	period := c.Per.Key(at.in(s.p.zone))
	limit := max(c.Times, 1)
	if c.Times >= 0 && st.times >= limit {
		return
	}
	if st.id == "" || st.period != period {
		if st.id != "" && st.period > period {
			return // backdated into a period that is over
		}
		if !st.done || st.period != c.Per.before(at.in(s.p.zone)) {
			st.streak = 0
		}
		st.progress, st.done, st.period = 0, false, period
	}
	if st.done && c.Per != 0 && c.Per != PerLifetime {
		return
	}
	b := &ChallengeProgressed{Challenge: c.ID, Period: period, Progress: st.progress + n, Streak: st.streak, Times: st.times}
	if b.Progress >= c.Target {
		b.Streak++
		b.Done = true
		if b.Streak >= max(c.Streak, 1) {
			b.Completed, b.Badge, b.Streak = true, c.Badge, 0
			b.Times++
			if c.Per == 0 || c.Per == PerLifetime {
				b.Progress -= c.Target // what is over counts for the next time
				b.Done = false
			}
		}
	}
	s.note(Step{Code: TraceChallenge, Rule: c.ID, About: period, From: number(whole(c.Target)), To: number(whole(b.Progress))})
	s.emit(b)
	if b.Completed && c.Points > 0 {
		w, _ := s.p.wallet(c.Wallet)
		s.fold() // what the order itself gave takes room
		limited, _ := s.room(w, 0)
		if n := min(c.Points, limited); n > 0 {
			lot := s.issueAs(w, n, FromChallenge, s.c.Key+"/"+c.ID)
			s.res.Earned += lot.Points
		}
	}
}

// before names the period before the one that holds t.
func (p Period) before(t time.Time) string {
	on := civil.Of(t)
	switch p {
	case PerDay:
		on = on.AddDays(-1)
	case PerWeek:
		on = on.AddDays(-7)
	case PerMonth:
		on = civil.Date{Year: on.Year, Month: on.Month, Day: 1}.AddDays(-1)
	case PerYear:
		on = civil.Date{Year: on.Year - 1, Month: 12, Day: 31}
	}
	return p.Key(on.At(12*time.Hour, time.UTC))
}

func (a *Account) challenge(id string) challengeState {
	for _, c := range a.challenges {
		if c.id == id {
			return c
		}
	}
	return challengeState{}
}

// progress folds a step of a challenge.
func (a *Account) progress(b *ChallengeProgressed) {
	i := slices.IndexFunc(a.challenges, func(c challengeState) bool { return c.id == b.Challenge })
	if i < 0 {
		a.challenges = append(a.challenges, challengeState{id: b.Challenge})
		i = len(a.challenges) - 1
	}
	c := &a.challenges[i]
	c.period, c.progress, c.streak, c.times, c.done = b.Period, b.Progress, b.Streak, b.Times, b.Done
	if b.Badge != "" {
		c.badge = b.Badge
	}
}

// ChallengeView is how far a member is with a challenge.
type ChallengeView struct {
	Challenge string
	Period    string // that Progress counts in
	Progress  int64
	Streak    int64  // periods in a row so far
	Times     int64  // completed
	Badge     string // earned
}

// Challenges lists the challenges that the member has begun, in the order begun.
func (a *Account) Challenges() []ChallengeView {
	out := make([]ChallengeView, 0, len(a.challenges))
	for _, c := range a.challenges {
		out = append(out, ChallengeView{c.id, c.period, c.progress, c.streak, c.times, c.badge})
	}
	return out
}
