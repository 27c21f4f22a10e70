package customer_test

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// text is a customer as JSON, which shows every field.
func text(t require.TestingT, c customer.Customer) string {
	data, err := json.Marshal(c)
	require.NoError(t, err)
	return string(data)
}

// Brief (f), core: the fold is deterministic, equals Apply one by one, keeps what it was
// given, and survives JSON.
func TestFoldLaws(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	reaches(t, counts, []string{
		"created", "name_added", "name_removed", "address_set", "birth_set", "kind_set", "languages_set", "region_set", "zone_set", "point_added",
		"point_removed", "point_status_changed", "point_marked", "postal_added", "postal_removed", "relation_added", "relation_removed",
		"external_added", "external_removed", "attribute_set", "attribute_removed", "tagged", "untagged", "consent_recorded", "restriction_set",
		"not_same_decided", "not_same_lifted", "stage_changed",
	}, func(t *rapid.T) {
		c, history := drawHistory(t, "c1", 20)
		for _, e := range history {
			counts[e.Body.EventKind()]++
		}
		require.NoError(t, c.Validate())
		require.Equal(t, uint64(len(history)), c.Revision)
		var one customer.Customer
		for _, e := range history {
			before := text(t, one)
			next, err := customer.Apply(one, e)
			require.NoError(t, err)
			require.Equal(t, before, text(t, one), "Apply leaves what it was given")
			one = next
		}
		again := must(customer.Fold(customer.Customer{}, slices.Values(history)))
		require.Equal(t, text(t, c), text(t, again))
		require.Equal(t, text(t, c), text(t, one))

		var back customer.Customer
		require.NoError(t, json.Unmarshal([]byte(text(t, c)), &back))
		require.Equal(t, text(t, c), text(t, back))
		data := must(json.Marshal(history))
		var events []customer.Event
		require.NoError(t, json.Unmarshal(data, &events))
		require.Equal(t, string(data), string(must(json.Marshal(events))))
		require.Equal(t, text(t, c), text(t, must(customer.Fold(customer.Customer{}, slices.Values(events)))))
	})
}

// AsOf ignores what was recorded later, whatever that is.
func TestAsOfIgnoresWhatIsLater(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, history := drawHistory(t, "c1", 15)
		at := minute(rapid.IntRange(-1, 16).Draw(t, "t"))
		var until []customer.Event
		for _, e := range history {
			if !e.Recorded.After(at) {
				until = append(until, e)
			}
		}
		require.Equal(t, text(t, must(customer.Fold(customer.Customer{}, slices.Values(until)))), text(t, must(customer.AsOf(slices.Values(history), at))))
	})
}

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	c, history := told("c1", customer.Tagged{Tag: "a"})
	next := history[1]
	next.Revision, next.Body = 3, customer.Tagged{Tag: "b"}
	merged := customer.Customer{ID: "c1", Revision: 2, State: customer.MergedAway}
	erased := customer.Customer{ID: "c1", Revision: 2, State: customer.IsErased}
	rows := []struct {
		name   string
		to     customer.Customer
		change func(*customer.Event)
		want   error
	}{
		{"a revision that is past", c, func(e *customer.Event) { e.Revision = 2 }, customer.ErrRevision},
		{"a revision too far", c, func(e *customer.Event) { e.Revision = 4 }, customer.ErrRevision},
		{"another customer's", c, func(e *customer.Event) { e.Customer = "c2" }, customer.ErrEvent},
		{"nobody's", c, func(e *customer.Event) { e.Customer = "" }, customer.ErrEvent},
		{"no body", c, func(e *customer.Event) { e.Body = nil }, customer.ErrEvent},
		{"recorded before the last", c, func(e *customer.Event) { e.Recorded = minute(0) }, customer.ErrEvent},
		{"created twice", c, func(e *customer.Event) { e.Body = customer.Created{} }, customer.ErrEvent},
		{"not created", customer.Customer{}, func(e *customer.Event) { e.Revision = 1 }, customer.ErrEvent},
		{"merged away", merged, func(*customer.Event) {}, customer.ErrEvent},
		{"erased", erased, func(*customer.Event) {}, customer.ErrEvent},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e := next
			row.change(&e)
			got, err := customer.Apply(row.to, e)
			require.ErrorIs(t, err, row.want)
			require.Equal(t, text(t, row.to), text(t, got), "nothing changed")
			got, err = customer.Fold(row.to, slices.Values([]customer.Event{e}))
			require.ErrorIs(t, err, row.want)
			require.Equal(t, text(t, row.to), text(t, got))
		})
	}
	_, err := customer.Apply(c, next)
	require.NoError(t, err)
}

