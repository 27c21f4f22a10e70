package customer_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

func named(locale string, parts ...string) customer.Name {
	n := customer.Name{Locale: language.Make(locale)}
	kinds := map[string]customer.ComponentKind{"given": customer.Given, "surname": customer.Surname, "surname2": customer.Surname2}
	for i := 0; i < len(parts); i += 2 {
		n.Components = append(n.Components, customer.Component{Kind: kinds[parts[i]], Value: parts[i+1]})
	}
	return n
}

// The hard cases that concern names, dates, points, ids, ties, merges and privacy: what
// is asked, and the right answer. Those of matching, segments and name formats are with
// their packages.
func TestHardCases(t *testing.T) {
	t.Parallel()
	valid := func(t *testing.T, n customer.Name) {
		t.Helper()
		require.NoError(t, customer.Customer{ID: "x", Names: customer.Names{n}}.Validate())
	}
	cases := []struct {
		name string
		run  func(t *testing.T)
	}{
		{"01 a mononym is valid, sorts under itself and has no filler surname", func(t *testing.T) {
			n := named("id", "given", "Sukarno")
			valid(t, n)
			require.Equal(t, "sukarno", n.SortKey())
			_, ok := n.Field("surname", "")
			require.False(t, ok)
		}},
		{"02 a family name alone is valid", func(t *testing.T) {
			n := named("ja", "surname", "山田")
			valid(t, n)
			require.Equal(t, "山田", n.Display())
		}},
		{"03 a name keeps its script and order where no other form is held, and sorts by its reading", func(t *testing.T) {
			n := named("ja", "surname", "山田", "given", "太郎")
			n.Forms = []customer.NameForm{{Script: "Kana", System: "kana", Components: named("ja", "surname", "ヤマダ", "given", "タロウ").Components}}
			valid(t, n)
			_, ok := n.In("Latn")
			require.False(t, ok)
			require.Equal(t, "やまだ たろう", n.SortKey())
			n.Forms = append(n.Forms, customer.NameForm{Script: "Latn", Components: named("ja", "given", "Taro", "surname", "Yamada").Components})
			latin, ok := n.In("Latn")
			require.True(t, ok)
			require.Equal(t, "Taro Yamada", latin.Display())
			require.Equal(t, language.Japanese, latin.NameLocale())
			require.Equal(t, "山田 太郎", n.Display(), "shown as entered")
		}},
		{"04 one reading in three ways of writing sorts alike, other readings do not", func(t *testing.T) {
			read := func(kana string) string {
				n := named("ja", "surname", "中島")
				n.Forms = []customer.NameForm{{System: "kana", Full: kana}}
				return n.SortKey()
			}
			require.Equal(t, read("ヤマダ"), read("ﾔﾏﾀﾞ"))
			require.Equal(t, read("ヤマダ"), read("やまだ"))
			require.NotEqual(t, read("ナカジマ"), read("ナカシマ"))
		}},
		{"05 a variant kanji is stored as entered", func(t *testing.T) {
			n := named("ja", "surname", "髙橋")
			valid(t, n)
			require.Equal(t, "髙橋", n.Display())
		}},
		{"07 two given names and two surnames stay what they are", func(t *testing.T) {
			n := named("es", "given", "María José", "surname", "García", "surname2", "López")
			valid(t, n)
			given, _ := n.Field("given", "")
			require.Equal(t, "María José", given)
			require.Equal(t, "garcía lópez maría josé", n.SortKey())
			require.Equal(t, "María José García López", n.Display())
		}},
		{"08 an Icelandic name sorts by the given name", func(t *testing.T) {
			require.Equal(t, "björk guðmundsdóttir", named("is", "given", "Björk", "surname", "Guðmundsdóttir").SortKey())
			require.Equal(t, "nguyễn văn", named("vi", "surname", "Nguyễn", "given", "Văn").SortKey())
		}},
		{"09 a whole name is never split", func(t *testing.T) {
			n := customer.Name{Full: "Gabriel García Márquez"}
			valid(t, n)
			require.Empty(t, n.Components)
			require.Equal(t, "gabriel garcía márquez", n.SortKey())
			for _, field := range []string{"given", "surname", "surname2"} {
				_, ok := n.Field(field, "")
				require.False(t, ok)
			}
		}},
		{"10 gender that nobody stated is unknown in every language", func(t *testing.T) {
			a := customer.FormOfAddress{Grammar: []customer.Grammar{{Language: language.German, Gender: customer.Feminine}}}
			for _, tag := range []string{"fr", "ru", "en", "de-CH", "de"} {
				g, ok := a.In(language.Make(tag))
				require.Equal(t, tag == "de" || tag == "de-CH", ok, tag)
				require.Equal(t, ok, g.Gender == customer.Feminine)
			}
			var zero customer.Gender
			require.Equal(t, "unknown", zero.String())
		}},
		{"11 short names, words of programs, marks and emoji are names; controls and overrides are not", func(t *testing.T) {
			for _, full := range []string{"O", "Null", "True", "O'Brien", "D'Angelo-Smith", "e\u0301", "Prince 👑"} {
				valid(t, customer.Name{Full: full})
			}
			for _, full := range []string{"a\x00", "a\u202e", "a\u0378", ""} {
				require.Error(t, customer.Customer{ID: "x", Names: customer.Names{{Full: full}}}.Validate(), "%q", full)
			}
		}},
		{"12 a leap-day birthday is observed by policy, a year alone has none", func(t *testing.T) {
			leap := must(customer.ParsePartialDate("--02-29"))
			b, ok := leap.Birthday(2027, 0)
			require.True(t, ok)
			require.Equal(t, customer.Birthday{Date: customer.Date{Year: 2027, Month: 2, Day: 28}, Moved: true, Policy: customer.LeapDayBefore}, b)
			b, ok = leap.Birthday(2027, customer.LeapDayAfter)
			require.True(t, ok)
			require.Equal(t, customer.Date{Year: 2027, Month: 3, Day: 1}, b.Date)
			_, ok = leap.Birthday(2027, customer.LeapDayOnly)
			require.False(t, ok)
			b, ok = leap.Birthday(2028, customer.LeapDayBefore)
			require.True(t, ok && !b.Moved)
			_, ok = must(customer.ParsePartialDate("--04-12")).Age(customer.Date{Year: 2027, Month: 5, Day: 1}, 0)
			require.False(t, ok, "no year, no age")
			year := must(customer.ParsePartialDate("1985"))
			_, ok = year.Birthday(2027, 0)
			require.False(t, ok, "no reminder on 1 January")
		}},
		{"13 a birthday is a date in the customer's zone and never shifts", func(t *testing.T) {
			birth := must(customer.ParsePartialDate("1990-01-01"))
			island, hawaii := must(time.LoadLocation("Pacific/Kiritimati")), must(time.LoadLocation("Pacific/Honolulu"))
			now := time.Date(2026, 12, 31, 11, 0, 0, 0, time.UTC) // 1 January on the island, 31 December in Hawaii
			b, ok := birth.NextBirthday(now, island, 0)
			require.True(t, ok)
			require.Equal(t, customer.Birthday{Date: customer.Date{Year: 2027, Month: 1, Day: 1}, Age: 37}, b)
			same, ok := birth.NextBirthday(now.In(hawaii), island, 0)
			require.True(t, ok)
			require.Equal(t, b, same, "whoever asks")
			require.Equal(t, "2026-12-31T00:00:00-10:00", b.Date.Start(island).In(hawaii).Format(time.RFC3339))
			b, _ = birth.NextBirthday(now, hawaii, 0)
			require.Equal(t, 2027, b.Date.Year)
			_, ok = birth.NextBirthday(now, nil, 0)
			require.False(t, ok, "no zone, no day")
		}},
		{"14 a zone that the database does not know is kept, reported and replaced by the stated default", func(t *testing.T) {
			c := customer.Customer{ID: "x", Zone: "Mars/Olympus"}
			require.NoError(t, c.Validate())
			berlin := must(time.LoadLocation("Europe/Berlin"))
			z := c.ZoneOr(time.LoadLocation, berlin)
			require.True(t, z.Fallback)
			require.Equal(t, berlin, z.Location)
			require.Equal(t, "Mars/Olympus", z.Zone)
			require.ErrorIs(t, z.Reason, customer.ErrCustomer)
			require.Nil(t, c.ZoneOr(time.LoadLocation, nil).Location, "never silently UTC")
			c.Zone = "Asia/Tokyo"
			z = c.ZoneOr(time.LoadLocation, berlin)
			require.True(t, !z.Fallback && z.Reason == nil && z.Location.String() == "Asia/Tokyo")
		}},
		{"15 an address in another case is one address, and two customers who share it stay two", func(t *testing.T) {
			x, y := must(customer.NewEmail("Sam@Example.org")), must(customer.NewEmail("sam@example.org"))
			require.Equal(t, "Sam@example.org", x.Canonical)
			require.Equal(t, x.Key, y.Key)
			h := newHost(t, nil)
			h.do("a", customer.Created{}, customer.PointAdded{Point: x})
			h.do("b", customer.Created{}, customer.PointAdded{Point: y})
			require.Equal(t, customer.ID("a"), must(h.d.Load(context.Background(), "a")).ID)
			require.Equal(t, customer.ID("b"), must(h.d.Load(context.Background(), "b")).ID)
		}},
		{"16 what a provider ignores tells people apart, unless the host says otherwise", func(t *testing.T) {
			typed := "J.Doe+shop@googlemail.com"
			require.Equal(t, "j.doe+shop@googlemail.com", must(customer.NewEmail(typed)).Key)
			p := must(customer.ParseEmail(typed, &customer.EmailOptions{FoldProviders: true}))
			require.Equal(t, "jdoe@gmail.com", p.Key)
			require.Equal(t, "J.Doe+shop@googlemail.com", p.Canonical, "where mail goes is not touched")
			require.Equal(t, "j.doe+shop@example.org", must(customer.ParseEmail("J.Doe+shop@example.org", &customer.EmailOptions{FoldProviders: true})).Key)
			require.Equal(t, "j.doe@outlook.com", must(customer.ParseEmail("j.doe+x@outlook.com", &customer.EmailOptions{FoldProviders: true})).Key)
		}},
		{"17 consent does not travel with a number that was reassigned, and the number is weak", func(t *testing.T) {
			phone := must(customer.NewPhone("+81 90 1234 5678"))
			c, _ := told("c1", customer.PointAdded{Point: phone}, customer.ConsentRecorded{Record: grant(1, customer.BySMS)},
				customer.PointStatusChanged{Point: phone.Ref(), Change: customer.PointChange{Status: customer.Reassigned}})
			require.False(t, c.Consent.Allowed(customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.BySMS, Point: phone.Canonical, At: minute(99)}).Allowed)
			require.True(t, c.Points[0].Weak())
			require.False(t, phone.Weak())
		}},
		{"20 spouses are a tie between two customers, not one", func(t *testing.T) {
			h := newHost(t, nil)
			h.do("a", customer.Created{})
			h.do("b", customer.Created{}, customer.RelationAdded{Relation: customer.Relation{Kind: customer.SpouseOf, To: "a"}})
			c := h.do("a", customer.RelationAdded{Relation: customer.Relation{Kind: customer.SpouseOf, To: "b"}})
			require.Equal(t, customer.ID("b"), c.Relations[0].To)
			_, err := h.d.Do(context.Background(), h.request("a"), customer.RelationAdded{Relation: customer.Relation{Kind: customer.ChildOf, To: "b"}})
			require.NoError(t, err)
			_, err = h.d.Do(context.Background(), h.request("b"), customer.RelationAdded{Relation: customer.Relation{Kind: customer.ChildOf, To: "a"}})
			require.ErrorIs(t, err, customer.ErrRelation, "a parent of one's own parent")
		}},
		{"22 words for no id are refused with a typed error", func(t *testing.T) {
			for _, value := range []string{"undefined", "null", "", "0", "[object Object]", "NaN", "false"} {
				x := customer.ExternalID{Source: "web", Kind: "user", Value: value}
				require.ErrorIs(t, x.Check(), customer.ErrCustomer, value)
				require.ErrorIs(t, customer.ID(value).Check(), customer.ErrCustomer, value)
				var fault *customer.FieldError
				require.ErrorAs(t, x.Check(), &fault)
				require.Equal(t, "External.Value", fault.Field)
			}
		}},
		{"23 a weak id never merges two strong ones of one source", func(t *testing.T) {
			cookie := customer.ExternalID{Source: "web", Kind: "cookie", Value: "x", Weak: true}
			require.False(t, cookie.Identifies(cookie))
			x, y := customer.ExternalID{Source: "web", Kind: "user", Value: "1"}, customer.ExternalID{Source: "web", Kind: "user", Value: "2"}
			require.True(t, x.Contradicts(y) && !x.Identifies(y) && x.Identifies(x))
			require.False(t, x.Contradicts(customer.ExternalID{Source: "erp", Kind: "user", Value: "2"}))
		}},
		{"24 undoing the middle merge leaves the rest, and lets others follow", func(t *testing.T) {
			h := newHost(t, nil)
			ctx := context.Background()
			for _, id := range []customer.ID{"a", "b", "c"} {
				h.do(id, customer.Created{}, customer.Tagged{Tag: "of " + string(id)})
			}
			_, _, err := h.d.Merge(ctx, h.request("a"), "b", nil)
			require.NoError(t, err)
			_, _, err = h.d.Merge(ctx, h.request("b"), "c", nil)
			require.NoError(t, err, "b leads to a, and c joins a")
			a, plan, err := h.d.Unmerge(ctx, h.request("a"), "a/3", &customer.UnmergeOptions{Follow: []customer.ID{"c"}, Reason: "another person"})
			require.NoError(t, err)
			require.Equal(t, []string{"of a"}, a.Tags)
			require.Empty(t, plan.Ambiguous)
			for _, id := range []customer.ID{"b", "c"} {
				live := must(h.d.Load(ctx, id))
				require.Equal(t, customer.ID("b"), live.ID)
				require.ElementsMatch(t, []string{"of b", "of c"}, live.Tags)
			}
			require.Contains(t, a.NotSame, customer.ID("b"))
			_, _, err = h.d.Merge(ctx, h.request("a"), "b", nil)
			require.ErrorIs(t, err, customer.ErrMerge)
			kinds := []string{}
			for e, err := range h.d.History(ctx, "a") {
				require.NoError(t, err)
				kinds = append(kinds, e.Body.EventKind())
			}
			require.Equal(t, []string{"created", "tagged", "customers_merged", "customers_merged", "merge_undone"}, kinds, "the history shows all")
		}},
		{"25 what both have is there once, what differs is listed", func(t *testing.T) {
			email := must(customer.NewEmail("a@example.org"))
			follow := customer.RelationAdded{Relation: customer.Relation{Kind: customer.ReferredBy, To: "agent"}}
			a, _ := told("a", follow, customer.Tagged{Tag: "vip"}, customer.PointAdded{Point: email}, customer.ZoneSet{Zone: "Asia/Tokyo"})
			b, _ := told("b", follow, customer.Tagged{Tag: "vip"}, customer.PointAdded{Point: email}, customer.Tagged{Tag: "x"}, customer.ZoneSet{Zone: "Europe/Berlin"},
				customer.RelationAdded{Relation: customer.Relation{Kind: customer.ChildOf, To: "a"}})
			p, err := customer.PlanMerge(a, b, mergedAt, nil)
			require.NoError(t, err)
			require.Len(t, p.Result.Relations, 1, "a tie between the two falls away")
			require.Len(t, p.Result.Points, 1)
			require.Equal(t, []string{"vip", "x"}, p.Result.Tags)
			require.Len(t, p.Conflicts, 1)
			require.Equal(t, `"Asia/Tokyo"`, p.Conflicts[0].LostText)
		}},
		{"26 the restrictive side wins, point by point", func(t *testing.T) {
			email := must(customer.NewEmail("a@example.org"))
			yes, _ := told("a", customer.PointAdded{Point: email}, customer.ConsentRecorded{Record: grant(3, customer.ByEmail)})
			no, _ := told("b", customer.PointAdded{Point: email}, customer.ConsentRecorded{Record: refusal(customer.Withdrawn, 2, customer.ByEmail)})
			q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, At: mergedAt}
			require.True(t, yes.Consent.Allowed(q).Allowed)
			for _, p := range []customer.MergePlan{plan(t, yes, no), plan(t, no, yes)} {
				require.Equal(t, customer.ReasonWithdrawn, p.Result.Consent.Allowed(q).Reason, "an older refusal of the other side is no less one")
			}
		}},
		{"27 a change since the merge goes to whom it is about, and what could be either's stays and is listed", func(t *testing.T) {
			h := newHost(t, nil)
			ctx := context.Background()
			mine, theirs := must(customer.NewEmail("mine@example.org")), must(customer.NewEmail("theirs@example.org"))
			h.do("a", customer.Created{}, customer.PointAdded{Point: mine})
			h.do("b", customer.Created{}, customer.PointAdded{Point: theirs})
			_, _, err := h.d.Merge(ctx, h.request("a"), "b", nil)
			require.NoError(t, err)
			h.do("b", customer.Tagged{Tag: "addressed to b"})
			h.do("a", customer.PointMarked{Point: theirs.Ref(), Shared: true}, customer.PointMarked{Point: mine.Ref(), Shared: true}, customer.Tagged{Tag: "either's"})
			a, plan, err := h.d.Unmerge(ctx, h.request("a"), "a/3", nil)
			require.NoError(t, err)
			require.Len(t, plan.Attributed, 4)
			require.Len(t, plan.Ambiguous, 1)
			require.Equal(t, "tagged", plan.Ambiguous[0].Kind)
			require.Equal(t, customer.ID("a"), plan.Ambiguous[0].To)
			b := must(h.d.Load(ctx, "b"))
			require.Equal(t, []string{"either's"}, a.Tags)
			require.Equal(t, []string{"addressed to b"}, b.Tags)
			require.True(t, a.Points[0].Shared && b.Points[0].Shared)
			require.Len(t, append(a.Points, b.Points...), 2)
		}},
		{"28 a legal hold keeps the field that it names, on a basis that is said", func(t *testing.T) {
			h := newHost(t, nil)
			fullPerson(h, "p1")
			_, err := h.d.Erase(context.Background(), h.request("p1"), []customer.Retention{{Field: customer.FieldPostal, Basis: customer.BasisLegalObligation, Until: minute(9999)}})
			require.NoError(t, err)
			c := must(h.d.Load(context.Background(), "p1"))
			require.True(t, c.Birth.IsZero())
			require.Len(t, c.Postal, 1)
			require.Equal(t, customer.BasisLegalObligation, c.Receipt.Kept[0].Basis)
		}},
		{"more: a step back in the lifecycle needs a reason, also by command", func(t *testing.T) {
			c, _ := told("c1", customer.MoveStage{To: customer.Active})
			_, err := customer.Decide(c, customer.MoveStage{To: customer.Lead}, minute(9), nil)
			require.ErrorIs(t, err, customer.ErrStage)
		}},
		{"more: an attribute of another type is an error, not a coercion", func(t *testing.T) {
			set := func(v customer.Value) customer.Command {
				return customer.AttributeSet{Attribute: customer.Attribute{Key: "shop.size", Value: v}}
			}
			c, _ := told("c1", set(number("42")))
			_, err := customer.Decide(c, set(customer.TextValue("42")), minute(9), nil)
			require.ErrorIs(t, err, customer.ErrAttribute)
			c, _ = told("c1", set(number("42")), customer.AttributeRemoved{Key: "shop.size"}, set(customer.TextValue("42")))
			require.Equal(t, customer.TextType, c.Attributes[0].Value.Type())
		}},
		{"more: nobody is a parent of their own parent, however far up", func(t *testing.T) {
			h := newHost(t, nil)
			tie := func(from, to customer.ID) error {
				_, err := h.d.Do(context.Background(), h.request(from), customer.RelationAdded{Relation: customer.Relation{Kind: customer.ChildOf, To: to}})
				return err
			}
			for _, id := range []customer.ID{"a", "b", "c"} {
				h.do(id, customer.Created{})
			}
			require.NoError(t, tie("a", "b"))
			require.NoError(t, tie("b", "c"))
			require.ErrorIs(t, tie("c", "a"), customer.ErrRelation)
			require.ErrorIs(t, tie("b", "a"), customer.ErrRelation)
			require.ErrorIs(t, tie("a", "a"), customer.ErrRelation)
		}},
		{"more: a customer who is an organisation's contact is one person with two roles", func(t *testing.T) {
			h := newHost(t, nil)
			h.do("acme", customer.Created{Kind: customer.Organization})
			c := h.do("p", customer.Created{Kind: customer.Person}, customer.MoveStage{To: customer.Active},
				customer.RelationAdded{Relation: customer.Relation{Kind: customer.ContactFor, To: "acme", Role: "purchasing"}},
				customer.RelationAdded{Relation: customer.Relation{Kind: customer.EmployeeOf, To: "acme"}})
			require.Len(t, c.Relations, 2)
			require.Equal(t, customer.Active, c.Lifecycle.Stage())
			require.Equal(t, customer.Person, c.Kind)
		}},
		{"more: consent by a minor needs the guardian's record", func(t *testing.T) {
			c, _ := told("c1", customer.BirthSet{Birth: customer.PartialDate{Year: 2015, Month: 5, Day: 1}})
			o := &customer.DecideOptions{MinorUnder: 16}
			r := grant(1, customer.ByEmail)
			_, err := customer.Decide(c, customer.ConsentRecorded{Record: r}, minute(9), o)
			require.ErrorIs(t, err, customer.ErrConsent)
			r.Guardian = "c2"
			_, err = customer.Decide(c, customer.ConsentRecorded{Record: r}, minute(9), o)
			require.NoError(t, err)
			_, err = customer.Decide(c, customer.ConsentRecorded{Record: refusal(customer.Withdrawn, 1, customer.ByEmail)}, minute(9), o)
			require.NoError(t, err, "a refusal needs nobody")
		}},
		{"more: two phones in one cell are not one, and are not split", func(t *testing.T) {
			_, err := customer.NewPhone("+81 90 1234 5678, +81 90 1234 5679")
			require.ErrorIs(t, err, customer.ErrContact)
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t)
		})
	}
}

