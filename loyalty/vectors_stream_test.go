package loyalty

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// streamTime is the instant of an integer time of the vectors: seconds.
func streamTime(n int64) time.Time {
	return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
}

type streamCommand struct {
	ID     string
	Do     string
	At     int64
	Lines  json.RawMessage
	Delay  int64
	TTL    *int64
	N      Points
	Until  int64
	Hold   string
	Redeem string
	Earn   string
	Line   string
}

// lines keeps the order in which the lines are written.
func (c streamCommand) lines(t tb) (out []LinePoints) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(c.Lines))
	_, err := dec.Token()
	require.NoError(t, err)
	for dec.More() {
		key, err := dec.Token()
		require.NoError(t, err)
		var n Points
		require.NoError(t, dec.Decode(&n))
		out = append(out, LinePoints{fmt.Sprint(key), n})
	}
	return out
}

func (c streamCommand) command(t tb, i int) Command {
	t.Helper()
	out := Command{Key: c.ID, Account: "m", At: streamTime(c.At)}
	if c.ID == "" {
		out.Key = fmt.Sprintf("tick %d", i)
	}
	switch c.Do {
	case "earn":
		terms := &Terms{Delay: time.Duration(c.Delay) * time.Second, Forever: c.TTL == nil}
		if c.TTL != nil {
			terms.TTL = time.Duration(*c.TTL) * time.Second
		}
		out.Do = Earn{Lines: c.lines(t), Terms: terms}
	case "redeem":
		out.Do = Redeem{Points: c.N}
	case "hold":
		out.Do = Hold{Points: c.N, Until: InstantOf(streamTime(c.Until))}
	case "capture":
		out.Do = Capture{Hold: c.Hold, Points: c.N}
	case "release":
		out.Do = Release{Hold: c.Hold}
	case "reverse":
		out.Do = Reverse{Redemption: c.Redeem, Points: c.N}
	case "clawback":
		out.Do = Refund{Order: c.Earn, Lines: []RefundLine{{Line: c.Line, Points: c.N}}}
	case "tick":
		out.Do = Tick{}
	default:
		t.Fatalf("unknown command %q", c.Do)
	}
	return out
}

// streamResult is a result in the words of the vectors.
func streamResult(t tb, a *Account, do string, r Result) map[string]any {
	t.Helper()
	out := map[string]any{"ok": true}
	if r.Replayed {
		out["replayed"] = true
	}
	switch do {
	case "earn":
		l, ok := a.Lot(r.Lots[0])
		require.True(t, ok)
		out["lot"] = l.Source
	case "redeem", "hold", "capture":
		out["draws"] = named(a, r.Draws)
	case "reverse":
		out["restored"], out["expired"] = r.Restored, r.Expired
	case "clawback":
		out["from_pending"], out["from_lot"], out["forgiven_expired"] = r.FromPending, r.FromLot, r.Forgiven
		out["from_others"], out["debt"] = r.FromOthers, r.Debt
	}
	return out
}

func streamState(b Balance) map[string]any {
	return map[string]any{
		"pending": b.Pending, "active": b.Active, "held": b.Held, "debt": b.Debt, "issued": b.Issued,
		"redeemed": b.Redeemed, "expired": b.Expired, "clawed": b.Clawed,
	}
}

// streamRun runs a stream of commands. The files of edge cases leave ticks out of
// their results, and name the end only.
func streamRun(t *testing.T, c vectorCase) map[string]any {
	g := given[struct{ Commands []streamCommand }](t, c)
	d := newDesk(t, Spec{})
	_, whole := c.Expect["states"]
	results, states := []any{}, []any{}
	for i, x := range g.Commands {
		cmd := x.command(t, i)
		r, err := d.do(cmd)
		a := d.account("m")
		states = append(states, streamState(a.Balance("")))
		if x.Do == "tick" && !whole {
			continue
		}
		if err != nil {
			results = append(results, map[string]any{"error": code(t, err)})
			continue
		}
		results = append(results, streamResult(t, a, x.Do, r))
	}
	a := d.account("m")
	lots := map[string]Points{}
	for l := range a.Lots() {
		lots[l.Source] = l.Active
	}
	out := map[string]any{"results": results, "states": states, "final": streamState(a.Balance("")), "lots": lots}
	for _, ev := range d.logs["m"] {
		if b, ok := ev.Body.(*Expired); ok {
			out["expiry_event"] = map[string]any{"at": int64(ev.Effective.Time().Sub(streamTime(0)).Seconds()), "points": b.Points}
			break
		}
	}
	return out
}
