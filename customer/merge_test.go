package customer_test

import (
	"context"
	"encoding/json"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// content is what a customer holds, without its id and in an order of its own, for
// laws that hold up to these.
func content(t require.TestingT, c customer.Customer) map[string][]string {
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(text(t, c)), &fields))
	out := map[string][]string{}
	for name, raw := range fields {
		switch name {
		case "id", "revision", "updated", "absorbed", "joint", "v":
			continue
		}
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			list = []json.RawMessage{raw}
		}
		for _, item := range list {
			out[name] = append(out[name], string(item))
		}
		sort.Strings(out[name])
	}
	return out
}

var mergedAt = minute(100)

func plan(t require.TestingT, a, b customer.Customer) customer.MergePlan {
	p, err := customer.PlanMerge(a, b, mergedAt, nil)
	require.NoError(t, err)
	return p
}

// Brief (f), merge.
func TestMergeLaws(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	reaches(t, counts, []string{
		"kind", "address", "birth", "languages", "region", "zone", "attributes.shop.size", "newest", "equal in age: by text", "a point in common",
	}, func(t *rapid.T) {
		a, _ := drawHistory(t, "a", 15)
		b, _ := drawHistory(t, "b", 15)
		c, _ := drawHistory(t, "c", 8)
		before := text(t, a) + text(t, b)

		same := plan(t, a, a)
		require.Equal(t, text(t, a), text(t, same.Result), "merge(a, a) = a")
		winner, loser := same.Events(mergedAt, nil)
		require.Empty(t, append(winner, loser...))

		ab, ba := plan(t, a, b), plan(t, b, a)
		for _, conflict := range ab.Conflicts {
			counts[string(conflict.Field)]++
			counts[conflict.Why]++
		}
		if len(ab.Result.Points) < len(a.Points)+len(b.Points) {
			counts["a point in common"]++
		}
		require.Equal(t, content(t, ab.Result), content(t, ba.Result), "commutative up to the winner's id")
		require.NoError(t, ab.Result.Validate())
		require.Equal(t, before, text(t, a)+text(t, b), "what was given is unchanged")

		left, right := plan(t, ab.Result, c).Result, plan(t, a, plan(t, b, c).Result).Result
		for _, set := range []string{"names", "points", "postal", "external", "tags", "not_same", "relations", "lifecycle"} {
			require.Equal(t, content(t, left)[set], content(t, right)[set], "associative for sets: %s", set)
		}

		winner, loser = ab.Events(mergedAt, nil)
		applied := must(customer.Fold(a, slices.Values(winner)))
		require.Equal(t, content(t, ab.Result), content(t, applied), "the events do what the plan says")
		gone := must(customer.Fold(b, slices.Values(loser)))
		require.Equal(t, customer.MergedAway, gone.State)
		require.Equal(t, a.ID, gone.MergedInto)

		nothingDisappears(t, ab, winner[0], a, b)
	})
}

