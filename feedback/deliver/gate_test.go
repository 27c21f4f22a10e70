package deliver_test

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback"
	"github.com/rapport-go/rapport/feedback/deliver"
	"github.com/rapport-go/rapport/internal/golden"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) // a Tuesday

func gate(t require.TestingT, p deliver.Policy) *deliver.Gate {
	g, err := deliver.NewGate(p)
	require.NoError(t, err)
	return g
}

func request() *deliver.Request {
	return &deliver.Request{Survey: "nps", Channel: "email", Contact: deliver.Contact{
		ID: "c1", Zone: time.UTC, Consents: []deliver.Scope{{"email", deliver.Research}},
	}}
}

func decide(t require.TestingT, p deliver.Policy, r *deliver.Request, now time.Time) deliver.Decision {
	d, err := gate(t, p).Decide(r, now)
	require.NoError(t, err)
	return d
}

func nps(t require.TestingT, score int) feedback.Answer {
	a, err := feedback.NewNPS(score)
	require.NoError(t, err)
	return a
}

func share(v float64) *float64 { return &v }

func TestRules(t *testing.T) {
	t.Parallel()
	research := deliver.Policy{Purpose: deliver.Research}
	sent := func(survey string, ago time.Duration) deliver.Sent {
		return deliver.Sent{Survey: survey, At: noon.Add(-ago)}
	}
	rows := []struct {
		name   string
		change func(p *deliver.Policy, r *deliver.Request)
		want   deliver.Rule // zero is Send
	}{
		{"plain", func(*deliver.Policy, *deliver.Request) {}, 0},
		{"opted out", func(_ *deliver.Policy, r *deliver.Request) { r.Contact.OptedOut = true }, deliver.OptedOut},
		{"opted out here", func(_ *deliver.Policy, r *deliver.Request) { r.Contact.Optouts = []deliver.Scope{{"email", 0}} }, deliver.OptedOut},
		{"opted out of this", func(_ *deliver.Policy, r *deliver.Request) {
			r.Contact.Optouts = []deliver.Scope{{"", deliver.Research}}
		}, deliver.OptedOut},
		{"opted out elsewhere", func(_ *deliver.Policy, r *deliver.Request) {
			r.Contact.Optouts = []deliver.Scope{{"sms", deliver.Research}, {"email", deliver.Marketing}}
		}, 0},
		{"opted out of everything by scope", func(_ *deliver.Policy, r *deliver.Request) { r.Contact.Optouts = []deliver.Scope{{}} }, deliver.OptedOut},
		{"consent of another purpose", func(p *deliver.Policy, _ *deliver.Request) { p.Purpose = deliver.ReviewRequest }, deliver.ChannelNotConsented},
		{"consent of another channel", func(_ *deliver.Policy, r *deliver.Request) { r.Channel = "sms" }, deliver.ChannelNotConsented},
		{"an empty consent is none", func(_ *deliver.Policy, r *deliver.Request) { r.Contact.Consents = []deliver.Scope{{}} }, deliver.ChannelNotConsented},
		{"opt-out before consent", func(_ *deliver.Policy, r *deliver.Request) {
			r.Contact.OptedOut, r.Contact.Consents = true, nil
		}, deliver.OptedOut},
		{"duplicate", func(_ *deliver.Policy, r *deliver.Request) {
			r.Key, r.History.Sent = "k", []deliver.Sent{{Key: "k", Survey: "other", At: noon.Add(-9999 * time.Hour)}}
		}, deliver.Duplicate},
		{"ineligible", func(_ *deliver.Policy, r *deliver.Request) { r.Ineligible = "under 18" }, deliver.Ineligible},
		{"open case", func(p *deliver.Policy, r *deliver.Request) { p.SuppressOpenCase, r.Contact.OpenCase = true, true }, deliver.OpenCase},
		{"open case allowed", func(_ *deliver.Policy, r *deliver.Request) { r.Contact.OpenCase = true }, 0},
		{"score in range", func(p *deliver.Policy, r *deliver.Request) {
			p.Score, r.Follows = &deliver.ScoreRange{Instrument: feedback.NPS, Min: 0, Max: 6}, nps(t, 3)
		}, 0},
		{"score outside", func(p *deliver.Policy, r *deliver.Request) {
			p.Score, r.Follows = &deliver.ScoreRange{Instrument: feedback.NPS, Min: 0, Max: 6}, nps(t, 7)
		}, deliver.ScoreOutside},
		{"no score", func(p *deliver.Policy, _ *deliver.Request) {
			p.Score = &deliver.ScoreRange{Instrument: feedback.NPS, Min: 0, Max: 10}
		}, deliver.ScoreOutside},
		{"nobody sampled", func(p *deliver.Policy, _ *deliver.Request) { p.SampleRate = share(0) }, deliver.NotSampled},
		{"everybody sampled", func(p *deliver.Policy, _ *deliver.Request) { p.SampleRate = share(1) }, 0},
		{"once", func(p *deliver.Policy, r *deliver.Request) {
			p.Display, r.History.Sent = deliver.Once, []deliver.Sent{sent("nps", 9999*time.Hour)}
		}, deliver.Shown},
		{"once, another survey", func(p *deliver.Policy, r *deliver.Request) {
			p.Display, r.History.Sent = deliver.Once, []deliver.Sent{sent("csat", time.Hour)}
		}, 0},
		{"until answered", func(p *deliver.Policy, r *deliver.Request) {
			p.Display, r.History.Sent = deliver.UntilAnswered, []deliver.Sent{sent("nps", time.Hour), sent("nps", time.Minute)}
		}, 0},
		{"answered", func(p *deliver.Policy, r *deliver.Request) {
			p.Display, r.History.Answers = deliver.UntilAnswered, []deliver.Answer{{"nps", noon.Add(-time.Hour)}}
		}, deliver.Shown},
		{"two times", func(p *deliver.Policy, r *deliver.Request) {
			p.Display, p.DisplayTimes, r.History.Sent = deliver.Times, 2, []deliver.Sent{sent("nps", time.Hour), sent("nps", time.Minute)}
		}, deliver.Shown},
		{"a reminder is no send", func(p *deliver.Policy, r *deliver.Request) {
			p.MinGapAny, r.History.Sent = deliver.Day, []deliver.Sent{{Survey: "nps", At: noon.Add(-time.Hour), Reminder: true}}
		}, 0},
		{"no zone", func(p *deliver.Policy, r *deliver.Request) {
			p.Hours, r.Contact.Zone = &deliver.Hours{From: 0, To: 24 * 60}, nil
		}, deliver.UnknownZone},
		{"never open", func(p *deliver.Policy, _ *deliver.Request) {
			closed := &deliver.Hours{From: 9 * 60, To: 17 * 60, Weekdays: []int{1}}
			for d := range 60 {
				day := time.Date(2026, 3, 9+7*d, 0, 0, 0, 0, time.UTC)
				closed.Holidays = append(closed.Holidays, deliver.Date{Year: day.Year(), Month: day.Month(), Day: day.Day()})
			}
			p.Hours = closed
		}, deliver.NeverOpen},
		{"stale", func(p *deliver.Policy, r *deliver.Request) {
			p.EventTTL, r.EventAt = time.Hour, noon.Add(-time.Hour-1)
		}, deliver.StaleEvent},
		{"just fresh", func(p *deliver.Policy, r *deliver.Request) { p.EventTTL, r.EventAt = time.Hour, noon.Add(-time.Hour) }, 0},
		{"no event", func(p *deliver.Policy, _ *deliver.Request) { p.EventTTL = time.Hour }, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p, r := research, request()
			row.change(&p, r)
			d := decide(t, p, r, noon)
			require.Equal(t, row.want, d.Reason, d.Explain(nil))
			require.Equal(t, row.want == 0, d.Verdict == deliver.Send)
			require.Len(t, d.Trace, 16, "every rule has its line")
			for i, c := range d.Trace {
				if i > 0 {
					require.Greater(t, c.Rule, d.Trace[i-1].Rule)
				}
				require.NotZero(t, c.Status)
			}
		})
	}
}