func TestPartialDates(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"1985-04-12", "1985-04", "1985", "--04-12", "--04", "--02-29", "2024-02-29", ""} {
		d, err := customer.ParsePartialDate(s)
		require.NoError(t, err, s)
		require.Equal(t, s, d.String())
	}
	for _, s := range []string{"1985-13", "1985-02-29", "--02-30", "--00", "85-04-12", "1985-4-12", "1985-04-12T00:00:00Z", "-", "--", "---", "0000", "1985--12", "+985", "----12", "１９８５", "1985-04-"} {
		_, err := customer.ParsePartialDate(s)
		require.ErrorIs(t, err, customer.ErrDate, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := customer.PartialDate{Year: rapid.IntRange(-1, 10000).Draw(t, "y"), Month: time.Month(rapid.IntRange(-1, 13).Draw(t, "m")), Day: rapid.IntRange(-1, 32).Draw(t, "d")}
		back, err := customer.ParsePartialDate(d.String())
		if d.Check() == nil {
			require.NoError(t, err)
			require.Equal(t, d, back)
		}
		on := customer.Date{Year: rapid.IntRange(1, 9999).Draw(t, "on"), Month: 6, Day: 15}
		if age, ok := d.Age(on, customer.LeapDayBefore); ok {
			require.GreaterOrEqual(t, age, 0)
			require.InDelta(t, on.Year-d.Year, age, 1)
		}
		now := time.Date(on.Year, 6, 15, 12, 0, 0, 0, time.UTC)
		if b, ok := d.NextBirthday(now, time.UTC, customer.LeapDayOnly); ok {
			require.GreaterOrEqual(t, b.Date.Compare(on), 0)
		}
	})
}