func TestDecide(t *testing.T) {
	t.Parallel()
	email := must(customer.NewEmail("a@example.org"))
	c, _ := told("c1", customer.PointAdded{Point: email}, customer.Tagged{Tag: "a"},
		customer.AttributeSet{Attribute: customer.Attribute{Key: "k", Value: number("1.50")}},
		customer.BirthSet{Birth: customer.PartialDate{Year: 2015, Month: 5, Day: 1}})
	rows := []struct {
		name string
		cmd  customer.Command
		want error // nil: no events
	}{
		{"nothing asked", nil, customer.ErrCommand},
		{"a tag that is there", customer.Tagged{Tag: "a"}, nil},
		{"a tag that is not there is taken away", customer.Untagged{Tag: "b"}, nil},
		{"an empty tag", customer.Tagged{}, customer.ErrCustomer},
		{"a point that is there", customer.PointAdded{Point: email}, nil},
		{"a point that nobody made", customer.PointAdded{Point: customer.ContactPoint{Kind: customer.Email}}, customer.ErrContact},
		{"the status of a point that is not held", customer.PointStatusChanged{Point: customer.PointRef{Kind: customer.Email, Canonical: "b@x.org"}, Change: customer.PointChange{Status: customer.Verified}}, customer.ErrCommand},
		{"a point without a status", customer.PointStatusChanged{Point: email.Ref()}, customer.ErrContact},
		{"an attribute of another type", customer.AttributeSet{Attribute: customer.Attribute{Key: "k", Value: customer.TextValue("1.5")}}, customer.ErrAttribute},
		{"an attribute without a value", customer.AttributeSet{Attribute: customer.Attribute{Key: "k2"}}, customer.ErrCustomer},
		{"a stage that there is not", customer.MoveStage{To: "vip"}, customer.ErrStage},
		{"created again", customer.Created{}, customer.ErrCommand},
		{"an external id that is a word for none", customer.ExternalAdded{External: customer.ExternalID{Source: "web", Kind: "user", Value: "[object Object]"}}, customer.ErrCustomer},
		{"a tie to oneself", customer.RelationAdded{Relation: customer.Relation{Kind: customer.ChildOf, To: "c1"}}, customer.ErrCustomer},
		{"not the same as oneself", customer.NotSameDecided{Other: "c1"}, customer.ErrCustomer},
		{"consent of a minor", customer.ConsentRecorded{Record: grant(1, customer.ByEmail)}, customer.ErrConsent},
		{"an unknown type of consent", customer.ConsentRecorded{}, customer.ErrConsent},
		{"a date that there is not", customer.BirthSet{Birth: customer.PartialDate{Month: 2, Day: 30}}, customer.ErrCustomer},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			events, err := customer.Decide(c, row.cmd, minute(90), &customer.DecideOptions{MinorUnder: 16})
			require.Empty(t, events)
			if row.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, customer.ErrCommand)
			require.ErrorIs(t, err, row.want)
		})
	}
	guarded := with(grant(1, customer.ByEmail), func(r *customer.ConsentRecord) { r.Guardian = "c9" })
	require.Len(t, must(customer.Decide(c, customer.ConsentRecorded{Record: guarded}, minute(90), &customer.DecideOptions{MinorUnder: 16})), 1)
	_, err := customer.Decide(c, customer.Tagged{Tag: "b"}, minute(1), nil)
	require.ErrorContains(t, err, "before the last change")
	_, err = customer.Decide(customer.Customer{ID: "undefined"}, customer.Created{}, minute(1), nil)
	require.ErrorIs(t, err, customer.ErrCommand)
}