// nothingDisappears: every value of each input is in the result or in its history. What
// there may be several of is in the result; of single values what is lost is in the event,
// where the whole of the loser is, or in the winner's own history.
func nothingDisappears(t *rapid.T, p customer.MergePlan, merged customer.Event, sides ...customer.Customer) {
	body, ok := merged.Body.(customer.CustomersMerged)
	require.True(t, ok)
	require.Equal(t, text(t, sides[1]), text(t, body.Content), "the event has all of the loser")
	result := content(t, p.Result)
	for _, side := range sides {
		held := content(t, side)
		for _, list := range []string{"names", "postal", "lifecycle", "tags", "not_same"} {
			require.Subset(t, result[list], held[list], "%s of %s", list, side.ID)
		}
		for _, r := range side.Relations {
			require.True(t, slices.Contains(p.Result.Relations, r) || slices.ContainsFunc(sides, func(c customer.Customer) bool { return c.ID == r.To }))
		}
		for _, x := range side.External {
			require.True(t, slices.ContainsFunc(p.Result.External, func(y customer.ExternalID) bool {
				return y.Source == x.Source && y.Kind == x.Kind && y.Value == x.Value
			}))
		}
		for _, point := range side.Points {
			i := slices.IndexFunc(p.Result.Points, func(q customer.ContactPoint) bool { return q.Ref() == point.Ref() })
			require.GreaterOrEqual(t, i, 0)
			for _, change := range point.History {
				require.Contains(t, p.Result.Points[i].History, change, "what became known of a point")
			}
		}
		for r := range side.Consent.All() {
			switch r.Type {
			case customer.Withdrawn, customer.Objected, customer.Restricted, customer.PointSuppressed:
				require.True(t, slices.ContainsFunc(slices.Collect(p.Result.Consent.All()), func(k customer.ConsentRecord) bool {
					return k.Type == r.Type && k.Purpose == r.Purpose && k.Channel == r.Channel && k.Point == r.Point && k.At.Equal(r.At)
				}), "a refusal of %s", side.ID)
			}
		}
		for _, single := range []string{"kind", "address", "birth", "languages", "region", "zone"} {
			lost := slices.DeleteFunc(slices.Clone(held[single]), func(v string) bool { return slices.Contains(result[single], v) })
			differ := slices.ContainsFunc(p.Conflicts, func(c customer.Conflict) bool {
				return c.Lost == side.ID && string(c.Field) == single
			})
			require.True(t, len(lost) == 0 || differ, "%s of %s is lost and no conflict: %s", single, side.ID, lost)
		}
	}
	for _, side := range sides {
		for _, x := range side.Attributes {
			kept, ok := p.Result.Attributes.Find(x.Key)
			differ := slices.ContainsFunc(p.Conflicts, func(c customer.Conflict) bool {
				return c.Lost == side.ID && string(c.Field) == "attributes."+x.Key
			})
			require.True(t, ok && kept.Value == x.Value || differ, "%s of %s", x.Key, side.ID)
		}
	}
	for _, conflict := range p.Conflicts {
		require.NotEmpty(t, conflict.Why)
	}
}

// Consent after a merge allows, from the merge on, no more than what one of the two
// allowed at that very point, and nothing that either refuses.
func TestMergeNeverWidensConsent(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	reaches(t, counts, []string{
		"merge of a merge", "kept", "kept from one side", "lost to suppressed", "lost to restricted", "lost to bounced", "lost to withdrawn", "lost to objected",
	}, func(t *rapid.T) {
		draw := func(id customer.ID) customer.Customer {
			c, _ := drawHistory(t, id, 20)
			if rapid.IntRange(0, 3).Draw(t, "restricted") > 0 { // else nothing is allowed most of the time
				events := must(customer.Decide(c, customer.RestrictionSet{}, minute(95), nil))
				c = must(customer.Fold(c, slices.Values(events)))
			}
			return c
		}
		a, b := draw("a"), draw("b")
		merged := plan(t, a, b).Result
		if rapid.Bool().Draw(t, "twice") {
			c := draw("c")
			a, b, merged = merged, c, plan(t, merged, c).Result
			counts["merge of a merge"]++
		}
		for range 12 {
			q := customer.ConsentQuestion{
				Purpose: customer.Marketing,
				Channel: []customer.Channel{customer.ByEmail, customer.BySMS, customer.AnyChannel}[rapid.IntRange(0, 2).Draw(t, "channel")],
				Point:   []string{"p0@example.org", "p1@example.org", "p2@example.org", "p3@example.org", "new@example.org", ""}[rapid.IntRange(0, 5).Draw(t, "point")],
				At:      mergedAt.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "later")) * time.Minute),
			}
			after, x, y := merged.Consent.Allowed(q), a.Consent.Allowed(q), b.Consent.Allowed(q)
			if !after.Allowed {
				if x.Allowed != y.Allowed {
					counts["lost to "+after.Reason.String()]++
				}
				continue
			}
			counts["kept"]++
			if x.Allowed != y.Allowed {
				counts["kept from one side"]++
			}
			require.True(t, x.Allowed || y.Allowed, "%v: allowed for neither", q)
			for _, v := range []customer.ConsentVerdict{x, y} {
				switch v.Reason {
				case customer.ReasonSuppressed, customer.ReasonRestricted, customer.ReasonBounced, customer.ReasonWithdrawn, customer.ReasonObjected:
					t.Fatalf("%v: refused by a side: %v", q, v)
				}
			}
			require.NotEqual(t, "new@example.org", q.Point, "nobody's grant covers a point that nobody held")
			require.NotEmpty(t, q.Point)
		}
	})
}