func FuzzParsers(f *testing.F) {
	for _, s := range []string{"1985-04-12", "--02-29", "090-1234-5678", "+49 (0)30 1", "number:1.50", "time:2026-01-01T00:00:00Z", "text:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := customer.ParsePartialDate(s); err == nil {
			require.Equal(t, s, d.String())
		}
		for _, region := range []string{"JP", "IT", "US", "XX"} {
			if p, err := customer.ParsePhone(s, region, customer.PhonePlans{}); err == nil {
				require.Regexp(t, `^\+[1-9][0-9]{6,14}$`, p.Canonical)
				again, err := customer.NewPhone(p.Canonical)
				require.NoError(t, err)
				require.Equal(t, p.Key, again.Key)
			}
		}
		var v customer.Value
		if v.UnmarshalText([]byte(s)) == nil {
			text, err := v.MarshalText()
			require.NoError(t, err)
			var back customer.Value
			require.NoError(t, back.UnmarshalText(text))
			require.Equal(t, v.Text(), back.Text())
		}
		if p, err := customer.ParseEmail(s, &customer.EmailOptions{FoldProviders: true}); err == nil {
			again, err := customer.ParseEmail(p.Canonical, &customer.EmailOptions{FoldProviders: true})
			require.NoError(t, err)
			require.Equal(t, p.Key, again.Key)
		}
	})
}

