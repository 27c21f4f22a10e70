package outreach_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/businesstime"
	"github.com/rapport-go/rapport/interaction/outreach"
	"github.com/rapport-go/rapport/internal/civil"
	"github.com/rapport-go/rapport/internal/golden"
)

// The zones in which clocks do what nobody expects.
var oddZones = []string{
	"America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo",
	"Africa/Cairo", "Europe/Moscow", "Asia/Kathmandu", "Africa/Casablanca",
}

func gateOf(t require.TestingT, p outreach.Policy) *outreach.Gate {
	g, err := outreach.NewGate(p)
	require.NoError(t, err)
	return g
}

func daily(t require.TestingT, open, end int) *outreach.Hours {
	h, err := outreach.DailyHours(businesstime.TimeOfDay(open), businesstime.TimeOfDay(end))
	require.NoError(t, err)
	return h
}

func granted(ch interaction.Channel) []outreach.Consent {
	return []outreach.Consent{{Channel: ch, Purpose: outreach.Marketing, State: outreach.Granted}}
}

var noon = time.Date(2024, 6, 5, 12, 0, 0, 0, time.UTC)

func offer() *outreach.Message {
	return &outreach.Message{Key: "offer-1/ann", Channels: []interaction.Channel{interaction.Email, "sms"}, Purpose: outreach.Marketing, Topic: "offers"}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	email := outreach.Scope{Channel: interaction.Email, Purpose: outreach.Marketing}
	early := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name   string
		policy outreach.Policy
		facts  outreach.Facts
		change func(*outreach.Message)
		want   outreach.Verdict
		reason outreach.Reason
	}{
		{name: "granted", facts: outreach.Facts{Consents: granted(interaction.Email)}, want: outreach.Send},
		{name: "granted on every channel", facts: outreach.Facts{Consents: granted("")}, want: outreach.Send},
		{name: "granted on another", facts: outreach.Facts{Consents: granted("sms")}, want: outreach.Skip, reason: outreach.ConsentMissing},
		{name: "nothing known", want: outreach.Skip, reason: outreach.ConsentMissing},
		{name: "no key", facts: outreach.Facts{Consents: granted("")}, change: func(m *outreach.Message) { m.Key = "" }, want: outreach.Skip, reason: outreach.Invalid},
		{name: "no channel", facts: outreach.Facts{Consents: granted("")}, change: func(m *outreach.Message) { m.Channels = nil }, want: outreach.Skip, reason: outreach.Invalid},
		{name: "expires now", facts: outreach.Facts{Consents: granted("")}, change: func(m *outreach.Message) { m.Expires = noon }, want: outreach.Skip, reason: outreach.Expired},
		{name: "expires later", facts: outreach.Facts{Consents: granted("")}, change: func(m *outreach.Message) { m.Expires = noon.Add(1) }, want: outreach.Send},
		{name: "sent key", facts: outreach.Facts{Consents: granted(""), Sent: []outreach.Sent{{Key: "offer-1/ann"}}}, want: outreach.Skip, reason: outreach.Duplicate},
		{name: "no address at all", facts: outreach.Facts{Consents: granted(""), Reachable: []interaction.Channel{}}, want: outreach.Skip, reason: outreach.Unreachable},
		{name: "suppressed everywhere", facts: outreach.Facts{Consents: granted(""), Suppressed: []outreach.Suppression{{Why: "deceased"}}}, want: outreach.Skip, reason: outreach.Suppressed},
		{name: "pending", facts: outreach.Facts{Consents: []outreach.Consent{{Purpose: outreach.Marketing, State: outreach.Pending}}}, want: outreach.Skip, reason: outreach.ConsentNotConfirmed},
		{name: "pending, single opt-in", policy: outreach.Policy{SingleOptIn: true}, facts: outreach.Facts{Consents: []outreach.Consent{{Purpose: outreach.Marketing, State: outreach.Pending}}}, want: outreach.Send},
		{name: "granted and withdrawn at once", facts: outreach.Facts{Consents: append(granted(""), outreach.Consent{Purpose: outreach.Marketing, State: outreach.Withdrawn})}, want: outreach.Skip, reason: outreach.ConsentWithdrawn},
		{name: "withdrawn, then granted", facts: outreach.Facts{Consents: []outreach.Consent{
			{Purpose: outreach.Marketing, State: outreach.Granted, Since: noon.Add(-1)}, {Purpose: outreach.Marketing, State: outreach.Withdrawn, Since: early},
		}}, want: outreach.Send},
		{name: "a grant of tomorrow", facts: outreach.Facts{Consents: []outreach.Consent{{Purpose: outreach.Marketing, State: outreach.Granted, Since: noon.Add(1)}}}, want: outreach.Skip, reason: outreach.ConsentMissing},
		{name: "unsubscribed", facts: outreach.Facts{Consents: granted(""), Optouts: outreach.NewOptouts(outreach.Optout{Scope: email, At: noon})}, want: outreach.Skip, reason: outreach.ConsentWithdrawn},
		{name: "unsubscribed from another topic", facts: outreach.Facts{Consents: granted(""), Optouts: outreach.NewOptouts(outreach.Optout{Scope: outreach.Scope{Topic: "tips"}, At: noon})}, want: outreach.Send},
		{name: "granted anew", facts: outreach.Facts{
			Consents: []outreach.Consent{{Purpose: outreach.Marketing, State: outreach.Granted, Since: noon.Add(-1)}},
			Optouts:  outreach.NewOptouts(outreach.Optout{Scope: email, At: noon.Add(-2)}),
		}, want: outreach.Send},
		{name: "service against a general unsubscription", facts: outreach.Facts{Optouts: outreach.NewOptouts(outreach.Optout{At: early})}, change: func(m *outreach.Message) { m.Purpose = outreach.Service }, want: outreach.Send},
		{name: "service against its own", facts: outreach.Facts{Optouts: outreach.NewOptouts(
			outreach.Optout{Scope: outreach.Scope{Purpose: outreach.Service}, At: early}, outreach.Optout{At: noon},
		)}, change: func(m *outreach.Message) { m.Purpose = outreach.Service }, want: outreach.Skip, reason: outreach.ConsentWithdrawn},
		{name: "other channels preferred", facts: outreach.Facts{Consents: granted(""), Preferences: outreach.Preferences{Channels: []interaction.Channel{"post"}}}, want: outreach.Skip, reason: outreach.Preference},
		{name: "topic switched off", facts: outreach.Facts{Consents: granted(""), Preferences: outreach.Preferences{TopicsOff: []string{"offers"}}}, want: outreach.Skip, reason: outreach.Preference},
		{name: "complaint that holds nothing", facts: outreach.Facts{Consents: granted(""), OpenComplaint: true}, want: outreach.Send},
		{name: "complaint", policy: outreach.Policy{Hold: []outreach.Purpose{outreach.Marketing}}, facts: outreach.Facts{Consents: granted(""), OpenComplaint: true}, want: outreach.Skip, reason: outreach.OpenComplaint},
		{name: "preferred gap", facts: outreach.Facts{
			Consents: granted(""), Preferences: outreach.Preferences{Gap: time.Hour}, Sent: []outreach.Sent{{Key: "x", At: noon.Add(-1), Purpose: outreach.Marketing}},
		}, want: outreach.Defer, reason: outreach.CapReached},
		{name: "gap after a service message", facts: outreach.Facts{
			Consents: granted(""), Preferences: outreach.Preferences{Gap: time.Hour}, Sent: []outreach.Sent{{Key: "x", At: noon.Add(-1), Purpose: outreach.Service}},
		}, want: outreach.Send},
		{name: "zone unknown", policy: outreach.Policy{Windows: []outreach.Window{{Hours: daily(t, 0, 86400)}}}, facts: outreach.Facts{Consents: granted(""), Zone: "Mars/Olympus"}, want: outreach.Skip, reason: outreach.UnknownZone},
		{name: "zone Local", policy: outreach.Policy{Windows: []outreach.Window{{Hours: daily(t, 0, 86400)}}}, facts: outreach.Facts{Consents: granted(""), Zone: "Local"}, want: outreach.Skip, reason: outreach.UnknownZone},
		{name: "a window for others", policy: outreach.Policy{Windows: []outreach.Window{{Hours: daily(t, 0, 86400), Channels: []interaction.Channel{"sms"}}}}, facts: outreach.Facts{Consents: granted("")}, want: outreach.Send},
		{name: "expires before the morning", policy: outreach.Policy{Windows: []outreach.Window{{Hours: daily(t, 0, 3600)}}}, facts: outreach.Facts{Consents: granted(""), Zone: "UTC"}, change: func(m *outreach.Message) { m.Expires = noon.Add(12 * time.Hour) }, want: outreach.Skip, reason: outreach.Expired},
		{name: "own hours never open", facts: outreach.Facts{Consents: granted(""), Hours: opener(func(time.Time) (time.Time, error) { return time.Time{}, businesstime.ErrNeverOpen })}, want: outreach.Skip, reason: outreach.QuietHours},
		{name: "own hours run backwards", facts: outreach.Facts{Consents: granted(""), Hours: opener(func(t time.Time) (time.Time, error) { return t.Add(-1), nil })}, want: outreach.Skip, reason: outreach.QuietHours},
		{name: "own hours run away", facts: outreach.Facts{Consents: granted(""), Hours: opener(func(t time.Time) (time.Time, error) { return t.Add(time.Hour), nil })}, want: outreach.Skip, reason: outreach.QuietHours},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := offer()
			if row.change != nil {
				row.change(m)
			}
			d := gateOf(t, row.policy).Decide(noon, &row.facts, m)
			require.Equal(t, row.want, d.Verdict, d.Explain())
			require.Equal(t, row.reason, d.Reason, d.Explain())
			require.NotEmpty(t, d.Trace)
		})
	}
}

