package customer_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// The state of a customer says what the consent records say, in whatever order records
// come, backdated ones and ties included.
func TestStateIsWhatTheRecordsSay(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	reaches(t, seen, []string{"tie", "backdated"}, func(t *rapid.T) {
		c, _ := told("c1")
		type entry struct {
			at time.Time
			on bool
		}
		var entries []entry
		for i := range rapid.IntRange(1, 8).Draw(t, "changes") {
			now := minute(10 + i)
			on, at := rapid.Bool().Draw(t, "on"), minute(rapid.IntRange(0, 20).Draw(t, "at"))
			var cmd customer.Command = customer.RestrictionSet{On: on}
			if rapid.Bool().Draw(t, "as a record") {
				kind := customer.Unrestricted
				if on {
					kind = customer.Restricted
				}
				cmd = customer.ConsentRecorded{Record: customer.ConsentRecord{Type: kind, At: at}}
			}
			events, err := customer.Decide(c, cmd, now, &customer.DecideOptions{At: at})
			require.NoError(t, err)
			if len(events) > 0 {
				entries = append(entries, entry{at, on})
			}
			c = must(customer.Fold(c, slices.Values(events)))
			if len(entries) == 0 {
				continue
			}
			want, last := false, time.Time{}
			for _, e := range entries { // the model: the latest that is in effect, and of several the one that restricts
				switch {
				case e.at.After(c.Updated) || e.at.Before(last):
				case e.at.Equal(last):
					want = want || e.on
					seen["tie"]++
				default:
					want, last = e.on, e.at
				}
			}
			require.Equal(t, want, c.Consent.Restricted(c.Updated))
			if len(events) > 0 {
				require.Equal(t, want, c.State == customer.UnderRestriction, "%v", entries)
			}
			if len(entries) > 1 && entries[len(entries)-1].at.Before(last) {
				seen["backdated"]++
			}
		}
	})
}

// Consent does not travel to whom a number was given: not what was granted before, not
// what takes effect later, and not what is granted for all points afterwards.
func TestNoConsentForSomebodyElsesPoint(t *testing.T) {
	t.Parallel()
	phone := must(customer.NewPhone("+81 90 1234 5678"))
	lost := customer.PointStatusChanged{Point: phone.Ref(), Change: customer.PointChange{Status: customer.Reassigned}}
	later := customer.ConsentRecorded{Record: with(grant(1, customer.BySMS), func(r *customer.ConsentRecord) { r.At = minute(50) })}
	all := customer.ConsentRecorded{Record: with(grant(1, customer.BySMS), func(r *customer.ConsentRecord) { r.At = minute(5) })}
	own := customer.ConsentRecorded{Record: with(grant(1, customer.BySMS), func(r *customer.ConsentRecord) { r.At, r.Point = minute(6), phone.Canonical })}
	ask := func(commands ...customer.Command) bool {
		c, _ := told("c1", append([]customer.Command{customer.PointAdded{Point: phone}}, commands...)...)
		return c.Consent.Allowed(customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.BySMS, Point: phone.Canonical, At: minute(99)}).Allowed
	}
	require.True(t, ask(all))
	require.True(t, ask(later))
	require.False(t, ask(all, lost))
	require.False(t, ask(later, lost), "granted for later")
	require.False(t, ask(lost, all), "granted for all points")
	require.True(t, ask(lost, own), "they say that the number is theirs again")
}

// A retention by purpose: purposes are compared as consent compares them, an attribute
// stays as long as one purpose needs it, and points that go take no refusal with them.
func TestRetentionKeepsWhatIsNeeded(t *testing.T) {
	t.Parallel()
	note := func(key string) customer.Command {
		return customer.AttributeSet{Attribute: customer.Attribute{Key: key, Value: customer.TextValue("x")}}
	}
	c, _ := told("c1", note("shop.note"), note("shop.size"))
	due := func(rules ...customer.RetentionRule) []customer.Field {
		ended := map[customer.Purpose]time.Time{" Marketing": minute(1), "marketing": minute(2)}
		p, err := customer.PlanRetention(c, rules, ended, minute(2), time.UTC)
		require.NoError(t, err)
		return p.Remove
	}
	rule := func(p customer.Purpose, fields ...customer.Field) customer.RetentionRule {
		return customer.RetentionRule{Purpose: p, Fields: fields}
	}
	require.Equal(t, []customer.Field{"attributes.shop.note", "attributes.shop.size"}, due(rule("MARKETING", customer.FieldAttributes)))
	require.Equal(t, []customer.Field{"attributes.shop.note"}, due(rule(customer.Marketing, customer.FieldAttributes), rule(customer.Service, "attributes.shop.size")))
	require.Empty(t, due(rule(customer.Marketing, "attributes.shop.size"), rule(customer.Service, customer.FieldAttributes)))
}

func TestRetentionOfPointsWidensNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	email := must(customer.NewEmail("a@example.org"))
	q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, At: minute(10_000)}
	rules := []customer.RetentionRule{{Purpose: customer.Service, Fields: []customer.Field{customer.FieldPoints}}}
	ended := map[customer.Purpose]time.Time{customer.Service: minute(1)}
	for name, refused := range map[string]customer.ConsentRecord{
		"withdrawn":  {Type: customer.Withdrawn, Purpose: customer.Marketing, Channel: customer.AnyChannel, Point: email.Canonical, At: minute(9)},
		"suppressed": {Type: customer.PointSuppressed, Point: email.Canonical, At: minute(9)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, nil)
			h.do("a", customer.Created{}, customer.PointAdded{Point: email}, customer.ConsentRecorded{Record: grant(1, customer.ByEmail)}, customer.ConsentRecorded{Record: refused})
			require.False(t, must(h.d.Allowed(ctx, "a", customer.Email, q)).Allowed)
			c, _, err := h.d.Retain(ctx, h.request("a"), rules, ended, time.UTC)
			require.NoError(t, err)
			require.Empty(t, c.Points)
			h.do("a", customer.PointAdded{Point: email})
			require.False(t, must(h.d.Allowed(ctx, "a", customer.Email, q)).Allowed, "what was refused at the point is not open when it comes back")
		})
	}
	h := newHost(t, nil)
	h.do("a", customer.Created{}, customer.PointAdded{Point: email}, customer.ConsentRecorded{Record: grant(1, customer.ByEmail)})
	c, _, err := h.d.Retain(ctx, h.request("a"), rules, ended, time.UTC)
	require.NoError(t, err)
	require.True(t, c.Consent.Allowed(q).Allowed, "a grant that nothing narrowed stays")
}

// An erasure suppresses what refusals were about as well, and not what is somebody else's.
func TestErasureSuppressesTheirPoints(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	phone, email := must(customer.NewPhone("+81 90 1234 5678")), must(customer.NewEmail("old@example.org"))
	h.do("a", customer.Created{}, customer.PointAdded{Point: phone}, customer.PointAdded{Point: email},
		customer.PointStatusChanged{Point: phone.Ref(), Change: customer.PointChange{Status: customer.Reassigned}},
		customer.ConsentRecorded{Record: customer.ConsentRecord{Type: customer.Withdrawn, Purpose: customer.Marketing, Channel: customer.AnyChannel, Point: email.Canonical, At: minute(9)}},
		customer.PointRemoved{Point: email.Ref()})
	receipt, err := h.d.Erase(ctx, h.request("a"), nil)
	require.NoError(t, err)
	require.Equal(t, []customer.PointHash{must(customer.HashPoint(h.d.Salt, email.Ref()))}, receipt.Suppressed)

	// A handle is suppressed on its own service, among several of one name.
	line, chat := must(customer.NewHandle("line", "kim")), must(customer.NewHandle("chat", "kim"))
	h.do("b", customer.Created{}, customer.PointAdded{Point: line})
	h.do("c", customer.Created{}, customer.PointAdded{Point: line}, customer.PointAdded{Point: chat}) // before that of b is suppressed, so that only the list knows
	_, err = h.d.Erase(ctx, h.request("b"), nil)
	require.NoError(t, err)
	v, err := h.d.Allowed(ctx, "c", customer.Handle, customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByChat, Point: "kim", At: minute(99)})
	require.NoError(t, err)
	require.Equal(t, customer.ReasonSuppressed, v.Reason)
	bare := &customer.Directory{Store: h.store}
	_, err = bare.Allowed(ctx, "c", customer.Handle, customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByChat, Point: "kim", At: minute(99)})
	require.ErrorIs(t, err, customer.ErrPrivacy, "without the salt nobody knows")
}

// What is held of somebody who was merged in is held under their id too.
func TestExportHasEveryHistory(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	h.do("a", customer.Created{})
	h.do("b", customer.Created{}, customer.Tagged{Tag: "once"}, customer.Untagged{Tag: "once"})
	_, _, err := h.d.Merge(ctx, h.request("a"), "b", nil)
	require.NoError(t, err)
	d, err := h.d.Export(ctx, "b")
	require.NoError(t, err)
	require.Contains(t, string(must(json.Marshal(d))), "once")
	require.Len(t, d.Absorbed, 4)
	stranger, history := told("z")
	_, err = customer.Export(stranger, slices.Values(history), slices.Values(d.Absorbed))
	require.ErrorIs(t, err, customer.ErrEvent)
}