// Whatever a refused command holds, its error does not quote it.
func TestErrorsQuoteNothing(t *testing.T) {
	t.Parallel()
	c, _ := told("c1")
	bad := "aiko\x00"
	for _, cmd := range []customer.Command{
		customer.NameAdded{Name: customer.Name{Full: bad, Sort: bad, Forms: []customer.NameForm{{Full: bad, Script: bad}}}},
		customer.AddressSet{Address: customer.FormOfAddress{CallMe: bad, Grammar: []customer.Grammar{{Pronouns: bad}}}},
		customer.PointAdded{Point: customer.ContactPoint{Kind: customer.Email, Typed: bad, Canonical: bad}},
		customer.PostalAdded{Postal: customer.PostalAddress{Lines: []string{bad}, Country: "aiko"}},
		customer.RelationAdded{Relation: customer.Relation{Kind: customer.ChildOf, To: "c2", Role: bad}},
		customer.ExternalAdded{External: customer.ExternalID{Source: "s", Kind: "k", Value: " aiko "}},
		customer.AttributeSet{Attribute: customer.Attribute{Key: "k", Value: customer.TextValue("aiko\xff")}},
		customer.ConsentRecorded{Record: customer.ConsentRecord{Type: customer.Granted, Point: "aiko\xff"}},
		customer.LanguagesSet{Languages: customer.Languages{{Context: bad}}},
		customer.ZoneSet{Zone: "../aiko"},
		customer.Tagged{Tag: "aiko\xff"},
	} {
		_, err := customer.Decide(c, cmd, minute(9), nil)
		require.ErrorIs(t, err, customer.ErrCommand, "%T", cmd)
		require.NotContains(t, err.Error(), "aiko", "%T", cmd)
	}
	var back customer.Customer
	for _, data := range []string{`{"v":1,"aiko":1}`, `{"v":1,"names":"aiko"}`, `{"v":1,"kind":"aiko"}`, `{"v":1,"birth":"aiko"}`, `{"v":1,"names":[{"aiko":1}]}`, `{"v":2}`, `{"v":1,"zone":"aiko","zone":"aiko"}`} {
		err := back.UnmarshalJSON([]byte(data))
		require.ErrorIs(t, err, customer.ErrCodec, data)
		require.NotContains(t, err.Error(), "aiko", data)
	}
}

// Status and consent go together: what became known of a point answers the question.
func TestPointStatusIsConsent(t *testing.T) {
	t.Parallel()
	email := must(customer.NewEmail("a@example.org"))
	rows := []struct {
		status customer.PointStatus
		want   customer.ConsentReason
	}{
		{customer.Verified, customer.ReasonGranted},
		{customer.SoftBounce, customer.ReasonGranted},
		{customer.HardBounce, customer.ReasonBounced},
		{customer.Complained, customer.ReasonObjected},
		{customer.Reassigned, customer.ReasonWithdrawn},
		{customer.WrongPerson, customer.ReasonWithdrawn},
	}
	for _, row := range rows {
		c, _ := told("c1", customer.PointAdded{Point: email}, customer.ConsentRecorded{Record: grant(1, customer.ByEmail)},
			customer.PointStatusChanged{Point: email.Ref(), Change: customer.PointChange{Status: row.status}})
		q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, At: minute(90)}
		require.Equal(t, row.want.String(), c.Consent.Allowed(q).Reason.String(), row.status)
		require.Equal(t, row.status, c.Points[0].Status())
		require.Equal(t, customer.Unverified, c.Points[0].StatusAt(minute(0)))
	}
}