type opener func(time.Time) (time.Time, error)

func (o opener) NextOpen(t time.Time) (time.Time, error) { return o(t) }

// Every facet that a check needs stops the message when it could not be read.
func TestFailsClosed(t *testing.T) {
	t.Parallel()
	policy := outreach.Policy{
		Hold: []outreach.Purpose{outreach.Marketing}, Caps: []outreach.Cap{{Limit: 1, LocalDays: 1}}, Windows: []outreach.Window{{Hours: daily(t, 0, 86400)}},
	}
	whole := outreach.Facts{Consents: granted(""), Zone: "Europe/Paris"}
	require.Equal(t, outreach.Send, gateOf(t, policy).Decide(noon, &whole, offer()).Verdict)
	for facet := outreach.FacetConsents; facet <= outreach.FacetHours; facet <<= 1 {
		f := whole
		f.Missing = facet
		d := gateOf(t, policy).Decide(noon, &f, offer())
		require.Equal(t, outreach.Skip, d.Verdict, facet)
		if facet == outreach.FacetZone {
			require.Equal(t, outreach.UnknownZone, d.Reason)
			continue
		}
		require.Equal(t, outreach.Unavailable, d.Reason, facet)
		require.Equal(t, facet, d.Missing)
		later := policy
		later.Retry = time.Minute
		d = gateOf(t, later).Decide(noon, &f, offer())
		require.Equal(t, outreach.Defer, d.Verdict, facet)
		require.True(t, d.Until.Equal(noon.Add(time.Minute)))
	}
	g := gateOf(t, outreach.Policy{})
	require.Equal(t, outreach.Skip, g.Decide(noon, nil, offer()).Verdict)
	require.Equal(t, outreach.Invalid, g.Decide(noon, &whole, nil).Reason)
	f := outreach.Facts{Missing: outreach.FacetComplaint | outreach.FacetHistory | outreach.FacetZone | outreach.FacetConsents}
	m := offer()
	m.Purpose = outreach.Service
	require.Equal(t, outreach.Send, g.Decide(noon, &f, m).Verdict, "what no check needs stops nothing")
}