// At exactly thirty days of 24 hours the gap allows; one second less denies, eligible a
// second later. The change of clocks of 8 March moves nothing.
func TestGapToTheSecond(t *testing.T) {
	t.Parallel()
	p := deliver.Policy{Purpose: deliver.Research, MinGapAny: 30 * deliver.Day}
	r := request()
	r.Contact.Zone = zone(t, "America/New_York")
	sent := time.Date(2026, 2, 20, 23, 30, 0, 0, r.Contact.Zone)
	r.History.Sent = []deliver.Sent{{Survey: "x", At: sent}}
	free := sent.Add(720 * time.Hour)
	require.Equal(t, deliver.Send, decide(t, p, r, free).Verdict)
	d := decide(t, p, r, free.Add(-time.Second))
	require.Equal(t, deliver.MinGapAny, d.Reason)
	require.True(t, d.EligibleAt.Equal(free))
}

func TestReviewGating(t *testing.T) {
	t.Parallel()
	p := deliver.Policy{Purpose: deliver.ReviewRequest, Score: &deliver.ScoreRange{Instrument: feedback.NPS, Min: 9, Max: 10}}
	_, err := deliver.NewGate(p)
	require.ErrorIs(t, err, deliver.ErrReviewGating)
	require.ErrorIs(t, err, deliver.ErrPolicy)
	_, err = deliver.ParsePolicy([]byte(`{"purpose": "review_request", "score": {"instrument": "csat", "min": 4}}`))
	require.ErrorIs(t, err, deliver.ErrReviewGating)
	p = deliver.Policy{Purpose: deliver.ReviewRequest, SuppressOpenCase: true, EventTTL: time.Hour}
	_, err = deliver.NewGate(p)
	require.ErrorIs(t, err, deliver.ErrReviewGating, "who complained would never be asked")
	for _, purpose := range []deliver.Purpose{deliver.Research, deliver.ReviewRequest, deliver.Marketing} {
		require.NoError(t, deliver.SuggestedPolicy(purpose).Validate())
	}
}

func TestPolicyFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := deliver.NewGate(deliver.Policy{
		SampleRate: share(math.NaN()), Display: deliver.Times, MinGapAny: -1, MinGapSame: math.MaxInt64,
		Caps: []deliver.Cap{{0, 0}}, Hours: &deliver.Hours{From: 600, To: 600, Weekdays: []int{0, 8}, Holidays: []deliver.Date{{2026, 2, 30}}},
		Score: &deliver.ScoreRange{Instrument: feedback.CSAT, Min: 0, Max: 9}, Reminders: &deliver.Reminders{},
	})
	require.ErrorIs(t, err, deliver.ErrPolicy)
	for _, field := range []string{
		"purpose", "sample_rate", "display_times", "min_gap_any", "min_gap_same", "max_per_window[0].n", "max_per_window[0].days",
		"window.to", "window.weekdays[0]", "window.weekdays[1]", "window.holidays[0]", "score 0 to 9", "reminders.max", "reminders.every",
	} {
		require.ErrorContains(t, err, field)
	}
	_, err = deliver.ParsePolicy([]byte(`{"min_gap_any_days": -1, "sample_rate": "half", "colour": 1, "window": {"from": "9:00", "to": "25:00"}}`))
	require.ErrorIs(t, err, deliver.ErrPolicy)
	for _, field := range []string{"sample_rate", "colour", "window.from", "window.to"} {
		require.ErrorContains(t, err, field)
	}
	_, err = deliver.ParsePolicy([]byte(`{"min_gap_any_days": 999999999}`))
	require.ErrorContains(t, err, "min_gap_any_days")
}

func TestRequestFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := gate(t, deliver.Policy{Purpose: deliver.Research}).Decide(&deliver.Request{}, time.Time{})
	require.ErrorIs(t, err, deliver.ErrRequest)
	for _, field := range []string{"Survey", "Channel", "Contact.ID", "now"} {
		require.ErrorContains(t, err, field)
	}
}

// odd is a host's calendar that is open in odd hours (UTC).
type odd struct{}

func (odd) NextOpen(t time.Time) (time.Time, error) {
	if t.UTC().Hour()%2 == 1 {
		return t, nil
	}
	return t.Truncate(time.Hour).Add(time.Hour), nil
}

type broken struct{ err error }

func (b broken) NextOpen(t time.Time) (time.Time, error) { return t.Add(-1), b.err }