// unmerge(merge(a, b)) restores both exactly, when nothing changed in between.
func TestUnmergeRestores(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, history := drawHistory(t, "a", 15)
		b, _ := drawHistory(t, "b", 15)
		winner, loser := plan(t, a, b).Events(mergedAt, nil)
		history = append(history, winner...)
		gone := must(customer.Fold(b, slices.Values(loser)))
		undo, err := customer.PlanUnmerge(slices.Values(history), winner[0].ID, nil)
		require.NoError(t, err)
		require.Empty(t, undo.Attributed)
		mine, theirs := undo.Events(gone, minute(200), nil)
		restored := must(customer.Fold(must(customer.Fold(a, slices.Values(winner))), slices.Values(mine)))
		again := must(customer.Fold(gone, slices.Values(theirs)))
		for _, pair := range [][3]customer.Customer{{a, restored, b}, {b, again, a}} {
			was, is, other := pair[0].Clone(), pair[1], pair[2]
			was.Revision, was.Updated = is.Revision, is.Updated
			was.NotSame = append(was.NotSame, other.ID)
			require.Equal(t, text(t, was), text(t, is))
		}
		history = append(history, mine...)
		_, err = customer.PlanUnmerge(slices.Values(history), winner[0].ID, nil)
		require.ErrorIs(t, err, customer.ErrMerge, "it is taken back once")
		_, err = customer.PlanMerge(restored, again, minute(300), nil)
		require.ErrorIs(t, err, customer.ErrMerge, "they are not the same")
	})
}

// story is a customer whose history goes on after a merge.
type story struct {
	c       customer.Customer
	history []customer.Event
}

func (s *story) do(cmd customer.Command, addressed customer.ID) {
	events := must(customer.Decide(s.c, cmd, minute(100+len(s.history)), &customer.DecideOptions{Addressed: addressed}))
	s.add(events)
}

func (s *story) add(events []customer.Event) {
	s.c = must(customer.Fold(s.c, slices.Values(events)))
	s.history = append(s.history, events...)
}

// Changes since the merge go to whom they are about; what could be either's stays with
// the winner and is listed.
func TestUnmergeAttributes(t *testing.T) {
	t.Parallel()
	mine, theirs := must(customer.NewEmail("mine@example.org")), must(customer.NewEmail("theirs@example.org"))
	a, history := told("a", customer.PointAdded{Point: mine})
	b, _ := told("b", customer.PointAdded{Point: theirs})
	s := &story{a, history}
	joined, _ := plan(t, a, b).Events(mergedAt, nil)
	s.add(joined)
	s.do(customer.Tagged{Tag: "addressed to b"}, "b")
	s.do(customer.PointMarked{Point: theirs.Ref(), Shared: true}, "")
	s.do(customer.PointMarked{Point: mine.Ref(), Shared: true}, "a")
	s.do(customer.Tagged{Tag: "either's"}, "")
	c, _ := told("c", customer.Tagged{Tag: "from c"})
	later, _ := plan(t, s.c, c).Events(minute(300), nil)
	s.add(later)

	undo, err := customer.PlanUnmerge(slices.Values(s.history), joined[0].ID, nil)
	require.NoError(t, err)
	var why []string
	for _, x := range undo.Attributed {
		why = append(why, string(x.To)+": "+x.Why)
	}
	require.Equal(t, []string{"b: addressed to the loser", "b: only the loser had it", "a: only the winner had it", "a: could be either's", "a: stays with the winner"}, why)
	require.Len(t, undo.Ambiguous, 1)
	require.Equal(t, []string{"either's", "from c"}, undo.WinnerResult.Tags)
	require.Equal(t, []string{"addressed to b"}, undo.LoserResult.Tags)
	require.True(t, undo.LoserResult.Points[0].Shared)
	require.Equal(t, []customer.ID{"c"}, undo.WinnerResult.Absorbed)

	undo, err = customer.PlanUnmerge(slices.Values(s.history), joined[0].ID, &customer.UnmergeOptions{Follow: []customer.ID{"c"}, ToLoser: []string{undo.Ambiguous[0].Event}})
	require.NoError(t, err)
	require.Empty(t, undo.Ambiguous)
	require.Empty(t, undo.WinnerResult.Tags)
	require.Equal(t, []string{"addressed to b", "either's", "from c"}, undo.LoserResult.Tags)
	require.Equal(t, []customer.ID{"c"}, undo.LoserResult.Absorbed)

	_, err = customer.PlanUnmerge(slices.Values(s.history), joined[0].ID, &customer.UnmergeOptions{Follow: []customer.ID{"stranger"}})
	require.ErrorIs(t, err, customer.ErrMerge, "nobody else's id is led astray")
	for _, id := range []string{"nothing", s.history[0].ID} {
		_, err = customer.PlanUnmerge(slices.Values(s.history), id, nil)
		require.ErrorIs(t, err, customer.ErrMerge)
	}
}