// A zone that could not be read is not one that nobody knows.
func TestUnreadZone(t *testing.T) {
	t.Parallel()
	f := outreach.Facts{Consents: granted(""), Zone: "Europe/Paris", Candidates: []string{"Europe/Paris"}, Missing: outreach.FacetZone}
	open := outreach.Policy{Windows: []outreach.Window{{Hours: daily(t, 14*3600, 16*3600)}}} // noon UTC is 14:00 in Paris, 13:00 in London
	for _, row := range []struct {
		unknown outreach.ZonePolicy
		retry   time.Duration
		want    outreach.Verdict
		reason  outreach.Reason
	}{
		{outreach.Block, 0, outreach.Skip, outreach.UnknownZone},
		{outreach.Block, time.Minute, outreach.Defer, outreach.Unavailable},
		{outreach.DefaultZone, 0, outreach.Skip, outreach.Unavailable},
		{outreach.DefaultZone, time.Minute, outreach.Defer, outreach.Unavailable},
		{outreach.MostRestrictive, 0, outreach.Defer, outreach.QuietHours}, // in every zone of the policy
	} {
		p := open
		p.UnknownZone, p.Retry, p.DefaultZone, p.Zones = row.unknown, row.retry, "Europe/Paris", []string{"Europe/London", "Europe/Paris"}
		d := gateOf(t, p).Decide(noon, &f, offer())
		require.Equal(t, row.want, d.Verdict, "%v: %s", row.unknown, d.Explain())
		require.Equal(t, row.reason, d.Reason, "%v: %s", row.unknown, d.Explain())
		require.Equal(t, outreach.FacetZone, d.Missing)
		read := f
		read.Missing = 0
		require.Equal(t, outreach.Send, gateOf(t, p).Decide(noon, &read, offer()).Verdict)
		read.Zone = "" // nobody knows it: the candidates and the default come in
		d = gateOf(t, p).Decide(noon, &read, offer())
		require.Equal(t, row.unknown != outreach.Block, d.Verdict == outreach.Send, d.Explain())
		require.Zero(t, d.Missing)
	}
}

// What is missing names what the message needed and nothing else.
func TestMissingIsWhatWasNeeded(t *testing.T) {
	t.Parallel()
	m := offer()
	m.Purpose = outreach.Service
	d := gateOf(t, outreach.Policy{}).Decide(noon, &outreach.Facts{Missing: outreach.FacetOptouts | outreach.FacetConsents}, m)
	require.Equal(t, outreach.FacetOptouts, d.Missing, d.Explain())
	d = gateOf(t, outreach.Policy{}).Decide(noon, &outreach.Facts{Missing: outreach.FacetOptouts | outreach.FacetConsents}, offer())
	require.Equal(t, outreach.FacetOptouts|outreach.FacetConsents, d.Missing, d.Explain())
}

// Of statements of one instant the strictest holds in any order, one that is no state
// included.
func TestConsentsOfOneInstant(t *testing.T) {
	t.Parallel()
	for _, state := range []outreach.ConsentState{0, outreach.Pending, outreach.Withdrawn, 9} {
		list := append(granted(""), outreach.Consent{Purpose: outreach.Marketing, State: state})
		for range 2 {
			d := gateOf(t, outreach.Policy{}).Decide(noon, &outreach.Facts{Consents: list}, offer())
			require.Equal(t, outreach.Skip, d.Verdict, "%d: %s", state, d.Explain())
			slices.Reverse(list)
		}
	}
}

// racing is a host whose recipient says no while the facts are being read.
type racing struct {
	host
	at time.Time
}

func (r racing) Optouts(context.Context, string) (outreach.Optouts, error) {
	return outreach.NewOptouts(outreach.Optout{Scope: outreach.Scope{Topic: "other"}, At: noon}, outreach.Optout{At: r.at}), nil
}

type withdrawing struct {
	host
	at time.Time
}

func (w withdrawing) Consents(context.Context, string) ([]outreach.Consent, error) {
	return append(granted(""), outreach.Consent{Purpose: outreach.Marketing, State: outreach.Withdrawn, Since: w.at}), nil
}