func TestTwoCalendars(t *testing.T) {
	t.Parallel()
	p := deliver.Policy{Purpose: deliver.Research, Hours: &deliver.Hours{From: 14*60 + 30, To: 15*60 + 30}}
	r := request()
	r.Hours = odd{}
	d := decide(t, p, r, noon)
	require.Equal(t, deliver.Defer, d.Verdict)
	require.Equal(t, "2026-03-10T15:00:00Z", d.At.Format(time.RFC3339), "the first instant at which both are open")
	require.Equal(t, deliver.Send, decide(t, p, r, d.At).Verdict)
	p.Hours = &deliver.Hours{From: 14 * 60, To: 15 * 60}
	require.Equal(t, deliver.NeverOpen, decide(t, p, r, noon).Reason)
	r.Hours = broken{}
	_, err := gate(t, deliver.Policy{Purpose: deliver.Research}).Decide(r, noon)
	require.ErrorIs(t, err, deliver.ErrCalendar)
	boom := errors.New("boom")
	r.Hours = broken{boom}
	_, err = gate(t, deliver.Policy{Purpose: deliver.Research}).Decide(r, noon)
	require.ErrorIs(t, err, boom)
}

func TestExplain(t *testing.T) {
	t.Parallel()
	p := deliver.SuggestedPolicy(deliver.Research)
	p.Caps = []deliver.Cap{{2, 30 * deliver.Day}}
	p.SampleRate = share(0.9)
	p.Hours = &deliver.Hours{From: 9 * 60, To: 18 * 60, Weekdays: []int{1, 2, 3, 4, 5}}
	r := request()
	r.Contact.Zone = zone(t, "Asia/Tokyo")
	r.EventAt = noon.Add(-48 * time.Hour)
	var text string
	show := func(name string, change func()) {
		change()
		d := decide(t, p, r, noon)
		text += name + ": " + d.Explain(r.Contact.Zone) + "\n"
	}
	show("first request, at nine in the evening", func() {})
	show("one survey three weeks ago, two answers", func() {
		r.History.Sent = []deliver.Sent{{Survey: "csat", At: noon.Add(-21 * deliver.Day)}, {Survey: "nps", At: noon.Add(-60 * deliver.Day)}}
	})
	show("an old event", func() { r.History, r.EventAt = deliver.History{}, noon.Add(-70*time.Hour) })
	show("opted out", func() { r.Contact.OptedOut = true })
	golden.Equal(t, "testdata/explain.txt", text)
}

func somePolicy() *rapid.Generator[deliver.Policy] {
	return rapid.Custom(func(t *rapid.T) deliver.Policy {
		days := func(label string, top int) time.Duration {
			return time.Duration(rapid.IntRange(0, top).Draw(t, label)) * deliver.Day
		}
		p := deliver.Policy{
			Purpose: deliver.Research, SuppressOpenCase: rapid.Bool().Draw(t, "suppress"),
			MinGapAny: days("any", 60), MinGapSame: days("same", 120), AfterResponse: days("after", 30),
			EventTTL: time.Duration(rapid.IntRange(0, 100).Draw(t, "ttl")) * time.Hour,
			Display:  deliver.Display(rapid.IntRange(0, 3).Draw(t, "display")),
		}
		if rapid.Bool().Draw(t, "sampled") {
			p.SampleRate = share(rapid.Float64Range(0, 1).Draw(t, "rate"))
		}
		for range rapid.IntRange(0, 2).Draw(t, "caps") {
			p.Caps = append(p.Caps, deliver.Cap{N: rapid.IntRange(1, 3).Draw(t, "n"), Window: days("window", 60) + deliver.Day})
		}
		if rapid.Bool().Draw(t, "hours") {
			from := rapid.IntRange(0, 23*60).Draw(t, "from")
			p.Hours = &deliver.Hours{From: deliver.Clock(from), To: deliver.Clock(rapid.IntRange(from+1, 24*60).Draw(t, "to"))}
			for d := 1; d <= 7; d++ {
				if rapid.Bool().Draw(t, "day") {
					p.Hours.Weekdays = append(p.Hours.Weekdays, d)
				}
			}
		}
		return p
	})
}