func TestRelations(t *testing.T) {
	t.Parallel()
	ties := map[customer.ID][]customer.Relation{
		"b": {{Kind: customer.ChildOf, To: "c"}, {Kind: customer.SpouseOf, To: "a"}},
		"c": {{Kind: customer.ChildOf, To: "d"}, {Kind: customer.UnitOf, To: "a"}},
		"d": {{Kind: customer.ChildOf, To: "a", End: customer.PartialDate{Year: 2020}}},
	}
	of := func(id customer.ID) iter.Seq2[customer.Relation, error] {
		return func(yield func(customer.Relation, error) bool) {
			for _, r := range ties[id] {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
	check := func(from customer.ID, kind customer.RelationKind, to customer.ID) error {
		return customer.CheckRelation(from, customer.Relation{Kind: kind, To: to}, of)
	}
	require.NoError(t, check("a", customer.ChildOf, "b"), "the tie that would close it has an end")
	require.ErrorIs(t, check("d", customer.ChildOf, "b"), customer.ErrRelation, "one's own grandparent's parent")
	require.ErrorIs(t, check("c", customer.ChildOf, "b"), customer.ErrRelation)
	require.NoError(t, check("c", customer.SpouseOf, "b"), "a circle of spouses is a marriage")
	require.ErrorIs(t, check("a", customer.UnitOf, "c"), customer.ErrRelation)
	require.ErrorIs(t, check("a", customer.SiblingOf, "a"), customer.ErrRelation)
}

// Every kind of body can be stored, read, and refuses what is not its own.
func TestCodec(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	email := must(customer.NewEmail("a@example.org"))
	c, history := told("c1", customer.PointAdded{Point: email})
	bodies := []customer.Body{
		customer.Created{Kind: customer.Person},
		customer.NameAdded{Name: aiko().Names[0]},
		customer.NameRemoved{Name: aiko().Names[1]},
		customer.AddressSet{Address: aiko().Address},
		customer.BirthSet{Birth: customer.PartialDate{Month: 2, Day: 29}},
		customer.KindSet{Kind: customer.Household},
		customer.LanguagesSet{Languages: aiko().Languages},
		customer.RegionSet{Region: language.MustParseRegion("JP")},
		customer.RegionSet{},
		customer.ZoneSet{Zone: "Asia/Tokyo"},
		customer.PointAdded{Point: email},
		customer.PointRemoved{Point: email.Ref()},
		customer.PointMarked{Point: email.Ref(), Shared: true},
		customer.PointStatusChanged{Point: email.Ref(), Change: customer.PointChange{Status: customer.Verified, At: day(1), Method: "link"}},
		customer.PostalAdded{Postal: customer.PostalAddress{Lines: []string{"x"}}},
		customer.PostalRemoved{Postal: customer.PostalAddress{Locality: "x"}},
		customer.RelationAdded{Relation: customer.Relation{Kind: customer.ChildOf, To: "c2"}},
		customer.RelationRemoved{Relation: customer.Relation{Kind: customer.RelatedTo, To: "c2"}},
		customer.ExternalAdded{External: customer.ExternalID{Source: "s", Kind: "k", Value: "v"}},
		customer.ExternalRemoved{External: customer.ExternalID{Source: "s", Kind: "k", Value: "v", Weak: true}},
		customer.AttributeSet{Attribute: customer.Attribute{Key: "k", Value: customer.TimeValue(day(1)), At: day(1)}},
		customer.AttributeRemoved{Key: "k"},
		customer.Tagged{Tag: "t"},
		customer.Untagged{Tag: "t"},
		customer.ConsentRecorded{Record: grant(1, customer.ByEmail)},
		customer.RestrictionSet{On: true, Reason: "r"},
		customer.NotSameDecided{Other: "c3"},
		customer.NotSameLifted{Other: "c3"},
		customer.StageChanged{Change: customer.StageChange{Stage: "lead", At: day(1)}},
		customer.CustomersMerged{Loser: "c2", Content: aiko(), Picks: []customer.FieldPick{{Field: customer.FieldZone, From: "c2"}}},
		customer.WasMerged{Into: "c2", Merge: "c2/3"},
		customer.MergeUndone{Merge: "c1/2", Loser: "c2", Content: c},
		customer.MergeUndone{Merge: "c1/2", Loser: "c2", Content: c, Follow: []customer.ID{"c3"}, Base: aiko(), Changes: history},
		customer.MergeReturned{From: "c1", Merge: "c1/2", Content: c, Changes: history},
		customer.PersonErased{Content: c},
		customer.Compacted{Content: c, Removed: []customer.Field{customer.FieldBirth}},
		customer.Scrubbed{Kind: "tagged"},
	}
	kinds := map[string]bool{}
	for _, b := range bodies {
		e := customer.Event{ID: "c1/2", Customer: "c1", Revision: 2, At: day(1), Recorded: day(2), Body: b}
		kinds[b.EventKind()] = true
		entry := must(customer.Encode(ctx, e, nil))
		back, err := customer.Decode(ctx, entry, nil)
		require.NoError(t, err, b.EventKind())
		require.Equal(t, string(must(json.Marshal(e))), string(must(json.Marshal(back))), b.EventKind())
		var read customer.Event
		require.NoError(t, json.Unmarshal(must(json.Marshal(e)), &read), b.EventKind())
		require.IsType(t, b, read.Body)
		if entry.Body == nil {
			continue
		}
		entry.Body = append([]byte(`{"aiko-unknown":1,`), entry.Body[1:]...)
		if string(entry.Body[len(entry.Body)-2:]) == ",}" {
			entry.Body = []byte(`{"aiko-unknown":1}`)
		}
		_, err = customer.Decode(ctx, entry, nil)
		require.ErrorIs(t, err, customer.ErrCodec, b.EventKind())
		require.NotContains(t, err.Error(), secret)
		entry.Version = 2
		_, err = customer.Decode(ctx, entry, nil)
		require.ErrorIs(t, err, customer.ErrCodec)
	}
	require.Len(t, kinds, 34, "every kind is here")
	_, err := customer.Decode(ctx, customer.Entry{Kind: "aiko", Version: 1, Body: []byte("{}")}, nil)
	require.ErrorIs(t, err, customer.ErrCodec)
	_, err = customer.Encode(ctx, customer.Event{}, nil)
	require.ErrorIs(t, err, customer.ErrEvent)
}

func FuzzEvent(f *testing.F) {
	_, history := told("c1", customer.Tagged{Tag: "a"}, customer.NameAdded{Name: aiko().Names[0]}, customer.ConsentRecorded{Record: grant(1, customer.ByEmail)})
	for _, e := range history {
		f.Add(must(json.Marshal(e)))
	}
	f.Add([]byte(`{"v":1,"id":"a","customer":"c","revision":1,"at":"2026-01-01T00:00:00Z","recorded":"2026-01-01T00:00:00Z","kind":"created","body":{}}`))
	f.Add([]byte(text(f, aiko())))
	f.Fuzz(func(t *testing.T, data []byte) {
		var e customer.Event
		if json.Unmarshal(data, &e) == nil {
			once := must(json.Marshal(e))
			var again customer.Event
			require.NoError(t, json.Unmarshal(once, &again))
			require.Equal(t, string(once), string(must(json.Marshal(again))))
			if next, err := customer.Apply(customer.Customer{}, e); err == nil {
				_ = next.Validate()
			}
		}
		var c customer.Customer
		if json.Unmarshal(data, &c) == nil {
			_ = c.Validate()
			require.Equal(t, text(t, c), text(t, c.Clone()))
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"100_events", 100}, {"10k_events", 10_000}} {
		b.Run(size.name, func(b *testing.B) {
			history := longHistory(size.n)
			b.ReportAllocs()
			start := time.Now()
			n := 0
			for b.Loop() {
				if _, err := customer.Fold(customer.Customer{}, slices.Values(history)); err != nil {
					b.Fatal(err)
				}
				n += len(history)
			}
			b.ReportMetric(float64(n)/time.Since(start).Seconds(), "events/s")
		})
	}
}

// longHistory is a customer's life: a profile, then statuses, attributes, tags, stages
// and consent in turn.
func longHistory(n int) []customer.Event {
	email := must(customer.NewEmail("a@example.org"))
	c, history := told("c1", customer.NameAdded{Name: aiko().Names[0]}, customer.PointAdded{Point: email}, customer.ZoneSet{Zone: "Asia/Tokyo"})
	add := func(body customer.Body) {
		history = append(history, customer.Event{ID: "e", Customer: "c1", Revision: uint64(len(history)) + 1, At: minute(len(history)), Recorded: minute(len(history)), Body: body})
	}
	_ = c
	for i := len(history); i < n; i++ {
		switch i % 7 {
		case 0:
			add(customer.AttributeSet{Attribute: customer.Attribute{Key: "shop.size", Value: customer.TextValue("M"), At: minute(i)}})
		case 1:
			add(customer.Tagged{Tag: "camera"})
		case 2:
			add(customer.Untagged{Tag: "camera"})
		case 3:
			add(customer.PointStatusChanged{Point: email.Ref(), Change: customer.PointChange{Status: customer.Verified, At: minute(i)}})
		case 4:
			add(customer.StageChanged{Change: customer.StageChange{Stage: customer.Active, At: minute(i)}})
		case 5:
			add(customer.ConsentRecorded{Record: grant(1, customer.ByEmail)})
		case 6:
			add(customer.ZoneSet{Zone: "Europe/Berlin"})
		}
	}
	return history
}

func BenchmarkNewEmail(b *testing.B) {
	for _, row := range []struct{ name, typed string }{
		{"plain", "Aiko.Tanaka@Example.JP"}, {"display_name", "Taro <t@example.jp>"}, {"idn", "Zoë@exämple.com"},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := customer.NewEmail(row.typed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecide(b *testing.B) {
	c, _ := told("c1", customer.NameAdded{Name: aiko().Names[0]}, customer.PointAdded{Point: aiko().Points[0]})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.Decide(c, customer.Tagged{Tag: "camera"}, minute(90), nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	_, history := told("c1", customer.NameAdded{Name: aiko().Names[0]})
	entry := must(customer.Encode(context.Background(), history[1], nil))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.Decode(context.Background(), entry, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlanMerge(b *testing.B) {
	x, _ := told("a", customer.NameAdded{Name: aiko().Names[0]}, customer.PointAdded{Point: aiko().Points[0]}, customer.ConsentRecorded{Record: grant(1, customer.ByEmail)})
	y, _ := told("b", customer.NameAdded{Name: aiko().Names[1]}, customer.PointAdded{Point: aiko().Points[0]}, customer.ZoneSet{Zone: "Asia/Tokyo"})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := customer.PlanMerge(x, y, mergedAt, nil); err != nil {
			b.Fatal(err)
		}
	}
}