func TestUnsubscribedWhileGathering(t *testing.T) {
	t.Parallel()
	p := outreach.DefaultPolicy()
	p.Caps = p.Caps[1:]
	g := gateOf(t, p)
	for _, late := range []time.Duration{-time.Second, 0, time.Millisecond, time.Hour} {
		for name, change := range map[string]func(*outreach.Ports){
			"unsubscribed": func(p *outreach.Ports) { p.Unsubscriptions = racing{at: noon.Add(late)} },
			"withdrawn":    func(p *outreach.Ports) { p.Consents = withdrawing{at: noon.Add(late)} },
		} {
			ports := portsOf(host{})
			change(&ports)
			f, err := g.Gather(context.Background(), ports, "ann", noon, offer())
			require.NoError(t, err)
			d := g.Decide(noon, &f, offer())
			require.Equal(t, outreach.ConsentWithdrawn, d.Reason, "%s %v later: %s", name, late, d.Explain())
		}
	}
}

// Final until a new grant: whoever had the last word is heard, whether or not the host
// told the unsubscriptions of the consent.
func TestLastWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := offer()
		all := []outreach.Scope{{}, {Channel: interaction.Email}, {Purpose: outreach.Marketing}, {Channel: interaction.Email, Purpose: outreach.Marketing, Topic: "offers"}}
		var f outreach.Facts
		said, last := false, 0
		now := noon
		for range rapid.IntRange(1, 8).Draw(t, "events") {
			now = now.Add(time.Hour)
			switch last = rapid.IntRange(0, 2).Draw(t, "event"); last {
			case 0:
				f.Optouts = f.Optouts.Unsubscribe(rapid.SampledFrom(all).Draw(t, "scope"), now)
			default:
				said = true
				f.Consents = append(f.Consents, outreach.Consent{Channel: interaction.Email, Purpose: outreach.Marketing, State: outreach.Granted, Since: now})
				if last == 2 {
					f.Optouts = f.Optouts.Grant(outreach.Scope{Channel: interaction.Email, Purpose: outreach.Marketing}, now)
				}
			}
			d := gateOf(t, outreach.Policy{}).Decide(now, &f, m)
			require.Equal(t, said && last != 0, d.Verdict == outreach.Send, d.Explain())
		}
		f.Optouts = f.Optouts.Unsubscribe(outreach.Scope{}, time.Time{})
		require.Equal(t, outreach.Skip, gateOf(t, outreach.Policy{}).Decide(now, &f, m).Verdict, "nobody knows when: no consent is later")
		lifted := f.Optouts.Grant(outreach.Scope{}, now.Add(1))
		require.Zero(t, lifted.Len())
	})
}

func TestSettleCommand(t *testing.T) {
	t.Parallel()
	q := sequence(t, outreach.WinBack())
	r := &run{t: t, q: q}
	r.do(enter("lapse-1", noon))
	next, _ := r.state.Next()
	r.do(wake(next))
	ask, ok := r.state.Pending()
	require.True(t, ok)
	gate := gateOf(t, outreach.DefaultPolicy())
	early := next.Add(-6 * time.Hour) // as a host of a slow clock would ask
	d := gate.Decide(early, &outreach.Facts{Consents: granted(""), Zone: "America/New_York"}, &ask.Message)
	require.Equal(t, outreach.Defer, d.Verdict)
	r.do(d.Settle())
	at, ok := r.state.Next()
	require.True(t, ok)
	require.True(t, at.Equal(d.Until))
	r.do(wake(at))
	d = gate.Decide(at, &outreach.Facts{}, &ask.Message)
	r.do(d.Settle())
	require.Equal(t, 1, r.state.Skipped)
	require.Contains(t, strings.Join(r.log, " "), "consent_missing")
}

// A day of a cap is the one by rule R, and of several zones the last to end.
func TestLocalDayCaps(t *testing.T) {
	t.Parallel()
	p := outreach.Policy{Caps: []outreach.Cap{{Limit: 1, LocalDays: 1}}, UnknownZone: outreach.MostRestrictive, Zones: []string{"Asia/Tokyo", "Pacific/Honolulu", "Europe/Paris"}}
	at := func(text string) time.Time { return instant(t, text) }
	for _, row := range []struct{ name, zone, sent, now, until string }{
		// The clock goes from 00:01 of the 7th back to 23:01 of the 6th: it is the 7th since 02:30Z.
		{"put back over midnight", "America/St_Johns", "2010-11-07T03:00:00Z", "2010-11-07T03:10:00Z", "2010-11-08T03:30:00Z"},
		{"unknown zone", "", "2024-06-05T11:00:00Z", "2024-06-05T12:00:00Z", "2024-06-06T10:00:00Z"},
		{"a day that Samoa left out", "Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-30T09:30:00Z", "2011-12-30T10:00:00Z"},
	} {
		f := outreach.Facts{Consents: granted(""), Zone: row.zone, Sent: []outreach.Sent{{Key: "x", At: at(row.sent)}}}
		d := gateOf(t, p).Decide(at(row.now), &f, offer())
		require.Equal(t, outreach.Defer, d.Verdict, "%s: %s", row.name, d.Explain())
		require.Equal(t, row.until, d.Until.UTC().Format(time.RFC3339), row.name)
	}
	require.GreaterOrEqual(t, gateOf(t, p).Lookback(outreach.Preferences{}), 49*time.Hour, "two long days may begin a cap's day")
}