var zones = []string{"UTC", "America/New_York", "Asia/Tokyo", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Auckland", "America/Santiago", "Europe/London"}

func someRequest() *rapid.Generator[*deliver.Request] {
	return rapid.Custom(func(t *rapid.T) *deliver.Request {
		r := request()
		r.Contact.ID = rapid.StringN(1, 8, 20).Draw(t, "id")
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		require.NoError(t, err)
		r.Contact.Zone = loc
		r.Contact.OpenCase = rapid.Bool().Draw(t, "case")
		r.EventAt = noon.Add(-time.Duration(rapid.IntRange(0, 100).Draw(t, "event")) * time.Hour)
		for range rapid.IntRange(0, 6).Draw(t, "sends") {
			r.History.Sent = append(r.History.Sent, someSend().Draw(t, "send"))
		}
		for range rapid.IntRange(0, 2).Draw(t, "answers") {
			r.History.Answers = append(r.History.Answers, deliver.Answer{
				Survey: rapid.SampledFrom([]string{"nps", "csat"}).Draw(t, "survey"),
				At:     noon.Add(-time.Duration(rapid.IntRange(0, 90*24).Draw(t, "ago")) * time.Hour),
			})
		}
		return r
	})
}

func someSend() *rapid.Generator[deliver.Sent] {
	return rapid.Custom(func(t *rapid.T) deliver.Sent {
		return deliver.Sent{
			Survey: rapid.SampledFrom([]string{"nps", "csat", "ces"}).Draw(t, "survey"),
			At:     noon.Add(-time.Duration(rapid.IntRange(0, 200*24).Draw(t, "ago")) * time.Hour),
		}
	})
}

// Property 20 of delivery.
func TestDecideProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, r := somePolicy().Draw(t, "policy"), someRequest().Draw(t, "request")
		now := noon.Add(time.Duration(rapid.IntRange(0, 200*60).Draw(t, "minute")) * time.Minute)
		d := decide(t, p, r, now)
		require.Len(t, d.Trace, 16)
		for i := 1; i < len(d.Trace); i++ {
			require.Greater(t, d.Trace[i].Rule, d.Trace[i-1].Rule, "the rules in their order, each once")
		}
		require.Equal(t, d, decide(t, p, r, now), "the same input gives the same decision")
		shuffled := *r
		shuffled.History.Sent = rapid.Permutation(r.History.Sent).Draw(t, "order")
		other := decide(t, p, &shuffled, now)
		require.Equal(t, d.Verdict, other.Verdict)
		require.True(t, d.EligibleAt.Equal(other.EligibleAt))

		more := *r
		more.History.Sent = append(append([]deliver.Sent{}, r.History.Sent...), someSend().Draw(t, "one more"))
		if decide(t, p, &more, now).Verdict != deliver.Deny {
			require.NotEqual(t, deliver.Deny, d.Verdict, "one more send never turns a deny into a send")
		}
		wider := p
		wider.MinGapAny += deliver.Day
		wider.MinGapSame += 7 * deliver.Day
		wider.AfterResponse += deliver.Day
		if decide(t, wider, r, now).Verdict != deliver.Deny {
			require.NotEqual(t, deliver.Deny, d.Verdict, "a longer gap never turns a deny into a send")
		}
		switch {
		case d.Verdict == deliver.Send:
			require.True(t, d.At.Equal(now))
		case d.Verdict == deliver.Defer:
			require.True(t, d.At.After(now))
			require.Equal(t, deliver.Send, decide(t, p, r, d.At).Verdict, "the window is open then")
			quiet, err := p.Hours.In(r.Contact.Zone)
			require.NoError(t, err)
			require.Zero(t, quiet.Between(now, d.At), "and at no earlier instant")
		case !d.EligibleAt.IsZero():
			require.True(t, d.EligibleAt.After(now))
			then := decide(t, p, r, d.EligibleAt)
			for _, rule := range []deliver.Rule{deliver.MinGapAny, deliver.MinGapSame, deliver.AfterResponse, deliver.MaxPerWindow} {
				require.NotEqual(t, rule, then.Reason, "at the eligible instant no gap is in the way")
			}
			require.Equal(t, d.Reason, decide(t, p, r, d.EligibleAt.Add(-1)).Reason, "and an instant earlier the same one is")
		}
	})
}