func TestMergeConflicts(t *testing.T) {
	t.Parallel()
	a, _ := told("a", customer.ZoneSet{Zone: "Asia/Tokyo"}, customer.BirthSet{Birth: customer.PartialDate{Year: 1980}})
	b, _ := told("b", customer.Tagged{Tag: "x"}, customer.Tagged{Tag: "y"}, customer.ZoneSet{Zone: "Europe/Berlin"}, customer.LanguagesSet{Languages: customer.Languages{{Tag: language.German}}})
	rows := []struct {
		name   string
		policy *customer.MergePolicy
		zone   string
		why    string
	}{
		{"the newest by default", nil, "Europe/Berlin", "newest"},
		{"the winner's", &customer.MergePolicy{Rule: customer.WinnerKeep}, "Asia/Tokyo", "winner"},
		{"as a person picked", &customer.MergePolicy{Picks: []customer.FieldPick{{Field: customer.FieldZone, From: "a"}}}, "Asia/Tokyo", "picked"},
		{"picked against the rule", &customer.MergePolicy{Rule: customer.WinnerKeep, Picks: []customer.FieldPick{{Field: customer.FieldZone, From: "b"}}}, "Europe/Berlin", "picked"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p, err := customer.PlanMerge(a, b, mergedAt, row.policy)
			require.NoError(t, err)
			require.Len(t, p.Conflicts, 1, "only the zone differs")
			require.Equal(t, row.why, p.Conflicts[0].Why)
			require.Equal(t, row.zone, p.Result.Zone)
			require.Equal(t, 1980, p.Result.Birth.Year, "a value survives its absence")
			require.Equal(t, b.Languages, p.Result.Languages)
			stamp, ok := p.Result.Stamp(customer.FieldZone)
			require.True(t, ok)
			require.Equal(t, string(p.Conflicts[0].Kept), strings.Split(stamp.Event, "/")[0], "provenance goes with the value")
		})
	}
	trusted := b.Clone()
	trusted.Provenance[1].Source, trusted.Provenance[1].At = "id card", minute(-900)
	p, err := customer.PlanMerge(a, trusted, mergedAt, &customer.MergePolicy{Trusted: []string{"id card"}})
	require.NoError(t, err)
	require.Equal(t, "Europe/Berlin", p.Result.Zone, "a trusted source wins over a newer one")
	require.Equal(t, "trusted source", p.Conflicts[0].Why)
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	shop := func(v string, weak bool) customer.Command {
		return customer.ExternalAdded{External: customer.ExternalID{Source: "shop", Kind: "account", Value: v, Weak: weak}}
	}
	a, _ := told("a", shop("1", false), shop("cookie", true))
	b, _ := told("b", shop("2", false), shop("cookie", true))
	_, err := customer.PlanMerge(a, b, mergedAt, nil)
	require.ErrorIs(t, err, customer.ErrMerge, "a shared cookie does not join two accounts")
	p, err := customer.PlanMerge(a, b, mergedAt, &customer.MergePolicy{AcceptContradictions: true})
	require.NoError(t, err)
	require.Len(t, p.Result.External, 3)
	require.False(t, a.External[1].Identifies(b.External[1]))

	c, _ := told("c", customer.NotSameDecided{Other: "a"})
	_, err = customer.PlanMerge(a, c, mergedAt, nil)
	require.ErrorIs(t, err, customer.ErrMerge)
	d, _ := told("d")
	absorbing := plan(t, d, must(customer.Fold(customer.Customer{}, slices.Values(func() []customer.Event { _, h := told("a"); return h }())))).Result
	_, err = customer.PlanMerge(absorbing, c, mergedAt, nil)
	require.ErrorIs(t, err, customer.ErrMerge, "not even through another")
	gone := d.Clone()
	gone.State = customer.MergedAway
	_, err = customer.PlanMerge(a, gone, mergedAt, nil)
	require.ErrorIs(t, err, customer.ErrMerge)
	_, err = customer.PlanMerge(a, d, mergedAt, &customer.MergePolicy{Picks: []customer.FieldPick{{Field: "names", From: "a"}, {Field: customer.FieldZone, From: "z"}}})
	require.ErrorIs(t, err, customer.ErrMerge)
}