func TestFallback(t *testing.T) {
	t.Parallel()
	unreached := outreach.Facts{Consents: granted(""), Reachable: []interaction.Channel{"sms"}, Suppressed: []outreach.Suppression{{Channel: "sms"}}}
	require.Equal(t, outreach.Suppressed, gateOf(t, outreach.Policy{Fallback: true}).Decide(noon, &unreached, offer()).Reason, "of the first that could be reached")
	f := outreach.Facts{Consents: granted(""), Zone: "UTC", Suppressed: []outreach.Suppression{{Channel: interaction.Email}}}
	require.Equal(t, outreach.Suppressed, gateOf(t, outreach.Policy{}).Decide(noon, &f, offer()).Reason)
	d := gateOf(t, outreach.Policy{Fallback: true}).Decide(noon, &f, offer())
	require.Equal(t, interaction.Channel("sms"), d.Channel, d.Explain())
	f.Reachable = []interaction.Channel{interaction.Email}
	require.Equal(t, outreach.Suppressed, gateOf(t, outreach.Policy{Fallback: true}).Decide(noon, &f, offer()).Reason)
	// Waiting on the first channel, or going by the second.
	f = outreach.Facts{Consents: granted(""), Zone: "UTC"}
	p := outreach.Policy{Fallback: true, Windows: []outreach.Window{{Hours: daily(t, 0, 3600), Channels: []interaction.Channel{interaction.Email}}}}
	require.Equal(t, outreach.Defer, gateOf(t, p).Decide(noon, &f, offer()).Verdict)
	p.FallbackOnDefer = true
	require.Equal(t, interaction.Channel("sms"), gateOf(t, p).Decide(noon, &f, offer()).Channel)
	p.Windows = append(p.Windows, outreach.Window{Hours: daily(t, 20*3600, 21*3600), Channels: []interaction.Channel{"sms"}})
	d = gateOf(t, p).Decide(noon, &f, offer())
	require.Equal(t, interaction.Channel("sms"), d.Channel, "the one that can go first waits")
	require.True(t, d.Until.Equal(noon.Add(8*time.Hour)))
}

type host struct {
	fail error
	sent []outreach.Sent
}

func (h host) Consents(context.Context, string) ([]outreach.Consent, error) {
	return granted(""), h.fail
}

func (h host) Optouts(context.Context, string) (outreach.Optouts, error) {
	return outreach.Optouts{}, h.fail
}

func (h host) Suppressed(context.Context, string) ([]outreach.Suppression, error) {
	return nil, h.fail
}

func (h host) Sent(_ context.Context, _ string, since time.Time) ([]outreach.Sent, error) {
	if !since.Equal(noon.Add(-7 * 24 * time.Hour)) {
		return nil, errors.New("asked for " + since.String())
	}
	return h.sent, h.fail
}

func (h host) HasSent(_ context.Context, _, key string) (bool, error) { return key == "old", h.fail }

func (h host) Preferences(context.Context, string) (outreach.Preferences, error) {
	return outreach.Preferences{}, h.fail
}

func (h host) Reachable(context.Context, string) ([]interaction.Channel, error) {
	return []interaction.Channel{interaction.Email}, h.fail
}
func (h host) OpenComplaint(context.Context, string) (bool, error) { return false, h.fail }
func (h host) Zone(context.Context, string) (string, []string, error) {
	return "Europe/Paris", nil, h.fail
}
func (h host) Hours(context.Context, string) (outreach.Opener, error) { return nil, h.fail }

func portsOf(h host) outreach.Ports {
	return outreach.Ports{Consents: h, Unsubscriptions: h, Suppressions: h, History: h, Wishes: h, Addresses: h, Complaints: h, Zones: h, ContactHours: h}
}

func TestGather(t *testing.T) {
	t.Parallel()
	p := outreach.DefaultPolicy()
	p.Caps = p.Caps[1:]
	g := gateOf(t, p)
	ctx := context.Background()
	h := host{sent: []outreach.Sent{{Key: "x", At: noon.Add(-time.Hour), Channel: interaction.Email, Purpose: outreach.Marketing}}}
	f, err := g.Gather(ctx, portsOf(h), "ann", noon, offer())
	require.NoError(t, err)
	require.Zero(t, f.Missing)
	require.Equal(t, outreach.Send, g.Decide(noon, &f, offer()).Verdict)
	old := offer()
	old.Key = "old"
	f, err = g.Gather(ctx, portsOf(h), "ann", noon, old)
	require.NoError(t, err)
	require.Equal(t, outreach.Duplicate, g.Decide(noon, &f, old).Reason)

	down := errors.New("database is down")
	f, err = g.Gather(ctx, portsOf(host{fail: down}), "ann", noon, offer())
	require.ErrorIs(t, err, down)
	require.Equal(t, outreach.FacetHours<<1-1, f.Missing)
	require.Equal(t, outreach.Unavailable, g.Decide(noon, &f, offer()).Reason)
	f, err = g.Gather(ctx, outreach.Ports{}, "ann", noon, offer())
	require.NoError(t, err)
	require.NotEqual(t, outreach.Send, g.Decide(noon, &f, offer()).Verdict)
	require.Equal(t, "consents, optouts, suppressions, keys, history, complaint, zone", f.Missing.String())
}