// What is older than the look-back never matters.
func TestLookback(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, r := somePolicy().Draw(t, "policy"), someRequest().Draw(t, "request")
		g := gate(t, p)
		back, ok := g.Lookback()
		require.Equal(t, p.Display <= deliver.Always, ok)
		if !ok {
			return
		}
		d, err := g.Decide(r, noon)
		require.NoError(t, err)
		recent := *r
		recent.History = deliver.History{}
		for _, s := range r.History.Sent {
			if s.At.After(noon.Add(-back)) {
				recent.History.Sent = append(recent.History.Sent, s)
			}
		}
		for _, a := range r.History.Answers {
			if a.At.After(noon.Add(-back)) {
				recent.History.Answers = append(recent.History.Answers, a)
			}
		}
		short, err := g.Decide(&recent, noon)
		require.NoError(t, err)
		require.Equal(t, d.Verdict, short.Verdict)
		require.True(t, d.EligibleAt.Equal(short.EligibleAt))
	})
}

// Property 21: the share of a sample is within binomial limits, and samples nest.
func TestSampling(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0.01, 0.1, 0.5, 0.9} {
		const n = 20000
		in := 0
		for i := range n {
			id := fmt.Sprintf("contact-%d", i)
			if deliver.Sampled(id, "nps", rate) {
				in++
				require.True(t, deliver.Sampled(id, "nps", rate+0.05))
			}
			require.True(t, deliver.Sampled(id, "nps", 1))
			require.False(t, deliver.Sampled(id, "nps", 0))
		}
		require.InDelta(t, rate*n, in, 5*math.Sqrt(rate*(1-rate)*n))
	}
	require.False(t, deliver.Sampled("a", "b", math.NaN()))
	require.True(t, deliver.Sampled("a", "b", 7))
}

func TestDigest(t *testing.T) {
	t.Parallel()
	p, r := deliver.SuggestedPolicy(deliver.Research), request()
	d := decide(t, p, r, noon)
	seen := map[uint64]bool{d.Digest: true}
	changes := []func(){
		func() { r.Contact.ID = "c2" },
		func() { r.Contact.OpenCase = true },
		func() { r.History.Sent = append(r.History.Sent, deliver.Sent{Survey: "x", At: noon.Add(-time.Hour)}) },
		func() { r.History.Answers = append(r.History.Answers, deliver.Answer{At: noon.Add(-time.Hour)}) },
		func() { r.Contact.Optouts = []deliver.Scope{{"sms", 0}} },
		func() { r.EventAt = noon },
		func() { r.Follows = nps(t, 3) },
		func() { p.MinGapAny++ },
	}
	for i, change := range changes {
		change()
		d := decide(t, p, r, noon)
		require.False(t, seen[d.Digest], "change %d", i)
		seen[d.Digest] = true
	}
}