// Circles of ties are refused however they come about.
func TestMergeClosesNoCircle(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	for _, id := range []customer.ID{"child", "parent", "grandparent"} {
		h.do(id, customer.Created{})
	}
	tie := func(from, to customer.ID) {
		h.do(from, customer.RelationAdded{Relation: customer.Relation{Kind: customer.ChildOf, To: to}})
	}
	tie("child", "parent")
	tie("parent", "grandparent")
	for _, pair := range [][2]customer.ID{{"child", "grandparent"}, {"grandparent", "child"}} {
		_, _, err := h.d.Merge(ctx, h.request(pair[0]), pair[1], nil)
		require.ErrorIs(t, err, customer.ErrRelation)
	}
	c, _, err := h.d.Merge(ctx, h.request("child"), "parent", nil)
	require.NoError(t, err, "a tie between the two falls away")
	require.Equal(t, customer.ID("grandparent"), c.Relations[0].To)
}

// Hostile text and instants are refused before they are kept; what is kept can be read.
func TestHostileText(t *testing.T) {
	t.Parallel()
	c, _ := told("c1", customer.Tagged{Tag: "x"}, customer.NotSameDecided{Other: "c9"})
	odd := time.FixedZone("LMT", 3208)
	far := time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, bad := range map[string]string{"nul": "a\x00b", "invalid UTF-8": "a\xffb", "a megabyte": strings.Repeat("a", 1<<20), "escape": "a\x1bb", "blank": " "} {
		for _, cmd := range []customer.Command{
			customer.Tagged{Tag: bad},
			customer.RestrictionSet{On: true, Reason: bad},
			customer.NotSameDecided{Other: "c2", Reason: bad},
			customer.NotSameLifted{Other: "c9", Reason: bad},
			customer.MoveStage{To: customer.Lead, Reason: bad},
			customer.NotSameDecided{Other: customer.ID(bad)},
			customer.ConsentRecorded{Record: with(grant(1, customer.ByEmail), func(r *customer.ConsentRecord) { r.Source = bad })},
			customer.AttributeSet{Attribute: customer.Attribute{Key: "k", Value: customer.TextValue(bad)}},
			customer.AttributeSet{Attribute: customer.Attribute{Key: bad, Value: customer.TextValue("x")}},
			customer.NameAdded{Name: customer.Name{Full: bad}},
			customer.PostalAdded{Postal: customer.PostalAddress{Lines: []string{bad}}},
		} {
			_, err := customer.Decide(c, cmd, minute(90), nil)
			require.ErrorIs(t, err, customer.ErrCommand, "%s in %T", name, cmd)
			require.Less(t, len(err.Error()), 400)
			require.NotContains(t, err.Error(), "\x00")
		}
		for _, o := range []customer.DecideOptions{{Actor: bad}, {Source: bad}, {Addressed: customer.ID(bad)}} {
			_, err := customer.Decide(c, customer.Tagged{Tag: "y"}, minute(90), &o)
			require.ErrorIs(t, err, customer.ErrCommand, name)
		}
		h := newHost(t, nil)
		h.do("a", customer.Created{})
		for _, change := range []func(*customer.Request){
			func(r *customer.Request) { r.Key = bad }, func(r *customer.Request) { r.Options.Actor = bad }, func(r *customer.Request) { r.Options.Source = bad },
			func(r *customer.Request) { r.At = far }, func(r *customer.Request) { r.Options.At = minute(1).In(odd) },
		} {
			r := h.request("a")
			change(&r)
			_, err := h.d.Do(t.Context(), r, customer.Tagged{Tag: "y"})
			require.ErrorIs(t, err, customer.ErrCommand)
			_, _, err = h.d.Merge(t.Context(), r, "a", nil)
			require.ErrorIs(t, err, customer.ErrCommand)
			_, _, err = h.d.Unmerge(t.Context(), r, "a/1", nil)
			require.ErrorIs(t, err, customer.ErrCommand)
			_, _, err = h.d.Retain(t.Context(), r, nil, nil, nil)
			require.ErrorIs(t, err, customer.ErrCommand)
			_, err = h.d.Erase(t.Context(), r, nil)
			require.ErrorIs(t, err, customer.ErrCommand)
		}
		other, _ := told("c2")
		_, err := customer.PlanMerge(c, other, minute(90), &customer.MergePolicy{Reason: bad})
		require.ErrorIs(t, err, customer.ErrMerge, name)
		_, err = customer.PlanErasure(c, []customer.Retention{{Field: customer.FieldNames, Basis: customer.BasisContract, Until: minute(900), Reason: bad}}, []byte("0123456789abcdef"), minute(90))
		require.ErrorIs(t, err, customer.ErrPrivacy, name)
		_, err = customer.NewHandle(bad, "kim")
		require.ErrorIs(t, err, customer.ErrContact)
		_, err = customer.NewHandle("line", bad)
		require.ErrorIs(t, err, customer.ErrContact)
		_, err = customer.NewEmail(bad + "@example.org")
		require.ErrorIs(t, err, customer.ErrContact)
		_, err = customer.NewPhone("+8190" + bad)
		require.ErrorIs(t, err, customer.ErrContact)
	}
	for _, at := range []time.Time{far, minute(1).In(odd), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)} {
		_, err := customer.Decide(c, customer.Tagged{Tag: "y"}, minute(90), &customer.DecideOptions{At: at})
		require.ErrorIs(t, err, customer.ErrCommand)
		_, err = customer.ConsentLog{}.Append(with(grant(1, customer.ByEmail), func(r *customer.ConsentRecord) { r.At = at }))
		require.ErrorIs(t, err, customer.ErrConsent)
		_, err = customer.Decide(c, customer.AttributeSet{Attribute: customer.Attribute{Key: "k", Value: customer.TextValue("x"), At: at}}, minute(90), nil)
		require.ErrorIs(t, err, customer.ErrCustomer)
	}
	_, err := customer.ConsentLog{}.Append(with(grant(1, customer.ByEmail), func(r *customer.ConsentRecord) { r.Expires = far }))
	require.ErrorIs(t, err, customer.ErrConsent)
	_, err = customer.Encode(t.Context(), customer.Event{Customer: "c", Revision: 1, Body: customer.AttributeSet{Attribute: customer.Attribute{Key: "k", Value: customer.TextValue(strings.Repeat("a", 17<<20))}}}, nil)
	require.ErrorIs(t, err, customer.ErrCodec, "too large to be read again")
	upper, _ := told("C1")
	_, err = customer.PlanMerge(c, upper, minute(90), nil)
	require.NoError(t, err, "ids that differ by case are two customers")
	a, b := must(customer.NewHandle("LINE", "Kim")), must(customer.NewHandle("line", "kim"))
	require.Equal(t, a.Key, b.Key)
}