func TestPolicyFaults(t *testing.T) {
	t.Parallel()
	_, err := outreach.NewGate(outreach.Policy{
		Caps: []outreach.Cap{{}, {Limit: 1, Window: 1, LocalDays: 1}}, Windows: []outreach.Window{{Channels: []interaction.Channel{"a", "a"}}},
		UnknownZone: outreach.MostRestrictive, DefaultZone: "Nowhere", FallbackOnDefer: true, Retry: -1,
	})
	require.ErrorIs(t, err, outreach.ErrPolicy)
	require.ErrorIs(t, err, outreach.ErrZone)
	for _, part := range []string{"Caps[0].Limit", "Caps[0] must", "Caps[1] must", "Windows[0].Hours", "Windows[0].Channels[1]", "Zones", "DefaultZone", "FallbackOnDefer", "Retry"} {
		require.ErrorContains(t, err, part)
	}
	for _, text := range []string{
		`{"caps": [{"limit": 1}]}`, `{"caps": [{"window_s": 60}]}`, `{"fallbak": true}`, `{"unknown_zone": "guess"}`, `{"windows": [{"hours": {"mon": [["25:00","26:00"]]}}]}`,
		`{"windows": [{"hours": {"mon": [["08:00"]]}}]}`, `{"caps": [{"limit": 1, "window_s": 9223372036854775807}]}`, `{"unknown_zone": "most_restrictive"}`, `{`,
	} {
		_, err := outreach.ParsePolicy([]byte(text))
		require.ErrorIs(t, err, outreach.ErrPolicy, text)
	}
	p := outreach.DefaultPolicy()
	text, err := json.Marshal(p)
	require.NoError(t, err)
	back, err := outreach.ParsePolicy(text)
	require.NoError(t, err)
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(again))
}

// draw makes a policy, facts and a message in the odd zones, near their transitions.
type situation struct {
	policy  outreach.Policy
	facts   outreach.Facts
	message outreach.Message
	now     time.Time
}

func draw(t *rapid.T) situation {
	zone := rapid.SampledFrom(oddZones).Draw(t, "zone")
	anchor := rapid.SampledFrom([]string{
		"2024-03-10T07:00:00Z", "2024-11-03T06:00:00Z", "2024-04-06T15:00:00Z", "2024-10-05T15:30:00Z", "2011-12-30T10:00:00Z",
		"2015-10-18T03:00:00Z", "2016-02-21T02:00:00Z", "2024-04-25T22:00:00Z", "2014-10-25T22:00:00Z", "2024-03-10T02:00:00Z", "2024-12-31T23:00:00Z",
	}).Draw(t, "near")
	at, err := time.Parse(time.RFC3339, anchor)
	require.NoError(t, err)
	now := at.Add(time.Duration(rapid.Int64Range(-72*3600, 72*3600).Draw(t, "seconds from it")) * time.Second)
	quarter := func(label string) int { return 900 * rapid.IntRange(0, 95).Draw(t, label) }
	purposes := []outreach.Purpose{outreach.Service, outreach.Marketing, outreach.Research}
	channels := []interaction.Channel{interaction.Email, "sms"}
	s := situation{now: now}
	s.policy = outreach.Policy{
		SingleOptIn: rapid.Bool().Draw(t, "single opt-in"), Fallback: rapid.Bool().Draw(t, "fallback"),
		UnknownZone: rapid.SampledFrom([]outreach.ZonePolicy{outreach.Block, outreach.DefaultZone, outreach.MostRestrictive}).Draw(t, "unknown"),
		DefaultZone: "Europe/Moscow", Zones: []string{"America/New_York", "Australia/Lord_Howe"},
	}
	s.policy.FallbackOnDefer = s.policy.Fallback && rapid.Bool().Draw(t, "on defer")
	if rapid.Bool().Draw(t, "holds") {
		s.policy.Hold = []outreach.Purpose{outreach.Marketing}
	}
	for range rapid.IntRange(0, 2).Draw(t, "windows") {
		w := outreach.Window{Hours: daily(t, quarter("open"), quarter("close"))}
		if rapid.Bool().Draw(t, "for sms") {
			w.Channels = channels[1:]
		}
		s.policy.Windows = append(s.policy.Windows, w)
	}
	for range rapid.IntRange(0, 2).Draw(t, "caps") {
		c := outreach.Cap{Limit: rapid.IntRange(1, 3).Draw(t, "limit")}
		if rapid.Bool().Draw(t, "rolling") {
			c.Window = time.Duration(rapid.IntRange(1, 60).Draw(t, "hours")) * time.Hour
		} else {
			c.LocalDays = rapid.IntRange(1, 3).Draw(t, "days")
		}
		if rapid.Bool().Draw(t, "marketing only") {
			c.Purposes = purposes[1:2]
		}
		s.policy.Caps = append(s.policy.Caps, c)
	}
	s.message = outreach.Message{Key: "key", Channels: channels, Purpose: rapid.SampledFrom(purposes).Draw(t, "purpose")}
	if rapid.IntRange(0, 3).Draw(t, "expires") == 0 {
		s.message.Expires = now.Add(time.Duration(rapid.IntRange(-1, 30).Draw(t, "in hours")) * time.Hour)
	}
	f := &s.facts
	for range rapid.IntRange(0, 3).Draw(t, "consents") {
		f.Consents = append(f.Consents, outreach.Consent{
			Channel: rapid.SampledFrom([]interaction.Channel{"", interaction.Email, "sms"}).Draw(t, "consent channel"), Purpose: outreach.Marketing,
			State: outreach.ConsentState(rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(t, "state")),
			Since: now.Add(-time.Duration(rapid.IntRange(0, 5).Draw(t, "since")) * time.Hour),
		})
	}
	if rapid.IntRange(0, 3).Draw(t, "opts out") == 0 {
		f.Optouts = outreach.NewOptouts(outreach.Optout{
			Scope: outreach.Scope{Purpose: rapid.SampledFrom([]outreach.Purpose{"", outreach.Marketing, outreach.Service}).Draw(t, "from")},
			At:    now.Add(-time.Duration(rapid.IntRange(0, 5).Draw(t, "out since")) * time.Hour),
		})
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "sent") {
		f.Sent = append(f.Sent, outreach.Sent{
			Key: "earlier", At: now.Add(-time.Duration(rapid.IntRange(0, 70*3600).Draw(t, "ago")) * time.Second),
			Channel: channels[i%2], Purpose: rapid.SampledFrom(purposes).Draw(t, "sent purpose"),
		})
	}
	if rapid.IntRange(0, 9).Draw(t, "was sent") == 0 {
		f.Keys = []string{"key"}
	}
	if rapid.IntRange(0, 5).Draw(t, "suppressed") == 0 {
		f.Suppressed = []outreach.Suppression{{Channel: interaction.Email}}
	}
	f.OpenComplaint = rapid.IntRange(0, 5).Draw(t, "complains") == 0
	if rapid.IntRange(0, 3).Draw(t, "zone known") > 0 {
		f.Zone = zone
	}
	f.Preferences.Gap = time.Duration(rapid.SampledFrom([]int{0, 0, 5, 30}).Draw(t, "gap")) * time.Hour
	if rapid.IntRange(0, 9).Draw(t, "blind") == 0 {
		f.Missing = outreach.Facet(1) << rapid.IntRange(0, 9).Draw(t, "missing")
	}
	return s
}