func TestRemind(t *testing.T) {
	t.Parallel()
	p := deliver.SuggestedPolicy(deliver.Research)
	p.Reminders = &deliver.Reminders{Max: 2, Every: 3 * deliver.Day, Until: 10 * deliver.Day}
	p.Hours = &deliver.Hours{From: 9 * 60, To: 18 * 60}
	p.SampleRate = share(0) // decided when the request was sent
	sent := noon
	at := func(days float64) time.Time { return sent.Add(time.Duration(days * float64(deliver.Day))) }
	rows := []struct {
		name   string
		inv    deliver.Invitation
		now    time.Time
		change func(r *deliver.Request)
		want   deliver.Verdict
		reason deliver.Rule
		at     time.Time
	}{
		{"too soon", deliver.Invitation{SentAt: sent}, at(1), nil, deliver.Defer, deliver.ReminderWait, at(3)},
		{"due", deliver.Invitation{SentAt: sent}, at(3), nil, deliver.Send, 0, at(3)},
		{"due at night", deliver.Invitation{SentAt: sent}, at(3.5), nil, deliver.Defer, deliver.QuietHours, at(3.875)},
		{"too soon, and due at night", deliver.Invitation{SentAt: at(0.5)}, at(1), nil, deliver.Defer, deliver.ReminderWait, at(3.875)},
		{"second waits for the first", deliver.Invitation{SentAt: sent, Reminded: []time.Time{at(4)}}, at(5), nil, deliver.Defer, deliver.ReminderWait, at(7)},
		{"used up", deliver.Invitation{SentAt: sent, Reminded: []time.Time{at(3), at(6)}}, at(9), nil, deliver.Deny, deliver.RemindersUsed, time.Time{}},
		{"answered", deliver.Invitation{SentAt: sent, AnsweredAt: at(1)}, at(3), nil, deliver.Deny, deliver.Answered, time.Time{}},
		{"over", deliver.Invitation{SentAt: sent}, at(11), nil, deliver.Deny, deliver.ReminderOver, time.Time{}},
		{"over by the time it is due", deliver.Invitation{SentAt: sent, Reminded: []time.Time{at(8)}}, at(9), nil, deliver.Deny, deliver.ReminderOver, time.Time{}},
		{"opted out since", deliver.Invitation{SentAt: sent}, at(3), func(r *deliver.Request) { r.Contact.OptedOut = true }, deliver.Deny, deliver.OptedOut, time.Time{}},
		{"complained since", deliver.Invitation{SentAt: sent}, at(3), func(r *deliver.Request) { r.Contact.OpenCase = true }, deliver.Deny, deliver.OpenCase, time.Time{}},
	}
	g := gate(t, p)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := request()
			r.History.Sent = []deliver.Sent{{Survey: "nps", At: sent}}
			if row.change != nil {
				row.change(r)
			}
			d, err := g.Remind(r, &row.inv, row.now)
			require.NoError(t, err)
			require.Equal(t, row.want, d.Verdict, d.Explain(nil))
			require.Equal(t, row.reason, d.Reason, d.Explain(nil))
			require.True(t, row.at.Equal(d.At), d.Explain(nil))
			require.Len(t, d.Trace, 11)
		})
	}
	none := p
	none.Reminders = nil
	d, err := gate(t, none).Remind(request(), &deliver.Invitation{SentAt: sent}, at(3))
	require.NoError(t, err)
	require.Equal(t, deliver.RemindersUsed, d.Reason)
	_, err = g.Remind(request(), &deliver.Invitation{}, at(3))
	require.ErrorIs(t, err, deliver.ErrRequest)
}

func FuzzPolicy(f *testing.F) {
	f.Add([]byte(`{"sample_rate": 0.5, "max_per_window": {"n": 2, "days": 30}, "window": {"from": "09:00", "to": "18:00", "weekdays": [1], "holidays": ["2026-12-25"]}}`))
	f.Add([]byte(`{"purpose": "review_request", "score": {"instrument": "nps", "min": 9}, "display": "times", "display_times": 3}`))
	f.Add([]byte(`{"reminders": {"max": 1, "every_hours": 72}, "max_per_window": [{"n": 1, "days": 1}], "event_ttl_hours": 3}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := deliver.ParsePolicy(data)
		if err != nil {
			require.ErrorIs(t, err, deliver.ErrPolicy)
			return
		}
		text, err := p.MarshalJSON()
		require.NoError(t, err)
		again, err := deliver.ParsePolicy(text)
		require.NoError(t, err)
		twice, err := again.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(text), string(twice))
		d := decide(t, p, request(), noon)
		require.NotZero(t, d.Verdict)
	})
}

// One gate serves many goroutines, and what it gives out cannot change it.
func TestGateIsShared(t *testing.T) {
	t.Parallel()
	p := deliver.SuggestedPolicy(deliver.Research)
	p.Hours = &deliver.Hours{From: 9 * 60, To: 18 * 60, Weekdays: []int{1, 2}}
	p.Caps = []deliver.Cap{{1, deliver.Day}}
	g := gate(t, p)
	want, err := g.Decide(request(), noon)
	require.NoError(t, err)
	got := g.Policy()
	require.Equal(t, p, got)
	p.Hours.Weekdays[0], got.Hours.Weekdays[1], got.Caps[0].N = 7, 6, 9
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 50 {
				if d, err := g.Decide(request(), noon); err != nil || d.Verdict != want.Verdict || d.Digest != want.Digest {
					t.Error("another decision", d, err)
				}
			}
		})
	}
	wait.Wait()
	l := loop(t, deliver.SuggestedLoop("care", "lawyer"))
	rules := l.Policy()
	rules.Rules[0].Flags[0] = "changed"
	require.Equal(t, deliver.SuggestedLoop("care", "lawyer"), l.Policy())
}
