package customer_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/customer"
)

// Consent is one question: purpose, channel, point and instant.
func ExampleEvaluateConsent() {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC) }
	records := []customer.ConsentRecord{
		{
			Type: customer.Granted, Purpose: customer.Marketing, Channel: customer.ByEmail, Basis: customer.BasisConsent, At: at(1), Expires: at(20),
			Proof: &customer.Proof{Method: "web_form", Wording: "2026-1"},
		},
		{Type: customer.Withdrawn, Purpose: customer.Marketing, Channel: customer.ByEmail, Point: "kim@example.org", At: at(10)},
	}
	for _, point := range []string{"kim@example.org", "kim@work.example"} {
		q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: point, At: at(5)}
		fmt.Println(customer.EvaluateConsent(slices.Values(records), q))
	}
	// Output:
	// allow: granted until 2026-03-10T09:00:00Z
	// allow: granted until 2026-03-20T09:00:00Z
}

// The events of a customer are all that is known: their fold is the present, and the fold
// of those until then is what was known then.
func ExampleAsOf() {
	c := customer.Customer{ID: "c-1"}
	var history []customer.Event
	at := func(day int) time.Time { return time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC) }
	for i, cmd := range []customer.Command{
		customer.Created{Kind: customer.Person}, customer.ZoneSet{Zone: "Asia/Tokyo"}, customer.ZoneSet{Zone: "Europe/Berlin"},
	} {
		events, err := customer.Decide(c, cmd, at(i+1), nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		history = append(history, events...)
		if c, err = customer.Fold(c, slices.Values(events)); err != nil {
			fmt.Println(err)
			return
		}
	}
	then, err := customer.AsOf(slices.Values(history), at(2))
	fmt.Println(c.Zone, c.Revision)
	fmt.Println(then.Zone, then.Revision, err)
	// Output:
	// Europe/Berlin 3
	// Asia/Tokyo 2 <nil>
}

// An erasure leaves a receipt: what went, what stays on which basis until when.
func ExamplePlanErasure() {
	email, err := customer.NewEmail("kim@example.org")
	if err != nil {
		fmt.Println(err)
		return
	}
	c := customer.Customer{
		ID: "c-1", Names: customer.Names{{Full: "Kim Lee"}}, Points: customer.ContactPoints{email},
		Postal: customer.PostalAddresses{{Lines: []string{"1 High Street"}, Country: "GB"}},
	}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	plan, err := customer.PlanErasure(c, []customer.Retention{
		{Field: customer.FieldPostal, Basis: customer.BasisLegalObligation, Until: now.AddDate(10, 0, 0), Reason: "invoices: 10 years"},
	}, []byte("a secret of the host"), now)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range plan.Receipt.Removed {
		fmt.Println("removed:", r.Field, r.Count)
	}
	for _, k := range plan.Receipt.Kept {
		fmt.Println("kept:", k.Field, k.Basis, k.Until.Format(time.DateOnly))
	}
	fmt.Println("suppressed:", len(plan.Receipt.Suppressed))
	fmt.Println(plan)
	// Output:
	// removed: names 1
	// removed: points 1
	// kept: postal legal_obligation 2036-03-01
	// suppressed: 1
	// customer.Erasure(c-1, 1 kept)
}

func ExamplePlanRetention() {
	c := customer.Customer{ID: "c-1", Birth: customer.PartialDate{Year: 1985}, Zone: "Asia/Tokyo"}
	rules := []customer.RetentionRule{
		{Purpose: customer.Marketing, Fields: []customer.Field{customer.FieldBirth, customer.FieldZone}},
		{Purpose: customer.Service, Fields: []customer.Field{customer.FieldZone}, Months: 6},
	}
	ended := map[customer.Purpose]time.Time{
		customer.Marketing: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), customer.Service: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
	}
	plan, err := customer.PlanRetention(c, rules, ended, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), time.UTC)
	fmt.Println(plan.Remove, plan.Next.Format(time.DateOnly), err)
	// Output:
	// [birth] 2026-09-01 <nil>
}