// allowed is a second, slow reading of the rules: may the message go on the channel at
// this very instant?
func (s *situation) allowed(t require.TestingT, ch interaction.Channel, at time.Time) bool {
	m, f, p := &s.message, &s.facts, &s.policy
	if f.Missing&^(outreach.FacetZone|outreach.FacetConsents|outreach.FacetHistory|outreach.FacetComplaint) != 0 ||
		(!m.Expires.IsZero() && !at.Before(m.Expires)) || len(f.Keys) > 0 || (len(f.Suppressed) > 0 && ch == interaction.Email) {
		return false
	}
	if m.Purpose == outreach.Marketing && len(p.Hold) > 0 && (f.OpenComplaint || f.Missing == outreach.FacetComplaint) {
		return false
	}
	var last outreach.Consent
	for _, c := range f.Consents {
		if c.Purpose == m.Purpose && (c.Channel == "" || c.Channel == ch) && (last.State == 0 || c.Since.After(last.Since) || (c.Since.Equal(last.Since) && c.State > last.State)) {
			last = c
		}
	}
	for out := range f.Optouts.All() {
		if (out.Scope.Purpose == m.Purpose || (out.Scope.Purpose == "" && m.Purpose != outreach.Service)) &&
			(last.State == 0 || last.State == outreach.Withdrawn || !last.Since.After(out.At)) {
			return false
		}
	}
	agreed := last.State == outreach.Granted || (last.State == outreach.Pending && p.SingleOptIn)
	if m.Purpose != outreach.Service && (!agreed || f.Missing == outreach.FacetConsents) {
		return false
	}
	return s.fits(ch, at) && s.open(t, ch, at)
}

func (s *situation) zones() []string {
	switch {
	case s.facts.Zone != "" && s.facts.Missing != outreach.FacetZone:
		return []string{s.facts.Zone}
	case s.policy.UnknownZone == outreach.DefaultZone && s.facts.Missing != outreach.FacetZone:
		return []string{s.policy.DefaultZone}
	case s.policy.UnknownZone == outreach.MostRestrictive:
		return s.policy.Zones
	}
	return nil
}

func (s *situation) fits(ch interaction.Channel, at time.Time) bool {
	caps := s.policy.Caps
	if gap := s.facts.Preferences.Gap; gap > 0 && s.message.Purpose != outreach.Service {
		caps = append([]outreach.Cap{{Limit: 1, Window: gap, Purposes: []outreach.Purpose{outreach.Marketing, outreach.Research}}}, caps...)
	}
	for _, c := range caps {
		matches := func(p outreach.Purpose) bool {
			for _, one := range c.Purposes {
				if one == p {
					return true
				}
			}
			return len(c.Purposes) == 0
		}
		if !matches(s.message.Purpose) {
			continue
		}
		if s.facts.Missing == outreach.FacetHistory || (c.LocalDays > 0 && len(s.zones()) == 0) {
			return false
		}
		zones := s.zones()
		if c.LocalDays == 0 {
			zones = []string{"UTC"}
		}
		for _, name := range zones {
			n := 0
			loc, _ := time.LoadLocation(name)
			for _, one := range s.facts.Sent {
				if !matches(one.Purpose) {
					continue
				}
				if c.LocalDays > 0 && ruleDay(at, loc).Days()-ruleDay(one.At, loc).Days() < c.LocalDays {
					n++
				}
				if c.LocalDays == 0 && at.Sub(one.At) < c.Window {
					n++
				}
			}
			if n >= c.Limit {
				return false
			}
		}
	}
	return true
}

// ruleDay is the latest day whose start by rule R has come.
func ruleDay(t time.Time, loc *time.Location) civil.Date {
	d := civil.Of(t.In(loc)).AddDays(2)
	for d.Start(loc).After(t) {
		d = d.AddDays(-1)
	}
	return d
}

