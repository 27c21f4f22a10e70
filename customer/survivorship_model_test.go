package customer_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// toldValue is one value of a single-valued field in the model: which of three, when it
// was so and from where.
type toldValue struct {
	which, at int
	source    string
	event     string // id of the event that set it
}

// survivor is a side of a merge in the model.
type survivor map[customer.Field]toldValue

// Three values of every single-valued field, in the order of their texts, and how to read
// them: written out, so that the model shares nothing with what it checks.
var (
	kinds     = []customer.Kind{customer.Household, customer.Organization, customer.Person}
	calls     = []string{"Anna", "Bea", "Cleo"}
	births    = []customer.PartialDate{{Year: 1980}, {Year: 1981, Month: 2}, {Year: 1982, Month: 3, Day: 4}}
	tongues   = []customer.Languages{{{Tag: language.German}}, {{Tag: language.French}}, {{Tag: language.Japanese}}}
	regions   = []language.Region{language.MustParseRegion("DE"), language.MustParseRegion("FR"), language.MustParseRegion("JP")}
	zones     = []string{"Asia/Tokyo", "Europe/Berlin", "UTC"}
	sizes     = []string{"1", "2", "3"}
	survivors = []customer.Field{
		customer.FieldKind, customer.FieldAddress, customer.FieldBirth, customer.FieldLanguages, customer.FieldRegion, customer.FieldZone, "attributes.size",
	}
)

func setting(field customer.Field, which int) customer.Command {
	switch field {
	case customer.FieldKind:
		return customer.KindSet{Kind: kinds[which]}
	case customer.FieldAddress:
		return customer.AddressSet{Address: customer.FormOfAddress{CallMe: calls[which]}}
	case customer.FieldBirth:
		return customer.BirthSet{Birth: births[which]}
	case customer.FieldLanguages:
		return customer.LanguagesSet{Languages: tongues[which]}
	case customer.FieldRegion:
		return customer.RegionSet{Region: regions[which]}
	case customer.FieldZone:
		return customer.ZoneSet{Zone: zones[which]}
	default:
		return customer.AttributeSet{Attribute: customer.Attribute{Key: "size", Value: number(sizes[which])}}
	}
}

// heldValue is which of the three a customer has, from when and where; -1 for none.
func heldValue(t require.TestingT, c customer.Customer, field customer.Field) toldValue {
	out := toldValue{which: -1}
	switch field {
	case customer.FieldKind:
		out.which = slices.Index(kinds, c.Kind)
	case customer.FieldAddress:
		out.which = slices.Index(calls, c.Address.CallMe)
	case customer.FieldBirth:
		out.which = slices.Index(births, c.Birth)
	case customer.FieldLanguages:
		out.which = slices.IndexFunc(tongues, func(l customer.Languages) bool { return slices.Equal(l, c.Languages) })
	case customer.FieldRegion:
		out.which = slices.Index(regions, c.Region)
	case customer.FieldZone:
		out.which = slices.Index(zones, c.Zone)
	default:
		if a, ok := c.Attributes.Find("size"); ok {
			n, ok := a.Value.Number()
			require.True(t, ok)
			return toldValue{which: slices.Index(sizes, n.String()), at: int(a.At.Sub(minute(0)).Minutes()), source: a.Source}
		}
		return out
	}
	if s, ok := c.Stamp(field); ok && out.which >= 0 {
		out.at, out.source, out.event = int(s.At.Sub(minute(0)).Minutes()), s.Source, s.Event
	}
	return out
}

// drawSide draws a customer and what the model knows of it.
func drawSide(t *rapid.T, id customer.ID) (customer.Customer, survivor) {
	c, side := customer.Customer{ID: id}, survivor{}
	c = must(customer.Fold(c, slices.Values(must(customer.Decide(c, customer.Created{}, minute(0), nil)))))
	for _, field := range survivors {
		if pick(t, "told", 8) < 2 {
			continue
		}
		v := toldValue{
			which: pick(t, "which", 3), at: 1 + pick(t, "at", 3), source: []string{"", "shop", "id card", "call"}[pick(t, "source", 4)],
			event: fmt.Sprintf("%s/%d", id, c.Revision+1),
		}
		events := must(customer.Decide(c, setting(field, v.which), minute(10), &customer.DecideOptions{Source: v.source, At: minute(v.at)}))
		if c = must(customer.Fold(c, slices.Values(events))); field == "attributes.size" {
			v.event = ""
		}
		side[field] = v
	}
	return c, side
}