// SortKey is an order, and Compare agrees with it.
func TestSortKeyIsAnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) customer.Name {
			n := named(rapid.SampledFrom([]string{"ja", "is", "en"}).Draw(t, label+" locale"), "given", rapid.StringMatching(`[A-Ca-cサさ]{1,2}`).Draw(t, label+" given"))
			if rapid.Bool().Draw(t, label+" read") {
				n.Forms = []customer.NameForm{{System: "kana", Full: rapid.StringMatching(`[ァ-ンぁ-ん]{1,2}`).Draw(t, label+" reading")}}
			}
			return n
		}
		x, y, z := draw("x"), draw("y"), draw("z")
		require.Equal(t, x.Compare(y), -y.Compare(x))
		if x.Compare(y) <= 0 && y.Compare(z) <= 0 {
			require.LessOrEqual(t, x.Compare(z), 0)
		}
		if x.SortKey() != y.SortKey() {
			require.Equal(t, cmp.Compare(x.SortKey(), y.SortKey()), x.Compare(y))
		}
	})
}

func TestValues(t *testing.T) {
	t.Parallel()
	n := number("12.500")
	require.Equal(t, number("12.5"), n, "equal numbers are equal values")
	require.Equal(t, "12.5", n.Text())
	d, ok := n.Number()
	require.True(t, ok)
	require.Equal(t, "12.5", d.String())
	_, ok = n.Bool()
	require.False(t, ok)
	b, ok := customer.BoolValue(true).Bool()
	require.True(t, b && ok)
	at, ok := customer.TimeValue(time.Date(2026, 1, 1, 1, 0, 0, 0, time.FixedZone("", 3600))).Time()
	require.True(t, ok)
	require.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), at)
	date, ok := customer.DateValue(customer.PartialDate{Year: 1985}).Date()
	require.True(t, ok)
	require.Equal(t, 1985, date.Year)
	var none customer.Value
	_, err := none.MarshalText()
	require.ErrorIs(t, err, customer.ErrAttribute)
	for _, s := range []string{"", "number", "number:x", "bool:yes", "date:1985-13", "time:now", "money:1", "number:1e999999"} {
		require.ErrorIs(t, none.UnmarshalText([]byte(s)), customer.ErrAttribute, s)
	}
}