// A confirmation is used up by the side that it was given to: it does not confirm what
// the other side never confirmed.
func TestMergeKeepsConfirmationsApart(t *testing.T) {
	t.Parallel()
	email := must(customer.NewEmail("a@example.org"))
	pending := func(at int, ttl time.Duration) customer.Command {
		return customer.ConsentRecorded{Record: with(grant(1, customer.ByEmail), func(r *customer.ConsentRecord) {
			r.At, r.NeedsConfirmation = minute(at), true
			if ttl > 0 {
				r.Expires = r.At.Add(ttl)
			}
		})}
	}
	confirmed := customer.ConsentRecorded{Record: customer.ConsentRecord{Type: customer.Confirmed, Purpose: customer.Marketing, Channel: customer.ByEmail, At: minute(5)}}
	a, _ := told("a", customer.PointAdded{Point: email}, pending(1, 50*time.Minute), confirmed)
	b, _ := told("b", customer.PointAdded{Point: email}, pending(1, 0))
	q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, At: mergedAt}
	require.Equal(t, customer.ReasonExpired, a.Consent.Allowed(q).Reason)
	require.Equal(t, customer.ReasonUnverified, b.Consent.Allowed(q).Reason)
	require.Equal(t, customer.ReasonUnverified, plan(t, a, b).Result.Consent.Allowed(q).Reason)

	c, _ := told("c", customer.PointAdded{Point: email}, pending(1, 0), confirmed)
	require.True(t, plan(t, c, b).Result.Consent.Allowed(q).Allowed, "what was confirmed stays allowed")
}

// A point that bounces for one side is not lifted by what the other side knew of it.
func TestMergeKeepsBounces(t *testing.T) {
	t.Parallel()
	email := must(customer.NewEmail("a@example.org"))
	status := func(s customer.PointStatus) customer.Command {
		return customer.PointStatusChanged{Point: email.Ref(), Change: customer.PointChange{Status: s}}
	}
	a, _ := told("a", customer.PointAdded{Point: email}, status(customer.HardBounce))
	b, _ := told("b", customer.PointAdded{Point: email}, customer.ConsentRecorded{Record: grant(1, customer.ByEmail)}, status(customer.Verified))
	q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, At: mergedAt}
	require.True(t, b.Consent.Allowed(q).Allowed)
	for _, p := range []customer.MergePlan{plan(t, a, b), plan(t, b, a)} {
		require.Equal(t, customer.ReasonBounced, p.Result.Consent.Allowed(q).Reason)
		require.Equal(t, customer.Verified, p.Result.Points[0].Status(), "the history is in order of time")
	}
}

// Who goes along with another is theirs from then on: records say whose they were, and
// ties to the one whom they left stay.
func TestFollowersBringTheirOwn(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	email := must(customer.NewEmail("x@example.org"))
	for _, id := range []customer.ID{"a", "b", "c"} {
		h.do(id, customer.Created{}, customer.PointAdded{Point: email}, customer.ConsentRecorded{Record: with(grant(1, customer.ByEmail), func(r *customer.ConsentRecord) { r.Source = string(id) })})
	}
	h.do("c", customer.RelationAdded{Relation: customer.Relation{Kind: customer.SpouseOf, To: "a"}})
	for _, id := range []customer.ID{"b", "c"} {
		_, _, err := h.d.Merge(ctx, h.request("a"), id, nil)
		require.NoError(t, err)
	}
	_, _, err := h.d.Unmerge(ctx, h.request("a"), "a/4", &customer.UnmergeOptions{Follow: []customer.ID{"c"}})
	require.NoError(t, err)
	b := must(h.d.Load(ctx, "c"))
	require.Equal(t, customer.ID("b"), b.ID)
	for r := range b.Consent.All() {
		require.Equal(t, r.Source, r.Origin)
	}
	require.Equal(t, 2, b.Consent.Len())
	require.Len(t, b.Relations, 1, "c is a's spouse, now that they are not a")
	_, _, err = h.d.Unmerge(ctx, h.request("b"), "a/5", nil)
	require.NoError(t, err, "where it went, by the id that it has")
	require.Empty(t, must(h.d.Load(ctx, "b")).Relations)
	require.Len(t, must(h.d.Load(ctx, "c")).Relations, 1)
}