// modelled is who survives by the rules as they are written down: a person's pick, then
// the better trusted source, then the winner's where that is the rule, then the later, then
// the greater text.
func modelled(winner, loser toldValue, picked customer.ID, ids [2]customer.ID, policy *customer.MergePolicy) (customer.ID, string) {
	place := map[string]int{}
	for i, s := range policy.Trusted {
		place[s] = len(policy.Trusted) - i
	}
	switch {
	case picked != "":
		return picked, "picked"
	case place[winner.source] > place[loser.source]:
		return ids[0], "trusted source"
	case place[winner.source] < place[loser.source]:
		return ids[1], "trusted source"
	case policy.Rule == customer.WinnerKeep:
		return ids[0], "winner"
	case winner.at > loser.at:
		return ids[0], "newest"
	case winner.at < loser.at:
		return ids[1], "newest"
	case winner.which > loser.which:
		return ids[0], "equal in age: by text"
	default:
		return ids[1], "equal in age: by text"
	}
}

// later is where a value is from that both sides have: the later of the two.
func later(a, b toldValue) toldValue {
	if b.at > a.at || b.at == a.at && b.event+b.source > a.event+a.source {
		return b
	}
	return a
}

// Which of two values survives a merge is what a model of the rules says, for every field
// and policy, with whom it is from; what is lost is listed, and nothing else is.
func TestSurvivorshipAgainstModel(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	states := []string{"picked", "trusted source", "winner", "newest", "equal in age: by text", "one side only", "agree", "neither", "loser wins"}
	for _, f := range survivors {
		states = append(states, "conflict on "+string(f))
	}
	reaches(t, counts, states, func(t *rapid.T) {
		a, winner := drawSide(t, "a")
		b, loser := drawSide(t, "b")
		ids := [2]customer.ID{"a", "b"}
		policy := &customer.MergePolicy{Rule: customer.Survivorship(pick(t, "rule", 2))}
		policy.Trusted = rapid.Permutation([]string{"shop", "id card", "call"}).Draw(t, "trusted")[:pick(t, "how many", 4)]
		picks := map[customer.Field]customer.ID{}
		for _, f := range survivors {
			if pick(t, "picks", 8) == 0 {
				picks[f] = ids[pick(t, "side", 2)]
				policy.Picks = append(policy.Picks, customer.FieldPick{Field: f, From: picks[f]})
			}
		}
		plan := must(customer.PlanMerge(a, b, mergedAt, policy))
		events, _ := plan.Events(mergedAt, nil)
		applied := must(customer.Fold(a, slices.Values(events)))
		conflicts := 0
		for _, f := range survivors {
			x, mine := winner[f]
			y, theirs := loser[f]
			want := toldValue{which: -1}
			switch {
			case !mine && !theirs:
				counts["neither"]++
			case mine && theirs && x.which == y.which:
				want = later(x, y)
				counts["agree"]++
			case mine && theirs:
				kept, why := modelled(x, y, picks[f], ids, policy)
				if want = x; kept == "b" {
					want = y
					counts["loser wins"]++
				}
				counts[why]++
				counts["conflict on "+string(f)]++
				conflicts++
				i := slices.IndexFunc(plan.Conflicts, func(c customer.Conflict) bool { return c.Field == f })
				require.GreaterOrEqual(t, i, 0, "%s", f)
				require.Equal(t, why, plan.Conflicts[i].Why, "%s", f)
				require.Equal(t, kept, plan.Conflicts[i].Kept, "%s", f)
				require.NotEqual(t, kept, plan.Conflicts[i].Lost)
				require.NotEqual(t, plan.Conflicts[i].KeptText, plan.Conflicts[i].LostText)
			default:
				if want = x; theirs {
					want = y
				}
				counts["one side only"]++
			}
			require.Equal(t, want, heldValue(t, plan.Result, f), "%s of the plan", f)
			require.Equal(t, want, heldValue(t, applied, f), "%s of the events", f)
		}
		require.Len(t, plan.Conflicts, conflicts, "nothing else is a conflict")
	})
}