// parser is a numbering plan of the host that says what it is told.
type parser struct {
	says string
	err  error
}

func (p parser) E164(string, string) (string, error) { return p.says, p.err }

func TestPhoneParser(t *testing.T) {
	t.Parallel()
	p, err := customer.ParsePhone("030 123456", "DE", parser{says: "+4930123456"})
	require.NoError(t, err)
	require.Equal(t, "+4930123456", p.Canonical)
	require.Equal(t, "030 123456", p.Typed)
	for _, bad := range []customer.PhoneParser{nil, parser{err: errors.New("no")}, parser{says: "030"}, parser{says: "+49 30 123456"}, parser{says: "+1"}} {
		_, err = customer.ParsePhone("030 123456", "DE", bad)
		require.ErrorIs(t, err, customer.ErrContact)
	}
	_, err = customer.NewPhone("030 123456")
	require.ErrorIs(t, err, customer.ErrNumberingPlan)
	_, err = customer.NewPhone("+12")
	require.NotErrorIs(t, err, customer.ErrNumberingPlan)
	regions := customer.PhonePlans{}.Regions()
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(regions))), len(regions))
	for _, r := range regions {
		require.Equal(t, r, language.MustParseRegion(r).String())
	}
	_, err = customer.PhonePlans{}.E164("1", "AQ")
	require.ErrorIs(t, err, customer.ErrContact)
}