// An id in common outweighs another that only one side has.
func TestContradictionNeedsNothingInCommon(t *testing.T) {
	t.Parallel()
	shop := func(values ...string) []customer.Command {
		var out []customer.Command
		for _, v := range values {
			out = append(out, customer.ExternalAdded{External: customer.ExternalID{Source: "shop", Kind: "account", Value: v}})
		}
		return out
	}
	for _, row := range []struct {
		a, b []string
		ok   bool
	}{{[]string{"1", "3"}, []string{"1"}, true}, {[]string{"1"}, []string{"3", "1"}, true}, {[]string{"3", "1"}, []string{"1", "2"}, true}, {[]string{"1", "3"}, []string{"2"}, false}} {
		x, _ := told("a", shop(row.a...)...)
		y, _ := told("b", shop(row.b...)...)
		for _, pair := range [][2]customer.Customer{{x, y}, {y, x}} {
			_, err := customer.PlanMerge(pair[0], pair[1], mergedAt, nil)
			require.Equal(t, row.ok, err == nil, "%v %v", row.a, row.b)
		}
	}
}

func TestMemStoreIsHardToFool(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := &customer.MemStore{}
	entry := func(id customer.ID, n uint64) customer.Write {
		return customer.Write{Customer: id, After: n - 1, Entries: []customer.Entry{{Customer: id, Subject: id, Revision: n}}}
	}
	require.ErrorIs(t, s.Append(ctx, customer.Commit{Key: "1", Writes: []customer.Write{entry("a", 1), entry("a", 1)}}), customer.ErrRevision)
	require.NoError(t, s.Append(ctx, customer.Commit{Key: "1", Writes: []customer.Write{entry("a", 1), entry("b", 1)}}))
	require.NoError(t, s.Append(ctx, customer.Commit{Key: "2", Redirects: []customer.Redirect{{From: "a", To: "b"}, {From: "b", To: "a"}}}))
	_, err := s.Resolve(ctx, "a")
	require.NoError(t, err, "a circle of redirects ends")
	_, err = s.Resolve(ctx, "A")
	require.ErrorIs(t, err, customer.ErrUnknown, "ids that differ by case are two")
}