// A refusal that something else hides at the merge is one when that is lifted.
func TestMergeSeesHiddenRefusals(t *testing.T) {
	t.Parallel()
	email := must(customer.NewEmail("a@example.org"))
	added := customer.PointAdded{Point: email}
	record := func(r customer.ConsentRecord) customer.Command { return customer.ConsentRecorded{Record: r} }
	refused := record(customer.ConsentRecord{Type: customer.Withdrawn, Purpose: customer.Marketing, Channel: customer.ByEmail, At: minute(2)})
	yes, _ := told("a", added, record(with(grant(1, customer.ByEmail), func(r *customer.ConsentRecord) { r.At = minute(50) })))
	for name, hides := range map[string][2]customer.ConsentRecord{
		"restricted": {{Type: customer.Restricted, At: minute(3)}, {Type: customer.Unrestricted, At: mergedAt.Add(time.Hour)}},
		"bounced": {
			{Type: customer.StatusOfPoint, Point: email.Canonical, Status: customer.HardBounce, At: minute(3)},
			{Type: customer.StatusOfPoint, Point: email.Canonical, Status: customer.Verified, At: mergedAt.Add(time.Hour)},
		},
	} {
		no, _ := told("b", added, refused, record(hides[0]), record(hides[1]))
		q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, At: mergedAt.Add(2 * time.Hour)}
		require.Equal(t, customer.ReasonWithdrawn, no.Consent.Allowed(q).Reason, name)
		require.True(t, yes.Consent.Allowed(q).Allowed)
		for _, p := range []customer.MergePlan{plan(t, yes, no), plan(t, no, yes)} {
			require.False(t, p.Result.Consent.Allowed(q).Allowed, name)
		}
	}
}

// Every decision that two are not the same outlasts the merges that are taken back later.
func TestUnmergeRemembersEveryDecision(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	for _, id := range []customer.ID{"a", "b", "c"} {
		h.do(id, customer.Created{})
	}
	for _, id := range []customer.ID{"b", "c"} {
		_, _, err := h.d.Merge(ctx, h.request("a"), id, nil)
		require.NoError(t, err)
	}
	for _, merge := range []string{"a/2", "a/3"} {
		_, _, err := h.d.Unmerge(ctx, h.request("a"), merge, nil)
		require.NoError(t, err)
	}
	require.ElementsMatch(t, []customer.ID{"b", "c"}, must(h.d.Load(ctx, "a")).NotSame)
}

// A merge inside another is taken back after the outer one, and the error says which that
// is, however deep it lies.
func TestInnerMergesAreTakenBackFromTheOutside(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	for _, id := range []customer.ID{"a", "b", "c", "d"} {
		h.do(id, customer.Created{}, customer.Tagged{Tag: "of " + string(id)})
	}
	for _, pair := range [][2]customer.ID{{"c", "d"}, {"b", "c"}, {"a", "b"}} {
		_, _, err := h.d.Merge(ctx, h.request(pair[0]), pair[1], nil)
		require.NoError(t, err)
	}
	const inmost, middle, outer = "c/3", "b/3", "a/3"
	for _, step := range []struct {
		of           customer.ID
		merge, outer string // outer is empty for a merge that can be taken back
	}{
		{"a", inmost, outer},
		{"a", middle, outer},
		{"d", inmost, outer}, // every id leads to a
		{"a", outer, ""},
		{"d", inmost, middle},
		{"b", middle, ""},
		{"d", inmost, ""},
	} {
		_, plan, err := h.d.Unmerge(ctx, h.request(step.of), step.merge, nil)
		if step.outer == "" {
			require.NoError(t, err, "%s of %s", step.merge, step.of)
			require.Equal(t, step.merge, plan.Merge)
			continue
		}
		require.ErrorIs(t, err, customer.ErrMerge)
		var inner *customer.InnerMergeError
		require.ErrorAs(t, err, &inner)
		require.Equal(t, customer.InnerMergeError{Merge: step.merge, Outer: step.outer}, *inner)
		require.ErrorContains(t, err, step.outer+": take that back first")
	}
	for _, id := range []customer.ID{"a", "b", "c", "d"} {
		c := must(h.d.Load(ctx, id))
		require.Equal(t, id, c.ID)
		require.Equal(t, []string{"of " + string(id)}, c.Tags)
		require.Empty(t, c.Absorbed)
	}
	_, _, err := h.d.Unmerge(ctx, h.request("a"), inmost, nil)
	require.ErrorIs(t, err, customer.ErrMerge)
	var inner *customer.InnerMergeError
	require.NotErrorAs(t, err, &inner, "who left is in nobody")
}