// A list of points that are never to be contacted is checked without holding a point.
func ExampleNewSuppressions() {
	salt := []byte("a secret of the host")
	email, err := customer.NewEmail("kim@example.org")
	if err != nil {
		fmt.Println(err)
		return
	}
	hash, err := customer.HashPoint(salt, email.Ref())
	if err != nil {
		fmt.Println(err)
		return
	}
	list, err := customer.NewSuppressions(salt, slices.Values([]customer.PointHash{hash}))
	if err != nil {
		fmt.Println(err)
		return
	}
	imported, err := customer.NewEmail("KIM@example.org")
	fmt.Println(list.Has(imported.Ref()), err)
	fmt.Println(list)
	// Output:
	// true <nil>
	// customer.Suppressions(1)
}

func ExampleNewEmail() {
	for _, typed := range []string{"Kim.Lee@Example.ORG", "Kim <kim@example.org>", "kim@exämple.com", "kim@@example.org"} {
		p, err := customer.NewEmail(typed)
		fmt.Println(p.Canonical, p.Key, err)
	}
	// Output:
	// Kim.Lee@example.org kim.lee@example.org <nil>
	// kim@example.org kim@example.org <nil>
	// kim@xn--exmple-cua.com kim@xn--exmple-cua.com <nil>
	//   customer: email: needs exactly one @
}

func ExampleStages_Move() {
	stages, err := customer.NewStages("trial", "member", "alumnus")
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	life, err := stages.Move(customer.Lifecycle{}, "member", at, "")
	fmt.Println(life.Stage(), err)
	_, err = stages.Move(life, "trial", at.AddDate(0, 1, 0), "")
	fmt.Println(err)
	// Output:
	// member <nil>
	// customer: stage "member" to "trial": a step back needs a reason
}

// Merges into one customer are taken back in any order. What was addressed to the one or
// is about what only they have goes with them; what could be either's stays, and is listed.
func ExamplePlanUnmerge() {
	ctx := context.Background()
	d := &customer.Directory{Store: &customer.MemStore{}, Salt: []byte("a secret of the host"), States: customer.NewMemStates(0)}
	n := 0
	request := func(id customer.ID) customer.Request {
		n++
		return customer.Request{Key: fmt.Sprint("request-", n), ID: id, At: time.Date(2026, 5, 1, 9, n, 0, 0, time.UTC)}
	}
	do := func(id customer.ID, cmd customer.Command) {
		if _, err := d.Do(ctx, request(id), cmd); err != nil {
			fmt.Println(err)
		}
	}
	for _, id := range []customer.ID{"a", "b", "c"} {
		do(id, customer.Created{})
		do(id, customer.Tagged{Tag: "of " + string(id)})
	}
	for _, id := range []customer.ID{"b", "c"} {
		if _, _, err := d.Merge(ctx, request("a"), id, nil); err != nil {
			fmt.Println(err)
		}
	}
	do("b", customer.Tagged{Tag: "asked for as b"})
	do("a", customer.Tagged{Tag: "either's"})

	events := func(yield func(customer.Event) bool) {
		for e, err := range d.History(ctx, "a") {
			if err != nil || !yield(e) {
				return
			}
		}
	}
	plan, err := customer.PlanUnmerge(events, "a/3", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, x := range plan.Attributed {
		fmt.Println(x.Event, x.Kind, "to", x.To+":", x.Why)
	}
	c, _, err := d.Unmerge(ctx, request("a"), "a/3", nil) // the first of the two
	fmt.Println(c.Tags, c.Absorbed, err)
	c, err = d.Load(ctx, "b")
	fmt.Println(c.Tags, err)
	// Output:
	// a/4 customers_merged to a: stays with the winner
	// a/5 tagged to b: addressed to the loser
	// a/6 tagged to a: could be either's
	// [of a of c either's] [c] <nil>
	// [of b asked for as b] <nil>
}