func (s *situation) open(t require.TestingT, ch interaction.Channel, at time.Time) bool {
	for _, w := range s.policy.Windows {
		if len(w.Channels) > 0 && ch != w.Channels[0] {
			continue
		}
		if len(s.zones()) == 0 {
			return false
		}
		for _, name := range s.zones() {
			c, err := w.Hours.In(name)
			require.NoError(t, err)
			if !c.IsOpen(at) {
				return false
			}
		}
	}
	return true
}

// Invariants 29 to 31: never Send against a rule, Defer to the least instant that
// passes (checked by stepping), and Decide is pure.
func TestDecideProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		gate := gateOf(t, s.policy)
		d := gate.Decide(s.now, &s.facts, &s.message)
		require.Equal(t, d, gate.Decide(s.now, &s.facts, &s.message), "pure")
		require.Equal(t, d, gateOf(t, s.policy).Decide(s.now, &s.facts, &s.message), "whatever was decided before")
		channels := s.message.Channels
		if !s.policy.Fallback {
			channels = channels[:1]
		}
		some := false
		for _, ch := range channels {
			some = some || s.allowed(t, ch, s.now)
		}
		switch d.Verdict {
		case outreach.Send:
			require.True(t, s.allowed(t, d.Channel, s.now), d.Explain())
		case outreach.Defer:
			require.True(t, d.Until.After(s.now))
			require.False(t, s.allowed(t, d.Channel, s.now), d.Explain())
			require.True(t, s.allowed(t, d.Channel, d.Until), d.Explain())
			require.False(t, s.allowed(t, d.Channel, d.Until.Add(-1)), d.Explain())
			for at := s.now; at.Before(d.Until); at = at.Add(7 * time.Minute) {
				require.False(t, s.allowed(t, d.Channel, at), "%s could have gone at %s", d.Explain(), at)
			}
			later := gate.Decide(d.Until, &s.facts, &s.message)
			require.Equal(t, outreach.Send, later.Verdict, "%s%s", d.Explain(), later.Explain())
		case outreach.Skip:
			require.False(t, some, d.Explain())
			for _, ch := range channels {
				for at := s.now; at.Before(s.now.Add(80 * time.Hour)); at = at.Add(31 * time.Minute) {
					require.False(t, s.allowed(t, ch, at), "%s could go by %s at %s", d.Explain(), ch, at)
				}
			}
		}
		if some && !(s.policy.Fallback && !s.policy.FallbackOnDefer) {
			require.Equal(t, outreach.Send, d.Verdict, d.Explain())
		}
	})
}

func TestNoZones(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Local", "localtime", "posixrules", "Factory", "right/Europe/Paris", "posix/Europe/Paris", "../UTC", "/etc/localtime", "Mars/Olympus", "Europe", strings.Repeat("x", 65)} {
		_, err := outreach.LoadZone(name)
		require.ErrorIs(t, err, outreach.ErrZone, name)
	}
}

func TestGateConcurrently(t *testing.T) {
	t.Parallel()
	gate := gateOf(t, outreach.DefaultPolicy())
	done := make(chan outreach.Decision)
	for i := range 16 {
		go func() {
			f := outreach.Facts{Consents: granted(""), Zone: oddZones[i%len(oddZones)]}
			done <- gate.Decide(noon, &f, offer())
		}()
	}
	for range 16 {
		require.NotEqual(t, outreach.Skip, (<-done).Verdict)
	}
	require.ErrorIs(t, gate.Warm("Europe/Paris", "Mars/Olympus"), outreach.ErrZone)
}

func TestDecisionGolden(t *testing.T) {
	t.Parallel()
	p := outreach.DefaultPolicy()
	p.Windows = append(p.Windows, outreach.Window{Name: "office", Hours: daily(t, 9*3600, 17*3600), Channels: []interaction.Channel{"sms"}})
	gate := gateOf(t, p)
	night := time.Date(2024, 3, 10, 3, 30, 0, 0, time.UTC)
	var b strings.Builder
	show := func(title string, f outreach.Facts, m *outreach.Message) {
		d := gate.Decide(night, &f, m)
		b.WriteString("# " + title + "\n" + d.Explain() + "\n")
		text, err := json.Marshal(d)
		require.NoError(t, err)
		var back outreach.Decision
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, d.Explain(), back.Explain())
	}
	show("tomorrow morning", outreach.Facts{Consents: granted(""), Zone: "America/New_York"}, offer())
	show("had one today", outreach.Facts{
		Consents: granted(""), Zone: "Asia/Kathmandu", Sent: []outreach.Sent{{Key: "x", At: night.Add(-time.Hour), Channel: interaction.Email, Purpose: outreach.Marketing}},
	}, offer())
	show("a bounce, so by text message", outreach.Facts{
		Consents: granted(""), Zone: "Asia/Kathmandu", Suppressed: []outreach.Suppression{{Channel: interaction.Email, Why: "hard bounce"}},
	}, offer())
	show("complaint", outreach.Facts{Consents: granted(""), OpenComplaint: true}, offer())
	show("zone unknown", outreach.Facts{Consents: granted("")}, offer())
	show("database down", outreach.Facts{Missing: outreach.FacetSuppressions | outreach.FacetConsents}, offer())
	golden.Equal(t, "testdata/decisions.golden", b.String())
}
